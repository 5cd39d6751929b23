"""Shared by a venue's commands: find the venue, set the language, exit 1 on a refusal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from rulebook.calendar import CalendarMonth
from venues.errors import Refused
from venues.models import Venue

LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


class VenueCommand(BaseCommand):
    """A command with ``--venue`` and ``--lang``; what a service refuses goes to stderr, with exit code 1.

    The checks of the system (``manage.py check``, in ``make lint``) load every page: half of the time to start.
    """

    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--venue", metavar="CODE", help="the venue's code; may be left out where there is one")
        parser.add_argument(
            "--lang", choices=sorted(LANGUAGES), default="zh-hans", help="the language of what is printed"
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(LANGUAGES[options.get("lang") or "zh-hans"]):
            try:
                return super().execute(*args, **options)
            except (Refused, CommandError) as refusal:
                raise self._failed(str(refusal)) from refusal
            except (OperationalError, ProgrammingError) as error:
                raise self._failed(_database_says(error)) from error

    def _failed(self, message: str) -> SystemExit:
        """Say why on stderr, in these words alone, and leave with exit code 1."""
        self.stderr.write(message)
        return SystemExit(1)

    def venue_of(self, options: dict[str, Any]) -> Venue:
        """The venue named, or the only one."""
        code = options.get("venue")
        if code:
            venue = Venue.objects.filter(code=code).first()
            if venue is None:
                raise CommandError(_("There is no venue %(code)s.") % {"code": code})
            return venue
        venues = list(Venue.objects.order_by("code")[:20])
        if len(venues) == 1:
            return venues[0]
        if not venues:
            raise CommandError(_("There is no venue yet; import a workbook first."))
        raise CommandError(
            _("There are several venues; name one with --venue: %(codes)s")
            % {"codes": ", ".join(venue.code for venue in venues)}
        )


def _database_says(error: Exception) -> str:
    """What is wrong with the database, in words for people."""
    try:
        known = connection.introspection.table_names()
    except DatabaseError:
        return _("The database can't be reached: %(error)s") % {"error": error}
    if Venue._meta.db_table not in known:
        return _("The database is not set up yet; run manage.py migrate.")
    return _("The database refused: %(error)s") % {"error": error}


class MonthCommand(VenueCommand):
    """A command on a month ``YYYY-MM``."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        super().add_arguments(parser)

    def month_of(self, options: dict[str, Any]) -> CalendarMonth:
        try:
            return CalendarMonth.parse(options["month"])
        except ValueError:
            raise CommandError(
                _("«%(text)s» is no month; write it as YYYY-MM, such as 2026-09.") % {"text": options["month"]}
            ) from None
