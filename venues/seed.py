"""The public holidays and make-up working days that a package knows of, as days of a venue's calendar."""

from collections.abc import Collection

import holidays

from venues.models import CalendarDay, Venue


def known_days(venue: Venue, years: Collection[int]) -> list[CalendarDay]:
    """The days of these years, not stored yet; a year not announced yet has holidays without make-up days."""
    known = holidays.country_holidays("CN", years=years, language="zh_CN")
    days = [CalendarDay(venue=venue, date=day, is_working=False, name=name) for day, name in known.items()]
    worked = (day for day in known.weekend_workdays if day.year in years)
    return days + [CalendarDay(venue=venue, date=day, is_working=True) for day in worked]
