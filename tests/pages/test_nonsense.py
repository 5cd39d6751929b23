"""Nonsense in a request is refused or overlooked; it never breaks a page."""

from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from wsgiref.util import setup_testing_defaults

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from attendance.models import Request, Rest
from bookings.models import Booking
from config.wsgi import application
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, opened, user_of
from tests.pages.looking import at as address, signed_in
from venues.models import Month
from violations.models import Report
from violations.reports.services import record_report

HUGE = "9" * 5000
"""More digits than Python makes a number of."""
LAST, FIRST = "9999-12-31", "0001-01-01"


@pytest.fixture
def night(house: House, settings: Any, tmp_path: Path) -> House:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    opened(house)
    for number, day in (("A", 25), ("B", 26)):
        Rest.objects.create(employee=employee_of(house, number), business_day=DAY.replace(day=day), kind="regular")
    return house


def sent(house: House, who: str, method: str, name: str, *args: Any, **data: Any) -> Any:
    client = signed_in(floor_manager(house) if who == "floor" else user_of(house, who))
    with time_machine.travel(at(30), tick=False):
        return getattr(client, method)(address(house, name, *args), data)


@pytest.mark.parametrize("day", [LAST, FIRST])
@pytest.mark.parametrize(
    ("method", "kind", "data"),
    [
        ("post", "rest", {}),
        ("post", "punch", {"side": "arrival", "at": "03:00", "reason": "x"}),
        ("get", "punch", {"side": "arrival", "at": "03:00", "reason": "x", "confirm": "1"}),
        ("post", "business", {"side": "arrival", "reason": "x"}),
        ("post", "dinner", {}),
        ("get", "swap", {}),
        ("post", "swap", {"other_day": "2026-11-26"}),
        ("post", "swap", {"other_day": "9999-12-30"}),
    ],
)
def test_a_day_at_the_end_of_time_is_refused(night: House, method: str, kind: str, data: Any, day: str) -> None:
    colleague = {"colleague": employee_of(night, "B").pk} if method == "post" and kind == "swap" else {}
    page = sent(night, "A", method, "request_new", kind, day=day, **data, **colleague)
    assert page.status_code in (200, 302, 404)
    assert not Request.objects.exists()
    assert Rest.objects.count() == 2


@pytest.mark.parametrize("day", [LAST, FIRST])
def test_giving_up_a_rest_at_the_end_of_time_changes_nothing(night: House, day: str) -> None:
    before = Month.objects.count()
    assert sent(night, "A", "post", "rest_give_up", day=day).status_code == 302
    assert Month.objects.count() == before


@pytest.mark.parametrize("kind", ["leave", "swap", "dinner", "punch", "business"])
def test_a_price_is_asked_for_any_day(night: House, kind: str) -> None:
    data = {"leave": "sick", "first": LAST, "last": LAST, "day": LAST, "other_day": LAST, "side": "arrival"}
    more = {"at": "03:00", "colleague": HUGE, "kind": kind}
    assert sent(night, "A", "get", "request_price", **data, **more).status_code == 200


@pytest.mark.parametrize("name", ["violation_new", "violation_effect"])
@pytest.mark.parametrize("what", ["booking", "employee", "amount"])
def test_a_number_too_long_is_no_record(night: House, name: str, what: str) -> None:
    for method in ("get", "post") if name == "violation_new" else ("get",):
        page = sent(night, "floor", method, name, article="4.4", day=str(DAY), note="x", **{what: HUGE})
        assert page.status_code == 200
    assert not Report.objects.exists()


@pytest.mark.parametrize("guest", [HUGE, "9" * 18, "²", "٣"])
def test_a_guest_who_is_no_number_is_nobody(night: House, guest: str) -> None:
    assert sent(night, "A", "post", "book", table="A1", guest=guest).status_code == 200
    assert sent(night, "A", "get", "book_guests", guest=guest).status_code == 200


def test_a_photo_that_is_gone_is_not_found(night: House) -> None:
    report = record_report(
        venue=night.venue,
        employee=employee_of(night, "A"),
        user=floor_manager(night),
        day=DAY,
        article="5.F",
        now=at(60),
    )
    Report.objects.filter(pk=report.pk).update(photo="papers/0.jpg")
    assert sent(night, "A", "get", "violation_photo", report.pk).status_code == 404


@pytest.mark.parametrize("name", ["tonight_punch", "tonight_decide"])
@pytest.mark.parametrize("key", ["arrive:" + HUGE, "comp:" + HUGE, "request:²", "::", ""])
def test_a_key_that_is_none_decides_nothing(night: House, name: str, key: str) -> None:
    page = sent(night, "floor", "post", name, act=key, approve=key, item=key)
    assert page.status_code in (302, 404)


def test_a_character_that_no_database_keeps_is_left_out(night: House) -> None:
    """PostgreSQL refuses the character of number nought; forms do, and so do the few texts that pass no form."""
    for name, who in (("book_guests", "A"), ("door", "floor")):
        assert sent(night, who, "get", name, q="林\0").status_code == 200
    assert sent(night, "floor", "post", "tonight_decide", refuse="comp:1", reason="太多\0").status_code == 302


def test_that_character_is_left_out_of_whatever_is_sent(night: House) -> None:
    sent(
        night,
        "A",
        "post",
        "book",
        table="A1",
        guest_name="林\0先生",
        guest_phone="139\x000000 0000",
        slot="22:00",
        party_size="4",
    )
    assert Booking.objects.get().guest_name == "林先生"
    assert signed_in(user_of(night, "A")).get("/v/main/bookings/1%00/").status_code == 404


@pytest.mark.parametrize(
    "cookie",
    [r'sessionid="aaaaaaaa\000b"', r'theme="\000"; django_language="\000"', r'known_device="\000"; csrftoken="\000"'],
)
def test_that_character_is_left_out_of_cookies_too(db: None, cookie: str) -> None:
    """A cookie may be written with its characters by their numbers; the session is looked up by one."""
    sign_in = reverse("account_login")
    assert Client().get(sign_in, HTTP_COOKIE=cookie).status_code == 200
    assert Client().post(sign_in, {"login": "x", "password": "y"}, HTTP_COOKIE=cookie).status_code == 200


PART = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n+2AA-\r\n'


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-7", '"utf-16"', "x" * 3000])
def test_a_request_is_read_as_utf_8_whatever_it_claims(db: None, kind: str, charset: str) -> None:
    """Of what Python knows some is no text, and some makes half a character of what no database keeps."""
    body = ("".join(map(PART.format, ("login", "password"))) + "--x--\r\n").encode()
    kind, _semicolon, rest = kind.partition(";")
    for method, read in (("GET", b""), ("POST", body)):
        asked = {
            "REQUEST_METHOD": method, "PATH_INFO": reverse("account_login"), "QUERY_STRING": "next=%2B2AA-",
            "HTTP_HOST": "testserver", "REMOTE_ADDR": "10.0.0.1", "wsgi.input": BytesIO(read),
            "CONTENT_TYPE": f"{kind} ; Charset = {charset};{rest}", "CONTENT_LENGTH": str(len(read)),
        }  # fmt: skip
        setup_testing_defaults(asked)
        told = Mock()
        with closing(application(asked, told)) as answer:  # type: ignore[type-var]
            page = b"".join(answer).decode()
        # Such a form lacks the token, if it is one.
        assert told.call_args.args[0] == ("200 OK" if method == "GET" else "403 Forbidden")
        assert "\ud800" not in page


class Unread:
    """A body that nobody may read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("more", [1, 10**30])
def test_a_request_that_is_too_large_is_refused_before_any_of_it_is_read(night: House, more: int) -> None:
    asked = {
        "REQUEST_METHOD": "POST", "PATH_INFO": address(night, "request_new", "leave"), "wsgi.input": Unread(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(settings.LARGEST_REQUEST + more),
    }  # fmt: skip
    page = signed_in(user_of(night, "A"), "en").request(**asked)
    assert page.status_code == 413
    assert "larger than 100 MB" in page.content.decode()


def test_a_request_of_the_largest_size_is_read(night: House) -> None:
    asked = {
        "REQUEST_METHOD": "POST", "PATH_INFO": address(night, "request_new", "leave"), "wsgi.input": Unread(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(settings.LARGEST_REQUEST),
    }  # fmt: skip
    with pytest.raises(AssertionError, match="the body was read"):
        signed_in(user_of(night, "A")).request(**asked)
