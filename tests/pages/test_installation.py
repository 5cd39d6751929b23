"""The pages as an app: manifest, service worker, the page for when there is no network."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from pages.installation import DARK, KEPT, LIGHT, kept_files

ASSETS = settings.BASE_DIR / "assets"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Static files as they are served: with a name that changes with their content."""
    monkeypatch.setattr("pages.installation.static", lambda name: f"/static/{name}.0123abcd")


def described(language: str) -> dict[str, Any]:
    page = Client(headers={"accept-language": language}).get(reverse("manifest"))
    assert page["Content-Type"] == "application/manifest+json"
    assert "Accept-Language" in page["Vary"]
    assert "Cookie" in page["Vary"]
    return json.loads(page.content)


def test_the_manifest_speaks_the_readers_language() -> None:
    assert (described("zh-hans")["name"], described("en")["name"]) == ("台账", "Taizhang")
    assert (described("zh-hans")["lang"], described("en")["lang"]) == ("zh-hans", "en")


def test_its_icons_are_there_in_the_sizes_it_states() -> None:
    icons = described("en")["icons"]
    assert {(icon["purpose"], icon["sizes"]) for icon in icons} == {
        (purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")
    }
    for icon in icons:
        with Image.open(ASSETS / icon["src"].removeprefix("/static/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_themes_ground_is_that_of_the_styles() -> None:
    styles = (ASSETS / "taizhang.css").read_text(encoding="utf-8")
    assert re.findall(r"--bg: (#\w+)", styles)[:2] == [LIGHT, DARK]
    shell = (settings.BASE_DIR / "templates" / "base.html").read_text(encoding="utf-8")
    assert set(re.findall(r'name="theme-color" content="(#\w+)"', shell)) == {LIGHT, DARK}


def test_the_worker_keeps_hashed_files_and_the_offline_page_alone(hashed: None) -> None:
    page = Client().get(reverse("service_worker"))
    assert page["Content-Type"].startswith("text/javascript")
    assert page["Cache-Control"].count("no-store")
    kept = re.search(r"const FILES = \[(.*)\]", page.content.decode())
    assert kept
    files = json.loads(f"[{kept[1]}]".replace("\\u002D", "-"))
    assert files == kept_files()
    assert len(files) == 7
    assert all(file.startswith("/static/") and file.endswith(".0123abcd") for file in files)


def test_a_file_whose_name_does_not_change_with_it_is_not_kept() -> None:
    assert kept_files() == []


def test_a_new_deployment_another_language_another_theme_make_another_worker(
    hashed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(**headers: str) -> str:
        found = re.search(r"taizhang-(\w+)", Client(headers=headers).get(reverse("service_worker")).content.decode())
        assert found
        return found[1]

    before = version()
    assert version() == before
    assert len({before, version(**{"accept-language": "en"}), version(cookie="theme=dark")}) == 3
    monkeypatch.setattr("pages.installation.static", lambda name: f"/static/{name}.4567efab")
    assert version() != before


def test_the_offline_page_needs_nobody_and_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = Client(headers={"accept-language": "en"}).get(reverse("offline"))
    text = page.content.decode()
    assert "No network" in text
    assert "csrf" not in text
    assert not page.cookies


def test_what_is_kept_is_there() -> None:
    for name in KEPT:
        assert finders.find(name), name
