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

from storage.worksheet import DAY, MONEY, NOT_XML, NUMBER, RATE, TEXT, Note, Page

__all__ = ["DAY", "MONEY", "NUMBER", "RATE", "TEXT", "Column", "Note", "Paper", "Sheet", "Value", "write_sheets"]

FONT_SIZE, SMALLEST = 11, 8  # points: of the text, and the least that it may be on paper
_LONGEST_TITLE = 31
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_HOUSE = 80  # a header has 255 characters

# A4 across, in inches; a part of it is left to programs that draw a column wider than Excel does.
_A4, _PAGE_WIDTH, _SIDE, _TOP, _BOTTOM, _USED = 9, 11.69, 0.4, 0.75, 0.65, 0.97
_INCH, _DIGIT, _PADDING = 96, 7, 5  # pixels: an inch, a digit of the text, what a column has beside its digits

Value = str | int | Decimal | date | None
Column = tuple[str, str, int]
"""A heading, a number format (``TEXT``, ``MONEY``, …), a width in characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """How a sheet is printed, across A4.

    ``breaks``: how many columns stand before each further page; ``repeated``: how many stand at the left of every page;
    ``row_height`` in points and lines around every cell, for what is filled in by hand; ``foot``: words at the left of
    the page's foot.
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
    paper: Paper = field(default_factory=Paper)


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
        has_borders=paper.has_borders,
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
    page.set_print_scale(_scale(table.widths, paper))
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


def _scale(widths: Sequence[float], paper: Paper) -> int:
    """The percentage at which the widest page of columns fits, unless its text were too small to be read.

    What does not fit then is continued on further pages.
    """
    pixels = [int(width * _DIGIT + 0.5) + _PADDING for width in widths]
    pages = zip((0, *paper.breaks), (*paper.breaks, len(pixels)), strict=True)
    repeated = sum(pixels[: paper.repeated])
    widest = max(sum(pixels[start:end]) + (repeated if start else 0) for start, end in pages)
    room = (_PAGE_WIDTH - 2 * _SIDE) * _INCH * _USED
    return max(-(-100 * SMALLEST // FONT_SIZE), min(100, int(100 * room / widest)))
