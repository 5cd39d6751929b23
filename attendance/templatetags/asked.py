"""Requests in templates: what is asked in one line, its state with word and sign."""

from typing import NamedTuple

from django import template
from django.utils.translation import gettext as _

from attendance.models import Request
from pages.formats import clock, day as shown

register = template.Library()


class Look(NamedTuple):
    """How a state is shown beside its word: the token's name and the sign."""

    tone: str
    icon: str


_LOOKS = {
    Request.State.ASKED: Look("waits", "clock"),
    Request.State.WAITING: Look("waits", "clock"),
    Request.State.APPROVED: Look("seated", "check"),
    Request.State.REFUSED: Look("now", "x-mark"),
    Request.State.WITHDRAWN: Look("free", "minus"),
}
_SIGNS = {
    Request.Kind.SICK: "heart",
    Request.Kind.PERSONAL: "calendar-days",
    Request.Kind.STATUTORY: "flag",
    Request.Kind.GUEST_DINNER: "cake",
    Request.Kind.SWAP: "arrows-right-left",
    Request.Kind.PUNCH: "finger-print",
    Request.Kind.BUSINESS: "briefcase",
}


@register.filter
def look(request: Request) -> Look:
    """The token and the sign of a request's state."""
    return _LOOKS[Request.State(request.state)]


@register.filter
def kind_icon(request: Request) -> str:
    """The sign of what is asked for."""
    return _SIGNS[Request.Kind(request.kind)]


@register.filter
def subject(request: Request) -> str:
    """What is asked for, without its kind: days, side, time; of a swap both days, the asker's first."""
    first = shown(request.first_day)
    match Request.Kind(request.kind):
        case Request.Kind.SWAP:
            return _("%(day)s ⇄ %(colleague)s %(other)s") % {
                "day": first,
                "colleague": request.colleague.name if request.colleague else "",
                "other": shown(request.other_day) if request.other_day else "",
            }
        case Request.Kind.PUNCH:
            return f"{first} {request.get_side_display()} {clock(request.at) if request.at else ''}"
        case Request.Kind.BUSINESS:
            return f"{first} {request.get_side_display()}"
    return first if request.first_day == request.last_day else f"{first} – {shown(request.last_day)}"
