"""Read a month's payroll: how far it is, its review items, its payslips with their totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.core.cache import cache as kept
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _

from commissions.models import Acknowledgement, Answer, PayrollRun, Payslip, RunChunk
from commissions.month.review import GENERAL, Card, Said, blocking, doubted, objections, odd, said_of, slips_of, waiting
from commissions.payslips.texts import hint_text
from pages.figures import said
from rulebook.attendance import is_run
from rulebook.calendar import CalendarMonth, last_ended
from rulebook.money import ZERO
from rulebook.pay import FIGURE
from storage.money import MoneySum
from venues.models import Month, Venue


class FigureColumn(NamedTuple):
    """A column of figures: the payslip's field, how its cells look; ``takes`` shows it as negative."""

    name: str
    look: str = "desk"
    takes: bool = False
    is_added: bool = True

    @property
    def label(self) -> str:
        label = said(FIGURE[self.name].label)
        return _("%(figure)s (yuan)") % {"figure": label} if self.name == "net" else label

    def of(self, figures: Mapping[str, Decimal]) -> Decimal | None:
        """The figure of this column; None where the column is not added up."""
        figure = figures.get(self.name)
        return -figure if self.takes and figure else figure


COLUMNS = (
    FigureColumn("sales"),
    FigureColumn("target", "desk wide third", is_added=False),
    FigureColumn("base"),
    FigureColumn("commission"),
    FigureColumn("bonus", "desk wide"),
    FigureColumn("gross", "desk strong"),
    FigureColumn("withheld", takes=True),
    FigureColumn("deductions", takes=True),
    FigureColumn("deposit", "desk wide"),
    FigureColumn("net", "net"),
)
"""The columns of figures, in order: on the phone the net alone, the wide ones on wide screens alone."""

KEPT = 600
"""Seconds; what is kept is never older than the records, only seldom asked for again."""

LINE = ("employee_id", "number", "name", "status", *(column.name for column in COLUMNS))
"""What a line of the table tells of a payslip: a fraction of its columns."""


class Overview(NamedTuple):
    """A month in the list of months."""

    month: CalendarMonth
    state: str
    state_label: str
    run: PayrollRun | None
    is_computing: bool
    net: Decimal


class Stage(NamedTuple):
    """One of the four steps of a month, with the fact that says how far it is."""

    number: int
    title: Promise | str
    is_done: bool
    is_current: bool


class Answers(NamedTuple):
    """What people say of the draft that stands."""

    confirmed: int
    objected: int
    people: int

    @property
    def silent(self) -> int:
        return self.people - self.confirmed - self.objected


@dataclass(kw_only=True)
class MonthPayroll:
    """What the page of a month shows besides its payslips."""

    venue: Venue
    month: CalendarMonth
    row: Month | None
    run: PayrollRun | None  # the one that is shown
    latest: PayrollRun | None  # the one begun last, whatever became of it
    has_begun: bool
    has_ended: bool
    run_before: PayrollRun | None  # the one that is shown of the month before
    at_work: CalendarMonth  # the venue's month that HR works on
    said: list[Said]  # of the draft that stands
    cards: list[Card]
    hints: list[str]  # the month's own
    doubts: list[str]  # whose numbers look wrong
    pay_date: date | None
    locked_later: CalendarMonth | None  # what this month carries on would change it
    can_compare: bool  # the draft before is still there

    @property
    def computing(self) -> PayrollRun | None:
        return self.latest if self.latest and self.latest.state == PayrollRun.State.COMPUTING else None

    @property
    def failed(self) -> PayrollRun | None:
        return self.latest if self.latest and self.latest.state == PayrollRun.State.FAILED else None

    @property
    def is_run(self) -> bool:
        """Whether the month is run at all: not where it ends before the house is in use."""
        return is_run(self.month, self.venue.in_use_from)

    @property
    def is_open(self) -> bool:
        return self.row is None or self.row.state == Month.State.OPEN

    @property
    def is_whole(self) -> bool:
        """Whether what is shown is of the whole month, and can be held against the month before."""
        return self.run is not None and self.run.provisional_day is None

    @property
    def blocking(self) -> list[Card]:
        return [card for card in self.cards if card.blocks]

    @property
    def unsettled(self) -> list[Card]:
        """What is still to be settled; the rest of ``blocking`` only waits to be computed again."""
        return [card for card in self.blocking if not card.is_settled]

    @property
    def unacknowledged(self) -> list[Card]:
        return [card for card in self.cards if card.waits]

    @property
    def can_acknowledge(self) -> bool:
        """Whether what is odd can be looked at: of a whole month, while it is open."""
        return self.is_open and self.has_ended and self.run is not None and self.run.provisional_day is None

    @property
    def odd(self) -> list[Card]:
        """What is odd, looked at or not."""
        return [card for card in self.cards if not card.blocks]

    @property
    def odd_people(self) -> dict[int, Card]:
        """Who needs attention, each with the gravest of their cards."""
        return {card.employee: card for card in reversed(self.cards)}

    @property
    def answers(self) -> Answers:
        said = [one.state for one in self.said]
        confirmed, objected = said.count(Answer.State.CONFIRMED), said.count(Answer.State.OBJECTED)
        return Answers(confirmed, objected, self.run.people if self.run else 0)

    @property
    def stages(self) -> list[Stage]:
        facts = self.has_ended and self.run is not None and not self.blocking
        computed = self.run is not None and not self.run.is_stale and self.run.provisional_day is None
        locked = not self.is_open
        looked_at = facts and computed and not self.unacknowledged
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
    today = venue.month_at(now)
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
    return _at_work(Month.objects.filter(venue=venue), venue, now)


def _at_work(rows: Iterable[Month], venue: Venue, now: datetime) -> CalendarMonth:
    today = venue.month_at(now)
    before = today.previous
    is_open = any(row.first_day == before.first and row.state == Month.State.OPEN for row in rows)
    is_open = is_open and is_run(before, venue.in_use_from)
    return before if is_open else today


def month_payroll(
    venue: Venue, month: CalendarMonth, *, now: datetime, with_cards: bool = True, may_be_kept: bool = False
) -> MonthPayroll:
    """How far a month's payroll is, without its cards where only the runs matter; a constant number of queries.

    For a ``venue`` just read, what the draft tells by itself may be what was kept of it.
    """
    rows = list(Month.objects.filter(venue=venue).order_by("first_day"))
    row = next((row for row in rows if row.first_day == month.first), None)
    locked = (row.calendar_month for row in rows if row.state != Month.State.OPEN and row.first_day > month.first)
    begun, before = _runs_of(rows, month)
    run = next((run for run in begun if run.is_current), None)
    payroll = MonthPayroll(
        venue=venue,
        month=month,
        row=row,
        run=run,
        run_before=before,
        latest=begun[0] if begun else None,
        has_begun=venue.day_at(now) >= month.first,
        has_ended=last_ended(now, venue.zone) >= month.last,
        at_work=_at_work(rows, venue, now),
        said=[],
        cards=[],
        hints=[],
        doubts=[],
        pay_date=None,
        locked_later=next(locked, None),
        can_compare=sum(one.state == PayrollRun.State.COMPLETE for one in begun) > 1,
    )
    if run and with_cards:
        _mark_acknowledged(payroll, run, _kept_draft(payroll, run) if may_be_kept else _read_draft(payroll, run))
    return payroll


def _runs_of(rows: Iterable[Month], month: CalendarMonth) -> tuple[list[PayrollRun], PayrollRun | None]:
    """The month's runs, the latest first, with how many people each has done; the current one of the month before."""
    firsts = (month.first, month.previous.first)
    found = list(_counted_runs().filter(month__in=[row.pk for row in rows if row.first_day in firsts]))
    before = next((run for run in found if run.is_current and run.month.first_day != month.first), None)
    return [run for run in found if run.month.first_day == month.first], before


@cache
def _counted_runs() -> QuerySet[PayrollRun]:
    """Every run, the latest first, with how many people it has done.

    Never asked itself, only what is filtered of it: to build it anew takes longer than to ask.
    """
    done = RunChunk.objects.filter(run=OuterRef("pk"), state=RunChunk.State.DONE).order_by().values("run")
    runs = PayrollRun.objects.select_related("month__venue", "policy_version", "started_by")
    # Not by time: clocks of hosts differ.
    return runs.annotate(done=Coalesce(Subquery(done.annotate(sum=Sum("people")).values("sum")), 0)).order_by("-pk")


class _Draft(NamedTuple):
    """What a run's payslips tell by themselves, in the language of the reader."""

    cards: list[Card]
    hints: list[str]
    doubts: list[str]
    pay_date: date | None


def version_of(payroll: MonthPayroll) -> str:
    """A short text that changes whenever what the shown payslips tell by themselves may.

    A run that is shown is over, its payslips stay as they are; when people came and went is the venue's to say.
    """
    run, before = payroll.run, payroll.run_before
    venue = payroll.venue
    parts = (venue.pk, venue.revision, run.pk if run else 0, before.pk if before else 0, get_language())
    return "-".join(str(part) for part in parts)


def _kept_draft(payroll: MonthPayroll, run: PayrollRun) -> _Draft:
    """What the payslips tell, for as long as they and the people stay as they are: no query where it is kept."""
    key = f"draft:{version_of(payroll)}"
    found: _Draft | None = kept.get(key)
    if found is None:
        found = _read_draft(payroll, run)
        kept.set(key, found, timeout=KEPT)
    return found


def _read_draft(payroll: MonthPayroll, run: PayrollRun) -> _Draft:
    """What the payslips tell, read anew; one query."""
    slips = slips_of(run, payroll.run_before)
    cards = odd(slips, payroll.month, is_whole=run.provisional_day is None)
    if not slips:
        return _Draft(cards, [], [], None)
    hints = [hint_text(hint, basis) for hint, basis in slips[0].hints if hint in GENERAL]
    return _Draft(cards, hints, doubted(slips), slips[0].pay_date)


def _mark_acknowledged(payroll: MonthPayroll, run: PayrollRun, draft: _Draft) -> None:
    """Fill in what the run tells, of its people and of the month as a whole, and what was said and done since."""
    payroll.said = said_of(run)
    looks = {
        key: name or signs_in_as
        for key, name, signs_in_as in Acknowledgement.objects.filter(month=run.month).values_list(
            "key", "user__name", "user__username"
        )
    }
    found = [*objections(payroll.said), *draft.cards]
    seen = [card._replace(acknowledged_by=looks[card.key]) if card.key in looks else card for card in found]
    waits = waiting(payroll.venue, payroll.month) if payroll.is_open else ()
    payroll.cards = [*blocking(run), *waits, *sorted(seen, key=lambda card: bool(card.acknowledged_by))]
    payroll.hints, payroll.doubts, payroll.pay_date = draft.hints, draft.doubts, draft.pay_date


def totals(payslips: QuerySet[Payslip]) -> tuple[int, list[tuple[FigureColumn, Decimal | None]]]:
    """How many some payslips are, and their sums by column; one query."""
    added = [column.name for column in COLUMNS if column.is_added]
    sums = payslips.aggregate(people=Count("pk"), **{f"sum_{name}": Sum(name) for name in added})
    return sums["people"], row_of({name: sums[f"sum_{name}"] or ZERO for name in added})


def row_of(figures: Mapping[str, Decimal]) -> list[tuple[FigureColumn, Decimal | None]]:
    """A row of figures, by column."""
    return [(column, column.of(figures)) for column in COLUMNS]
