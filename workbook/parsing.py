"""A sheet's cells to rows of values, with every fault of a single cell or row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from rulebook.calendar import moment
from workbook.cells import CLOCK, INSTANT
from workbook.faults import BadCell, Fault
from workbook.reading import MAX_COLUMNS, Cell, Grid
from workbook.sheets import BY_TITLE, Column, Sheet

PROGRESS_EVERY = 500


@dataclass(slots=True)
class Row:
    """One row: the values its file gives, by field; ``bad`` are the fields with a fault.

    Instants are aware, in the venue's zone; a bare clock time without a business day on its row stays a time.
    """

    sheet: Sheet
    number: int
    given: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    merged: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...] | None:
        """The row's key; None where a part of it is missing or wrong."""
        if self.bad & set(self.sheet.key):
            return None
        return tuple(self.given.get(name, "") for name in self.sheet.key)

    def fault(self, name: str, message: str) -> Fault:
        self.bad.add(name)
        return Fault(self.sheet.title, self.number, self.sheet.headings[name], message)

    def good(self, *names: str) -> bool:
        """Whether none of these fields has a fault."""
        return not self.bad.intersection(names)


def parse(
    grids: list[Grid], zone: tzinfo, progress: Callable[[str, int, int], None]
) -> tuple[dict[str, list[Row]], list[Fault]]:
    """Every sheet's rows by title, and the faults found cell by cell."""
    rows: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    for grid in grids:
        first = next(grid.rows, None)
        if first is None:
            continue
        sheet = BY_TITLE.get(grid.title)
        if sheet is None:
            known = "、".join(BY_TITLE)
            faults.append(
                Fault(grid.title, 1, "", _("there is no such sheet; the sheets are %(known)s") % {"known": known})
            )
            continue
        places, told, found = _headings(sheet, *first)
        faults += found
        rows[sheet.title] = []
        for number, cells in grid.rows:
            row, found = _row(sheet, number, cells, places, told, zone)
            rows[sheet.title].append(row)
            faults += found
            if number % PROGRESS_EVERY == 0:
                progress(sheet.title, number, 0)
    return rows, faults


def _headings(
    sheet: Sheet, number: int, cells: list[Cell]
) -> tuple[list[Column | None], set[int], list[Fault]]:
    """Which column stands where, and the places that are passed over because their fault is told."""
    if number != 1:
        message = _("row 1 is empty; the headings should stand there")
        return [], set(range(MAX_COLUMNS)), [Fault(sheet.title, 1, "", message)]
    known = {column.heading: column for column in sheet.columns}
    places: list[Column | None] = []
    told: set[int] = set()
    faults = []
    for place, cell in enumerate(cells):
        heading = "" if cell.value is None else str(cell.value).strip()
        column = known.get(heading)
        if heading and (column is None or cell.is_formula or cell.is_error):
            message = _("there is no such column; the columns are %(known)s") % {"known": "、".join(known)}
            faults.append(Fault(sheet.title, 1, heading, message))
            column = None
            told.add(place)
        elif column is not None and column in places:
            faults.append(Fault(sheet.title, 1, heading, _("this column stands twice; keep one")))
            column = None
            told.add(place)
        places.append(column)
    for column in sheet.columns:
        if column.required and column not in places:
            faults.append(Fault(sheet.title, 1, column.heading, _("this column is required and missing")))
    return places, told, faults


def _row(
    sheet: Sheet, number: int, cells: list[Cell], places: list[Column | None], told: set[int], zone: tzinfo
) -> tuple[Row, list[Fault]]:
    row = Row(sheet, number)
    faults = []
    for place, cell in enumerate(cells):
        column = places[place] if place < len(places) else None
        if column is not None:
            fault = _fill(row, column, cell)
            if fault is not None:
                faults.append(fault)
        elif cell.value is not None and place not in told:
            told.add(place)
            message = _("a value in a column without a heading; give it a heading or delete it")
            faults.append(Fault(sheet.title, number, get_column_letter(place + 1), message))
    present = {column.field for column in places if column is not None}
    for column in sheet.columns:
        if column.field not in row.given and column.field not in row.bad:
            if column.field in present:
                if column.required and not column.may_be_empty:
                    faults.append(row.fault(column.field, _("is required and empty")))
                else:
                    row.given[column.field] = column.kind.empty
            elif column.required:
                row.bad.add(column.field)
    _place_in_time(row, zone)
    return row, faults


def _fill(row: Row, column: Column, cell: Cell) -> Fault | None:
    """Read one cell into the row; an empty one is left to its column."""
    if cell.is_formula:
        return row.fault(column.field, _("holds a formula; paste it as a value"))
    if cell.is_error:
        return row.fault(column.field, _("holds the error %(error)s; enter the value") % {"error": cell.value})
    if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
        return None
    try:
        row.given[column.field] = column.kind.read(cell.value)
    except BadCell as error:
        return row.fault(column.field, str(error))
    return None


def _place_in_time(row: Row, zone: tzinfo) -> None:
    """Bare clock times by the row's business day, and every instant into the venue's zone."""
    day: date | None = row.given.get("business_day")
    for column in row.sheet.columns:
        value = row.given.get(column.field)
        if column.kind is CLOCK and isinstance(value, time):
            if day is not None:
                row.given[column.field] = moment(day, value, zone)
            elif "business_day" in row.sheet.fields:
                row.bad.add(column.field)  # the business day's own fault is told
        elif column.kind in (CLOCK, INSTANT) and isinstance(value, datetime):
            row.given[column.field] = value.replace(tzinfo=zone)
