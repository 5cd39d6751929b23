"""Which rest days become void or valid when an event day is added or removed (1.2.C)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from attendance.models import Rest
from attendance.rest_days.selectors import as_rule
from rulebook import attendance
from rulebook.attendance import void_rests
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.models import Venue
from venues.selectors import event_days_of, policy_of


class Effect(NamedTuple):
    """One person's rest days of the month that become void, and those that count from then on."""

    employee: Employee
    void: Sequence[date]
    valid: Sequence[date]


def effects_of(venue: Venue, day: date, *, is_event: bool) -> list[Effect]:
    """Whose rest days change where a day becomes an event day, or is one no more; by staff number, three queries.

    Only who has a rest on the day is concerned: it becomes void and another may count instead, or the other way round.
    """
    month = CalendarMonth.of(day)
    policy, events = policy_of(venue, month).policy, event_days_of(venue, month)
    after = events | {day} if is_event else events - {day}
    here = Rest.objects.filter(employee__venue=venue, business_day=day)
    rows = Rest.objects.filter(employee__in=here.values("employee"), business_day__range=(month.first, month.last))
    rests: defaultdict[Employee, list[attendance.Rest]] = defaultdict(list)
    for row in rows.select_related("employee__user").order_by("employee__number", "business_day"):
        rests[row.employee].append(as_rule(row))
    found = []
    for person, own in rests.items():
        was, will = void_rests(own, events, policy), void_rests(own, after, policy)
        void = [one for one in will if will[one] is not None and was[one] is None]
        valid = [one for one in will if will[one] is None and was[one] is not None]
        if void or valid:
            found.append(Effect(person, void, valid))
    return found
