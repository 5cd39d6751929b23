"""Rest days of a person: chosen, set, taken back."""
