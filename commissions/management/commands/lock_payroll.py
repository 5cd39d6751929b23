"""``manage.py lock_payroll YYYY-MM``."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.errors import StillOpen
from commissions.month.services import lock_month
from commissions.runs.commands import PayrollCommand
from pages.formats import month as month_shown


class Command(PayrollCommand):
    help = "Freezes a month; lists what stands in the way."

    def handle(self, *args: Any, **options: Any) -> None:
        venue, month = self.tended(options)
        try:
            lock_month(venue=venue, month=month, now=timezone.now(), reason="lock_payroll")
        except StillOpen as refusal:
            raise CommandError("\n".join(refusal.exceptions)) from refusal
        self.stdout.write(_("%(month)s is locked.") % {"month": month_shown(month)})
