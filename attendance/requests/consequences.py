"""What a request would cost, computed before it is made."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext

from attendance.models import Leave, Paper, Punch, Request, Rest
from attendance.rest_days.selectors import RestMonth, as_rule
from pages.formats import clock, day as shown, month as month_shown, yuan
from rulebook import attendance
from rulebook.attendance import MINUTE, Verdict, decide_days, is_valid, shift_of
from rulebook.calendar import CalendarMonth, days_between, months_between
from rulebook.policy import Policy
from staff.models import Employee
from staff.selectors import is_employed
from venues.models import EventDay
from venues.selectors import policies_of, policy_of

SICK_PAPERS = frozenset({Paper.Kind.CERTIFICATE.value, Paper.Kind.RECEIPT.value, Paper.Kind.SICK_NOTE.value})


class Clause(NamedTuple):
    """One thing that follows from a request: in words, with its article; ``css`` is good, waits or now."""

    text: str
    article: str
    css: str


class _Months:
    """What a person's months would be decided to be with some more leave; five queries for any number of months."""

    def __init__(self, employee: Employee, first: date, last: date) -> None:
        self.employee = employee
        self.months = list(months_between(CalendarMonth.of(first), CalendarMonth.of(last)))
        versions = policies_of(employee.venue)
        self.policies = {month: versions.of(month).policy for month in self.months}
        span = (self.months[0].first, self.months[-1].last)
        events = EventDay.objects.filter(venue=employee.venue, date__range=span)
        self.events = frozenset(events.values_list("date", flat=True))
        self.rests: defaultdict[CalendarMonth, list[attendance.Rest]] = defaultdict(list)
        for rest in Rest.objects.filter(employee=employee, business_day__range=span):
            self.rests[CalendarMonth.of(rest.business_day)].append(as_rule(rest))
        self.punches = [
            attendance.Punch(
                row.business_day,
                row.arrived_at,
                row.left_at,
                bool(row.arrival_approver),
                bool(row.departure_approver),
            )
            for row in Punch.objects.filter(employee=employee, business_day__range=span)
        ]
        self.leaves = [
            attendance.Leave(
                row.kind,
                row.first_day,
                row.last_day,
                row.requested_at,
                bool(row.approver),
                row.has_certificate and row.has_receipt and row.has_sick_note,
            )
            for row in Leave.objects.filter(employee=employee, first_day__lte=span[1], last_day__gte=span[0])
        ]

    def verdicts(self, month: CalendarMonth, leave: attendance.Leave | None = None) -> dict[date, Verdict]:
        """What each employed day of a month is, with this leave too; a day to come counts as not attended."""
        policy, zone = self.policies[month], self.employee.venue.zone
        days = [day for day in days_between(month.first, month.last) if is_employed(self.employee, day)]
        decided = decide_days(
            days,
            rests=self.rests[month],
            punches=self.punches,
            leaves=[*self.leaves, leave] if leave else self.leaves,
            event_days=self.events,
            shifts={day: shift_of(day, policy, zone) for day in days},
            policy=policy,
            in_use_from=self.employee.venue.in_use_from,
        )
        return {day.day: day.verdict for day in decided}

    def holds(self, leave: attendance.Leave, day: date) -> bool:
        """Whether this leave is valid on a day."""
        return is_valid(leave, shift_of(day, self.policies[CalendarMonth.of(day)], self.employee.venue.zone).start)


def price_of_leave(
    *, employee: Employee, kind: str, first: date, last: date, papers: Collection[str], now: datetime
) -> list[Clause]:
    """What leave asked for now would cost once it is approved (1.2.A, 1.2.B, 1.2.D)."""
    months = _Months(employee, first, last)
    complete = attendance.Leave(kind, first, last, now, approved=True, has_papers=True)
    clauses = _too_late(months, complete)
    if kind == Request.Kind.STATUTORY:
        return [Clause(_("No deduction once it is approved."), "1.2", "good")]
    if kind == Request.Kind.SICK and papers and set(papers) >= SICK_PAPERS:
        return [*clauses, Clause(_("All three papers are there: no deduction once it is approved."), "1.2.A", "good")]
    for month in months.months:
        before, after = months.verdicts(month), months.verdicts(month, complete)
        verdict = Verdict.SICK if kind == Request.Kind.SICK else Verdict.PERSONAL
        added = sum(one == verdict and before[day] != verdict for day, one in after.items())
        if added and kind == Request.Kind.SICK:
            clauses.append(_sick(month, added, months.policies[month]))
        elif added:
            had = sum(one == verdict for one in before.values())
            clauses += _personal(month, added, had, months.policies[month])
    if kind == Request.Kind.SICK:
        clauses.append(Clause(_("With all three papers there is no deduction."), "1.2.A", "good"))
    return clauses or [Clause(_("Only rest days lie in this span: it costs nothing."), "1.2", "good")]


def _too_late(months: _Months, leave: attendance.Leave) -> list[Clause]:
    """That leave does not hold on days whose shift has begun, where there are such."""
    holds = [months.holds(leave, day) for day in days_between(leave.first, leave.last)]
    if all(holds) or not any(holds):
        return []
    begins = next(day for day, held in zip(days_between(leave.first, leave.last), holds, strict=True) if held)
    article = "1.2.A" if leave.kind == Request.Kind.SICK else "1.2.B"
    text = _(
        "Asked for after a shift has begun: the leave holds from %(day)s on; before it, a day not worked is an absence."
    )
    return [Clause(text % {"day": shown(begins)}, article, "now")]


def _personal(month: CalendarMonth, added: int, had: int, policy: Policy) -> list[Clause]:
    total = had + added
    values = {
        "month": month_shown(month),
        "fine": yuan(policy.personal_leave_fine),
        "days": added,
        "sum": yuan(policy.personal_leave_fine * added),
        "total": total,
        "most": policy.personal_leave_forfeit_over,
    }
    cost = ngettext(
        "%(month)s: %(fine)s a day × %(days)s workday = %(sum)s; with it you have %(total)s this month.",
        "%(month)s: %(fine)s a day × %(days)s workdays = %(sum)s; with them you have %(total)s this month.",
        added,
    )
    if total > policy.personal_leave_forfeit_over:
        forfeit = ngettext(
            "More than %(most)s day in a month: the commission of %(month)s is lost.",
            "More than %(most)s days in a month: the commission of %(month)s is lost.",
            policy.personal_leave_forfeit_over,
        )
        return [Clause(cost % values, "1.2.B", "waits"), Clause(forfeit % values, "1.2.B", "now")]
    warning = ngettext(
        "Beyond %(most)s day in a month that month's commission is lost.",
        "Beyond %(most)s days in a month that month's commission is lost.",
        policy.personal_leave_forfeit_over,
    )
    return [Clause(cost % values, "1.2.B", "waits"), Clause(warning % values, "1.2.B", "quiet")]


def _sick(month: CalendarMonth, added: int, policy: Policy) -> Clause:
    values = {
        "month": month_shown(month),
        "fine": yuan(policy.absence_fine),
        "days": added,
        "sum": yuan(policy.absence_fine * added),
        "most": policy.absence_forfeit_days,
    }
    text = ngettext(
        "%(month)s: where one of the three papers is missing, %(days)s workday is an absence of %(fine)s: %(sum)s.",
        "%(month)s: where one of the three papers is missing, %(days)s workdays are absences of %(fine)s: %(sum)s.",
        added,
    )
    if added >= policy.absence_forfeit_days:
        text += ngettext(
            " From %(most)s absence a month on its commission is lost too.",
            " From %(most)s absences a month on its commission is lost too.",
            policy.absence_forfeit_days,
        )
    return Clause(text % values, "1.2.D", "waits")


def price_of_dinner(*, employee: Employee, day: date) -> list[Clause]:
    """What an approved guest dinner is worth (1.3)."""
    month = CalendarMonth.of(day)
    starts = shift_of(day, policy_of(employee.venue, month).policy, employee.venue.zone).start
    return [
        Clause(_("Approved, your arrival on %(day)s is on time however late.") % {"day": shown(day)}, "1.3", "good"),
        Clause(_("Have the arrival punched all the same; without a punch nothing is excused."), "1.3", "waits"),
        Clause(_("Until it is approved the shift begins at %(time)s.") % {"time": clock(starts)}, "1.1", "quiet"),
    ]


def price_of_punch(*, employee: Employee, day: date, side: str, at: datetime) -> list[Clause]:
    """What a corrected punch would make of that side (1.2.D, 1.2.E, 1.2.F)."""
    month = CalendarMonth.of(day)
    policy = policy_of(employee.venue, month).policy
    shift = shift_of(day, policy, employee.venue.zone)
    is_arrival = side == Request.Side.ARRIVAL
    minutes = max(0, ((at - shift.start) if is_arrival else (shift.end - at)) // MINUTE)
    article, fine = ("1.2.F", policy.late_fine) if is_arrival else ("1.2.E", policy.early_fine)
    if not minutes:
        text = _("%(time)s is on time: no fine.") % {"time": clock(at)}
        return [Clause(text, article, "good")]
    values = {"minutes": minutes, "fine": yuan(fine), "absence": yuan(policy.absence_fine)}
    if minutes > policy.grace_minutes:
        late = ngettext(
            "%(minutes)s minute late is an absence: %(absence)s.",
            "%(minutes)s minutes late is an absence: %(absence)s.",
            minutes,
        )
        early = ngettext(
            "%(minutes)s minute early is an absence: %(absence)s.",
            "%(minutes)s minutes early is an absence: %(absence)s.",
            minutes,
        )
        text = late if is_arrival else early
        return [Clause(text % values, "1.2.D", "now")]
    late = ngettext("%(minutes)s minute late: %(fine)s.", "%(minutes)s minutes late: %(fine)s.", minutes)
    early = ngettext("%(minutes)s minute early: %(fine)s.", "%(minutes)s minutes early: %(fine)s.", minutes)
    text = late if is_arrival else early
    return [Clause(text % values, article, "waits")]


def price_of_business(*, day: date) -> list[Clause]:
    """What approved official business is worth (1.2.G)."""
    return [
        Clause(
            _("Approved, %(day)s counts as on time on that side: no fine, no absence.") % {"day": shown(day)},
            "1.2.G",
            "good",
        )
    ]


def price_of_swap(*, day: date, other_day: date) -> list[Clause]:
    """What an approved swap is worth, and resting without one costs (1.3)."""
    return [
        Clause(
            _("Approved, you rest on %(other)s and work on %(day)s.") % {"day": shown(day), "other": shown(other_day)},
            "1.3",
            "good",
        ),
        Clause(_("Until it is approved the roster stands: resting on the other day is an absence."), "1.3", "waits"),
    ]


def price_of_rest(found: RestMonth) -> list[Clause]:
    """What of the month's rest days is used (1.2)."""
    values = {"used": found.used, "allowed": found.allowed, "chosen": found.chosen, "choosable": found.choosable}
    text = _("%(used)s of %(allowed)s rest days this month, %(chosen)s of %(choosable)s of them chosen by yourself.")
    return [Clause(text % values, "1.2", "quiet")]
