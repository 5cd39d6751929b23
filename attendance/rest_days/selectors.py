"""Read a person's rest days of a month as the rulebook counts them (1.2, 1.2.C, 1.3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext

from attendance.models import Rest
from pages.formats import day as shown
from rulebook import attendance
from rulebook.attendance import RestKind, VoidRest, void_rests
from rulebook.calendar import CalendarMonth, days_between
from rulebook.policy import Policy
from staff.models import Employee
from staff.selectors import is_employed
from venues.selectors import event_days_of, policy_of


def begins(day: date, policy: Policy, zone: tzinfo) -> datetime:
    """When the shift of a business day begins (1.1)."""
    return attendance.shift_of(day, policy, zone).start


def month_rests(employee: Employee, month: CalendarMonth) -> list[Rest]:
    """A person's rest days of a month, in date order; one query."""
    found = Rest.objects.filter(employee=employee, business_day__range=(month.first, month.last))
    return list(found.order_by("business_day"))


def as_rule(rest: Rest) -> attendance.Rest:
    """A rest day as the rulebook reads it."""
    return attendance.Rest(rest.business_day, rest.kind, bool(rest.approver))


def chosen(day: date) -> attendance.Rest:
    """A rest day that a person chooses (排休)."""
    return attendance.Rest(day, RestKind.SELF_SCHEDULED.value, approved=False)


def regular(day: date) -> attendance.Rest:
    """A rest day that the supervisor sets (工休)."""
    return attendance.Rest(day, RestKind.REGULAR.value, approved=False)


def swapped(day: date) -> attendance.Rest:
    """A rest day that an approved swap gives (换休)."""
    return attendance.Rest(day, RestKind.SWAP.value, approved=True)


def newly_void(
    before: Iterable[attendance.Rest],
    after: Iterable[attendance.Rest],
    event_days: Collection[date],
    policy: Policy,
) -> tuple[date, VoidRest] | None:
    """The first rest day, new or moved or there before, that a change of a month's rests makes void; None if none."""
    was, will = void_rests(before, event_days, policy), void_rests(after, event_days, policy)
    return next(((day, why) for day, why in will.items() if why is not None and was.get(day) is None), None)


def side_problem(
    rests: Iterable[attendance.Rest], given: date, taken: date, event_days: Collection[date], policy: Policy
) -> str | None:
    """Why somebody with these rests of a month can't give one and take another day in a swap; None if they can."""
    before = list(rests)
    ruled = void_rests(before, event_days, policy)
    if given not in ruled:
        return _("There is no rest day on %(day)s (any more).") % {"day": shown(given)}
    if taken in ruled:
        return _("There is a rest day on %(day)s already.") % {"day": shown(taken)}
    if (gone := ruled[given]) is not None:
        return void_message(given, gone, policy)
    void = newly_void(before, [rest for rest in before if rest.day != given] + [swapped(taken)], event_days, policy)
    return void_message(*void, policy) if void else None


def void_message(day: date, reason: VoidRest, policy: Policy) -> str:
    """Why a rest day is void, with its article."""
    match reason:
        case VoidRest.EVENT_DAY:
            return _("%(day)s is an event day: nobody rests (1.2.C).") % {"day": shown(day)}
        case VoidRest.SWAP_NOT_APPROVED:
            return _("The swap to %(day)s is not approved (1.3).") % {"day": shown(day)}
        case VoidRest.OVER_SELF_SCHEDULED:
            most = policy.self_scheduled_rest_days
            text = ngettext(
                "%(day)s would be too many: %(most)s rest day a month is chosen by oneself (1.2).",
                "%(day)s would be too many: %(most)s rest days a month are chosen by oneself (1.2).",
                most,
            )
        case VoidRest.OVER_ALLOWANCE:
            most = policy.monthly_rest_days
            text = ngettext(
                "%(day)s would be too many: there is %(most)s rest day a month (1.2).",
                "%(day)s would be too many: there are %(most)s rest days a month (1.2).",
                most,
            )
    return text % {"day": shown(day), "most": most}


def setting_problem(
    employee: Employee,
    day: date,
    rests: Iterable[attendance.Rest],
    *,
    on_leave: bool,
    ended: date,
    event_days: Collection[date],
    policy: Policy,
) -> str | None:
    """Why a supervisor can't give somebody with these rests of the month a rest day; None if they can (1.2, 1.2.C).

    ``ended`` is the last day that has ended.
    """
    before = list(rests)
    if not is_employed(employee, day):
        return _("%(person)s is not employed here on %(day)s.") % {"person": employee, "day": shown(day)}
    if day <= ended:
        return _("%(day)s has ended: its roster stays as it was.") % {"day": shown(day)}
    if on_leave:
        return _("%(person)s is on leave on %(day)s; no rest day is needed.") % {"person": employee, "day": shown(day)}
    void = newly_void(before, [*before, regular(day)], event_days, policy)
    return void_message(*void, policy) if void else None


class RestDay(NamedTuple):
    """A day of a month in which rest days are chosen: the rest that stands on it, and why it can't be chosen."""

    day: date
    rest: Rest | None
    is_event: bool
    has_begun: bool
    problem: str  # empty where the day can be chosen


class RestMonth(NamedTuple):
    """A month in which a person chooses rest days, and what of its allowances is used."""

    month: CalendarMonth
    cells: list[RestDay]
    used: int
    allowed: int
    chosen: int
    choosable: int

    @property
    def can_choose(self) -> bool:
        return any(not cell.problem for cell in self.cells)


def rest_month(employee: Employee, month: CalendarMonth, now: datetime) -> RestMonth:
    """Every employed day of a month with whether one can choose to rest on it (1.2); three queries."""
    venue = employee.venue
    policy, events = policy_of(venue, month).policy, event_days_of(venue, month)
    rows = {rest.business_day: rest for rest in month_rests(employee, month)}
    before = [as_rule(rest) for rest in rows.values()]
    valid = [rest for rest in before if void_rests(before, events, policy)[rest.day] is None]
    cells = []
    for day in days_between(month.first, month.last):
        if not is_employed(employee, day):
            continue
        begun = begins(day, policy, venue.zone) <= now
        problem = ""
        if day in rows:
            problem = _("You rest on %(day)s already.") % {"day": shown(day)}
        elif begun:
            problem = _("The shift of %(day)s has begun; choose a coming day (1.2).") % {"day": shown(day)}
        elif void := newly_void(before, [*before, chosen(day)], events, policy):
            problem = void_message(*void, policy)
        cells.append(RestDay(day, rows.get(day), day in events, begun, problem))
    by_oneself = sum(rest.kind == RestKind.SELF_SCHEDULED for rest in valid)
    return RestMonth(month, cells, len(valid), policy.monthly_rest_days, by_oneself, policy.self_scheduled_rest_days)


class Partner(NamedTuple):
    """A colleague who could swap: their rest day for one's own."""

    employee: Employee
    day: date


def swappable_days(employee: Employee, month: CalendarMonth, now: datetime) -> list[date]:
    """A person's coming, valid rest days of a month; three queries."""
    venue = employee.venue
    policy, events = policy_of(venue, month).policy, event_days_of(venue, month)
    ruled = void_rests([as_rule(rest) for rest in month_rests(employee, month)], events, policy)
    coming = (day for day, why in ruled.items() if why is None and begins(day, policy, venue.zone) > now)
    return sorted(coming)


def swap_partners(employee: Employee, day: date, now: datetime) -> list[Partner]:
    """Everybody who signs in with whom this rest day can be swapped, by their day; three queries."""
    venue, month = employee.venue, CalendarMonth.of(day)
    policy, events = policy_of(venue, month).policy, event_days_of(venue, month)
    rests: defaultdict[Employee, list[attendance.Rest]] = defaultdict(list)
    rows = Rest.objects.filter(employee__venue=venue, business_day__range=(month.first, month.last))
    for row in rows.select_related("employee"):
        rests[row.employee].append(as_rule(row))
    own = rests.pop(employee, [])
    if day in events or begins(day, policy, venue.zone) <= now:
        return []
    found = []
    for person, theirs in rests.items():
        if person.user_id in (None, employee.user_id) or not is_employed(person, day):
            continue
        for other in {rest.day for rest in theirs if begins(rest.day, policy, venue.zone) > now}:
            if (
                is_employed(employee, other)
                and side_problem(own, day, other, events, policy) is None
                and side_problem(theirs, other, day, events, policy) is None
            ):
                found.append(Partner(person, other))
    return sorted(found, key=lambda one: (one.day, one.employee.number))
