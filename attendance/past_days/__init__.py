"""Days already past of somebody just stored."""
