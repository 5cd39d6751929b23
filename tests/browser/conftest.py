"""A served house with people who sign in, and a browser to do it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import EXAMPLES

ROOT = Path(__file__).parent.parent.parent
CODE, PASSWORD = "lan", "a night to remember 1"
BROWSERS = (os.environ.get("CHROMIUM"), shutil.which("chromium"), shutil.which("chromium-browser"))
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}

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


@dataclass(frozen=True)
class Site:
    """A served house: its address, and the environment of its commands."""

    address: str
    environment: dict[str, str]
    server: list[subprocess.Popen[bytes]]

    def reload(self) -> None:
        """What a deployment does: new workers in place of those that serve."""
        self.server[0].send_signal(signal.SIGHUP)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """A new PostgreSQL database where the tests run on one; None for SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield None
        return
    name = f"taizhang_browser_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.rpartition("/")[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(database: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The October example, not computed yet, served by gunicorn; no broker: pages start processes of their own."""
    folder = tmp_path_factory.mktemp("site")
    unset = ("DATABASE_URL", "CELERY_BROKER_URL", "DATA_DIR")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    # One person a chunk: the bar has somewhere to move.
    environment |= {"DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), "PAYROLL_CHUNK_SIZE": "1"}
    if database:
        environment["DATABASE_URL"] = database
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(f"http://127.0.0.1:{port}", environment, [])
    site.manage("migrate", "--verbosity", "0")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    site.manage("import_workbook", str(EXAMPLES / "2026-10-venue.xlsx"), "--venue", CODE)
    site.manage("shell", "--command", PEOPLE)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"],
        cwd=ROOT, env=environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    site.server.append(server)
    try:
        _wait_for(site.address + "/sign-in/")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < deadline, f"{address} does not answer"
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; only a machine without one may go without."""
    path = next((path for path in BROWSERS if path), None)
    if path is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("chromium is not installed")
        pytest.skip("no chromium on this machine")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


Enter = Callable[..., Page]


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Enter]:
    """Sign somebody in, in a language, on a screen; a page that complains on its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(name: str, language: str = "zh-hans", *, screen: dict[str, int] = DESK, **options: object) -> Page:
        context = browser.new_context(viewport=screen, base_url=site.address, accept_downloads=True, **options)  # type: ignore[arg-type]
        contexts.append(context)
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
    refused = ("404 (Not Found)", "403 (Forbidden)", "net::ERR_", "htmx:sendError")  # a reload may cut off a look
    assert [told for told in complaints if not any(answer in told for answer in refused)] == []
