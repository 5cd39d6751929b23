"""Official business: a side of a day is vouched for (1.2.G)."""

from collections.abc import Sequence
from datetime import date, datetime

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, gettext_noop

from accounts.models import User
from attendance.locking import approver_name, punch_of
from attendance.models import Request
from attendance.request_kinds import RequestKind
from attendance.requests.consequences import Clause
from attendance.requests.forms import day_field, reason_field
from attendance.requests.kinds.base import Draft, Values
from attendance.requests.services.requests import Attachment, ask, asking, refuse_overlap, refuse_past_only
from pages.formats import day as shown
from pages.forms import CleanedForm
from rulebook.policy import Policy
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.rights import need_reason

_APPROVERS = {
    Request.Side.ARRIVAL: ("arrival_approver",),
    Request.Side.DEPARTURE: ("departure_approver",),
    Request.Side.BOTH: ("arrival_approver", "departure_approver"),
}


class BusinessForm(CleanedForm):
    """Official business on a day."""

    day = day_field(gettext_lazy("Business day"))
    side = forms.ChoiceField(
        label=gettext_lazy("What to vouch for"), choices=Request.Side.choices, widget=forms.RadioSelect
    )
    reason = reason_field(gettext_lazy("What it was"), required=True)


class OfficialBusiness(RequestKind, Draft):
    key = "business"
    word = gettext_lazy("official business")
    title = tile = gettext_lazy("Official business")
    icon = "briefcase"
    article = "1.2.G"
    form = BusinessForm
    approved = gettext_noop("Your official business on %(day)s is approved by %(by)s.")
    refused = gettext_noop("Your official business on %(day)s is refused by %(by)s: %(reason)s")

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        refuse_unaskable_business(employee=employee, day=values["day"], side=values["side"], now=now)

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return price_of_business(day=values["day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return f"{self.word} {shown(values['day'])} {Request.Side(values['side']).label}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return ask_business(
            employee=employee, user=user, day=values["day"], side=values["side"], reason=values["reason"], now=now
        )

    def grant(self, request: Request, user: User, why: str, now: datetime) -> None:
        names = _APPROVERS[Request.Side(request.side)]
        punch = punch_of(request.employee, request.first_day)
        save_traced(punch, by=user, reason=why, **dict.fromkeys(names, approver_name(user)))

    def about(self, request: Request, policy: Policy) -> str:
        return _("%(side)s on time by your name") % {"side": request.get_side_display()}

    def subject(self, request: Request) -> str:
        return f"{shown(request.first_day)} {request.get_side_display()}"


def ask_business(*, employee: Employee, user: User, day: date, side: str, reason: str, now: datetime) -> Request:
    """Ask that a side of today or of a past day of an open month is vouched for: official business (1.2.G)."""
    with asking(employee, user):
        why = need_reason(reason, _("Say what it was: official business needs a reason."))
        refuse_unaskable_business(employee=employee, day=day, side=side, now=now)
        asked = Request(employee=employee, kind=OfficialBusiness.key, first_day=day, last_day=day, side=side)
        return ask(asked, user, why, now)


def refuse_unaskable_business(*, employee: Employee, day: date, side: str, now: datetime) -> None:
    """Refuse official business that can't be asked for, with the reason."""
    if side not in Request.Side.values:
        raise Refused(_("Choose arrival, departure or both."))
    refuse_past_only(employee, day, now)
    refuse_overlap(employee, OfficialBusiness.key, day, day, side)


def price_of_business(*, day: date) -> list[Clause]:
    """What approved official business is worth (1.2.G)."""
    return [
        Clause(
            _("Approved, %(day)s counts as on time on that side: no fine, no absence.") % {"day": shown(day)},
            "1.2.G",
            "good",
        )
    ]
