"""Reads about payroll."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.models import Bonus, OpenException, PayrollRun, Payslip, PayslipLine, SaleLine, Withholding
from comps.models import Comp
from rulebook.attendance import is_run
from rulebook.calendar import CalendarMonth, months_between
from staff.models import Employee
from venues.models import Month, Venue
from violations.models import Report

_PEOPLE = 200  # whose lines are read at a time


class PrintedLine(NamedTuple):
    """A payslip line with whose it is; no model, a month has tens of thousands."""

    number: str
    position: int
    name: str
    business_day: date | None
    article: str
    item: str
    amount: Decimal
    basis: dict[str, Any]


class PrintedSale(NamedTuple):
    """A booking with what it counts, and for whom."""

    business_day: date
    booking: str
    number: str
    name: str
    table: str
    spend: Decimal | None
    reasons: str


def current_run(venue: Venue, month: CalendarMonth) -> PayrollRun | None:
    """The run whose payslips a month shows."""
    return (
        PayrollRun.objects.select_related("month__venue", "policy_version")
        .filter(month__venue=venue, month__first_day=month.first, is_current=True)
        .first()
    )


def drafted(venue: Venue, month: CalendarMonth) -> dict[str, Any]:
    """What the pages show of a month before they act on it whole: when its payslips were computed, how many, the sum.

    The moment and the sum (yuan) are None where it has none; one query.
    """
    run = PayrollRun.objects.filter(month__venue=venue, month__first_day=month.first, is_current=True)
    sums = run.annotate(slips=Count("payslips"), net=Sum("payslips__net")).values_list("finished_at", "slips", "net")
    computed, people, net = sums.first() or (None, 0, None)
    return {"computed": computed, "people": people, "net": net}


def payslips_of(run: PayrollRun) -> list[Payslip]:
    """A run's payslips by staff number."""
    return sorted(Payslip.objects.filter(run=run), key=lambda payslip: payslip.number)


def lines_of(run: PayrollRun) -> Iterator[PrintedLine]:
    """A run's lines, by staff number and position; read for some people at a time."""
    people = [pk for _number, pk in sorted(Payslip.objects.filter(run=run).values_list("number", "pk"))]
    for start in range(0, len(people), _PEOPLE):
        rows = PayslipLine.objects.filter(payslip__in=people[start : start + _PEOPLE]).values_list(
            "payslip__number", "position", "payslip__name", "business_day", "article", "item", "amount", "basis"
        )
        yield from (PrintedLine._make(row) for row in sorted(rows, key=lambda row: row[:2]))


def sale_lines_of(run: PayrollRun) -> Iterator[PrintedSale]:
    """A run's bookings with what they count, by business day and booking number; read some at a time."""
    rows = SaleLine.objects.filter(payslip__run=run).order_by("booking__business_day").values_list(
        "booking__business_day", "booking__number", "payslip__number", "payslip__name", "booking__table",
        "booking__spend", "reasons",
    )  # fmt: skip
    for _day, of_day in groupby(rows.iterator(), key=lambda row: row[0]):
        yield from (PrintedSale._make(row) for row in sorted(of_day, key=lambda row: row[1]))


def exceptions_of(run: PayrollRun) -> list[OpenException]:
    """A run's open exceptions, by staff number and day."""
    found = OpenException.objects.filter(payslip__run=run).select_related("payslip")
    return sorted(found, key=lambda item: (item.payslip.number, item.business_day or date.max, item.pk))


def open_month_before(venue: Venue, month: CalendarMonth) -> CalendarMonth | None:
    """The earliest month before this one that has facts and is not locked."""
    return next(iter(open_months_before(venue, month)), None)


def open_months_before(venue: Venue, month: CalendarMonth) -> list[CalendarMonth]:
    """The months before this one that are run, have facts and are not locked, the earliest first."""
    closed = {
        CalendarMonth.of(first)
        for first in Month.objects.filter(venue=venue)
        .exclude(state=Month.State.OPEN)
        .values_list("first_day", flat=True)
    }
    found = _months_with_facts(venue, month) - closed
    return sorted(one for one in found if is_run(one, venue.in_use_from))


def _months_with_facts(venue: Venue, before: CalendarMonth) -> set[CalendarMonth]:
    """The months before this one in which anything was recorded that pay hangs on."""
    months: set[CalendarMonth] = set()
    for model, column in (
        (Rest, "business_day"),
        (Punch, "business_day"),
        (OffPost, "business_day"),
        (Booking, "business_day"),
        (Comp, "business_day"),
        (Report, "business_day"),
        (Bonus, "month"),
        (Withholding, "month"),
    ):
        rows = model.objects.filter(employee__venue=venue, **{f"{column}__lt": before.first})
        months.update(CalendarMonth.of(day) for day in rows.dates(column, "month"))
    openings = Employee.objects.filter(venue=venue, opening_month__lt=before.first)
    months.update(CalendarMonth.of(day) for day in openings.values_list("opening_month", flat=True).distinct() if day)
    leaves = Leave.objects.filter(employee__venue=venue, first_day__lt=before.first)
    for first, last in leaves.values_list("first_day", "last_day").distinct():
        months.update(months_between(CalendarMonth.of(first), CalendarMonth.of(last)))
    return {month for month in months if month < before}


def visible_payslips(user: User, venue: Venue, may: Collection[Capability]) -> QuerySet[Payslip]:
    """The payslips of the months' current runs that somebody may see: all, or their own."""
    payslips = Payslip.objects.filter(run__month__venue=venue, run__is_current=True).select_related(
        "run__month__venue", "run__policy_version", "employee"
    )
    return payslips if Capability.SEE_ALL_PAY in may else payslips.filter(employee__user=user)


def own_payslips(user: User, venue: Venue) -> list[Payslip]:
    """A person's own payslips, the latest month first."""
    mine = visible_payslips(user, venue, ())
    return list(mine.order_by("-run__month__first_day", "number"))
