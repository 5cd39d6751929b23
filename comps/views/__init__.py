"""The pages of comps."""
