"""Months, days and keys of records in addresses."""

import re
from datetime import date

from rulebook.calendar import CalendarMonth

FIRST, LAST = CalendarMonth(2000, 1), CalendarMonth(2099, 12)


_KEY = re.compile(r"[0-9]{1,19}")
_LARGEST_KEY = 2**63 - 1


def key_of(text: object) -> int | None:
    """The key of a record that a text names, as the database can look it up; None for any other text."""
    if not isinstance(text, str) or not _KEY.fullmatch(text):
        return None
    key = int(text)
    return key if key <= _LARGEST_KEY else None


class KeyConverter:
    """The key of a record; a larger one than the database numbers is nobody's."""

    regex = r"[0-9]+"

    def to_python(self, value: str) -> int:
        key = key_of(value)
        if key is None:
            raise ValueError(f"{value} is no key")
        return key

    def to_url(self, value: int | str) -> str:
        return str(value)


class MonthConverter:
    """``2026-09``, as a CalendarMonth; of this century, but for its ends: every month has one before and after it."""

    regex = r"20\d{2}-\d{2}"

    def to_python(self, value: str) -> CalendarMonth:
        month = CalendarMonth.parse(value)
        if not FIRST < month < LAST:
            raise ValueError(f"{value} is out of range")
        return month

    def to_url(self, value: CalendarMonth | str) -> str:
        return str(value)


class DayConverter:
    """``2026-09-30``, as a date; of the months that MonthConverter takes."""

    regex = r"20\d{2}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not FIRST < CalendarMonth.of(day) < LAST:
            raise ValueError(f"{value} is out of range")
        return day

    def to_url(self, value: date | str) -> str:
        return str(value)
