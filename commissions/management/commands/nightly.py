"""``manage.py nightly``."""

from contextlib import ExitStack
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.runs.dispatch import sweep
from commissions.runs.nightly import work_night
from commissions.runs.services import run_month
from pages.formats import month as month_shown
from venues.commands import VenueCommand
from venues.models import Venue


class Command(VenueCommand):
    help = (
        "Brings the ledger in step with the business day that has ended, drafts the payroll on the 1st and reminds "
        "on the 13th; for cron, daily at 12:05."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        venues = [self.venue_of(options)] if options["venue"] else list(Venue.objects.order_by("code"))
        worked: list[Venue] = []
        try:
            # Unwound from the last to the first, all of them, though one fails: its error is raised at the end.
            with ExitStack() as turns:
                turns.callback(sweep)
                for venue in reversed(venues):
                    turns.callback(self._work, venue, worked)
        finally:
            failed = [venue.code for venue in venues if venue not in worked]
            if failed:
                self.stderr.write(_("The nightly work failed for: %(codes)s") % {"codes": ", ".join(failed)})

    def _work(self, venue: Venue, worked: list[Venue]) -> None:
        night = work_night(venue=venue, clock=timezone.now, begin=run_month)
        self.stdout.write(
            _("%(venue)s: the ledger is in step with the facts through %(day)s.")
            % {"venue": venue.name, "day": night.day}
        )
        for month in night.drafted:
            self.stdout.write(_("%(month)s is computed as a draft.") % {"month": month_shown(month)})
        for month in night.reminded:
            self.stdout.write(
                _("%(month)s is not locked; HR and the owner were reminded.") % {"month": month_shown(month)}
            )
        worked.append(venue)
