"""Find past days on which somebody just employed would be absent for want of records (1.2.D)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _, ngettext

from attendance.days import Facts
from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Rest
from pages.formats import day as shown, yuan
from rulebook.attendance import Day, Shift, Verdict, attendance_fines, decide_days, is_in_use, shift_of
from rulebook.calendar import CalendarMonth, add_months, days_between, last_ended
from rulebook.money import ZERO
from rulebook.pay import Employment, charges_wages
from rulebook.policy import Policy
from rulebook.timeline import PolicyTimeline
from staff.employment import employment_facts
from staff.models import Employee
from venues.models import EventDay, Month, PolicyVersion, Venue

_MONTHS_BACK = 12


class Past(NamedTuple):
    """The days that have ended on which nothing is recorded of somebody, and what they would be fined, in yuan."""

    days: tuple[date, ...] = ()
    amount: Decimal = ZERO

    @property
    def told(self) -> str:
        """How many days, from when to when, how much."""
        figures = {
            "n": len(self.days),
            "first": shown(self.days[0]),
            "last": shown(self.days[-1]),
            "amount": yuan(self.amount),
        }
        return (
            ngettext(
                "%(n)s day that is past (%(first)s) without a punch, rest or leave would be an absence: "
                "%(amount)s (1.2.D)",
                "%(n)s days that are past (%(first)s to %(last)s) without a punch, rest or leave would be absences: "
                "%(amount)s (1.2.D)",
                len(self.days),
            )
            % figures
        )


@dataclass(kw_only=True)
class PastRules:
    """What the past days of a venue are decided by.

    ``policies`` by their first day, None for the one without a beginning; ``since`` is the first day of the earliest
    month that the venue keeps, or a year ago where it keeps none: months before it are not run. ``through`` is the
    last day that has ended.
    """

    policies: PolicyTimeline[Policy]
    events: frozenset[date]
    zone: tzinfo
    in_use_from: date | None
    since: date
    through: date
    shifts: dict[date, Shift] = field(default_factory=dict)

    def policy_of(self, month: CalendarMonth) -> Policy:
        return self.policies.of(month)

    def shift_of(self, day: date) -> Shift:
        if day not in self.shifts:
            self.shifts[day] = shift_of(day, self.policy_of(CalendarMonth.of(day)), self.zone)
        return self.shifts[day]

    def days_of(self, employment: Employment, before: Employment | None) -> list[date]:
        """The past days on which somebody is employed, and was not ``before``."""
        first = max(employment.hired, self.since, self.in_use_from or self.since)
        last = self.through if employment.left is None else min(employment.left, self.through)
        return [day for day in days_between(first, last) if before is None or not _is_employed(before, day)]


def rules_of(venue: Venue, now: datetime) -> PastRules:
    """What the past days of a stored venue are decided by; three queries."""
    through = last_ended(now, venue.zone)
    return PastRules(
        policies=PolicyTimeline({one.effective_from: one.policy for one in PolicyVersion.objects.filter(venue=venue)}),
        events=frozenset(EventDay.objects.filter(venue=venue, date__lte=through).values_list("date", flat=True)),
        zone=venue.zone,
        in_use_from=venue.in_use_from,
        since=first_kept(Month.objects.filter(venue=venue).values_list("first_day", flat=True), through),
        through=through,
    )


def first_kept(months: Iterable[date], through: date) -> date:
    """The first day of the earliest of these months; of the month a year ago where there is none."""
    first = min(months, default=None)
    return add_months(through, -_MONTHS_BACK).replace(day=1) if first is None or first > through else first


def past_of(employment: Employment, days: Sequence[date], facts: Facts, house: PastRules) -> Past:
    """Which of these days would be absences because nothing is recorded of them, and what they would be fined.

    Decided by the rules, with ``facts`` of the whole months they lie in. Days of a month whose fines are not charged
    (4.9) cost nothing, and are not told.
    """
    by_month: defaultdict[CalendarMonth, list[date]] = defaultdict(list)
    for day in days:
        by_month[CalendarMonth.of(day)].append(day)
    punched = {punch.day for punch in facts.punches}
    found: list[date] = []
    amount = ZERO
    for month, own in by_month.items():
        policy = house.policy_of(month)
        if not charges_wages(employment, month, policy):
            continue
        absent = _absent(own, month, facts, punched, policy, house)
        fines = [fine for fine in attendance_fines(absent, policy) if fine.amount]
        found += (fine.day for fine in fines)
        amount += sum((fine.amount for fine in fines), ZERO)
    return Past(tuple(found), amount) if amount else Past()


def _absent(
    days: Sequence[date], month: CalendarMonth, facts: Facts, punched: set[date], policy: Policy, house: PastRules
) -> list[Day]:
    rests = [rest for rest in facts.rests if month.first <= rest.day <= month.last]
    leaves = [leave for leave in facts.leaves if leave.first <= month.last and leave.last >= month.first]
    if not rests and not leaves and punched.isdisjoint(days):  # nothing is recorded: step 6 for each of them
        return [Day(day, Verdict.ABSENCE) for day in days if is_in_use(day, house.in_use_from)]
    decided = decided_by(house, month, days, replace(facts, rests=rests, leaves=leaves))
    return [day for day in decided if day.verdict == Verdict.ABSENCE and day.day not in punched]


def decided_by(house: PastRules, month: CalendarMonth, days: Sequence[date], facts: Facts) -> list[Day]:
    """What some days of one month are decided to be, by the facts of the whole month."""
    return decide_days(
        days,
        rests=[rest for rest in facts.rests if month.first <= rest.day <= month.last],
        punches=facts.punches,
        leaves=facts.leaves,
        event_days=house.events,
        shifts={day: house.shift_of(day) for day in days},
        policy=house.policy_of(month),
        in_use_from=house.in_use_from,
    )


def facts_between(people: Iterable[int], first: date, last: date) -> dict[int, Facts]:
    """The rests, leave and punches of some people in the whole months of a span; one query."""
    first, last = CalendarMonth.of(first).first, CalendarMonth.of(last).last
    ids = list(people)
    of_these: dict[str, Any] = {"employee__in": ids, "business_day__range": (first, last)}
    found: defaultdict[int, Facts] = defaultdict(Facts)
    for fact in facts_of(
        rests=Rest.objects.filter(**of_these),
        leaves=Leave.objects.filter(employee__in=ids, first_day__lte=last, last_day__gte=first),
        punches=Punch.objects.filter(**of_these),
        off_posts=OffPost.objects.none(),
    ):
        if fact.of is Punch:
            found[fact.person].punches.append(fact.as_punch())
        elif fact.of is Rest:
            found[fact.person].rests.append(fact.as_rest())
        else:
            found[fact.person].leaves.append(fact.as_leave())
    return found


def past_of_employee(employee: Employee, before: Employment | None, *, now: datetime) -> Past:
    """What the past days come to on which somebody, as now stored, is employed and was not ``before``; four queries."""
    house = rules_of(employee.venue, now)
    employment = employment_facts(employee)
    days = house.days_of(employment, before)
    if not days:
        return Past()
    facts = facts_between([employee.pk], days[0], days[-1])
    return past_of(employment, days, facts.get(employee.pk, Facts()), house)


def question_of(name: str, past: Past) -> str:
    """What is asked before somebody with such days is stored."""
    return _(
        "%(name)s: %(told)s. Is that meant? Otherwise vouch for these days, or have the owner state the day from which "
        "the house is in use."
    ) % {"name": name, "told": past.told}


def _is_employed(employment: Employment, day: date) -> bool:
    return employment.hired <= day and (employment.left is None or day <= employment.left)
