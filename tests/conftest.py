"""What every test may ask for."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest import runner
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.template import Context, Template
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.test.signals import setting_changed, template_rendered
from django.utils import translation
from django.utils.safestring import SafeString
from pytest_django.plugin import DjangoDbBlocker

from config.frames import with_room
from tests.house import House

pytest_plugins = ["tests.costs", "tests.databases"]


def pytest_configure() -> None:
    """Pages are tested without collecting static files first, and reach nobody's broker; passwords cost little."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_USE_SECONDS = 0  # pages are counted without what is noted every five minutes
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.CELERY_BROKER_URL = ""  # a broker and its workers are tested as processes of their own
    runner.runtestprotocol = with_room(runner.runtestprotocol)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: no search for garbage looks through it again; and it is looked for less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a second pass on another database need not run (the markers are in pyproject.toml); put in order.

    In a module those who share no house come before those who do, whose rows they would find. A module goes to one
    worker: the dearest, and those whose tests wait for processes, come first, so that none is left alone with them
    at the end (pytest-xdist must not put them in an order of its own: ``--no-loadscope-reorder``).
    """
    waiting = set()
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "kept_house" in asked:
            item.add_marker("django_db")  # else no database is made where nothing else asks for one
        if "templates" in asked:
            item.add_marker("own_database")
            waiting.add(item.path)
        elif not (asked & _DATABASE or item.get_closest_marker("django_db") or _is_django_case(item)):
            item.add_marker("no_database")
    places = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}

    def order(item: pytest.Item) -> tuple[int, bool, int, bool]:
        dearness = _DEAREST.get(item.path.name, len(_DEAREST))
        return dearness, item.path not in waiting, places[item.path], "kept_house" in getattr(item, "fixturenames", ())

    items.sort(key=order)


_DEAREST = {
    name: place
    for place, name in enumerate((
        "test_workers.py", "test_every_page.py", "test_permissions.py", "test_bench.py", "test_staff_figures.py",
        "test_simulation.py", "test_files.py", "test_pages.py", "test_payslips.py", "test_many.py",
        "test_libreoffice.py", "test_invariants.py", "test_databases.py", "test_same_second.py", "test_faults.py",
        "test_close.py", "test_import_pages.py", "test_own_today.py", "test_life.py",
    ))
}  # fmt: skip
_DATABASE = {"db", "transactional_db", "django_db_setup"}


def _is_django_case(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    return case is not None and issubclass(case, TransactionTestCase)


EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True, scope="session")
def what_pages_are_made_from(django_test_environment: None) -> Iterator[None]:
    """A page's own context is kept for its test, not a copy of it for each template that it includes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _rendered)
        yield


def _rendered(template: Template, context: Context) -> SafeString:
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(autouse=True, scope="session")
def one_chain_of_middleware() -> Iterator[None]:
    """All clients of the tests ask through one chain of middleware, made anew where a setting has changed."""
    parts = ("_middleware_chain", "_view_middleware", "_template_response_middleware", "_exception_middleware")
    load, kept = ClientHandler.load_middleware, dict[str, Any]()

    def loaded(handler: ClientHandler, is_async: bool = False) -> None:
        if not kept:
            load(handler, is_async)
            kept.update((part, getattr(handler, part)) for part in parts)
        vars(handler).update(kept)

    def changed(**_told: Any) -> None:
        kept.clear()

    setting_changed.connect(changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "load_middleware", loaded)
        yield
    setting_changed.disconnect(changed)


@pytest.fixture(autouse=True, scope="session")
def rows_joined_are_not_taken() -> None:
    """What is taken for update is the row that is meant: where others are joined (an order by their fields is enough)
    ``of`` says which, else two who take the same rows in another order wait for each other for good."""
    if connection.vendor == "postgresql":
        connection.execute_wrappers.append(_refuse_joined)


def _refuse_joined(execute: Any, sql: str, *given: Any) -> Any:
    read, _for, taken = sql.rpartition(" FOR ")
    is_taken = taken.startswith(("UPDATE", "NO KEY UPDATE")) and " OF " not in taken
    assert not (is_taken and " JOIN " in read), f"rows that are joined are taken for update: {sql}"
    return execute(sql, *given)


@pytest.fixture(scope="module")
def refusals_once(what_pages_are_made_from: None) -> Iterator[None]:
    """Where thousands of answers are asked for their status alone: to each a page of refusal is made once, and none
    for a look at the head; and no line is logged of a refusal."""
    made = set()

    def rendered(template: Template, context: Context) -> str:
        request = context.get("request")
        if request is not None and request.method == "HEAD":
            return ""
        if template.name in ("403.html", "404.html"):
            to = (template.name, getattr(getattr(request, "user", None), "pk", None))
            if to in made:
                return ""
            made.add(to)
        return _rendered(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", rendered)
        logger = logging.getLogger("django.request")
        before = logger.level
        logger.setLevel(logging.ERROR)
        yield
        logger.setLevel(before)


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
def real_passwords(settings: Any) -> None:
    """Passwords hashed as in earnest, where signing in is the subject."""
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module's fixtures named in its ``KEPT_APART`` fill a kept house each: one after another, not side by side."""
    apart = [name for name in getattr(metafunc.module, "KEPT_APART", ()) if name in metafunc.fixturenames]
    if apart:
        metafunc.parametrize("kept_house", apart[-1:], indirect=True, ids=[pytest.HIDDEN_PARAM], scope="module")


@pytest.fixture(scope="module")
def kept_house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """An empty house for a whole module: what the module's fixtures fill it with stays until its tests are over.

    Where a module fills several, it names their fixtures in ``KEPT_APART``; of two that build on each other, the
    one that builds on the other comes later.
    """
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
