"""Read a file in a process of its own, which says what came of it, its memory and its work."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from tests.processes import python_m
from tests.workbook.work import counted
from workbook.faults import Unreadable
from workbook.xlsx.reading import open_workbook

MOST = 2**30
"""Bytes of address space that reading may take, with the program itself."""


def read_apart(path: Path) -> dict[str, Any]:
    """What reading a whole file took: ``said`` of it where it is refused, rows, MB, bytes unpacked, elements."""
    done = subprocess.run(
        [*python_m("tests.workbook.apart"), str(path)], cwd=settings.BASE_DIR, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _used() -> float:
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(path: Path) -> None:
    """Read, and print the figures as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    before, said, rows = _used(), "", 0
    try:
        with counted() as work, open_workbook(path) as grids:
            for grid in grids:
                rows += sum(1 for _row in grid.rows)
    except Unreadable as refusal:
        said = str(refusal)
    figures = {"said": said, "rows": rows, "mb": _used() - before}
    print(json.dumps(figures | {"unpacked": work.unpacked, "elements": work.elements}))


if __name__ == "__main__":
    with translation.override(None):
        main(Path(sys.argv[1]))
