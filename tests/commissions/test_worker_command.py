"""``manage.py worker`` ends when it is told to, and starts anew when an error ended it."""

import os
import time
from typing import Any

import pytest
from celery import current_app
from celery.signals import worker_ready, worker_shutdown
from django.core.management import call_command


class Worker:
    def __init__(self, exitcode: int | None) -> None:
        self.exitcode = exitcode


class Started(Exception):
    """In place of a process that becomes another."""


@pytest.mark.parametrize(
    ("ready", "exit_code", "ends"),
    [
        pytest.param(True, None, SystemExit, id="told to end"),
        pytest.param(True, 1, Started, id="broken off"),
        pytest.param(False, 1, SystemExit, id="never ready"),
    ],
)
def test_a_worker_starts_anew_only_when_an_error_ended_its_work(
    settings: Any, monkeypatch: pytest.MonkeyPatch, ready: bool, exit_code: int | None, ends: type
) -> None:
    def work(_arguments: list[str]) -> None:
        if ready:
            worker_ready.send(sender=None)
        worker_shutdown.send(sender=Worker(exit_code))

    def become(*_command: object) -> None:
        raise Started

    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(current_app, "worker_main", work)
    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with pytest.raises(ends) as ended:
        call_command("worker")
    if ends is SystemExit:
        assert ended.value.code == (exit_code or 0)
