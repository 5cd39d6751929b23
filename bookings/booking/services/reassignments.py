"""Reassign a booking to its rightful owner (4.4)."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.locking import locked
from bookings.models import Booking, Reassignment
from staff.models import Employee
from staff.selectors import is_employed
from storage.history import save_traced
from venues.errors import Refused
from venues.rights import need_reason
from venues.selectors import may


def reassign_booking(*, booking: Booking, to: Employee, user: User, now: datetime, reason: str) -> Reassignment:
    """Hand a booking to its rightful owner; its sales move with it, comps given before stay as they were (4.4).

    Refuses somebody who may not, who would gain by it, a locked month, and a person not employed that day.
    """
    if not may(user, Capability.REASSIGN_BOOKINGS, booking.venue):
        raise Refused(_("You may not reassign bookings at this venue."))
    need_reason(reason, _("A reassignment needs a reason."))
    with locked(booking) as held:
        if user.pk in (held.employee.user_id, to.user_id):
            raise Refused(_("Nobody decides on their own booking."))
        if to.pk == held.employee_id:
            raise Refused(_("The booking stands for this person already."))
        if to.venue_id != held.venue_id or not is_employed(to, held.business_day):
            raise Refused(_("%(person)s is not employed here on %(day)s.") % {"person": to, "day": held.business_day})
        moved = Reassignment.objects.create(
            booking=held, from_employee=held.employee, to_employee=to, at=now, by=user, reason=reason
        )
        save_traced(held, by=user, reason=reason, employee=to)
    return moved
