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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of an empty, migrated database of each kind."""
    settings = environment(tmp_path, request.getfixturevalue("postgres") if request.param == "postgresql" else None)
    assert manage(settings, "migrate", "--verbosity", "0").returncode == 0
    return settings


HOLD = """
import sys
from commissions.runs import claim_chunk, compute_chunk, finish_run, start_run
from rulebook.calendar import CalendarMonth
from venues.models import Venue
run = start_run(venue=Venue.objects.get(), month=CalendarMonth(2026, 10))
print("held", flush=True)
sys.stdin.readline()
while (chunk := claim_chunk(run)) is not None:
    compute_chunk(chunk)
assert finish_run(run)
"""


def test_a_run_in_another_process_is_told_who_holds_the_month(database: dict[str, str]) -> None:
    assert manage(database, "import_workbook", str(EXAMPLES / "2026-10-venue.xlsx")).returncode == 0
    holder = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--command", HOLD],
        cwd=ROOT, env=database, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    while holder.stdout.readline().strip() != "held":
        assert holder.poll() is None
    told = manage(database, "run_payroll", "2026-10", "--lang", "en")
    assert told.returncode == 1
    assert f"pid {holder.pid}" in told.stderr
    assert "2026-10 is being computed since" in told.stderr
    holder.communicate("go on\n", timeout=120)
    assert holder.returncode == 0
    assert manage(database, "run_payroll", "2026-10").returncode == 0


def test_of_two_runs_started_at_once_none_is_half_done(database: dict[str, str], tmp_path: Path) -> None:
    settings = database | {"PAYROLL_CHUNK_SIZE": "1"}
    assert manage(settings, "import_workbook", str(EXAMPLES / "2026-10-venue.xlsx")).returncode == 0
    command = [sys.executable, "manage.py", "run_payroll", "2026-10", "--lang", "en"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert 0 in [process.returncode for process in both], told
    for process, said in zip(both, told, strict=True):
        assert process.returncode == 0 or "is being computed since" in said
    out = tmp_path / "out.xlsx"
    assert manage(settings, "export_payroll", "2026-10", str(out)).returncode == 0
    assert len(all_rows(out)["工资表"]) == 31


def test_imports_and_runs_at_the_same_time_do_not_deadlock(database: dict[str, str], tmp_path: Path) -> None:
    """People, facts and a run of one venue, all at once: each ends well or says why it could not."""
    settings = database | {"PAYROLL_CHUNK_SIZE": "3"}
    files = [EXAMPLES / "2026-10-venue.xlsx", EXAMPLES / "2026-10-venue.settled.xlsx"]
    for file in files:
        assert manage(settings, "import_workbook", str(file)).returncode == 0
    commands = [
        ("import_workbook", str(files[0])),
        ("run_payroll", "2026-10"),
        ("import_workbook", str(files[1])),
        ("import_workbook", str(files[0])),
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=settings, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, text=True,
        )
        for command in commands
    ]  # fmt: skip
    for process in processes:
        said = process.communicate(timeout=120)[1]
        assert "Traceback" not in said
        assert "deadlock" not in said
    assert manage(settings, "run_payroll", "2026-10").returncode == 0
