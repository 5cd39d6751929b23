"""Processes that compute a run are killed, cut off and outrun: it ends, once, with the same figures."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.conftest import EXAMPLES
from tests.databases import ROOT, Settings, attempt, environment, manage
from tests.phases import PHASES
from tests.processes import manage_py, python_m
from tests.test_databases import venue

__all__ = ["venue"]

PEOPLE = 30
MINUTE = 60.0


def until(found: Callable[[], Any], what: str, seconds: float = MINUTE) -> Any:
    """What is found once there is something; looked for again and again."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} seconds for {what}"
        time.sleep(0.02)
    return result


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(port: int) -> bool:
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
        return True
    return False


def start(*command: str, settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as said:
        return subprocess.Popen(
            command, cwd=ROOT, env=settings, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for a process and all that it started, except what it let go into a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running(*command: str, settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = start(*command, settings=settings, log=log)
    try:
        yield process
    finally:
        end(process)


def shell(settings: Settings, script: str, folder: Path = ROOT) -> list[str]:
    """The last line that a script in a Django process of its own prints, in words."""
    return ended(started(settings, script, folder))


def started(settings: Settings, script: str, folder: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*manage_py(), "shell", "--command", script],
        cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=2 * MINUTE)
    assert process.returncode == 0, err
    return out.splitlines()[-1].split()


def select(settings: Settings, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the database that processes with these settings work on."""
    if "DATABASE_URL" in settings:
        with psycopg.connect(settings["DATABASE_URL"], autocommit=True) as server:
            return server.execute(sql, values).fetchall()
    with closing(sqlite3.connect(Path(settings["DATA_DIR"]) / "taizhang.sqlite3", timeout=20)) as file:
        return file.execute(sql.replace("%s", "?"), values).fetchall()


IMPORTS = """
from commissions.runs.services import run_month
from rulebook.calendar import CalendarMonth
from venues.models import Venue
"""
BEGIN = f"""{IMPORTS}
from commissions.runs.dispatch import begin_run
print(begin_run(venue=Venue.objects.get(code={{venue!r}}), month=CalendarMonth(2026, 10)).pk)
"""
STATE = "SELECT state, is_current FROM commissions_payrollrun WHERE id = %s"
DONE = "SELECT count(*) FROM commissions_runchunk WHERE run_id = %s AND state = 'done'"


def is_done(settings: Settings, run: str) -> bool:
    return select(settings, STATE, int(run)) in ([("complete", True)], [("complete", 1)])


def shown(settings: Settings, code: str) -> list[dict[str, Any]]:
    """All that a venue's October shows, but for keys and what is encrypted."""
    tables = {
        "commissions_payslip": "SELECT t.* FROM commissions_payslip t JOIN shown p ON p.id = t.id",
        **{
            table: f"SELECT p.number, t.* FROM {table} t JOIN shown p ON p.id = t.payslip_id"
            for table in ("commissions_payslipline", "commissions_saleline", "commissions_openexception")
        },
    }
    with_shown = """
        WITH shown AS (
            SELECT p.id, p.number FROM commissions_payslip p
            JOIN commissions_payrollrun r ON r.id = p.run_id JOIN venues_month m ON m.id = r.month_id
            JOIN venues_venue v ON v.id = m.venue_id WHERE v.code = %s AND r.is_current
        ) """
    keys = "id", "run_id", "employee_id", "payslip_id", "penalty_id", "booking_id", "bank_account"
    rows: list[dict[str, Any]] = []
    with psycopg.connect(settings["DATABASE_URL"], autocommit=True, row_factory=psycopg.rows.dict_row) as server:
        for table, sql in tables.items():
            for row in server.execute(with_shown + sql, [code]):
                rows.append({"table": table} | {name: value for name, value in row.items() if name not in keys})
    return sorted(rows, key=str)


class Watcher(threading.Thread):
    """Looks at every venue's October again and again, and keeps what it saw, each once."""

    LOOK = """
        SELECT v.code, count(DISTINCT r.id), count(DISTINCT p.id), count(l.id), sum(l.amount)
        FROM venues_venue v
        LEFT JOIN venues_month m ON m.venue_id = v.id AND m.first_day = '2026-10-01'
        LEFT JOIN commissions_payrollrun r ON r.month_id = m.id AND r.is_current
        LEFT JOIN commissions_payslip p ON p.run_id = r.id
        LEFT JOIN commissions_payslipline l ON l.payslip_id = p.id
        GROUP BY v.code
        """

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.seen = address, set[tuple[Any, ...]]()
        self.over, self.looks = threading.Event(), 0

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as server:
            while not self.over.wait(0.03):
                self.seen.update(server.execute(self.LOOK).fetchall())
                self.looks += 1

    def __enter__(self) -> "Watcher":
        self.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.over.set()
        self.join()


class Redis:
    """A Redis that keeps nothing when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.client = redis.Redis(port=self.port)

    def start(self) -> None:
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(self.folder)}
        command = ["redis-server", *(word for name, value in options.items() for word in (f"--{name}", value))]
        self.process = start(*command, settings=dict(os.environ), log=self.folder / "redis.log")
        until(lambda: answers(self.port), "Redis")

    def waiting(self, queue: str) -> bool:
        """Whether anything that was sent to a queue is not done yet."""
        taken = (json.loads(message) for message in self.client.hvals("unacked"))
        return bool(self.client.llen(queue)) or any(routing_key == queue for *_message, routing_key in taken)


VENUES = ("calm", *PHASES, "pool", "twice", "queued", "midway")


class House:
    """PostgreSQL with venues that each hold the October example and a draft, Redis, and a worker with its clock."""

    def __init__(self, folder: Path, address: str, server: Redis) -> None:
        self.folder, self.redis = folder, server
        self.queue = "everybody"
        self.settings = environment(folder, address) | {
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{server.port}/0",
            "CELERY_QUEUE": self.queue,
            "PAYROLL_LEASE_SECONDS": "3",
            "PAYROLL_SWEEP_SECONDS": "1",
            "PAYROLL_CHUNK_SIZE": "8",
        }
        self.log = folder / "worker.log"

    def fill(self) -> None:
        """Import and run; two drafts where the test is of what a run takes away as it ends."""
        example = str(EXAMPLES / "2026-10-venue.xlsx")
        script = f"""{IMPORTS}
from datetime import UTC, datetime
from pathlib import Path
from workbook.services import import_workbook
for code in {VENUES!r}:
    import_workbook(Path({example!r}), venue_code=code, now=datetime(2027, 6, 1, tzinfo=UTC))
    for _draft in range(2 if code == "finishing" else 1):
        run = run_month(venue=Venue.objects.get(code=code), month=CalendarMonth(2026, 10))
    print(run.pk)
"""
        shell(self.settings, script)

    def worker(self) -> Any:
        return running(
            sys.executable, "manage.py", "worker", "--concurrency", "2", settings=self.settings, log=self.log
        )

    def victim(self, phase: str, marker: Path, pool: str = "solo") -> Any:
        """A worker on a queue of its own, that stops in a phase."""
        return running(
            *python_m("celery"), "-A", "tests.phases", "worker", f"--pool={pool}", "--concurrency=1",
            "-Q", marker.name, "-n", f"{marker.name}@%h", "--without-gossip", "--without-mingle",
            settings=self.settings | {"CELERY_QUEUE": marker.name, "PHASE": phase, "MARKER": str(marker)},
            log=marker.with_suffix(".log"),
        )  # fmt: skip

    def begin(self, code: str, queue: str = "", **settings: str) -> subprocess.Popen[str]:
        """A process that begins a run, as a page does, and hands it to those who listen at a queue."""
        queued = self.settings | {"CELERY_QUEUE": queue or self.queue} | settings
        return started(queued, BEGIN.format(venue=code))

    def idle(self) -> bool:
        """Whether everything that was sent to the worker is done."""
        return not self.redis.waiting(self.queue)


@pytest.fixture(scope="module")
def house(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if shutil.which("redis-server") is None:
        assert not os.environ.get("CI"), "no redis-server"
        pytest.skip("no Redis on this machine")
    folder = tmp_path_factory.mktemp("workers")
    server = Redis(folder)
    server.start()
    try:
        house = House(folder, postgres, server)
        house.fill()
        with house.worker():
            until(lambda: "ready." in house.log.read_text(), "the worker")
            yield house
    finally:
        end(server.process)


def test_a_worker_killed_in_any_phase_costs_nothing(house: House, tmp_path: Path) -> None:
    """kill -9 while it holds a chunk, reads, computes, writes or finishes: another completes the run."""
    wanted = shown(house.settings, "calm")
    markers = {phase: tmp_path / phase for phase in PHASES}
    with Watcher(house.settings["DATABASE_URL"]) as watcher, ExitStack() as victims:
        begun = {phase: house.begin(phase, phase) for phase in PHASES}
        killed = {phase: victims.enter_context(house.victim(phase, marker)) for phase, marker in markers.items()}
        runs = {phase: ended(process)[0] for phase, process in begun.items()}
        for phase, marker in markers.items():
            until(marker.exists, f"the phase {phase}")
            os.kill(int(marker.read_text()), signal.SIGKILL)
            assert killed[phase].wait(MINUTE) != 0
        for phase, run in runs.items():
            until(lambda run=run: is_done(house.settings, run), f"the run killed in {phase}")
    assert len(wanted) > PEOPLE
    assert {phase: shown(house.settings, phase) == wanted for phase in PHASES} == dict.fromkeys(PHASES, True)
    assert watcher.looks > 0
    figures = {row[1:] for row in watcher.seen}
    assert {row[:2] for row in figures} == {(1, PEOPLE)}, "always one run and all of its payslips"
    assert len(figures) == 1, watcher.seen


def test_a_pool_whose_child_is_killed_costs_nothing(house: House, tmp_path: Path) -> None:
    marker = tmp_path / "pool"
    with house.victim("computing", marker, pool="prefork"):
        run = ended(house.begin("pool", "pool"))[0]
        until(marker.exists, "the child that computes")
        os.kill(int(marker.read_text()), signal.SIGKILL)
        until(lambda: is_done(house.settings, run), "the run")
    assert shown(house.settings, "pool") == shown(house.settings, "calm")


def test_chunks_delivered_again_and_again_change_nothing(house: House) -> None:
    script = f"""{BEGIN.format(venue="twice")}
from celery import current_app
from commissions.runs.dispatch import COMPUTE_CHUNK
from commissions.models import PayrollRun
run = PayrollRun.objects.order_by("-pk").first()
ids = list(run.chunks.values_list("pk", flat=True))
for chunk in 3 * ids:
    current_app.send_task(COMPUTE_CHUNK, [chunk])
print(run.pk, *ids)
"""
    run, *chunks = shell(house.settings, script)
    until(lambda: is_done(house.settings, run), "the run")
    until(house.idle, "the copies")
    payslips = "SELECT id FROM commissions_payslip WHERE run_id = %s ORDER BY id"
    before, wanted = select(house.settings, payslips, int(run)), shown(house.settings, "calm")
    assert shown(house.settings, "twice") == wanted
    assert len(before) == PEOPLE
    shell(
        house.settings,
        f"""
from celery import current_app
from commissions.runs.dispatch import COMPUTE_CHUNK
for chunk in 2 * {list(map(int, chunks))}:
    current_app.send_task(COMPUTE_CHUNK, [chunk])
print("sent")
""",
    )
    until(house.idle, "the copies")
    assert select(house.settings, payslips, int(run)) == before
    assert shown(house.settings, "twice") == wanted


def test_redis_restarted_in_the_middle_costs_nothing(house: House) -> None:
    """What was waiting in it is lost; the sweep sends it again."""
    queued = ended(house.begin("queued", "nobody-listens"))[0]
    midway = ended(house.begin("midway", PAYROLL_CHUNK_SIZE="1"))[0]
    until(lambda: select(house.settings, DONE, int(midway)) != [(0,)], "the first chunk")
    end(house.redis.process)
    house.redis.start()
    for run in (midway, queued):
        until(lambda run=run: is_done(house.settings, run), "the run")
    wanted = shown(house.settings, "calm")
    assert shown(house.settings, "queued") == wanted
    assert shown(house.settings, "midway") == wanted


@pytest.fixture
def alone(database: Settings) -> Settings:
    """The settings of an installation without a broker."""
    return database | {
        "CELERY_BROKER_URL": "",
        "PAYROLL_CHUNK_SIZE": "1",
        "PAYROLL_LEASE_SECONDS": "3",
    }


PAGE = f"""
import os
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
{IMPORTS}
from commissions.runs.dispatch import begin_run

def application(environ, start_response):
    venue = Venue.objects.get(code=environ["PATH_INFO"].strip("/"))
    run = begin_run(venue=venue, month=CalendarMonth(2026, 10))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{{run.pk}} {{os.getpid()}}".encode()]
"""


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_run_begun_by_a_page_outlives_the_servers_reload_and_its_end(
    alone: Settings, venue: str, tmp_path: Path
) -> None:
    (tmp_path / "begins_a_run.py").write_text(PAGE, encoding="utf-8")
    port = free_port()
    with running(
        sys.executable, "-m", "gunicorn", "begins_a_run:application", "--pythonpath", str(tmp_path), "--workers", "2",
        "--bind", f"127.0.0.1:{port}", settings=alone | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        log=tmp_path / "gunicorn.log",
    ) as server:  # fmt: skip
        until(lambda: answers(port), "the server")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{venue}", timeout=MINUTE) as page:
            run, worker = page.read().decode().split()
        os.kill(server.pid, signal.SIGHUP)
        until(lambda: not is_alive(int(worker)), "the reload")
    until(lambda: is_done(alone, run), "the run")
    assert select(alone, "SELECT count(*) FROM commissions_payslip WHERE run_id = %s", int(run)) == [(PEOPLE,)]


DETACH = f"""
import subprocess
start = subprocess.Popen

def told(*arguments, **options):
    process = start(*arguments, **options)
    print(process.pid, end=" ")
    return process

subprocess.Popen = told
{BEGIN}
"""


def test_a_killed_process_is_followed_by_another_at_the_next_look(alone: Settings, venue: str) -> None:
    data = Path(alone["DATA_DIR"])  # also where it is given relative to the folder one is in
    process, run = shell(alone | {"DATA_DIR": data.name}, DETACH.format(venue=venue), data.parent)
    until(lambda: select(alone, DONE, int(run)) != [(0,)], "the first chunk")
    os.kill(int(process), signal.SIGKILL)
    look = "from commissions.runs.dispatch import sweep\nprint(sweep())"
    until(lambda: is_done(alone, run) or shell(alone, look) == ["1"], "its lease to expire")
    until(lambda: is_done(alone, run), "the run")
    assert select(alone, "SELECT count(*) FROM commissions_payslip WHERE run_id = %s", int(run)) == [(PEOPLE,)]


WRITER = """
from pathlib import Path
from django.utils import timezone
from accounts.models import User
from inbox.models import Message
from attendance.message_kinds import ROSTER_NONE_LEFT
from inbox.services import mark_read, post
from venues.models import Venue
venue = Venue.objects.get(code={venue!r})
user = User.objects.create(username={venue!r})
count = 0
while not Path({stop!r}).exists():
    now = timezone.now()
    post(venue=venue, users=[user], key=str(count), kind=ROSTER_NONE_LEFT, basis=dict(month="2026-09"), now=now)
    mark_read(messages=Message.objects.filter(user=user, read_at=None), now=now)
    count += 1
    Path({ready!r}).touch()
print(count)
"""
READER = """
from pathlib import Path
from commissions.models import Payslip, PayslipLine
count = 0
while not Path({stop!r}).exists():
    of_current = Payslip.objects.filter(run__month__venue__code={venue!r}, run__is_current=True)
    assert of_current.count() == 30
    assert PayslipLine.objects.filter(payslip__in=of_current).count() > 30
    count += 1
    Path({ready!r}).touch()
print(count)
"""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_beside_a_run_others_write_and_read_and_nobody_finds_the_database_locked(
    alone: Settings, venue: str, tmp_path: Path
) -> None:
    manage(alone, "run_payroll", "2026-10", "--venue", venue)
    stop, ready = tmp_path / "stop", [tmp_path / "writes", tmp_path / "reads"]
    others = [
        started(alone, script.format(venue=venue, stop=str(stop), ready=str(path)))
        for script, path in zip((WRITER, READER), ready, strict=True)
    ]
    try:
        until(lambda: all(path.exists() for path in ready) or any(each.poll() for each in others), "the others")
        done = attempt(alone, "run_payroll", "2026-10", "--venue", venue, "--lang", "en")
        assert done.returncode == 0, done.stderr
    finally:
        stop.touch()
    assert all(int(ended(other)[-1]) > 0 for other in others)
