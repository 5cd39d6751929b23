"""The comps of a month that are fined, of everyone."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from bookings.models import Booking, Reassignment
from comps.models import Comp
from rulebook import comps
from rulebook.calendar import CalendarMonth
from rulebook.comps import CompTable, Ground, comp_fine, rule_comps
from rulebook.fines import Fine
from rulebook.money import ZERO, portion
from rulebook.policy import Policy
from rulebook.sales import BookingState
from venues.models import Venue


def comp_fines(venue: Venue, month: CalendarMonth, through: date, policy: Policy) -> dict[int, list[Fine]]:
    """The fines under 3.2 of the days that have ended, by who gave; one query, three where some comp is in doubt.

    In doubt is what the database or a sum can't clear at once. The rules are asked about the whole groups that such
    comps stand in: all comps by spend on the booking, all daily comps of the person and day.
    """
    bookings, days = _in_doubt(venue, month, through, policy)
    if not bookings and not days:
        return {}
    found: defaultdict[int, list[Fine]] = defaultdict(list)
    for violation in rule_comps(*_groups(venue, bookings, days), policy):
        comp = violation.comp
        key = (comp.person, violation.day)
        if key in days if comp.ground == Ground.DAILY else comp.booking in bookings:
            fine = comp_fine(violation, policy)
            if fine.amount:
                found[comp.person].append(fine)
    return found


def _in_doubt(
    venue: Venue, month: CalendarMonth, through: date, policy: Policy
) -> tuple[set[str], set[tuple[int, date]]]:
    """The bookings whose comps by spend are in doubt, and the people with the days on which their daily comps are.

    A daily comp is clear where it is the person's only one on a table of their own whose guests came, and nothing
    was handed to or from them that day: so many tables allow so many comps.
    """
    handed = Reassignment.objects.filter(
        Q(from_employee=OuterRef("employee")) | Q(to_employee=OuterRef("employee")) | Q(booking=OuterRef("booking")),
        booking__business_day=OuterRef("business_day"),
    )
    another = Comp.objects.filter(
        employee=OuterRef("employee"), business_day=OuterRef("business_day"), booking=OuterRef("booking"),
        ground=Ground.DAILY,
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    given = Comp.objects.filter(venue=venue, business_day__range=(month.first, through))
    if policy.daily_comps_per_booking >= 1:
        clear = Q(
            ~Exists(another),
            ~Exists(handed),
            ground=Ground.DAILY,
            category__in=policy.comp_categories,
            booking__state=BookingState.ARRIVED,
            booking__employee=F("employee"),
        )
        given = given.exclude(clear)
    days: set[tuple[int, date]] = set()
    doubtful: set[str] = set()
    sums: defaultdict[tuple[str, Decimal | None], Decimal] = defaultdict(lambda: ZERO)
    columns = (
        "employee_id", "business_day", "ground", "category", "amount", "booking__number", "booking__state",
        "booking__spend",
    )  # fmt: skip
    for person, day, ground, category, amount, booking, state, spend in given.order_by().values_list(*columns):
        if ground == Ground.DAILY:
            days.add((person, day))
        elif state != BookingState.ARRIVED or category not in policy.comp_categories:
            doubtful.add(booking)
        elif spend is not None:
            sums[booking, spend] += amount
    for (booking, spend), sum_of_comps in sums.items():
        if sum_of_comps > portion(spend or ZERO, (policy.comp_spend_rate, 1)):
            doubtful.add(booking)
    return doubtful, days


def _groups(
    venue: Venue, numbers: Collection[str], days: Collection[tuple[int, date]]
) -> tuple[list[comps.Comp], dict[str, CompTable]]:
    """All that ``rule_comps`` must be told about these bookings, and about these people's days."""
    people, dates = {person for person, _day in days}, {day for _person, day in days}
    mine = {"employee__in": people, "business_day__in": dates}
    given = Comp.objects.filter(Q(**mine, ground=Ground.DAILY) | Q(booking__number__in=numbers), venue=venue)
    found, on = [], set()
    columns = ("number", "booking__number", "employee_id", "category", "amount", "ground", "given_at", "booking_id")
    for *values, booking in given.values_list(*columns):
        found.append(comps.Comp(*values))
        on.add(booking)
    moved = Reassignment.objects.filter(
        Q(from_employee__in=people) | Q(to_employee__in=people), booking__business_day__in=dates
    )
    rows = (
        Booking.objects.filter(Q(**mine) | Q(pk__in=on) | Q(pk__in=moved.values("booking")), venue=venue)
        .order_by("pk", "reassignments__at", "reassignments__pk")
        .values_list(
            "number", "business_day", "state", "spend", "employee_id", "reassignments__at",
            "reassignments__from_employee_id", "reassignments__to_employee_id",
        )
    )  # fmt: skip
    tables: dict[str, CompTable] = {}
    for number, day, state, spend, owner, at, before, after in rows:
        table = tables.get(number)
        if table is None:
            table = CompTable(number, day, state, spend, ((None, before or owner),))
        if at is not None:
            table = table._replace(owners=(*table.owners, (at, after)))
        tables[number] = table
    return found, tables
