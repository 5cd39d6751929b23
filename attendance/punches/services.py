"""Record arrivals, departures, times off post as a supervisor (1.2.E, 1.2.F, 1.2.G, 4.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.locking import approver_name, locked_months, punch_of, refuse_not_employed, refuse_other_day, refuse_own
from attendance.models import OffPost, Punch, Request
from pages.formats import clock, day as shown
from staff.models import Employee
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.rights import need_reason, refuse_changed, require, shown_of

Side = Request.Side
_TIMES = {Side.ARRIVAL: "arrived_at", Side.DEPARTURE: "left_at"}
OF_OFF_POST = ("left_at", "returned_at")
"""What the pages show of a time off post."""
_APPROVERS = {Side.ARRIVAL: "arrival_approver", Side.DEPARTURE: "departure_approver"}


def punch_arrival(*, employee: Employee, user: User, day: date, now: datetime) -> Punch:
    """Record that a person has come, at ``now``; once a day, and never one's own."""
    return _punch(employee, user, day, now, Side.ARRIVAL)


def punch_departure(*, employee: Employee, user: User, day: date, now: datetime) -> Punch:
    """Record that a person has gone, at ``now``; once a day, and never one's own."""
    return _punch(employee, user, day, now, Side.DEPARTURE)


def _punch(employee: Employee, user: User, day: date, now: datetime, side: Request.Side) -> Punch:
    with _recording(employee, user, day):
        refuse_other_day(employee, day, now)
        punch = punch_of(employee, day)
        punched = getattr(punch, _TIMES[side])
        if punched is not None:
            raise Refused(
                _("%(person)s: the %(side)s is punched already, at %(time)s.")
                % {"person": employee, "side": side.label, "time": clock(punched)}
            )
        if side == Side.DEPARTURE and punch.arrived_at is not None and now < punch.arrived_at:
            raise Refused(_("The departure lies before the arrival."))
        values: dict[str, Any] = {_TIMES[side]: now}
        return save_traced(punch, by=user, **values)


def state_punch(
    *,
    employee: Employee,
    user: User,
    day: date,
    side: str,
    at: datetime,
    now: datetime,
    reason: str,
    seen: str | None = None,
) -> Punch:
    """State when a person came or went where nobody punched it, or punched it wrongly; late is late by this time.

    Refuses (ChangedMeanwhile) a side that is not as it was ``seen``.
    """
    with _recording(employee, user, day):
        why = need_reason(reason, _("Another time than the server's needs a reason."))
        if side not in _TIMES:
            raise Refused(_("Choose arrival or departure."))
        refuse_other_day(employee, day, at)
        if at > now:
            raise Refused(_("This time lies in the future."))
        punch = punch_of(employee, day)
        times = {Side.ARRIVAL: punch.arrived_at, Side.DEPARTURE: punch.left_at} | {Side(side): at}
        came, went = times[Side.ARRIVAL], times[Side.DEPARTURE]
        if came is not None and went is not None and went < came:
            raise Refused(_("The departure lies before the arrival."))
        if getattr(punch, _TIMES[Side(side)]) == at:
            return punch
        refuse_changed(seen, shown_of_side(punch, side), punch)
        return save_traced(punch, by=user, reason=why, **{_TIMES[Side(side)]: at})


def vouch(*, employee: Employee, user: User, day: date, side: str, reason: str, seen: str | None = None) -> Punch:
    """Put a side (arrival, departure, both) on time by one's name, however it was punched, or not (1.2.G)."""
    with _recording(employee, user, day):
        why = need_reason(reason, _("Vouching for somebody needs a reason."))
        values = {_APPROVERS[one]: approver_name(user) for one in _sides(side)}
        punch = punch_of(employee, day)
        if all(getattr(punch, name) == value for name, value in values.items()):
            return punch
        refuse_changed(seen, shown_of_side(punch, side), punch)
        return save_traced(punch, by=user, reason=why, **values)


def undo_punch(*, employee: Employee, user: User, day: date, side: str, reason: str, seen: str | None = None) -> None:
    """Take back what was punched or vouched for on a side (arrival, departure, both)."""
    with _recording(employee, user, day):
        why = need_reason(reason, _("Taking this back needs a reason."))
        punch = punch_of(employee, day)
        sides = _sides(side)
        if not any(getattr(punch, names[one]) for one in sides for names in (_TIMES, _APPROVERS)):
            raise Refused(_("There is no such punch on %(day)s.") % {"day": shown(day)})
        refuse_changed(seen, shown_of_side(punch, side), punch)
        values = {_TIMES[one]: None for one in sides} | {_APPROVERS[one]: "" for one in sides}
        for name, value in values.items():
            setattr(punch, name, value)
        if any(getattr(punch, names[one]) for one in _TIMES for names in (_TIMES, _APPROVERS)):
            save_traced(punch, by=user, reason=why, **values)
        else:
            delete_traced(punch, by=user, reason=why)


def leave_post(*, employee: Employee, user: User, day: date, now: datetime) -> OffPost:
    """Record that a person leaves the premises during the shift, at ``now`` (4.6); once until they are back."""
    with _recording(employee, user, day):
        refuse_other_day(employee, day, now)
        if OffPost.objects.filter(employee=employee, returned_at=None).exists():
            raise Refused(_("%(person)s is away already.") % {"person": employee})
        if OffPost.objects.filter(employee=employee, left_at=now).exists():
            raise Refused(_("This person already left at this moment."))
        return save_traced(OffPost(employee=employee, business_day=day, left_at=now), by=user)


def return_to_post(*, off_post: OffPost, user: User, now: datetime) -> OffPost:
    """Record that a person is back, at ``now``."""
    with _held(off_post, user) as away:
        if away.returned_at is not None:
            raise Refused(_("%(person)s is back already, since %(time)s.") % _back(away))
        refuse_other_day(away.employee, away.business_day, now)
        return save_traced(away, by=user, returned_at=max(now, away.left_at))


def approve_off_post(*, off_post: OffPost, user: User, reason: str, seen: str | None = None) -> OffPost:
    """Accept a time off post by one's name: it is no fine (4.6)."""
    with _held(off_post, user) as away:
        why = need_reason(reason, _("Approving a time off post needs a reason."))
        if away.approver == approver_name(user):
            return away
        refuse_changed(seen, shown_of(away, (*OF_OFF_POST, "approver")), away)
        return save_traced(away, by=user, reason=why, approver=approver_name(user))


def state_return(
    *, off_post: OffPost, user: User, at: datetime, now: datetime, reason: str, seen: str | None = None
) -> OffPost:
    """State when a person was back where nobody recorded it, or recorded it wrongly."""
    with _held(off_post, user) as away:
        why = need_reason(reason, _("Another time than the server's needs a reason."))
        refuse_other_day(away.employee, away.business_day, at)
        if at > now:
            raise Refused(_("This time lies in the future."))
        if at < away.left_at:
            raise Refused(_("The return lies before the leaving."))
        if away.returned_at == at:
            return away
        refuse_changed(seen, shown_of(away, OF_OFF_POST), away)
        return save_traced(away, by=user, reason=why, returned_at=at)


def shown_of_side(punch: Punch, side: str) -> dict[str, Any]:
    """What the pages show of a side of somebody's day, or of both: which day, and what is recorded of it, if anything.

    At noon another business day begins, of which nothing is recorded either.
    """
    names = [names[one] for one in _sides(side) for names in (_TIMES, _APPROVERS)]
    return shown_of(punch, ("business_day", *names))


def _back(away: OffPost) -> dict[str, object]:
    return {"person": away.employee, "time": clock(away.returned_at) if away.returned_at else ""}


def _sides(side: str) -> tuple[Request.Side, ...]:
    if side not in Side.values:
        raise Refused(_("Choose arrival, departure or both."))
    return tuple(_TIMES) if side == Side.BOTH else (Side(side),)


@contextmanager
def _recording(employee: Employee, user: User, day: date) -> Iterator[None]:
    """Somebody entitled records a day of somebody else who is employed on it; its month is taken for update."""
    require(user, Capability.RECORD_ATTENDANCE, employee.venue)
    refuse_own(user, employee)
    refuse_not_employed(employee, day)
    with locked_months(employee.venue, [day]):
        yield


@contextmanager
def _held(off_post: OffPost, user: User) -> Iterator[OffPost]:
    """A time off post of somebody else, as it stands now, taken for update by somebody entitled."""
    with _recording(off_post.employee, user, off_post.business_day):
        yield OffPost.objects.select_for_update(of=("self",)).select_related("employee__venue").get(pk=off_post.pk)
