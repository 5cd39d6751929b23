"""Badges of tables and bookings by their state."""

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from bookings.selectors import TableState
from pages.badges import Badge
from rulebook.sales import BookingState

TABLES: dict[str, Badge] = {
    TableState.FREE: Badge("free", pgettext_lazy("table", "free"), "plus"),
    TableState.HELD: Badge("held", pgettext_lazy("table", "held"), "clock"),
    TableState.SEATED: Badge("seated", pgettext_lazy("table", "seated"), "user-group"),
    TableState.TURN: Badge("turn", pgettext_lazy("table", "can turn"), "arrow-path"),
    TableState.TURN_HELD: Badge("turn", pgettext_lazy("table", "second turn"), "arrow-path"),
    TableState.WAITS: Badge("waits", pgettext_lazy("table", "waits"), "bell-alert"),
}
_CANCELLED = Badge("free", _("cancelled"), "x-mark")
_NO_SHOW = Badge("free", _("no-show"), "user-minus")
_SETTLED = Badge("done", _("settled"), "check")


def of_booking(booking: Booking) -> Badge:
    """How one booking's own state is shown."""
    match booking.state:
        case BookingState.HELD:
            return TABLES[TableState.HELD if booking.turn == 1 else TableState.TURN_HELD]
        case BookingState.ARRIVED:
            return TABLES[TableState.SEATED] if booking.spend is None else _SETTLED
        case BookingState.CANCELLED:
            return _CANCELLED
    return _NO_SHOW
