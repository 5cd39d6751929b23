"""One step of the bench, in a process of its own: ``python -m bench.steps STEP …`` prints its figures as JSON."""

import argparse
import gc
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.export import compare_export  # noqa: E402
from bench.floor import floor  # noqa: E402
from bench.month import MONTH  # noqa: E402
from commissions.exports.workbook import write_payroll  # noqa: E402
from commissions.models import PayrollRun  # noqa: E402
from commissions.runs import services  # noqa: E402
from storage.rows import delete_rows  # noqa: E402
from venues.models import Month, Venue  # noqa: E402
from venues.selectors import policy_of  # noqa: E402
from violations.models import Penalty  # noqa: E402
from workbook.services import import_workbook  # noqa: E402

Figures = dict[str, Any]

NOW = datetime(2026, 11, 5, 4, tzinfo=UTC)  # the month is over, whatever day it is
LARGE, SMALL = "large", "small"

PARTS = {
    "reading": ("month_facts", "pay_facts", "pay_day"),
    "computing": ("derive", "sales_of", "payslip_of"),
}
"""Which functions that ``commissions.runs.services`` calls read, and which compute; what is left of a chunk writes."""

TABLES = {
    "payslips": "SELECT count(*), sum(net) FROM commissions_payslip",
    "lines": "SELECT count(*), sum(amount), sum(length(CAST(basis AS text))) FROM commissions_payslipline",
    "sales": "SELECT count(*), sum(amount) FROM commissions_saleline",
    "exceptions": "SELECT count(*) FROM commissions_openexception",
    "penalties": "SELECT count(*), sum(amount), sum(length(CAST(basis AS text))) FROM violations_penalty",
}


def do_import(options: argparse.Namespace) -> Figures:
    """Migrate an empty database, and import the large month, then the small one, each into a venue of its own."""
    if not options.migrated:
        call_command("migrate", verbosity=0)
    seconds, _ = timed(lambda: import_workbook(options.large, venue_code=LARGE, now=NOW))
    figures = {"import_s": seconds, "import_memory_mb": peak_memory()}
    import_workbook(options.small, venue_code=SMALL, now=NOW)
    settle()
    return figures


def do_run(options: argparse.Namespace) -> Figures:
    """The month's first run."""
    empty_ledger(options)
    with parts_of_a_run() as spent:
        seconds, run = timed(run_large, spent.clear)
    return {
        "run_s": seconds,
        "run_reading_s": spent["reading"],
        "run_computing_s": spent["computing"],
        "run_writing_s": spent["chunks"] - spent["reading"] - spent["computing"],
        "run_garbage_s": spent["garbage"],
        "run_rest_s": seconds - spent["chunks"] - spent["garbage"],
        "run_memory_mb": peak_memory(),
        "ms_a_person": 1000 * spent["computing"] / run.people,
        "written": written(),
    }


def do_floor(options: argparse.Namespace) -> Figures:
    """What the month's first run can't do without, see ``bench.floor``."""
    empty_ledger(options)
    month = Month.objects.get(venue__code=LARGE, first_day=MONTH.first)
    run = PayrollRun.objects.create(
        month=month, policy_version=policy_of(month.venue, MONTH), as_of=NOW, revision=month.revision, people=0,
        lease_until=NOW, started_at=NOW,
    )  # fmt: skip
    gc.collect()
    gc.disable()
    figures: Figures = dict(floor(os.environ["DATABASE_URL"], run.pk, LARGE, MONTH, NOW))
    return figures | {"written": written()}


def do_queries(options: argparse.Namespace) -> Figures:
    """The most queries that a chunk takes in the small month's first run, and in the large one's."""
    counts: list[int] = []
    compute = services.compute_chunk

    def counted(*args: Any, **kwargs: Any) -> None:
        with CaptureQueriesContext(connection) as queries:
            compute(*args, **kwargs)
        counts.append(len(queries))

    empty_ledger(options)
    figures = {}
    with patch.object(services, "compute_chunk", counted):
        for code in (SMALL, LARGE):
            counts.clear()
            run_of(code)
            figures[code] = max(counts)
    return figures


def do_export(options: argparse.Namespace) -> Figures:
    """The Excel of the month, which was run before, by itself, then against openpyxl; the run that replaces it."""
    run = PayrollRun.objects.get(month__venue__code=LARGE, is_current=True)
    with tempfile.TemporaryDirectory() as folder:
        seconds, _ = timed(lambda: write_payroll(run, Path(folder) / "out.xlsx"))
    figures = {"export_s": seconds, "export_memory_mb": peak_memory()} | compare_export(run)
    figures["run_again_s"], _ = timed(run_large)
    return figures


STEPS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    "import": do_import,
    "run": do_run,
    "floor": do_floor,
    "queries": do_queries,
    "export": do_export,
}


def empty_ledger(options: argparse.Namespace) -> None:
    """Unless it is to stay as the import left it, in step with the facts: then a run has no penalty to write."""
    if not options.ledger_in_step:
        delete_rows(Penalty.objects.all())
        settle()


def settle() -> None:
    """What PostgreSQL's autovacuum would do in the midst of a measurement."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def run_of(code: str) -> PayrollRun:
    return services.run_month(venue=Venue.objects.get(code=code), month=MONTH, clock=lambda: NOW)


def run_large() -> PayrollRun:
    return run_of(LARGE)


def timed(act: Callable[[], Any], ready: Callable[[], None] = lambda: None) -> tuple[float, Any]:
    """Seconds and result, the connection open and the garbage of what went before gone."""
    connection.ensure_connection()
    gc.collect()
    ready()
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


@contextmanager
def parts_of_a_run() -> Iterator[Counter[str]]:
    """Seconds of the chunks, and within them of reading and computing; filled while the block runs.

    What the garbage collector takes is told apart: it comes whenever so many objects were made, and falls on
    whichever part happens to be at work.
    """
    spent: Counter[str] = Counter()
    at_work: list[str] = []
    began = 0.0

    def add(part: str, seconds: float) -> None:
        spent[part] += seconds  # type: ignore[assignment]

    def clocked(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            at_work.append(part)
            try:
                return function(*args, **kwargs)
            finally:
                at_work.pop()
                add(part, time.perf_counter() - start)

        return call

    def collecting(phase: str, info: Any) -> None:
        nonlocal began
        if phase == "start":
            began = time.perf_counter()
            return
        seconds = time.perf_counter() - began
        add("garbage", seconds)
        for part in at_work:
            add(part, -seconds)

    with ExitStack() as patched:
        for part, names in {**PARTS, "chunks": ("compute_chunk",)}.items():
            for name in names:
                patched.enter_context(patch.object(services, name, clocked(part, getattr(services, name))))
        gc.callbacks.append(collecting)
        patched.callback(gc.callbacks.remove, collecting)
        yield spent


def written() -> dict[str, list[int]]:
    """Rows and sums of what was written, by table: two that wrote the same have the same."""
    found = {}
    with connection.cursor() as cursor:
        for table, sql in TABLES.items():
            cursor.execute(sql)
            found[table] = [int(value or 0) for value in cursor.fetchone()]
    return found


def peak_memory() -> float:
    """The most memory this process has held, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage there counts what the parent held when this process was started
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--ledger-in-step", action="store_true")
    parser.add_argument("--migrated", action="store_true", help="the database has its tables")
    parser.add_argument("--large", type=Path)
    parser.add_argument("--small", type=Path)
    options = parser.parse_args()
    print(json.dumps(STEPS[options.step](options)))


if __name__ == "__main__":
    main()
