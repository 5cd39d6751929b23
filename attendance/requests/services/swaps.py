"""Swap the rest days of two people (1.3)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from attendance.locking import approver_name, refuse_not_employed
from attendance.models import Request, Rest
from attendance.rest_days.selectors import as_rule, begins, month_rests, side_problem
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.selectors import event_days_of, policy_of


def refuse_impossible_swap(
    *, employee: Employee, day: date, colleague: Employee, other_day: date, now: datetime
) -> tuple[Rest, Rest]:
    """The two rest days of a swap that is possible; refuses one that is not, with the reason and article.

    Not possible: a rest day that is gone or void, days of two months, a day that has begun or is an event day (1.2.C),
    and a person who rests on the other's day already.
    """
    venue = employee.venue
    if employee.pk == colleague.pk or (employee.user_id and employee.user_id == colleague.user_id):
        raise Refused(_("A swap is made with a colleague."))
    if colleague.venue_id != venue.pk:
        raise Refused(_("A swap is made with a colleague of the same venue."))
    month = CalendarMonth.of(day)
    if month != CalendarMonth.of(other_day):
        raise Refused(_("Rest days are swapped within one month (1.2)."))
    if day == other_day:
        raise Refused(_("Both rest on the same day; there is nothing to swap."))
    refuse_not_employed(employee, day, other_day)
    refuse_not_employed(colleague, day, other_day)
    policy, events = policy_of(venue, month).policy, event_days_of(venue, month)
    for one in sorted((day, other_day)):
        if begins(one, policy, venue.zone) <= now:
            raise Refused(
                _("The shift of %(day)s has begun; it can't be swapped any more (1.3).") % {"day": shown(one)}
            )
    rests = []
    for person, given, taken in ((employee, day, other_day), (colleague, other_day, day)):
        rows = {row.business_day: row for row in month_rests(person, month)}
        problem = side_problem([as_rule(row) for row in rows.values()], given, taken, events, policy)
        if problem is not None:
            raise Refused(_("%(person)s: %(problem)s") % {"person": person, "problem": problem})
        rests.append(rows[given])
    return rests[0], rests[1]


def swap_rests(request: Request, *, user: User, reason: str, now: datetime) -> None:
    """Put each of the two on the other's rest day, as swaps that this user approved; the month is taken."""
    if request.colleague is None or request.other_day is None:
        raise Refused(_("A swap is made with a colleague."))
    own, other = refuse_impossible_swap(
        employee=request.employee,
        day=request.first_day,
        colleague=request.colleague,
        other_day=request.other_day,
        now=now,
    )
    values = {"kind": Rest.Kind.SWAP.value, "approver": approver_name(user)}
    save_traced(own, by=user, reason=reason, business_day=request.other_day, **values)
    save_traced(other, by=user, reason=reason, business_day=request.first_day, **values)
