"""``manage.py import_workbook FILE.xlsx``."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.runs.terminal import progress_bar
from venues.commands import VenueCommand
from venues.models import Venue
from workbook.checking.uncounted import uncounted_of, words_of
from workbook.faults import Fault, Faulty
from workbook.services import Summary, import_workbook
from workbook.sheets import EMPLOYEES

FIRST_VENUE = "main"


def _day(text: str | date | None) -> date | None:
    """Read a day as it stands on the command line: ``YYYY-MM-DD``."""
    if not isinstance(text, str):
        return text
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise CommandError(_("«%(text)s» is no day; it should be YYYY-MM-DD") % {"text": text}) from None


class Command(VenueCommand):
    warned = False
    help = "Imports a month workbook: all of it, or nothing and every fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument(
            "--in-use-from",
            metavar="YYYY-MM-DD",
            help="the day from which the venue is in use: days before it are neither worked nor absent",
        )
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
                    in_use_from=_day(options["in_use_from"]),
                    progress=lambda step, done, total: bar.update(
                        task, description=step, completed=done, total=total or None
                    ),
                    agreed=self._warn,
                )
        except Faulty as refusal:
            self._hint(refusal.hints)
            raise
        if options["dry_run"]:
            self._warn(summary)
        self._hint(summary.plan.hints)
        self._tell(summary, dry_run=options["dry_run"])

    def _warn(self, summary: Summary) -> None:
        """Say whom the import fines for days already past, before it is stored; once, though it be checked again."""
        if not self.warned:
            heading = EMPLOYEES.headings["hired_on"]
            told = [(one.row, f"{one.number} {one.name}: {one.past.told}") for one in summary.fined]
            for row, text in told:
                hint = Fault(EMPLOYEES.title, row, heading, text)
                self.stderr.write(_("Please check: %(hint)s") % {"hint": hint})
        if summary.fined and not self.warned:
            self.stderr.write(
                _("Vouch for these days on their pages, or state by --in-use-from from which day the house is in use.")
            )
        self.warned = True

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
