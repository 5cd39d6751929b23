"""The floor manager's tonight in a browser: comps refused and given, decisions by key, the night closed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Enter, fresh, served
from tests.browser.serving import CODE, PHONE, Site
from tests.databases import Templates

MORNING = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
"""Sunday, 02:10 in Shanghai: the shift of Saturday has just ended."""
OPEN_COMP = """
from bookings.models import Booking
print(Booking.objects.get(venue__code="lan", table="V5", state="arrived", spend=None).pk)
"""
ALCOHOL = "from comps.models import CompItem; print(CompItem.objects.get(category='alcohol').pk)"


def shell(site: Site, command: str) -> str:
    return site.manage("shell", "--verbosity", "0", "--command", command).strip()


def ask(page: Page, item: str) -> None:
    page.locator(".choice", has_text=item).tap()
    page.get_by_role("button", name="申请签送").tap()


def test_a_comp_over_five_percent_and_alcohol_are_refused_with_the_article_and_one_within_is_given(
    enter_night: Enter, night: Site
) -> None:
    phone = enter_night("anna", has_touch=True)
    address = f"/v/{CODE}/bookings/{shell(night, OPEN_COMP)}/comp/"
    phone.goto(address)
    expect(phone.locator(".choices")).not_to_contain_text("啤酒")
    phone.locator("[name=item]").first.evaluate("(box, pk) => { box.value = pk; }", shell(night, ALCOHOL))
    phone.locator(".choice").first.tap()
    phone.get_by_role("button", name="申请签送").tap()
    expect(phone.locator("[role=alert] .badge-article")).to_have_text("3.1")
    ask(phone, "大果盘")  # 128.00 of 134.00
    expect(phone.locator(".list-row", has_text="大果盘")).to_contain_text("待批准")
    ask(phone, "花生")
    expect(phone.locator("[role=alert] .badge-article")).to_have_text("3.1.A")
    expect(phone.locator("[role=alert]")).to_contain_text("6.00")

    desk = enter_night("floor", screen=DESK)
    desk.goto(f"/v/{CODE}/tonight/")
    waiting = desk.locator(".decision", has_text="大果盘")
    expect(waiting).to_have_count(1)
    for _step in range(10):  # J walks down the queue to it
        if "is-focused" in (waiting.get_attribute("class") or ""):
            break
        desk.keyboard.press("j")
    expect(waiting).to_contain_text("¥134.00")
    expect(waiting).to_contain_text("¥6.00")
    desk.keyboard.press("a")
    expect(desk.locator(".decision", has_text="大果盘")).to_have_count(0)
    phone.goto(address)
    expect(phone.locator(".list-row", has_text="大果盘")).to_contain_text("已批准")
    phone.goto(f"/v/{CODE}/messages/")
    expect(phone.locator("main .list-row").first).to_contain_text("大果盘")


def test_the_board_takes_one_tap_for_a_punch_and_tells_what_absence_costs(enter_night: Enter) -> None:
    desk = enter_night("floor", screen=DESK)
    desk.goto(f"/v/{CODE}/tonight/")
    missing = desk.locator(".person.missing", has_text="孙悦")
    expect(missing).to_contain_text("1.2.D")
    missing.get_by_role("button").click()
    expect(desk.locator(".person.missing", has_text="孙悦")).to_have_count(0)
    expect(desk.locator(".person", has_text="孙悦")).to_contain_text("在岗")
    page = enter_night("floor")
    page.goto(f"/v/{CODE}/tonight/")
    expect(page.locator(".board-plan")).to_be_visible()
    page.locator(".tab", has_text="人").click()
    expect(page.locator(".board-plan")).to_be_hidden()
    expect(page.locator(".board-people")).to_be_visible()


def test_a_refusal_by_key_asks_for_its_reason_and_the_board_waits_meanwhile(enter_night: Enter, night: Site) -> None:
    shell(
        night,
        """
from datetime import timedelta
from django.utils import timezone
from attendance.requests.kinds.leave import ask_leave
from rulebook.calendar import business_day
from staff.models import Employee
who = Employee.objects.select_related("venue", "user").get(venue__code="lan", number="102")
now = timezone.now()
day = business_day(now, who.venue.zone) + timedelta(days=6)
ask_leave(employee=who, user=who.user, kind="personal", first=day, last=day, reason="搬家", now=now)
""",
    )
    desk = enter_night("floor", screen=DESK)
    desk.goto(f"/v/{CODE}/tonight/")
    waiting = desk.locator(".decision", has_text="搬家")
    for _step in range(10):
        if "is-focused" in (waiting.get_attribute("class") or ""):
            break
        desk.keyboard.press("j")
    desk.keyboard.press("r")
    why = waiting.locator("[name=reason]")
    expect(why).to_be_focused()
    why.press_sequentially("那天是活动日")
    desk.wait_for_timeout(6_000)  # longer than the board asks for news
    expect(why).to_have_value("那天是活动日")
    why.press("Enter")  # refuses: the first of its two buttons
    expect(desk.locator(".decision", has_text="搬家")).to_have_count(0)
    phone = enter_night("bella")
    phone.goto(f"/v/{CODE}/messages/")
    expect(phone.locator("main .list-row").first).to_contain_text("那天是活动日")


@pytest.fixture(scope="module")
def morning(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Path) -> Iterator[Site]:
    """The same venue as `night` at the shift's end."""
    with fresh(templates, tmp_path_factory.mktemp("morning"), statics=statics, at=MORNING) as site:
        site.manage("shell", "--command", "from tests.browser.evening import begin; begin()")
        with served(site):
            yield site


def test_the_night_is_closed_and_what_was_open_is_settled(morning: Site, entrance: Enter) -> None:
    page = entrance(morning, "floor", "zh-hans", PHONE)
    page.goto(f"/v/{CODE}/tonight/close/")
    expect(page.locator(".closing-sum b")).to_have_text("8")  # four held, one table, three departures
    page.get_by_role("button", name="全部记下班").click()
    expect(page.locator(".closing-sum b")).to_have_text("5")
    for left in ("4", "3", "2", "1"):
        page.get_by_role("button", name="未到", exact=True).first.click()
        expect(page.locator(".closing-sum b")).to_have_text(left)
    page.get_by_role("link", name="结账", exact=True).click()
    settle = page.locator("form[action*='/settle/']")
    settle.locator("input[name$='amount']").fill("2960")
    settle.locator("button").click()
    question = settle.locator("[data-question]")  # the tab stands at another amount: both are said, nothing is done
    expect(question).to_contain_text("挂账 ¥2,680.00，你结的是 ¥2,960.00")
    settle.locator("button").click()
    expect(question).to_have_count(0)
    page.goto(f"/v/{CODE}/tonight/close/")
    expect(page.locator(".closing-sum b")).to_have_count(0)
    page.get_by_role("button", name="收夜").click()
    expect(page.locator(".notice").first).to_contain_text("没有未了的事")
    page.goto(f"/v/{CODE}/tonight/")
    expect(page.locator(".board-notice")).to_contain_text("周敏")


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "今晚"), ("en", "Tonight")])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_phones_home_in_both_languages_and_themes_and_signing_out(
    enter_night: Enter, language: str, name: str, scheme: str
) -> None:
    page = enter_night("anna", language, color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".dock-act .btn")).to_be_in_viewport()
    page.locator(".account summary").click()
    page.locator(".account form[action*='sign-out'] button").click()
    page.wait_for_url("**/sign-in/**")
    page.goto(f"/v/{CODE}/night/")
    assert "/sign-in/" in page.url
