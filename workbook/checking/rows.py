"""Read a sheet's cells into rows of values, with every fault of a single cell or row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries

from rulebook import cleaning
from rulebook.calendar import moment
from workbook.faults import BadCell, Fault, shown
from workbook.sheets import BY_TITLE, SHEETS, Column, Sheet
from workbook.xlsx.cells import CLOCK
from workbook.xlsx.formats import PLAIN, exactly
from workbook.xlsx.reading import Grid
from workbook.xlsx.streams import MAX_COLUMNS, Cell

PROGRESS_EVERY = 500
LAST_ROW = 1_048_576  # Excel's own
LONGEST_TITLE = 5  # rows above the headings among which they are looked for


@dataclass(slots=True, kw_only=True)
class Row:
    """One row: the values its file gives, by field; ``bad`` are the fields with a fault.

    Instants are aware, in the venue's zone; a bare clock time without a business day on its row stays a time.
    ``typed`` is the text of a cell that was kept otherwise, ``bare`` the number of one that shows it as other text.
    """

    sheet: Sheet
    number: int
    given: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    merged: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)

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
    """Every sheet's rows by title, the faults found cell by cell, the sheets whose keys could not be read, the hints.

    What refers to a sheet without keys can't be told unknown: the sheet's own fault is told.
    """

    rows: dict[str, list[Row]]
    faults: list[Fault]
    without_keys: set[str]
    hints: tuple[Fault, ...] = ()


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
        if not places and (below := _headings_below(sheet, grid)):
            told, found = None, [Fault(sheet.title, 1, "", _titled(below))]
        faults += found
        rows[sheet.title] = []
        if told is None:
            without_keys.add(sheet.title)
            continue
        present = {column.field for column in places.values()}
        if not present.issuperset(sheet.key):
            without_keys.add(sheet.title)
        found = []
        for number, cells in grid.rows:
            row, of_row = _row(sheet, number, cells, places, present, told, zone)
            rows[sheet.title].append(row)
            found += of_row
            if number % PROGRESS_EVERY == 0:
                progress(sheet.title, number, 0)
        faults += _with_merged(sheet, found, grid.merged, places)
    if misnamed:
        without_keys |= {sheet.title for sheet in SHEETS if sheet.title not in rows}
    return Parsed(rows, faults, without_keys)


def _titled(number: int) -> str:
    return _(
        "the headings stand in row %(row)s, below a title; delete the rows above them"
        " (from Numbers: export without the names of tables)"
    ) % {"row": number}


def _headings_below(sheet: Sheet, grid: Grid) -> int:
    """The row further down in which the headings stand after all, below a title; 0 where none is near."""
    required = {column.heading for column in sheet.columns if column.required}
    for number, cells in islice(grid.rows, LONGEST_TITLE):
        if required <= {cleaning.plain(str(cell.value)) for cell in cells.values()}:
            return number
    return 0


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
        heading = get_column_letter(place + 1) if cell.is_formula else shown(cell.format.shows(cell.value))
        column = known.get(cleaning.plain(str(cell.value)))
        if cell.is_formula or cell.is_error or column is None:
            if cell.is_formula:
                message = _("holds a formula; paste it as a value")
            else:
                message = _("there is no such column; the columns are %(known)s") % {"known": "、".join(known)}
            faults.append(Fault(sheet.title, 1, heading, message))
            told.add(place)
        elif column.heading not in missing:
            faults.append(Fault(sheet.title, 1, heading, _("this column stands twice; keep one")))
            told.add(place)
        else:
            places[place] = column
            missing.remove(column.heading)
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
    row = Row(sheet=sheet, number=number)
    faults = []
    for place in sorted(cells):
        column = places.get(place)
        if column is not None:
            fault = _fill(row, column, cells[place])
            if fault is not None:
                faults.append(fault)
        elif place not in told:
            told.add(place)
            message = _("a value in a column without a heading; give it a heading or delete it")
            faults.append(Fault(sheet.title, number, get_column_letter(place + 1), message))
    given, bad = row.given, row.bad
    for column in sheet.columns:
        if column.field not in given and column.field not in bad:
            if column.field in present:
                if column.required and not column.may_be_empty:
                    faults.append(row.fault(column.field, _("is required and empty")))
                else:
                    given[column.field] = column.kind.empty
            elif column.required:
                bad.add(column.field)
    _place_in_time(row, zone)
    return row, faults


def _fill(row: Row, column: Column, cell: Cell) -> Fault | None:
    """Read one cell into the row."""
    value, is_formula, is_error, form = cell
    if is_formula:
        return row.fault(column.field, _("holds a formula; paste it as a value"))
    if is_error:
        return row.fault(column.field, _("holds the error %(error)s; enter the value") % {"error": shown(value)})
    kind = column.kind
    if form is not PLAIN and form.pads and kind.as_shown and type(value) in (int, float) and value == int(value):
        row.bare[column.field] = str(int(value))
        value = form.shows(int(value))
    try:
        found = row.given[column.field] = kind.read(value)
    except BadCell as error:
        return row.fault(column.field, error.about(_quoted(cell)))
    if found == "":  # nothing was left of it: as an empty cell
        del row.given[column.field]
    elif kind.as_shown and found != value and type(value) is str:
        row.typed[column.field] = value
    return None


def _quoted(cell: Cell) -> str:
    """What a cell shows, and what it holds where that is another number."""
    words = shown(cell.format.shows(cell.value))
    held = cell.value
    if isinstance(held, float) and not isinstance(held, bool):
        stored = exactly(held)
        if stored not in words:
            return _("%(shown)s (stored as %(stored)s)") % {"shown": words, "stored": shown(stored)}
    elif isinstance(held, datetime) and held.time() != time() and f"{held.minute:02}" not in words:
        return _("%(shown)s (stored as %(stored)s)") % {"shown": words, "stored": shown(held)}
    return words


def _with_merged(sheet: Sheet, faults: list[Fault], merged: Iterable[str], places: dict[int, Column]) -> list[Fault]:
    """The faults of a sheet's rows with those of its merged ranges, whose empty cells are not told one by one."""
    covered: list[tuple[int, int, set[str]]] = []
    found: list[Fault] = []
    for said in merged:
        try:
            left, top, right, bottom = _corners(said)
        except ValueError:
            continue  # no range
        columns = [column.heading for place, column in sorted(places.items()) if left - 1 <= place <= right - 1]
        if bottom < 2 or not columns or (left, top) == (right, bottom):
            continue
        message = _("%(cells)s are merged: only the first holds a value; unmerge them and fill in each cell")
        found.append(Fault(sheet.title, max(top, 2), columns[0], message % {"cells": said}))
        covered.append((top, bottom, set(columns)))
    if not covered:
        return faults
    empty = _("is required and empty")
    return found + [
        fault
        for fault in faults
        if fault.message != empty
        or not any(top <= fault.row <= bottom and fault.heading in columns for top, bottom, columns in covered)
    ]


def _corners(said: str) -> tuple[int, int, int, int]:
    """The first and last column and row of a range, ``C:D`` and ``2:3`` too; raises ValueError for what is none."""
    found = [range_boundaries(corner) for corner in said.upper().split(":")]
    if not any(map(any, found)):
        raise ValueError(said)
    columns = sorted(column for left, _top, right, _bottom in found for column in (left or 1, right or MAX_COLUMNS))
    rows = sorted(row for _left, top, _right, bottom in found for row in (top or 1, bottom or LAST_ROW))
    return columns[0], rows[0], columns[-1], rows[-1]


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
