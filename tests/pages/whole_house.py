"""Two venues with something of everything, for tests that walk every page: the demonstration, and a night."""

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.test.utils import override_settings

from accounts.models import User
from demo.services import seed_life
from demo.users import ADMIN, user_of
from tests.browser import evening
from tests.house import House

NOW = evening.NIGHT
WHO = {
    "anna": "account manager",
    "duo": "account and floor manager",
    "host": "host",
    "floor": "floor manager",
    "hr": "HR",
    "owner": "owner",
    "demo-admin": "administrator",
}
"""Who works a night, and who administers: users by name, and as what."""
EVERYBODY = WHO | {
    "demo-manager": "account manager",
    "demo-host": "host",
    "demo-floor": "floor manager",
    "demo-hr": "HR",
    "demo-owner": "owner",
}
"""Those of the demonstration too."""


def as_user(name: str) -> Client:
    """Signed in; an error in a page is an answer of 500."""
    client = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(username=name))
    return client


@contextmanager
def whole(house: House, *, is_shown: bool) -> Iterator[None]:
    """The night, with the demonstration where that ``is_shown``, as of ``NOW``, at which the clock stands."""
    with time_machine.travel(NOW, tick=False), override_settings(MEDIA_ROOT=str(house.folder / "files")):
        if is_shown:
            seed_life(code="demo", seed=1, now=NOW)
        user_of(*ADMIN, is_staff=True, is_superuser=True)
        evening.begin()
        evening.fill()
        User.objects.update(password=make_password("x"))
        yield
