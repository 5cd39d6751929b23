"""Opening a workbook that may be anything, and reading its cells in bounded memory and time.

Nothing that a file says of itself is believed: sizes are counted while unpacking, sheets and texts are read as
a stream, and only parts that have been looked through reach openpyxl (the list of sheets, the styles).
"""

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from workbook.faults import Unreadable

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_ENTRIES = 1_000
MAX_RATIO = 250
MAX_COLUMNS = 16_384  # Excel's own
MAX_EMPTY_ROWS = 2_000
MAX_ELEMENTS = MAX_UNPACKED // 15  # of a sheet; those of real ones take more room
MAX_FRAME = 200_000
MAX_DEPTH = 100
CHUNK = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0"
_ENTRY = b"PK\x01\x02"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
# The parts that openpyxl is shown: neither sheets nor texts, which are read here.
_FRAME = re.compile(
    r"\[Content_Types\]\.xml|xl/(?!sharedStrings|calcChain|comments)[^/]+\.xml|xl/_rels/[^/]+\.rels", re.IGNORECASE
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What zipfile, the XML parser and openpyxl raise on damaged or crafted files.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, expat.ExpatError, EOFError, OSError,
    SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # what it leaves out is not read


class Cell(NamedTuple):
    """A cell's value, and whether it is a formula or an Excel error instead."""

    value: Any
    is_formula: bool = False
    is_error: bool = False


class Grid(NamedTuple):
    """One sheet: its name, and its rows from the first on as (number, cells by place).

    Places count from 0; cells and rows without content are left out.
    """

    title: str
    rows: Iterator[tuple[int, dict[int, Cell]]]


@contextmanager
def open_workbook(path: Path) -> Iterator[list[Grid]]:
    """The sheets of a workbook, in its order, without 说明 and hidden sheets that begin with ``_``.

    Raises Unreadable with one sentence for anything that is no workbook, is damaged, or is too large, also
    while its rows are read.
    """
    _check_head(path)
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise _damaged(path) from error
    with archive:
        _check_entries(path, archive)
        try:
            book = _Book(path, archive)
        except _DAMAGED as error:
            raise _damaged(path) from error
        yield [
            Grid(sheet.name, book.rows(sheet.name, part))
            for sheet, part in book.sheets
            if sheet.name != "说明" and not (sheet.name.startswith("_") and sheet.state != "visible")
        ]


# --- the file ---------------------------------------------------------------------------------------------
def _damaged(path: Path) -> Unreadable:
    return Unreadable(_("%(name)s is damaged and can't be read; save it anew in Excel.") % {"name": path.name})


def _too_large(path: Path) -> Unreadable:
    return Unreadable(
        _("%(name)s is too large: at most %(rows)s rows and %(size)s MB unpacked; split it into several files.")
        % {"name": path.name, "rows": f"{MAX_ROWS:,}", "size": MAX_UNPACKED // (1024 * 1024)}
    )


def _check_head(path: Path) -> None:
    name = {"name": path.name}
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unreadable(_("%(name)s is no file.") % name)
        with path.open("rb") as file:
            head = file.read(4)
            rest = iter(lambda: file.read(CHUNK), b"") if size <= MAX_UNPACKED else ()
            entries = sum(chunk.count(_ENTRY) for chunk in rest)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise Unreadable(_("There is no file %(name)s.") % name) from None
    except OSError as error:
        raise Unreadable(_("%(name)s can't be opened.") % name) from error
    if not head:
        raise Unreadable(_("%(name)s is empty.") % name)
    if head == _OLE:
        raise Unreadable(_("%(name)s is an old .xls or has a password; save it as .xlsx without a password.") % name)
    if head[:2] != b"PK":
        raise Unreadable(_("%(name)s is no Excel workbook (.xlsx).") % name)
    if size > MAX_UNPACKED or entries > MAX_ENTRIES:
        raise _too_large(path)


def _check_entries(path: Path, archive: zipfile.ZipFile) -> None:
    """What the archive says of itself: the first, cheap look."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(_("%(name)s is no Excel workbook (.xlsx).") % {"name": path.name})
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(
            _("%(name)s is an old .xls or has a password; save it as .xlsx without a password.") % {"name": path.name}
        )
    crafted = any(
        entry.file_size > CHUNK and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        for entry in entries
        if entry.filename.endswith((".xml", ".rels"))
    )
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED or crafted:
        raise _too_large(path)


# --- the workbook -----------------------------------------------------------------------------------------
class _Book:
    """An open workbook: its sheets, texts and date formats, and what of it may still be unpacked and read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self.archive = path, archive
        self.bytes_left, self.rows_left = MAX_UNPACKED, MAX_ROWS
        reader = self._frame()
        book = reader.wb
        self.epoch = book.epoch
        self.dates: frozenset[int] = frozenset(getattr(book, "_date_formats", ()))
        self.durations: frozenset[int] = frozenset(getattr(book, "_timedelta_formats", ()))
        names = set(archive.namelist())
        self.sheets = []
        for sheet, relation in reader.parser.find_sheets():
            if relation.Type.endswith("/worksheet"):  # no chart or macro sheet
                if relation.target not in names:
                    raise _damaged(path)
                self.sheets.append((sheet, relation.target))
        self.texts = self._texts(reader.package)

    def _frame(self) -> ExcelReader:
        """openpyxl's view of the workbook, on a copy that holds only small parts that were looked through."""
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w") as target:
            for name in dict.fromkeys(self.archive.namelist()):
                if _FRAME.fullmatch(name):
                    target.writestr(name, self._looked_through(name))
        reader = ExcelReader(copy, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        return reader

    def _looked_through(self, name: str) -> bytes:
        chunks = []
        parser = _Parser(self, MAX_FRAME)
        for chunk in self._chunks(name):
            parser.feed(chunk)
            chunks.append(chunk)
        parser.close()
        content = b"".join(chunks)
        if _STRICT in content:
            raise Unreadable(
                _("%(name)s is a Strict Open XML workbook; save it as Excel Workbook (.xlsx).")
                % {"name": self.path.name}
            )
        return content

    def _chunks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece."""
        entry = self.archive.getinfo(name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged(self.path)
        part: IO[bytes]
        with self.archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                if len(chunk) == CHUNK and b">" not in chunk:  # no tag or text of a workbook is that long
                    raise _damaged(self.path)
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise _too_large(self.path)
                yield chunk

    def _texts(self, package: Manifest) -> list[str]:
        """The texts that cells share."""
        found = package.find(SHARED_STRINGS)
        if found is None:
            return []
        texts = _Texts(self)
        for chunk in self._chunks(found.PartName[1:]):
            texts.feed(chunk)
        texts.close()
        return texts.found

    def rows(self, title: str, part: str) -> Iterator[tuple[int, dict[int, Cell]]]:
        """A sheet's rows that have content, within what the whole workbook may have."""
        last = 0
        try:
            reader = _Rows(self, title)
            for chunk in self._chunks(part):
                reader.feed(chunk)
                for number, cells in reader.taken():
                    if number - last > MAX_EMPTY_ROWS:
                        raise reader.too_empty()
                    last = number
                    if number > 1:
                        self.rows_left -= 1
                        if self.rows_left < 0:
                            raise Unreadable(
                                _("%(name)s has more than %(rows)s rows; split it into several files.")
                                % {"name": self.path.name, "rows": f"{MAX_ROWS:,}"}
                            )
                    yield number, cells
            reader.close()
        except _DAMAGED as error:
            raise _damaged(self.path) from error


# --- the parts --------------------------------------------------------------------------------------------
class _Parser:
    """A stream of XML without document types, entities or bottomless nesting."""

    def __init__(self, book: _Book, most: int) -> None:
        self.book, self.left, self.depth = book, most, 0
        self.expat = expat.ParserCreate(namespace_separator="}")
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.StartDoctypeDeclHandler = self._refuse

    def feed(self, chunk: bytes) -> None:
        self.expat.Parse(chunk, False)

    def close(self) -> None:
        self.expat.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.left -= 1
        if self.depth > MAX_DEPTH:
            raise _damaged(self.book.path)
        if self.left < 0:
            raise _too_large(self.book.path)

    def _end(self, tag: str) -> None:
        self.depth -= 1

    def _refuse(self, *said: Any) -> None:
        raise _damaged(self.book.path)


def _tag(name: str) -> str:
    return f"{SHEET_MAIN_NS}}}{name}"


_ROW, _CELL, _VALUE, _FORMULA = _tag("row"), _tag("c"), _tag("v"), _tag("f")
_TEXT, _ITEM, _PHONETIC = _tag("t"), _tag("si"), _tag("rPh")


def _unescaped(text: str) -> str:
    """Excel writes what XML can't hold as ``_xHHHH_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Texts(_Parser):
    """Reads the shared texts."""

    def __init__(self, book: _Book) -> None:
        super().__init__(book, MAX_ELEMENTS)
        self.found: list[str] = []
        self.pieces: list[str] = []
        self.phonetic = False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        super()._start(tag, attributes)
        if tag == _TEXT:
            if not self.phonetic:
                self.expat.CharacterDataHandler = self.pieces.append
        elif tag == _ITEM:
            self.pieces.clear()
        elif tag == _PHONETIC:
            self.phonetic = True

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag == _TEXT:
            self.expat.CharacterDataHandler = None
        elif tag == _ITEM:
            self.found.append(_unescaped("".join(self.pieces)))
        elif tag == _PHONETIC:
            self.phonetic = False


class _Rows(_Parser):
    """Reads a sheet's rows."""

    def __init__(self, book: _Book, title: str) -> None:
        super().__init__(book, MAX_ELEMENTS)
        self.title = title
        self.done: list[tuple[int, dict[int, Cell]]] = []
        self.number = self.empty = 0
        self.place = -1
        self.in_row = self.in_cell = self.is_formula = self.phonetic = False
        self.kind, self.style = "n", 0
        self.cells: dict[int, Cell] = {}
        self.pieces: list[str] = []
        self.letters: dict[str, int] = {}

    def taken(self) -> list[tuple[int, dict[int, Cell]]]:
        """The rows that are complete, once."""
        rows, self.done = self.done, []
        return rows

    def too_empty(self) -> Unreadable:
        return Unreadable(
            _("%(sheet)s has more than %(rows)s empty rows one after another; delete them.")
            % {"sheet": self.title, "rows": f"{MAX_EMPTY_ROWS:,}"}
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.left -= 1
        if self.depth > MAX_DEPTH or self.left < 0:
            super()._start(tag, attributes)
        if tag == _CELL and self.in_row:
            self.in_cell, self.is_formula = True, False
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
            self.place = self._place(attributes["r"]) if "r" in attributes else self.place + 1
            self.pieces.clear()
        elif tag in (_VALUE, _TEXT):
            if self.in_cell and not self.phonetic:
                self.expat.CharacterDataHandler = self.pieces.append
        elif tag == _ROW:
            number = int(attributes["r"]) if "r" in attributes else self.number + 1
            if number <= self.number:
                raise _damaged(self.book.path)
            self.number, self.place, self.in_row = number, -1, True
            self.cells = {}
        elif tag == _FORMULA:
            self.is_formula = True
        elif tag == _PHONETIC:
            self.phonetic = True

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag in (_VALUE, _TEXT):
            self.expat.CharacterDataHandler = None
        elif tag == _CELL and self.in_cell:
            self.in_cell = False
            if self.pieces or self.is_formula:
                cell = self._cell("".join(self.pieces))
                if cell is not None:
                    if not 0 <= self.place < MAX_COLUMNS:
                        raise _damaged(self.book.path)
                    self.cells[self.place] = cell
        elif tag == _ROW:
            self.in_row = False
            if self.cells:
                self.empty = 0
                self.done.append((self.number, self.cells))
            else:
                self.empty += 1
                if self.empty > MAX_EMPTY_ROWS:
                    raise self.too_empty()
        elif tag == _PHONETIC:
            self.phonetic = False

    def _place(self, coordinate: str) -> int:
        letters = coordinate.rstrip("0123456789")
        if letters not in self.letters:
            self.letters[letters] = column_index_from_string(letters) - 1
        return self.letters[letters]

    def _cell(self, words: str) -> Cell | None:
        """The cell just read; None where it has no content."""
        if self.is_formula:
            return Cell(words, is_formula=True)
        kind = self.kind
        if kind == "s" and words:
            place = int(words)
            if place < 0:
                raise _damaged(self.book.path)
            words = self.book.texts[place]
        elif kind in ("str", "inlineStr"):
            words = _unescaped(words)
        elif not words:
            return None
        elif kind == "n":
            return Cell(self._number(words))
        elif kind == "b":
            return Cell(bool(int(words)))
        elif kind == "e":
            return Cell(words, is_error=True)
        elif kind == "d":
            return Cell(from_ISO8601(words))
        else:
            raise _damaged(self.book.path)
        return Cell(words) if words and not words.isspace() else None

    def _number(self, words: str) -> Any:
        """A number, or the date or time that its format makes of it."""
        try:
            value: int | float = int(words)
        except ValueError:
            value = float(words)
        if self.style in self.book.dates:
            try:
                return from_excel(value, self.book.epoch, timedelta=self.style in self.book.durations)
            except (ArithmeticError, ValueError):
                return value  # too far away for a date; the column says so
        return value
