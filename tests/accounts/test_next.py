"""Where ``next`` leads: to a page of this house, or where it would have led without; never to an error."""

from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.requests import came_from, following, own_page
from bookings.models import Booking
from tests.house import House
from tests.nights import floor_manager, opened, seated
from tests.pages.looking import at, signed_in, tree
from tests.pages.walking import form_of

NO_PAGE = (
    "",
    " ",
    "door",
    "home",
    "payroll_month",
    "set_theme",
    "tests.nights",
    "door/",
    "?x=1",
    "#here",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "http://evil.example/",
    "https:evil.example",
    "http://testserver//evil.example/",
    "http://[",
    "http://testserver:x/",
    "javascript:alert(1)",
    "/no/such/page/",
    "/v/main/door/\r\nSet-Cookie: x=1",
    "/v/main/door/\0",
    "/v/main/door/?q=" + "x" * 3000,
    "\u202e/v/main/door/",
    "9" * 5000,
    "😀",
)


def asked(next_page: str = "", referer: str = "") -> HttpRequest:
    headers = {"referer": referer} if referer else {}
    return RequestFactory().post("/theme/", {"next": next_page}, headers=headers)


@pytest.mark.parametrize("address", NO_PAGE)
def test_what_is_no_page_of_this_house_is_not_led_to(address: str) -> None:
    assert own_page(asked(), address) == ""
    assert following(asked(address), "/otherwise/") == "/otherwise/"
    assert came_from(asked(referer=address), "/otherwise/") == "/otherwise/"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/", "/"),
        ("/v/main/door/", "/v/main/door/"),
        ("/v/main/door/?show=all&q=林", "/v/main/door/?show=all&q=林"),
        ("http://testserver/v/main/door/?q=1#top", "/v/main/door/?q=1"),
        ("/admin/", "/admin/"),
    ],
)
def test_a_page_of_this_house_is_led_to(address: str, leads: str) -> None:
    assert own_page(asked(), address) == leads


def test_a_page_of_this_house_without_the_lock_is_none_behind_https() -> None:
    request = RequestFactory().get("/", secure=True)
    assert own_page(request, "http://testserver/v/main/door/") == ""
    assert own_page(request, "https://testserver/v/main/door/") == "/v/main/door/"


def held_on(client: Client, address: str) -> dict[str, str]:
    """What the form of a page holds that is sent back there."""
    page = tree(client.get(address))
    forms = [form_of("", page, element, address) for element in page.xpath("//form")]
    return next(form.fields for form in forms if form.address == address)


class TestEveryPlaceThatTakesIt:
    @pytest.fixture(scope="class")
    def night(self, kept_house: House) -> House:
        opened(kept_house, "A")
        user = floor_manager(kept_house)
        user.set_password("correct horse 1")
        user.save()
        seated(kept_house)
        return kept_house

    @pytest.fixture
    def places(self, night: House, db: None) -> dict[str, tuple[str, dict[str, Any], str]]:
        """By place: its address, what is sent, where it leads without ``next``."""
        pk = Booking.objects.get().pk
        door = at(night, "door")
        return {
            "sign-in": (reverse("account_login"), {"login": "floor", "password": "correct horse 1"}, "/"),
            "theme": (reverse("set_theme"), {"theme": "dark"}, "/"),
            "language": (reverse("set_language"), {"language": "en"}, "/"),
            "settle": (at(night, "booking_settle", pk), {"settle-amount": "100", "settle-reason": "x"}, door),
            "announce": (at(night, "booking_announce", pk), {}, at(night, "booking", pk)),
            "arrive": (at(night, "door_arrive", pk), {}, door),
        }

    @pytest.mark.parametrize("place", ["sign-in", "theme", "language", "settle", "announce", "arrive"])
    def test_the_act_is_done_and_leads_where_it_would_without(
        self, places: dict[str, tuple[str, dict[str, Any], str]], night: House, place: str
    ) -> None:
        address, sent, otherwise = places[place]
        client = Client() if place == "sign-in" else signed_in(User.objects.get(username="floor"))
        shown = held_on(client, address) if place == "settle" else {}
        for odd in (one for one in NO_PAGE if "\0" not in one):  # that character is left out before
            if place == "sign-in":
                client = Client()
            with transaction.atomic():
                page = client.post(address, {**shown, **sent, "next": odd})
                transaction.set_rollback(True)
            assert (page.status_code, page["Location"]) == (302, otherwise), odd
        client = Client() if place == "sign-in" else client
        page = client.post(address, {**shown, **sent, "next": at(night, "tonight")})
        assert page["Location"] == at(night, "tonight")
