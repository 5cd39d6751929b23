"""Names of months in the reader's language."""

from django.utils.dates import MONTHS
from django.utils.translation import get_language

from rulebook.calendar import CalendarMonth


def in_chinese() -> bool:
    """Whether the language in force is the house's own."""
    return not (get_language() or "").startswith("en")


def month(value: CalendarMonth) -> str:
    """``2026年10月`` · ``October 2026``."""
    return f"{value.year}年{value.number}月" if in_chinese() else f"{MONTHS[value.number]} {value.year}"


def month_name(value: CalendarMonth) -> str:
    """``10月`` · ``October``: where the year is plain."""
    return f"{value.number}月" if in_chinese() else str(MONTHS[value.number])
