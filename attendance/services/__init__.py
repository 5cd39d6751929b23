"""Writes to attendance, by what happens."""

from attendance.services.asking import (
    Attachment,
    add_papers,
    answer_swap,
    ask_business,
    ask_dinner,
    ask_leave,
    ask_punch,
    ask_swap,
    withdraw,
)
from attendance.services.deciding import decide
from attendance.services.punching import (
    approve_off_post,
    leave_post,
    punch_arrival,
    punch_departure,
    return_to_post,
    state_punch,
    state_return,
    undo_punch,
    vouch,
)
from attendance.services.resting import choose_rest, give_up_rest

__all__ = [
    "Attachment",
    "add_papers",
    "answer_swap",
    "approve_off_post",
    "ask_business",
    "ask_dinner",
    "ask_leave",
    "ask_punch",
    "ask_swap",
    "choose_rest",
    "decide",
    "give_up_rest",
    "leave_post",
    "punch_arrival",
    "punch_departure",
    "return_to_post",
    "state_punch",
    "state_return",
    "undo_punch",
    "vouch",
    "withdraw",
]
