"""Pictures of the pages, made of a demonstration venue on a Saturday night."""
