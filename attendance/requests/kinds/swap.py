"""Rest days that two people swap: the colleague agrees before the supervisor decides (1.3)."""

from collections.abc import Sequence
from datetime import date, datetime

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, gettext_noop

from accounts.models import User
from attendance import message_kinds
from attendance.models import Request
from attendance.request_kinds import RequestKind
from attendance.requests import notifications
from attendance.requests.consequences import Clause
from attendance.requests.forms import reason_field
from attendance.requests.kinds.base import Draft, Values
from attendance.requests.services.requests import OPEN, Attachment, ask, asking, refuse_locked
from attendance.requests.services.swaps import refuse_impossible_swap, swap_rests
from pages.fields import Day
from pages.formats import day as shown
from pages.forms import CleanedForm
from rulebook.policy import Policy
from staff.models import Employee
from venues.errors import Refused


class SwapForm(CleanedForm):
    """One's own rest day for a colleague's."""

    day = Day(widget=forms.HiddenInput)
    other_day = Day(widget=forms.HiddenInput)
    colleague = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field(gettext_lazy("Reason (may stay empty)"))


class RestSwap(RequestKind, Draft):
    key = "swap"
    word = gettext_lazy("swapped rest day")
    title = gettext_lazy("Swap rest days")
    tile = gettext_lazy("Swap")
    icon = "arrows-right-left"
    article = "1.3"
    form = SwapForm
    approved = gettext_noop("The swap %(asker)s %(day)s ⇄ %(colleague)s %(other_day)s is approved by %(by)s.")
    refused = gettext_noop("The swap %(asker)s %(day)s ⇄ %(colleague)s %(other_day)s is refused by %(by)s: %(reason)s")

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
        return price_of_swap(day=values["day"], other_day=values["other_day"])

    def summary(self, employee: Employee, values: Values) -> str:
        return _("Your %(day)s ⇄ %(colleague)s %(other)s") % {
            "day": shown(values["day"]),
            "colleague": self._colleague(employee, values).name,
            "other": shown(values["other_day"]),
        }

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return ask_swap(
            employee=employee,
            user=user,
            day=values["day"],
            colleague=self._colleague(employee, values),
            other_day=values["other_day"],
            reason=values["reason"],
            now=now,
        )

    def grant(self, request: Request, user: User, why: str, now: datetime) -> None:
        swap_rests(request, user=user, reason=why, now=now)

    def withdrawn(self, request: Request, now: datetime) -> None:
        """Tell the colleague."""
        notifications.notify_colleague(request, message_kinds.SWAP_WITHDRAWN, now=now)

    def about(self, request: Request, policy: Policy) -> str:
        return _("both agree; their rest days are exchanged")

    def subject(self, request: Request) -> str:
        """Both days, the asker's first."""
        return _("%(day)s ⇄ %(colleague)s %(other)s") % {
            "day": shown(request.first_day),
            "colleague": request.colleague.name if request.colleague else "",
            "other": shown(request.other_day) if request.other_day else "",
        }


def ask_swap(
    *, employee: Employee, user: User, day: date, colleague: Employee, other_day: date, reason: str, now: datetime
) -> Request:
    """Ask a colleague to swap rest days; once they agree it waits for the supervisor (1.3)."""
    with asking(employee, user):
        refuse_locked(employee, day)
        refuse_impossible_swap(employee=employee, day=day, colleague=colleague, other_day=other_day, now=now)
        if colleague.user_id is None:
            raise Refused(_("%(person)s can't answer here: they do not sign in.") % {"person": colleague})
        open_swaps = Request.objects.filter(employee=employee, kind=RestSwap.key, state__in=OPEN, first_day=day)
        if open_swaps.exists():
            raise Refused(_("You asked to swap %(day)s already; withdraw that first.") % {"day": shown(day)})
        asked = Request(
            employee=employee,
            kind=RestSwap.key,
            first_day=day,
            last_day=day,
            colleague=colleague,
            other_day=other_day,
        )
        ask(asked, user, reason, now, state=Request.State.ASKED)
        notifications.notify_colleague(asked, message_kinds.SWAP_ASKED, now=now)
    return asked


def price_of_swap(*, day: date, other_day: date) -> list[Clause]:
    """What an approved swap is worth, and resting without one costs (1.3)."""
    return [
        Clause(
            _("Approved, you rest on %(other)s and work on %(day)s.") % {"day": shown(day), "other": shown(other_day)},
            "1.3",
            "good",
        ),
        Clause(_("Until it is approved the roster stands: resting on the other day is an absence."), "1.3", "waits"),
    ]
