"""Reveal hidden numbers and papers of a person; each access is logged."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from staff.models import Employee, Paper, SensitiveAccess
from venues.errors import Refused
from venues.rights import require

What = SensitiveAccess.What
_FIELDS = {What.ID: "id_number", What.BANK: "bank_account"}


def reveal_number(*, employee: Employee, user: User, what: str, now: datetime) -> str:
    """A number of a person in full (``id``, ``bank``), and the note that somebody looked at it."""
    require(user, Capability.SEE_NUMBERS, employee.venue)
    if what not in _FIELDS:
        raise Refused(_("There is no such number."))
    number: str = getattr(employee, _FIELDS[What(what)])
    if not number:
        raise Refused(_("No such number is recorded."))
    SensitiveAccess.objects.create(employee=employee, user=user, what=what, at=now)
    return number


def note_exported(*, employees: Iterable[int], user: User, now: datetime) -> None:
    """Note that somebody took an Excel with the bank accounts of these people, by primary key."""
    SensitiveAccess.objects.bulk_create(
        SensitiveAccess(employee_id=pk, user=user, what=What.EXPORT, at=now) for pk in employees
    )


def reveal_paper(*, paper: Paper, user: User, now: datetime) -> Any:
    """The file of a paper, opened, and the note that somebody looked at it: papers bear the numbers."""
    require(user, Capability.SEE_NUMBERS, paper.employee.venue)
    if not paper.file:
        raise Refused(_("This paper was not photographed."))
    with transaction.atomic():
        SensitiveAccess.objects.create(employee=paper.employee, user=user, what=What.PAPER, paper=paper.kind, at=now)
        try:
            return paper.file.open("rb")
        except FileNotFoundError as error:
            raise Refused(_("The photo of this paper is gone.")) from error
