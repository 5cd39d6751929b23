"""Sign-in by password and a second step: the code of an app, or a recovery code."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.services import password_link
from accounts.urls import urlpatterns
from tests.pages.looking import text_of
from tests.pages.oddities import ODD, nothing_stays, some

NOW = datetime(2026, 11, 21, 13, 47, 5, tzinfo=UTC)
WORD = "correct horse 1"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def anna(db: None) -> User:
    user = User(username="anna", name="Anna")
    user.set_password(WORD)
    user.save()
    return user


def code(secret: str, at: datetime) -> str:
    """What the app shows at a moment."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


def sign_in(client: Client, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": "anna", "password": WORD} | more)


def turned_on(client: Client) -> tuple[str, list[str]]:
    """Sign in, turn the second step on, sign out; the key and the recovery codes shown on the way."""
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "the password is asked for again"
    client.post(asked["Location"], {"password": WORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r'<p class="totp-key"[^>]*>([A-Z2-7]+)</p>', page.content.decode())
    assert secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret[1], NOW)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = re.findall(r"<li>(\d{8})</li>", client.get(done["Location"]).content.decode())
    assert len(codes) == 10
    client.post(reverse("account_logout"))
    return secret[1], codes


def give(client: Client, what: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": what})


def is_in(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def test_without_a_second_step_the_password_signs_in(anna: User) -> None:
    client = Client()
    assert sign_in(client)["Location"] == reverse("home")
    assert is_in(client)


def test_with_one_the_password_alone_opens_nothing(anna: User) -> None:
    secret, _codes = turned_on(Client())
    client = Client()
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert give(client, code(secret, NOW + timedelta(seconds=30)))["Location"] == reverse("home")
    assert is_in(client)


def test_the_administration_asks_for_it_too(anna: User) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    turned_on(Client())
    client = Client()
    at_door = client.get(reverse("admin:index"), follow=True)
    assert at_door.redirect_chain[-1][0].startswith(reverse("account_login"))
    sign_in(client, next=reverse("admin:index"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_wrong_code_says_so_and_opens_nothing(anna: User) -> None:
    secret, _codes = turned_on(Client())
    client = Client(headers={"accept-language": "en"})
    sign_in(client)
    page = give(client, code(secret, NOW - timedelta(minutes=5)))
    assert page.status_code == 200
    assert "The code is not right" in text_of(page)
    assert not is_in(client)


def test_wrong_codes_lock_as_wrong_passwords_do_whichever_worker_counts(anna: User) -> None:
    secret, codes = turned_on(Client())
    client = Client()
    sign_in(client)
    answers = [give(client, f"{guess:06}").status_code for guess in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429
    assert give(client, code(secret, NOW)).status_code == 429, "the right one comes too late"
    assert give(client, codes[0]).status_code == 429
    assert sign_in(Client()).status_code in (403, 429), "nor does the password"
    assert not is_in(client)


def test_no_secret_that_was_tried_is_kept(anna: User) -> None:
    turned_on(Client())
    client = Client()
    sign_in(client)
    give(client, "424242")
    kept = AccessAttempt.objects.get()
    assert "424242" not in kept.post_data
    assert "code=" in kept.post_data


def test_a_code_signs_in_once(anna: User) -> None:
    secret, _codes = turned_on(Client())
    shown = code(secret, NOW)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        give(client, shown)
    assert is_in(first)
    assert not is_in(second)


def test_a_recovery_code_signs_in_once(anna: User) -> None:
    _secret, codes = turned_on(Client())
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        give(client, codes[3])
    assert is_in(first)
    assert not is_in(second)
    assert "9" in text_of(first.get(reverse("mfa_index")))


def test_who_stays_signed_in_does_so_after_the_second_step_too(anna: User) -> None:
    secret, _codes = turned_on(Client())
    for remember, shown in (("on", code(secret, NOW)), ("", code(secret, NOW + timedelta(seconds=30)))):
        client = Client()
        sign_in(client, **({"remember": "on"} if remember else {}))
        give(client, shown)
        assert is_in(client)
        assert client.session.get_expire_at_browser_close() is not bool(remember)


def test_turned_off_the_recovery_codes_are_worth_nothing(anna: User) -> None:
    secret, _codes = turned_on(Client())
    client = Client()
    sign_in(client)
    give(client, code(secret, NOW))
    asked = client.post(reverse("mfa_deactivate_totp"))
    client.post(asked["Location"], {"password": WORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.count() == 0


def test_the_key_lies_encrypted_and_outlives_the_rotation_of_the_keys(anna: User, settings: Any) -> None:
    secret, codes = turned_on(Client())
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert stored.count("gAAAA") == 2
    old = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    for shown in (code(secret, NOW), codes[0]):
        client = Client()
        sign_in(client)
        give(client, shown)
        assert is_in(client)


def test_the_administrator_takes_a_second_step_away_and_reads_none(anna: User) -> None:
    turned_on(Client())
    boss = Client()
    boss.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    held = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    page = boss.get(reverse("admin:mfa_authenticator_change", args=[held.pk]))
    assert "gAAAA" not in page.content.decode()
    assert boss.get(reverse("admin:mfa_authenticator_add")).status_code == 403
    boss.post(reverse("admin:mfa_authenticator_delete", args=[held.pk]), {"post": "yes"})
    assert sign_in(Client())["Location"] == reverse("home")


class TestPassword:
    def change(self, client: Client, present: str) -> Any:
        new = "another night 22"
        return client.post(
            reverse("account_change_password"), {"oldpassword": present, "password1": new, "password2": new}
        )

    def test_who_knows_the_present_one_changes_it(self, anna: User) -> None:
        client = Client()
        sign_in(client)
        assert self.change(client, WORD)["Location"] == reverse("mfa_index")
        assert sign_in(Client()).status_code == 200

    def test_guessing_the_present_one_is_counted(self, anna: User) -> None:
        client = Client()
        sign_in(client)
        answers = [self.change(client, f"guess {number}").status_code for number in range(settings.AXES_FAILURE_LIMIT)]
        assert answers[0] == 200
        assert answers[-1] == 429
        assert self.change(client, WORD).status_code == 429


def test_the_pages_of_the_second_step_are_kept_by_no_cache(anna: User) -> None:
    client = Client()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": WORD})
    for name in ("mfa_index", "account_reauthenticate", "account_change_password", "mfa_activate_totp"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"], name


def test_nobody_signs_up_by_way_of_a_second_step() -> None:
    for name in ("account_signup", "mfa_signup_webauthn", "account_reset_password", "mfa_login_webauthn"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


PLACES = {
    "account_login": "out", "account_reset_password_from_key": "link", "mfa_authenticate": "half",
    "account_reauthenticate": "in", "mfa_reauthenticate": "in", "account_change_password": "in", "mfa_index": "in",
    "usersessions_list": "in", "mfa_activate_totp": "in", "mfa_deactivate_totp": "with", "account_logout": "in",
    "mfa_view_recovery_codes": "with", "mfa_generate_recovery_codes": "with",
}  # fmt: skip
"""The addresses of signing in, by who opens them: signed out, at the link for a password, after the password, signed
in, signed in with a second step."""
FIELDS = ("login", "password", "remember", "code", "oldpassword", "password1", "password2", "session", "next")


def test_every_address_of_signing_in_is_tried() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_no_address_of_signing_in_breaks_whatever_is_sent(anna: User, settings: Any, name: str) -> None:
    """The walk of every page signs in by no form."""
    settings.AXES_FAILURE_LIMIT = 1000
    secret = turned_on(Client())[0] if PLACES[name] in ("half", "with") else ""
    client, address = Client(raise_request_exception=False), reverse(name) if PLACES[name] != "link" else ""
    if PLACES[name] == "link":
        address = client.get(password_link(anna), follow=True).redirect_chain[-1][0]
    elif PLACES[name] != "out":
        sign_in(client)
    if PLACES[name] == "with":
        client.post(reverse("mfa_authenticate"), {"code": code(secret, NOW + timedelta(seconds=30))})
        client.post(reverse("account_reauthenticate"), {"password": WORD})
    assert client.get(address).status_code in (200, 302)
    for odd in some(ODD, len(name)):
        # Into all fields at once; and where a password stands besides, that one right.
        for sent in ({}, {"oldpassword": WORD, "login": "anna"}):
            with nothing_stays(client):
                assert client.post(address, dict.fromkeys(FIELDS, odd) | sent).status_code < 500, odd[:20]
