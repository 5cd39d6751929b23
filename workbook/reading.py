"""Opening a workbook that may be anything, and reading its cells in bounded memory."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from workbook.faults import Unreadable

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_ENTRIES = 1_000
MAX_RATIO = 250
MAX_COLUMNS = 100
MAX_EMPTY_ROWS = 2_000

_OLE = b"\xd0\xcf\x11\xe0"
# What zipfile, the XML parser and openpyxl raise on damaged or crafted files.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, EOFError, OSError, SyntaxError,
    KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


class Cell(NamedTuple):
    """A cell's value, and whether it is a formula or an Excel error instead."""

    value: Any
    is_formula: bool = False
    is_error: bool = False


NOTHING = Cell(None)


class Grid(NamedTuple):
    """One sheet: its name, and its rows from the first on as (number, cells); rows without content are left out."""

    title: str
    rows: Iterator[tuple[int, list[Cell]]]


@contextmanager
def open_workbook(path: Path) -> Iterator[list[Grid]]:
    """The sheets of a workbook, in its order, without 说明 and hidden sheets that begin with ``_``.

    Raises Unreadable with one sentence for anything that is no workbook, is damaged, or is too large, also
    while its rows are read.
    """
    _check_archive(path)
    try:
        book = load_workbook(path, read_only=True, keep_links=False)
    except _DAMAGED as error:
        raise _damaged(path) from error
    try:
        budget = _Budget()
        yield [
            Grid(sheet.title, _rows(path, sheet, budget))
            for sheet in book.worksheets
            if sheet.title != "说明" and not (sheet.title.startswith("_") and sheet.sheet_state != "visible")
        ]
    finally:
        book.close()


def _damaged(path: Path) -> Unreadable:
    return Unreadable(_("%(name)s is damaged and can't be read; save it anew in Excel.") % {"name": path.name})


def _check_archive(path: Path) -> None:
    name = {"name": path.name}
    if not path.exists():
        raise Unreadable(_("There is no file %(name)s.") % name)
    if not path.is_file():
        raise Unreadable(_("%(name)s is no file.") % name)
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise Unreadable(_("%(name)s can't be opened.") % name) from error
    if not head:
        raise Unreadable(_("%(name)s is empty.") % name)
    if head == _OLE:
        raise Unreadable(
            _("%(name)s is an old .xls or has a password; save it as .xlsx without a password.") % name
        )
    if head[:2] != b"PK":
        raise Unreadable(_("%(name)s is no Excel workbook (.xlsx).") % name)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _DAMAGED as error:
        raise _damaged(path) from error
    if not any(entry.filename == "[Content_Types].xml" for entry in entries) or not any(
        entry.filename.startswith("xl/") for entry in entries
    ):
        raise Unreadable(_("%(name)s is no Excel workbook (.xlsx).") % name)
    unpacked = sum(entry.file_size for entry in entries)
    crafted = any(
        entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or crafted:
        raise Unreadable(
            _("%(name)s is too large: at most %(rows)s rows and %(size)s MB unpacked; split it into several files.")
            % {**name, "rows": f"{MAX_ROWS:,}", "size": MAX_UNPACKED // (1024 * 1024)}
        )


class _Budget:
    """The rows a whole workbook may have."""

    def __init__(self) -> None:
        self.left = MAX_ROWS

    def take(self, path: Path) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unreadable(
                _("%(name)s has more than %(rows)s rows; split it into several files.")
                % {"name": path.name, "rows": f"{MAX_ROWS:,}"}
            )


def _rows(path: Path, sheet: Any, budget: _Budget) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    empty = 0
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
            cells = [
                NOTHING if cell.value is None else Cell(cell.value, cell.data_type == "f", cell.data_type == "e")
                for cell in row
            ]
            if not any(cell.value is not None and cell.value != "" for cell in cells):
                empty += 1
                if empty > MAX_EMPTY_ROWS:
                    raise Unreadable(
                        _("%(sheet)s has more than %(rows)s empty rows one after another; delete them.")
                        % {"sheet": sheet.title, "rows": f"{MAX_EMPTY_ROWS:,}"}
                    )
                continue
            empty = 0
            if number > 1:
                budget.take(path)
            yield number, cells
    except Unreadable:
        raise
    except _DAMAGED as error:
        raise _damaged(path) from error
