"""Both databases give identical payslips; two runs started at once, in processes of their own."""

import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.databases import ROOT, Settings, Templates, attempt, environment, manage
from tests.figures import all_rows, people_and_total
from tests.processes import manage_py

MONTHS = {"2026-09": "2026-09-situations", "2026-10": "2026-10-venue"}


@pytest.fixture(scope="module")
def venue(database: Settings) -> str:
    """A venue that holds the October example, which every test computes to its end."""
    code = f"v{uuid.uuid4().hex[:8]}"
    manage(database, "import_workbook", str(EXAMPLES / "2026-10-venue.xlsx"), "--venue", code)
    return code


WHOLE_WAY = """
from django.core.management import call_command
for month, name in {months!r}.items():
    call_command("import_workbook", f"{examples}/{{name}}.xlsx", venue=name)
    call_command("run_payroll", month, venue=name)
    call_command("export_payroll", month, f"{folder}/{{name}}.xlsx", venue=name)
"""


def exported(settings: Settings, folder: Path) -> object:
    """The rows of both examples' exports."""
    script = WHOLE_WAY.format(months=MONTHS, examples=EXAMPLES, folder=folder)
    manage(settings, "shell", "--command", script)
    return {month: all_rows(folder / f"{name}.xlsx") for month, name in MONTHS.items()}


def test_sqlite_and_postgresql_give_identical_payrolls(tmp_path: Path, templates: Templates, postgres: str) -> None:
    one, other = tmp_path / "sqlite", tmp_path / "postgres"
    one.mkdir()
    other.mkdir()
    assert exported(templates.copy(one), one) == exported(environment(other, postgres), other)


HOLD = """
import sys
from commissions.runs.services import claim_chunk, compute_chunk, finish_run, start_run
from rulebook.calendar import CalendarMonth
from venues.models import Venue
run = start_run(venue=Venue.objects.get(code="{venue}"), month=CalendarMonth(2026, 10))
print("held", flush=True)
sys.stdin.readline()
while (chunk := claim_chunk(run)) is not None:
    compute_chunk(chunk)
assert finish_run(run)
"""


def test_a_run_in_another_process_is_told_who_holds_the_month(database: Settings, venue: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--command", HOLD.format(venue=venue)],
        cwd=ROOT, env=database, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    while holder.stdout.readline().strip() != "held":
        assert holder.poll() is None
    told = attempt(database, "run_payroll", "2026-10", "--venue", venue, "--lang", "en")
    assert told.returncode == 1
    assert f"pid {holder.pid}" in told.stderr
    assert "October 2026 is being computed since" in told.stderr
    holder.communicate("go on\n", timeout=120)
    assert holder.returncode == 0
    manage(database, "run_payroll", "2026-10", "--venue", venue)


def together(settings: Settings, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Commands started at once: exit code and stderr of each."""
    processes = [
        subprocess.Popen(
            [*manage_py(), *command, "--lang", "en"], cwd=ROOT, env=settings, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for command in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[1] for process in processes]
    return [(process.returncode, words) for process, words in zip(processes, said, strict=True)]


def test_of_two_runs_started_at_once_none_is_half_done(database: Settings, venue: str, tmp_path: Path) -> None:
    command = ("run_payroll", "2026-10", "--venue", venue)
    ended = together(database | {"PAYROLL_CHUNK_SIZE": "1"}, command, command)
    assert 0 in [code for code, _said in ended], ended
    assert all(code == 0 or "is being computed since" in said for code, said in ended), ended
    out = tmp_path / "out.xlsx"
    manage(database, "export_payroll", "2026-10", str(out), "--venue", venue)
    assert len(people_and_total(all_rows(out)["工资表"])[0]) == 30


def test_imports_and_runs_at_the_same_time_do_not_deadlock(database: Settings, venue: str) -> None:
    """Facts and a run of one venue, all at once: each ends well or says why it could not."""
    whole, settled = (str(EXAMPLES / f"2026-10-venue{part}.xlsx") for part in ("", ".settled"))
    ended = together(
        database | {"PAYROLL_CHUNK_SIZE": "3"},
        ("import_workbook", settled, "--venue", venue),
        ("run_payroll", "2026-10", "--venue", venue),
        ("import_workbook", whole, "--venue", venue),
    )
    assert not any("Traceback" in said or "deadlock" in said for _code, said in ended), ended
    manage(database, "run_payroll", "2026-10", "--venue", venue)
