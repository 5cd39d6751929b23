"""Hand background work to Celery's workers, or to a process of its own where there is no broker."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterable

from celery import current_app
from celery.exceptions import OperationalError as QueueError
from django.conf import settings

from storage.private import private_file, private_folder

logger = logging.getLogger(__name__)


def hand_over(task: str, ids: Iterable[int], *, alone: Callable[[], None]) -> bool:
    """Send a task an id each to the queue; ``alone`` starts a process where there is none. False where that failed."""
    try:
        if settings.CELERY_BROKER_URL:
            for pk in ids:
                current_app.send_task(task, [pk])
        else:
            alone()
    except (QueueError, OSError):
        logger.exception("%s could not be handed over.", task)
        return False
    return True


def start_process(command: str, pk: int, *, log: str) -> None:
    """Start ``manage.py COMMAND ID`` in a process of its own, which outlives the one that serves the page.

    It works in the same folder: a ``DATA_DIR`` may be given relative to it.
    """
    with private_file(private_folder(settings.DATA_DIR) / log).open("ab") as file:
        subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), command, str(pk)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
