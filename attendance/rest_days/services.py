"""Choose and give up one's own rest days (排休, 1.2)."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.locking import locked_months, refuse_not_employed
from attendance.models import Rest
from attendance.rest_days.selectors import as_rule, begins, chosen, month_rests, newly_void, void_message
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.rights import require
from venues.selectors import event_days_of, policy_of

FAR = timedelta(days=366)


def choose_rest(*, employee: Employee, user: User, day: date, now: datetime) -> Rest:
    """Rest on a coming day of one's own choice, at once; nobody decides on it.

    Refuses a day whose shift has begun, an event day (1.2.C), what is past the month's allowances (1.2), and a day
    that would push another rest day past them.
    """
    _refuse_stranger(employee, user)
    with locked_months(employee.venue, [day]):
        refuse_unchoosable(employee=employee, day=day, now=now)
        rest = Rest(employee=employee, business_day=day, kind=Rest.Kind.SELF_SCHEDULED.value)
        return save_traced(rest, by=user)


def refuse_unchoosable(*, employee: Employee, day: date, now: datetime) -> None:
    """Refuse a day that this person can't choose to rest on, with the reason and article; three queries."""
    venue, month = employee.venue, CalendarMonth.of(day)
    refuse_not_employed(employee, day)
    policy = policy_of(venue, month).policy
    starts = begins(day, policy, venue.zone)
    if starts <= now:
        raise Refused(_("The shift of %(day)s has begun; choose a coming day (1.2).") % {"day": shown(day)})
    if starts > now + FAR:
        raise Refused(_("%(day)s is more than a year away.") % {"day": shown(day)})
    rests = month_rests(employee, month)
    if any(rest.business_day == day for rest in rests):
        raise Refused(_("You rest on %(day)s already.") % {"day": shown(day)})
    before = [as_rule(rest) for rest in rests]
    void = newly_void(before, [*before, chosen(day)], event_days_of(venue, month), policy)
    if void is not None:
        raise Refused(void_message(*void, policy))


def give_up_rest(*, employee: Employee, user: User, day: date, now: datetime) -> None:
    """Work on a coming day that one had chosen to rest on."""
    _refuse_stranger(employee, user)
    with locked_months(employee.venue, [day]):
        rest = Rest.objects.select_for_update().filter(employee=employee, business_day=day).first()
        if rest is None or rest.kind != Rest.Kind.SELF_SCHEDULED:
            raise Refused(_("%(day)s is no rest day of your own choice.") % {"day": shown(day)})
        if begins(day, policy_of(employee.venue, CalendarMonth.of(day)).policy, employee.venue.zone) <= now:
            raise Refused(_("The shift of %(day)s has begun; it stays a rest day.") % {"day": shown(day)})
        delete_traced(rest, by=user, reason=_("given up"))


def _refuse_stranger(employee: Employee, user: User) -> None:
    require(user, Capability.MAKE_REQUESTS, employee.venue)
    if employee.user_id != user.pk:
        raise Refused(_("Rest days are chosen by oneself."))
