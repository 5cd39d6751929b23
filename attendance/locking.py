"""Lock attendance rows for a change: the months they belong to, the right to record."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import Punch
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from staff.selectors import is_employed
from venues.errors import Refused
from venues.models import Venue
from venues.services import count_change, require_open_months

Row = TypeVar("Row", bound=models.Model)


@contextmanager
def locked_months(venue: Venue, days: Iterable[date]) -> Iterator[None]:
    """The months of these days taken for update; what happens inside counts as a change to each.

    Refuses (MonthLocked) a locked month.
    """
    months = {CalendarMonth.of(day) for day in days}
    with transaction.atomic():
        require_open_months(venue, months)
        yield
        count_change(venue, months)


def punch_of(employee: Employee, day: date) -> Punch:
    """A person's punches of a day taken for update; new where there are none yet. The month is taken."""
    found = Punch.objects.select_for_update().filter(employee=employee, business_day=day).first()
    return found or Punch(employee=employee, business_day=day)


def approver_name(user: User) -> str:
    """The name that stands on a fact that this user approved."""
    return user.get_full_name()[: Punch._meta.get_field("arrival_approver").max_length]


def refuse_own(user: User, employee: Employee) -> None:
    """Refuse whose attendance it is: nobody records their own."""
    if employee.user_id == user.pk:
        raise Refused(_("Nobody records their own attendance; somebody else does."))


def refuse_not_employed(employee: Employee, *days: date) -> None:
    """Refuse days on which the person is not employed."""
    for day in days:
        if not is_employed(employee, day):
            raise Refused(_("%(person)s is not employed here on %(day)s.") % {"person": employee, "day": shown(day)})


def refuse_other_day(employee: Employee, day: date, at: datetime) -> None:
    """Refuse a moment that does not belong to the business day (12:00 to 12:00)."""
    if employee.venue.day_at(at) != day:
        raise Refused(_("The time does not belong to the business day %(day)s (12:00 to 12:00).") % {"day": shown(day)})
