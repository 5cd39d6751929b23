"""When a month's pay falls due."""

import calendar
from collections.abc import Mapping
from datetime import date

from rulebook.calendar import DAY, CalendarMonth
from rulebook.policy import Policy

SATURDAY = calendar.SATURDAY


def pay_date(month: CalendarMonth, policy: Policy) -> date:
    """The pay day of the next month (2.2); a day that month lacks is its last day."""
    due = month.next
    return date(due.year, due.number, min(policy.pay_day, due.length))


def working_day_until(day: date, calendar_days: Mapping[date, bool]) -> date:
    """The day itself, or the working day before it (Interim Provisions on Wage Payment, art. 7).

    ``calendar_days`` tells of holidays (False) and make-up working days (True); others go by the week.
    """
    while not calendar_days.get(day, day.weekday() < SATURDAY):
        day -= DAY
    return day
