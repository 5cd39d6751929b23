"""Vouch for the past days of somebody just stored, or ask about them (1.2.D, 1.2.G)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.locking import approver_name, locked_months, refuse_own
from attendance.models import Punch
from attendance.past_days.selectors import past_of_employee, question_of
from rulebook.pay import Employment
from staff.models import Employee
from storage.rows import insert_rows, record_history, reserve_ids
from venues.errors import Doubtful, Refused
from venues.rights import be_sure, need_reason, require

VOUCH = "vouch"
"""What the question offers besides doing it all the same."""
MOST_DAYS = 366
"""How many days are vouched for in one step."""


class PastAnswer(NamedTuple):
    """What was answered to the question about past days: ``sure`` as ``venues.rights.be_sure`` has it."""

    sure: str | None = None
    vouches: bool = False
    reason: str = ""


def with_past_days(
    store: Callable[[], Employee], *, before: Employment | None, user: User, answer: PastAnswer, now: datetime
) -> Employee:
    """Store an employment, asking about the days it adds that are past and would be fined, or vouching for them.

    Raises Doubtful, with nothing stored, where that is not answered yet.
    """
    with transaction.atomic():
        row = store()
        past = past_of_employee(row, before, now=now)
        if past.days and answer.vouches:
            vouch_for_days(employee=row, user=user, days=past.days, reason=answer.reason, now=now)
        elif past.days:
            about = {"number": row.number, "days": past.days, "amount": past.amount}
            try:
                be_sure(answer.sure, question_of(str(row), past), about)
            except Doubtful as doubt:
                doubt.offers = VOUCH
                raise
    return row


def vouch_for_days(*, employee: Employee, user: User, days: Sequence[date], reason: str, now: datetime) -> None:
    """Put both sides of days of which nothing is punched on time by one's name, with the reason (1.2.G)."""
    require(user, Capability.RECORD_ATTENDANCE, employee.venue)
    refuse_own(user, employee)
    why = need_reason(reason, _("Vouching for somebody needs a reason."), "vouch_reason")
    if len(days) > MOST_DAYS:
        raise Refused(
            _(
                "These are more than %(most)s days: have the owner state the day from which the house is in use, or "
                "check the first employed day."
            )
            % {"most": MOST_DAYS}
        )
    with locked_months(employee.venue, days):
        write_vouched([(employee.pk, day) for day in days], name=approver_name(user), user=user, reason=why, now=now)


def write_vouched(whose: Sequence[tuple[int, date]], *, name: str, user: User, reason: str, now: datetime) -> None:
    """Write days on which both sides are vouched for, by employee and day; their months are taken."""
    ids = list(reserve_ids(Punch, len(whose)))
    rows = ([pk, who, day, None, None, name, name] for pk, (who, day) in zip(ids, whose, strict=True))
    columns = ("id", "employee", "business_day", "arrived_at", "left_at", "arrival_approver", "departure_approver")
    insert_rows(Punch, columns, rows)
    record_history(Punch, ids, change="+", at=now, user_id=user.pk, reason=reason[:100])
