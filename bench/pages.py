"""The pages under gunicorn on PostgreSQL: two sync workers, sixteen connections, a year of data, a Saturday night."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.browser.serving import prepare, served
from tests.databases import ROOT

NIGHT = datetime(2026, 11, 21, 13, 47, tzinfo=UTC)  # Saturday, 21:47 in Shanghai
MONTH, VENUE, LARGE_VENUE = "2026-11", "/v/pages/", "/v/many/"
PAGES: dict[str, tuple[str, str]] = {
    "bare": ("bare/", "owner"),
    "trivial": ("trivial/", "account_manager"),
    "night": ("night/", "account_manager"),
    "book": ("book/", "account_manager"),
    "own_pay": ("mine/", "account_manager"),
    "calendar": (f"mine/calendar/{MONTH}/", "account_manager"),
    "requests": ("requests/", "account_manager"),
    "messages": ("messages/", "account_manager"),
    "door": ("door/", "host"),
    "tonight": ("tonight/", "floor_manager"),
    "poll": ("tonight/poll/?v={version}", "floor_manager"),
    "month": (f"payroll/{MONTH}/", "hr"),
    "large_month": (f"payroll/{MONTH}/", "large_hr"),
    "staff": (f"staff/{MONTH}/", "floor_manager"),
    "staff_charts": (f"staff/{MONTH}/?view=charts", "floor_manager"),
}
"""Path below the venue's, and who asks."""

YARDSTICKS = ("bare", "trivial")


def measure(
    database: str, folder: Path, *, people: int, requests: int, migrate: bool = True, forked: bool = False
) -> dict[str, Any]:
    """p50 and p95 of each page in milliseconds, and its p50 against that of the trivial page."""
    site = prepare(folder, database=database, at=NIGHT, migrate=migrate, forked=forked)
    told = site.manage(
        "shell", "--verbosity", "0", "--command", f"from bench.house import begin; print(begin({people}))"
    )
    sessions = json.loads(told.splitlines()[-1])
    with served(site, application="bench.wsgi"):
        port = int(site.address.rpartition(":")[2])
        pages = [
            (name, (LARGE_VENUE if role == "large_hr" else VENUE) + path, sessions[role])
            for name, (path, role) in PAGES.items()
        ]
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True,
            input=json.dumps({"port": port, "pages": pages, "requests": requests, "board": f"{VENUE}tonight/"}),
        )  # fmt: skip
    return figures_of(json.loads(done.stdout))


def figures_of(spent: dict[str, list[float]]) -> dict[str, Any]:
    """The figures of what each page spent, in milliseconds."""
    middle = {name: median(times) for name, times in spent.items()}
    figures: dict[str, Any] = {f"{name}_p50_ms": value for name, value in middle.items()}
    figures |= {f"{name}_p95_ms": quantiles(times, n=20)[-1] for name, times in spent.items()}
    return figures | {
        f"{name}_ratio": value / middle["trivial"] for name, value in middle.items() if name not in YARDSTICKS
    }
