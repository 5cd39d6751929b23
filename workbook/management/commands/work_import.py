"""``manage.py work_import ID``: what a page starts for a large file where there is no broker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workbook.imports.services import work


class Command(BaseCommand):
    help = "Checks or stores a file that a page took."
    requires_system_checks = ()  # what pages wait for starts at once

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("import", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        work(options["import"], clock=timezone.now)
