"""Both databases give identical payslips; two runs started at once, in processes of their own."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import EXAMPLES
from tests.figures import all_rows

ROOT = Path(__file__).parent.parent
POSTGRES = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
MONTHS = {"2026-09": "2026-09-situations", "2026-10": "2026-10-venue"}


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database; only a machine without one may go without."""
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no PostgreSQL on this machine")
    name = f"taizhang_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        yield POSTGRES.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(folder: Path, database: str | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE"))}
    return kept | {"DATA_DIR": str(folder)} | ({"DATABASE_URL": database} if database else {})


def manage(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def exported(settings: dict[str, str], folder: Path) -> object:
    """The rows of both examples' exports, by the commands alone."""
    assert manage(settings, "migrate", "--verbosity", "0").returncode == 0
    found = {}
    for month, name in MONTHS.items():
        out = folder / f"{name}.xlsx"
        for command in (
            ("import_workbook", str(EXAMPLES / f"{name}.xlsx")),
            ("run_payroll", month),
            ("export_payroll", month, str(out)),
        ):
            done = manage(settings, *command, "--venue", name)
            assert done.returncode == 0, done.stderr
        found[month] = all_rows(out)
    return found


def test_sqlite_and_postgresql_give_identical_payrolls(tmp_path: Path, postgres: str) -> None:
    one, other = tmp_path / "sqlite", tmp_path / "postgres"
    one.mkdir()
    other.mkdir()
    assert exported(environment(one), one) == exported(environment(other, postgres), other)


def test_of_two_runs_started_at_once_one_wins_and_the_other_is_told_who_holds_it(tmp_path: Path) -> None:
    settings = environment(tmp_path) | {"PAYROLL_CHUNK_SIZE": "1"}
    assert manage(settings, "migrate", "--verbosity", "0").returncode == 0
    assert manage(settings, "import_workbook", str(EXAMPLES / "2026-10-venue.xlsx")).returncode == 0
    command = [sys.executable, "manage.py", "run_payroll", "2026-10", "--lang", "en"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120) for process in both]
    codes = sorted(process.returncode for process in both)
    if codes == [0, 0]:  # the second began after the first had ended: then both are whole
        return
    assert codes == [0, 1], told
    (loser,) = (err for process, (_out, err) in zip(both, told, strict=True) if process.returncode)
    winner = next(process for process in both if not process.returncode)
    assert f"pid {winner.pid}" in loser
    assert "2026-10 is being computed since" in loser
