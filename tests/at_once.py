"""Several processes that act in the same second, on a database of either kind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bookings.test_same_second import ROOT, manage


def database_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> dict[str, str]:
    """The environment of a new database of a kind, its tables made; PostgreSQL's is the fixture ``postgres``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE"))}
    kept["DATA_DIR"] = str(folder)
    if kind == "postgresql":
        kept["DATABASE_URL"] = request.getfixturevalue("postgres")
    manage(kept, "migrate", "--verbosity", "0")
    return kept


def act_together(environment: dict[str, str], script: str, firsts: list[int]) -> list[Any]:
    """What a script answers in as many processes as there are ``firsts``, begun together once each is ready.

    The script reads its first, prints ``ready``, waits for a line, prints a JSON list of its answers.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--command", script], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _first in firsts
    ]  # fmt: skip
    for first, process in zip(firsts, processes, strict=True):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{first}\n")
        process.stdin.flush()
        while (line := process.stdout.readline()).strip() != "ready":
            assert line, process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers: list[Any] = []
    for process in processes:
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
        answers += json.loads(said.splitlines()[-1])
    return answers
