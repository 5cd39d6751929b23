"""Add and remove papers of a file."""

from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from staff.errors import Unfit
from staff.locking import refuse_stranger, save_valid
from staff.models import Employee, Paper
from storage.history import delete_traced
from venues.errors import Refused
from venues.rights import need_reason

MOST_PAPERS = 40


def add_paper(
    *,
    employee: Employee,
    user: User,
    kind: str,
    dated_on: date,
    expires_on: date | None = None,
    note: str = "",
    content: "ContentFile[bytes] | None" = None,
    now: datetime,
) -> Paper:
    """Add a paper to a file, with what is kept of it (``storage.files.checked``) where it was photographed."""
    refuse_stranger(user, employee.venue, employee.user_id)
    if dated_on > now.astimezone(employee.venue.zone).date():
        raise Unfit(_("This day lies in the future."), "dated_on")
    with transaction.atomic():
        Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
        if employee.papers.count() >= MOST_PAPERS:
            raise Refused(_("A file has at most %(most)s papers; remove one first.") % {"most": MOST_PAPERS})
        paper = Paper(
            employee=employee, kind=kind, dated_on=dated_on, expires_on=expires_on, note=note.strip(),
            file=content or "", added_at=now, added_by=user,
        )  # fmt: skip
        save_valid(paper, by=user)
    return paper


def remove_paper(*, paper: Paper, user: User, reason: str) -> None:
    """Remove a paper from a file; its photo is deleted, that it was there stays in the history."""
    refuse_stranger(user, paper.employee.venue, paper.employee.user_id)
    why = need_reason(reason, _("Say why it is removed."))
    with transaction.atomic():
        held = Paper.objects.select_for_update().filter(pk=paper.pk).first()
        if held is None:
            raise Refused(_("Somebody else has removed it already."))
        name, storage = held.file.name, held.file.storage
        delete_traced(held, by=user, reason=why)
        if name:
            transaction.on_commit(lambda: storage.delete(name))
