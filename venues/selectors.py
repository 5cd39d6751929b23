"""Reads about venues."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, Value

from accounts.models import User
from accounts.permissions import CAPABILITIES, Capability, Role, capabilities_of
from rulebook.calendar import CalendarMonth
from rulebook.timeline import PolicyTimeline
from venues.models import CalendarDay, EventDay, Membership, Month, PolicyVersion, Venue


def policy_of(venue: Venue, month: CalendarMonth) -> PolicyVersion:
    """The policy version in force in a month."""
    until = PolicyVersion.objects.filter(Q(effective_from=None) | Q(effective_from__lte=month.first), venue=venue)
    return until.order_by(F("effective_from").desc(nulls_last=True))[:1].get()


def policies_of(venue: Venue) -> PolicyTimeline[PolicyVersion]:
    """The venue's policy versions in time; one query."""
    return PolicyTimeline({version.effective_from: version for version in PolicyVersion.objects.filter(venue=venue)})


def event_days_of(venue: Venue, month: CalendarMonth) -> frozenset[date]:
    """The month's event days (1.2.C)."""
    days = EventDay.objects.filter(venue=venue, date__range=(month.first, month.last))
    return frozenset(days.values_list("date", flat=True))


def calendar_of(venue: Venue, first: date, last: date) -> dict[date, bool]:
    """The venue's public calendar over a span: whether a named day is a working day."""
    rows = CalendarDay.objects.filter(venue=venue, date__range=(first, last))
    return dict(rows.values_list("date", "is_working"))


def marked_days(venue: Venue, first: date, last: date) -> tuple[frozenset[date], dict[date, bool]]:
    """The event days of a span, and its public calendar as ``calendar_of`` tells it, in one query."""
    span = {"venue": venue, "date__range": (first, last)}
    public = CalendarDay.objects.filter(**span).annotate(is_event=Value(False)).order_by()
    events = EventDay.objects.filter(**span).annotate(is_event=Value(True), is_working=Value(False)).order_by()
    columns = ("date", "is_working", "is_event")
    rows = list(public.values_list(*columns).union(events.values_list(*columns), all=True))
    return (
        frozenset(day for day, _is_working, is_event in rows if is_event),
        {day: is_working for day, is_working, is_event in rows if not is_event},
    )


class NamedDay(NamedTuple):
    """A day with a name of its own: an event day, a public holiday, a weekend day worked to make up for one."""

    day: date
    name: str
    is_event: bool
    is_working: bool


def named_days(venue: Venue, first: date, last: date) -> list[NamedDay]:
    """The event days of a span and the days of its public calendar, by date; one query."""
    span = {"venue": venue, "date__range": (first, last)}
    public = CalendarDay.objects.filter(**span).annotate(is_event=Value(False)).order_by()
    events = EventDay.objects.filter(**span).annotate(is_event=Value(True), is_working=Value(False)).order_by()
    columns = ("date", "name", "is_event", "is_working")
    rows = public.values_list(*columns).union(events.values_list(*columns), all=True)
    return sorted(NamedDay(day, name, bool(is_event), bool(is_working)) for day, name, is_event, is_working in rows)


def locked_row_from(venue: Venue, month: CalendarMonth) -> Month | None:
    """The row of the earliest month from this one on that is locked or paid."""
    rows = Month.objects.filter(venue=venue, first_day__gte=month.first).exclude(state=Month.State.OPEN)
    return rows.order_by("first_day").first()


def first_locked_from(venue: Venue, month: CalendarMonth) -> CalendarMonth | None:
    """The earliest month from this one on that is locked or paid."""
    row = locked_row_from(venue, month)
    return row.calendar_month if row else None


def in_use_touches(venue: Venue, day: date | None) -> CalendarMonth | None:
    """The earliest month written to that changes where the venue is in use from another day; None where none does."""
    before = venue.in_use_from
    if before == day:
        return None
    rows = Month.objects.filter(venue=venue)
    if before is not None and day is not None:
        rows = rows.filter(first_day__gte=CalendarMonth.of(min(before, day)).first)
    found = (
        rows.filter(first_day__lt=max(one for one in (before, day) if one is not None)).order_by("first_day").first()
    )
    return found.calendar_month if found else None


def roles_of(user: User, venue: Venue) -> frozenset[Role]:
    """The roles a person has at a venue."""
    roles = Membership.objects.filter(user=user, venue=venue).values_list("role", flat=True)
    return frozenset(Role(role) for role in roles)


def may(user: User, capability: Capability, venue: Venue) -> bool:
    """Whether a person may do something at a venue, by the one table."""
    return user.is_active and capability in capabilities_of(roles_of(user, venue))


def holders_of(venue: Venue, capabilities: Iterable[Capability]) -> list[User]:
    """The people who may do any of these things at a venue."""
    roles = {role for capability in capabilities for role in CAPABILITIES[capability]}
    people = User.objects.filter(is_active=True, memberships__venue=venue, memberships__role__in=roles)
    return list(people.distinct().order_by("pk"))


def memberships_of(user: User) -> list[Membership]:
    """A person's roles, by venue."""
    rows = Membership.objects.filter(user=user).select_related("venue")
    return list(rows.order_by("venue__code", "role"))
