"""Several processes that act in the same second, on a database of either kind."""

import json
import subprocess
from typing import Any

from tests.databases import ROOT, Settings
from tests.processes import manage_py


def act_together(environment: Settings, script: str, firsts: list[int]) -> list[Any]:
    """What a script answers in as many processes as there are ``firsts``, begun together once each is ready.

    The script reads its first, prints ``ready``, waits for a line, prints a JSON list of its answers.
    """
    processes = [
        subprocess.Popen(
            [*manage_py(), "shell", "--command", script], cwd=ROOT, env=environment, text=True,
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
