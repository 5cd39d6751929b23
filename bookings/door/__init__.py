"""The door: who comes, who came, where they sit."""
