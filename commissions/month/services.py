"""Acknowledge review items; lock, reopen, pay a month."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from accounts.permissions import Capability
from attendance.selectors import waiting_requests_in
from commissions.errors import EarlierMonthOpen, LaterMonthLocked, NotAcknowledged, NotComputed, NotOver, StillOpen
from commissions.message_kinds import REOPENED
from commissions.models import Acknowledgement, PayrollRun
from commissions.month.selectors import month_payroll
from commissions.payslips.texts import exception_text, request_text
from commissions.runs.services import abandon
from commissions.selectors import drafted, exceptions_of, open_month_before
from inbox.services import post
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth, last_ended
from storage.history import traced
from venues.errors import MonthLocked, Refused
from venues.models import Month, Venue
from venues.rights import need_reason, refuse_changed, require
from venues.selectors import first_locked_from, holders_of, may
from venues.services import move_state


def acknowledge(*, venue: Venue, month: CalendarMonth, user: User, keys: Collection[str], now: datetime) -> int:
    """Note that somebody looked at odd things of the draft that stands; how many of these there are.

    What the draft no longer shows is passed over; looked at twice is looked at once.
    """
    require(user, Capability.LOCK_PAYROLL, venue)
    payroll = month_payroll(venue, month, now=now)
    if payroll.row is None or not payroll.is_open:
        raise Refused(_("%(month)s is not open.") % {"month": month_shown(month)})
    if not payroll.can_acknowledge:
        raise NotOver(
            _("%(month)s is not computed whole yet; there is nothing to look at.") % {"month": month_shown(month)}
        )
    found = [card.key for card in payroll.cards if card.key in keys]
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(month=payroll.row, key=key, user=user, at=now) for key in dict.fromkeys(found)],
        ignore_conflicts=True,
    )
    return len(found)


def lock_acknowledged(
    *, venue: Venue, month: CalendarMonth, user: User, now: datetime, seen: str | None = None
) -> PayrollRun:
    """Freeze a month as HR does on its page: once each odd thing was looked at (NotLookedAt).

    Refuses (ChangedMeanwhile) other payslips than were ``seen``.
    """
    require(user, Capability.LOCK_PAYROLL, venue)
    with transaction.atomic():
        run = lock_month(venue=venue, month=month, now=now, user=user)
        refuse_changed(seen, drafted(venue, month))
        left = month_payroll(venue, month, now=now).unacknowledged
        if left:
            raise NotAcknowledged(
                ngettext(
                    "%(count)s odd thing was not looked at yet.",
                    "%(count)s odd things were not looked at yet.",
                    len(left),
                )
                % {"count": len(left)}
            )
    return run


def lock_month(
    *, venue: Venue, month: CalendarMonth, now: datetime, user: User | None = None, reason: str = ""
) -> PayrollRun:
    """Freeze a month's payslips.

    Refuses a month that has not ended, was not run or has changed since, follows an open month with facts,
    or has open exceptions or requests that wait for the supervisor (StillOpen lists them).
    """
    with transaction.atomic():
        row = _locked(venue, month)
        if row.state != Month.State.OPEN:
            raise MonthLocked(_("%(month)s is locked already.") % {"month": month_shown(month)})
        if last_ended(now, venue.zone) < month.last:
            raise NotOver(
                _("%(month)s has not ended; it can be locked from noon of the day after its last.")
                % {"month": month_shown(month)}
            )
        run = PayrollRun.objects.filter(month=row, is_current=True).select_related("month").first()
        if run is None:
            raise NotComputed(_("%(month)s was not run.") % {"month": month_shown(month)})
        if run.is_stale or run.provisional_day is not None:
            raise NotComputed(
                _("Facts of %(month)s have changed since it was run; run it again.") % {"month": month_shown(month)}
            )
        _refuse_while_computing(row, now)
        before = open_month_before(venue, month)
        if before is not None:
            raise EarlierMonthOpen(
                _("%(before)s has facts and is not locked; months are locked in order.")
                % {"before": month_shown(before)}
            )
        still_open = [exception_text(item) for item in exceptions_of(run)]
        still_open += [request_text(request) for request in waiting_requests_in(venue, month)]
        if still_open:
            raise StillOpen(_("%(month)s has open exceptions.") % {"month": month_shown(month)}, still_open)
        if user is not None:
            traced(row, by=user)
        move_state(row, to=Month.State.LOCKED, reason=reason)
    return run


def _refuse_while_computing(row: Month, now: datetime) -> None:
    """Refuse a month that somebody computes; a run that nobody holds any more is given up."""
    runs = PayrollRun.objects.select_for_update(no_key=True)
    computing = runs.filter(month=row, state=PayrollRun.State.COMPUTING).first()
    if computing is None:
        return
    if computing.lease_until > now:
        raise NotComputed(
            _("%(month)s is being computed; wait until it is done.") % {"month": month_shown(row.calendar_month)}
        )
    abandon(computing)


def reopen_month(
    *, venue: Venue, month: CalendarMonth, user: User, reason: str, now: datetime, seen: str | None = None
) -> None:
    """Open a locked month again: the owner alone, with a reason, never after payment, the latest first; HR is told.

    Refuses (ChangedMeanwhile) one that was locked with other payslips than were ``seen``.
    """
    if not may(user, Capability.REOPEN_MONTH, venue):
        raise Refused(_("Only the owner reopens a month."))
    need_reason(reason, _("Reopening a month needs a reason."))
    with transaction.atomic():
        row = _locked(venue, month)
        if row.state == Month.State.OPEN:
            raise Refused(_("%(month)s is not locked.") % {"month": month_shown(month)})
        if row.state == Month.State.PAID:
            raise Refused(_("%(month)s is paid; correct it by lines in a later month.") % {"month": month_shown(month)})
        paid = Month.objects.filter(venue=venue, first_day__gt=month.first, state=Month.State.PAID).first()
        if paid is not None:
            raise LaterMonthLocked(
                _("%(later)s is paid and hangs on %(month)s; correct it by lines in a later month.")
                % {"later": month_shown(paid.calendar_month), "month": month_shown(month)}
            )
        later = first_locked_from(venue, month.next)
        if later is not None:
            raise LaterMonthLocked(
                _("%(later)s is locked and hangs on %(month)s; reopen it first.")
                % {"later": month_shown(later), "month": month_shown(month)}
            )
        refuse_changed(seen, drafted(venue, month))
        traced(row, by=user)
        move_state(row, to=Month.State.OPEN, reason=reason)
        post(
            venue=venue,
            users=[one for one in holders_of(venue, [Capability.LOCK_PAYROLL]) if one != user],
            key=f"reopened:{row.pk}:{now:%Y%m%d%H%M%S}",
            kind=REOPENED,
            basis={"month": str(month), "name": user.get_full_name() or user.username, "reason": reason.strip()},
            path=reverse("payroll_month", args=[venue.code, month]),
            now=now,
        )


def mark_paid(
    *, venue: Venue, month: CalendarMonth, user: User, on: date, now: datetime, seen: str | None = None
) -> None:
    """Record that a locked month was paid on a day that has come: from then on it is never reopened.

    Refuses (ChangedMeanwhile) one that was locked with other payslips than were ``seen``.
    """
    if not may(user, Capability.MARK_PAID, venue):
        raise Refused(_("Only HR marks a month as paid."))
    if not month.last < on <= venue.day_at(now):
        raise Refused(_("A month is paid after its end, on a day that has come."))
    with transaction.atomic():
        row = _locked(venue, month)
        if row.state != Month.State.LOCKED:
            raise Refused(_("Only a locked month can be marked as paid."))
        refuse_changed(seen, drafted(venue, month))
        traced(row, by=user)
        row.paid_on = on
        move_state(row, to=Month.State.PAID, reason="")


def _locked(venue: Venue, month: CalendarMonth) -> Month:
    row = Month.objects.select_for_update().filter(venue=venue, first_day=month.first).first()
    if row is None:
        raise NotComputed(_("%(month)s was not run.") % {"month": month_shown(month)})
    return row
