"""Reads about comps: what may be given on a table, what is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import User
from bookings.models import Booking
from bookings.selectors import owners_of
from comps.models import Comp, CompItem, CompRequest
from rulebook import comps as rules
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO, portion
from rulebook.policy import Policy
from rulebook.sales import BookingState
from staff.models import Employee
from venues.models import Venue
from venues.selectors import policy_of

NEW = "~new"


class Allowance(NamedTuple):
    """What one ground allows on a table: yuan by spend (3.1.A), pieces by tables booked (3.1.B)."""

    ground: rules.Ground
    article: str
    measure: Decimal | int  # the spend, or the person's arrived tables of the day
    allowed: Decimal | int
    used: Decimal | int

    @property
    def left(self) -> Decimal | int:
        return max(self.allowed - self.used, ZERO if self.ground == rules.Ground.SPEND else 0)


@dataclass
class CompAllowance:
    """What a person may still give on a table, as the rules of chapter 3 measure it.

    A table that is not settled is measured by its tab so far. What is asked for and not decided counts as given.
    """

    policy: Policy
    booking: Booking
    employee: Employee
    comps: list[rules.Comp] = field(default_factory=list)
    tables: dict[str, rules.CompTable] = field(default_factory=dict)

    def breach(self, category: str, amount: Decimal, ground: str, now: datetime) -> rules.Breach | None:
        """Why a comp of so many yuan given now would be a violation, in part or as a whole; None where it would not."""
        if self.booking.state == BookingState.HELD and category in self.policy.comp_categories:
            return rules.Breach.NOT_ARRIVED
        new = rules.Comp(NEW, self.booking.number, self.employee.pk, category, amount, ground, now)
        earlier = [comp._replace(given=min(comp.given, now)) for comp in self.comps]
        for violation in rules.rule_comps([*earlier, new], self.tables, self.policy):
            if violation.comp.number == NEW:
                return violation.breach
        return None

    def left_after(self, amount: Decimal, ground: str) -> Decimal | int:
        """What one more comp would leave of its ground's allowance; below zero where there is not enough."""
        by_spend, by_table = self.allowances
        if ground == rules.Ground.SPEND:
            return by_spend.allowed - by_spend.used - amount
        return by_table.allowed - by_table.used - 1

    @property
    def spend(self) -> Decimal:
        return self.tables[self.booking.number].spend or ZERO

    @property
    def allowances(self) -> tuple[Allowance, Allowance]:
        """By spend, and by tables booked."""
        wrong = {violation.comp: violation for violation in rules.rule_comps(self.comps, self.tables, self.policy)}
        by_spend, by_table = ZERO, 0
        for comp in self.comps:
            violation = wrong.get(comp)
            if comp.ground == rules.Ground.SPEND and comp.booking == self.booking.number:
                whole = violation is not None and violation.breach != rules.Breach.OVER_SPEND_RATE
                by_spend += ZERO if whole else comp.amount - (violation.amount if violation else ZERO)
            elif comp.ground == rules.Ground.DAILY and comp.person == self.employee.pk and violation is None:
                by_table += 1
        arrived = sum(
            table.state == BookingState.ARRIVED and table.owners[-1][1] == self.employee.pk
            for table in self.tables.values()
        )
        return (
            Allowance(
                rules.Ground.SPEND, "3.1.A", self.spend, portion(self.spend, (self.policy.comp_spend_rate, 1)), by_spend
            ),
            Allowance(
                rules.Ground.DAILY, "3.1.B", arrived, arrived * self.policy.daily_comps_per_booking, by_table
            ),
        )  # fmt: skip


def allowance_for(booking: Booking, employee: Employee, *, without: CompRequest | None = None) -> CompAllowance:
    """What a person may still give on a table; five queries."""
    day, venue = booking.business_day, booking.venue
    policy = policy_of(venue, CalendarMonth.of(day)).policy
    room = CompAllowance(policy, booking, employee)
    daily = Q(employee=employee, business_day=day, ground=rules.Ground.DAILY.value)
    for number, table, person, category, amount, ground, at in (
        Comp.objects.filter(Q(booking=booking) | daily, venue=venue)
        .values_list("number", "booking__number", "employee_id", "category", "amount", "ground", "given_at")
    ):  # fmt: skip
        room.comps.append(rules.Comp(number, table, person, category, amount, ground, at))
    asked = CompRequest.objects.filter(
        Q(booking=booking) | Q(employee=employee, booking__business_day=day, ground=rules.Ground.DAILY.value),
        state=CompRequest.State.WAITING,
    ).exclude(pk=without.pk if without else 0)
    for pk, table, person, category, amount, ground, at in asked.values_list(
        "pk", "booking__number", "employee_id", "category", "amount", "ground", "asked_at"
    ):
        room.comps.append(rules.Comp(f"~{pk}", table, person, category, amount, ground, at))
    numbers = {comp.booking for comp in room.comps}
    found = list(
        Booking.objects.filter(
            Q(employee=employee, business_day=day)
            | Q(reassignments__from_employee=employee, business_day=day)
            | Q(number__in=numbers)
            | Q(pk=booking.pk),
            venue=venue,
        ).distinct()
    )
    room.tables = _tables(found, owners_of(found))
    return room


Owners = Mapping[int, tuple[tuple[datetime | None, int], ...]]
"""Whom bookings stood for from when, by primary key (``bookings.selectors.owners_of``)."""


def _tables(bookings: Iterable[Booking], owners: Owners) -> dict[str, rules.CompTable]:
    found = {}
    for one in bookings:
        spend = one.spend if one.spend is not None else (one.tab or ZERO)
        found[one.number] = rules.CompTable(one.number, one.business_day, one.state, spend, owners[one.pk])
    return found


def room_at(
    asked: CompRequest,
    *,
    policy: Policy,
    bookings: Sequence[Booking],
    owners: Owners,
    comps: Iterable[Comp],
    requests: Iterable[CompRequest],
) -> CompAllowance:
    """As ``allowance_for`` without the comp asked for, from all bookings, comps and requests of its night; no query."""
    numbers = {one.pk: one.number for one in bookings}
    room = CompAllowance(policy, asked.booking, asked.employee, tables=_tables(bookings, owners))
    rows: list[tuple[str, Comp | CompRequest, datetime]] = [
        (one.number, one, one.given_at) for one in comps if one.booking_id in numbers
    ]
    rows += [
        (f"~{one.pk}", one, one.asked_at)
        for one in requests
        if one.state == CompRequest.State.WAITING and one.pk != asked.pk and one.booking_id in numbers
    ]
    for number, one, at in rows:
        is_daily = one.employee_id == asked.employee_id and one.ground == rules.Ground.DAILY
        if one.booking_id == asked.booking_id or is_daily:
            table = numbers[one.booking_id]
            room.comps.append(rules.Comp(number, table, one.employee_id, one.category, one.amount, one.ground, at))
    return room


def items_of(venue: Venue, policy: Policy) -> QuerySet[CompItem]:
    """What the house gives away: the items of the categories that may be comped (3.1)."""
    return CompItem.objects.filter(venue=venue, is_active=True, category__in=policy.comp_categories)


def comps_to_look_at(venue: Venue, since: datetime) -> QuerySet[CompRequest]:
    """The comps that wait for a decision, of any night, with those decided since a moment; one query."""
    waiting, decided = Q(state=CompRequest.State.WAITING), Q(decided_at__gte=since)
    found = CompRequest.objects.filter(waiting | decided, booking__venue=venue)
    return found.select_related("booking", "employee").order_by("asked_at", "pk")


def comps_asked_on(booking: Booking, user: User) -> QuerySet[CompRequest]:
    """What somebody asked for on a table, the latest first."""
    return CompRequest.objects.filter(booking=booking, employee__user=user)


def comps_of_day(venue: Venue, day: date) -> QuerySet[Comp]:
    """A business day's comps."""
    return Comp.objects.filter(venue=venue, business_day=day)
