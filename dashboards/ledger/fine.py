"""What became of one fine, and what waiving it would change."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from inbox.reach import told_or_not
from pages.acting import Attempt
from pages.formats import yuan
from rulebook.articles import CONDUCT_ARTICLES
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from violations.ledger.services.waivers import refuse_locked, refuse_waiver
from violations.models import Penalty, Waiving

State = Penalty.State


class FineEvent(NamedTuple):
    """Something that happened to a fine: what, why, by whom (empty: by the rules), when."""

    what: str
    why: str
    who: str
    at: datetime


def story_of(penalty: Penalty) -> list[FineEvent]:
    """What became of a fine, the latest first; one query."""
    found = [FineEvent(_("derived from the records, as it stands"), "", "", penalty.derived_at)]
    if penalty.state == State.WITHDRAWN and penalty.withdrawn_at is not None:
        # Withdrawing it is a derivation too: what it was derived as before is not kept.
        found = [FineEvent(_("withdrawn: the facts no longer imply it"), "", "", penalty.withdrawn_at)]
    for one in penalty.waivings.select_related("user"):
        what = _("waived, %(amount)s") if one.act == Waiving.Act.WAIVED else _("waiver taken back, %(amount)s")
        found.append(FineEvent(what % {"amount": yuan(one.amount)}, one.reason, one.user.get_full_name(), one.at))
    return sorted(found, key=lambda told: told.at, reverse=True)


def can_waive(penalty: Penalty, user: User) -> str:
    """Why this person can't waive a fine; empty where they can. Two queries."""
    with Attempt() as attempt:
        refuse_waiver(penalty, user)
        refuse_locked(penalty.employee.venue, CalendarMonth.of(penalty.business_day))
    return attempt.text


def can_restore(penalty: Penalty, user: User) -> str:
    """Why this person can't take a waiver back; empty where they can. One query."""
    if penalty.employee.user_id == user.pk:
        return _("Nobody decides on their own fine; somebody else does.")
    with Attempt() as attempt:
        refuse_locked(penalty.employee.venue, CalendarMonth.of(penalty.business_day))
    return attempt.text


def what_follows(penalty: Penalty, policy: Policy) -> list[str]:
    """What a waiver changes and what it leaves as it is, before it is given or taken back."""
    amount = {"amount": yuan(penalty.amount)}
    if penalty.state == State.WAIVED:
        return [
            _("%(amount)s are charged again, as the facts imply them now.") % amount,
            _("A draft computed before is stale; the month is computed again."),
        ]
    return [
        _("%(amount)s are no longer charged. A draft computed before is stale; the month is computed again.") % amount,
        *_stays(penalty, policy),
        _("The fine stays in the ledger as waived, with your name and the reason.")
        + " "
        + told_or_not(penalty.employee.venue, penalty.employee.name, penalty.employee.user_id),
    ]


def _stays(penalty: Penalty, policy: Policy) -> Iterator[str]:
    """What a waiver does not change."""
    if penalty.article == "1.2.D":
        yield _(
            "The day stays an absence: it still counts towards the %(days)s that forfeit the month's commission "
            "(1.2.D)."
        ) % {"days": policy.absence_forfeit_days}
    elif penalty.article == "1.2.B":
        yield _(
            "The day stays personal leave: it still counts towards the more than %(days)s that forfeit the month's "
            "commission (1.2.B)."
        ) % {"days": policy.personal_leave_forfeit_over}
    elif penalty.article == "3.2":
        yield _("The comp stays outside the rules: it gives no allowance back.")
    elif penalty.article in CONDUCT_ARTICLES or penalty.report_id is not None:
        yield _("What was recorded stays recorded, and is counted in appraisals.")
    else:
        yield _("The day's record stays as it is, and is counted in appraisals.")
