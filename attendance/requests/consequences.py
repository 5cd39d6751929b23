"""What a request would cost, computed before it is made."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from attendance.models import Leave, Punch, Rest
from attendance.rest_days.selectors import RestMonth, as_rule
from rulebook import attendance
from rulebook.attendance import Verdict, decide_days, is_valid, shift_of
from rulebook.calendar import CalendarMonth, days_between, months_between
from staff.models import Employee
from staff.selectors import is_employed
from venues.models import EventDay
from venues.selectors import policies_of


class Clause(NamedTuple):
    """One thing that follows from a request: in words, with its article; ``css`` is good, waits or now."""

    text: str
    article: str
    css: str


class MonthsWithLeave:
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


def price_of_rest(found: RestMonth) -> list[Clause]:
    """What of the month's rest days is used (1.2)."""
    values = {"used": found.used, "allowed": found.allowed, "chosen": found.chosen, "choosable": found.choosable}
    text = _("%(used)s of %(allowed)s rest days this month, %(chosen)s of %(choosable)s of them chosen by yourself.")
    return [Clause(text % values, "1.2", "quiet")]
