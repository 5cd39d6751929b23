"""The page of one person, as managers read it."""
