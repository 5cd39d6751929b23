"""The wrong thing is not done: Back, held keys, two tabs, a session that ended, a server that fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PASSWORD, PHONE, Enter
from tests.browser.serving import CODE, Site

BOOK, TONIGHT, MESSAGES = f"/v/{CODE}/book/", f"/v/{CODE}/tonight/", f"/v/{CODE}/messages/"
DECIDE = "**/tonight/decide/"
CHOSEN = (
    """() => Array.from(document.querySelectorAll("main :checked:not(option, [name=tab])")).map(box => box.value)"""
)
SCREENS = pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
WHY = [f"事由{sign}" for sign in "甲乙丙丁戊己庚辛壬癸"]
ASK = f"""
from datetime import timedelta
from django.utils import timezone
from attendance.requests.kinds.leave import ask_leave
from rulebook.calendar import business_day
from staff.models import Employee
who = Employee.objects.select_related("venue", "user").get(venue__code="{CODE}", number="103")
now = timezone.now()
for place, why in enumerate({WHY!r}):
    day = business_day(now, who.venue.zone) + timedelta(days=40 + place)
    ask_leave(employee=who, user=who.user, kind="personal", first=day, last=day, reason=why, now=now)
"""
DONE = """
from attendance.models import Request
from bookings.models import Booking
Request.objects.filter(reason__startswith="事由").delete()
Booking.objects.filter(guest_phone="19900005555").delete()
"""


@pytest.fixture
def forgiven() -> tuple[str, ...]:
    return ("500 (Internal", "401 (Unauthorized)", "Response Status Error Code", "Service Worker registration blocked")


@pytest.fixture(scope="module")
def asked(night: Site) -> Any:
    """Ten requests that wait for the floor manager."""
    night.manage("shell", "--command", ASK)
    yield night
    night.manage("shell", "--command", DONE)


@pytest.fixture
def floor(asked: Site, enter_night: Enter) -> Callable[..., Page]:
    """The floor manager's night, the queue in sight."""

    def enter(screen: dict[str, int]) -> Page:
        # Through a service worker a request may pass what a test puts in its way.
        page = enter_night("floor", screen=screen, service_workers="block")
        page.goto(TONIGHT)
        if screen is PHONE:
            page.locator("label[for=tab-queue]").click()
        return page

    return enter


def waiting(page: Page, why: str) -> Any:
    return page.locator(".decision", has_text=why)


def opened(page: Page, why: str) -> Any:
    """The thing unfolded and in focus."""
    item = waiting(page, why)
    if not item.locator(".decision-body").is_visible():
        item.locator("summary").click()
    return item


def sign_in(page: Page, name: str) -> None:
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main .btn-primary").click()


# --- Back -------------------------------------------------------------------------------------------------
@SCREENS
def test_back_on_the_queue_ticks_no_other_request_than_the_one_ticked(
    floor: Callable[..., Page], screen: dict[str, int]
) -> None:
    page, gone = floor(screen), WHY[0] if screen is PHONE else WHY[1]
    box = page.locator(".decision [name=item]").nth(2)
    box.check()
    page.goto(MESSAGES)
    other = page.context.new_page()  # meanwhile the first is decided: all others move up
    other.goto(TONIGHT)
    if screen is PHONE:
        other.locator("label[for=tab-queue]").click()
    opened(other, gone).locator("[name=approve]").click()
    expect(waiting(other, gone)).to_have_count(0)
    page.go_back()
    expect(page.locator(".decision").first).to_be_attached()
    assert page.evaluate(CHOSEN) == []


@SCREENS
def test_back_on_the_booking_page_chooses_no_other_guest_and_no_other_table(
    enter_night: Enter, screen: dict[str, int]
) -> None:
    page = enter_night("anna", screen=screen)
    page.goto(BOOK)
    before = page.evaluate(CHOSEN)
    page.locator("label.tile.can").nth(3).click()
    page.locator("#q").fill("黄")
    expect(page.locator("#guests mark").first).to_have_text("黄")
    page.locator("#guests label").first.click()
    page.goto(MESSAGES)
    page.go_back()
    expect(page.locator("#booking")).to_be_visible()
    assert page.evaluate(CHOSEN) == before
    expect(page.locator("#summary")).not_to_contain_text("黄")


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("floor", ["violations/checklist/"]),
        ("anna", ["requests/new/rest/?month=2026-12", "requests/new/punch/", "requests/new/business/"]),
        ("host", ["door/walk-in/"]),
        ("owner", ["house/users/new/", "policy/2026-12/"]),
        ("hr", ["payroll/2026-11/"]),
    ],
)
def test_back_on_a_list_with_ticks_ticks_nothing(enter_night: Enter, name: str, places: list[str]) -> None:
    page = enter_night(name, screen=DESK)
    for place in places:
        answer = page.goto(f"/v/{CODE}/{place}")
        assert answer is not None
        assert answer.ok, place
        before = page.evaluate(CHOSEN)
        page.evaluate(
            "() => document.querySelectorAll('main :is([type=radio], [type=checkbox]):enabled').forEach(b => b.click())"
        )
        assert page.evaluate(CHOSEN) != before, place
        page.goto(MESSAGES)
        page.go_back()
        assert page.url.endswith(place)
        assert page.evaluate(CHOSEN) == before, place


# --- keys -------------------------------------------------------------------------------------------------
def test_a_click_moves_the_focus_and_the_key_acts_where_its_sign_is_shown_once_however_long_it_is_held(
    floor: Callable[..., Page],
) -> None:
    page = floor(DESK)
    opened(page, WHY[4])
    expect(page.locator(".decision.is-focused")).to_have_count(1)
    expect(waiting(page, WHY[4])).to_have_class("decision is-focused")
    shown = page.locator(".decision-approve kbd:visible")
    expect(shown).to_have_count(1)
    expect(waiting(page, WHY[4]).locator(".decision-approve kbd")).to_be_visible()
    before = page.locator(".decision").count()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    for _repeat in range(4):
        page.keyboard.down("a")
    expect(waiting(page, WHY[4])).to_have_count(0)
    for _repeat in range(4):
        page.keyboard.down("a")
    page.keyboard.up("a")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    expect(page.locator(".decision")).to_have_count(before - 1)


def test_a_key_does_nothing_where_what_was_in_focus_is_gone(floor: Callable[..., Page]) -> None:
    page = floor(DESK)
    opened(page, WHY[5])
    other = page.context.new_page()
    other.goto(TONIGHT)
    opened(other, WHY[5]).locator("[name=approve]").click()
    expect(waiting(other, WHY[5])).to_have_count(0)
    other.close()
    expect(waiting(page, WHY[5])).to_have_count(0, timeout=10_000)
    before = page.locator(".decision").count()
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    expect(page.locator(".decision")).to_have_count(before)
    page.keyboard.press("j")
    expect(page.locator(".decision.is-focused")).to_have_count(1)


# --- two tabs ---------------------------------------------------------------------------------------------
@SCREENS
def test_of_two_tabs_the_second_is_told_what_was_decided_in_the_first(
    floor: Callable[..., Page], screen: dict[str, int]
) -> None:
    page, why = floor(screen), WHY[6] if screen is PHONE else WHY[7]
    page.route("**/tonight/poll/**", lambda route: route.abort())
    item = opened(page, why)
    item.locator("[name=reason]").fill("不行")
    other = page.context.new_page()
    other.goto(TONIGHT)
    if screen is PHONE:
        other.locator("label[for=tab-queue]").click()
    opened(other, why).locator("[name=approve]").click()
    expect(waiting(other, why)).to_have_count(0)
    item.locator("[name=refuse]").click()
    expect(page.locator(".board-notice.error")).to_contain_text("已批准")
    expect(waiting(page, why)).to_have_count(0)


# --- what fails -------------------------------------------------------------------------------------------
@SCREENS
@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "服务器出错"), (404, "没有办成"), (403, "没有办成"), (422, "没有办成"), (None, "没有收到回应")],
)
def test_whatever_goes_wrong_is_said_with_what_to_do_and_what_was_typed_can_be_sent_again(
    floor: Callable[..., Page], screen: dict[str, int], status: int | None, said: str
) -> None:
    page = floor(screen)
    page.route(DECIDE, lambda route: route.fulfill(status=status, body="x") if status else route.abort())
    item = opened(page, WHY[8])
    item.locator("[name=reason]").fill("那天不行")
    item.locator("[name=refuse]").click()
    notice = page.locator("#failed [role=alert]")
    expect(notice).to_contain_text(said)
    expect(notice).to_be_in_viewport()
    expect(notice.get_by_role("button", name="重新加载页面")).to_be_visible()
    expect(item.locator("[name=reason]")).to_have_value("那天不行")
    page.unroute(DECIDE)
    item.locator("[name=reason]").fill("")
    item.locator("[name=refuse]").click()  # the same button, sent in earnest: a refusal needs its reason
    expect(page.locator(".board-notice.error")).to_be_visible()
    expect(notice).to_have_count(0)


@SCREENS
def test_a_refusal_without_its_reason_is_said_at_the_field_of_that_request(
    floor: Callable[..., Page], screen: dict[str, int]
) -> None:
    page = floor(screen)
    item = opened(page, WHY[8])
    item.locator("[name=refuse]").click()
    why = item.locator("[name=reason]")
    expect(why).to_be_focused()
    expect(why).to_have_attribute("aria-invalid", "true")
    said = item.locator(f"#{why.get_attribute('aria-describedby')}")
    expect(said).to_be_in_viewport()
    expect(page.locator("[data-at]")).to_have_count(0)


@SCREENS
def test_a_correction_without_its_reason_is_said_at_the_field_of_the_form_that_was_sent(
    enter_night: Enter, screen: dict[str, int]
) -> None:
    page = enter_night("floor", screen=screen, service_workers="block")
    page.goto(f"/v/{CODE}/tonight/people/3/")
    form = page.locator("main form.closing-form").nth(1)
    form.locator("[name=reason]").fill(" ")
    form.locator("[value=vouch]").click()
    expect(form.locator("[name=reason]")).to_be_focused()
    said = form.locator(f"#{form.locator('[name=reason]').get_attribute('aria-describedby')}")
    expect(said).to_be_in_viewport()


@SCREENS
def test_a_table_asked_for_a_time_that_has_passed_shows_the_question_wherever_the_table_stands(
    enter_night: Enter, screen: dict[str, int]
) -> None:
    page = enter_night("anna", screen=screen, service_workers="block")
    page.goto(BOOK)
    page.locator("label.tile.can").last.click()
    page.locator("[name=slot]").select_option("other")
    page.locator("#clock").fill("20:01")
    page.locator("#guests label").first.click()
    page.locator("#book-it").click()
    expect(page.locator("[data-question]")).to_contain_text("已经过了")
    expect(page.locator("[data-question]")).to_be_in_viewport()


def test_what_is_typed_and_ticked_on_the_board_outlives_its_renewal(floor: Callable[..., Page]) -> None:
    page = floor(DESK)
    waiting(page, WHY[8]).locator("[name=item]").check()
    opened(page, WHY[9]).locator("[name=reason]").fill("另一天")
    page.locator("#why-several").fill("都不行")
    page.locator("#why-several").blur()
    version = page.locator("#board").get_attribute("hx-get")
    other = page.context.new_page()
    other.goto(TONIGHT)
    opened(other, WHY[2]).locator("[name=approve]").click()
    expect(waiting(other, WHY[2])).to_have_count(0)
    other.close()
    expect(waiting(page, WHY[2])).to_have_count(0, timeout=10_000)
    assert page.locator("#board").get_attribute("hx-get") != version
    expect(waiting(page, WHY[8]).locator("[name=item]")).to_be_checked()
    expect(page.locator("[name=item]:checked")).to_have_count(1)
    expect(waiting(page, WHY[9]).locator("[name=reason]")).to_have_value("另一天")
    expect(waiting(page, WHY[9])).to_have_class("decision is-focused")
    expect(page.locator("#why-several")).to_have_value("都不行")
    opened(page, WHY[3]).locator("[name=approve]").click()  # renewed by a decision too
    expect(waiting(page, WHY[3])).to_have_count(0)
    expect(waiting(page, WHY[8]).locator("[name=item]")).to_be_checked()
    expect(page.locator("#why-several")).to_have_value("都不行")


# --- a session that ended ---------------------------------------------------------------------------------
KEPT = "() => sessionStorage.getItem('typed')"


def fill_booking(page: Page) -> str:
    """Fill in a booking of the last table that is free, whatever other tests have taken; the table's code."""
    page.goto(BOOK)
    tile = page.locator("label.tile.can").last
    table = tile.locator("input").get_attribute("value")
    assert table is not None
    tile.click()
    page.locator("#guests label").last.click()
    page.locator("#guest_name").fill("欧阳先生")
    page.locator("#guest_phone").fill("19900005555")
    return table


@SCREENS
def test_signed_out_while_typing_the_form_is_there_again_after_signing_in(
    asked: Site, enter_night: Enter, screen: dict[str, int]
) -> None:
    page = enter_night("anna", screen=screen)
    table = fill_booking(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("#book-it").click()
    page.wait_for_url("**/sign-in/**")
    expect(page.locator(".notice.warning")).to_contain_text("没有保存")
    sign_in(page, "anna")
    page.wait_for_url(f"**{BOOK}")
    expect(page.locator("#booking .not-saved")).to_contain_text("尚未保存")
    expect(page.locator("#guest_name")).to_have_value("欧阳先生")
    expect(page.locator("#guest_phone")).to_have_value("19900005555")
    expect(page.locator("#book-it")).to_contain_text(table)
    assert page.evaluate(KEPT) is None
    page.reload()
    expect(page.locator(".not-saved")).to_have_count(0)


def test_what_was_typed_is_gone_once_it_is_saved_or_somebody_else_signs_in(asked: Site, enter_night: Enter) -> None:
    page = enter_night("anna", screen=PHONE)
    fill_booking(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("#book-it").click()
    page.wait_for_url("**/sign-in/**")
    assert "欧阳先生" in page.evaluate(KEPT)
    sign_in(page, "bella")
    page.wait_for_url(f"**{BOOK}")
    assert page.evaluate(KEPT) is None
    expect(page.locator(".not-saved")).to_have_count(0)
    expect(page.locator("#guest_name")).to_have_value("")
    fill_booking(page)
    page.locator("#book-it").click()
    page.wait_for_url("**/bookings/*/")
    assert page.evaluate(KEPT) is None


@SCREENS
def test_after_a_server_that_failed_what_was_typed_is_there_again(
    asked: Site, enter_night: Enter, screen: dict[str, int]
) -> None:
    page = enter_night("anna", screen=screen, service_workers="block")
    fill_booking(page)
    failed = render_to_string("500.html", {"request_id": "a1"})
    page.route(
        f"**{BOOK}",
        lambda route: (
            route.fulfill(status=500, body=failed, content_type="text/html")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.locator("#book-it").click()
    expect(page.locator("h1")).to_have_text("出错了")
    page.get_by_text("回到你填写的内容").click()
    expect(page.locator("#guest_name")).to_have_value("欧阳先生")
    expect(page.locator("#booking .not-saved")).to_contain_text("是否已经办成")
    assert page.evaluate(KEPT) is None


def test_signed_out_on_the_board_it_is_said_and_the_reason_typed_is_there_again(floor: Callable[..., Page]) -> None:
    page = floor(DESK)
    opened(page, WHY[9]).locator("[name=reason]").fill("另一天再说")
    page.context.clear_cookies(name="sessionid")
    waiting(page, WHY[9]).locator("[name=refuse]").click()
    notice = page.locator("#failed [role=alert]")
    expect(notice).to_contain_text("登录")
    expect(waiting(page, WHY[9]).locator("[name=reason]")).to_have_value("另一天再说")
    notice.get_by_role("link").click()
    page.wait_for_url("**/sign-in/**")
    sign_in(page, "floor")
    page.wait_for_url(f"**{TONIGHT}")
    expect(waiting(page, WHY[9]).locator("[name=reason]")).to_have_value("另一天再说")
    expect(waiting(page, WHY[9]).locator(".not-saved")).to_be_visible()


def test_numbers_that_are_secret_and_passwords_are_never_kept(enter_night: Enter) -> None:
    page = enter_night("hr", screen=DESK)
    page.goto(f"/v/{CODE}/people/new/")
    page.locator("[name=name]").fill("新来的")
    page.locator("[name=id_number]").fill("110101199003090012")
    page.locator("[name=bank_account]").fill("6222020200112233")
    page.context.clear_cookies(name="sessionid")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/sign-in/**")
    kept = page.evaluate(KEPT)
    assert "新来的" in kept
    assert "110101199003090012" not in kept
    assert "6222020200112233" not in kept
