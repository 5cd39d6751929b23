"""The icons of the installed pages, drawn from assets/icon.svg: ``python -m pictures.icons`` where it has changed."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.serving import BROWSERS, FLAGS
from tests.databases import ROOT

GROUND = "#0b7670"
ICONS = ROOT / "assets" / "icons"
_SHARE = {"any": 100, "maskable": 80, "touch": 88}  # of the side; what may be cut off lies outside


def draw(page: Page, purpose: str, size: int, target: Path) -> None:
    """Draw the icon at a size in pixels, on a ground of its own where it may be cut to a shape."""
    ground = "transparent" if purpose == "any" else GROUND
    svg = (ROOT / "assets" / "icon.svg").read_text(encoding="utf-8")
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body {{ margin: 0; height: 100vh; display: grid; place-items: center; background: {ground} }} "
        f"svg {{ width: {_SHARE[purpose]}% }}</style>{svg}"
    )
    shot = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    shot.quantize(64, method=Image.Quantize.FASTOCTREE).save(target, optimize=True)


def main() -> None:
    ICONS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = next(path for path in BROWSERS if path)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page()
        for purpose, size in (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512), ("touch", 180)):
            draw(page, purpose, size, ICONS / f"{purpose}-{size}.png")
        browser.close()


if __name__ == "__main__":
    main()
