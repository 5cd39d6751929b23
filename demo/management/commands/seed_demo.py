"""``manage.py seed_demo``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from demo.report import life_report
from demo.services import LIFE_CODE, seed_life
from venues.commands import VenueCommand
from venues.models import Venue


class Command(VenueCommand):
    help = "Generates a venue with three months of life up to now: ended months locked, the current one under way."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seed", type=int, default=1, help="another number, another life (default 1)")
        parser.set_defaults(venue=LIFE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            Venue._meta.get_field("code").run_validators(options["venue"])
        except ValidationError:
            raise CommandError(
                _("«%(code)s» is no venue code; it should be at most 40 letters, digits, hyphens")
                % {"code": options["venue"]}
            ) from None
        venue = seed_life(code=options["venue"], seed=options["seed"], now=timezone.now())
        for line in life_report(venue):
            self.stdout.write(line)
