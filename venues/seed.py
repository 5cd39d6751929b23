"""The public holidays and make-up working days that a package knows of, as days of a venue's calendar."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

import holidays

from venues.models import CalendarDay, Venue


def known_days(venue: Venue, years: Collection[int]) -> list[CalendarDay]:
    """The days of these years, not stored yet; a year not announced yet has holidays without make-up days."""
    return [
        CalendarDay(venue=venue, date=day, is_working=is_working, name=name)
        for year in years
        for day, is_working, name in _days_of(year)
    ]


@lru_cache(maxsize=16)
def _days_of(year: int) -> tuple[tuple[date, bool, str], ...]:
    """A year's days: date, whether it is worked, name."""
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    worked = sorted(day for day in known.weekend_workdays if day.year == year)
    return (*((day, False, name) for day, name in known.items()), *((day, True, "") for day in worked))
