"""Databases of their own for processes that tests start: one migrated template of each kind, copied or cloned."""

import fcntl
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.processes import manage_py

ROOT = Path(__file__).parent.parent
POSTGRES = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
RUN = os.environ.setdefault("PYTEST_TAIZHANG_RUN", uuid.uuid4().hex[:12])
"""What names this run of the tests: its workers inherit it, the processes that tests start do not."""
TEMPLATE = f"taizhang_template_{RUN}"
SQLITE = "taizhang.sqlite3"

Settings = dict[str, str]


def environment(folder: Path, database: str | None = None) -> Settings:
    """The environment of a process that keeps its files in a folder, its rows there or at a PostgreSQL address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE"))}
    return kept | {"DATA_DIR": str(folder)} | ({"DATABASE_URL": database} if database else {})


def attempt(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a command answers, also where it fails."""
    return subprocess.run(
        [*manage_py(), *arguments],
        cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def manage(settings: Settings, *arguments: str) -> str:
    """What a command writes that must succeed."""
    done = attempt(settings, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Templates:
    """A migrated database of each kind, made by the first of all workers who asks, really from the migrations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sqlite(self) -> Path:
        """The file of the migrated SQLite database."""
        home = self.folder / "sqlite"
        with self._alone():
            if not home.exists():
                draft = self.folder / "sqlite-draft"
                draft.mkdir()
                manage(environment(draft), "migrate", "--verbosity", "0")
                draft.rename(home)
        return home / SQLITE

    def copy(self, folder: Path) -> Settings:
        """The settings of a new SQLite database in a folder, its tables made."""
        (folder / SQLITE).write_bytes(self.sqlite().read_bytes())
        return environment(folder)

    @contextmanager
    def clone(self, name: str = "") -> Iterator[str]:
        """The address of a new PostgreSQL database, its tables made, for as long as the context lasts."""
        with server() as postgres:
            with self._alone():
                made = "SELECT 1 FROM pg_database WHERE datname = %s"
                if not postgres.execute(made, [TEMPLATE]).fetchone():
                    draft = f"{TEMPLATE}_draft"
                    postgres.execute(f"CREATE DATABASE {draft}")
                    scratch = self.folder / "postgresql"
                    scratch.mkdir()
                    manage(environment(scratch, address(draft)), "migrate", "--verbosity", "0")
                    postgres.execute(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")
                name = f"taizhang_{name}{uuid.uuid4().hex[:12]}"
                postgres.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            try:
                yield address(name)
            finally:
                postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def address(name: str) -> str:
    """The address of a database on the tests' PostgreSQL server."""
    return f"{POSTGRES.rpartition('/')[0]}/{name}"


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """A connection to the tests' PostgreSQL server; only a machine without one may go without."""
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no PostgreSQL on this machine")
    with connection:
        yield connection


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take this run's template from the server, once all workers have ended."""
    if hasattr(session.config, "workerinput"):
        return
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        return
    with connection:
        for name in (TEMPLATE, f"{TEMPLATE}_draft"):
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# --- fixtures: a test that asks for one of them has its own database, and is run once, not on each ------------
@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The migrated templates, one of each kind for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "templates"
    folder.mkdir(exist_ok=True)
    return Templates(folder)


@pytest.fixture(scope="module")
def postgres(templates: Templates) -> Iterator[str]:
    """The address of a new PostgreSQL database, its tables made, for the tests of a module."""
    with templates.clone() as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The settings of a new database of each kind, its tables made, for the tests of a module."""
    folder = tmp_path_factory.mktemp("data")
    if request.param == "sqlite":
        return templates.copy(folder)
    return environment(folder, request.getfixturevalue("postgres"))
