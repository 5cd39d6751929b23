"""What is asked for on a page of its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from accounts.models import User
from attendance.models import Request
from attendance.requests.consequences import Clause
from attendance.requests.services.requests import Attachment
from attendance.rest_days.selectors import begins
from rulebook.calendar import DAY, CalendarMonth
from staff.models import Employee
from venues.selectors import policy_of

Values = Mapping[str, Any]


class Draft(ABC):
    """What is asked for on one page, before it is asked; ``values`` are what its form read."""

    title: Promise
    tile: Promise  # what leads to the page
    icon: str
    form: type[forms.Form]

    @abstractmethod
    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        """Refuse what can't be asked for."""

    @abstractmethod
    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        """What it would cost, and what it is worth."""

    @abstractmethod
    def summary(self, employee: Employee, values: Values) -> str:
        """What is asked for, in one line."""

    @abstractmethod
    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        """Ask for it."""

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        """What the form begins with."""
        return {"day": employee.venue.day_at(now)}


def next_shift(employee: Employee, now: datetime) -> date:
    """The first business day whose shift has not begun."""
    venue, today = employee.venue, employee.venue.day_at(now)
    policy = policy_of(venue, CalendarMonth.of(today)).policy
    return today if now < begins(today, policy, venue.zone) else today + DAY
