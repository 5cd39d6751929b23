"""``manage.py import_template FILE.xlsx``."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from venues.commands import VenueCommand
from workbook.template import write_template


class Command(VenueCommand):
    help = "Writes an empty month workbook to fill in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            write_template(path)
        except OSError as error:
            raise CommandError(
                _("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror}
            ) from error
        self.stdout.write(_("Written: %(path)s") % {"path": path})
