"""Make and withdraw requests (1.2.A, 1.2.B, 1.2.G, 1.3)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance import message_kinds
from attendance.locking import refuse_not_employed
from attendance.models import Leave, Paper, Request
from attendance.request_kinds import kind_of
from attendance.requests import notifications
from attendance.requests.services.swaps import refuse_impossible_swap
from attendance.rest_days.selectors import begins
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.models import Month
from venues.rights import require
from venues.selectors import locked_row_from, policy_of
from venues.services import locked_message

MOST_DAYS = 366
MOST_PAPERS = 9
_FAR = timedelta(days=MOST_DAYS)
OPEN = (Request.State.ASKED, Request.State.WAITING)


class Attachment(NamedTuple):
    """A paper to keep: its kind, and its content as ``storage.files.checked`` returned it."""

    kind: str
    content: "ContentFile[bytes]"


def answer_swap(*, request: Request, user: User, agree: bool, now: datetime) -> Request:
    """The colleague agrees to a swap, which then waits for the supervisor, or declines it."""
    with _open(request) as held:
        if held.colleague is None or held.other_day is None or held.colleague.user_id != user.pk:
            raise Refused(_("The colleague answers for themselves."))
        require(user, Capability.MAKE_REQUESTS, held.employee.venue)
        if held.state != Request.State.ASKED:
            raise Refused(_("This swap was answered already."))
        if not agree:
            save_traced(held, by=user, state=Request.State.REFUSED.value, decided_at=now, decided_by=user)
            notifications.notify_asker(held, message_kinds.SWAP_DECLINED, now=now)
            return held
        refuse_impossible_swap(
            employee=held.employee,
            day=held.first_day,
            colleague=held.colleague,
            other_day=held.other_day,
            now=now,
        )
        save_traced(held, by=user, state=Request.State.WAITING.value, agreed_at=now)
        notifications.notify_asker(held, message_kinds.SWAP_AGREED, now=now)
    return held


def withdraw(*, request: Request, user: User, now: datetime) -> Request:
    """Take back what one asked for and nobody has decided yet."""
    with _open(request) as held:
        _refuse_stranger(held.employee, user)
        _refuse_decided(held)
        save_traced(held, by=user, state=Request.State.WITHDRAWN.value)
        kind_of(held.kind).withdrawn(held, now)
    return held


def add_papers(*, request: Request, user: User, papers: Sequence[Attachment], now: datetime) -> None:
    """Add papers to leave that one asked for, until it is decided."""
    with _open(request) as held:
        _refuse_stranger(held.employee, user)
        _refuse_decided(held)
        if not kind_of(held.kind).takes_papers:
            raise Refused(_("Papers belong to leave."))
        if not papers:
            raise Refused(_("Choose a photo or a PDF first."))
        add_attachments(held, user, papers, now)
        save_traced(held, by=user, reason=_("papers added"), state=held.state)


def add_attachments(request: Request, user: User, papers: Sequence[Attachment], now: datetime) -> None:
    """Keep papers with a request that is taken for update."""
    if request.papers.count() + len(papers) > MOST_PAPERS:
        raise Refused(_("A request has at most %(most)s papers.") % {"most": MOST_PAPERS})
    for paper in papers:
        Paper.objects.create(request=request, kind=paper.kind, file=paper.content, added_at=now, added_by=user)


def ask(
    request: Request, user: User, reason: str, now: datetime, state: Request.State = Request.State.WAITING
) -> Request:
    """Write a new request; its person is taken for update (``asking``)."""
    request.reason = reason.strip()[:200]
    return save_traced(request, by=user, reason=request.reason, state=state.value, asked_at=now)


@contextmanager
def asking(employee: Employee, user: User) -> Iterator[None]:
    """A person asks for themselves; taken for update, so that two taps ask once."""
    _refuse_stranger(employee, user)
    with transaction.atomic():
        Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
        yield


@contextmanager
def _open(request: Request) -> Iterator[Request]:
    """The request as it stands now, taken for update."""
    people = ("employee__venue", "employee__user", "colleague__user")
    with transaction.atomic():
        yield Request.objects.select_for_update(of=("self",)).select_related(*people).get(pk=request.pk)


def _refuse_stranger(employee: Employee, user: User) -> None:
    require(user, Capability.MAKE_REQUESTS, employee.venue)
    if employee.user_id != user.pk:
        raise Refused(_("Everybody asks for themselves."))


def _refuse_decided(request: Request) -> None:
    if request.state not in OPEN:
        raise Refused(_("This request is «%(state)s» already.") % {"state": request.get_state_display()})


def refuse_far(day: date, now: datetime) -> None:
    """Refuse a day that nobody plans yet."""
    if day - now.date() > _FAR:
        raise Refused(_("%(day)s is more than a year away.") % {"day": shown(day)})


def refuse_locked(employee: Employee, day: date) -> None:
    """Refuse a day of a month that is locked, or hangs on a locked one."""
    month = CalendarMonth.of(day)
    locked = locked_row_from(employee.venue, month)
    if locked is not None:
        raise Refused(locked_message(month, locked.calendar_month, is_paid=locked.state == Month.State.PAID))


def refuse_past_only(employee: Employee, day: date, now: datetime) -> None:
    """Refuse a day that is still to come, or is not the person's, or is of a locked month."""
    if day > employee.venue.day_at(now):
        raise Refused(_("%(day)s is still to come.") % {"day": shown(day)})
    refuse_not_employed(employee, day)
    refuse_locked(employee, day)


def begin_of(employee: Employee, day: date) -> datetime:
    """When the shift of a day begins at the person's venue."""
    venue = employee.venue
    return begins(day, policy_of(venue, CalendarMonth.of(day)).policy, venue.zone)


def refuse_overlap(employee: Employee, kind: str, first: date, last: date, side: str = "") -> None:
    """Refuse what one has asked for already, or has."""
    days = Q(first_day__lte=last, last_day__gte=first)
    live = Request.objects.filter(days, employee=employee, kind=kind, state__in=(*OPEN, Request.State.APPROVED))
    if side and side != Request.Side.BOTH:
        live = live.filter(side__in=(side, Request.Side.BOTH))
    found = live.order_by("first_day").first()
    if found is not None:
        raise Refused(
            _("You asked for this on %(day)s already: it is «%(state)s».")
            % {"day": shown(found.first_day), "state": found.get_state_display()}
        )
    if Leave.objects.filter(days, employee=employee, kind=kind).exists():
        raise Refused(_("You have leave of this kind on these days already."))
