"""``manage.py demo``."""

import secrets
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.report import payroll_report
from demo.report import life_report
from demo.services import LIFE_CODE, SHOWN, export_locked, load, seed_life, sign_ins
from venues.commands import VenueCommand
from venues.models import Membership


class Command(VenueCommand):
    help = "Generates and loads the demonstration venues, computes, settles and locks, makes a user for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.DATA_DIR / "demo"
        self.stdout.write(_("Generating three months of a venue …"))
        venue = seed_life(code=LIFE_CODE, seed=1, now=timezone.now())
        for line in life_report(venue):
            self.stdout.write(line)
        self.stdout.write("")
        files = export_locked(venue, folder)
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
        for user, role in sign_ins(password):
            self.stdout.write(f"  {user.username:14} {user.name} {roles[role]}")
