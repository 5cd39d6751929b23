"""``make bench``: import, run and export of 1,000 people on the configured database."""

import argparse
import json
import os
import resource
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.month import MONTH, write_month  # noqa: E402
from commissions.exports import write_payroll  # noqa: E402
from commissions.models import RunChunk  # noqa: E402
from commissions.runs import run_month  # noqa: E402
from venues.models import Venue  # noqa: E402
from workbook.services import import_workbook  # noqa: E402


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    code = f"bench-{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "month.xlsx"
        write_month(path, options.people)
        figures: dict[str, Any] = {"database": connection.vendor, "people": options.people}
        figures["import_s"], _ = timed(lambda: import_workbook(path, venue_code=code, now=timezone.now()))
        figures["memory_after_import_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        venue = Venue.objects.get(code=code)
        figures["run_s"], run = timed(lambda: run_month(venue=venue, month=MONTH))
        figures["run_again_s"], run = timed(lambda: run_month(venue=venue, month=MONTH))
        with CaptureQueriesContext(connection) as queries:
            run = run_month(venue=venue, month=MONTH)
        figures["queries_a_chunk"] = round(len(queries) / RunChunk.objects.filter(run=run).count(), 1)
        figures["export_s"], _ = timed(lambda: write_payroll(run, Path(folder) / "out.xlsx"))
        figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, value in figures.items():
        print(f"{name:24} {value:.2f}" if isinstance(value, float) else f"{name:24} {value}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
