"""``manage.py worker``."""

import logging
import os
import sys
import time
from typing import Any

from celery import current_app
from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from storage.private import made_private, private_file, private_folder

logger = logging.getLogger(__name__)
SCHEDULE = "celerybeat-schedule"


class WorkerOutcome:
    """What became of the worker of this process, as its signals tell."""

    def __init__(self) -> None:
        self.was_ready, self.exit_code = False, 0
        worker_ready.connect(self.note_ready, weak=False)
        worker_shutdown.connect(self.note_end, weak=False)

    def note_ready(self, **_signal: Any) -> None:
        self.was_ready = True

    def note_end(self, sender: Any, **_signal: Any) -> None:
        self.exit_code = sender.exitcode or 0

    def has_broken_off(self) -> bool:
        """Whether it worked, and ended by an error: a broker that goes away in the wrong moment does that to it."""
        return self.was_ready and self.exit_code != 0


class Command(BaseCommand):
    help = "Computes what the pages ask for and does the nightly work: a Celery worker with its clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, help="processes side by side; as many as cores by default")
        parser.add_argument("--no-clock", action="store_true", help="for every worker but the first on a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CELERY_BROKER_URL:
            raise CommandError(
                "No broker is set: put the address of a Redis into CELERY_BROKER_URL, for example "
                "redis://127.0.0.1:6379/0. Without one no worker is needed: pages start processes of their own, "
                "and manage.py nightly belongs into cron, daily at 12:05."
            )
        for schedule in private_folder(settings.DATA_DIR).glob(f"{SCHEDULE}*"):
            private_file(schedule)
        arguments = ["worker", "--loglevel=INFO"]
        if not options["no_clock"]:
            arguments += ["--beat", f"--schedule={settings.DATA_DIR / SCHEDULE}"]
        if options["concurrency"]:
            arguments.append(f"--concurrency={options['concurrency']}")
        course = WorkerOutcome()
        with made_private():
            current_app.worker_main(arguments)
        if course.has_broken_off():
            logger.warning("The worker has broken off; it starts anew.")
            time.sleep(1)
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
        sys.exit(course.exit_code)
