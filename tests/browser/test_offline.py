"""Without a network: the page that says so, forms that stay filled in, and nothing private kept anywhere."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import CODE, PASSWORD, PHONE, Enter, Site

WORKING = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      kept.push([new URL(request.url).pathname, await answer.text()]);
    }
  }
  return kept;
}"""
HASHED = re.compile(r"/static/.+\.[0-9a-f]{12}\.(css|js|svg)")


def with_worker(page: Page) -> Page:
    page.wait_for_function(WORKING, timeout=10_000)
    return page


def is_harmless(kept: list[list[str]]) -> bool:
    """Whether static files and the offline page are all that is kept, and name nobody."""
    paths = [path for path, _text in kept]
    assert "/offline/" in paths
    assert len(paths) == 8
    assert all(path == "/offline/" or HASHED.fullmatch(path) for path in paths), paths
    return not any("刘洋" in text or "csrfmiddlewaretoken" in text for _path, text in kept)


def test_a_page_asked_for_without_a_network_is_told_so_and_comes_back_with_it(enter_night: Enter) -> None:
    for language, said, again in (("zh-hans", "没有网络", "再试一次"), ("en", "No network", "Try again")):
        page = with_worker(enter_night("anna", language))
        page.context.set_offline(True)
        page.goto(f"/v/{CODE}/messages/")
        expect(page.locator("h1")).to_have_text(said)
        page.context.set_offline(False)
        page.get_by_text(again).click()
        expect(page.locator(".places")).to_be_visible()
        assert page.url.endswith("/messages/")


def test_no_page_of_anybodys_is_kept_and_sign_out_leaves_none(enter_night: Enter) -> None:
    page = with_worker(enter_night("anna"))
    for place in page.locator(".places a.place").evaluate_all("links => links.map(link => link.href)"):
        page.goto(place)
    assert is_harmless(page.evaluate(KEPT))
    page.locator("details.account summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in/**")
    assert is_harmless(page.evaluate(KEPT))
    page.go_back()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_a_form_without_a_network_stays_filled_in_and_says_that_it_was_not_sent(enter_night: Enter) -> None:
    page = enter_night("anna", "en")
    page.goto("/security/password/")
    page.locator("input[name=oldpassword]").fill(PASSWORD)
    page.context.set_offline(True)
    page.locator("main .btn-primary").click()
    expect(page.get_by_role("alert")).to_contain_text("this was not sent")
    expect(page.locator("input[name=oldpassword]")).to_have_value(PASSWORD)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("main .btn-primary").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()


def test_the_browser_finds_nothing_missing_to_install_the_pages(enter_night: Enter) -> None:
    page = with_worker(enter_night("anna"))
    session: Any = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert '"台账"' in found["data"]
    missing = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [what for what in missing if what["errorId"] != "in-incognito"] == []


def wire(page: Page) -> dict[str, int]:
    """Count what comes over the wire: the encoded length of every answer, headers with it, by its address."""
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.update({names.get(told["requestId"], told["requestId"]): int(told["encodedDataLength"])}),
    )
    return sizes


def test_the_phones_home_weighs_at_most_150_kb(night: Site, enter_night: Enter) -> None:
    page = enter_night("anna", screen=PHONE)
    home = page.url
    sizes = wire(page)
    page.goto(home)
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 5
    assert any(address.endswith(".css") for address in sizes)
    assert sum(sizes.values()) <= 150 * 1024, sizes


def test_a_look_at_tonight_with_nothing_new_weighs_less_than_1_kb(enter_night: Enter) -> None:
    """Headers with it: the page asks again as it does by itself, and is answered that nothing changed."""
    page = enter_night("floor", screen=PHONE)
    page.goto(f"/v/{CODE}/tonight/")
    looks = page.locator("[hx-get*='/tonight/poll']").first
    address = looks.get_attribute("hx-get")
    assert address
    sizes = wire(page)
    page.evaluate("address => fetch(address, {headers: {'HX-Request': 'true'}}).then(answer => answer.text())", address)
    page.wait_for_timeout(200)
    assert len(sizes) == 1, sizes
    assert max(sizes.values()) < 1024
