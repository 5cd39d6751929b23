"""The kinds of requests by the word that a row stores: what each answers, and where it is found.

The kinds themselves are in ``attendance.requests.kinds``; what reads a row need not know them.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.utils.functional import Promise

from inbox.kinds import declare, names_in, wording_of
from pages.formats import day as shown
from rulebook.policy import Policy

if TYPE_CHECKING:
    from accounts.models import User
    from attendance.models import Paper, Request


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
    papers: "tuple[Paper.Kind, ...]" = ()  # all of them are needed
    day_word: Promise | str = ""  # of leave: the word for a day on which it holds

    @abstractmethod
    def grant(self, request: "Request", user: "User", why: str, now: datetime) -> None:
        """Write the fact of an approved request; its months are taken."""

    @abstractmethod
    def about(self, request: "Request", policy: Policy) -> str:
        """What approving it does, for who decides."""

    def subject(self, request: "Request") -> str:
        """What is asked for, without its kind: days, side, time."""
        return span(request.first_day, request.last_day)

    def withdrawn(self, request: "Request", now: datetime) -> None:  # noqa: B027 (most have nothing to do)
        """Do what follows from taking it back."""

    def missing(self, kinds: Sequence[str]) -> list[str]:
        """The papers that are needed and not among these."""
        return [str(paper.label) for paper in self.papers if paper not in kinds]


def span(first: date, last: date) -> str:
    """A day, or from a day to a day."""
    return shown(first) if first == last else f"{shown(first)} – {shown(last)}"


KINDS: dict[str, RequestKind] = {}
"""Every kind, in the order in which they are listed; filled by ``attendance.requests.kinds``."""


class UnknownKind(LookupError):
    """A row stores a kind that nobody registered."""


def register(*kinds: RequestKind) -> None:
    """Add kinds, and what their people are told of a decision; a word that is taken is an error."""
    for kind in kinds:
        if kind.key in KINDS:
            raise ValueError(f"two kinds of requests are called {kind.key!r}")
        for state, text in (("approved", kind.approved), ("refused", kind.refused)):
            declare(f"attendance.{kind.key}_{state}", text, **{name: wording_of(name) for name in names_in(text)})
        KINDS[kind.key] = kind


def kind_of(key: str) -> RequestKind:
    """The kind that a row stores by this word; an unknown one is an error."""
    try:
        return KINDS[key]
    except KeyError:
        raise UnknownKind(f"no kind of request is called {key!r}") from None


def request_choices() -> list[tuple[str, Promise | str]]:
    """Every kind with its word, as a model's choices."""
    return [(kind.key, kind.word) for kind in KINDS.values()]


def leave_choices() -> list[tuple[str, Promise | str]]:
    """The kinds that are granted as leave, with their words, as a model's choices."""
    return [(kind.key, kind.word) for kind in KINDS.values() if kind.is_leave]
