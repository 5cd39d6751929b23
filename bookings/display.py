"""The states of tables and bookings as the pages show them: a hue, a word, a sign."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from bookings.selectors import TableState
from rulebook.sales import BookingState


class Shown(NamedTuple):
    """``hue`` is the class of the state's colours, ``icon`` the heroicon that stands beside the word."""

    hue: str
    word: Promise | str
    icon: str


TABLES: dict[str, Shown] = {
    TableState.FREE: Shown("free", pgettext_lazy("table", "free"), "plus"),
    TableState.HELD: Shown("held", pgettext_lazy("table", "held"), "clock"),
    TableState.SEATED: Shown("seated", pgettext_lazy("table", "seated"), "user-group"),
    TableState.TURN: Shown("turn", pgettext_lazy("table", "can turn"), "arrow-path"),
    TableState.TURN_HELD: Shown("turn", pgettext_lazy("table", "second turn"), "arrow-path"),
    TableState.WAITS: Shown("waits", pgettext_lazy("table", "waits"), "bell-alert"),
}
_CANCELLED = Shown("free", _("cancelled"), "x-mark")
_NO_SHOW = Shown("free", _("no-show"), "user-minus")
_SETTLED = Shown("done", _("settled"), "check")


def of_booking(booking: Booking) -> Shown:
    """How one booking's own state is shown."""
    match booking.state:
        case BookingState.HELD:
            return TABLES[TableState.HELD if booking.turn == 1 else TableState.TURN_HELD]
        case BookingState.ARRIVED:
            return TABLES[TableState.SEATED] if booking.spend is None else _SETTLED
        case BookingState.CANCELLED:
            return _CANCELLED
    return _NO_SHOW
