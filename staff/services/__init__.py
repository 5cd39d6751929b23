"""Writes to people's files, by what happens."""

from staff.services.access_log import note_exported, reveal_number, reveal_paper
from staff.services.departures import let_go, withdraw_leaving
from staff.services.employments import change_file, hire
from staff.services.papers import add_paper, remove_paper
from staff.services.undertakings import record_undertaking, remove_undertaking

__all__ = [
    "add_paper",
    "change_file",
    "hire",
    "let_go",
    "note_exported",
    "record_undertaking",
    "remove_paper",
    "remove_undertaking",
    "reveal_number",
    "reveal_paper",
    "withdraw_leaving",
]
