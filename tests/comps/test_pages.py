"""The page on which a comp is asked for: what is left, what is refused with its article, whose tables."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from comps.models import CompItem, CompRequest
from tests.house import House
from tests.nights import at, floor_manager, held, item, opened, seated, user_of
from tests.pages.looking import at as address_of, signed_in, text_of, tree


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def page_of(house: House, booking: Booking, who: str = "A", language: str = "en", **data: Any) -> Any:
    client = signed_in(user_of(house, who), language)
    address = address_of(house, "comp_ask", booking.pk)
    with time_machine.travel(at(100), tick=False):
        return client.post(address, data) if data else client.get(address)


def test_what_is_left_is_shown_and_alcohol_is_not_offered(night: House) -> None:
    page = page_of(night, seated(night, tab="3389.00"))
    assert "169.45" in text_of(page)
    assert [squeezed.strip() for squeezed in tree(page).xpath("//label[@class='choice']//strong/text()")] == [
        "果盘",
        "花生",
    ]


def test_a_comp_over_five_percent_is_refused_with_its_article_and_stays_chosen(night: House) -> None:
    page = page_of(night, seated(night, tab="100"), item=item(night, "果盘").pk, ground="spend")
    assert page.status_code == 422
    assert tree(page).xpath("//div[@role='alert']/span[@class='badge-article']/text()") == ["3.1.A"]
    assert tree(page).xpath("//input[@name='item'][@checked]/@value") == [sent(item(night, "果盘"))]
    assert not CompRequest.objects.exists()


def sent(item: CompItem) -> str:
    """What choosing the item sends."""
    return item.sent


def test_an_item_whose_price_has_changed_since_it_was_shown_is_asked_again(night: House) -> None:
    booking = seated(night, tab="10000")
    shown = sent(item(night, "果盘"))
    CompItem.objects.filter(name="果盘").update(price=Decimal(188))
    page = page_of(night, booking, item=shown, ground="spend")
    assert page.status_code == 422
    assert "188.00" in text_of(page, "//div[@role='alert']")
    assert not CompRequest.objects.exists()
    (again,) = tree(page).xpath("//input[@name='item'][@checked]/@value")
    page_of(night, booking, item=again, ground="spend")
    assert CompRequest.objects.get().amount == Decimal(188)


def test_alcohol_sent_all_the_same_is_refused_with_its_article(night: House) -> None:
    page = page_of(night, seated(night, tab="99999"), item=item(night, "啤酒").pk, ground="spend")
    assert page.status_code == 422
    assert tree(page).xpath("//div[@role='alert']/span[@class='badge-article']/text()") == ["3.1"]


@pytest.mark.parametrize(
    "data", [{"item": "x", "ground": "spend"}, {"item": "", "ground": ""}, {"ground": "gift", "item": "1"}]
)
def test_nonsense_is_told_at_its_field(night: House, data: dict[str, str]) -> None:
    page = page_of(night, seated(night, tab="99999"), **data)
    assert page.status_code == 422
    assert tree(page).xpath("//p[@class='invalid']")


def test_what_was_asked_for_is_listed_and_can_be_taken_back(night: House) -> None:
    booking = seated(night, tab="3389.00")
    assert page_of(night, booking, item=item(night, "花生").pk, ground="spend").status_code == 302
    asked = CompRequest.objects.get()
    page = page_of(night, booking)
    [form] = tree(page).xpath("//form[contains(@action, 'withdraw')]")
    assert "waits" in text_of(page, "//ul[contains(@class, 'list')]").lower()
    with time_machine.travel(at(101), tick=False):
        signed_in(user_of(night, "A")).post(form.get("action"))
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_guest_who_has_not_come_gets_no_form(night: House) -> None:
    page = page_of(night, held(night))
    assert "3.2" in text_of(page)
    assert not tree(page).xpath("//input[@name='item']")


def test_a_house_without_a_list_says_so(night: House) -> None:
    night.venue.comp_items.all().delete()
    assert "no list of comps" in text_of(page_of(night, seated(night, tab="99")))


def test_somebody_elses_table_and_request_are_not_there(night: House, tmp_path: Any) -> None:
    booking = seated(night, tab="3389.00")
    assert page_of(night, booking, "B").status_code == 404
    page_of(night, booking, item=item(night, "花生").pk, ground="spend")
    asked = CompRequest.objects.get()
    stranger = signed_in(user_of(night, "B"))
    assert stranger.post(address_of(night, "comp_withdraw", asked.pk)).status_code == 404
    other = opened(House(tmp_path, "other"), "XYZ")
    elsewhere = signed_in(user_of(other, "X"))
    assert elsewhere.get(address_of(other, "comp_ask", booking.pk)).status_code == 404
    assert signed_in(floor_manager(night)).get(address_of(night, "comp_ask", booking.pk)).status_code == 403


def test_the_page_needs_as_many_queries_for_few_comps_as_for_many(night: House) -> None:
    booking = seated(night, tab="99999")
    counted = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert page_of(night, booking).status_code == 200
        counted.append(
            len([query for query in queries if "django_session" not in query["sql"] or "SELECT" in query["sql"]])
        )
        for minute in range(5):
            CompRequest.objects.create(
                booking=booking, employee=booking.employee, item="花生", category="snack", amount="1", ground="spend",
                asked_at=at(minute),
            )  # fmt: skip
    assert counted[0] == counted[1]
    with time_machine.travel(at(100), tick=False):
        client = signed_in(user_of(night, "A"))
        with CaptureQueriesContext(connection) as queries:
            client.get(address_of(night, "comp_ask", booking.pk))
    assert len(queries) <= 15, [query["sql"][:80] for query in queries]
