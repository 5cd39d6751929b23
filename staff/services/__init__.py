"""Writes to people's files, by what happens."""

from staff.services.employing import change_file, hire
from staff.services.leaving import let_go, withdraw_leaving
from staff.services.looking import look_at_number, look_at_paper, note_exported
from staff.services.papers import add_paper, remove_paper
from staff.services.undertaking import record_undertaking, remove_undertaking

__all__ = [
    "add_paper",
    "change_file",
    "hire",
    "let_go",
    "look_at_number",
    "look_at_paper",
    "note_exported",
    "record_undertaking",
    "remove_paper",
    "remove_undertaking",
    "withdraw_leaving",
]
