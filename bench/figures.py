"""What the bench measures, how it is shown, and the bounds it must keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.table import Table

Measured = Mapping[str, Any]
"""Figures of one database by key; a figure that was not taken there is not in it."""

RATIO, READING, COMPUTING, PAGE_RATIO, DASHBOARD_RATIO = 1.9, 3.5, 1.35, 2.0, 3.0
EXPORT_RATIO, EXPORT_MEMORY = 0.6, 150
"""The most that the export may take of what openpyxl takes for the same, and of memory in megabytes."""

PAGES = {
    "bare": "50 rows of one query, bare",
    "trivial": "50 rows of one query, in the shell of every page",
    "night": "an account manager's night",
    "book": "booking a table",
    "own_pay": "own pay",
    "calendar": "own calendar",
    "requests": "requests",
    "messages": "messages",
    "door": "the host's door",
    "tonight": "the floor manager's tonight",
    "poll": "its look whether anything is new",
    "month": "HR's month",
    "large_month": "HR's month, of ten times the people",
    "staff": "the staff dashboard",
    "staff_charts": "its charts",
}
_YARDSTICKS = ("bare", "trivial")
_DASHBOARDS = ("staff", "staff_charts")


def _of_pages() -> "list[Figure]":
    """The rows of the pages: the middle of their times, what one in twenty exceeds, the middle against the trivial."""
    rows = [Figure(f"{key}_p50_ms", f"{label}, p50", "{:.0f} ms") for key, label in PAGES.items()]
    rows += [Figure(f"{key}_p95_ms", f"{label}, p95", "{:.0f} ms") for key, label in PAGES.items()]
    rows[0] = replace(rows[0], section="Pages under gunicorn: 2 sync workers, 16 connections, a year of data")
    against = [
        Figure(f"{key}_ratio", label, "{:.2f}", DASHBOARD_RATIO if key in _DASHBOARDS else PAGE_RATIO)
        for key, label in PAGES.items()
        if key not in _YARDSTICKS
    ]
    against[0] = replace(against[0], section="Their p50 ÷ that of the 50 rows in the shell")
    return rows + against


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: its key in the JSON, what it is called, how it is written, and what it may not exceed."""

    key: str
    label: str
    form: str = "{:.2f} s"
    most: float | None = None
    section: str = ""

    def shown(self, measured: Measured) -> str:
        value = measured.get(self.key)
        if value is None:
            return "—"
        text = self.form.format(value)
        return f"[bold red]{text}[/]" if self.is_broken(measured) else text

    def against(self, measured: Measured, recorded: Measured) -> str:
        """How many times the recorded figure this one is; nothing where either is missing."""
        value, before = measured.get(self.key), recorded.get(self.key)
        return f"{value / before:.2f}" if value is not None and before else ""

    def is_broken(self, measured: Measured) -> bool:
        value = measured.get(self.key)
        return self.most is not None and value is not None and value > self.most


FIGURES: tuple[Figure, ...] = (
    Figure("import_s", "import", section="The month's work"),
    Figure("run_s", "run, with an empty ledger"),
    Figure("in_step_run_s", "run, the ledger in step"),
    Figure("run_again_s", "run in place of a draft"),
    Figure("export_s", "export"),
    Figure("export_cpu_s", "export", section="CPU, against openpyxl's write-only mode with the same rows and formats"),
    Figure("export_openpyxl_s", "openpyxl"),
    Figure("export_ratio", "export ÷ openpyxl", "{:.2f}", EXPORT_RATIO),
    Figure("reading_share", "reading", "{:.0%}", section="Of the run with an empty ledger"),
    Figure("computing_share", "computing", "{:.0%}"),
    Figure("writing_share", "writing", "{:.0%}"),
    Figure("garbage_share", "collecting garbage", "{:.0%}"),
    Figure("rest_share", "starting, claiming, finishing", "{:.0%}"),
    Figure("ms_a_person", "pure computing, a person and month", "{:.3f} ms"),
    Figure("floor_s", "floor, with an empty ledger", section="Against plain psycopg and COPY"),
    Figure("ratio", "run ÷ floor", "{:.2f}", RATIO),
    Figure("reading_ratio", "reading ÷ its floor", "{:.2f}", READING),
    Figure("computing_ratio", "computing ÷ its floor", "{:.2f}", COMPUTING),
    Figure("writing_ratio", "writing ÷ its floor", "{:.2f}"),
    Figure("in_step_floor_s", "floor, the ledger in step"),
    Figure("in_step_ratio", "run ÷ floor, the ledger in step", "{:.2f}", RATIO),
    Figure("queries_small", "a chunk of the small month", "{}", section="Queries"),
    Figure("queries_large", "a chunk of the large month", "{}"),
    Figure("queries_whole", "the large month in one chunk", "{}"),
    Figure("import_memory_mb", "import", "{:.0f} MB", section="Peak memory"),
    Figure("run_memory_mb", "run", "{:.0f} MB"),
    Figure("export_memory_mb", "export", "{:.0f} MB", EXPORT_MEMORY),
    *_of_pages(),
)
"""Every row of the table. What else is measured one day is a step of ``bench.steps`` and some rows here."""


def table_of(databases: Mapping[str, Measured], title: str, recorded: Mapping[str, Measured]) -> Table:
    """Two columns a database: the figures, and how many times those recorded they are."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in databases:
        table.add_column(name, justify="right")
        table.add_column("÷ recorded", justify="right")
    table.add_column("at most", justify="right")
    for figure in FIGURES:
        if figure.section:
            table.add_section()
            table.add_row(f"[bold]{figure.section}[/]")
        most = "" if figure.most is None else figure.form.format(figure.most)
        shown = [
            words
            for name, measured in databases.items()
            for words in (figure.shown(measured), figure.against(measured, recorded.get(name, {})))
        ]
        table.add_row(figure.label, *shown, most)
    return table


def broken(databases: Mapping[str, Measured]) -> list[str]:
    """Every bound that does not hold, in words."""
    said = [
        f"{name}: {figure.label}: {figure.form.format(measured[figure.key])}, at most {figure.form.format(figure.most)}"
        for name, measured in databases.items()
        for figure in FIGURES
        if figure.is_broken(measured)
    ]
    for name, measured in databases.items():
        counts: Sequence[int] = [measured[key] for key in ("queries_small", "queries_large", "queries_whole")]
        if len(set(counts)) > 1:
            said.append(f"{name}: a chunk's queries grow with its people: {counts}")
        for case in ("", "in_step_"):
            run, floor = measured[f"{case}written"], measured.get(f"{case}floor_written")
            if floor is not None and floor != run:
                said.append(f"{name}: the floor wrote {floor}, the run {run}")
    nets = {measured["written"]["payslips"][1] for measured in databases.values()}
    if len(nets) > 1:
        said.append(f"the databases pay different sums: {nets}")
    return said
