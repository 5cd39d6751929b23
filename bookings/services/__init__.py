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
from bookings.services.placing import (
    add_fixture,
    add_table,
    change_fixture,
    change_table,
    live_on,
    move_thing,
    planned_of,
    remove_fixture,
    retire_table,
    seal_of,
)
from bookings.services.reassigning import reassign_booking
from bookings.services.settling import settle_booking, state_tab

__all__ = [
    "TableTaken",
    "add_fixture",
    "add_table",
    "announce_arrival",
    "book_table",
    "cancel_booking",
    "change_booking",
    "change_fixture",
    "change_table",
    "confirm_arrival",
    "correct_arrival",
    "live_on",
    "mark_no_show",
    "move_booking",
    "move_thing",
    "planned_of",
    "reassign_booking",
    "reinstate_booking",
    "remove_fixture",
    "retire_table",
    "seal_of",
    "seat_walk_in",
    "settle_booking",
    "state_tab",
]
