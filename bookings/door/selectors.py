"""Read the door's list: a night's bookings in the order in which the host needs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings import display
from bookings.eligibility.display import SalesEligibility, standing_of
from bookings.models import Booking
from bookings.selectors import bookings_on, is_late
from pages.badges import Badge
from pages.tables import is_in
from rulebook import cleaning, phones
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from rulebook.sales import BookingState
from venues.models import Month, Venue
from venues.selectors import policy_of

_HERE = Badge("waits", _("here, to confirm"), "bell-alert")
_LATE = Badge("waits", _("late, not here"), "clock")
JUST = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)


class DoorTab(StrEnum):
    """Which part of the night the list shows."""

    HELD = "held"
    SEATED = "seated"
    ALL = "all"


@dataclass(frozen=True)
class DoorLine:
    """A booking at the door; ``waits`` are the whole minutes since its arrival was announced."""

    booking: Booking
    is_late: bool
    is_own: bool
    waits: int | None
    standing: SalesEligibility | None

    @property
    def state(self) -> Badge:
        """The booking's css, word and sign; amber where somebody has to look."""
        if self.waits is not None:
            return _HERE
        return _LATE if self.is_late else display.of_booking(self.booking)

    @property
    def is_held(self) -> bool:
        return self.booking.state == BookingState.HELD

    @property
    def is_seated(self) -> bool:
        return self.booking.state == BookingState.ARRIVED

    @property
    def is_gone(self) -> bool:
        return not self.is_held and not self.is_seated

    @property
    def can_move(self) -> bool:
        return not self.is_gone and self.booking.spend is None


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: Promise | str
    rows: Sequence[DoorLine]


@dataclass(frozen=True)
class Door:
    """The night at the door: what the filters leave of it, and how many each of them shows."""

    day: date
    shown: DoorTab
    query: str
    version: str
    groups: Sequence[Group]
    counts: dict[DoorTab, int]

    @property
    def is_empty(self) -> bool:
        return not any(group.rows for group in self.groups)


def version_of(venue: Venue, day: date, now: datetime) -> str:
    """Changes with every change to the month's facts, and every minute: times on the list grow old. One query."""
    first = CalendarMonth.of(day).first
    revision = Month.objects.filter(venue=venue, first_day=first).values_list("revision", flat=True).first()
    return f"{day:%y%m%d}-{revision or 0}-{int(now.timestamp() // 60)}"


def row_of(booking: Booking, *, user: User, policy: Policy, now: datetime) -> DoorLine:
    """A booking as this person at the door sees it."""
    held = booking.state == BookingState.HELD
    waits = (now - booking.announced_at) // _MINUTE if held and booking.announced_at else None
    return DoorLine(
        booking, is_late(booking, now), booking.employee.user_id == user.pk, waits, standing_of(booking, policy)
    )


def door_of(venue: Venue, user: User, *, now: datetime, shown: DoorTab, query: str = "") -> Door:
    """Tonight's bookings, those announced first, then by the expected time; three queries.

    ``query`` is part of a phone, a name, a table or a number.
    """
    day = venue.day_at(now)
    version = version_of(venue, day, now)
    policy = policy_of(venue, CalendarMonth.of(day)).policy
    rows = [
        row_of(booking, user=user, policy=policy, now=now)
        for booking in bookings_on(venue, day)
        if matches(booking, query)
    ]
    announced = sorted((row for row in rows if row.waits is not None), key=lambda row: -(row.waits or 0))
    expected = [row for row in rows if row.is_held and row.waits is None]
    seated = sorted((row for row in rows if row.is_seated), key=_last_first)
    gone = [row for row in rows if row.is_gone]
    just = [row for row in seated if row.booking.arrived_at and now - row.booking.arrived_at < JUST]
    groups = {
        DoorTab.HELD: [
            Group(_("Here, to confirm"), announced),
            Group(_("Expected"), expected),
            Group(_("Just arrived"), just),
        ],
        DoorTab.SEATED: [Group(_("Seated"), seated)],
        DoorTab.ALL: [
            Group(_("Here, to confirm"), announced),
            Group(_("Expected"), expected),
            Group(_("Seated"), seated),
            Group(_("Cancelled and no-shows"), gone),
        ],
    }
    counts = {
        DoorTab.HELD: len(announced) + len(expected),
        DoorTab.SEATED: len(seated),
        DoorTab.ALL: len(rows),
    }
    return Door(day, shown, query, version, [group for group in groups[shown] if group.rows], counts)


def matches(booking: Booking, query: str) -> bool:
    """Whether a booking is what somebody looks for: part of its guest, phone, table, number or account manager."""
    wanted, digits = cleaning.folded(query), phones.spelled(query)
    return (
        is_in(query, *_texts(booking))
        or cleaning.folded(booking.table).startswith(wanted)
        or (len(digits) >= 3 and digits.isdecimal() and digits in booking.guest_phone)
    )


def _texts(booking: Booking) -> Iterable[str]:
    return booking.guest_name, booking.number, booking.employee.name, booking.employee.number


def _last_first(row: DoorLine) -> float:
    return -(row.booking.arrived_at.timestamp() if row.booking.arrived_at else 0)
