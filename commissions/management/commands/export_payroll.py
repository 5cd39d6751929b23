"""``manage.py export_payroll YYYY-MM FILE.xlsx``."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from commissions.errors import NotComputed
from commissions.exports.workbook import write_payroll
from commissions.runs.commands import PayrollCommand
from commissions.selectors import current_run
from pages.formats import month as month_shown
from venues.models import Month


class Command(PayrollCommand):
    help = "Writes a month's payroll workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        venue, month = self.tended(options)
        path = options["file"]
        run = current_run(venue, month)
        if run is None:
            raise NotComputed(_("%(month)s was not run.") % {"month": month_shown(month)})
        try:
            write_payroll(run, path)
        except OSError as error:
            raise CommandError(
                _("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror}
            ) from error
        if run.is_stale and run.month.state == Month.State.OPEN:
            self.stdout.write(
                _("Facts of %(month)s have changed since it was run; run it again.") % {"month": month_shown(month)}
            )
        self.stdout.write(_("Written: %(path)s") % {"path": path})
