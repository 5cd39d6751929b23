"""Served houses with people who sign in, and a browser to do it with."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.evening import NIGHT
from tests.browser.serving import (
    BROWSERS,
    CODE,
    DESK,
    FLAGS,
    PASSWORD,
    PHONE,
    Site,
    fresh,
    served,
)
from tests.conftest import EXAMPLES
from tests.databases import Templates

PEOPLE = f"""
from accounts.models import User
from accounts.permissions import Role
from staff.models import Employee
from venues.models import Venue
from venues.services import grant_role
venue = Venue.objects.get(code="{CODE}")
venue.name = "澜夜"
venue.save()
for name, shown, role in (("hr", "吴静", Role.HR), ("anna", "姜宇轩", Role.ACCOUNT_MANAGER)):
    user = User.objects.create(username=name, name=shown)
    user.set_password("{PASSWORD}")
    user.save()
    grant_role(venue=venue, user=user, role=role)
Employee.objects.filter(venue=venue, number="M01000").update(user=User.objects.get(username="anna"))
"""


HOUSES = ("walked", "october", "morning", "owned", "site", "night")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one served house run in one worker, so that no house is served twice."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        house = next((name for name in HOUSES if name in asked), None)
        if house is not None:
            item.add_marker(pytest.mark.xdist_group(house))


@pytest.fixture(scope="session")
def statics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the static files are, collected once by the first house."""
    return tmp_path_factory.mktemp("statics") / "static"


@pytest.fixture(scope="session")
def site(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Path) -> Iterator[Site]:
    """The October example, not computed yet; no broker: pages start processes of their own."""
    # One person a chunk: the bar has somewhere to move.
    with fresh(templates, tmp_path_factory.mktemp("site"), statics=statics, PAYROLL_CHUNK_SIZE="1") as site:
        site.manage("import_workbook", str(EXAMPLES / "2026-10-venue.xlsx"), "--venue", CODE)
        site.manage("shell", "--command", PEOPLE)
        with served(site):
            yield site


@pytest.fixture(scope="session")
def night(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Path) -> Iterator[Site]:
    """The venue of `tests/browser/evening.py`, on Saturday 2026-11-21 from 21:47 on, its clock running."""
    with fresh(templates, tmp_path_factory.mktemp("night"), statics=statics, at=NIGHT) as site:
        site.manage("shell", "--command", "from tests.browser.evening import begin; begin()")
        with served(site):
            yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; only a machine without one may go without."""
    path = next((path for path in BROWSERS if path), None)
    if path is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("chromium is not installed")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


Enter = Callable[..., Page]


@pytest.fixture
def forgiven() -> tuple[str, ...]:
    """What a page may complain of besides, in tests of what fails."""
    return ()


@pytest.fixture
def entrance(browser: Browser, forgiven: tuple[str, ...]) -> Iterator[Callable[..., Page]]:
    """Sign somebody in to a house, in a language, on a screen; a page that complains on its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(site: Site, name: str, language: str, screen: dict[str, int], **options: object) -> Page:
        context = browser.new_context(viewport=screen, base_url=site.address, accept_downloads=True, **options)  # type: ignore[arg-type]
        contexts.append(context)
        if site.ahead:
            context.add_init_script(site.script)
        context.add_cookies([{"name": "django_language", "value": language, "url": site.address}])
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main .btn-primary").click()
        page.wait_for_url(f"**/v/{CODE}/**")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    # A reload may cut off a look.
    refused = (
        *forgiven,
        "404 (Not Found)",
        "422 (Unprocessable",
        "403 (Forbidden)",
        "409 (Conflict)",
        "net::ERR_",
        "htmx:sendError",
        "htmx:afterRequest",  # what htmx says of such a look besides
        "htmx:sendAbort",  # a look that a newer one replaces
    )
    assert [told for told in complaints if not any(answer in told for answer in refused)] == []


@pytest.fixture
def enter(site: Site, entrance: Callable[..., Page]) -> Enter:
    """Sign somebody in to the house of the October example; on a desk unless another screen is named."""

    def sign_in(name: str, language: str = "zh-hans", *, screen: dict[str, int] = DESK, **options: object) -> Page:
        return entrance(site, name, language, screen, **options)

    return sign_in


@pytest.fixture
def enter_night(night: Site, entrance: Callable[..., Page]) -> Enter:
    """Sign somebody in to the house on its Saturday night; on a phone unless another screen is named."""

    def sign_in(name: str, language: str = "zh-hans", *, screen: dict[str, int] = PHONE, **options: object) -> Page:
        return entrance(night, name, language, screen, **options)

    return sign_in
