"""Format figures, days, moments as the house shows them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS_ABBR

from venues.words import in_chinese as in_chinese, month as month, month_name as month_name

MINUS = "\u2212"
_WEEKDAYS = "一二三四五六日"


def yuan(amount: Decimal) -> str:
    """``−¥1,234.50``: a true minus before the sign, two places."""
    return f"{MINUS if amount < 0 else ''}¥{abs(amount):,.2f}"


def whole_yuan(amount: Decimal) -> str:
    """``¥31,917``: on boards, rounded half up to the yuan."""
    rounded = abs(amount).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{MINUS if amount < 0 and rounded else ''}¥{rounded:,}"


def figure(amount: Decimal | str) -> str:
    """``−1,234.50``: without the sign of the currency."""
    value = Decimal(amount)
    return f"{MINUS if value < 0 else ''}{abs(value):,.2f}"


def day(value: date) -> str:
    """``11月14日 周六`` · ``Sat 14 Nov``."""
    if in_chinese():
        return f"{short_day(value)} 周{_WEEKDAYS[value.weekday()]}"
    return f"{WEEKDAYS_ABBR[value.weekday()]!s} {short_day(value)}"


def weekdays() -> list[str]:
    """The heads of a week's columns from Monday: ``一`` · ``Mon``."""
    return list(_WEEKDAYS) if in_chinese() else [str(name) for name in WEEKDAYS_ABBR.values()]


def short_day(value: date) -> str:
    """``11月14日`` · ``14 Nov``."""
    if in_chinese():
        return f"{value.month}月{value.day}日"
    return f"{value.day} {str(MONTHS[value.month])[:3]}"


def long_day(value: date) -> str:
    """``2026年11月14日`` · ``14 Nov 2026``: where the year is not plain."""
    return f"{value.year}年{short_day(value)}" if in_chinese() else f"{short_day(value)} {value.year}"


def clock(value: datetime) -> str:
    """``20:12`` in the time zone in force."""
    return f"{timezone.localtime(value):%H:%M}"


def moment(value: datetime) -> str:
    """``11月14日 20:12`` in the time zone in force."""
    return f"{short_day(timezone.localtime(value).date())} {clock(value)}"


def long_moment(value: datetime) -> str:
    """``2026年11月14日 20:12``: where the year is not plain."""
    return f"{long_day(timezone.localtime(value).date())} {clock(value)}"
