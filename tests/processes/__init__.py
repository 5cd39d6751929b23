"""Django processes of their own: forked from one that has loaded the code, with the settings of their environment."""

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def manage_py() -> list[str]:
    """What stands in for ``python manage.py`` where a test starts a process: as that, for a twentieth of its cost.

    The process that answers has the caller's streams, folder, environment and arguments, and its exit code is told;
    but its id is another than that of the client which waits for it.
    """
    return [*_forked(), "manage.py"]


def python_m(module: str) -> list[str]:
    """What stands in for ``python -m MODULE``, likewise."""
    return [*_forked(), "-m", module]


@cache
def _forked() -> list[str]:
    folder = tempfile.TemporaryDirectory(prefix="taizhang-")
    address = Path(folder.name) / "server"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.processes.server", str(address)],
        cwd=ROOT, env=os.environ | {"DATA_DIR": folder.name}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline(), "the process that others are forked from did not start"
    _servers.append(server.pid)
    atexit.register(_end, server, folder)
    return [sys.executable, "-I", "-S", str(Path(__file__).parent / "client.py"), str(address)]


_servers: list[int] = []


def cpu_of_forked() -> float:
    """Seconds of CPU that forked processes which have ended used, as far as this system tells."""
    ticks = 0
    for pid in _servers:
        with suppress(OSError):
            of_children = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
            ticks += sum(map(int, of_children))
    return ticks / os.sysconf("SC_CLK_TCK")


def _end(server: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    folder.cleanup()
