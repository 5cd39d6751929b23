"""``manage.py import_workbook FILE.xlsx``."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.report import progress_bar
from venues.commands import VenueCommand
from venues.models import Venue
from workbook.faults import Fault, Faulty
from workbook.services import Summary, import_workbook
from workbook.uncounted import uncounted_of, words_of

FIRST_VENUE = "main"


class Command(VenueCommand):
    help = "Imports a month workbook: all of it, or nothing and every fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["venue"]
        if not code:
            code = self.venue_of(options).code if Venue.objects.exists() else FIRST_VENUE
        try:
            Venue._meta.get_field("code").run_validators(code)
        except ValidationError:
            raise CommandError(
                _("«%(code)s» is no venue code; it should be at most 40 letters, digits, hyphens") % {"code": code}
            ) from None
        try:
            with progress_bar(self.stderr) as bar:
                task = bar.add_task("", total=None)
                summary = import_workbook(
                    options["file"],
                    venue_code=code,
                    now=timezone.now(),
                    dry_run=options["dry_run"],
                    progress=lambda step, done, total: bar.update(
                        task, description=step, completed=done, total=total or None
                    ),
                )
        except Faulty as refusal:
            self._hint(refusal.hints)
            raise
        self._hint(summary.plan.hints)
        self._tell(summary, dry_run=options["dry_run"])

    def _hint(self, hints: Iterable[Fault]) -> None:
        for hint in hints:
            self.stdout.write(_("Please check: %(hint)s") % {"hint": hint})

    def _tell(self, summary: Summary, *, dry_run: bool) -> None:
        for title, (new, changed, same) in summary.counts.items():
            if new or changed or same:
                self.stdout.write(
                    f"{title}: "
                    + _("%(new)s new, %(changed)s changed, %(same)s as they were")
                    % {"new": new, "changed": changed, "same": same}
                )
        uncounted = words_of(uncounted_of(summary.venue, summary.plan))
        if uncounted:
            self.stdout.write(uncounted)
        if dry_run:
            self.stdout.write(_("No fault; nothing was stored (--dry-run)."))
        else:
            self.stdout.write(_("Imported into %(venue)s.") % {"venue": summary.venue.name})
