"""Who signs in at a venue: roles, staff number, password, sessions; the owner's pages."""
