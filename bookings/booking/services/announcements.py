"""Announce to the door that a guest is here."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.locking import locked, refuse_unless
from bookings.models import Booking
from rulebook.sales import BookingState
from storage.history import save_traced
from venues.errors import Refused
from venues.rights import require


def announce_arrival(*, booking: Booking, user: User, now: datetime) -> Booking:
    """Whom a booking stands for tells the door that the guest is here; somebody else confirms it."""
    with locked(booking) as held:
        if held.employee.user_id != user.pk:
            require(user, Capability.CONFIRM_ARRIVALS, held.venue)
        refuse_unless(held, BookingState.HELD)
        if held.venue.day_at(now) != held.business_day:
            raise Refused(_("This booking is for %(day)s.") % {"day": held.business_day})
        return held if held.announced_at else save_traced(held, by=user, announced_at=now)
