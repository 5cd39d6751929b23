"""Requests in the browser: asked on the phone, answered by a colleague, decided by the supervisor."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Enter
from tests.browser.serving import CODE

REQUESTS = f"/v/{CODE}/requests/"


@pytest.fixture
def photo(tmp_path: Path) -> str:
    written = BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(written, "JPEG")
    path = tmp_path / "photo.jpg"
    path.write_bytes(written.getvalue())
    return str(path)


def main_act(page: Page) -> None:
    page.locator("main .btn-primary").click()


def decide(page: Page, address: str, decision: str = "approve") -> None:
    page.goto(address)
    page.locator(f"button[name=decision][value={decision}]").click()
    expect(page.locator(".notice.success")).to_be_visible()


def fits(page: Page) -> None:
    """Nothing scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_leave_asked_for_with_three_photos_is_approved_and_seen(enter_night: Enter, photo: str) -> None:
    phone = enter_night("anna")
    phone.goto(REQUESTS)
    phone.locator(".request-kind").first.click()
    phone.locator("a[href*='leave=sick']").click()
    phone.locator("input[name=first]").fill("2026-11-27")
    phone.locator("input[name=last]").fill("2026-11-27")
    phone.locator("input[name=last]").blur()
    expect(phone.locator("#price .badge-article").first).to_be_visible()
    main_act(phone)
    expect(phone.locator(".clause").first).to_contain_text("¥200.00")
    for name in ("certificate", "receipt", "sick_note"):
        phone.locator(f"input[name={name}]").set_input_files(photo)
    main_act(phone)
    expect(phone.locator(".asked-card .state.waits")).to_be_visible()
    thumbnails = phone.locator(".request-paper img")
    expect(thumbnails).to_have_count(3)
    for thumbnail in thumbnails.all():
        expect(thumbnail).to_have_js_property("complete", True)
        assert thumbnail.evaluate("one => one.naturalWidth") > 0
    address = phone.url

    decide(enter_night("floor", screen=DESK), address)
    phone.reload()
    expect(phone.locator(".asked-card .state.seated")).to_be_visible()
    phone.goto(f"/v/{CODE}/messages/")
    expect(phone.locator(f"a[href='{address.partition(str(phone.url.split('/v/')[0]))[2]}']")).to_be_visible()
    phone.goto(f"/v/{CODE}/mine/calendar/2026-11/")
    expect(phone.locator("a[href='#d2026-11-27'] .day-word")).to_have_text("病假")


def test_a_swap_is_made_by_three_people(enter_night: Enter) -> None:
    phone = enter_night("anna")
    phone.goto(f"{REQUESTS}new/swap/")
    phone.locator("a[href='?day=2026-11-24']").click()
    phone.locator("a[href$='other_day=2026-11-25']").click()
    phone.locator("main .list-row").first.click()
    main_act(phone)
    address = phone.url
    expect(phone.locator(".asked-card .state.waits")).to_be_visible()

    colleague = enter_night("bella")
    colleague.goto(REQUESTS)
    colleague.locator(".to-answer").click()
    colleague.locator("button[value=agree]").click()
    expect(colleague.locator(".notice.success")).to_be_visible()

    decide(enter_night("floor", screen=DESK), address)
    for page, day in ((phone, 25), (colleague, 24)):
        page.goto(f"{REQUESTS}new/rest/")
        expect(page.locator(".rest-day.is-rest strong", has_text=str(day))).to_be_visible()
        fits(page)


def test_nobody_decides_on_the_own_request(enter_night: Enter) -> None:
    page = enter_night("duo")
    page.goto(f"{REQUESTS}new/leave/?leave=personal")
    page.locator("input[name=first]").fill("2026-11-30")
    page.locator("input[name=last]").fill("2026-11-30")
    main_act(page)
    main_act(page)
    expect(page.locator(".asked-card .state.waits")).to_be_visible()
    expect(page.locator("button[name=decision]")).to_have_count(0)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    refused: Any = page.request.post(
        page.url + "decide/",
        form={"decision": "approve", "csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert refused.ok
    page.reload()
    expect(page.locator(".asked-card .state.waits")).to_be_visible()
    page.locator(".asked-withdraw").click()
    expect(page.locator(".list .state.free")).to_be_visible()


def test_a_rest_day_is_chosen_without_a_script_and_given_up(enter_night: Enter) -> None:
    page = enter_night("carl", java_script_enabled=False)
    page.goto(f"{REQUESTS}new/rest/?month=2026-12")
    page.locator("input[name=day]").first.check(force=True)
    main_act(page)
    expect(page.locator(".rest-day.is-rest")).to_have_count(1)
    page.locator(".give-up button").click()
    page.goto(f"{REQUESTS}new/rest/?month=2026-12")
    expect(page.locator(".rest-day.is-rest")).to_have_count(0)
