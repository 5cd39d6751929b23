"""The night's life of a booking, from the door to the account manager's phone."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Enter, Site

BOOK = """
from datetime import datetime, timedelta
from django.utils import timezone
from accounts.models import User
from bookings.booking.services.holds import book_table
from rulebook.calendar import business_day
from staff.models import Employee
employee = Employee.objects.get(venue__code="lan", number="{number}")
now = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes={ahead})
booking = book_table(
    venue=employee.venue, employee=employee, user=employee.user, table="{table}",
    day=business_day(now, employee.venue.zone), guest_name="{guest}", guest_phone="1990000{place:04}",
    expected_at=now + timedelta(minutes=60), party_size=2, now=now,
)
print(booking.pk, timezone.localtime(now, employee.venue.zone).strftime("%H:%M"))
"""


ASK_FOR_NEWS = """() => {
  const list = document.querySelector("#door-list");
  htmx.ajax("GET", list.getAttribute("hx-get"), {source: list, target: list, swap: "outerHTML"});
}"""


def booked(night: Site, *, table: str, guest: str, number: str = "101", ahead: int = 30) -> tuple[str, str]:
    """A booking registered so many minutes ago; its key, and when it was registered."""
    script = BOOK.format(number=number, table=table, guest=guest, ahead=ahead, place=abs(hash(table)) % 10_000)
    key, clock = night.manage("shell", "--verbosity", "0", "--command", script).split()
    return key, clock


def counts_of(night: Site, key: str) -> str:
    """What a booking's state, spend and reasons are by the rules."""
    script = f"""
from bookings.models import Booking
from bookings.eligibility.display import as_rule_sees
from rulebook.policy import Policy
from rulebook.sales import rule_sale
sale = rule_sale(as_rule_sees(Booking.objects.get(pk={key})), (), Policy())
print(sale.booking.state, sale.amount, ",".join(sale.reasons))
"""
    return night.manage("shell", "--verbosity", "0", "--command", script).strip()


def at_the_door(page: Page, query: str = "") -> Page:
    page.goto(f"/v/lan/door/?show=all&q={query}")
    return page


def test_the_host_confirms_the_floor_manager_settles_the_sale_stands_on_the_phone(
    night: Site, enter_night: Enter
) -> None:
    key, clock = booked(night, table="A10", guest="门先生")
    host = at_the_door(enter_night("host", "en"), "A10")
    row = host.locator(f"#booking-{key}")
    row.get_by_role("button", name="Here: A10").click()
    expect(row).to_contain_text("it counts")
    expect(row).to_contain_text(f"registered {clock}")
    expect(row).to_contain_text("seated")
    expect(row.get_by_role("button", name="Here: A10")).to_have_count(0)
    assert "¥" not in (host.locator("body").text_content() or "")

    floor = enter_night("floor", "en", screen=DESK)
    floor.goto(f"/v/lan/bookings/{key}/settle/")
    floor.locator("input[name=settle-amount]").fill("3389")
    floor.get_by_role("button", name="Settle").click()
    expect(floor.locator("main")).to_contain_text("A10 is settled at ¥3,389.00, which counts for 刘洋")

    anna = enter_night("anna", "en")
    anna.goto(f"/v/lan/bookings/{key}/")
    expect(anna.locator("main")).to_contain_text(re.compile(r"3,389"))
    assert counts_of(night, key) == f"arrived {Decimal('3389.00')}"


@pytest.mark.parametrize(("clock", "says", "ruled"), [
    ("{minutes:02}:59", "only 9 min 59 s ahead: it does not count (4.3)", "registered_late"),
    ("{next:02}:00", "10 min ahead: it counts", ""),
])  # fmt: skip
def test_registered_9_59_before_the_arrival_it_does_not_count_and_says_why(
    night: Site, enter_night: Enter, clock: str, says: str, ruled: str
) -> None:
    table = "A11" if ruled else "A12"
    key, registered = booked(night, table=table, guest="早先生")
    hour, minute = map(int, registered.split(":"))
    total = hour * 60 + minute + (9 if ruled else 10)
    at = f"{total // 60 % 24:02}:" + clock.format(minutes=total % 60, next=total % 60)
    host = at_the_door(enter_night("host", "en"), table)
    host.locator(f"#more-{key}").click()
    host.get_by_role("link", name="The time is wrong").click()
    host.locator("input[name=at]").fill(at)
    host.locator("input[name=reason]").fill("记错了")
    host.get_by_role("button", name="Confirm with this time").click()
    expect(host.locator("main")).to_contain_text(says)
    state, _amount, *reasons = counts_of(night, key).split()
    assert state == "arrived"
    assert ("registered_late" in reasons[0]) == bool(ruled)


def test_nobody_confirms_the_own_arrival(night: Site, enter_night: Enter) -> None:
    """Duo is account manager and floor manager in one."""
    key, _clock = booked(night, table="A13", guest="己先生", number="104")
    duo = at_the_door(enter_night("duo", "en"), "A13")
    row = duo.locator(f"#booking-{key}")
    expect(row).to_contain_text("Your own booking: somebody else confirms it.")
    expect(row.get_by_role("button")).to_have_count(0)
    duo.goto(f"/v/lan/door/{key}/correct/")
    expect(duo.locator("main form")).to_have_count(0)
    token = next(cookie["value"] for cookie in duo.context.cookies() if cookie["name"] == "csrftoken")
    answer = duo.request.post(f"/v/lan/door/{key}/arrive/", form={"csrfmiddlewaretoken": token})
    assert "Nobody decides on their own booking" in answer.text()
    assert counts_of(night, key).startswith("held")
    host = at_the_door(enter_night("host", "en"), "A13")
    host.locator(f"#booking-{key}").get_by_role("button", name="Here: A13").click()
    expect(host.locator(f"#booking-{key}")).to_contain_text("seated")


def test_the_list_is_searched_as_one_types_and_waits_while_a_menu_is_open(night: Site, enter_night: Enter) -> None:
    key, _clock = booked(night, table="A14", guest="寻先生")
    host = enter_night("host", "en")
    host.goto("/v/lan/door/")
    host.locator("#door-q").press_sequentially("寻先生")
    expect(host.locator("li.door-row")).to_have_count(1)
    expect(host).to_have_url(re.compile(r"q=%E5%AF%BB"))
    host.locator(f"#more-{key}").click()
    asked: list[str] = []
    host.on("request", lambda request: asked.append(request.url))
    host.evaluate(ASK_FOR_NEWS)
    assert asked == [], "a list with an open menu does not ask"
    expect(host.get_by_role("link", name="To another table")).to_be_visible()
    host.get_by_role("link", name="To another table").click()
    host.get_by_role("button", name="A15").click()
    expect(host.locator("main")).to_contain_text("寻先生 moved from A14 to A15.")


def test_a_list_learns_by_itself_what_somebody_else_did(night: Site, enter_night: Enter) -> None:
    host = at_the_door(enter_night("host", "en"), "A9")
    expect(host.locator("li.door-row")).to_have_count(0)
    key, _clock = booked(night, table="A9", guest="新先生")
    expect(host.locator(f"#booking-{key}")).to_be_visible(timeout=15_000)


def test_the_effect_of_a_violation_follows_the_form(night: Site, enter_night: Enter) -> None:
    key, _clock = booked(night, table="A16", guest="被抢", number="102")
    floor = enter_night("floor", "en")
    floor.goto("/v/lan/violations/new/")
    expect(floor.locator("#id_booking")).to_be_hidden()
    expect(floor.locator("#id_amount")).to_be_hidden()
    floor.select_option("#id_employee", label="103 孙悦")
    floor.select_option("#id_article", "4.4")
    floor.select_option("#id_booking", key)
    expect(floor.locator("#about")).to_contain_text("waits for the spend of A16")
    floor.select_option("#id_article", "4.1")
    expect(floor.locator("#about")).to_contain_text("A fine of ¥0.00")
    floor.locator("#id_amount").fill("88.50")
    expect(floor.locator("#about")).to_contain_text("A fine of ¥88.50")
    floor.locator("#id_note").fill("向客人要小费")
    floor.get_by_role("button", name="Record it").click()
    expect(floor.locator("main")).to_contain_text("is recorded of 孙悦. A fine of ¥88.50")
    expect(floor.locator("main")).to_contain_text("向客人要小费")
