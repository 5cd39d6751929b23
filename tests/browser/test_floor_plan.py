"""The owner sets the floor plan: dragged on a desk, by finger and by keys, seen by those who book its tables."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.serving import CODE, DESK

PLAN, BOOK = f"/v/{CODE}/house/tables/", f"/v/{CODE}/book/"
Enter = Callable[..., Page]


def middle(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def thing(page: Page, code: str) -> Locator:
    return page.locator(f"#floor .thing:has(strong:text-is('{code}'))")


def place_of(page: Page, code: str) -> str:
    one = thing(page, code)
    return f"{one.get_attribute('data-column')}-{one.get_attribute('data-row')}"


def drag(page: Page, code: str, cell: str) -> None:
    page.mouse.move(*middle(thing(page, code)))
    page.mouse.down()
    page.mouse.move(*middle(page.locator(f"[data-cell='{cell}']")), steps=8)
    page.mouse.up()


def test_a_dragged_and_a_new_table_stand_in_the_managers_plan(enter_night: Enter) -> None:
    owner = enter_night("owner", screen=DESK)
    owner.goto(PLAN)
    drag(owner, "B13", "3-10")
    expect(owner.locator("#floor .notice.success")).to_contain_text("B13")
    expect(thing(owner, "B13")).to_have_attribute("data-row", "10")
    assert owner.url.endswith(PLAN), "a drag opens nothing"
    # Where something stands nothing is put.
    drag(owner, "B14", "1-1")
    expect(owner.locator("#floor .notice.error")).to_contain_text("V1")
    assert place_of(owner, "B14") == "6-9"
    # By keys: choose the table, go to the place, Enter.
    thing(owner, "B12").locator("a").focus()
    owner.keyboard.press("Enter")
    owner.wait_for_url("**/house/tables/*/")
    owner.locator("button[name=cell][value='5-10']").focus()
    owner.keyboard.press("Enter")
    expect(owner.locator("#floor .notice.success")).to_contain_text("B12")
    expect(thing(owner, "B12")).to_have_attribute("data-column", "5")
    # A new one, at the place that is tapped.
    owner.goto(PLAN)
    owner.locator("a[href*='cell=1-10']").click()
    owner.locator("[name=code]").fill("C1")
    owner.locator("select[name=kind]").select_option("bar")
    owner.locator("[name=seats]").fill("2")
    owner.locator(".floor-form .btn-primary").click()
    owner.wait_for_url(f"**{PLAN}")
    expect(thing(owner, "C1")).to_be_visible()

    manager = enter_night("anna")
    manager.goto(BOOK)
    for code, column, row in (("B13", 3, 10), ("B12", 5, 10), ("C1", 1, 10)):
        expect(manager.locator(f".plan > li.c{column}.r{row}:has(strong:text-is('{code}'))")).to_be_visible()


def test_a_finger_that_rests_drags_and_one_that_moves_at_once_scrolls(enter_night: Enter) -> None:
    page = enter_night("owner", has_touch=True)
    page.goto(PLAN)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def swipe(code: str, cell: str, rest: int) -> None:
        thing(page, code).scroll_into_view_if_needed()
        start, end = middle(thing(page, code)), middle(page.locator(f"[data-cell='{cell}']"))
        touch("touchStart", start)
        page.wait_for_timeout(rest)
        for step in range(1, 9):
            touch("touchMove", *[tuple(a + (b - a) * step / 8 for a, b in zip(start, end, strict=True))])
        touch("touchEnd")

    before = place_of(page, "B10")
    swipe("B10", "4-10", 0)
    page.wait_for_timeout(300)
    assert place_of(page, "B10") == before
    page.goto(PLAN)
    swipe("B10", "4-10", 400)
    expect(page.locator("#floor .notice.success")).to_contain_text("B10")
    assert place_of(page, "B10") == "4-10"


def test_without_a_script_a_table_is_chosen_then_its_place(enter_night: Enter) -> None:
    page = enter_night("owner", "en", java_script_enabled=False)
    page.goto(PLAN)
    thing(page, "V10").locator("a").click()
    page.locator("button[name=cell][value='6-10']").click()
    expect(page.locator("main .notice.success").first).to_contain_text("V10")
    assert place_of(page, "V10") == "6-10"
