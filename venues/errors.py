"""Refusals of services, in words for people."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise


class Refused(Exception):
    """An act that the rules or the state of things do not allow; ``str()`` says why, in the reader's language.

    ``field`` is what its form calls the value that it is about, empty where it is about no one value.
    """

    field = ""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class ReasonMissing(Refused):
    """An act that needs a reason was given none; ``field`` is what its form calls it."""

    def __init__(self, message: str | Promise, field: str = "reason") -> None:
        super().__init__(message)
        self.field = field


class MonthLocked(Refused):
    """The month, or a later one that hangs on it, is locked."""


class PolicyInUse(Refused):
    """A policy version that a locked month used."""


class ChangedMeanwhile(Refused):
    """What an act is about is no longer as its page showed it.

    ``changed`` holds what stands now, by name, of the row where there is one; ``seal`` is that of all the page shows.
    """

    def __init__(self, message: str | Promise, *, changed: Mapping[str, Any], row: Model | None, seal: str) -> None:
        super().__init__(message)
        self.changed, self.row, self.seal = changed, row, seal


class Doubtful(Refused):
    """Something out of the usual, done once somebody says that it is meant; ``key`` stands for what was asked.

    ``offers`` names what the page offers instead, empty for nothing.
    """

    def __init__(self, message: str | Promise, key: str, offers: str = "") -> None:
        super().__init__(message)
        self.key, self.offers = key, offers
