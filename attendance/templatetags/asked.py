"""Template filters of requests: the subject in one line, the state's badge."""

from django import template
from django.utils.translation import gettext as _

from attendance.models import Request
from pages.badges import Badge
from pages.formats import clock, day as shown

register = template.Library()


_BADGES = {
    Request.State.ASKED: ("waits", "clock"),
    Request.State.WAITING: ("waits", "clock"),
    Request.State.APPROVED: ("seated", "check"),
    Request.State.REFUSED: ("now", "x-mark"),
    Request.State.WITHDRAWN: ("free", "minus"),
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
def badge(request: Request) -> Badge:
    """A request's state as a badge."""
    css, icon = _BADGES[Request.State(request.state)]
    return Badge(css, request.get_state_display(), icon)


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
