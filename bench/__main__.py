"""``make bench``: a month of 1,000 people on SQLite and PostgreSQL against a floor, the pages against a trivial one."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from bench.databases import Databases, Postgres, Sqlite, copied
from bench.figures import FIGURES, broken, table_of
from bench.month import write_month
from bench.pages import measure

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "bench" / "recorded.json"
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
SCREEN = Console(highlight=False)


def main(arguments: Sequence[str] | None = None, templates: Mapping[str, str] | None = None) -> int:
    """Measure and tell; ``templates`` are databases whose tables are made, by kind, else each makes its own."""
    options = _options(arguments)
    found: dict[str, dict[str, Any]] = {}
    left_out: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        months = {"large": folder / "large.xlsx", "small": folder / "small.xlsx"}
        write_month(months["large"], options.people)
        write_month(months["small"], max(1, options.people // 10))
        for kind in options.databases:
            with databases_of(kind, folder, (templates or {}).get(kind)) as databases:
                if isinstance(databases, str):
                    left_out[kind] = databases
                    SCREEN.print(f"{kind} is left out: {databases}", markup=False)
                else:
                    found[kind] = Bench(databases, folder, months, options).measure()
    wrong = broken(found)
    recorded = recorded_in(options.recorded)
    title = f"{options.people:,} people, the best of {options.rounds} rounds"
    if recorded["people"] == options.people:
        title += f"; recorded at {recorded['commit']}"
    else:  # figures of another month say nothing about these
        recorded["databases"] = {}
    SCREEN.print(table_of(found, title, recorded["databases"]))
    for line in wrong:
        SCREEN.print(line, style="bold red", markup=False)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "people": options.people, "rounds": options.rounds, "databases": found, "left_out": left_out, "broken": wrong,
    }  # fmt: skip
    options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    if options.record:
        record(options.recorded, options.people, found)
    return 1 if wrong else 0


def recorded_in(path: Path) -> dict[str, Any]:
    """The figures that were last recorded: the commit they are of, of how many people, by database."""
    if not path.exists():
        return {"commit": "", "people": 0, "databases": {}}
    recorded: dict[str, Any] = json.loads(path.read_text())
    return recorded


def record(path: Path, people: int, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the figures of the table for the runs to come, with the commit they are of.

    Databases that were not measured, or are of as many people, keep theirs.
    """
    of_before = recorded_in(path)
    databases = of_before["databases"] if of_before["people"] == people else {}
    keys = [figure.key for figure in FIGURES]
    for name, measured in found.items():
        databases[name] = {key: round(measured[key], 4) for key in keys if key in measured}
    kept = {"commit": _commit(), "people": people, "databases": databases}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _commit() -> str:
    """The commit the tree stands at, a plus behind it where the tree differs."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=9", "--exclude=*"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    kinds = ("sqlite", "postgresql")
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, default=1000, help="how many the month has; the small one has a tenth")
    parser.add_argument("--rounds", type=int, default=3, help="how often the run and its floor are timed")
    parser.add_argument("--requests", type=int, default=336, help="how often each page is asked for")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", help="where the figures are written")
    parser.add_argument("--databases", nargs="+", choices=kinds, default=kinds, help="one of them, or both")
    parser.add_argument("--recorded", type=Path, default=RECORDED, help="the figures to compare with")
    parser.add_argument("--record", action="store_true", help="keep these figures to compare with from now on")
    return parser.parse_args(arguments)


@contextmanager
def databases_of(kind: str, folder: Path, template: str | None = None) -> Iterator[Databases | str]:
    """Where databases of a kind are made; or why they can't be. In CI there is no going without."""
    if kind == "sqlite":
        yield Sqlite(folder, template)
        return
    address = os.environ.get("POSTGRES_URL", POSTGRES)
    with ExitStack() as stack:
        try:
            server = stack.enter_context(psycopg.connect(address, autocommit=True, connect_timeout=3))
        except psycopg.OperationalError as error:
            if os.environ.get("CI"):
                raise
            yield f"there is none at POSTGRES_URL ({str(error).splitlines()[0]})"
        else:
            yield Postgres(server, address, template)


class Bench:
    """The steps on one kind of database: each in a process of its own, on a copy of the same imported months."""

    forked = False  # whether the pages' server starts from a process that has loaded the code, as tests may let it

    @staticmethod
    def python_m(module: str) -> list[str]:
        """The command by which a module is started."""
        return [sys.executable, "-m", module]

    def __init__(self, databases: Databases, folder: Path, months: dict[str, Path], options: argparse.Namespace):
        self.databases, self.folder, self.months, self.options = databases, folder, months, options

    def measure(self) -> dict[str, Any]:
        imported = self.databases.new()
        try:
            files = [part for name, path in self.months.items() for part in (f"--{name}", str(path))]
            if self.databases.template:
                files.append("--migrated")
            figures = self.step("import", imported, *files) | self.work(imported)
        finally:
            self.databases.drop(imported)
        return figures | self.pages() if isinstance(self.databases, Postgres) else figures

    def pages(self) -> dict[str, Any]:
        """The pages under load, of a venue of their own with a twentieth of the people."""
        database = self.databases.new()
        folder = self.folder / "pages"
        folder.mkdir()
        try:
            with SCREEN.status("postgresql: pages"):
                return measure(
                    database, folder, people=max(2, self.options.people // 20), requests=self.options.requests,
                    migrate=not self.databases.template, forked=self.forked,
                )  # fmt: skip
        finally:
            self.databases.drop(database)

    def work(self, imported: str) -> dict[str, Any]:
        """All but the import; the run and its floor both as an import leaves the ledger, and with an empty one."""
        figures = {f"in_step_{key}": value for key, value in self.race(imported, "--ledger-in-step").items()}
        figures |= self.race(imported)
        with copied(self.databases, imported) as database:
            queries = self.step("queries", database)
            figures |= {"queries_small": queries["small"], "queries_large": queries["large"]}
            figures |= self.step("export", database)
        with copied(self.databases, imported) as database:
            figures["queries_whole"] = self.step("queries", database, chunk=self.options.people)["large"]
        return figures

    def race(self, imported: str, *arguments: str) -> dict[str, Any]:
        """Run and floor, taking turns, so that a busy moment of the machine meets both; the best of each counts."""
        runs, floors = [], []
        for _ in range(self.options.rounds):
            with copied(self.databases, imported) as database:
                runs.append(self.step("run", database, *arguments))
            if isinstance(self.databases, Postgres):
                with copied(self.databases, imported) as database:
                    floors.append(self.step("floor", database, *arguments))
        run = min(runs, key=lambda one: one["run_s"])
        figures = run | {
            "ms_a_person": min(one["ms_a_person"] for one in runs),
            "run_rounds_s": [one["run_s"] for one in runs],
        }
        for part in ("reading", "computing", "writing", "garbage", "rest"):
            figures[f"{part}_share"] = run[f"run_{part}_s"] / run["run_s"]
        if floors:
            floor = min(floors, key=lambda one: one["floor_s"])
            figures |= floor | {"written": run["written"], "floor_written": floor["written"]}
            figures["floor_rounds_s"] = [one["floor_s"] for one in floors]
            figures["ratio"] = run["run_s"] / floor["floor_s"]
            for part in ("reading", "computing", "writing"):  # the best of each, for a part is short beside a run
                figures[f"{part}_ratio"] = min(one[f"run_{part}_s"] for one in runs) / min(
                    one[f"floor_{part}_s"] for one in floors
                )
        return figures

    def step(self, name: str, database: str, *arguments: str, chunk: int | None = None) -> dict[str, Any]:
        """The figures of one step."""
        settings = os.environ | {"DATABASE_URL": database, "DATA_DIR": str(self.folder)}
        if chunk is not None:
            settings["PAYROLL_CHUNK_SIZE"] = str(chunk)
        with SCREEN.status(f"{database.partition(':')[0]}: {' '.join([name, *arguments[:1]])}"):
            done = subprocess.run(
                [*self.python_m("bench.steps"), name, *arguments],
                cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures


if __name__ == "__main__":
    sys.exit(main())
