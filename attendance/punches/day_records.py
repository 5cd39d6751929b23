"""Read what was recorded of people on one business day: rests, leave, punches, times off post; one query."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Rest
from rulebook import attendance
from rulebook.attendance import LEAVE_RULES, Shift, is_valid, takes_the_day, void_rests
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from venues.models import Venue


class Away(NamedTuple):
    """One time off post; ``returned`` None while the person is away."""

    pk: int
    left: datetime
    returned: datetime | None
    approved: bool


@dataclass
class DayRecord:
    """One person's business day as it was recorded so far."""

    rests: list[attendance.Rest] = field(default_factory=list)  # of the month, through this day
    leaves: list[attendance.Leave] = field(default_factory=list)
    punch: attendance.Punch | None = None
    away: list[Away] = field(default_factory=list)

    @property
    def is_away(self) -> Away | None:
        return next((away for away in self.away if away.returned is None), None)

    def rests_on(self, day: date, event_days: Collection[date], policy: Policy) -> bool:
        """Whether the day is a valid rest day (1.2)."""
        void = void_rests(self.rests, event_days, policy)
        return day in void and void[day] is None

    def leave_on(self, shift: Shift) -> attendance.Leave | None:
        """The valid leave of the day, if any; a guest dinner is none."""
        held = [leave for leave in self.leaves if is_valid(leave, shift.start)]
        return next((leave for leave in held if takes_the_day(leave.kind)), None)

    def dines_on(self, shift: Shift) -> bool:
        """Whether an approved guest dinner excuses a late arrival (1.3)."""
        return any(LEAVE_RULES[leave.kind].excuses_late and is_valid(leave, shift.start) for leave in self.leaves)


def records_on(venue: Venue, day: date) -> dict[int, DayRecord]:
    """What was recorded of each person on a business day, by primary key; of the others nothing."""
    month = CalendarMonth.of(day)
    resting = Rest.objects.filter(employee__venue=venue, business_day=day)
    rests = Rest.objects.filter(employee__in=resting.values("employee"), business_day__range=(month.first, day))
    here = {"employee__venue": venue, "business_day": day}
    found: defaultdict[int, DayRecord] = defaultdict(DayRecord)
    for fact in facts_of(
        rests=rests,
        leaves=Leave.objects.filter(employee__venue=venue, first_day__lte=day, last_day__gte=day),
        punches=Punch.objects.filter(**here),
        off_posts=OffPost.objects.filter(**here),
    ):
        one = found[fact.person]
        if fact.of is Rest:
            one.rests.append(fact.as_rest())
        elif fact.of is Leave:
            one.leaves.append(fact.as_leave())
        elif fact.of is Punch:
            one.punch = fact.as_punch()
        elif fact.at is not None:
            one.away.append(Away(fact.pk, fact.at, fact.until, bool(fact.approver)))
    for one in found.values():
        one.away.sort(key=lambda away: away.left)
    return dict(found)
