"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from tests.house import House


def pytest_configure() -> None:
    """Pages are tested without collecting static files first, and reach nobody's broker."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_USE_SECONDS = 0  # pages are counted without what is noted every five minutes
    settings.CELERY_BROKER_URL = ""  # a broker and its workers are tested as processes of their own


EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def the_houses_language() -> Iterator[None]:
    """A page asked for in one test leaves its language behind; every test begins in the house's own."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What one test keeps for a minute is not seen by the next, whose records have the same keys."""
    cache.clear()


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """An empty house, its months over."""
    return House(tmp_path)
