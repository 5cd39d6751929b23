"""``make pictures``: the main pages on a generated Saturday night, phone and desk, dark and light, into docs/."""

import argparse
import io
import secrets
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from tests.browser.serving import BROWSERS, DESK, FLAGS, PHONE, Site, prepare, served
from tests.databases import ROOT

NIGHT = datetime(2026, 11, 21, 13, 47, tzinfo=UTC)  # Saturday, 21:47 in Shanghai
FOLDER = ROOT / "docs" / "pictures"
MOST = 120_000  # bytes a picture
THEMES = ("dark", "light")
VENUE = "/v/demo/"
SCREEN = Console(highlight=False)


class Shot(NamedTuple):
    """A picture: its name, who looks, where, on what screen; ``tap`` is what is tapped before it is taken."""

    name: str
    who: str
    path: str
    screen: dict[str, int]
    tap: str = ""

    def target(self, theme: str) -> Path:
        return FOLDER / f"{self.name}-{theme}.png"


SHOTS = (
    Shot("phone-night", "manager", "night/", PHONE),
    Shot("phone-book", "manager", "book/", PHONE, ".tile.can"),
    Shot("phone-pay", "manager", "mine/", PHONE),
    Shot("phone-calendar", "manager", "mine/calendar/2026-11/", PHONE),
    Shot("phone-requests", "manager", "requests/", PHONE),
    Shot("phone-door", "host", "door/", PHONE),
    Shot("phone-tonight", "floor", "tonight/", PHONE),
    Shot("desk-tonight", "floor", "tonight/", DESK),
    Shot("desk-violation", "floor", "violations/new/", DESK),
    Shot("desk-close", "floor", "tonight/close/", DESK),
    Shot("phone-staff", "floor", "staff/2026-11/", PHONE),
    Shot("phone-roster", "floor", "roster/2026-12/", PHONE),
    Shot("desk-payroll", "hr", "payroll/2026-10/", DESK),
    Shot("desk-staff", "owner", "staff/2026-11/", DESK),
    Shot("desk-charts", "owner", "staff/2026-11/?view=charts", DESK),
    Shot("desk-roster", "floor", "roster/2026-11/", DESK),
    Shot("desk-ledger", "floor", "ledger/2026-11/", DESK),
    Shot("desk-people", "hr", "people/", DESK),
    Shot("desk-report", "hr", "reports/year/?month=2026-11", DESK),
    Shot("desk-policy", "owner", "policy/2026-12/try/?commission_rate=0.04&absence_fine=300&of=2026-10", DESK),
    Shot("desk-plan", "owner", "house/tables/", DESK),
)

SIGN_INS = "from demo.services import sign_ins; sign_ins('{password}')"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pictures", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args(arguments)
    shots = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    path = next((path for path in BROWSERS if path), None)
    if path is None:
        SCREEN.print("The pictures need chromium; install it, or name it in CHROMIUM.")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = prepare(Path(folder), at=NIGHT)
        SCREEN.print("Generating three months of a venue …")
        site.manage("seed_demo")
        site.manage("shell", "--command", SIGN_INS.format(password=password))
        with served(site):
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            for theme in THEMES:
                take(browser, site, theme, password, shots)
            browser.close()
    return 0


def take(browser: Browser, site: Site, theme: str, password: str, shots: Sequence[Shot]) -> None:
    """Take pictures in a theme: everybody signs in once for each screen."""
    pages: dict[tuple[str, int], Page] = {}
    for shot in shots:
        key = (shot.who, shot.screen["width"])
        if key not in pages:
            pages[key] = _enter(browser, site, theme, shot, password)
        page = pages[key]
        page.goto(VENUE + shot.path)
        page.wait_for_load_state("load")
        if shot.tap:
            page.locator(shot.tap).first.click()
            page.wait_for_timeout(600)  # what the tap brings has come to rest
        size = save(page.screenshot(), shot.target(theme))
        SCREEN.print(f"{shot.target(theme).relative_to(ROOT)} {size / 1000:.0f} KB")
    for page in pages.values():
        page.context.close()


def _enter(browser: Browser, site: Site, theme: str, shot: Shot, password: str) -> Page:
    size: Any = shot.screen
    scheme: Any = theme
    context = browser.new_context(
        viewport=size, base_url=site.address, color_scheme=scheme, reduced_motion="reduce", locale="zh-CN",
        service_workers="block", device_scale_factor=2 if shot.screen == PHONE else 1,
    )  # fmt: skip
    context.add_init_script(site.script)
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": site.address}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(f"demo-{shot.who}")
    page.locator("input[name=password]").fill(password)
    page.locator("main .btn-primary").click()
    page.wait_for_url("**/v/**")
    return page


def save(shot: bytes, target: Path) -> int:
    """Write a picture with as many colours as its bytes allow; returns its size in bytes."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (192, 128, 96, 64, 32):
        kept = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST:
            break
    target.write_bytes(kept.getvalue())
    return kept.tell()


if __name__ == "__main__":
    sys.exit(main())
