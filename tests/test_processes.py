"""What is forked from a process that has loaded the code is as ``python manage.py`` would be there."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import ROOT, Templates
from tests.processes import manage_py

SHOWN = """
import os, sys
from django.conf import settings
from django.db import connection
names = sorted(name for name in dir(settings) if name.isupper() and name != "LOGGING")
print({name: repr(getattr(settings, name)) for name in names})
print(connection.settings_dict["NAME"], os.getcwd(), os.environ["CELERY_QUEUE"])
"""
SLEEPS = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


@pytest.fixture
def settings(templates: Templates, tmp_path: Path) -> dict[str, str]:
    return templates.copy(tmp_path) | {"CELERY_QUEUE": "here", "PAYROLL_CHUNK_SIZE": "7", "HTTPS": "1"}


def sleeping(settings: dict[str, str]) -> tuple[subprocess.Popen[str], int]:
    """A client whose forked process sleeps, and the id of that."""
    client = subprocess.Popen(
        [*manage_py(), "shell", "--verbosity", "0", "--command", SLEEPS],
        cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert client.stdout is not None
    return client, int(client.stdout.readline())


def is_gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    for _look in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_its_settings_database_and_folder_are_those_of_its_environment(settings: dict[str, str]) -> None:
    told = [
        subprocess.run(
            [*manage, "shell", "--verbosity", "0", "--command", SHOWN],
            cwd=ROOT, env=settings, capture_output=True, text=True, check=True,
        ).stdout
        for manage in (manage_py(), [sys.executable, "manage.py"])
    ]  # fmt: skip
    forked, started = (re.sub(r" at 0x\w+", "", words) for words in told)  # where a function lies
    assert forked == started


@pytest.mark.parametrize("code", [0, 3])
def test_its_exit_code_and_its_streams_are_the_callers(settings: dict[str, str], code: int) -> None:
    script = f"import sys; print(sys.stdin.read()); print('wrong', file=sys.stderr); sys.exit({code})"
    done = subprocess.run(
        [*manage_py(), "shell", "--verbosity", "0", "--command", script],
        cwd=ROOT, env=settings, input="said", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (code, "said", "wrong")


def test_it_does_not_outlive_whoever_waits_for_it(settings: dict[str, str]) -> None:
    client, pid = sleeping(settings)
    client.kill()
    client.wait()
    assert is_gone(pid)


def test_a_signal_that_ends_a_server_reaches_it(settings: dict[str, str]) -> None:
    client, pid = sleeping(settings)
    client.send_signal(signal.SIGTERM)
    client.communicate(timeout=60)
    assert client.returncode == 128 + signal.SIGTERM
    assert is_gone(pid)
