"""Requests in templates: what is asked in one line, its state with word and sign."""

from django import template

from attendance.models import Request
from attendance.request_kinds import kind_of
from pages.badges import Badge

register = template.Library()


_BADGES = {
    Request.State.ASKED: ("waits", "clock"),
    Request.State.WAITING: ("waits", "clock"),
    Request.State.APPROVED: ("seated", "check"),
    Request.State.REFUSED: ("now", "x-mark"),
    Request.State.WITHDRAWN: ("free", "minus"),
}


@register.filter
def badge(request: Request) -> Badge:
    """A request's state as a badge."""
    css, icon = _BADGES[Request.State(request.state)]
    return Badge(css, request.get_state_display(), icon)


@register.filter
def kind_icon(request: Request) -> str:
    """The sign of what is asked for."""
    return kind_of(request.kind).icon


@register.filter
def subject(request: Request) -> str:
    """What is asked for, without its kind: days, side, time; of a swap both days, the asker's first."""
    return kind_of(request.kind).subject(request)
