"""Months in addresses."""

from rulebook.calendar import CalendarMonth


class MonthConverter:
    """``2026-09``, as a CalendarMonth; of this century, so that every month has one before and after it."""

    regex = r"20\d{2}-\d{2}"

    def to_python(self, value: str) -> CalendarMonth:
        return CalendarMonth.parse(value)

    def to_url(self, value: CalendarMonth | str) -> str:
        return str(value)
