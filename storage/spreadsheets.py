"""Excel workbooks going out: sheets of rows, written by one writer."""

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from storage.worksheet import DAY, MONEY, NOT_XML, NUMBER, RATE, SIGN, TEXT, Note, Page

__all__ = [
    "DAY", "MONEY", "NUMBER", "RATE", "SIGN", "TEXT", "Column", "Note", "PageSetup", "Sheet", "Value", "write_sheets",
]  # fmt: skip

_FONT_SIZE, _SMALLEST = 11, 8.2  # points: of the text, and the least that is left of it on paper, which is to be 8
_LONGEST_TITLE = 31
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_HOUSE = 80  # a header has 255 characters

_A4, _PAGE_WIDTH, _SIDE, _TOP, _BOTTOM = 9, 11.69, 0.3, 0.75, 0.65  # across; inches
_DIGIT, _PADDING = 7.0, 5 / 7  # points a digit in the widest font in use (Excel's own takes 5.3); digits a column adds
_ROOM = (_PAGE_WIDTH - 2 * _SIDE) * 72 / _DIGIT * _FONT_SIZE / _SMALLEST  # digits, at the smallest scale

Value = str | int | Decimal | date | None
Column = tuple[str, str, float]
"""A heading, a number format (``TEXT``, ``MONEY``, …), a width in characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSetup:
    """How a sheet is printed, across A4.

    ``breaks``: how many columns stand before each further page; ``repeated``: how many stand at the left of every page;
    ``row_height``: points that a row has at least; ``has_borders``: lines around every cell, for what is filled in by
    hand; ``foot``: words at the left of the page's foot.
    """

    breaks: Sequence[int] = ()
    repeated: int = 0
    row_height: int | None = None
    has_borders: bool = False
    foot: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet going out: its columns, its rows (yuan as ``Decimal``, days as dates), and whether the last is a sum.

    A ``Note`` among the rows is written below them.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any] | Note]
    ends_with_sum: bool = False
    paper: PageSetup = field(default_factory=PageSetup)


def write_sheets(
    path: Path, sheets: Iterable[Sheet], *, house: str, span: str, check: Callable[[], None] | None = None
) -> None:
    """Write a workbook; a file that is there is replaced whole, or not at all.

    Real numbers and dates, the heading row frozen, filters on, landscape A4 with the house and the span of time
    (``2026-09``) in the page header, no text under 8 pt on paper. ``check`` may still refuse once all is written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".xlsx", delete=False) as draft:
        partial = Path(draft.name)
    try:
        with tempfile.TemporaryDirectory() as folder:  # takes what is left of a workbook that is given up
            book = Workbook(str(partial), {"constant_memory": True, "tmpdir": folder})
            for sheet in sheets:
                _write_sheet(book, sheet, house, span)
            book.close()
        if check is not None:
            check()
        partial.chmod(0o640)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_sheet(book: Workbook, sheet: Sheet, house: str, span: str) -> None:
    title, paper = _NO_TITLE.sub(" ", sheet.title)[:_LONGEST_TITLE], sheet.paper
    headings, formats, widths = zip(*sheet.columns, strict=True)
    page: Any = book.add_worksheet(title, worksheet_class=Page)
    table = page.write_table(
        book, headings, formats, widths, sheet.rows, ends_with_sum=sheet.ends_with_sum, row_height=paper.row_height,
        has_borders=paper.has_borders, notes_at=min(paper.repeated or 1, len(headings) - 1),
    )  # fmt: skip
    last = len(headings) - 1
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, table.filtered - 1, last)
    page.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(last)}{table.rows}"})
    for place, width in enumerate(table.widths):
        page.set_column(place, place, width)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_BOTTOM)
    page.fit_to_pages(len(printed_pages(table.widths, paper)), 0)
    page.hide_gridlines(0)  # they are printed
    page.repeat_rows(0)
    if paper.repeated:
        page.repeat_columns(0, paper.repeated - 1)
    if paper.breaks:
        page.set_v_pagebreaks(list(paper.breaks))
        page.print_across()
    head = [_page_text(text) for text in (house[:_LONGEST_HOUSE], title, span)]
    page.set_header("&L{}&C{}&R{}".format(*head), {"scale_with_doc": False})
    foot = f"&L{_page_text(paper.foot)}&R" if paper.foot else "&C"
    page.set_footer(f"{foot}&P / &N", {"scale_with_doc": False})


def _page_text(text: str) -> str:
    """A page header reads ``&`` as a code; doubled it is itself."""
    return NOT_XML.sub("", text).replace("&", "&&")


def printed_pages(widths: Sequence[float], paper: PageSetup) -> list[float]:
    """How wide each page is beside the others, as a part of what fits without text too small to be read.

    Columns that do not fit go to a further page, behind the columns that every page has. Each program fits as many
    pages to the width of its own font; they break where they are the fullest, at ``breaks`` where those are even.
    """
    digits = [width + _PADDING for width in widths]
    repeated = sum(digits[: paper.repeated])
    pages = [0.0]
    for place, width in enumerate(digits):
        if place in paper.breaks or (pages[-1] and pages[-1] + width > _ROOM):
            pages.append(repeated)
        pages[-1] += width
    return [page / _ROOM for page in pages]
