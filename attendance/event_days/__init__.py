"""Event days and the public calendar."""
