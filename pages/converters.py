"""Months, days in addresses."""

from datetime import date

from rulebook.calendar import CalendarMonth

FIRST, LAST = CalendarMonth(2000, 1), CalendarMonth(2099, 12)


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
