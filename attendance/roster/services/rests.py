"""Set and take back rest days as the supervisor (工休, 1.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Leave, Rest
from attendance.rest_days.selectors import as_rule, month_rests, setting_problem
from pages.formats import day as shown
from rulebook.attendance import LEAVE_RULES, takes_the_day
from rulebook.calendar import CalendarMonth, last_ended
from staff.models import Employee
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.rights import require
from venues.selectors import event_days_of, policy_of
from venues.services import count_change, require_open_months

FAR = timedelta(days=366)


def set_rest(*, employee: Employee, user: User, day: date, now: datetime) -> bool:
    """Give a person a rest day; returns whether it is new: a day they rest on already stays as it is.

    Refuses (with the article) an event day (1.2.C), what is past the month's allowance or would push another rest day
    past it (1.2), a day of leave, a day that has ended or on which the person is not employed, and one's own.
    """
    _refuse(employee, user, day, now)
    with _month_taken(employee, day) as month:
        rests = month_rests(employee, month)
        if any(rest.business_day == day for rest in rests):
            return False
        leaves = Leave.objects.filter(employee=employee, first_day__lte=day, last_day__gte=day).exclude(approver="")
        problem = setting_problem(
            employee,
            day,
            [as_rule(rest) for rest in rests],
            on_leave=leaves.filter(kind__in=filter(takes_the_day, LEAVE_RULES)).exists(),
            ended=last_ended(now, employee.venue.zone),
            event_days=event_days_of(employee.venue, month),
            policy=policy_of(employee.venue, month).policy,
        )
        if problem is not None:
            raise Refused(problem)
        save_traced(Rest(employee=employee, business_day=day, kind=Rest.Kind.REGULAR.value), by=user)
        count_change(employee.venue, [month])
    return True


def take_back_rest(*, employee: Employee, user: User, day: date, now: datetime) -> bool:
    """Make a rest day that the supervisor set a workday again; returns whether there was one.

    Refuses what the person chose (排休), while they sign in to give it up themselves, a swap that was approved (换休),
    a day that has ended, and one's own.
    """
    _refuse(employee, user, day, now)
    with _month_taken(employee, day) as month:
        rest = Rest.objects.select_for_update().filter(employee=employee, business_day=day).first()
        if rest is None:
            return False
        if day <= last_ended(now, employee.venue.zone):
            raise Refused(_("%(day)s has ended: its roster stays as it was.") % {"day": shown(day)})
        if rest.kind == Rest.Kind.SELF_SCHEDULED and employee.user_id is not None:
            raise Refused(
                _("%(person)s chose %(day)s: they give it up themselves, under requests (1.2).")
                % {"person": employee, "day": shown(day)}
            )
        if rest.kind == Rest.Kind.SWAP:
            raise Refused(
                _("%(day)s comes from an approved swap: it moves by another swap (1.3).") % {"day": shown(day)}
            )
        delete_traced(rest, by=user, reason=_("taken back"))
        count_change(employee.venue, [month])
    return True


def _refuse(employee: Employee, user: User, day: date, now: datetime) -> None:
    require(user, Capability.SET_ROSTER, employee.venue)
    if employee.user_id == user.pk:
        raise Refused(_("Nobody sets their own rest days: another supervisor does; one is chosen under requests."))
    if day > now.date() + FAR:
        raise Refused(_("%(day)s is more than a year away.") % {"day": shown(day)})


@contextmanager
def _month_taken(employee: Employee, day: date) -> Iterator[CalendarMonth]:
    """The month taken for update: who comes second sees what the first did."""
    month = CalendarMonth.of(day)
    with transaction.atomic():
        require_open_months(employee.venue, [month])
        yield month
