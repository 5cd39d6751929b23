"""Hire somebody; correct their file."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from rulebook.calendar import CalendarMonth
from staff.errors import Unfit
from staff.locking import (
    EMPLOYMENT,
    LEAVING,
    ON_THE_PAYSLIP,
    RecordsOf,
    count,
    employment_of,
    locked,
    refuse_outside,
    refuse_stale,
    refuse_stranger,
    require_open_touched,
    save_valid,
)
from staff.models import Employee
from storage.keys import spelled_alike
from venues.models import Membership, Venue
from venues.rights import need_reason
from venues.services import count_people, require_open_months_from

EDITED: tuple[str, ...] = ("name", "hired_on", "phone", "deposit", "bank_name", "bank_account", "id_number", "user")
"""What of a file is edited; leaving is an act of its own."""
SHOWN = (*EDITED, *LEAVING)
"""What its page shows of a file."""
_WITH_REASON = frozenset({"name", "hired_on", "deposit", "bank_name", "bank_account", "id_number"})


def hire(
    *,
    venue: Venue,
    user: User,
    number: str,
    name: str,
    hired_on: date,
    phone: str = "",
    deposit: Decimal | None = None,
    bank_name: str = "",
    bank_account: str = "",
    id_number: str = "",
    sign_in: User | None = None,
) -> Employee:
    """Open the file of somebody who joins on a day; ``deposit`` in yuan.

    Refuses a number that is taken, a sign-in that is not the venue's or is somebody's already, one's own, and a
    day of a month that is locked or lies before a locked one.
    """
    refuse_stranger(user, venue, sign_in.pk if sign_in else None)
    row = Employee(
        venue=venue, number=number.strip(), name=name.strip(), hired_on=hired_on, phone=phone.strip(), deposit=deposit,
        bank_name=bank_name.strip(), bank_account=bank_account.strip(), id_number=id_number.strip(), user=sign_in,
    )  # fmt: skip
    with transaction.atomic():
        require_open_months_from(venue, CalendarMonth.of(hired_on))
        other = spelled_alike(Employee.objects.filter(venue=venue), "number", row.number)
        if other is not None and other != row.number:
            raise Unfit(_("The staff number %(number)s is taken.") % {"number": other}, "number")
        refuse_sign_in(row)
        save_valid(row, by=user)
        count(venue, hired_on, ())
    return row


def change_file(
    *,
    employee: Employee,
    user: User,
    values: Mapping[str, Any],
    reason: str,
    records: RecordsOf,
    seen: str | None = None,
) -> Employee:
    """Correct what a file says: some of ``EDITED`` by name.

    What pay, money or identity hangs on needs a reason. Refuses the own file, (ChangedMeanwhile) one that is not as it
    was ``seen``, or where no page stands between as ``employee`` was read, a day of
    hiring in or before a locked month or after a record (``records``), a sign-in that is not free.
    """
    unknown = set(values) - set(EDITED)
    if unknown:
        raise ValueError(unknown)
    venue, sign_in = employee.venue, values.get("user", employee.user)
    refuse_stranger(user, venue, employee.user_id, sign_in.pk if sign_in else None)
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    changed = {name for name, value in given.items() if getattr(employee, name) != value}
    if not changed:
        return employee
    before = employment_of(employee)
    after = before | {name: value for name, value in given.items() if name in EMPLOYMENT}
    with transaction.atomic():
        first = require_open_touched(venue, after, before)
        row = locked(employee)
        refuse_stale(row, SHOWN, seen=seen, read=employee)
        why = need_reason(reason, _("Say why: this is kept with the change.")) if changed & _WITH_REASON else reason
        for name in changed:
            setattr(row, name, given[name])
        if row.left_on is not None and row.left_on < row.hired_on:
            raise Unfit(_("The last employed day lies before the day of hiring."), "hired_on")
        if "hired_on" in changed:
            refuse_outside(row, records)
        if changed & {"user", "hired_on"}:
            refuse_sign_in(row)
        save_valid(row, by=user, reason=why)
        count(venue, first, changed & set(ON_THE_PAYSLIP))
        if changed == {"id_number"}:
            count_people(venue)
    return row


def refuse_sign_in(row: Employee) -> None:
    """Refuse (Unfit) a sign-in that does not work at the venue, or is that of another employment at the time."""
    if row.user_id is None:
        return
    if not Membership.objects.filter(venue=row.venue_id, user=row.user_id).exists():
        raise Unfit(_("This sign-in has no role at this venue; the owner gives it one first."), "user")
    others = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=row.hired_on), venue=row.venue_id)
    others = others.filter(user=row.user_id).exclude(pk=row.pk)
    if row.left_on is not None:
        others = others.filter(hired_on__lte=row.left_on)
    other = others.first()
    if other is not None:
        raise Unfit(_("This sign-in is already that of %(person)s.") % {"person": other}, "user")
