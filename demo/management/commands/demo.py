"""``manage.py demo``."""

import secrets
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.report import payroll_report
from demo.services import SHOWN, load, sign_ins
from venues.commands import VenueCommand
from venues.models import Membership


class Command(VenueCommand):
    help = "Loads the demonstration venues, computes, settles and locks their month, makes a user for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.DATA_DIR / "demo"
        files = []
        for example in SHOWN:
            self.stdout.write(_("Importing %(file)s …") % {"file": f"examples/{example.file}.xlsx"})
            for shown in load(example, now=timezone.now(), folder=folder):
                for line in payroll_report(shown.run):
                    self.stdout.write(line)
                files.append(shown.file)
            self.stdout.write(
                _("%(venue)s: %(month)s is settled and locked.") % {"venue": example.name, "month": example.month}
            )
            self.stdout.write("")
        self.stdout.write(_("The Excel files:"))
        for file in files:
            self.stdout.write(f"  {file}")
        self.stdout.write("")
        password = secrets.token_urlsafe(9)  # new at every call: the database may be reachable by others
        self.stdout.write(_("Sign in with (password %(password)s):") % {"password": password})
        roles = {**dict(Membership.Roles.choices), "admin": _("administration of the site")}
        for username, role in sign_ins(password):
            self.stdout.write(f"  {username:14} {roles[role]}")
