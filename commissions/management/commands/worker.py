"""``manage.py worker``."""

from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


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
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        arguments = ["worker", "--loglevel=INFO"]
        if not options["no_clock"]:
            arguments += ["--beat", f"--schedule={settings.DATA_DIR / 'celerybeat-schedule'}"]
        if options["concurrency"]:
            arguments.append(f"--concurrency={options['concurrency']}")
        current_app.worker_main(arguments)
