"""Excel workbooks going out: sheets of rows, written by one writer."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

TEXT, MONEY, DAY, NUMBER, RATE = "@", "#,##0.00", "yyyy-mm-dd", "0", "0.0%"
_FORMULA_STARTS = ("=", "+", "-", "@")
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E7ECF0")
_HEAD_ALIGNMENT = Alignment(horizontal="center", vertical="center")

Value = str | int | Decimal | date | None
Column = tuple[str, str, int]
"""A heading, a number format (``TEXT``, ``MONEY``, …), a width in characters."""


@dataclass(frozen=True)
class Sheet:
    """A sheet going out: its columns, its rows (yuan as ``Decimal``, days as dates), and whether the last is a sum."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    ends_with_sum: bool = False


def write_sheets(
    path: Path, sheets: Iterable[Sheet], *, house: str, span: str, check: Callable[[], None] | None = None
) -> None:
    """Write a workbook; a file that is there is replaced whole, or not at all.

    Real numbers and dates, the heading row frozen, filters on, landscape A4 with the house and the span of time
    (``2026-09``) in the page header. ``check`` may still refuse once all is written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".xlsx", delete=False) as draft:
        partial = Path(draft.name)
    try:
        book = Workbook(write_only=True)
        for sheet in sheets:
            _write_sheet(book, sheet, house, span)
        book.save(partial)
        if check is not None:
            check()
        partial.chmod(0o640)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_sheet(book: Workbook, sheet: Sheet, house: str, span: str) -> None:
    page: Any = book.create_sheet(sheet.title)
    last = get_column_letter(len(sheet.columns))
    page.freeze_panes = "A2"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    page.oddHeader.left.text = _header_text(house)
    page.oddHeader.center.text = _header_text(sheet.title)
    page.oddHeader.right.text = _header_text(span)
    page.oddFooter.center.text = "&P / &N"
    for place, (_heading, _format, width) in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.append([_head_cell(page, heading) for heading, _format, _width in sheet.columns])
    formats = [number for _heading, number, _width in sheet.columns]
    rows = 1
    for row in sheet.rows:
        page.append([_cell(page, value, number) for value, number in zip(row, formats, strict=True)])
        rows += 1
    filtered = rows - 1 if sheet.ends_with_sum else rows
    page.auto_filter.ref = f"A1:{last}{max(filtered, 1)}"


def _head_cell(page: Any, heading: str) -> Any:
    cell = WriteOnlyCell(page, heading)
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    return cell


def _cell(page: Any, value: Value, number: str) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        cell: Any = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        cell.number_format = number
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(_FORMULA_STARTS) and text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _header_text(text: str) -> str:
    """A page header reads ``&`` as a code; doubled it is itself."""
    return ILLEGAL_CHARACTERS_RE.sub("", text).replace("&", "&&")
