"""A Celery worker that stops for ever in one phase of a run (``PHASE``), and says so in a file (``MARKER``)."""

import os
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from celery.signals import task_prerun

from config.celery import app

__all__ = ["app"]

PHASES: dict[str, tuple[str, Callable[..., bool]]] = {
    "claimed": ("claim_chunk", lambda *_arguments: True),
    "reading": ("month_facts", lambda *_arguments: True),
    "computing": ("derive", lambda *_arguments: True),
    # The payslips are in, their lines are not.
    "writing": ("insert_rows", lambda *_arguments: True),
    # A draft before the last is gone, the new one is not shown yet: as against the rows of a chunk, written anew.
    "finishing": ("_delete_payslips", lambda *arguments: len(arguments) == 1),
}
"""What of ``commissions.runs.services`` has just been done when the worker stops, and by which call of it."""


@task_prerun.connect
def stop_in_phase(**_told: Any) -> None:
    """In the process that computes: a pool's child has its own modules."""
    marker = Path(os.environ["MARKER"])
    if marker.exists():  # a child in place of the one that was killed
        return
    name, is_meant = PHASES[os.environ["PHASE"]]
    runs = sys.modules["commissions.runs.services"]  # can't be imported above: Celery sets Django up after this module
    function = getattr(runs, name)

    @wraps(function)
    def stopping(*arguments: Any, **options: Any) -> Any:
        result = function(*arguments, **options)
        if is_meant(*arguments):
            draft = marker.with_suffix(".draft")
            draft.write_text(str(os.getpid()))
            draft.rename(marker)
            while True:
                time.sleep(60)
        return result

    setattr(runs, name, stopping)
