"""A sheet's cells to rows of values, with every fault of a single cell or row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from rulebook.calendar import moment
from workbook.cells import CLOCK
from workbook.faults import BadCell, Fault, shown
from workbook.reading import Grid
from workbook.sheets import BY_TITLE, SHEETS, Column, Sheet
from workbook.streams import Cell

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
        if self.bad and not self.bad.isdisjoint(self.sheet.key):
            return None
        given = self.given
        return tuple([given.get(name, "") for name in self.sheet.key])

    def fault(self, name: str, message: str) -> Fault:
        self.bad.add(name)
        return Fault(self.sheet.title, self.number, self.sheet.headings[name], message)

    def good(self, *names: str) -> bool:
        """Whether none of these fields has a fault."""
        return not self.bad or self.bad.isdisjoint(names)


class Parsed(NamedTuple):
    """Every sheet's rows by title, the faults found cell by cell, and the sheets whose keys could not be read.

    What refers to a sheet without keys can't be told unknown: the sheet's own fault is told.
    """

    rows: dict[str, list[Row]]
    faults: list[Fault]
    without_keys: set[str]


def parse(grids: list[Grid], zone: tzinfo, progress: Callable[[str, int, int], None]) -> Parsed:
    """Read every sheet."""
    rows: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    without_keys: set[str] = set()
    misnamed = False
    for grid in grids:
        first = next(grid.rows, None)
        if first is None:
            continue
        sheet = BY_TITLE.get(grid.title)
        if sheet is None:
            misnamed = True
            known = "、".join(BY_TITLE)
            faults.append(
                Fault(
                    shown(grid.title), 1, "", _("there is no such sheet; the sheets are %(known)s") % {"known": known}
                )
            )
            continue
        if sheet.title in rows:
            faults.append(Fault(sheet.title, 1, "", _("this sheet stands twice; keep one")))
            continue
        places, told, found = _headings(sheet, *first)
        faults += found
        rows[sheet.title] = []
        if told is None:
            without_keys.add(sheet.title)
            continue
        present = {column.field for column in places.values()}
        if not present.issuperset(sheet.key):
            without_keys.add(sheet.title)
        for number, cells in grid.rows:
            row, found = _row(sheet, number, cells, places, present, told, zone)
            rows[sheet.title].append(row)
            faults += found
            if number % PROGRESS_EVERY == 0:
                progress(sheet.title, number, 0)
    if misnamed:
        without_keys |= {sheet.title for sheet in SHEETS if sheet.title not in rows}
    return Parsed(rows, faults, without_keys)


def _headings(
    sheet: Sheet, number: int, cells: dict[int, Cell]
) -> tuple[dict[int, Column], set[int] | None, list[Fault]]:
    """Which column stands where, and the places passed over because their fault is told; None for every place."""
    if number != 1:
        message = _("row 1 is empty; the headings should stand there")
        return {}, None, [Fault(sheet.title, 1, "", message)]
    known = {column.heading: column for column in sheet.columns}
    places: dict[int, Column] = {}
    told: set[int] = set()
    faults = []
    missing = set(known)
    for place, cell in sorted(cells.items()):
        heading = get_column_letter(place + 1) if cell.is_formula else shown(cell.value)
        column = known.get(heading)
        if cell.is_formula or cell.is_error or column is None:
            if cell.is_formula:
                message = _("holds a formula; paste it as a value")
            else:
                message = _("there is no such column; the columns are %(known)s") % {"known": "、".join(known)}
            faults.append(Fault(sheet.title, 1, heading, message))
            told.add(place)
        elif heading not in missing:
            faults.append(Fault(sheet.title, 1, heading, _("this column stands twice; keep one")))
            told.add(place)
        else:
            places[place] = column
            missing.remove(heading)
    for column in sheet.columns:
        if column.required and column.heading in missing:
            faults.append(Fault(sheet.title, 1, column.heading, _("this column is required and missing")))
    return places, told, faults


def _row(
    sheet: Sheet,
    number: int,
    cells: dict[int, Cell],
    places: dict[int, Column],
    present: set[str],
    told: set[int],
    zone: tzinfo,
) -> tuple[Row, list[Fault]]:
    row = Row(sheet, number)
    faults = []
    for place, cell in sorted(cells.items()):
        if place in places:
            fault = _fill(row, places[place], cell)
            if fault is not None:
                faults.append(fault)
        elif place not in told:
            told.add(place)
            message = _("a value in a column without a heading; give it a heading or delete it")
            faults.append(Fault(sheet.title, number, get_column_letter(place + 1), message))
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
    """Read one cell into the row."""
    if cell.is_formula:
        return row.fault(column.field, _("holds a formula; paste it as a value"))
    if cell.is_error:
        return row.fault(column.field, _("holds the error %(error)s; enter the value") % {"error": shown(cell.value)})
    try:
        row.given[column.field] = column.kind.read(cell.value)
    except BadCell as error:
        return row.fault(column.field, str(error))
    return None


def _place_in_time(row: Row, zone: tzinfo) -> None:
    """Bare clock times by the row's business day, and every instant into the venue's zone."""
    day: date | None = row.given.get("business_day")
    for column in row.sheet.timed:
        value = row.given.get(column.field)
        if column.kind is CLOCK and isinstance(value, time):
            if day is not None:
                row.given[column.field] = moment(day, value, zone)
            elif "business_day" in row.sheet.fields:
                row.bad.add(column.field)  # the business day's own fault is told
        elif isinstance(value, datetime):
            row.given[column.field] = value.replace(tzinfo=zone)
