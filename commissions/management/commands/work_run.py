"""``manage.py work_run ID``: what a page starts where there is no broker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissions.errors import LeaseLost
from commissions.models import PayrollRun
from commissions.runs.services import work_run


class Command(BaseCommand):
    help = "Computes what is left of a payroll run that was begun elsewhere."
    requires_system_checks = ()  # what pages wait for starts at once

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        run = PayrollRun.objects.select_related("month__venue").filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no payroll run {options['run']}.")
        try:
            work_run(run)
        except LeaseLost as refusal:
            self.stderr.write(str(refusal))
