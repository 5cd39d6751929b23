"""A venue in a test: import, run, lock and export through the services, as the commands do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commissions.exports.workbook import SHEETS, sheets_of, write_payroll
from commissions.models import PayrollRun
from commissions.month.services import lock_month
from commissions.runs.services import run_month
from commissions.selectors import current_run, exceptions_of, lines_of
from rulebook.calendar import CalendarMonth
from storage.garbage import no_garbage_collection
from storage.spreadsheets import Note
from tests.figures import Rows, exported_figures, figures_of
from tests.workbooks import Sheets, as_read, write_workbook
from venues.models import Venue
from workbook.checking.rows import parse
from workbook.services import Summary, import_parsed, import_workbook

AFTER = datetime(2027, 6, 1, 12, tzinfo=UTC)
"""A moment at which the months of the tests have ended."""


class House:
    """A venue by its code, and a folder for its files.

    ``by_file``: what is brought and what is exported goes through workbooks written and read, which only tests of
    these need.
    """

    by_file = False

    def __init__(self, folder: Path, code: str = "main", now: datetime = AFTER) -> None:
        self.folder, self.code, self.now = folder, code, now
        self.files = 0

    @property
    def venue(self) -> Venue:
        return Venue.objects.get(code=self.code)

    def path(self, suffix: str = "xlsx") -> Path:
        self.files += 1
        return self.folder / f"{self.code}-{self.files}.{suffix}"

    def bring(self, sheets: Sheets | Path, **options: Any) -> Summary:
        """Import sheets, or a file."""
        if self.by_file and not isinstance(sheets, Path):
            sheets = write_workbook(self.path(), sheets)
        if isinstance(sheets, Path):
            return import_workbook(sheets, venue_code=self.code, now=self.now, **options)
        return self.given(sheets, **options)

    def given(self, sheets: Sheets, **options: Any) -> Summary:
        """Import sheets without writing a file and reading it."""
        venue = Venue.objects.filter(code=self.code).first() or Venue(code=self.code)
        with no_garbage_collection():
            parsed = parse(as_read(sheets), venue.zone, lambda step, done, total: None)
            return import_parsed(parsed, self.path().name, venue_code=self.code, now=self.now, **options)

    def run(self, month: str) -> PayrollRun:
        return run_month(venue=self.venue, month=CalendarMonth.parse(month), clock=lambda: self.now)

    def lock(self, month: str) -> PayrollRun:
        return lock_month(venue=self.venue, month=CalendarMonth.parse(month), now=self.now)

    def current(self, month: str) -> PayrollRun:
        run = current_run(self.venue, CalendarMonth.parse(month))
        assert run is not None
        return run

    @staticmethod
    def rows(run: PayrollRun) -> dict[str, Rows]:
        """The rows that the first two sheets of a run's workbook hold, by heading."""
        chosen = (sheet for sheet in SHEETS if sheet.title in ("工资表", "工资明细"))
        return {
            sheet.title: [
                dict(zip([heading for heading, *_form in sheet.columns], row, strict=True))
                for row in sheet.rows
                if not isinstance(row, Note)
            ]
            for sheet in sheets_of(run, chosen)
        }

    def export(self, month: str) -> Path:
        path = self.path()
        write_payroll(self.current(month), path)
        return path

    def figures(self, month: str) -> dict[str, dict[str, Any]]:
        """The figures of a month as they are exported, with the number of open exceptions."""
        run = self.current(month)
        figures = exported_figures(self.export(month)) if self.by_file else figures_of(self.rows(run))
        for found in figures.values():
            found["例外"] = 0
        for item in exceptions_of(run):
            figures[item.payslip.number]["例外"] += 1
        return figures

    def lines(self, month: str) -> dict[str, list[tuple[str, str]]]:
        """Every payslip's lines as (article, amount)."""
        lines: dict[str, list[tuple[str, str]]] = {}
        for line in lines_of(self.current(month)):
            lines.setdefault(line.number, []).append((line.article, str(line.amount)))
        return lines


def expected(path: Path) -> dict[str, dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))
