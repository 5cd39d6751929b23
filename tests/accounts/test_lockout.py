"""The lock on guessing: whose failures count, from where, how long, and who clears it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.addresses import client_address
from accounts.lockout import locked_out
from accounts.models import AccountEvent, User
from accounts.permissions import Role
from accounts.services import make_account, password_link
from storage.encrypted import encrypted
from tests.pages.looking import signed_in, text_of, tree
from venues.models import Venue
from venues.services import create_venue, grant_role

NOW = datetime(2026, 11, 21, 13, 47, 5, tzinfo=UTC)
WORD, OTHER = "correct horse 1", "another horse 2"
LIMIT = 4
QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def quickly(settings: Any) -> None:
    """What is asked here does not depend on how often one may guess."""
    settings.AXES_FAILURE_LIMIT = LIMIT


@pytest.fixture(autouse=True)
def moment() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as now:
        yield now


@pytest.fixture
def anna(db: None) -> User:
    return person("Anna")


@pytest.fixture
def venue(db: None) -> Venue:
    return create_venue(code="main", name="澜夜", timezone="Asia/Shanghai", today=NOW.date())


@pytest.fixture
def boss(venue: Venue) -> Client:
    owner = User.objects.create(username="owner", name="王老板")
    grant_role(venue=venue, user=owner, role=Role.OWNER)
    return signed_in(owner)


def person(name: str) -> User:
    user = User(username=name, name=name)
    user.set_password(WORD)
    user.save()
    return user


def sign_in(client: Client, name: str = "Anna", password: str = WORD, **more: Any) -> int:
    """How the sign-in answers: 302 where it is right, 200 where it is wrong, 429 where it is locked."""
    return client.post(reverse("account_login"), {"login": name, "password": password}, **more).status_code


def fail(client: Client, name: str = "Anna", times: int = LIMIT, **more: Any) -> None:
    for _ in range(times):
        sign_in(client, name, "wrong", **more)


def phone_of(name: str = "Anna") -> Client:
    """A phone on which somebody signed in before, and is signed out now."""
    phone = Client()
    assert sign_in(phone, name) == 302
    phone.post(reverse("account_logout"))
    return phone


# --- the address ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 8.8.8.8,1.1.1.1:4711", "1.1.1.1"),
        (1, "2001:DB8::0:1", "2001:db8::1"),
        (1, None, "10.0.0.1"),
        (2, "1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.1"),
        (1, "nonsense", None),
    ],
)
def test_of_a_forwarded_address_only_what_the_proxies_wrote_is_believed(
    settings: Any, proxies: int, forwarded: str | None, address: str | None
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert client_address(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=headers)) == address


@pytest.mark.parametrize(("proxies", "via"), [(0, ""), (1, ""), (2, ", 10.0.0.2")])
def test_a_forged_forwarded_address_does_not_evade_the_lock(anna: User, settings: Any, proxies: int, via: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(LIMIT):
        sign_in(Client(), password="wrong", headers={"x-forwarded-for": f"9.9.9.{number}, 1.1.1.1{via}"})
    assert sign_in(Client(), headers={"x-forwarded-for": f"9.9.9.99, 1.1.1.1{via}"}) == 429


@pytest.mark.parametrize(("proxies", "via"), [(1, ""), (2, ", 10.0.0.2")])
def test_behind_proxies_a_lock_holds_for_one_address_and_not_for_the_world(
    anna: User, settings: Any, proxies: int, via: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    fail(Client(), headers={"x-forwarded-for": f"1.1.1.1{via}"})
    assert sign_in(Client(), headers={"x-forwarded-for": f"1.1.1.1{via}"}) == 429
    assert sign_in(Client(), headers={"x-forwarded-for": f"2.2.2.2{via}"}) == 302


def test_the_session_shows_the_address_that_the_limiter_counts(anna: User, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forwarded = {"x-forwarded-for": "9.9.9.9, 1.1.1.1"}
    sign_in(Client(), password="wrong", headers=forwarded)
    assert AccessAttempt.objects.get().ip_address == "1.1.1.1"
    client = Client()
    sign_in(client, headers=forwarded)
    assert "1.1.1.1" in text_of(client.get(reverse("usersessions_list")))


# --- the name ---------------------------------------------------------------------------------------------
TYPED = ("anna", " ANNA ", "\u3000Anna", "ａｎｎａ")


@pytest.mark.parametrize("typed", TYPED)
def test_a_name_signs_in_however_it_is_typed(anna: User, typed: str) -> None:
    assert sign_in(Client(), typed) == 302


def test_failures_count_under_the_stored_name_however_it_is_typed(anna: User) -> None:
    for typed in TYPED:
        sign_in(Client(), typed, "wrong")
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"Anna"}
    assert sign_in(Client(), "aNNa") == 429
    assert locked_out([anna], NOW) == {anna.pk}


def test_wrong_codes_of_the_second_step_and_wrong_passwords_count_together(anna: User) -> None:
    Authenticator.objects.create(
        user=anna, type=Authenticator.Type.TOTP, data={"secret": encrypted("JBSWY3DPEHPK3PXP")}
    )
    client = Client()
    sign_in(client, "ANNA", WORD)
    for guess in range(LIMIT // 2):
        client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})
    fail(Client(), "ａnna", LIMIT - LIMIT // 2)
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"Anna"}
    assert sign_in(Client()) == 429


@pytest.mark.parametrize("typed", ["nobody", "Nobody\u3000", "ﷺ" * 150])
def test_a_name_that_is_nobodys_is_locked_like_any_other(db: None, typed: str) -> None:
    fail(Client(), typed)
    assert sign_in(Client(), typed) == 429


SAME = [("Anna", "ANNA"), ("Äda", "äda"), ("Ёлка", "ёлка"), ("Straße", "STRASSE"), ("Ａnna", "anna"), ("ΟΔΟΣ", "οδος")]
"""Two ways of typing one name each; with ASCII folding alone, as SQLite has it, only the first are the same."""


@pytest.mark.parametrize(("name", "other"), SAME)
def test_user_names_that_differ_in_case_alone_are_the_same_to_the_database(db: None, name: str, other: str) -> None:
    user, another = person(name), person("somebody")
    renamed = User(pk=another.pk, username=other)
    writes: list[Callable[[], Any]] = [
        lambda: User.objects.create(username=other),
        lambda: User.objects.bulk_create([User(username=other)]),
        lambda: User.objects.filter(pk=another.pk).update(username=other),
        lambda: renamed.save(update_fields=["username"]),
    ]
    for write in writes:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    assert User.objects.get_by_natural_key(f" {other}") == user
    with pytest.raises(ValidationError, match="已有人用"):
        make_account(username=other, name="", by=another, now=NOW)
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", username=other, email="a@example.org")


@pytest.mark.parametrize(("name", "other"), SAME)
def test_a_name_beyond_ascii_signs_in_and_is_locked_in_any_case(db: None, name: str, other: str) -> None:
    user = person(name)
    assert sign_in(Client(), other) == 302
    fail(Client(), other, LIMIT - 1)
    fail(Client(), name, 1)
    assert sign_in(Client(), name) == sign_in(Client(), other) == 429
    assert locked_out([user], NOW) == {user.pk}


def test_a_name_that_is_changed_is_found_as_it_is_now(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(username="Ёлка")
    assert User.objects.named("ёЛКА") == anna
    assert User.objects.named("anna") is None


def test_the_admin_refuses_a_name_that_differs_in_case_alone(db: None) -> None:
    person("Äda")
    boss = signed_in(User.objects.create_superuser("boss"))
    page = boss.post(
        reverse("admin:accounts_user_add"),
        {"username": "äda", "usable_password": "true", "password1": OTHER, "password2": OTHER},
    )
    assert page.status_code == 200
    assert tree(page).xpath("//div[contains(@class, 'field-username')]//ul[contains(@class, 'errorlist')]")


def test_the_migration_names_the_user_names_that_stand_in_its_way(anna: User) -> None:
    fold = import_module("accounts.migrations.0005_names_unique_when_folded").fold_the_names
    named = {"anna": "a", "ёлка": "b", "Ёлка": "c", "carl": "d"}
    for name, other in named.items():  # as they could be stored before
        user = User.objects.create(username=other)
        QuerySet(User).filter(pk=user.pk).update(username=name)
    editor = SimpleNamespace(connection=connection)
    with pytest.raises(CommandError) as stopped:
        fold(apps, editor)
    told = str(stopped.value)
    for name in ("Anna", *named):
        assert (f"{name} (id {User.objects.get(username=name).pk}, " in told) == (name != "carl"), name
    assert "Keep one name" in told
    User.objects.filter(username__in=["anna", "Ёлка"]).delete()
    fold(apps, editor)
    assert set(User.objects.values_list("username_key", flat=True)) == {"anna", "ёлка", "carl"}


# --- how long, and who clears it --------------------------------------------------------------------------
def test_a_lock_passes_a_quarter_of_an_hour_after_the_last_failure_that_counted(anna: User, moment: Any) -> None:
    fail(Client())
    for minutes in (5, 10, 14):
        moment.move_to(NOW + timedelta(minutes=minutes))
        assert sign_in(Client(), password="wrong") == 429, "tries while it is locked do not make it longer"
    moment.move_to(NOW + QUARTER + timedelta(seconds=1))
    assert sign_in(Client()) == 302


def test_who_shares_an_address_can_not_lock_a_colleague_out_of_the_own_phone(anna: User) -> None:
    phone = phone_of()
    fail(Client(), times=3 * LIMIT)
    assert sign_in(Client()) == 429
    assert sign_in(phone) == 302


def test_guessing_on_a_known_device_is_locked_there_too(anna: User) -> None:
    phone = phone_of()
    fail(phone)
    assert sign_in(phone) == 429
    assert sign_in(phone, REMOTE_ADDR="10.0.0.9") == 429, "wherever it is carried"
    assert locked_out([anna], NOW) == {anna.pk}
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9")) == 302


def test_a_device_is_known_for_those_alone_who_signed_in_on_it(anna: User) -> None:
    person("Bert")
    fail(Client())
    berts = phone_of("Bert")
    assert sign_in(berts) == 429
    forged = phone_of("Bert")
    forged.cookies["known_device"] = f"x{forged.cookies['known_device'].value}"
    assert sign_in(forged) == 429


def test_a_shared_device_is_known_for_each_who_uses_it(anna: User) -> None:
    person("Bert")
    tablet = phone_of()
    sign_in(tablet, "Bert")
    tablet.post(reverse("account_logout"))
    for name in ("Anna", "Bert"):
        fail(Client(), name)
    for name in ("Anna", "Bert"):
        assert sign_in(tablet, name) == 302
        tablet.post(reverse("account_logout"))


def test_a_password_set_by_the_owners_link_clears_the_lock_and_makes_the_device_known(anna: User) -> None:
    fail(Client())
    phone = Client()
    form = phone.get(password_link(anna), follow=True).redirect_chain[-1][0]
    assert phone.post(form, {"password1": OTHER, "password2": OTHER}).status_code == 302
    assert not AccessAttempt.objects.exists()
    fail(Client())
    assert sign_in(phone, password=OTHER) == 302


def test_a_password_set_by_the_administrator_clears_the_lock(anna: User) -> None:
    fail(Client())
    boss = signed_in(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    address = reverse("admin:auth_user_password_change", args=[anna.pk])
    assert boss.post(address, {"password1": OTHER, "password2": OTHER, "usable_password": "true"}).status_code == 302
    assert sign_in(Client(), password=OTHER) == 302


def test_the_owner_clears_a_lock_by_a_button_with_a_trace(boss: Client, venue: Venue, anna: User) -> None:
    grant_role(venue=venue, user=anna, role=Role.HOST)
    fail(Client())
    page = boss.get(reverse("user", args=["main", anna.pk]))
    (form,) = tree(page).xpath("//form[contains(@action, 'unlock')]/@action")
    assert form == reverse("user_unlock", args=["main", anna.pk])
    assert "可以重新登录" in text_of(boss.post(form, follow=True))
    assert AccountEvent.objects.get(user=anna).kind == "unlocked"
    assert sign_in(Client()) == 302
    assert "unlock" not in boss.get(reverse("user", args=["main", anna.pk])).content.decode()
    assert "没有被锁定" in text_of(boss.post(form, follow=True))
    assert AccountEvent.objects.count() == 1


def test_the_lock_of_an_account_that_reaches_further_is_not_the_owners_to_clear(
    boss: Client, venue: Venue, anna: User
) -> None:
    grant_role(venue=venue, user=anna, role=Role.HOST)
    User.objects.filter(pk=anna.pk).update(is_staff=True)
    fail(Client())
    assert "unlock" not in boss.get(reverse("user", args=["main", anna.pk])).content.decode()
    boss.post(reverse("user_unlock", args=["main", anna.pk]))
    assert sign_in(Client()) == 429
