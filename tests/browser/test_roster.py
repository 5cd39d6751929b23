"""The roster in the browser: set by clicks and keys, published, seen on the account manager's phone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Enter
from tests.browser.serving import CODE

ROSTER = f"/v/{CODE}/roster"


def cell(page: Page, name: str, day: int) -> str:
    """A day of somebody's row; a click replaces the row, so it is looked for each time."""
    row = page.locator(".roster tbody tr", has=page.get_by_role("link", name=name)).get_attribute("id")
    assert row is not None
    return f"#{row} button[value='{row.removeprefix('p')}:{day}']"


def test_rests_are_set_by_clicks_an_event_day_refuses_and_the_phone_is_told(enter_night: Enter) -> None:
    phone = enter_night("bella")  # who never signed in is told by word
    desk = enter_night("floor", screen=DESK)
    desk.goto(f"{ROSTER}/2026-11/")
    desk.locator(cell(desk, "王佳怡", 28)).click()
    told = desk.locator("#told .notice")
    expect(told).to_have_class("notice error")
    expect(told).to_contain_text("11月28日 周六 是活动日")
    expect(told).to_contain_text("1.2.C")
    expect(desk.locator(cell(desk, "王佳怡", 28))).to_have_attribute("name", "rest")

    desk.goto(f"{ROSTER}/2026-12/")
    for day in (8, 15):  # the second before the first has answered: both are set
        desk.locator(cell(desk, "王佳怡", day)).click(no_wait_after=True)
    for day in (8, 15):
        expect(desk.locator(cell(desk, "王佳怡", day))).to_have_attribute("name", "work")
    expect(desk.locator(f"{cell(desk, '王佳怡', 8)} >> xpath=ancestor::tr >> .used")).to_contain_text("2 / 3")
    expect(desk.locator("#off td").nth(7)).to_have_text("1")
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("Enter")
    expect(desk.locator(cell(desk, "王佳怡", 14))).to_have_attribute("name", "work")
    expect(desk.locator(cell(desk, "王佳怡", 14))).to_be_focused()
    desk.locator(cell(desk, "王佳怡", 14)).click()
    expect(desk.locator(cell(desk, "王佳怡", 14))).to_have_attribute("name", "rest")

    desk.locator("#publication .btn-primary").click()
    expect(desk.locator("main > .notice.success")).to_contain_text("通知 1 人")
    expect(desk.locator("#publication .btn-primary")).to_have_count(0)

    phone.goto(f"/v/{CODE}/messages/")
    message = phone.locator("main a", has_text="12月8日 周二、12月15日 周二").first
    expect(message).to_be_visible()
    message.click()
    phone.wait_for_url("**/mine/calendar/2026-12/")
    for day in ("08", "15"):
        expect(phone.locator(f"a[href='#d2026-12-{day}'] .day-word")).to_have_text("休息")


def test_on_the_phone_one_person_at_a_time_also_without_a_script(enter_night: Enter) -> None:
    for scripts in (True, False):
        phone = enter_night("floor", java_script_enabled=scripts)
        phone.goto(f"{ROSTER}/2026-12/")
        phone.locator(".phone .list-row", has_text="刘洋").click()
        day = phone.locator(".roster-day[name=rest]", has_text="10").first
        day.click()
        expect(phone.locator(".roster-day[name=work]")).to_have_count(1)
        expect(phone.locator(".allowances .key").first).to_have_text("1")
        box = phone.locator(".roster-day[name=work]").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        phone.locator(".roster-day[name=work]").click()
        expect(phone.locator(".roster-day[name=work]")).to_have_count(0)
