"""Work on a sent file: at once where it is small, in the background where it is large."""

from functools import partial

from django.db import transaction

from storage import jobs
from workbook.imports.services import Clock, work
from workbook.models import Import

AT_ONCE = 300_000
"""Bytes of a file that a page works on while its sender waits."""
WORK_IMPORT = "workbook.tasks.work_import"


def hand_over(taken: Import, *, clock: Clock) -> None:
    """Have the work done: small files at once, large ones by Celery's workers or a process of their own."""
    if taken.size <= AT_ONCE:
        work(taken.pk, clock=clock)
    else:
        transaction.on_commit(partial(send, taken.pk))


def send(import_id: int) -> None:
    """Hand a file to whoever works on it; where that fails it can be begun again."""
    if not jobs.hand_over(WORK_IMPORT, [import_id], alone=partial(start_process, import_id)):
        Import.objects.filter(pk=import_id).update(held_until=None)


def start_process(import_id: int) -> None:
    """Work in a process of its own."""
    jobs.start_process("work_import", import_id, log="imports.log")
