"""Reads a month of a house: from its facts while it is open, from its payslips once it is locked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import BooleanField, CharField, F, OuterRef, QuerySet, Subquery, Value

from attendance.days import Attended, attended
from commissions.models import PayrollRun, Payslip, PayslipLine
from dashboards.team_month.figures import COARSE, Before, Fined, HouseMonth, PersonMonth
from dashboards.team_month.fined_comps import comp_fines
from dashboards.team_month.sales_sums import Asked, Sums, sums_of
from rulebook.attendance import Verdict
from rulebook.calendar import DAY, CalendarMonth, last_ended
from rulebook.fines import Fine
from rulebook.money import ZERO
from rulebook.pay import Employment, Item, charges_wages, commission_of, status_in, target_in
from rulebook.policy import Policy
from rulebook.reports import Report as Reported, report_fine
from staff.models import Employee
from staff.selectors import employed_between
from storage.money import MoneyField
from venues.models import Month, Venue
from venues.selectors import event_days_of, policies_of
from violations.ledger.inputs import employment_facts
from violations.models import Penalty, Report

_KEPT = 600  # seconds; what is kept is never older than the records, only seldom asked for again


class CacheVersion(NamedTuple):
    """How far the records of a month and of the one before are: other numbers, other figures.

    Each month stands with its state, its revision and the run that it shows.
    """

    house: int
    ended: date
    month: tuple[str, int, int | None]
    before: tuple[str, int, int | None]

    def version(self, month: CalendarMonth) -> str:
        """A short text that changes whenever a figure of the month may."""
        parts = (month, self.house, min(self.ended, month.last), *self.month, *self.before)
        return "-".join(str(part) for part in parts)


_NOTHING = (Month.State.OPEN.value, 0, None)


def stamp_of(venue: Venue, month: CalendarMonth, now: datetime) -> CacheVersion:
    """How far the records are, for a ``venue`` just read; one query."""
    runs = PayrollRun.objects.filter(month=OuterRef("pk"), is_current=True).values("pk")[:1]
    firsts = (month.first, _month_before(month).first)
    rows = Month.objects.filter(venue=venue, first_day__in=firsts).annotate(run=Subquery(runs))
    found = {first: (state, revision, run) for first, state, revision, run in rows.values_list(
        "first_day", "state", "revision", "run",
    )}  # fmt: skip
    states = [found.get(first, _NOTHING) for first in firsts]
    return CacheVersion(venue.revision, last_ended(now, venue.zone), *states)


def house_month(venue: Venue, month: CalendarMonth, stamp: CacheVersion) -> HouseMonth:
    """Everyone's month as the payroll has it, or would have it now; kept for as long as the records stand.

    A dozen queries, however many people; none where it is kept.
    """
    key = f"staff:{venue.pk}:{stamp.version(month)}"
    found: HouseMonth | None = cache.get(key)
    if found is None:
        found = read_month(venue, month, stamp)
        cache.set(key, found, timeout=_KEPT)
    return found


def _month_before(month: CalendarMonth) -> CalendarMonth:
    return month.previous


@dataclass(frozen=True, slots=True)
class _Span:
    """The days in question: the last that has ended (the day before the month where none has), and the one before."""

    month: CalendarMonth
    ended: date

    @property
    def through(self) -> date:
        return max(self.month.first - DAY, min(self.month.last, self.ended))

    @property
    def before(self) -> CalendarMonth:
        return _month_before(self.month)

    @property
    def same_day(self) -> date:
        """The day of the month before that this one is held against: its last for a month that is over."""
        if self.through == self.month.last:
            return self.before.last
        return self.before.first.replace(day=max(1, min(self.through.day, self.before.length)))


def read_month(venue: Venue, month: CalendarMonth, stamp: CacheVersion) -> HouseMonth:
    """Everyone's month, read anew."""
    span = _Span(month, stamp.ended)
    policies = policies_of(venue)
    policy = policies.of(month).policy
    employed = list(employed_between(venue, span.before.first, month.last))
    states = ((month, span.through, stamp.month), (span.before, span.same_day, stamp.before))
    sums = sums_of(
        venue,
        [
            Asked(one, policies.of(one).policy, through, run if state != Month.State.OPEN else None)
            for one, through, (state, _revision, run) in states
        ],
    )
    here, then = _employed_in(employed, month), _employed_in(employed, span.before)
    days = attended(
        venue,
        month,
        span.through,
        {pk: employment for pk, (_person, employment) in here.items()},
        events=event_days_of(venue, month),
        policy=policy,
    )
    has_ended = span.through >= month.first
    then_sold = {pk: sums[span.before].people.get(pk, (ZERO, ZERO)) for pk in then}
    before = {pk: Before(whole, so_far if has_ended else None) for pk, (whole, so_far) in then_sold.items()}
    state, _revision, run = stamp.month
    if state != Month.State.OPEN and run is not None:
        people = _stored(run, days, sums[month], before)
    else:
        people = _computed(venue, span, policy, here, days, sums[month], before)
    return HouseMonth(
        month=month,
        state=state,
        through=span.through if has_ended else None,
        same_day=span.same_day if has_ended else None,
        people=sorted(people, key=lambda one: one.number),
        daily=sums[month].daily,
        daily_before=sums[span.before].daily,
        before=Before(
            sum((whole for whole, _so_far in then_sold.values()), ZERO),
            sum((so_far for _whole, so_far in then_sold.values()), ZERO) if has_ended else None,
        )
        if then
        else None,
    )


def _employed_in(people: Iterable[Employee], month: CalendarMonth) -> dict[int, tuple[Employee, Employment]]:
    known = ((person, employment_facts(person)) for person in people)
    return {person.pk: (person, facts) for person, facts in known if facts.days_in(month) is not None}


def _stored(run: int, days: dict[int, Attended], sums: Sums, before: dict[int, Before]) -> Iterable[PersonMonth]:
    """The people of a locked month, as their payslips say; two queries."""
    fined: defaultdict[int, list[Fined]] = defaultdict(list)
    lines = PayslipLine.objects.filter(payslip__run=run, item=Item.FINE)
    for pk, day, article, amount in lines.values_list("payslip__employee_id", "business_day", "article", "amount"):
        assert day is not None  # a fine falls on a day
        fined[pk].append(Fined(day, article, -amount))
    columns = (
        "employee_id", "number", "name", "status", "sales", "target", "commission", "fines", "expected_days",
        "worked_days", "personal_leave_days",
    )  # fmt: skip
    for row in Payslip.objects.filter(run=run).values_list(*columns):
        pk, number, name, status, sales, target, commission, fines, expected, worked, personal = row
        yield PersonMonth(
            pk=pk,
            number=number,
            name=name,
            status=status,
            sales=sales,
            so_far=sums.people.get(pk, (ZERO, ZERO))[1],
            target=target,
            commission=commission,
            fines=fines,
            expected=expected,
            worked=worked,
            personal=personal,
            marks=_marks(days, pk),
            before=before.get(pk),
            fined=sorted(fined[pk]),
        )


def _computed(
    venue: Venue,
    span: _Span,
    policy: Policy,
    people: dict[int, tuple[Employee, Employment]],
    days: dict[int, Attended],
    sums: Sums,
    before: dict[int, Before],
) -> Iterable[PersonMonth]:
    """The people of an open month, as a run would have them now."""
    month = span.month
    given = comp_fines(venue, month, span.through, policy)
    reported, waived = _ledger(venue, month, policy)
    for pk, (person, employment) in people.items():
        own = days[pk]
        sales, so_far = sums.people.get(pk, (ZERO, ZERO))
        target = target_in(employment, month, policy)
        earned, forfeits = commission_of(sales, target, own.counts, policy)
        charged = charges_wages(employment, month, policy)
        fined = [
            Fined(fine.day, fine.article, fine.amount)
            for fine in (*own.fines, *given.get(pk, ()), *reported.get(pk, ()))
            if fine.amount and (pk, fine.day, fine.article, fine.source) not in waived
        ]
        yield PersonMonth(
            pk=pk,
            number=person.number,
            name=person.name,
            status=status_in(employment, month, policy).value,
            sales=sales,
            so_far=so_far,
            target=target,
            commission=earned if charged and not forfeits else ZERO,
            fines=sum((fine.amount for fine in fined), ZERO) if charged else ZERO,
            expected=own.counts.total() - own.counts[Verdict.REST],
            worked=own.counts[Verdict.WORKED],
            personal=own.counts[Verdict.PERSONAL],
            marks=_marks(days, pk),
            before=before.get(pk),
            fined=sorted(fined) if charged else [],
        )


def _marks(days: dict[int, Attended], pk: int) -> str:
    return days[pk].marks.translate(COARSE) if pk in days else ""


def _ledger(
    venue: Venue, month: CalendarMonth, policy: Policy
) -> tuple[dict[int, list[Fine]], set[tuple[int, date, str, str]]]:
    """The fines that reports bring, by person; which fines of the month are waived. One query."""
    here = {"employee__venue": venue, "business_day__range": (month.first, month.last)}
    reports = _part(
        Report.objects.filter(**here), False, "number",
        yuan=F("amount"), of=F("booking__number"), standing=F("booking__state"), spent=F("booking__spend"),
    )  # fmt: skip
    waived = _part(
        Penalty.objects.filter(**here, state=Penalty.State.WAIVED), True, "source",
        yuan=_NO_MONEY, of=_NO_WORD, standing=_NO_WORD, spent=_NO_MONEY,
    )  # fmt: skip
    fines: defaultdict[int, list[Fine]] = defaultdict(list)
    found: set[tuple[int, date, str, str]] = set()
    for is_waived, person, day, article, key, amount, booking, state, spend in reports.union(waived, all=True):
        if is_waived:
            found.add((person, day, article, key))
            continue
        fine = report_fine(Reported(key, day, article, amount, booking or "", state or "", spend), policy)
        if fine is not None:
            fines[person].append(fine)
    return fines, found


_NO_WORD = Value(None, output_field=CharField())
_NO_MONEY = Value(None, output_field=MoneyField())


def _part(rows: QuerySet[Any], is_waived: bool, key: str, **columns: Any) -> QuerySet[Any, Any]:
    named = {"is_waived": Value(is_waived, output_field=BooleanField())}
    shown = ("is_waived", "employee_id", "business_day", "article", key, *columns)
    part: QuerySet[Any, Any] = rows.annotate(**named, **columns).order_by().values_list(*shown)
    return part
