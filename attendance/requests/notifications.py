"""What people are told of requests."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from attendance.models import Request
from attendance.request_kinds import kind_of
from inbox.services import post

ASKED = gettext_noop("%(asker)s asks to swap: your %(other_day)s ⇄ their %(day)s; your answer is awaited.")
AGREED = gettext_noop("%(colleague)s agrees to the swap %(day)s ⇄ %(other_day)s; it now waits for the supervisor.")
DECLINED = gettext_noop("%(colleague)s does not agree to the swap %(day)s ⇄ %(other_day)s.")
WITHDRAWN = gettext_noop("%(asker)s no longer asks for the swap %(day)s ⇄ %(other_day)s.")


def notify_decision(request: Request, *, user: User, now: datetime) -> None:
    """Tell whom a decided request concerns: who asked, of a swap also the colleague."""
    kind = kind_of(request.kind)
    text = kind.approved if request.state == Request.State.APPROVED else kind.refused
    people = (request.employee.user, request.colleague.user if request.colleague else None)
    _notify(request, text, people, by=user, now=now)


def notify_colleague(request: Request, text: str, *, now: datetime) -> None:
    """Tell the colleague of a swap what its asker did."""
    _notify(request, text, (request.colleague.user if request.colleague else None,), now=now)


def notify_asker(request: Request, text: str, *, now: datetime) -> None:
    """Tell the asker of a swap what the colleague answered."""
    _notify(request, text, (request.employee.user,), now=now)


def _notify(
    request: Request, text: str, people: tuple[User | None, ...], *, now: datetime, by: User | None = None
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
        text=text,
        basis={name: value for name, value in basis.items() if value},
        path=reverse("request", args=[venue.code, request.pk]),
        now=now,
    )
