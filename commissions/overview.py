"""A month's payroll at a glance: how far it is, what needs attention, its payslips with their totals."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from attendance.selectors import waiting_requests_in
from bookings.models import Booking
from commissions.explain import exception_what, hint_text, request_what
from commissions.models import Answer, DraftSent, Look, OpenException, PayrollRun, Payslip
from pages.formats import MINUS, day as in_words, figure
from rulebook.calendar import DAY, CalendarMonth, business_day, last_ended
from rulebook.pay import ExceptionKind, Hint
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
LARGE_CHANGE = Decimal(500)
"""A change from the month before is large from this many yuan on …"""
LARGE_SHARE = Decimal("0.3")
"""… where it is this share of that month's net pay too."""


class Slip(NamedTuple):
    """What the cards need of a payslip; amounts in yuan."""

    employee: int
    number: str
    name: str
    status: str
    net: Decimal
    hints: list[Any]
    pay_date: date
    digest: str
    hired: date
    left: date | None


class Way(NamedTuple):
    """What settles an open thing: the kind of page, and the records that its address names."""

    kind: str
    pk: int
    day: date | None = None


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
    key: str = ""
    looked_by: str = ""
    way: Way | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody looked at it yet: the page locks once each odd thing was looked at."""
        return not self.blocks and not self.looked_by


class Stage(NamedTuple):
    """One of the four steps of a month, with the fact that says how far it is."""

    number: int
    title: Promise | str
    is_done: bool
    is_current: bool


class Answers(NamedTuple):
    """How many were asked to confirm the draft that stands, and what they say of it."""

    sent: DraftSent | None
    confirmed: int
    objected: int
    people: int

    @property
    def silent(self) -> int:
        return self.people - self.confirmed - self.objected


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
    answers: "Answers"

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
    def to_look_at(self) -> list[Card]:
        return [card for card in self.cards if card.waits]

    @property
    def odd_people(self) -> set[int]:
        return {card.employee for card in self.cards}

    @property
    def stages(self) -> list[Stage]:
        facts = self.has_ended and self.run is not None and not self.blocking
        computed = self.run is not None and not self.run.is_stale and self.run.provisional_day is None
        locked = not self.is_open
        looked_at = facts and computed and not self.to_look_at
        done = (facts or locked, computed or locked, looked_at or locked, locked)
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
        answers=Answers(None, 0, 0, 0),
    )
    if run and with_cards:
        _look_at(payroll, run)
    return payroll


def _look_at(payroll: MonthPayroll, run: PayrollRun) -> None:
    """Fill in what the run tells: of its people, and of the month as a whole."""
    columns = ("employee_id", "number", "name", "status", "net", "hints", "pay_date", "digest")
    rows = Payslip.objects.filter(run=run).values_list(*columns, "employee__hired_on", "employee__left_on")
    slips = [Slip._make(row) for row in rows]
    answers = _answers(run.month, slips)
    looks = dict(Look.objects.filter(month=run.month).values_list("key", "user__name"))
    odd = [*_objections(slips, answers), *_odd(slips), *_changed(slips, payroll.month, net_before(run), run)]
    seen = [card._replace(looked_by=looks.get(card.key, "")) for card in odd]
    payroll.cards = [*_blocking(run), *_waiting(payroll), *sorted(seen, key=lambda card: bool(card.looked_by))]
    said = [state for state, _words in answers.values()]
    payroll.answers = Answers(
        DraftSent.objects.filter(month=run.month).first(),
        said.count(Answer.State.CONFIRMED),
        said.count(Answer.State.OBJECTED),
        len(slips),
    )
    for slip in slips[:1]:
        payroll.hints = [hint_text(hint, basis) for hint, basis in slip.hints if hint in GENERAL]
        payroll.pay_date = slip.pay_date


def _answers(month: Month, slips: Iterable[Slip]) -> dict[int, tuple[str, str]]:
    """What people say of the draft that stands, by person: the answer and its words."""
    digests = {slip.employee: slip.digest for slip in slips}
    rows = Answer.objects.filter(month=month).values_list("employee_id", "state", "words", "digest")
    return {pk: (state, words) for pk, state, words, digest in rows if digests.get(pk) == digest}


def key_of(*parts: Any) -> str:
    """A short name of an odd thing with its figures: other figures are another thing to look at."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


_SETTLED_AT = {
    ExceptionKind.UNSETTLED: "booking",
    ExceptionKind.POACHING_WAITS: "booking",
    ExceptionKind.HELD: "held",
    ExceptionKind.ONE_PUNCH: "day",
    ExceptionKind.AWAY: "day",
    ExceptionKind.WITHHOLDINGS: "amounts",
}


def _blocking(run: PayrollRun) -> Iterator[Card]:
    """What stands in the way of the lock, by person and day."""
    exceptions = list(OpenException.objects.filter(payslip__run=run).select_related("payslip"))
    kinds = {item.pk: _SETTLED_AT[ExceptionKind(item.kind)] for item in exceptions}
    numbers = [item.ref for item in exceptions if kinds[item.pk] in ("booking", "held")]
    venue = run.month.venue_id
    bookings = dict(Booking.objects.filter(venue=venue, number__in=numbers).values_list("number", "pk"))
    for item in sorted(exceptions, key=lambda item: (item.payslip.number, str(item.business_day), item.pk)):
        payslip, kind = item.payslip, kinds[item.pk]
        pk = bookings.get(item.ref, 0) if kind in ("booking", "held") else payslip.employee_id
        yield Card(
            payslip.employee_id,
            payslip.number,
            payslip.name,
            _("To settle"),
            "exclamation-triangle",
            item.business_day,
            exception_what(item),
            True,
            way=Way(kind, pk, item.business_day),
        )


def _waiting(payroll: MonthPayroll) -> Iterator[Card]:
    """The requests about the month that wait for the supervisor: they hold the lock as well."""
    for request in waiting_requests_in(payroll.venue, payroll.month):
        person = request.employee
        yield Card(
            person.pk,
            person.number,
            person.name,
            _("Request"),
            "clock",
            request.first_day,
            request_what(request),
            True,
            way=Way("request", request.pk),
        )


def _odd(slips: Iterable[Slip]) -> Iterator[Card]:
    """What the rules hint at, the gravest first."""
    told = [
        (_RANK[hint], slip.number, slip, hint, basis) for slip in slips for hint, basis in slip.hints if hint in _RANK
    ]
    for _rank, _number, slip, hint, basis in sorted(told, key=lambda row: row[:2]):
        title, icon = _HINTS[hint]
        key = key_of(hint, slip.employee, sorted(basis.items()))
        yield Card(slip.employee, slip.number, slip.name, title, icon, None, hint_text(hint, basis), False, key)


def _objections(slips: Iterable[Slip], answers: Mapping[int, tuple[str, str]]) -> Iterator[Card]:
    """Who objects to the draft that stands, with their words."""
    for slip in sorted(slips, key=lambda slip: slip.number):
        state, words = answers.get(slip.employee, ("", ""))
        if state == Answer.State.OBJECTED:
            key = key_of("objection", slip.employee, slip.digest, words)
            icon = "chat-bubble-left-ellipsis"
            yield Card(slip.employee, slip.number, slip.name, _("Objection"), icon, None, words, False, key)


def _changed(
    slips: Iterable[Slip], month: CalendarMonth, before: Mapping[int, Decimal], run: PayrollRun
) -> Iterator[Card]:
    """Who came, who left, whose pay is nothing, or far from the month before; nothing of a month under way."""
    if run.provisional_day is not None:
        return
    for slip in sorted(slips, key=lambda slip: slip.number):
        found: list[tuple[Promise | str, str, str, Any]] = []
        if slip.hired >= month.first:
            text = gettext("hired on %(day)s") % {"day": in_words(slip.hired)}
            found.append((_("Joined"), "user-plus", text, slip.hired))
        if slip.left is not None and slip.left <= month.last:
            text = gettext("last day %(day)s") % {"day": in_words(slip.left)}
            found.append((_("Left"), "arrow-right-start-on-rectangle", text, slip.left))
        if not slip.net:
            found.append((_("Zero pay"), "minus-circle", gettext("nothing is paid"), 0))
        then = before.get(slip.employee)
        if then is not None and is_large(then, slip.net):
            change = slip.net - then
            text = gettext("%(before)s last month, %(change)s") % {
                "before": figure(then),
                "change": f"{'+' if change > 0 else MINUS}{figure(abs(change))}",
            }
            found.append((_("Large change"), "arrows-up-down", text, (str(then), str(slip.net))))
        for title, icon, text, figures in found:
            key = key_of(icon, slip.employee, str(figures))
            yield Card(slip.employee, slip.number, slip.name, title, icon, None, text, False, key)


def is_large(before: Decimal, now: Decimal) -> bool:
    """Whether pay is far from the month before: by ``LARGE_CHANGE`` and by ``LARGE_SHARE`` of it."""
    change = abs(now - before)
    return change >= LARGE_CHANGE and change >= before * LARGE_SHARE


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
