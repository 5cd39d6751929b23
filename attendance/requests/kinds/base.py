"""What every kind of request answers, and what is asked for on a page of its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from accounts.models import User
from attendance.models import Paper, Request
from attendance.requests.consequences import Clause
from attendance.requests.services.requests import Attachment
from attendance.rest_days.selectors import begins
from pages.formats import day as shown
from rulebook.calendar import DAY, CalendarMonth
from rulebook.policy import Policy
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


class RequestKind(ABC):
    """One kind of request, by its stored word: what it is called, what approving it writes, how it is shown."""

    key: str
    word: Promise
    icon: str
    article: str
    approved: str  # source texts of what its people are told
    refused: str
    is_leave: ClassVar[bool] = False
    takes_papers: ClassVar[bool] = False
    papers: tuple[Paper.Kind, ...] = ()  # all of them are needed
    day_word: Promise | str = ""  # of leave: the word for a day on which it holds

    @abstractmethod
    def grant(self, request: Request, user: User, why: str, now: datetime) -> None:
        """Write the fact of an approved request; its months are taken."""

    @abstractmethod
    def about(self, request: Request, policy: Policy) -> str:
        """What approving it does, for who decides."""

    def subject(self, request: Request) -> str:
        """What is asked for, without its kind: days, side, time."""
        return span(request.first_day, request.last_day)

    def withdrawn(self, request: Request, now: datetime) -> None:  # noqa: B027 (most have nothing to do)
        """Do what follows from taking it back."""

    def missing(self, kinds: Sequence[str]) -> list[str]:
        """The papers that are needed and not among these."""
        return [str(paper.label) for paper in self.papers if paper not in kinds]


def span(first: date, last: date) -> str:
    """A day, or from a day to a day."""
    return shown(first) if first == last else f"{shown(first)} – {shown(last)}"


def next_shift(employee: Employee, now: datetime) -> date:
    """The first business day whose shift has not begun."""
    venue, today = employee.venue, employee.venue.day_at(now)
    policy = policy_of(venue, CalendarMonth.of(today)).policy
    return today if now < begins(today, policy, venue.zone) else today + DAY
