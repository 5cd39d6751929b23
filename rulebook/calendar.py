"""Business days, months and the clock of a venue."""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

NOON = time(12)
DAY = timedelta(days=1)


class CalendarMonth(NamedTuple):
    """A calendar month; sorts by time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "CalendarMonth":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "CalendarMonth":
        """Read ``YYYY-MM``; raises ValueError for anything else."""
        digits = text[:4] + text[5:]
        if len(text) != 7 or text[4] != "-" or not (digits.isascii() and digits.isdecimal()):
            raise ValueError(f"{text!r} is not YYYY-MM")
        return cls.of(date(int(text[:4]), int(text[5:]), 1))

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, self.length)

    @property
    def length(self) -> int:
        """Calendar days in the month."""
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def next(self) -> "CalendarMonth":
        return CalendarMonth.of(self.last + DAY)

    @property
    def previous(self) -> "CalendarMonth":
        return CalendarMonth.of(self.first - DAY)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from first to last, both included; nothing where last is earlier."""
    while first <= last:
        yield first
        first += DAY


def months_between(first: CalendarMonth, last: CalendarMonth) -> Iterator[CalendarMonth]:
    """Yield every month from first to last, both included."""
    while first <= last:
        yield first
        first = first.next


def add_months(day: date, months: int) -> date:
    """The same date so many months later; a date that month lacks is its last day (chapter 2)."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = calendar.monthrange(year, index + 1)[1]
    return date(year, index + 1, min(day.day, length))


def moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """A bare clock time on a business day: before 12:00 it means the next calendar day (reading 6)."""
    return datetime.combine(day + DAY if clock < NOON else day, clock, zone)


def business_day(instant: datetime, zone: tzinfo) -> date:
    """The business day an instant belongs to: until 12:00:00 that of the day before (reading 6)."""
    local = instant.astimezone(zone)
    return local.date() - DAY if local.time() < NOON else local.date()


def last_ended(now: datetime, zone: tzinfo) -> date:
    """The latest business day that has ended by now: a day ends at noon of the next (reading 6)."""
    return business_day(now, zone) - DAY
