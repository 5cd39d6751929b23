"""Messages to people, from whichever part of the house."""
