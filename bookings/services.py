"""Writes to bookings."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.models import Booking, Reassignment
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.errors import Refused
from venues.selectors import may
from venues.services import count_change, take_months


def reassign_booking(*, booking: Booking, to: Employee, user: User, now: datetime, reason: str) -> Reassignment:
    """Hand a booking to its rightful owner; its sales move with it, comps given before stay as they were (4.4).

    Refuses somebody who may not, who would gain by it, a locked month, and a person not employed that day.
    """
    if not may(user, Capability.REASSIGN_BOOKINGS, booking.venue):
        raise Refused(_("You may not reassign bookings at this venue."))
    if not reason.strip():
        raise Refused(_("A reassignment needs a reason."))
    month = CalendarMonth.of(booking.business_day)
    with transaction.atomic():
        take_months(booking.venue, [month])
        held = Booking.objects.select_for_update(of=("self",)).select_related("employee").get(pk=booking.pk)
        if user.pk in (held.employee.user_id, to.user_id):
            raise Refused(_("Nobody decides on their own booking."))
        if to.pk == held.employee_id:
            raise Refused(_("The booking stands for this person already."))
        employed = to.hired_on <= held.business_day and (to.left_on is None or held.business_day <= to.left_on)
        if to.venue_id != held.venue_id or not employed:
            raise Refused(_("%(person)s is not employed here on %(day)s.") % {"person": to, "day": held.business_day})
        moved = Reassignment.objects.create(
            booking=held, from_employee=held.employee, to_employee=to, at=now, by=user, reason=reason
        )
        held.employee = to
        held._history_user = user  # type: ignore[attr-defined]
        held._change_reason = reason[:100]  # type: ignore[attr-defined]
        held.save(update_fields=["employee"])
        count_change(held.venue, [month])
    return moved
