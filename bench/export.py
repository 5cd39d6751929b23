"""The Excel of a month against openpyxl's write-only mode with the same rows and formats, in one process."""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from commissions.exports.workbook import sheets_of, write_payroll
from commissions.models import PayrollRun
from storage.spreadsheets import SIGN, TEXT, Note, Sheet


def compare_export(run: PayrollRun, rounds: int = 2) -> dict[str, float]:
    """Seconds of CPU of the whole export, of openpyxl writing the same rows, and their ratio; the best of each counts.

    The export reads its rows and puts them into words; openpyxl is given them ready.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        ours = min(_seconds(lambda: write_payroll(run, path)) for _ in range(rounds))
        sheets = [replace(sheet, rows=list(sheet.rows)) for sheet in sheets_of(run)]
        theirs = min(_seconds(lambda: write_with_openpyxl(path, sheets)) for _ in range(rounds))
    return {"export_cpu_s": ours, "export_openpyxl_s": theirs, "export_ratio": ours / theirs}


def _seconds(act: Callable[[], None]) -> float:
    """Of CPU, so that a busy machine tells the same; no garbage of the other's in either."""
    gc.collect()
    began = time.process_time()
    act()
    return time.process_time() - began


def write_with_openpyxl(path: Path, sheets: Sequence[Sheet]) -> None:
    """The same sheets, cell by cell: values, number formats, alignment, borders, widths, filter, frozen head, page."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page: Any = book.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.print_title_rows = "1:1"
        for place, (_heading, _number, width) in enumerate(sheet.columns, 1):
            page.column_dimensions[get_column_letter(place)].width = width
        page.append(_heads(page, sheet))
        rows = 1
        for row in _cells(page, sheet):
            page.append(row)
            rows += 1
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{rows}"
    book.save(path)


def _heads(page: Any, sheet: Sheet) -> Iterator[Any]:
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="E7ECF0")
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for heading, _number, _width in sheet.columns:
        cell = WriteOnlyCell(page, heading)
        cell.font, cell.fill, cell.alignment = bold, fill, middle
        yield cell


def _cells(page: Any, sheet: Sheet) -> Iterator[list[Any]]:
    line = Side("thin")
    borders = Border(line, line, line, line) if sheet.paper.has_borders else None
    middle, wrapped = Alignment(vertical="center"), Alignment(vertical="center", wrap_text=True)
    formats = [number for _heading, number, _width in sheet.columns]
    for row in sheet.rows:
        if isinstance(row, Note):
            yield [None, row.text]
            continue
        cells: list[Any] = []
        for value, number in zip(row, formats, strict=True):
            if (value is None or value == "") and borders is None:
                cells.append(None)
                continue
            cell = WriteOnlyCell(page, value)
            is_text = isinstance(value, str)
            cell.number_format = TEXT if is_text or number == SIGN else number
            cell.alignment = wrapped if is_text else middle
            if borders is not None:
                cell.border = borders
            cells.append(cell)
        yield cells
