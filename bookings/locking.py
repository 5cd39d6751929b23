"""Lock a booking with its month for a change; refuse it where it is not as its page showed it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking
from pages.formats import clock
from rulebook.calendar import CalendarMonth
from rulebook.sales import BookingState
from venues.errors import Refused
from venues.rights import refuse_changed, shown_of
from venues.services import count_change, require_open_months

WHO = ("business_day", "table", "guest_name", "guest_phone", "expected_at", "employee")
"""What a page shows of whom a booking stands for, before somebody decides on it."""
AT_THE_DOOR = (*WHO, "state", "arrived_at")
AT_THE_TILL = ("table", "guest_name", "employee", "arrived_at", "spend")
OF_THE_TAB = ("table", "guest_name", "employee", "tab")
EDITED = ("table", "guest_name", "guest_phone", "expected_at", "party_size", "note", "employee")
"""What is edited of a booking that is held, and whose it is."""


@contextmanager
def locked(booking: Booking) -> Iterator[Booking]:
    """The booking as it stands now, its month and itself taken for update; what happens inside counts as a change.

    Refuses (MonthLocked) a booking of a locked month.
    """
    month = CalendarMonth.of(booking.business_day)
    with transaction.atomic():
        require_open_months(booking.venue, [month])
        yield Booking.objects.select_for_update(of=("self",)).select_related("employee", "venue").get(pk=booking.pk)
        count_change(booking.venue, [month])


def refuse_other(seen: str | None, booking: Booking, names: Collection[str]) -> None:
    """Refuse (ChangedMeanwhile) a taken booking that is not as its page showed it, by table and guest."""
    what = f"{booking.table} {booking.guest_name or booking.number}".strip()
    refuse_changed(seen, shown_of(booking, names), booking, what=what)


def refuse_own(user: User, booking: Booking) -> None:
    """Refuse whom the booking stands for: nobody decides on their own."""
    if booking.employee.user_id == user.pk:
        raise Refused(_("Nobody decides on their own booking; somebody else at the door does."))


def refuse_unless(booking: Booking, state: BookingState) -> None:
    if booking.state == BookingState.ARRIVED != state and booking.arrived_at and booking.confirmed_by:
        raise Refused(
            _("%(person)s confirmed the arrival already: %(guest)s came at %(clock)s.")
            % {
                "person": booking.confirmed_by.get_full_name(),
                "guest": booking.guest_name or booking.number,
                "clock": clock(booking.arrived_at),
            }
        )
    if booking.state != state:
        raise Refused(
            _("Booking %(number)s is %(state)s already.")
            % {"number": booking.number, "state": booking.get_state_display()}
        )
