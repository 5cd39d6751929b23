"""Closing a night: what is still open is settled or listed, so that the month's end holds no surprise."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Punch
from attendance.punches.day_records import DayRecord, records_on
from attendance.punches.services import shown_of_side
from bookings.models import Booking
from bookings.selectors import bookings_on
from comps.models import CompRequest
from rulebook.attendance import is_in_use, shift_of
from rulebook.calendar import CalendarMonth
from rulebook.sales import BookingState
from staff.models import Employee
from staff.selectors import employed_on
from storage.history import save_traced
from storage.seals import seal
from venues.errors import Refused
from venues.models import EventDay, Night, Venue
from venues.rights import refuse_changed, require, shown_of
from venues.selectors import policy_of
from venues.services import require_open_months

NIGHT_SHOWN = ("note",)
"""What its page shows of a closed night that is edited there."""


@dataclass
class OpenPunch:
    """Somebody whose day lacks a side: ``side`` is the missing one, both where nothing was punched."""

    employee: Employee
    day: date
    side: str
    arrived: datetime | None
    left: datetime | None

    @property
    def seen(self) -> str:
        """The seal of the missing side: nothing is recorded of it."""
        return seal(shown_of_side(Punch(business_day=self.day), self.side))


@dataclass
class OpenAway:
    """Somebody who left the post and did not return."""

    employee: Employee
    pk: int
    since: datetime

    @property
    def seen(self) -> str:
        """The seal of the time off post, which has no end."""
        return seal({"left_at": self.since, "returned_at": None})


@dataclass(kw_only=True)
class Closing:
    """What is still open of a night; a guest who is held has neither come nor been missed."""

    venue: Venue
    day: date
    shift_end: datetime
    held: list[Booking] = field(default_factory=list)
    unsettled: list[Booking] = field(default_factory=list)
    punches: list[OpenPunch] = field(default_factory=list)
    away: list[OpenAway] = field(default_factory=list)
    comps: list[CompRequest] = field(default_factory=list)
    absent: list[Employee] = field(default_factory=list)
    settled: Decimal = Decimal(0)
    closed: Night | None = None

    @property
    def count(self) -> int:
        """How many things are open; an absence is none, it is decided."""
        tables = len(self.held) + len(self.unsettled)
        return tables + len(self.punches) + len(self.away) + len(self.comps)


def closing_of(venue: Venue, day: date) -> Closing:
    """What is open of a night; eight queries."""
    policy = policy_of(venue, CalendarMonth.of(day)).policy
    shift = shift_of(day, policy, venue.zone)
    closing = Closing(venue=venue, day=day, shift_end=shift.end)
    for booking in bookings_on(venue, day):
        if booking.state == BookingState.HELD:
            closing.held.append(booking)
        elif booking.state == BookingState.ARRIVED and booking.spend is None:
            closing.unsettled.append(booking)
        elif booking.spend is not None and booking.state == BookingState.ARRIVED:
            closing.settled += booking.spend
    events = set(EventDay.objects.filter(venue=venue, date=day).values_list("date", flat=True))
    records = records_on(venue, day)
    for employee in employed_on(venue, day) if is_in_use(day, venue.in_use_from) else ():
        recorded = records.get(employee.pk, DayRecord())
        closing.away += [OpenAway(employee, away.pk, away.left) for away in recorded.away if away.returned is None]
        if recorded.rests_on(day, events, policy) or recorded.leave_on(shift) is not None:
            continue  # decided, whatever was punched
        side = _missing(recorded)
        if side:
            punch = recorded.punch
            closing.punches.append(
                OpenPunch(employee, day, side, punch.arrived if punch else None, punch.left if punch else None)
            )
        elif recorded.punch is None:
            closing.absent.append(employee)
    waiting = CompRequest.objects.filter(booking__venue=venue, booking__business_day=day)
    closing.comps = list(
        waiting.filter(state=CompRequest.State.WAITING).select_related("booking", "employee").order_by("asked_at")
    )
    closing.closed = Night.objects.filter(venue=venue, business_day=day).select_related("closed_by").first()
    return closing


def _missing(recorded: DayRecord) -> str:
    """The side of a day that is neither punched nor vouched for, where the other is."""
    punch = recorded.punch
    if punch is None:
        return ""
    came = punch.arrived is not None or punch.arrival_vouched
    left = punch.left is not None or punch.departure_vouched
    if came == left:
        return ""
    return "departure" if came else "arrival"


def close_night(
    *, venue: Venue, day: date, user: User, now: datetime, note: str = "", seen: str | None = None
) -> Night:
    """Close a night, again where something was settled since: by whom, when, how much stays open.

    Refuses who may not, a shift that has not ended, and (ChangedMeanwhile) another note than the one that stands where
    that is not as it was ``seen``.
    """
    require(user, Capability.CLOSE_NIGHT, venue)
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        closing = closing_of(venue, day)
        if now < closing.shift_end:
            raise Refused(_("The shift has not ended; the night is closed from its end on."))
        night = closing.closed or Night(venue=venue, business_day=day)
        note = note.strip()[:200]
        if night.note != note:
            refuse_changed(seen, shown_of(night, NIGHT_SHOWN), night)
        night.closed_at, night.closed_by, night.left_open, night.note = now, user, closing.count, note
        return save_traced(night, by=user)
