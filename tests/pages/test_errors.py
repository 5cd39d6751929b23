"""What can't be answered: one line in the log or a traceback, and a page that says who can help."""

import logging
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from accounts.services import password_link
from dashboards import home
from pages.errors import bad_request, server_error
from pages.logs import Line
from tests.pages.looking import signed_in, text_of
from venues.models import Venue
from venues.services import create_venue, grant_role

BROKEN = "the database is away\nand more"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the log says meanwhile, as the settings have it written."""
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one.formatter, Line))
    assert isinstance(handler, logging.StreamHandler)
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def venue(db: None) -> Venue:
    return create_venue(code="main", name="澜夜", timezone="Asia/Shanghai", today=date(2026, 11, 21))


def worker(venue: Venue, name: str, *roles: Role) -> User:
    user = User.objects.create(username=name, name=name)
    for role in roles:
        grant_role(venue=venue, user=user, role=role)
    return user


def breaking(*_args: Any) -> None:
    raise RuntimeError(BROKEN)


# --- the log ----------------------------------------------------------------------------------------------
def test_a_refusal_is_one_line_with_time_level_request_user_address_and_path(venue: Venue, log: StringIO) -> None:
    user = worker(venue, "host", Role.HOST)
    client = signed_in(user)
    page = client.get("/v/main/policy/")
    assert page.status_code == 403
    (line,) = log.getvalue().splitlines()
    assert line.split(" ")[1:6] == [
        "WARNING", f"request={page['X-Request-ID']}", f"user={user.pk}", "from=127.0.0.1", "path=/v/main/policy/",
    ]  # fmt: skip
    assert line[:2] == "20"
    assert line.split(" ")[0].endswith(":00"), "with its zone"


def test_the_line_has_the_address_that_the_proxies_give(venue: Venue, log: StringIO, settings: Any) -> None:
    """The one that the limiter counts, not the proxy's own and not what the client claims."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    signed_in(worker(venue, "host", Role.HOST)).get("/v/main/policy/", headers={"x-forwarded-for": "9.9.9.9, 1.1.1.1"})
    assert " from=1.1.1.1 " in log.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nothing%0A2026-11-28 ERROR forged/", {}, 404),
        ("PUT", "/theme/", {}, 405),
        ("GET", "/", {"host": "elsewhere.example"}, 400),
    ],
)
def test_whatever_was_refused_is_one_line(
    log: StringIO, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert Client(headers=headers).generic(method, path).status_code == status
    (line,) = log.getvalue().splitlines()
    assert line.split(" ")[1] == "WARNING"
    assert " user=- from=127.0.0.1 path=/" in line


def test_an_error_is_a_line_with_its_traceback_and_the_page_shows_its_number(
    venue: Venue, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = worker(venue, "host", Role.HOST)
    client = signed_in(user)
    client.raise_request_exception = False
    monkeypatch.setattr(home, "memberships_of", breaking)
    page = client.get("/")
    assert page.status_code == 500
    number = page["X-Request-ID"]
    assert text_of(page).count(number) == 2, "in both languages"
    first, *rest = log.getvalue().splitlines()
    assert f" ERROR request={number} user={user.pk} from=127.0.0.1 path=/ " in first
    assert rest[0].startswith("Traceback")
    assert "RuntimeError: the database is away" in rest


def test_what_a_part_of_a_page_logs_stands_under_the_pages_number(
    venue: Venue, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warned(*_args: Any) -> list[Any]:
        logging.getLogger("somewhere").warning("line one\nline two")
        return []

    monkeypatch.setattr(home, "memberships_of", warned)
    page = signed_in(worker(venue, "host", Role.HOST)).get("/")
    (line,) = log.getvalue().splitlines()
    assert f"request={page['X-Request-ID']} " in line
    assert line.endswith(r"somewhere: line one\nline two")


def test_a_line_beside_any_request_says_so(log: StringIO) -> None:
    logging.getLogger("somewhere").warning("nobody asked")
    assert " WARNING request=- user=- from=- path=- somewhere: nobody asked\n" in log.getvalue()


def test_a_log_does_not_ask_the_database_who_it_is(log: StringIO) -> None:
    """Without a database: an error in an outer part comes before anybody was recognised."""
    client = Client(headers={"host": "elsewhere.example"})
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/").status_code == 400
    assert " user=- " in log.getvalue()


def test_the_key_of_a_link_for_a_password_does_not_stand_in_the_log(
    venue: Venue, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = password_link(worker(venue, "host", Role.HOST))
    monkeypatch.setattr("accounts.views.SetPassword.dispatch", breaking)
    client = Client(raise_request_exception=False)
    assert client.get(link).status_code == 500
    assert "path=/new-password/" in log.getvalue()
    assert link.rpartition("-")[2].strip("/") not in log.getvalue()


def test_each_request_has_a_number_of_its_own(db: None) -> None:
    client = Client()
    assert len({client.get(reverse("account_login"))["X-Request-ID"] for _ in range(9)}) == 9


# --- the pages --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", [server_error, lambda request: bad_request(request, ValueError())])
def test_the_pages_of_errors_are_made_without_a_database_in_both_languages(answer: Any) -> None:
    request: HttpRequest = RequestFactory().get("/")
    request.request_id = "12ab34cd"  # type: ignore[attr-defined]
    words = text_of(answer(request))
    assert words.count("12ab34cd") == 2
    for word in ("编号", "告诉管理员", "tell the administrator"):
        assert word in words, word


def test_the_pages_of_errors_have_a_style_of_their_own_that_leans_on_no_other_file() -> None:
    page = bad_request(RequestFactory().get("/"), ValueError()).content.decode()
    assert re.findall(r'<link rel="stylesheet" href="/static/(.+?)">', page) == ["plain.css"]
    style = (Path(settings.BASE_DIR) / "assets" / "plain.css").read_text()
    assert "prefers-color-scheme: dark" in style
    assert not re.search(r"@import|url\(", style)


def test_a_request_for_another_host_or_with_too_much_in_it_is_refused_in_both_languages(
    db: None, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10, 5000
    form = "application/x-www-form-urlencoded"
    for page in (
        Client().get("/", headers={"host": "elsewhere.example"}),
        Client().post(reverse("account_login"), {f"field{n}": "x" for n in range(11)}),
        Client().post(reverse("account_login"), urlencode({"login": "x" * 5000}), form),
    ):
        assert page.status_code == 400
        assert "没有被接受" in text_of(page)
        assert "was not accepted" in text_of(page)
        assert page["X-Request-ID"] in text_of(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("你的角色是迎宾", "老板", "王老板")), ("en", ("As host ", "ask the owner", "王老板"))],
)
def test_who_may_not_is_sent_to_the_owner_who_gives_roles(venue: Venue, language: str, words: tuple[str, ...]) -> None:
    worker(venue, "王老板", Role.OWNER)
    page = signed_in(worker(venue, "host", Role.HOST), language).get("/v/main/policy/")
    assert page.status_code == 403
    for word in words:
        assert word in text_of(page), word
    assert "HR" not in text_of(page)
    assert "人事" not in text_of(page)


def test_a_venue_without_an_owner_sends_to_the_administrator(venue: Venue) -> None:
    page = signed_in(worker(venue, "host", Role.HOST)).get("/v/main/policy/")
    assert "管理员" in text_of(page)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "老板"), ("en", "owner")])
def test_who_has_no_role_anywhere_is_sent_to_the_owner(venue: Venue, language: str, word: str) -> None:
    client = signed_in(worker(venue, "nobody"), language)
    assert word in text_of(client.get("/"))
    assert "人事" not in text_of(client.get("/"))


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "管理员"), ("en", "administrator")])
def test_a_page_outside_any_venue_is_refused_in_the_readers_language(venue: Venue, language: str, word: str) -> None:
    clerk = User.objects.create(username="clerk", is_staff=True)
    page = signed_in(clerk, language).get(reverse("admin:accounts_user_changelist"))
    assert page.status_code == 403
    assert word in text_of(page)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "编号"), ("en", "this number")])
def test_a_form_that_stood_open_too_long_is_told_with_a_number(db: None, language: str, word: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    page = client.post(reverse("account_login"))
    assert page.status_code == 403
    assert word in text_of(page)
    assert page["X-Request-ID"] in text_of(page)
