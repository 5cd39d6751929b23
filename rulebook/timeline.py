"""The versions of a policy in time, and which one is in force on a day."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Generic, TypeVar

from rulebook.calendar import CalendarMonth

Version = TypeVar("Version")


class PolicyTimeline(Generic[Version]):
    """Versions of a policy by their first day, None for the one that holds from the beginning.

    Raises KeyError for a day before the first of them, where none holds from the beginning.
    """

    def __init__(self, versions: Mapping[date | None, Version]) -> None:
        self._versions = dict(versions)
        self._starts = sorted(first for first in self._versions if first is not None)

    def on(self, day: date) -> Version:
        """The version in force on a day."""
        begun = bisect_right(self._starts, day)
        return self._versions[self._starts[begun - 1] if begun else None]

    def of(self, month: CalendarMonth) -> Version:
        """The version in force in a month: a policy changes with the first of one."""
        return self.on(month.first)

    def stated(self, first: date | None, version: Version) -> "PolicyTimeline[Version]":
        """The same with one more version, or another one, from a day on."""
        return PolicyTimeline({**self._versions, first: version})

    def get(self, first: date | None) -> Version | None:
        """The version that begins on just this day."""
        return self._versions.get(first)
