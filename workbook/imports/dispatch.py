"""Who checks or stores a file that a page took: the page itself a small one, for a large one whoever computes."""

import logging
import subprocess
import sys
from functools import partial

from celery import current_app
from celery.exceptions import OperationalError as QueueError
from django.conf import settings
from django.db import transaction

from storage.private import private_file, private_folder
from workbook.imports.services import Clock, work
from workbook.models import Import

logger = logging.getLogger(__name__)
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
    try:
        if settings.CELERY_BROKER_URL:
            current_app.send_task(WORK_IMPORT, [import_id])
        else:
            start_process(import_id)
    except (QueueError, OSError):
        Import.objects.filter(pk=import_id).update(held_until=None)
        logger.exception("Import %s could not be handed over.", import_id)


def start_process(import_id: int) -> None:
    """Work in a process of its own, which outlives the one that serves the page."""
    with private_file(private_folder(settings.DATA_DIR) / "imports.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "work_import", str(import_id)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
