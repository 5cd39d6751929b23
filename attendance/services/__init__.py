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
from attendance.services.copying import copy_roster
from attendance.services.deciding import decide
from attendance.services.event_days import add_event_day, remove_event_day, rename_event_day
from attendance.services.publishing import publish_roster
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
from attendance.services.rostering import set_rest, take_back_rest

__all__ = [
    "Attachment",
    "add_event_day",
    "add_papers",
    "answer_swap",
    "approve_off_post",
    "ask_business",
    "ask_dinner",
    "ask_leave",
    "ask_punch",
    "ask_swap",
    "choose_rest",
    "copy_roster",
    "decide",
    "give_up_rest",
    "leave_post",
    "publish_roster",
    "punch_arrival",
    "punch_departure",
    "remove_event_day",
    "rename_event_day",
    "return_to_post",
    "set_rest",
    "state_punch",
    "state_return",
    "take_back_rest",
    "undo_punch",
    "vouch",
    "withdraw",
]
