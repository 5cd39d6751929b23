"""A dinner with a guest: the arrival is excused (1.3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, gettext_noop, pgettext_lazy

from accounts.models import User
from attendance.locking import refuse_not_employed
from attendance.models import Request
from attendance.requests.consequences import Clause
from attendance.requests.forms import day_field, reason_field
from attendance.requests.kinds.base import Draft, Values, next_shift
from attendance.requests.kinds.leave import GrantedAsLeave
from attendance.requests.services.requests import (
    Attachment,
    ask,
    asking,
    begin_of,
    refuse_far,
    refuse_locked,
    refuse_overlap,
)
from pages.formats import clock, day as shown
from pages.forms import CleanedForm
from rulebook.attendance import LeaveKind, shift_of
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from staff.models import Employee
from venues.errors import Refused
from venues.selectors import policy_of


class DinnerForm(CleanedForm):
    """A dinner with a guest."""

    day = day_field(gettext_lazy("Business day"))
    reason = reason_field(gettext_lazy("With whom (may stay empty)"))


class GuestDinner(GrantedAsLeave, Draft):
    key = LeaveKind.GUEST_DINNER.value
    word = gettext_lazy("guest dinner")
    title = tile = gettext_lazy("Guest dinner")
    icon = "cake"
    article = "1.3"
    form = DinnerForm
    day_word = pgettext_lazy("day", "dinner")
    approved = gettext_noop("Your guest dinner on %(day)s is approved by %(by)s.")
    refused = gettext_noop("Your guest dinner on %(day)s is refused by %(by)s: %(reason)s")

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        return {"day": next_shift(employee, now)}

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        refuse_unaskable_dinner(employee=employee, day=values["day"], now=now)

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return price_of_dinner(employee=employee, day=values["day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return f"{self.word} {shown(values['day'])}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return ask_dinner(employee=employee, user=user, day=values["day"], reason=values["reason"], now=now)

    def about(self, request: Request, policy: Policy) -> str:
        return _("approved, a late arrival is excused")


def ask_dinner(*, employee: Employee, user: User, day: date, reason: str, now: datetime) -> Request:
    """Ask to come late for a dinner with a guest; before that day's shift begins (1.3)."""
    with asking(employee, user):
        refuse_unaskable_dinner(employee=employee, day=day, now=now)
        asked = Request(employee=employee, kind=GuestDinner.key, first_day=day, last_day=day)
        return ask(asked, user, reason, now)


def refuse_unaskable_dinner(*, employee: Employee, day: date, now: datetime) -> None:
    """Refuse a guest dinner that can't be asked for, with the reason and article."""
    refuse_far(day, now)
    refuse_not_employed(employee, day)
    refuse_locked(employee, day)
    if begin_of(employee, day) <= now:
        raise Refused(
            _("The shift of %(day)s has begun: a guest dinner is asked for before it (1.3).") % {"day": shown(day)}
        )
    refuse_overlap(employee, GuestDinner.key, day, day)


def price_of_dinner(*, employee: Employee, day: date) -> list[Clause]:
    """What an approved guest dinner is worth (1.3)."""
    month = CalendarMonth.of(day)
    starts = shift_of(day, policy_of(employee.venue, month).policy, employee.venue.zone).start
    return [
        Clause(_("Approved, your arrival on %(day)s is on time however late.") % {"day": shown(day)}, "1.3", "good"),
        Clause(_("Have the arrival punched all the same; without a punch nothing is excused."), "1.3", "waits"),
        Clause(_("Until it is approved the shift begins at %(time)s.") % {"time": clock(starts)}, "1.1", "quiet"),
    ]
