"""Reads about attendance."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Paper, Request
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from staff.selectors import employed_on
from venues.models import Venue

SEES_REQUESTS = frozenset({Capability.DECIDE_REQUESTS, Capability.MANAGE_PEOPLE})
"""Who may do one of these opens every request of the venue."""


def requests_at(venue: Venue) -> QuerySet[Request]:
    """Every request at a venue, with who asks, who shall agree, who decided."""
    found = Request.objects.filter(employee__venue=venue)
    return found.select_related("employee__venue", "colleague", "decided_by")


def requests_of(user: User, venue: Venue) -> QuerySet[Request]:
    """What a person asked for at a venue, the latest first."""
    return requests_at(venue).filter(employee__user=user).order_by("-asked_at", "-pk")


def waiting_for(user: User, venue: Venue) -> QuerySet[Request]:
    """The swaps that wait for this person's answer, the oldest first."""
    asked = requests_at(venue).filter(state=Request.State.ASKED, colleague__user=user)
    return asked.order_by("asked_at", "pk")


def requests_about(user: User, venue: Venue) -> QuerySet[Request]:
    """What a person may look at as one of its people: asked for by them, or by a colleague to swap with them."""
    return requests_at(venue).filter(Q(employee__user=user) | Q(colleague__user=user))


def requests_to_look_at(venue: Venue, since: datetime) -> QuerySet[Request]:
    """What waits for the supervisor, with what was decided since a moment; one query."""
    waiting, decided = Q(state=Request.State.WAITING), Q(decided_at__gte=since)
    found = Request.objects.filter(waiting | decided, employee__venue=venue)
    return found.select_related("employee", "colleague").order_by("asked_at", "pk")


def visible_requests(user: User, venue: Venue, may: Collection[Capability]) -> QuerySet[Request]:
    """The requests somebody may look at: of the venue who decides or keeps the people, else those about oneself."""
    return requests_at(venue) if not SEES_REQUESTS.isdisjoint(may) else requests_about(user, venue)


def visible_papers(user: User, venue: Venue, may: Collection[Capability]) -> QuerySet[Paper]:
    """The papers somebody may look at: of the venue who decides or keeps the people, else one's own."""
    found = Paper.objects.filter(request__employee__venue=venue)
    return found if not SEES_REQUESTS.isdisjoint(may) else found.filter(request__employee__user=user)


def asking_employee(user: User, venue: Venue, day: date) -> Employee | None:
    """The employment for which somebody asks: that of the day, else the latest; None without any."""
    latest = Employee.objects.filter(user=user, venue=venue).select_related("venue")
    return employed_on(venue, day).filter(user=user).select_related("venue").order_by("-hired_on", "-pk").first() or (
        latest.order_by("-hired_on", "-pk").first()
    )


def waiting_requests_in(venue: Venue, month: CalendarMonth) -> QuerySet[Request]:
    """The requests about days of a month that wait for the supervisor, by staff number."""
    found = Request.objects.filter(
        employee__venue=venue, state=Request.State.WAITING, first_day__lte=month.last, last_day__gte=month.first
    )
    return found.select_related("employee").order_by("employee__number", "first_day", "pk")
