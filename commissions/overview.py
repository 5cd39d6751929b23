"""A month's payroll at a glance: how far it is, what needs attention, its payslips with their totals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commissions.explain import exception_what, hint_text
from commissions.models import OpenException, PayrollRun, Payslip
from rulebook.calendar import DAY, CalendarMonth, business_day, last_ended
from rulebook.pay import Hint
from storage.money import MoneySum
from venues.models import Month, Venue


class Column(NamedTuple):
    """A column of figures: the payslip's field, its head, how its cells look; ``takes`` shows it as negative."""

    name: str
    label: Promise | str
    look: str = "desk"
    takes: bool = False
    is_added: bool = True

    def of(self, figures: Mapping[str, Decimal]) -> Decimal | None:
        """The figure of this column; None where the column is not added up."""
        figure = figures.get(self.name)
        return -figure if self.takes and figure else figure


COLUMNS = (
    Column("sales", _("Counted sales")),
    Column("target", _("Target"), "desk wide third", is_added=False),
    Column("base", _("Base pay")),
    Column("commission", _("Commission")),
    Column("bonus", _("Bonus"), "desk wide"),
    Column("gross", _("Gross wages"), "desk strong"),
    Column("withheld", _("Withheld"), takes=True),
    Column("deductions", _("Deductions"), takes=True),
    Column("deposit", _("Deposit returned"), "desk wide"),
    Column("net", _("Net pay (yuan)"), "net"),
)
"""The columns of figures, in order: on the phone the net alone, the wide ones on wide screens alone."""

GENERAL = (Hint.PROVISIONAL, Hint.PAY_DAY)
"""Hints that are the month's, not a person's."""

_HINTS: Mapping[str, tuple[Promise | str, str]] = {
    Hint.WAGES_WITHHELD: (_("Wage guard"), "shield-exclamation"),
    Hint.OVER_CAP: (_("Wage guard"), "shield-exclamation"),
    Hint.UNDER_MINIMUM: (_("Wage guard"), "shield-exclamation"),
    Hint.DISMISSED: (_("Dismissal"), "user-minus"),
    Hint.CAPPED: (_("Carried on"), "arrow-uturn-right"),
    Hint.CARRIED: (_("Carried on"), "arrow-uturn-right"),
    Hint.LEFT_OVER: (_("Left over"), "arrow-uturn-right"),
    Hint.FORFEITED: (_("Commission forfeited"), "no-symbol"),
    Hint.NO_NOTICE: (_("Notice"), "calendar-days"),
    Hint.SHORT_NOTICE: (_("Notice"), "calendar-days"),
}
_RANK = {hint: rank for rank, hint in enumerate(_HINTS)}


class Overview(NamedTuple):
    """A month in the list of months."""

    month: CalendarMonth
    state: str
    state_label: str
    run: PayrollRun | None
    is_computing: bool
    net: Decimal


class Card(NamedTuple):
    """One thing to look at, or (``blocks``) to settle before the month can be locked."""

    employee: int
    number: str
    name: str
    title: Promise | str
    icon: str
    business_day: date | None
    text: str
    blocks: bool


class Stage(NamedTuple):
    """One of the four steps of a month, with the fact that says how far it is."""

    number: int
    title: Promise | str
    is_done: bool
    is_current: bool


@dataclass
class MonthPayroll:
    """What the page of a month shows besides its payslips."""

    venue: Venue
    month: CalendarMonth
    row: Month | None
    run: PayrollRun | None  # the one that is shown
    latest: PayrollRun | None  # the one begun last, whatever became of it
    has_begun: bool
    has_ended: bool
    cards: list[Card]
    hints: list[str]  # the month's own
    pay_date: date | None
    locked_later: CalendarMonth | None  # what this month carries on would change it

    @property
    def computing(self) -> PayrollRun | None:
        return self.latest if self.latest and self.latest.state == PayrollRun.State.COMPUTING else None

    @property
    def failed(self) -> PayrollRun | None:
        return self.latest if self.latest and self.latest.state == PayrollRun.State.FAILED else None

    @property
    def is_open(self) -> bool:
        return self.row is None or self.row.state == Month.State.OPEN

    @property
    def blocking(self) -> list[Card]:
        return [card for card in self.cards if card.blocks]

    @property
    def odd_people(self) -> set[int]:
        return {card.employee for card in self.cards}

    @property
    def stages(self) -> list[Stage]:
        facts = self.has_ended and self.run is not None and not self.blocking
        computed = self.run is not None and not self.run.is_stale and self.run.provisional_day is None
        locked = not self.is_open
        done = (facts or locked, computed or locked, locked, locked)
        current = next((place for place, is_done in enumerate(done) if not is_done), 3)
        if self.run is None:
            current = 1 if self.has_ended else 0
        titles = (_("Facts complete"), _("Computed"), _("Looked at"), _("Locked and exported"))
        return [
            Stage(place + 1, title, is_done, place == current)
            for place, (title, is_done) in enumerate(zip(titles, done, strict=True))
        ]


def months_of(venue: Venue, *, now: datetime) -> list[Overview]:
    """The venue's months through the current one, the latest first; three queries."""
    today = CalendarMonth.of(business_day(now, venue.zone))
    rows = {row.calendar_month: row for row in Month.objects.filter(venue=venue, first_day__lte=today.first)}
    runs = {
        run.month_id: run
        for run in PayrollRun.objects.filter(month__in=rows.values(), is_current=True)
        .select_related("month")
        .annotate(total=MoneySum("payslips__net"))
    }
    computing = set(
        PayrollRun.objects.filter(month__in=rows.values(), state=PayrollRun.State.COMPUTING).values_list(
            "month", flat=True
        )
    )
    found = []
    for month in sorted({*rows, today}, reverse=True):
        row = rows.get(month) or Month(venue=venue, first_day=month.first)
        run = runs.get(row.pk)
        net = run.total if run else Decimal(0)
        found.append(Overview(month, row.state, row.get_state_display(), run, row.pk in computing, net))
    return found


def month_at_work(venue: Venue, *, now: datetime) -> CalendarMonth:
    """The month that HR works on: the last one that has ended while it is open, else the one under way."""
    today = CalendarMonth.of(business_day(now, venue.zone))
    before = CalendarMonth.of(today.first - DAY)
    is_open = Month.objects.filter(venue=venue, first_day=before.first, state=Month.State.OPEN).exists()
    return before if is_open else today


def month_payroll(venue: Venue, month: CalendarMonth, *, now: datetime, with_cards: bool = True) -> MonthPayroll:
    """How far a month's payroll is, without its cards where only the runs matter; a constant number of queries."""
    rows = list(Month.objects.filter(venue=venue, first_day__gte=month.first).order_by("first_day"))
    row = next((row for row in rows if row.first_day == month.first), None)
    locked = (row.calendar_month for row in rows if row.state != Month.State.OPEN and row.first_day > month.first)
    runs = PayrollRun.objects.filter(month=row).select_related("month__venue", "policy_version", "started_by")
    begun = list(runs.order_by("-pk")) if row else []  # not by time: clocks of hosts differ
    latest = begun[0] if begun else None
    run = next((run for run in begun if run.is_current), None)
    payroll = MonthPayroll(
        venue=venue,
        month=month,
        row=row,
        run=run,
        latest=latest,
        has_begun=business_day(now, venue.zone) >= month.first,
        has_ended=last_ended(now, venue.zone) >= month.last,
        cards=[],
        hints=[],
        pay_date=None,
        locked_later=next(locked, None),
    )
    if run and with_cards:
        _look_at(payroll, run)
    return payroll


def _look_at(payroll: MonthPayroll, run: PayrollRun) -> None:
    """Fill in what the run tells: of its people, and of the month as a whole."""
    slips = list(Payslip.objects.filter(run=run).values_list("employee_id", "number", "name", "hints", "pay_date"))
    payroll.cards = [*_blocking(run), *_odd(slips)]
    for *_person, hints, pay_date in slips[:1]:
        payroll.hints = [hint_text(hint, basis) for hint, basis in hints if hint in GENERAL]
        payroll.pay_date = pay_date


def _blocking(run: PayrollRun) -> Iterator[Card]:
    """What stands in the way of the lock, by person and day."""
    exceptions = OpenException.objects.filter(payslip__run=run).select_related("payslip")
    for item in sorted(exceptions, key=lambda item: (item.payslip.number, str(item.business_day), item.pk)):
        payslip, icon = item.payslip, "exclamation-triangle"
        text = exception_what(item)
        yield Card(
            payslip.employee_id, payslip.number, payslip.name, _("To settle"), icon, item.business_day, text, True
        )


def _odd(slips: Iterable[tuple[Any, ...]]) -> Iterator[Card]:
    """What is odd, the gravest first."""
    told = [
        (_RANK[hint], number, employee, name, hint, basis)
        for employee, number, name, hints, _pay_date in slips
        for hint, basis in hints
        if hint in _RANK
    ]
    for _rank, number, employee, name, hint, basis in sorted(told, key=lambda row: row[:2]):
        title, icon = _HINTS[hint]
        yield Card(employee, number, name, title, icon, None, hint_text(hint, basis), False)


def totals(payslips: QuerySet[Payslip]) -> list[tuple[Column, Decimal | None]]:
    """The sums of some payslips, by column."""
    added = [column.name for column in COLUMNS if column.is_added]
    sums = payslips.aggregate(**{f"sum_{name}": MoneySum(name) for name in added})
    return row_of({name: sums[f"sum_{name}"] for name in added})


def row_of(figures: Mapping[str, Decimal]) -> list[tuple[Column, Decimal | None]]:
    """A row of figures, by column."""
    return [(column, column.of(figures)) for column in COLUMNS]


def net_before(run: PayrollRun) -> dict[int, Decimal]:
    """What each person had the month before, by primary key."""
    before = PayrollRun.objects.filter(
        month__venue=run.month.venue_id,
        month__first_day=CalendarMonth.of(run.month.first_day - DAY).first,
        is_current=True,
    )
    return dict(Payslip.objects.filter(run__in=before).values_list("employee_id", "net"))


def target_bar(sales: Decimal, target: Decimal) -> dict[str, Decimal]:
    """How far the sales are from the target, and how long the bar is that shows it, in yuan."""
    return {"gap": abs(sales - target), "bar": max(sales, target) * 5 / 4}
