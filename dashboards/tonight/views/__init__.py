"""The pages of tonight."""
