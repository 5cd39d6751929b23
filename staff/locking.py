"""Lock a person's file for a change, check and save it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from pages.formats import long_day
from rulebook.calendar import CalendarMonth
from staff.employment import employment_touched
from staff.errors import Unfit
from staff.models import Employee
from storage.history import traced
from storage.seals import seal
from venues.errors import Refused
from venues.models import Venue
from venues.rights import refuse_changed, require, shown_of
from venues.services import count_change_from, require_open_months_from

EMPLOYMENT = ("hired_on", "left_on", "exit_kind", "noticed_on", "deposit")
LEAVING = ("left_on", "exit_kind", "noticed_on")
ON_THE_PAYSLIP = ("name", "bank_name", "bank_account")
EVERY_MONTH = CalendarMonth.of(date.min)


class RecordSpan(NamedTuple):
    """Records of a kind that must lie within the employment: what they are called, their first and last day.

    No last day: those that lie behind the employment do no harm.
    """

    label: Promise | str
    first: date
    last: date | None


RecordsOf = Callable[[Employee], Iterable[RecordSpan]]
"""Tells the records of a person: floors above know them, and give this to who changes an employment."""


def refuse_stranger(user: User, venue: Venue, *sign_ins: int | None) -> None:
    """Refuse who does not keep the people of the venue, and whose own file it is."""
    require(user, Capability.MANAGE_PEOPLE, venue)
    if user.pk in sign_ins:
        raise Refused(_("Nobody keeps their own file; a colleague does."))


def locked(employee: Employee) -> Employee:
    """The file as it stands now, taken for update; inside a transaction."""
    rows = Employee.objects.select_for_update(of=("self",), no_key=True).select_related("venue")
    row: Employee = rows.get(pk=employee.pk)
    return row


def employment_of(row: Employee) -> dict[str, Any]:
    """What the file says of the employment."""
    return {name: getattr(row, name) for name in EMPLOYMENT}


def require_open_touched(venue: Venue, now: Mapping[str, Any], before: Mapping[str, Any] | None) -> date | None:
    """Take the months that a change to an employment tells on; its first day, None where it tells on none.

    Refuses (MonthLocked) where one is locked.
    """
    touched = employment_touched(now, before)
    if touched is None:
        return None
    require_open_months_from(venue, CalendarMonth.of(touched[0]))
    return touched[0]


def refuse_stale(row: Employee, names: Collection[str], *, seen: str | None, read: Employee) -> None:
    """Refuse (ChangedMeanwhile) a file changed since it was ``seen``; where no page stands between, since ``read``."""
    refuse_changed(seal(shown_of(read, names)) if seen is None else seen, shown_of(row, names), row)


def refuse_outside(row: Employee, records: RecordsOf) -> None:
    """Refuse an employment outside which a record stands."""
    for recorded in records(row):
        if recorded.first < row.hired_on:
            raise Unfit(
                _("%(what)s are recorded from %(day)s on; correct them first, or take this day or an earlier one.")
                % {"what": recorded.label, "day": long_day(recorded.first)}
                + " "
                + _("Who comes back after having left gets a new staff number."),
                "hired_on",
            )
        if row.left_on is not None and recorded.last is not None and recorded.last > row.left_on:
            raise Unfit(
                _("%(what)s are recorded up to %(day)s; correct them first, or take this day or a later one.")
                % {"what": recorded.label, "day": long_day(recorded.last)},
                "left_on",
            )


def save_valid(row: models.Model, *, by: User, reason: str = "") -> None:
    """Check and save a row with who and why in its history; Unfit names the field that does not fit."""
    try:
        row.full_clean()
    except ValidationError as error:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        field, messages = next(iter(found.items()))
        raise Unfit(" ".join(messages), "" if field == "__all__" else field) from error
    traced(row, by=by, reason=reason)
    try:
        row.save()
    except IntegrityError as error:  # between the check and here
        raise Unfit(_("Somebody else has entered this at the same moment. Look at it again.")) from error


def count(venue: Venue, first: date | None, changed: Iterable[str]) -> None:
    """Drafts go stale: from a day on where the employment changed, all where a payslip shows what changed."""
    if any(name in ON_THE_PAYSLIP for name in changed):
        count_change_from(venue, EVERY_MONTH)
    elif first is not None:
        count_change_from(venue, CalendarMonth.of(first))
