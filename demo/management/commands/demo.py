"""``manage.py demo``."""

import secrets
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Role
from commissions.month.selectors import month_at_work
from demo.report import life_report
from demo.services import LIFE_CODE, SHOWN, export_locked, load, seed_life, sign_ins
from demo.users import PREFIX, SIGN_INS
from pages.formats import month as in_words
from storage.private import private_file, private_folder
from venues.commands import VenueCommand
from venues.models import Membership


class Command(VenueCommand):
    help = "Generates and loads the demonstration venues, computes, settles and locks, makes a user for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        private_folder(settings.DATA_DIR)
        folder = private_folder(settings.DATA_DIR / "demo")
        self.stdout.write(_("Generating three months of a venue …"))
        venue = seed_life(code=LIFE_CODE, seed=1, now=timezone.now())
        for line in life_report(venue):
            self.stdout.write(line)
        self.stdout.write("")
        files = export_locked(venue, folder)
        for example in SHOWN:
            self.stdout.write(_("Importing %(file)s …") % {"file": f"examples/{example.file}.xlsx"})
            found = list(load(example, now=timezone.now(), folder=folder))
            files += [shown.file for shown in found]
            for line in life_report(found[-1].venue):
                self.stdout.write(line)
            self.stdout.write("")
        for path in folder.iterdir():
            private_file(path)
        self.stdout.write(_("The Excel files:"))
        for file in files:
            self.stdout.write(f"  {file}")
        self.stdout.write("")
        password = secrets.token_urlsafe(9)  # new at every call: the database may be reachable by others
        self.stdout.write(_("Sign in with (password %(password)s):") % {"password": password})
        roles = {**dict(Membership.Roles.choices), "admin": _("administration of the site")}
        for user, role in sign_ins(password):
            self.stdout.write(f"  {user.username:14} {user.name} {roles[role]}")
        waiting = month_at_work(venue, now=timezone.now())
        self.stdout.write(
            _("To begin with: %(user)s opens %(venue)s, where %(month)s waits.")
            % {"user": PREFIX + SIGN_INS[Role.HR][0], "venue": venue.name, "month": in_words(waiting)}
        )
