"""Opening a workbook that may be anything, in bounded memory.

Nothing that a file says of itself is believed: sizes are counted while unpacking, sheets and texts are read as
a stream, and only parts that have been looked through reach openpyxl: the list of sheets, the styles. Its own
row reader takes four times as long, unpacks what a lying header says, and refuses a sheet whose stated size is
nonsense.
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
from typing import IO, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

from workbook.faults import MAX_ROWS, MAX_UNPACKED, Unreadable, damaged, too_large
from workbook.streams import MAX_EMPTY_ROWS, Cell, RowStream, TextStream, XmlStream

MAX_ENTRIES = 1_000
MAX_RATIO = 250
MAX_FRAME = 200_000
CHUNK = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0"
_ENTRY = b"PK\x01\x02"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
# The parts that openpyxl is shown: neither sheets nor texts, which are read here.
_FRAME = re.compile(
    r"\[Content_Types\]\.xml|xl/(?!sharedStrings|calcChain|comments)[^/]+\.xml|xl/_rels/[^/]+\.rels", re.IGNORECASE
)
# What zipfile, the XML parser and openpyxl raise on damaged or crafted files.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, expat.ExpatError, EOFError, OSError,
    SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # what it leaves out is not read


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
        raise damaged(path) from error
    with archive:
        _check_entries(path, archive)
        try:
            book = _Book(path, archive)
        except _DAMAGED as error:
            raise damaged(path) from error
        yield [
            Grid(sheet.name, book.rows(sheet.name, part))
            for sheet, part in book.sheets
            if sheet.name != "说明" and not (sheet.name.startswith("_") and sheet.state != "visible")
        ]


# --- the file ---------------------------------------------------------------------------------------------
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
        raise too_large(path)


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
        raise too_large(path)


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
                    raise damaged(path)
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
        parser = XmlStream(self, MAX_FRAME)
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
            raise damaged(self.path)
        part: IO[bytes]
        with self.archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                if len(chunk) == CHUNK and b">" not in chunk:  # no tag or text of a workbook is that long
                    raise damaged(self.path)
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise too_large(self.path)
                yield chunk

    def _texts(self, package: Manifest) -> list[str]:
        """The texts that cells share."""
        found = package.find(SHARED_STRINGS)
        if found is None:
            return []
        texts = TextStream(self)
        for chunk in self._chunks(found.PartName[1:]):
            texts.feed(chunk)
        texts.close()
        return texts.found

    def rows(self, title: str, part: str) -> Iterator[tuple[int, dict[int, Cell]]]:
        """A sheet's rows that have content, within what the whole workbook may have."""
        last = 0
        try:
            reader = RowStream(self, title)
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
            raise damaged(self.path) from error
