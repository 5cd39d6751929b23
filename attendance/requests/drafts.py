"""A request before it is made: read from its form, checked, priced, then asked."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from attendance.models import Request
from attendance.requests import consequences
from attendance.requests.consequences import Clause
from attendance.requests.forms import BusinessForm, DinnerForm, LeaveForm, PunchForm, SwapForm
from attendance.requests.services import requests
from attendance.requests.services.requests import Attachment
from attendance.requests.services.swaps import refuse_impossible_swap
from attendance.rest_days.selectors import begins
from pages.formats import clock, day as shown
from rulebook.calendar import DAY, CalendarMonth, moment
from staff.models import Employee
from venues.errors import Refused
from venues.selectors import policy_of

Values = Mapping[str, Any]


class Draft(ABC):
    """One kind of thing to ask for; ``values`` are what its form read."""

    title: Promise
    form: type[forms.Form]

    @abstractmethod
    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        """Refuse what can't be asked for."""

    @abstractmethod
    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        """What it would cost, and what it is worth."""

    @abstractmethod
    def summary(self, employee: Employee, values: Values) -> str:
        """What is asked for, in one line."""

    @abstractmethod
    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        """Ask for it."""

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        """What the form begins with."""
        return {"day": employee.venue.day_at(now)}


def _next_shift(employee: Employee, now: datetime) -> date:
    """The first business day whose shift has not begun."""
    venue, today = employee.venue, employee.venue.day_at(now)
    policy = policy_of(venue, CalendarMonth.of(today)).policy
    return today if now < begins(today, policy, venue.zone) else today + DAY


class LeaveDraft(Draft):
    title = gettext_lazy("Leave")
    form = LeaveForm

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        day = _next_shift(employee, now)
        return {"first": day, "last": day}

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        requests.refuse_unaskable_leave(
            employee=employee, kind=values["leave"], first=values["first"], last=values["last"], now=now
        )

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return consequences.price_of_leave(
            employee=employee, kind=values["leave"], first=values["first"], last=values["last"], papers=(), now=now
        )

    def summary(self, employee: Employee, values: Values) -> str:
        kind = Request.Kind(values["leave"]).label
        if values["first"] == values["last"]:
            return f"{kind} {shown(values['first'])}"
        return f"{kind} {shown(values['first'])} – {shown(values['last'])}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return requests.ask_leave(
            employee=employee,
            user=user,
            kind=values["leave"],
            first=values["first"],
            last=values["last"],
            reason=values["reason"],
            papers=papers,
            now=now,
        )


class DinnerDraft(Draft):
    title = gettext_lazy("Guest dinner")
    form = DinnerForm

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        return {"day": _next_shift(employee, now)}

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        requests.refuse_unaskable_dinner(employee=employee, day=values["day"], now=now)

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return consequences.price_of_dinner(employee=employee, day=values["day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return f"{Request.Kind.GUEST_DINNER.label} {shown(values['day'])}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return requests.ask_dinner(employee=employee, user=user, day=values["day"], reason=values["reason"], now=now)


class PunchDraft(Draft):
    title = gettext_lazy("Punch correction")
    form = PunchForm

    def _at(self, employee: Employee, values: Values) -> datetime:
        return moment(values["day"], values["at"], employee.venue.zone)

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        requests.refuse_unaskable_punch(
            employee=employee, day=values["day"], side=values["side"], at=self._at(employee, values), now=now
        )

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return consequences.price_of_punch(
            employee=employee, day=values["day"], side=values["side"], at=self._at(employee, values)
        )

    def summary(self, employee: Employee, values: Values) -> str:
        at, side = self._at(employee, values), Request.Side(values["side"]).label
        return f"{Request.Kind.PUNCH.label} {shown(values['day'])} {side} {clock(at)}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return requests.ask_punch(
            employee=employee,
            user=user,
            day=values["day"],
            side=values["side"],
            at=self._at(employee, values),
            reason=values["reason"],
            now=now,
        )


class BusinessDraft(Draft):
    title = gettext_lazy("Official business")
    form = BusinessForm

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        requests.refuse_unaskable_business(employee=employee, day=values["day"], side=values["side"], now=now)

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return consequences.price_of_business(day=values["day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return f"{Request.Kind.BUSINESS.label} {shown(values['day'])} {Request.Side(values['side']).label}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return requests.ask_business(
            employee=employee, user=user, day=values["day"], side=values["side"], reason=values["reason"], now=now
        )


class SwapDraft(Draft):
    title = gettext_lazy("Swap rest days")
    form = SwapForm

    def _colleague(self, employee: Employee, values: Values) -> Employee:
        rows = Employee.objects.filter(venue=employee.venue, pk=values["colleague"])
        found: Employee | None = rows.select_related("venue").first()
        if found is None:
            raise Refused(_("Choose a colleague."))
        return found

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        refuse_impossible_swap(
            employee=employee,
            day=values["day"],
            colleague=self._colleague(employee, values),
            other_day=values["other_day"],
            now=now,
        )

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return consequences.price_of_swap(day=values["day"], other_day=values["other_day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return _("Your %(day)s ⇄ %(colleague)s %(other)s") % {
            "day": shown(values["day"]),
            "colleague": self._colleague(employee, values).name,
            "other": shown(values["other_day"]),
        }

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return requests.ask_swap(
            employee=employee,
            user=user,
            day=values["day"],
            colleague=self._colleague(employee, values),
            other_day=values["other_day"],
            reason=values["reason"],
            now=now,
        )


DRAFTS: dict[str, Draft] = {
    "leave": LeaveDraft(),
    "swap": SwapDraft(),
    "dinner": DinnerDraft(),
    "punch": PunchDraft(),
    "business": BusinessDraft(),
}
"""Every kind that is asked for; a rest day of one's own (``rest``) needs nobody's word."""
