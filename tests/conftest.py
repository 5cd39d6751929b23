"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.house import House

pytest_plugins = ["tests.costs", "tests.databases"]


def pytest_configure() -> None:
    """Pages are tested without collecting static files first, and reach nobody's broker; passwords cost little."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_USE_SECONDS = 0  # pages are counted without what is noted every five minutes
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.CELERY_BROKER_URL = ""  # a broker and its workers are tested as processes of their own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a second pass on another database need not run: see the markers in pyproject.toml."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "kept_house" in asked:  # the tables are there for it, whichever tests are chosen
            item.add_marker("django_db")
        if "templates" in asked:
            item.add_marker("own_database")
        elif not (asked & _DATABASE or item.get_closest_marker("django_db") or _is_django_case(item)):
            item.add_marker("no_database")


_DATABASE = {"db", "transactional_db", "django_db_setup"}


def _is_django_case(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    return case is not None and issubclass(case, TransactionTestCase)


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


@pytest.fixture(scope="module")
def kept_house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """An empty house for a whole module: what the module's fixtures fill it with stays until its tests are over."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield House(tmp_path_factory.mktemp("house"))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def what_a_test_does_is_taken_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of a kept house has a savepoint of its own, and leaves the house's clock as it was."""
    if "kept_house" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    kept = vars(request.getfixturevalue("kept_house"))
    before = dict(kept)
    yield
    kept.update(before)


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """An empty house, its months over."""
    return House(tmp_path)
