"""``manage.py merge_customers PHONE OTHER``."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, Merger
from customers.services import merge_guests, part_guests
from rulebook.phones import compared
from venues.commands import VenueCommand
from venues.models import Venue


class Command(VenueCommand):
    help = "Makes one of two files of one person, by their phones; --undo parts them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", metavar="PHONE")
        parser.add_argument("other", metavar="OTHER")
        parser.add_argument("--reason", default="", help="why they are one person")
        parser.add_argument("--undo", action="store_true", help="part them again, within 7 days")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        venue, now = self.venue_of(options), timezone.now()
        if options["undo"]:
            keys = [compared(options["phone"]), compared(options["other"])]
            merger = Merger.objects.filter(
                kept__venue=venue, kept__phone_key__in=keys, other__phone_key__in=keys, undone_at=None
            ).first()
            if merger is None:
                raise CommandError(_("These two phones were not merged."))
            part_guests(merger=merger, user=None, now=now)
            self.stdout.write(_("They are two customers again."))
            return
        guest, other = self._guest(venue, options["phone"]), self._guest(venue, options["other"])
        merger = merge_guests(venue=venue, guest=guest, other=other, user=None, reason=options["reason"], now=now)
        self.stdout.write(_("They are one customer now: %(customer)s.") % {"customer": merger.kept})

    def _guest(self, venue: Venue, phone: str) -> Customer:
        key = compared(phone)
        rows = Customer.objects.filter(venue=venue, merged_into=None)
        guest: Customer | None = rows.filter(phone_key=key).first() if key else None
        if guest is None:
            raise CommandError(_("There is no customer with the phone %(phone)s.") % {"phone": phone})
        return guest
