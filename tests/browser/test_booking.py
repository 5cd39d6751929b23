"""A table booked on a phone: few taps, the same second, a line from a chat, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import CODE, Site

BOOK = f"/v/{CODE}/book/"
Enter = Callable[..., Page]


def booked(site: Site, code: str) -> list[str]:
    """The guests for whom a table is held."""
    held = f"Booking.objects.filter(table='{code}', state='held').values_list('guest_name', flat=True)"
    script = f"from bookings.models import Booking; print('held:', *{held}, sep='|')"
    return site.manage("shell", "--command", script).strip().splitlines()[-1].split("|")[1:]


class Taps:
    """A person at a phone, whose taps and fields are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).first.tap()

    def type(self, text: str) -> None:
        """Into the field that has the focus already."""
        self.fields += 1
        self.page.keyboard.type(text)


def test_a_known_guest_is_booked_in_three_taps_and_two_fields(enter_night: Enter, night: Site) -> None:
    page = enter_night("anna", has_touch=True)
    page.goto(BOOK)
    hand = Taps(page)
    hand.tap("label.tile:has([value=B5])")
    expect(page.locator("#q")).to_be_focused()
    hand.type("林")
    expect(page.locator("#guests mark")).to_have_text("林")
    hand.tap("#guests label:has-text('林先生')")
    expect(page.locator("#book-it")).to_contain_text("B5")
    expect(page.locator("#book-it")).to_contain_text("林先生")
    hand.tap("#book-it")
    page.wait_for_url("**/bookings/*/")
    assert hand.taps <= 3
    assert hand.fields <= 2
    assert booked(night, "B5") == ["林先生"]
    expect(page.locator("dl")).to_contain_text("19900001017")


def test_the_chosen_table_stays_in_sight_above_the_sheet(enter_night: Enter) -> None:
    page = enter_night("anna", has_touch=True)
    page.goto(BOOK)
    for code in ("V2", "B7", "B13"):
        page.locator(f"label.tile:has([value={code}])").tap()
        chosen, sheet = (page.locator(one).bounding_box() for one in (f"label.tile:has([value={code}])", ".sheet"))
        assert chosen is not None
        assert sheet is not None
        assert chosen["y"] >= 0
        assert chosen["y"] + chosen["height"] <= sheet["y"], code


def test_of_two_phones_in_the_same_moment_one_wins_and_the_other_is_offered_a_neighbour(
    enter_night: Enter, night: Site
) -> None:
    one, other = enter_night("anna", has_touch=True), enter_night("carl", has_touch=True)
    for page in (one, other):
        page.goto(BOOK)
        page.locator("label.tile:has([value=B10])").tap()
    one.locator("#guests label:has-text('林先生')").tap()
    other.locator("#guests label:has-text('吴姐')").tap()
    other.locator(".note-field summary").tap()
    other.locator("#note").fill("生日")
    one.locator("#book-it").tap()
    one.wait_for_url("**/bookings/*/")
    other.locator("#book-it").tap()
    expect(other.locator(".taken")).to_contain_text("B10")
    near = other.locator(".taken-near button")
    expect(near).to_have_count(3)
    code = near.first.inner_text()
    assert code in ("B9", "B11")
    near.first.tap()
    other.wait_for_url("**/bookings/*/")
    expect(other.locator("main")).to_contain_text("吴姐")
    expect(other.locator("main")).to_contain_text("生日")
    assert booked(night, "B10") == ["林先生"]
    assert booked(night, code) == ["吴姐"]


def test_a_second_tap_on_the_button_makes_no_second_booking(enter_night: Enter, night: Site) -> None:
    page = enter_night("anna", has_touch=True)
    page.goto(BOOK + "?table=B1")
    page.locator("#guests label:has-text('黄女士')").tap()
    page.locator("#book-it").dblclick()
    page.wait_for_url("**/bookings/*/")
    assert booked(night, "B1") == ["黄女士"]


def test_a_pasted_line_fills_the_form_and_is_confirmed(enter_night: Enter, night: Site) -> None:
    page = enter_night("anna", has_touch=True)
    page.goto(BOOK)
    page.locator(".paste summary").tap()
    page.locator("#line").fill("B14 陈小姐 139-3333-4444 10点半 2人 靠窗")
    page.locator("[name=paste]").tap()
    expect(page.locator("#book-it")).to_contain_text("B14")
    expect(page.locator("#book-it")).to_contain_text("陈小姐")
    expect(page.locator("#book-it")).to_contain_text("22:30")
    expect(page.locator("#guest_phone")).to_have_value("13933334444")
    assert booked(night, "B14") == []
    page.locator("#book-it").tap()
    page.wait_for_url("**/bookings/*/")
    expect(page.locator("main")).to_contain_text("13933334444")
    assert booked(night, "B14") == ["陈小姐"]


def test_the_moment_of_the_tap_goes_with_it(enter_night: Enter, night: Site) -> None:
    page = enter_night("anna", has_touch=True)
    page.goto(BOOK + "?table=B6")
    page.locator("#guests label:has-text('赵总')").tap()
    page.locator("#book-it").tap()
    page.wait_for_url("**/bookings/*/")
    script = (
        "from bookings.models import Booking; b = Booking.objects.get(table='B6', state='held'); "
        "print(abs((b.registered_at - b.tapped_at).total_seconds()) < 60)"
    )
    assert night.manage("shell", "--command", script).strip().endswith("True")


def test_it_works_without_scripts(enter_night: Enter, night: Site) -> None:
    page = enter_night("anna", has_touch=True, java_script_enabled=False)
    page.goto(BOOK)
    page.locator("label.tile:has([value=B8])").tap()
    page.locator("#guests label:has-text('新客人'), #guests label:last-of-type").last.tap()
    page.locator("#guest_name").fill("钱生")
    page.locator("#guest_phone").fill("13955556666")
    page.locator("#book-it").tap()
    page.wait_for_url("**/bookings/*/")
    assert booked(night, "B8") == ["钱生"]


@pytest.mark.parametrize("width", [360, 390, 768, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_scrolls_sideways(enter_night: Enter, width: int, language: str) -> None:
    page = enter_night("anna", language, screen={"width": width, "height": 780}, has_touch=True)
    for address in (BOOK, BOOK + "?table=B11", BOOK + "2026-11-22/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(BOOK)
    page.locator("a.tile").first.click()
    for part in ("change", "cancel"):
        page.wait_for_url("**/bookings/*/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator(f"a[href$='/{part}/']").count() == 0:
            break
        page.locator(f"a[href$='/{part}/']").first.click()
        page.wait_for_url(f"**/{part}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, part
        page.go_back()
