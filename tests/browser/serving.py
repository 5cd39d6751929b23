"""A house served by gunicorn as it is in earnest, at this time or another."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.databases import ROOT, Templates
from tests.processes import manage_py, python_m

CLOCK = Path(__file__).parent / "clock"
CODE, PASSWORD = "lan", "a night to remember 1"
BROWSERS = (
    os.environ.get("CHROMIUM"),
    *map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser")),
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}

_BROWSERS_CLOCK = """(() => {
  const real = Date, offset = %d;
  globalThis.Date = class Date extends real {
    constructor(...parts) { parts.length ? super(...parts) : super(real.now() + offset); }
    static now() { return real.now() + offset; }
  };
})();"""


@dataclass(frozen=True)
class Site:
    """A served house: its address, the environment of its commands, how many seconds its clock is ahead."""

    address: str
    environment: dict[str, str]
    ahead: float = 0
    server: list[subprocess.Popen[bytes]] = field(default_factory=list)
    forked: bool = True
    """Whether its processes are forked from one that has loaded the code, or each loads it."""

    @property
    def script(self) -> str:
        """What a browser's page runs first, so that its clock is the house's."""
        return _BROWSERS_CLOCK % round(self.ahead * 1000)

    def reload(self) -> None:
        """What a deployment does: new workers in place of those that serve."""
        self.server[0].send_signal(signal.SIGHUP)

    def manage(self, *arguments: str) -> str:
        """What a command of the house writes, at the house's time."""
        manage = manage_py() if self.forked else [sys.executable, "manage.py"]
        done = subprocess.run(
            [*manage, *arguments], cwd=ROOT, env=self.environment, text=True, capture_output=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def fresh(
    templates: Templates, folder: Path, *, statics: Path, at: datetime | None = None, **more: str
) -> Iterator[Site]:
    """A house on a database of its own, of the kind that DATABASE_URL names; not served yet."""
    with ExitStack() as stack:
        database = None
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            database = stack.enter_context(templates.clone())
        else:
            templates.copy(folder)
        yield prepare(folder, database=database, statics=statics, at=at, migrate=False, forked=True, **more)


def prepare(
    folder: Path,
    *,
    database: str | None = None,
    statics: Path | None = None,
    at: datetime | None = None,
    migrate: bool = True,
    forked: bool = True,
    **more: str,
) -> Site:
    """A house in a folder, its static files collected, its tables made unless they are, not served yet; no broker.

    It stands ``at`` an aware moment, from now on ticking; else at this one. ``more`` is more of its environment.
    """
    unset = ("DATABASE_URL", "CELERY_BROKER_URL", "DATA_DIR")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"DATA_DIR": str(folder), "STATIC_ROOT": str(statics or folder / "static")} | more
    if database:
        environment["DATABASE_URL"] = database
    ahead = 0.0
    if at is not None:
        ahead = at.timestamp() - time.time()
        environment |= {"NIGHT_OFFSET": str(ahead), "PYTHONPATH": str(CLOCK)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(f"http://127.0.0.1:{port}", environment, ahead, forked=forked)
    if not (statics and statics.exists()):
        site.manage("collectstatic", "--noinput", "--verbosity", "0")
    if migrate:
        site.manage("migrate", "--verbosity", "0")
    return site


@contextmanager
def served(site: Site, application: str = "config.wsgi") -> Iterator[Site]:
    """Serve it by two workers for as long as the context lasts."""
    gunicorn = python_m("gunicorn") if site.forked else [sys.executable, "-m", "gunicorn"]
    server = subprocess.Popen(
        [*gunicorn, application, "--bind", site.address.partition("//")[2], "--workers", "2"],
        cwd=ROOT, env=site.environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    site.server.append(server)
    try:
        _wait_for(site.address + "/sign-in/")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < deadline, f"{address} does not answer"
            time.sleep(0.2)
