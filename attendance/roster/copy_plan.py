"""Plan the copy of last month's roster: the same weekdays, within the rules (1.2, 1.2.C)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Rest
from attendance.rest_days.selectors import regular, setting_problem
from attendance.roster.grid import DayHead, leave_days, roster_of
from pages.formats import weekdays
from rulebook import attendance
from rulebook.attendance import RestKind, shift_of, void_rests
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from staff.models import Employee
from storage.seals import seal
from venues.models import Venue
from venues.selectors import event_days_of, policy_of

_WEEK = 7
_COPIED = (RestKind.REGULAR, RestKind.SWAP)  # what somebody chose (排休) they choose anew


class LeftOut(NamedTuple):
    """A rest day of the month before that is not taken over, and why."""

    employee: Employee
    source: date
    why: str


@dataclass
class CopyPlan:
    """What copying would do: the rest days to set by person, what is left out, how many stand already.

    ``crowded`` are the days on which it would make too many people off, each with how many.
    """

    month: CalendarMonth
    source: CalendarMonth
    new: list[tuple[Employee, list[date]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    standing: int = 0
    crowded: list[DayHead] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(days) for _person, days in self.new)

    @property
    def shown(self) -> dict[str, Any]:
        """What would be set, as its page shows it."""
        return {"new": [f"{person.pk} {day}" for person, days in self.new for day in days]}

    @property
    def seen(self) -> str:
        """The seal of what would be set, which the form that sets it brings back."""
        return seal(self.shown)


def month_before(month: CalendarMonth) -> CalendarMonth:
    return month.previous


def same_weekday(day: date, month: CalendarMonth) -> date | None:
    """The day of a month that is the same weekday the same time round (the 2nd Tuesday); None where it lacks a 5th."""
    offset = (day.weekday() - month.first.weekday()) % _WEEK
    found = 1 + offset + (day.day - 1) // _WEEK * _WEEK
    return date(month.year, month.number, found) if found <= month.length else None


@dataclass
class _Own:
    """One person's rests of both months; their leave of the one copied to."""

    before: list[attendance.Rest] = field(default_factory=list)
    rests: list[attendance.Rest] = field(default_factory=list)
    leaves: list[attendance.Leave] = field(default_factory=list)


def plan_copy(venue: Venue, month: CalendarMonth, now: datetime, *, reader: int | None) -> CopyPlan:
    """What copying the month before would set in a month, day by day in order; eight queries.

    ``reader`` is the user who copies: their own rest days are left out.
    """
    source = month_before(month)
    plan = CopyPlan(month, source)
    roster = roster_of(venue, month, now)
    events = frozenset(head.day for head in roster.heads if head.event is not None)
    policy_then, events_then = policy_of(venue, source).policy, event_days_of(venue, source)
    starts = {head.day: shift_of(head.day, roster.policy, venue.zone) for head in roster.heads}
    found = _recorded(venue, source, month)
    added: Counter[date] = Counter()
    for person in roster.people:
        own = found.get(person.pk)
        if own is None:
            continue
        on_leave = {day for leave in own.leaves for day in leave_days(leave, month, starts)}
        days: list[date] = []
        for day in _pattern(own.before, events_then, policy_then):
            target = same_weekday(day, month)
            if target is not None and any(rest.day == target for rest in own.rests):
                plan.standing += 1
                continue
            why = _problem(person, day, target, own, on_leave, events, roster.ended, roster.policy, reader)
            if why is not None or target is None:
                plan.left_out.append(LeftOut(person, day, why or ""))
                continue
            own.rests.append(regular(target))
            days.append(target)
        if days:
            plan.new.append((person, sorted(days)))
            added.update(days)
    for head in roster.heads:
        head.off += added[head.day]
    plan.crowded = [head for head in roster.crowded if added[head.day]]
    return plan


def _recorded(venue: Venue, source: CalendarMonth, month: CalendarMonth) -> dict[int, _Own]:
    found: defaultdict[int, _Own] = defaultdict(_Own)
    for fact in facts_of(
        rests=Rest.objects.filter(employee__venue=venue, business_day__range=(source.first, month.last)),
        leaves=Leave.objects.filter(employee__venue=venue, first_day__lte=month.last, last_day__gte=month.first),
        punches=Punch.objects.none(),
        off_posts=OffPost.objects.none(),
    ):
        own = found[fact.person]
        if fact.of is Leave:
            own.leaves.append(fact.as_leave())
        else:
            (own.before if fact.day < month.first else own.rests).append(fact.as_rest())
    return dict(found)


def _pattern(rests: Collection[attendance.Rest], events: Collection[date], policy: Policy) -> list[date]:
    """The valid rest days of the month before that the supervisor set, in date order."""
    ruled = void_rests(rests, events, policy)
    return sorted(rest.day for rest in rests if ruled[rest.day] is None and rest.kind in _COPIED)


def _problem(
    person: Employee,
    source: date,
    target: date | None,
    own: _Own,
    on_leave: Collection[date],
    events: Collection[date],
    ended: date,
    policy: Policy,
    reader: int | None,
) -> str | None:
    if reader is not None and person.user_id == reader:
        return _("Your own rest days are set by another supervisor.")
    if target is None:
        return _("The month has no fifth %(weekday)s.") % {"weekday": weekday_name(source)}
    return setting_problem(
        person,
        target,
        own.rests,
        on_leave=target in on_leave,
        ended=ended,
        event_days=events,
        policy=policy,
    )


def weekday_name(day: date) -> str:
    """``周一`` · ``Mon``."""
    return _("weekday %(name)s") % {"name": weekdays()[day.weekday()]}
