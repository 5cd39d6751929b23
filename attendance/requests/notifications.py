"""Notify people of requests: the supervisor's decision, a colleague's answer."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from attendance.models import Request
from attendance.request_kinds import kind_of
from inbox.kinds import MessageKind, message_kind
from inbox.services import post


def notify_decision(request: Request, *, user: User, now: datetime) -> None:
    """Tell whom a decided request concerns: who asked, of a swap also the colleague."""
    state = "approved" if request.state == Request.State.APPROVED else "refused"
    kind = message_kind(f"attendance.{kind_of(request.kind).key}_{state}")
    people = (request.employee.user, request.colleague.user if request.colleague else None)
    _notify(request, kind, people, by=user, now=now)


def notify_colleague(request: Request, kind: MessageKind, *, now: datetime) -> None:
    """Tell the colleague of a swap what its asker did."""
    _notify(request, kind, (request.colleague.user if request.colleague else None,), now=now)


def notify_asker(request: Request, kind: MessageKind, *, now: datetime) -> None:
    """Tell the asker of a swap what the colleague answered."""
    _notify(request, kind, (request.employee.user,), now=now)


def _notify(
    request: Request, kind: MessageKind, people: tuple[User | None, ...], *, now: datetime, by: User | None = None
) -> None:
    venue = request.employee.venue
    basis = {
        "day": request.first_day.isoformat(),
        "last_day": request.last_day.isoformat(),
        "other_day": request.other_day.isoformat() if request.other_day else "",
        "asker": request.employee.name,
        "colleague": request.colleague.name if request.colleague else "",
        "by": by.get_full_name() if by else "",
        "reason": request.decision_reason,
    }
    post(
        venue=venue,
        users=[person for person in people if person is not None],
        key=f"request:{request.pk}:{request.state}",
        kind=kind,
        basis=basis,
        path=reverse("request", args=[venue.code, request.pk]),
        now=now,
    )
