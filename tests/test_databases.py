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


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a migrated database of each kind; each test has a venue of its own in it."""
    address = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    settings = environment(tmp_path_factory.mktemp("data"), address)
    assert manage(settings, "migrate", "--verbosity", "0").returncode == 0
    return settings


@pytest.fixture
def venue(database: dict[str, str]) -> str:
    """A venue that holds the October example."""
    code = f"v{uuid.uuid4().hex[:8]}"
    done = manage(database, "import_workbook", str(EXAMPLES / "2026-10-venue.xlsx"), "--venue", code)
    assert done.returncode == 0, done.stderr
    return code


def environment(folder: Path, database: str | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE"))}
    return kept | {"DATA_DIR": str(folder)} | ({"DATABASE_URL": database} if database else {})


def manage(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


WHOLE_WAY = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
for month, name in {months!r}.items():
    call_command("import_workbook", f"{examples}/{{name}}.xlsx", venue=name)
    call_command("run_payroll", month, venue=name)
    call_command("export_payroll", month, f"{folder}/{{name}}.xlsx", venue=name)
"""


def exported(settings: dict[str, str], folder: Path) -> object:
    """The rows of both examples' exports."""
    script = WHOLE_WAY.format(months=MONTHS, examples=EXAMPLES, folder=folder)
    done = manage(settings, "shell", "--command", script)
    assert done.returncode == 0, done.stderr
    return {month: all_rows(folder / f"{name}.xlsx") for month, name in MONTHS.items()}


def test_sqlite_and_postgresql_give_identical_payrolls(tmp_path: Path, postgres: str) -> None:
    one, other = tmp_path / "sqlite", tmp_path / "postgres"
    one.mkdir()
    other.mkdir()
    assert exported(environment(one), one) == exported(environment(other, postgres), other)


HOLD = """
import sys
from commissions.runs import claim_chunk, compute_chunk, finish_run, start_run
from rulebook.calendar import CalendarMonth
from venues.models import Venue
run = start_run(venue=Venue.objects.get(code="{venue}"), month=CalendarMonth(2026, 10))
print("held", flush=True)
sys.stdin.readline()
while (chunk := claim_chunk(run)) is not None:
    compute_chunk(chunk)
assert finish_run(run)
"""


def test_a_run_in_another_process_is_told_who_holds_the_month(database: dict[str, str], venue: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--command", HOLD.format(venue=venue)],
        cwd=ROOT, env=database, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    while holder.stdout.readline().strip() != "held":
        assert holder.poll() is None
    told = manage(database, "run_payroll", "2026-10", "--venue", venue, "--lang", "en")
    assert told.returncode == 1
    assert f"pid {holder.pid}" in told.stderr
    assert "2026-10 is being computed since" in told.stderr
    holder.communicate("go on\n", timeout=120)
    assert holder.returncode == 0
    assert manage(database, "run_payroll", "2026-10", "--venue", venue).returncode == 0


def together(settings: dict[str, str], *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Commands started at once: exit code and stderr of each."""
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", *command, "--lang", "en"], cwd=ROOT, env=settings, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for command in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[1] for process in processes]
    return [(process.returncode, words) for process, words in zip(processes, said, strict=True)]


def test_of_two_runs_started_at_once_none_is_half_done(database: dict[str, str], venue: str, tmp_path: Path) -> None:
    command = ("run_payroll", "2026-10", "--venue", venue)
    ended = together(database | {"PAYROLL_CHUNK_SIZE": "1"}, command, command)
    assert 0 in [code for code, _said in ended], ended
    assert all(code == 0 or "is being computed since" in said for code, said in ended), ended
    out = tmp_path / "out.xlsx"
    assert manage(database, "export_payroll", "2026-10", str(out), "--venue", venue).returncode == 0
    assert len(all_rows(out)["工资表"]) == 31


def test_imports_and_runs_at_the_same_time_do_not_deadlock(database: dict[str, str], venue: str) -> None:
    """Facts and a run of one venue, all at once: each ends well or says why it could not."""
    whole, settled = (str(EXAMPLES / f"2026-10-venue{part}.xlsx") for part in ("", ".settled"))
    ended = together(
        database | {"PAYROLL_CHUNK_SIZE": "3"},
        ("import_workbook", settled, "--venue", venue),
        ("run_payroll", "2026-10", "--venue", venue),
        ("import_workbook", whole, "--venue", venue),
    )
    assert not any("Traceback" in said or "deadlock" in said for _code, said in ended), ended
    assert manage(database, "run_payroll", "2026-10", "--venue", venue).returncode == 0
