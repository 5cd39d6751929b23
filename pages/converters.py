"""Months in addresses."""

from rulebook.calendar import CalendarMonth


class MonthConverter:
    """``2026-09``, as a CalendarMonth."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> CalendarMonth:
        return CalendarMonth.parse(value)

    def to_url(self, value: CalendarMonth | str) -> str:
        return str(value)
