"""The supervisor's decision on what people ask: approving writes the fact (1.2, 1.2.A, 1.2.B, 1.2.G, 1.3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.locking import locked_months, refuse_not_employed
from attendance.models import Request
from attendance.request_kinds import kind_of
from attendance.requests.notifications import notify_decision
from rulebook.calendar import CalendarMonth, months_between
from storage.history import save_traced
from venues.errors import MonthLocked, Refused
from venues.rights import need_reason, refuse_changed, require, shown_of


def decide(
    *, request: Request, user: User, approve: bool, reason: str = "", now: datetime, seen: str | None = None
) -> Request:
    """Approve a request, which writes its fact, or refuse it, which needs a reason; its people are told.

    Refuses who may not, who asks or is to swap (nobody decides on their own), what is decided already or not as it
    was ``seen``, a locked month, and a swap that is not possible any more.
    """
    require(user, Capability.DECIDE_REQUESTS, request.employee.venue)
    reason = reason.strip()
    if not approve:
        reason = need_reason(reason, _("A refusal needs a reason."))
    with _locked(request, approve) as held:
        colleague = held.colleague.user_id if held.colleague else None
        if user.pk in (held.employee.user_id, colleague):
            raise Refused(_("Nobody decides on their own request; somebody else does."))
        if held.state != Request.State.WAITING:
            raise Refused(_("This request can't be decided: it is «%(state)s».") % {"state": held.get_state_display()})
        what = f"{held.get_kind_display()} {held.employee.name}"
        refuse_changed(seen, shown_of(held, Request.AS_ASKED), held, what=what)
        if approve:
            _write_fact(held, user, reason, now)
        state = Request.State.APPROVED if approve else Request.State.REFUSED
        save_traced(
            held,
            by=user,
            reason=reason,
            state=state.value,
            decided_at=now,
            decided_by=user,
            decision_reason=reason[:200],
        )
        notify_decision(held, user=user, now=now)
    return held


@contextmanager
def _locked(request: Request, approve: bool) -> Iterator[Request]:
    """The request as it stands now, taken for update; for an approval its months before it."""
    if not approve:
        with transaction.atomic():
            yield _row(request)
        return
    try:
        with locked_months(request.employee.venue, _days(request)):
            yield _row(request)
    except MonthLocked as error:
        way_out = _("Nothing was approved; the request can be refused, with a reason.")
        raise MonthLocked(f"{error} {way_out}") from error


def _row(request: Request) -> Request:
    people = ("employee__venue", "employee__user", "colleague__user")
    return Request.objects.select_for_update(of=("self",)).select_related(*people).get(pk=request.pk)


def _days(request: Request) -> list[date]:
    """A day of every month that the request touches."""
    months = months_between(CalendarMonth.of(request.first_day), CalendarMonth.of(request.last_day))
    days = [month.first for month in months]
    return [*days, request.other_day] if request.other_day else days


def _write_fact(request: Request, user: User, reason: str, now: datetime) -> None:
    refuse_not_employed(request.employee, request.first_day, request.last_day)
    why = reason or request.reason
    kind_of(request.kind).grant(request, user, why, now)
