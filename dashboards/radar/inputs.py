"""A month's facts for the radar, in a constant number of queries."""

import hashlib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Q
from django.db.models.functions import TruncMonth

from bookings.models import Booking
from commissions.models import Payslip
from comps.models import Comp
from dashboards.radar.month_facts import Booked, Cost, Facts, Given
from rulebook.calendar import CalendarMonth, add_months
from rulebook.money import ZERO
from rulebook.phones import compared
from storage.money import MoneySum
from venues.models import Month, Venue
from venues.selectors import policy_of

MONTHS = 12


class Costs(NamedTuple):
    """What the sales cost: by person of the month, by month up to it; what the month's payroll is."""

    people: dict[int, Cost]
    months: dict[CalendarMonth, Cost]
    is_computed: bool
    is_provisional: bool


def version_of(venue: Venue, month: CalendarMonth) -> str:
    """A short text that is another one once anything the radar looks at is another; one query."""
    rows = (
        Month.objects.filter(venue=venue, first_day__range=(_first_of(month), month.first))
        .annotate(current=Max("runs__pk", filter=Q(runs__is_current=True)))
        .order_by("first_day")
        .values_list("first_day", "revision", "current")
    )
    told = repr((venue.pk, venue.revision, venue.timezone, str(month), list(rows)))
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def facts_of(venue: Venue, month: CalendarMonth) -> Facts:
    """The month's bookings and comps; three queries."""
    policy = policy_of(venue, month).policy
    span = {"venue": venue, "business_day__range": (month.first, month.last)}
    bookings = Booking.objects.filter(**span).order_by("business_day", "registered_at", "pk")
    comps = Comp.objects.filter(**span).order_by("given_at", "pk")
    return Facts(
        policy.booking_lead_minutes,
        policy.comp_spend_rate,
        policy.comp_categories,
        [
            Booked(pk, number, day, person, table, compared(phone), registered, arrived, by, state, spend)
            for pk, number, day, person, table, phone, registered, arrived, by, state, spend in bookings.values_list(
                "pk", "number", "business_day", "employee_id", "table", "guest_phone", "registered_at", "arrived_at",
                "confirmed_by_id", "state", "spend",
            )
        ],
        [
            Given._make(row)
            for row in comps.values_list(
                "number", "booking_id", "employee_id", "category", "item", "amount", "ground", "given_at"
            )
        ],
    )  # fmt: skip


def costs_of(venue: Venue, month: CalendarMonth, comps: list[Given]) -> Costs:
    """What the sales cost, from the payslips of the months' current runs; three queries.

    ``comps`` are the month's. A month or a person without a payslip has no cost.
    """
    shown = Payslip.objects.filter(run__is_current=True, run__month__venue=venue)
    given: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for comp in comps:
        given[comp.person] += comp.amount
    slips = list(
        shown.filter(run__month__first_day=month.first).values_list(
            "employee_id", "gross", "sales", "run__provisional_day"
        )
    )
    people = {pk: Cost(gross, given[pk], sales) for pk, gross, sales, _day in slips}
    span = (_first_of(month), month.first)
    sums = shown.filter(run__month__first_day__range=span).values("run__month__first_day").order_by()
    paid = {
        first: (gross, sales)
        for first, gross, sales in sums.annotate(pay=MoneySum("gross"), sold=MoneySum("sales")).values_list(
            "run__month__first_day", "pay", "sold"
        )
    }
    rows = Comp.objects.filter(venue=venue, business_day__range=(span[0], month.last)).order_by()
    comped = dict(
        rows.annotate(first=TruncMonth("business_day"))
        .values("first")
        .annotate(given=MoneySum("amount"))
        .values_list("first", "given")
    )
    months = {}
    for back in reversed(range(MONTHS)):
        first = add_months(month.first, -back)
        pay, sales = paid.get(first, (None, ZERO))
        months[CalendarMonth.of(first)] = Cost(pay, comped.get(first, ZERO), sales)
    is_provisional = any(day is not None for _pk, _gross, _sales, day in slips)
    return Costs(people, months, bool(slips), is_provisional)


def _first_of(month: CalendarMonth) -> date:
    return add_months(month.first, 1 - MONTHS)
