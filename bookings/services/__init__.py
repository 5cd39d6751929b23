"""Writes to bookings, by what happens to them."""

from bookings.services.arriving import (
    announce_arrival,
    confirm_arrival,
    correct_arrival,
    mark_no_show,
    reinstate_booking,
    seat_walk_in,
)
from bookings.services.holding import TableTaken, book_table, cancel_booking, change_booking, move_booking
from bookings.services.reassigning import reassign_booking
from bookings.services.settling import settle_booking, state_tab

__all__ = [
    "TableTaken",
    "announce_arrival",
    "book_table",
    "cancel_booking",
    "change_booking",
    "confirm_arrival",
    "correct_arrival",
    "mark_no_show",
    "move_booking",
    "reassign_booking",
    "reinstate_booking",
    "seat_walk_in",
    "settle_booking",
    "state_tab",
]
