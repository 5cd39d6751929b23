"""Record undertakings that people signed (7.1)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from staff.errors import Unfit
from staff.locking import refuse_stranger, save_valid
from staff.models import Employee, Undertaking
from staff.selectors import digest_of
from storage.history import delete_traced
from venues.errors import Refused
from venues.models import PolicyVersion
from venues.rights import need_reason


def record_undertaking(
    *,
    employee: Employee,
    user: User,
    version: PolicyVersion,
    signed_on: date,
    countersigned_by: str,
    now: datetime,
) -> Undertaking:
    """Record that a person signed a version of the rulebook, with name and ID number as they stand.

    Refuses the own, a version of another venue, one signed already, a day in the future.
    """
    refuse_stranger(user, employee.venue, employee.user_id)
    if version.venue_id != employee.venue_id:
        raise Unfit(_("There is no such version."), "version")
    if signed_on > now.astimezone(employee.venue.zone).date():
        raise Unfit(_("This day lies in the future."), "signed_on")
    if not countersigned_by.strip():
        raise Unfit(_("Say who countersigned: the owner, or whom the owner names."), "countersigned_by")
    with transaction.atomic():
        held = Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
        digest = digest_of(version)
        if held.undertakings.filter(version_digest=digest).exists():
            raise Unfit(_("This person has signed this version already."), "version")
        row = Undertaking(
            employee=held, name=held.name, id_number=held.id_number, version_from=version.effective_from,
            version_digest=digest, signed_on=signed_on, countersigned_by=countersigned_by.strip(), recorded_at=now,
            recorded_by=user,
        )  # fmt: skip
        save_valid(row, by=user)
    return row


def remove_undertaking(*, undertaking: Undertaking, user: User, reason: str) -> None:
    """Take back what was recorded by mistake; it stays in the history."""
    refuse_stranger(user, undertaking.employee.venue, undertaking.employee.user_id)
    why = need_reason(reason, _("Say why it is removed."))
    with transaction.atomic():
        held = Undertaking.objects.select_for_update().filter(pk=undertaking.pk).first()
        if held is None:
            raise Refused(_("Somebody else has removed it already."))
        delete_traced(held, by=user, reason=why)
