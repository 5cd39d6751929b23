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
from attendance.locking import refuse_not_employed, refuse_other_day
from attendance.models import Leave, Paper, Request
from attendance.requests import notifications
from attendance.requests.services.swaps import refuse_impossible_swap
from attendance.rest_days.selectors import begins
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.models import Month
from venues.rights import need_reason, require
from venues.selectors import locked_row_from, policy_of
from venues.services import locked_message

MOST_DAYS = 366
MOST_PAPERS = 9
_FAR = timedelta(days=MOST_DAYS)
_OPEN = (Request.State.ASKED, Request.State.WAITING)
LEAVES = (Request.Kind.SICK, Request.Kind.PERSONAL, Request.Kind.STATUTORY)


class Attachment(NamedTuple):
    """A paper to keep: its kind, and its content as ``storage.files.checked`` returned it."""

    kind: str
    content: "ContentFile[bytes]"


def ask_leave(
    *,
    employee: Employee,
    user: User,
    kind: str,
    first: date,
    last: date,
    reason: str,
    now: datetime,
    papers: Sequence[Attachment] = (),
) -> Request:
    """Ask for sick, personal or statutory leave from a day to a day, both included.

    Refuses leave asked for too late for every one of its days, and what overlaps leave of the same kind that one has
    or has asked for. Statutory leave may be asked for afterwards, as long as its month is open.
    """
    with _asking(employee, user):
        refuse_unaskable_leave(employee=employee, kind=kind, first=first, last=last, now=now)
        asked = Request(employee=employee, kind=kind, first_day=first, last_day=last)
        _ask(asked, user, reason, now)
        _add(asked, user, papers, now)
    return asked


def refuse_unaskable_leave(*, employee: Employee, kind: str, first: date, last: date, now: datetime) -> None:
    """Refuse leave that can't be asked for, with the reason and article."""
    if kind not in LEAVES:
        raise Refused(_("Choose sick, personal or statutory leave."))
    if last < first:
        raise Refused(_("The last day lies before the first."))
    if (last - first).days >= MOST_DAYS:
        raise Refused(_("Leave is asked for over at most %(days)s days at a time.") % {"days": MOST_DAYS})
    _refuse_far(first, now)
    refuse_not_employed(employee, first, last)
    _refuse_locked(employee, first)
    if kind != Request.Kind.STATUTORY and _begin(employee, last) <= now:
        article = "1.2.A" if kind == Request.Kind.SICK else "1.2.B"
        raise Refused(
            _("The shift of %(day)s has begun: leave is asked for before it (%(article)s). It can begin the next day.")
            % {"day": shown(last), "article": article}
        )
    _refuse_overlap(employee, kind, first, last)


def ask_dinner(*, employee: Employee, user: User, day: date, reason: str, now: datetime) -> Request:
    """Ask to come late for a dinner with a guest; before that day's shift begins (1.3)."""
    with _asking(employee, user):
        refuse_unaskable_dinner(employee=employee, day=day, now=now)
        asked = Request(employee=employee, kind=Request.Kind.GUEST_DINNER.value, first_day=day, last_day=day)
        return _ask(asked, user, reason, now)


def refuse_unaskable_dinner(*, employee: Employee, day: date, now: datetime) -> None:
    """Refuse a guest dinner that can't be asked for, with the reason and article."""
    _refuse_far(day, now)
    refuse_not_employed(employee, day)
    _refuse_locked(employee, day)
    if _begin(employee, day) <= now:
        raise Refused(
            _("The shift of %(day)s has begun: a guest dinner is asked for before it (1.3).") % {"day": shown(day)}
        )
    _refuse_overlap(employee, Request.Kind.GUEST_DINNER, day, day)


def ask_punch(
    *, employee: Employee, user: User, day: date, side: str, at: datetime, reason: str, now: datetime
) -> Request:
    """Ask to correct one's arrival or departure of today or of a past day of an open month."""
    with _asking(employee, user):
        why = need_reason(reason, _("Say what happened: a correction needs a reason."))
        refuse_unaskable_punch(employee=employee, day=day, side=side, at=at, now=now)
        asked = Request(employee=employee, kind=Request.Kind.PUNCH.value, first_day=day, last_day=day, side=side, at=at)
        return _ask(asked, user, why, now)


def refuse_unaskable_punch(*, employee: Employee, day: date, side: str, at: datetime, now: datetime) -> None:
    """Refuse a correction that can't be asked for, with the reason."""
    if side not in (Request.Side.ARRIVAL, Request.Side.DEPARTURE):
        raise Refused(_("Choose arrival or departure."))
    _refuse_past_only(employee, day, now)
    refuse_other_day(employee, day, at)
    if at > now:
        raise Refused(_("The stated time lies in the future."))
    _refuse_overlap(employee, Request.Kind.PUNCH, day, day, side)


def ask_business(*, employee: Employee, user: User, day: date, side: str, reason: str, now: datetime) -> Request:
    """Ask that a side of today or of a past day of an open month is vouched for: official business (1.2.G)."""
    with _asking(employee, user):
        why = need_reason(reason, _("Say what it was: official business needs a reason."))
        refuse_unaskable_business(employee=employee, day=day, side=side, now=now)
        asked = Request(employee=employee, kind=Request.Kind.BUSINESS.value, first_day=day, last_day=day, side=side)
        return _ask(asked, user, why, now)


def refuse_unaskable_business(*, employee: Employee, day: date, side: str, now: datetime) -> None:
    """Refuse official business that can't be asked for, with the reason."""
    if side not in Request.Side.values:
        raise Refused(_("Choose arrival, departure or both."))
    _refuse_past_only(employee, day, now)
    _refuse_overlap(employee, Request.Kind.BUSINESS, day, day, side)


def ask_swap(
    *, employee: Employee, user: User, day: date, colleague: Employee, other_day: date, reason: str, now: datetime
) -> Request:
    """Ask a colleague to swap rest days; once they agree it waits for the supervisor (1.3)."""
    with _asking(employee, user):
        _refuse_locked(employee, day)
        refuse_impossible_swap(employee=employee, day=day, colleague=colleague, other_day=other_day, now=now)
        if colleague.user_id is None:
            raise Refused(_("%(person)s can't answer here: they do not sign in.") % {"person": colleague})
        open_swaps = Request.objects.filter(employee=employee, kind=Request.Kind.SWAP, state__in=_OPEN, first_day=day)
        if open_swaps.exists():
            raise Refused(_("You asked to swap %(day)s already; withdraw that first.") % {"day": shown(day)})
        asked = Request(
            employee=employee,
            kind=Request.Kind.SWAP.value,
            first_day=day,
            last_day=day,
            colleague=colleague,
            other_day=other_day,
        )
        _ask(asked, user, reason, now, state=Request.State.ASKED)
        notifications.notify_colleague(asked, notifications.ASKED, now=now)
    return asked


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
            notifications.notify_asker(held, notifications.DECLINED, now=now)
            return held
        refuse_impossible_swap(
            employee=held.employee,
            day=held.first_day,
            colleague=held.colleague,
            other_day=held.other_day,
            now=now,
        )
        save_traced(held, by=user, state=Request.State.WAITING.value, agreed_at=now)
        notifications.notify_asker(held, notifications.AGREED, now=now)
    return held


def withdraw(*, request: Request, user: User, now: datetime) -> Request:
    """Take back what one asked for and nobody has decided yet."""
    with _open(request) as held:
        _refuse_stranger(held.employee, user)
        _refuse_decided(held)
        save_traced(held, by=user, state=Request.State.WITHDRAWN.value)
        if held.kind == Request.Kind.SWAP:
            notifications.notify_colleague(held, notifications.WITHDRAWN, now=now)
    return held


def add_papers(*, request: Request, user: User, papers: Sequence[Attachment], now: datetime) -> None:
    """Add papers to leave that one asked for, until it is decided."""
    with _open(request) as held:
        _refuse_stranger(held.employee, user)
        _refuse_decided(held)
        if held.kind not in LEAVES:
            raise Refused(_("Papers belong to leave."))
        if not papers:
            raise Refused(_("Choose a photo or a PDF first."))
        _add(held, user, papers, now)
        save_traced(held, by=user, reason=_("papers added"), state=held.state)


def _add(request: Request, user: User, papers: Sequence[Attachment], now: datetime) -> None:
    if request.papers.count() + len(papers) > MOST_PAPERS:
        raise Refused(_("A request has at most %(most)s papers.") % {"most": MOST_PAPERS})
    for paper in papers:
        Paper.objects.create(request=request, kind=paper.kind, file=paper.content, added_at=now, added_by=user)


def _ask(
    request: Request, user: User, reason: str, now: datetime, state: Request.State = Request.State.WAITING
) -> Request:
    request.reason = reason.strip()[:200]
    return save_traced(request, by=user, reason=request.reason, state=state.value, asked_at=now)


@contextmanager
def _asking(employee: Employee, user: User) -> Iterator[None]:
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
    if request.state not in _OPEN:
        raise Refused(_("This request is «%(state)s» already.") % {"state": request.get_state_display()})


def _refuse_far(day: date, now: datetime) -> None:
    if day - now.date() > _FAR:
        raise Refused(_("%(day)s is more than a year away.") % {"day": shown(day)})


def _refuse_locked(employee: Employee, day: date) -> None:
    month = CalendarMonth.of(day)
    locked = locked_row_from(employee.venue, month)
    if locked is not None:
        raise Refused(locked_message(month, locked.calendar_month, is_paid=locked.state == Month.State.PAID))


def _refuse_past_only(employee: Employee, day: date, now: datetime) -> None:
    """Refuse a day that is still to come, or is not the person's, or is of a locked month."""
    if day > employee.venue.day_at(now):
        raise Refused(_("%(day)s is still to come.") % {"day": shown(day)})
    refuse_not_employed(employee, day)
    _refuse_locked(employee, day)


def _begin(employee: Employee, day: date) -> datetime:
    venue = employee.venue
    return begins(day, policy_of(venue, CalendarMonth.of(day)).policy, venue.zone)


def _refuse_overlap(employee: Employee, kind: str, first: date, last: date, side: str = "") -> None:
    """Refuse what one has asked for already, or has."""
    days = Q(first_day__lte=last, last_day__gte=first)
    live = Request.objects.filter(days, employee=employee, kind=kind, state__in=(*_OPEN, Request.State.APPROVED))
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
