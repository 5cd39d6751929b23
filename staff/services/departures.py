"""Let somebody leave, or stay after all (4.7, 4.8, 4.9, 6.1)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from staff.errors import Unfit
from staff.locking import (
    EMPLOYMENT,
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
from staff.services.employments import refuse_sign_in
from venues.errors import Refused
from venues.rights import need_reason


def check_leaving(employee: Employee, last_day: date, kind: str, noticed_on: date | None) -> None:
    """Refuse (Unfit) a leaving that can't be: a day before hiring, a notice after the last day."""
    if kind not in Employee.Exits.values:
        raise Unfit(_("Choose whether the person resigned or is dismissed."), "exit_kind")
    if last_day < employee.hired_on:
        raise Unfit(_("The last employed day lies before the day of hiring."), "left_on")
    if noticed_on is not None and noticed_on > last_day:
        raise Unfit(_("The notice lies after the last employed day."), "noticed_on")


def let_go(
    *,
    employee: Employee,
    user: User,
    last_day: date,
    kind: str,
    noticed_on: date | None,
    reason: str,
    records: RecordsOf,
    seen: str | None = None,
) -> Employee:
    """Enter that a person leaves after a day, or correct what was entered of it; ``kind`` of ``Employee.Exits``.

    Refuses the own file, a month that is locked or lies before a locked one, and a day before a record that must
    lie within the employment (``records``): a punch, a booking, a comp, a report, a bonus, a withholding;
    (ChangedMeanwhile) an employment that is not as it was ``seen``.
    """
    refuse_stranger(user, employee.venue, employee.user_id)
    why = need_reason(reason, _("Say why: this is kept with the change."))
    check_leaving(employee, last_day, kind, noticed_on)
    return _end(employee, user, last_day, kind, noticed_on, why, records, seen)


def withdraw_leaving(
    *, employee: Employee, user: User, reason: str, records: RecordsOf, seen: str | None = None
) -> Employee:
    """Take a leaving back: the person stays employed; refuses the own file, and where a month is locked."""
    refuse_stranger(user, employee.venue, employee.user_id)
    why = need_reason(reason, _("Say why: this is kept with the change."))
    if employee.left_on is None:
        raise Refused(_("%(person)s is not leaving.") % {"person": employee.name})
    return _end(employee, user, None, "", None, why, records, seen)


def _end(
    employee: Employee,
    user: User,
    last_day: date | None,
    kind: str,
    noticed_on: date | None,
    why: str,
    records: RecordsOf,
    seen: str | None,
) -> Employee:
    before = employment_of(employee)
    after = before | {"left_on": last_day, "exit_kind": kind, "noticed_on": noticed_on}
    if after == before:
        return employee
    with transaction.atomic():
        first = require_open_touched(employee.venue, after, before)
        row = locked(employee)
        refuse_stale(row, EMPLOYMENT, seen=seen, read=employee)
        row.left_on, row.exit_kind, row.noticed_on = last_day, kind, noticed_on
        refuse_outside(row, records)
        refuse_sign_in(row)
        save_valid(row, by=user, reason=why)
        count(employee.venue, first, ())
    return row
