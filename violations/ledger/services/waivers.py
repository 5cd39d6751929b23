"""Waive a fine with a reason; take a waiver back as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Leave, OffPost, Punch, Rest
from comps.models import Comp
from inbox.services import post
from pages.formats import moment
from rulebook.articles import DAY_ARTICLES
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.errors import MonthLocked, Refused
from venues.models import Month, Venue
from venues.rights import need_reason, refuse_changed, require, shown_of
from venues.selectors import policy_of
from venues.services import count_change, locked_message, require_open_months
from violations.ledger.derive import derive
from violations.ledger.inputs import month_facts
from violations.ledger.services.reconciliation import reconcile
from violations.message_kinds import WAIVED, WAIVER_TAKEN_BACK
from violations.models import Penalty, Reconciled, Report, Waiving

State = Penalty.State
MOST_WORDS = 200
SHOWN = ("amount", "state", "waiver_reason")
"""What its page shows of a fine that may change."""
"""The articles whose fines rest on what was recorded of the person's day."""


def waive(*, penalty: Penalty, user: User, reason: str, now: datetime, seen: str | None = None) -> Penalty:
    """Waive a fine: it stays in the ledger, is charged no more, and drafts of its month go stale.

    Refuses who may not, the own fine, one whose record the same person entered, one that is not charged or costs
    nothing, a locked month, no reason. The person is told.
    """
    venue = penalty.employee.venue
    require(user, Capability.WAIVE_FINES, venue)
    words = need_reason(reason, _("Waiving a fine needs a reason."))[:MOST_WORDS]
    with _locked(penalty, venue) as held:
        refuse_waiver(held, user)
        refuse_changed(seen, shown_of(held, SHOWN), held)
        held.state, held.waived_by, held.waived_at, held.waiver_reason = State.WAIVED, user, now, words
        held.save(update_fields=["state", "waived_by", "waived_at", "waiver_reason"])
        _note(held, Waiving.Act.WAIVED, user, words, now)
    return held


def take_back(*, penalty: Penalty, user: User, reason: str, now: datetime, seen: str | None = None) -> Penalty:
    """Take a waiver back: the fine stands again as the facts imply it now, and the person is told.

    Refuses anybody but the owner, the own fine, one that is not waived, a locked month, no reason.
    """
    venue = penalty.employee.venue
    require(user, Capability.RESTORE_FINES, venue)
    words = need_reason(reason, _("Taking a waiver back needs a reason."))[:MOST_WORDS]
    with _locked(penalty, venue) as held:
        if held.employee.user_id == user.pk:
            raise Refused(_("Nobody decides on their own fine; somebody else does."))
        if held.state != State.WAIVED:
            raise Refused(_("This fine is not waived."))
        refuse_changed(seen, shown_of(held, SHOWN), held)
        held.state, held.waived_by, held.waived_at, held.waiver_reason = State.CHARGED, None, None, ""
        held.save(update_fields=["state", "waived_by", "waived_at", "waiver_reason"])
        _note(held, Waiving.Act.TAKEN_BACK, user, words, now)
        month = CalendarMonth.of(held.business_day)
        facts = month_facts(venue, month, [held.employee_id], policy=policy_of(venue, month).policy, now=now)
        reconcile(facts, derive(facts), now=now)
        held.refresh_from_db()
    return held


def refuse_waiver(penalty: Penalty, user: User) -> None:
    """Refuse what this person can't waive: the own, what they recorded, what is not charged, what costs nothing.

    The penalty comes with its employee and who waived it.
    """
    if penalty.employee.user_id == user.pk:
        raise Refused(_("Nobody decides on their own fine; somebody else does."))
    if penalty.state == State.WAIVED:
        who, at = penalty.waived_by, penalty.waived_at
        assert who is not None  # the database holds it
        assert at is not None
        raise Refused(_("%(name)s waived it already, %(at)s.") % {"name": who.get_full_name(), "at": moment(at)})
    if penalty.state == State.WITHDRAWN:
        raise Refused(_("The facts no longer imply this fine: there is nothing to waive."))
    if penalty.state == State.NOT_CHARGED:
        raise Refused(_("It is not charged anyway (4.9)."))
    if not penalty.amount:
        raise Refused(_("It costs nothing. What was recorded by mistake is taken back where it was recorded."))
    if user.pk in recorders_of(penalty):
        raise Refused(_("You entered the record behind it; somebody else decides whether it is waived."))


def refuse_locked(venue: Venue, month: CalendarMonth) -> None:
    """Refuse (MonthLocked, with the way out) a month that is locked, or that a locked one hangs on; one query."""
    rows = Month.objects.filter(venue=venue, first_day__gte=month.first).exclude(state=Month.State.OPEN)
    row = rows.order_by("first_day").first()
    if row is not None:
        raise MonthLocked(locked_message(month, row.calendar_month, is_paid=row.state == Month.State.PAID))


def recorders_of(penalty: Penalty) -> set[int]:
    """Who entered, changed or removed the record behind a fine, by primary key; one query.

    A report, a time off post, a comp; of attendance the day's punches, rest and leave. What came in by a workbook
    or a command has nobody's name. The person themself is none: what one books or chooses oneself is no judgement.
    """
    parts = [rows.order_by().values_list("history_user_id", flat=True) for rows in _histories(penalty)]
    if not parts:
        return set()
    found = set(parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0])
    return found - {None, penalty.employee.user_id}


def _histories(penalty: Penalty) -> Iterator[QuerySet[Any]]:
    if penalty.article in DAY_ARTICLES:
        person, day = penalty.employee_id, penalty.business_day
        yield Punch.history.filter(employee_id=person, business_day=day)
        yield Rest.history.filter(employee_id=person, business_day=day)
        yield Leave.history.filter(employee_id=person, first_day__lte=day, last_day__gte=day)
    elif penalty.off_post_id is not None:
        yield OffPost.history.filter(id=penalty.off_post_id)
    elif penalty.comp_id is not None:
        yield Comp.history.filter(id=penalty.comp_id)
    elif penalty.report_id is not None:
        yield Report.history.filter(id=penalty.report_id)


@contextmanager
def _locked(penalty: Penalty, venue: Venue) -> Iterator[Penalty]:
    """A fine as it stands, taken for update with its month; what happens inside makes drafts of the month stale.

    The person's row is locked too: a run that reads the waivers of their ledger does so before or after, not between.
    """
    month = CalendarMonth.of(penalty.business_day)
    with transaction.atomic():
        row = require_open_months(venue, [month])[month]
        list(Employee.objects.select_for_update(no_key=True).filter(pk=penalty.employee_id).values_list("pk"))
        rows = Penalty.objects.select_for_update(of=("self",)).select_related("employee__user", "waived_by")
        yield rows.get(pk=penalty.pk)
        count_change(venue, [month])
        # No fact has changed: a ledger that was in step still is.
        in_step = Reconciled.objects.filter(month=row, revision=row.revision)
        in_step.update(revision=row.revision + 1)


def _note(penalty: Penalty, act: Waiving.Act, user: User, reason: str, now: datetime) -> None:
    """Keep the trace, and tell the person."""
    note = Waiving.objects.create(penalty=penalty, act=act, user=user, at=now, reason=reason, amount=penalty.amount)
    venue, person = penalty.employee.venue, penalty.employee.user
    if person is not None:
        post(
            venue=venue,
            users=[person],
            key=f"waiving:{note.pk}",
            kind=WAIVED if act == Waiving.Act.WAIVED else WAIVER_TAKEN_BACK,
            basis={
                "day": str(penalty.business_day),
                "article": penalty.article,
                "amount": str(penalty.amount),
                "reason": reason,
            },
            path=reverse("own_fine", args=[venue.code, penalty.pk]),
            now=now,
        )
