"""Record arrivals: confirmed, corrected, no-show, walk-in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.booking.services.holds import book_table, turn_at
from bookings.locking import AT_THE_DOOR, locked, refuse_other, refuse_own, refuse_unless
from bookings.models import Booking
from rulebook.sales import BookingState
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.models import Venue
from venues.rights import be_sure, need_reason, require


def confirm_arrival(
    *,
    booking: Booking,
    user: User,
    now: datetime,
    at: datetime | None = None,
    reason: str = "",
    seen: str | None = None,
    sure: str | None = None,
) -> Booking:
    """The guest is here: at the moment it was announced, else now; another time needs a reason.

    Refuses whom the booking stands for (nobody confirms the own arrival), a time that lies in the future or on
    another business day, and (ChangedMeanwhile) a booking that is not as it was ``seen``.
    A second arrival at the table in one second is asked about (Doubtful).
    """
    with locked(booking) as held:
        require(user, Capability.CONFIRM_ARRIVALS, held.venue)
        refuse_own(user, held)
        refuse_unless(held, BookingState.HELD)
        refuse_other(seen, held, AT_THE_DOOR)
        arrived = held.announced_at or now
        if at is not None:
            reason = need_reason(reason, _("Another time than the server's needs a reason."))
            arrived = at
        _refuse_time(held, arrived, now)
        if at is not None:
            _ask_about_the_second(held, at, sure)
        return save_traced(
            held, by=user, reason=reason, state=BookingState.ARRIVED.value, arrived_at=arrived, confirmed_by=user
        )


def correct_arrival(
    *,
    booking: Booking,
    user: User,
    now: datetime,
    at: datetime,
    reason: str,
    seen: str | None = None,
    sure: str | None = None,
) -> Booking:
    """State another arrival time of a guest who has come, with the reason.

    A second arrival at the table in one second is asked about (Doubtful).
    """
    with locked(booking) as held:
        require(user, Capability.CONFIRM_ARRIVALS, held.venue)
        refuse_own(user, held)
        refuse_unless(held, BookingState.ARRIVED)
        refuse_other(seen, held, AT_THE_DOOR)
        reason = need_reason(reason, _("Another time than the server's needs a reason."))
        _refuse_time(held, at, now)
        _ask_about_the_second(held, at, sure)
        return save_traced(held, by=user, reason=reason, arrived_at=at, confirmed_by=user)


def mark_no_show(*, booking: Booking, user: User, reason: str = "", seen: str | None = None) -> Booking:
    """The guest did not come; the table is free again."""
    with locked(booking) as held:
        require(user, Capability.CONFIRM_ARRIVALS, held.venue)
        refuse_own(user, held)
        refuse_unless(held, BookingState.HELD)
        refuse_other(seen, held, AT_THE_DOOR)
        return save_traced(held, by=user, reason=reason, state=BookingState.NO_SHOW.value, turn=None)


def reinstate_booking(*, booking: Booking, user: User, reason: str, seen: str | None = None) -> Booking:
    """Hold a cancelled or missed booking again, where its table is free; or one confirmed by a wrong tap.

    Its registration stays as it was; what was announced or confirmed of its arrival is not so any more. Refuses one
    that has spent something: its guests were there.
    """
    with locked(booking) as held:
        require(user, Capability.CONFIRM_ARRIVALS, held.venue)
        refuse_own(user, held)
        if held.state == BookingState.HELD:
            refuse_unless(held, BookingState.NO_SHOW)
        why = need_reason(reason, _("Taking this back needs a reason."))
        refuse_other(seen, held, AT_THE_DOOR)
        turn = held.turn
        if held.state != BookingState.ARRIVED:
            turn = turn_at(held.venue, held.table, held.business_day)
        elif held.spend is not None or held.tab or held.turn is None:
            raise Refused(_("%(table)s has spent something: its guests were there.") % {"table": held.table})
        return save_traced(
            held,
            by=user,
            reason=why,
            state=BookingState.HELD.value,
            turn=turn,
            announced_at=None,
            arrived_at=None,
            confirmed_by=None,
            tab=None,
        )


def seat_walk_in(
    *,
    venue: Venue,
    employee: Employee,
    user: User,
    table: str,
    guest_name: str,
    guest_phone: str,
    party_size: int | None,
    now: datetime,
) -> Booking:
    """Seat guests who come without a booking; registered as they arrive, it does not count (4.3)."""
    require(user, Capability.CONFIRM_ARRIVALS, venue)
    if employee.user_id == user.pk:
        raise Refused(_("Nobody seats a walk-in on their own name."))
    with transaction.atomic():
        held = book_table(
            venue=venue,
            employee=employee,
            user=user,
            table=table,
            day=venue.day_at(now),
            guest_name=guest_name,
            guest_phone=guest_phone,
            expected_at=None,
            party_size=party_size,
            now=now,
        )
        return confirm_arrival(booking=held, user=user, now=now)


def _ask_about_the_second(booking: Booking, at: datetime, sure: str | None) -> None:
    """Ask whether two guests came to one table in the same second: one visit entered twice, most likely."""
    second = at.replace(microsecond=0)
    others = Booking.objects.filter(
        venue=booking.venue_id,
        business_day=booking.business_day,
        table=booking.table,
        state=BookingState.ARRIVED.value,
        arrived_at__gte=second,
        arrived_at__lt=second + timedelta(seconds=1),
    )
    other = others.exclude(pk=booking.pk).exclude(table="").first()
    if other is not None:
        be_sure(
            sure,
            _("Booking %(number)s came to %(table)s in the same second. Send it again if these were two visits.")
            % {"number": other.number, "table": booking.table},
            {"booking": other.number, "at": second},
        )


def _refuse_time(booking: Booking, at: datetime, now: datetime) -> None:
    if at > now:
        raise Refused(_("The arrival can't lie in the future."))
    if booking.venue.day_at(at) != booking.business_day:
        raise Refused(
            _("The arrival belongs to the business day %(day)s (12:00 to 12:00).") % {"day": booking.business_day}
        )
