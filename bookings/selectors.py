"""Reads about tables and bookings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from bookings.models import Booking, Fixture, Reassignment, Table
from rulebook.sales import BookingState
from venues.models import Venue

LATE_AFTER = timedelta(minutes=15)
_LIVE = (BookingState.HELD.value, BookingState.ARRIVED.value)


class TableState(StrEnum):
    """What a table is tonight, as the plan shows it."""

    FREE = "free"  # 空
    HELD = "held"  # 已订
    WAITS = "waits"  # 到店待确认， 过时未到
    SEATED = "seated"  # 入座
    TURN = "turn"  # 可二转
    TURN_HELD = "turn_held"  # 二转已订


@dataclass
class Spot:
    """A table of the plan on a day, with its live bookings by turn."""

    table: Table
    bookings: list[Booking] = field(default_factory=list)

    @property
    def last(self) -> Booking | None:
        return self.bookings[-1] if self.bookings else None

    def state(self, now: datetime) -> TableState:
        last = self.last
        if last is None:
            return TableState.FREE
        if last.state == BookingState.ARRIVED:
            return TableState.SEATED if last.spend is None else TableState.TURN
        if last.announced_at is not None or is_late(last, now):
            return TableState.WAITS
        return TableState.HELD if last.turn == 1 else TableState.TURN_HELD

    def can_be_booked(self) -> bool:
        """Whether the table can be taken: free, or its last turn settled."""
        last = self.last
        return last is None or (last.state == BookingState.ARRIVED and last.spend is not None)


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether a guest who is expected has not come long after the time (过时未到)."""
    is_held = booking.state == BookingState.HELD
    return is_held and booking.expected_at is not None and now - booking.expected_at >= LATE_AFTER


def bookings_on(venue: Venue, day: date) -> QuerySet[Booking]:
    """A business day's bookings with whom they stand for, in order of the expected time."""
    found = Booking.objects.filter(venue=venue, business_day=day).select_related("employee")
    return found.order_by("expected_at", "arrived_at", "number")


def plan_of(venue: Venue, bookings: Iterable[Booking]) -> tuple[list[Spot], list[Fixture]]:
    """The floor plan with these bookings of one day at their tables; two queries."""
    spots = {table.code: Spot(table) for table in Table.objects.filter(venue=venue, is_active=True)}
    live: defaultdict[str, list[Booking]] = defaultdict(list)
    for booking in bookings:
        if booking.turn is not None and booking.state in _LIVE:
            live[booking.table].append(booking)
    for code, spot in spots.items():
        spot.bookings = sorted(live[code], key=lambda booking: booking.turn or 0)
    return list(spots.values()), list(Fixture.objects.filter(venue=venue))


def live_at(venue: Venue, table: str, day: date) -> list[Booking]:
    """A table's live bookings of a day, by turn."""
    found = Booking.objects.filter(venue=venue, business_day=day, table=table, turn__isnull=False)
    return list(found.order_by("turn"))


def tables_near(venue: Venue, table: str, day: date, most: int = 3) -> list[str]:
    """The codes of the nearest tables that can be taken, those of the same kind first."""
    spots, _fixtures = plan_of(venue, Booking.objects.filter(venue=venue, business_day=day))
    wanted = next((spot.table for spot in spots if spot.table.code == table), None)
    free = [spot.table for spot in spots if spot.can_be_booked() and spot.table.code != table]
    if wanted is not None:
        free.sort(
            key=lambda one: (
                one.kind != wanted.kind,
                (one.column - wanted.column) ** 2 + (one.row - wanted.row) ** 2,
                one.code,
            )
        )
    return [one.code for one in free[:most]]


def owners_of(bookings: Iterable[Booking]) -> dict[int, tuple[tuple[datetime | None, int], ...]]:
    """Whom each booking stood for, from when, in order of time: (None, first), (since, next) … (4.4)."""
    owners: dict[int, list[tuple[datetime | None, int]]] = {
        booking.pk: [(None, booking.employee_id)] for booking in bookings
    }
    moved = Reassignment.objects.filter(booking__in=owners).order_by("at", "pk")
    for pk, at, before, after in moved.values_list("booking_id", "at", "from_employee_id", "to_employee_id"):
        if len(owners[pk]) == 1:
            owners[pk] = [(None, before)]
        owners[pk].append((at, after))
    return {pk: tuple(spans) for pk, spans in owners.items()}
