"""Read the floor plan and the own guests for whoever books a table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext

from accounts.models import User
from accounts.permissions import Capability
from bookings import display
from bookings.models import Booking, Fixture
from bookings.selectors import Spot, TableState, live_at, plan_of
from pages.badges import Badge
from pages.converters import key_of
from pages.tables import holds
from rulebook import cleaning, phones
from rulebook.sales import BookingState
from staff.models import Employee
from storage.seals import seal, sealed_key
from venues.models import Venue

MOST = 8
_COUNTED = {
    TableState.FREE: TableState.FREE,
    TableState.HELD: TableState.HELD,
    TableState.WAITS: TableState.HELD,
    TableState.SEATED: TableState.SEATED,
    TableState.TURN: TableState.TURN,
    TableState.TURN_HELD: TableState.TURN,
}


@dataclass(frozen=True)
class Tile:
    """A table on the plan: ``own`` is one's own live booking there, ``can`` whether a tap books it."""

    spot: Spot
    shown: Badge
    can: bool
    own: Booking | None


@dataclass(frozen=True)
class Plan:
    """The floor plan of a day for somebody who books; ``legend`` counts the tables by state, each once."""

    tiles: Sequence[Tile]
    fixtures: Sequence[Fixture]
    legend: Sequence[tuple[Badge, int]]

    @property
    def codes(self) -> list[str]:
        return [tile.spot.table.code for tile in self.tiles]

    def free(self) -> list[str]:
        return [tile.spot.table.code for tile in self.tiles if tile.can]

    def seats(self, code: str) -> int | None:
        """How many sit at a table that can be booked."""
        return next((tile.spot.table.seats for tile in self.tiles if tile.can and tile.spot.table.code == code), None)


OF_A_GUEST = ("name", "phone")
"""What is shown of a guest where one is chosen."""


@dataclass(frozen=True, kw_only=True)
class Guest:
    """One of somebody's own guests; ``seated`` is the table where they sit now."""

    pk: int
    name: str
    phone: str
    times: int
    last: date | None
    seated: str
    chosen: bool

    @property
    def sent(self) -> str:
        """What choosing this guest sends."""
        return sealed_key(self.pk, seal({name: getattr(self, name) for name in OF_A_GUEST}))


def plan_for(user: User, venue: Venue, bookings: Iterable[Booking], now: datetime) -> Plan:
    """The plan with one day's bookings; two queries."""
    spots, fixtures = plan_of(venue, bookings)
    tiles, counts = [], Counter[TableState]()
    for spot in spots:
        state = spot.state(now)
        counts[_COUNTED[state]] += 1
        last = spot.last
        own = last if last is not None and last.employee.user_id == user.pk else None
        tiles.append(Tile(spot, display.TABLES[state], spot.can_be_booked(), own))
    order = (TableState.FREE, TableState.HELD, TableState.SEATED, TableState.TURN)
    return Plan(tiles, fixtures, [(_in_legend(state), counts[state]) for state in order])


def _in_legend(state: TableState) -> Badge:
    shown = display.TABLES[state]
    return shown._replace(word=pgettext("table", "second turn")) if state == TableState.TURN else shown


def guests_for(user: User, venue: Venue, query: str, *, chosen: str, bookings: Iterable[Booking]) -> list[Guest]:
    """Own guests that the query finds, whoever was chosen first among them; ``bookings`` are the night's.

    One query, two where the one chosen is not found.
    """
    found = find_guests(user, venue, query)
    key = key_of(chosen)
    if key is not None and all(guest.pk != key for guest in found):
        found = [*find_guests(user, venue, "", pk=key), *found]
    if not query:
        found.sort(key=lambda row: str(row.pk) != chosen)
    seated = {booking.customer_id: booking.table for booking in bookings if _sits_own(booking, user)}
    return [
        Guest(
            pk=row.pk,
            name=row.name,
            phone=row.phone,
            times=row.times,
            last=row.last,
            seated=seated.get(row.pk, ""),
            chosen=str(row.pk) == chosen,
        )
        for row in found
    ]


class Known(NamedTuple):
    """An own guest: ``times`` is how often they came on one's own bookings, ``last`` the last such business day."""

    pk: int
    name: str
    phone: str
    times: int
    last: date | None


def find_guests(user: User, venue: Venue, query: str, *, pk: int | None = None) -> list[Known]:
    """At most eight of somebody's own guests whose name or phone holds the query, who comes most first; one query.

    With ``pk`` that one alone. Read from the bookings, which are few where guests are many.
    """
    came = Q(state=BookingState.ARRIVED.value)
    own = Booking.objects.filter(venue=venue, employee__user=user, customer__isnull=False)
    wanted = cleaning.words(query)
    if pk is not None:
        own = own.filter(customer=pk)
    elif wanted:
        digits = phones.spelled(wanted)
        by_phone = Q(customer__phone__contains=digits) if digits.isdecimal() else Q()
        own = own.filter(holds(wanted, "customer__name", "customer__name_pinyin") | by_phone)
    rows = (
        own.order_by()
        .values_list("customer", "customer__name", "customer__phone")
        .annotate(times=Count("pk", filter=came), last=Max("business_day", filter=came))
        .order_by("-times", Coalesce("last", Max("business_day")).desc(), "customer__name_pinyin", "customer")
    )
    return [Known._make(row) for row in rows[:MOST]]


def _sits_own(booking: Booking, user: User) -> bool:
    is_seated = booking.state == BookingState.ARRIVED and booking.spend is None
    return is_seated and booking.employee.user_id == user.pk


def own_hold(user: User, venue: Venue, table: str, day: date, name: str, phone: str) -> Booking | None:
    """Somebody's own booking that holds a table for this guest already: a tap that was sent twice."""
    for booking in live_at(venue, table, day):
        is_same = phones.is_same(booking.guest_phone, phone) if phone else booking.guest_name == name
        is_own = Employee.objects.filter(pk=booking.employee_id, user=user).exists()
        if booking.state == BookingState.HELD and is_same and is_own:
            return booking
    return None


SEES_ALL = frozenset((Capability.CONFIRM_ARRIVALS, Capability.SEE_TONIGHT))
"""Whoever has one of these opens every booking of the venue, others their own."""


def bookings_open_to(user: User, venue: Venue, *, all_of_them: bool) -> QuerySet[Booking]:
    """The bookings somebody may open: those that stand for them, or all of the venue."""
    found = Booking.objects.filter(venue=venue).select_related("employee", "venue", "confirmed_by")
    return found if all_of_them else found.filter(employee__user=user)
