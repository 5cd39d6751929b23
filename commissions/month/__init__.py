"""HR's month in four steps: facts complete, computed, reviewed, locked; asked to confirm, paid."""
