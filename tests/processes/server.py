"""Load the code once; to each client that connects, a process forked from here answers as ``manage.py`` would."""

import gc
import importlib
import marshal
import os
import runpy
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.signals import setting_changed
from django.db import connections

LOADED = (
    "bookings.booking.services.holds",
    "commissions.runs.dispatch",
    "commissions.exports.workbook",
    "commissions.month.services",
    "config.urls",
    "django.core.management.commands.shell",
    "django.test.signals",  # what is kept of the settings is made anew when they change
    "workbook.services",
    "workbook.tasks",
)


def main(address: str) -> None:
    """Listen until killed; says a line once it does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(100)
        signal.signal(signal.SIGCHLD, lambda *_told: reap())
        print("listening", flush=True)
        while True:
            client, _from = listener.accept()
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                attend(client)
            client.close()


def reap() -> None:
    """Take note of children that ended, so that what they used counts."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def attend(client: socket.socket) -> None:
    """Fork what a client asked for, in a session of its own, and tell the exit code; it does not outlive the client."""
    head, streams, _flags, _from = socket.recv_fds(client, 4, 3)
    told = b""
    while len(told) < int.from_bytes(head, "big"):
        told += client.recv(1 << 20)
    arguments, folder, environment = marshal.loads(told)
    awake, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_told: None)  # the socket is written to as it ends
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for one in (client, awake, wake):
            one.close()
        for target, stream in enumerate(streams):
            os.dup2(stream, target)
            os.close(stream)
        act(arguments, folder, environment)
    for stream in streams:
        os.close(stream)
    with suppress(BrokenPipeError):
        client.sendall(pid.to_bytes(4, "big"))
    if client in select.select([client, awake], [], [])[0]:  # the client says no more: it was killed
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.killpg(pid, signal.SIGKILL)  # and what it has started
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(BrokenPipeError):
        client.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


def act(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be ``python manage.py`` with these arguments, or ``python -m``, in this folder and environment."""
    code = 1
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        customize(environment.get("PYTHONPATH", "").split(os.pathsep))
        renew_settings()
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            execute_from_command_line(sys.argv)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - told as the interpreter tells it
        traceback.print_exc()
    finally:
        connections.close_all()  # as at the end of any process: what SQLite wrote beside its file goes into it
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def customize(path: list[str]) -> None:
    """What the interpreter does with PYTHONPATH as it starts."""
    for folder in filter(None, path):
        sys.path.insert(1, folder)
        if (custom := Path(folder) / "sitecustomize.py").exists():
            runpy.run_path(str(custom))


def renew_settings() -> None:
    """The settings as the environment says now; whoever keeps something of them is told, as in tests."""
    module = importlib.reload(importlib.import_module("config.settings"))
    for name, value in vars(module).items():
        if name.isupper() and getattr(settings, name) != value:
            setattr(settings, name, value)
            if name != "DATABASES":
                setting_changed.send(sender=type(settings), setting=name, value=value, enter=True)
    for made in connections.all(initialized_only=True):  # none is connected
        del connections[made.alias]
    connections.settings = connections.configure_settings(settings.DATABASES)
    django.setup()


if __name__ == "__main__":
    main(sys.argv[1])
