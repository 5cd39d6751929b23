"""What every test may ask for."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.house import House


def pytest_configure() -> None:
    """Pages are tested without collecting static files first."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """An empty house, its months over."""
    return House(tmp_path)
