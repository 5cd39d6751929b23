"""``manage.py lock_payroll YYYY-MM``."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.errors import StillOpen
from commissions.services import lock_month
from venues.commands import MonthCommand


class Command(MonthCommand):
    help = "Freezes a month; lists what stands in the way."

    def handle(self, *args: Any, **options: Any) -> None:
        month = self.month_of(options)
        try:
            lock_month(venue=self.venue_of(options), month=month, now=timezone.now(), reason="lock_payroll")
        except StillOpen as refusal:
            raise CommandError("\n".join(refusal.exceptions)) from refusal
        self.stdout.write(_("%(month)s is locked.") % {"month": month})
