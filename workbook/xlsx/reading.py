"""Open a workbook that may be anything, in bounded memory.

Nothing that a file says of itself is believed: sizes are counted while unpacking, every part is read as a stream.
Of its styles only the number formats are read, so that no style refuses a file.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from rulebook import cleaning
from workbook.faults import MAX_ROWS, MAX_UNPACKED, Unreadable, damaged, no_workbook, too_large
from workbook.xlsx.foreign import HEAD, foreign
from workbook.xlsx.formats import NumberFormat, built_in, number_format
from workbook.xlsx.streams import MAX_EMPTY_ROWS, Cell, ElementStream, RowStream, TextStream

MAX_ENTRIES = 1_000
MAX_RATIO = 250
CHUNK = 1024 * 1024

_MAIN, _TYPES = "xl/workbook.xml", "[content_types].xml"
_TYPE = re.compile(r"\.(styles|sharedStrings)\+xml$")
_PASSED_OVER = ("说明", "导出摘要", "輸出摘要", "Export Summary")  # our notes, and what Numbers puts before its sheets
_OF_NUMBERS = re.compile(r"(?P<sheet>.+?) ?- ?(?P<table>.+)")
_UNNAMED_SHEET = re.compile(r"(?:工作表|表单|表單|Sheet) ?\d*", re.IGNORECASE)  # as Numbers calls one
_UNNAMED_TABLE = re.compile(r"(?:表格|Table|表) ?[\d-]*")
_ENTRY = b"PK\x01\x02"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
# What zipfile and the XML parser raise on damaged or crafted files.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError,
    SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip


class Grid(NamedTuple):
    """One sheet: its name, and its rows from the first on as (number, cells by place).

    Places count from 0; cells and rows without content are left out. ``merged`` are the ranges that it merges, as
    ``F2:F4``: they are known once the rows were read.
    """

    title: str
    rows: Iterator[tuple[int, dict[int, Cell]]]
    merged: Sequence[str] = ()


@contextmanager
def open_workbook(path: Path, known: Container[str] = ()) -> Iterator[list[Grid]]:
    """The sheets of a workbook, in its order, without 说明 and hidden sheets of other names than ``known``.

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
        yield list(book.grids(known))


# --- the file ---------------------------------------------------------------------------------------------
def _check_head(path: Path) -> None:
    name = {"name": path.name}
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unreadable(_("%(name)s is no file.") % name)
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(0)
            rest = iter(lambda: file.read(CHUNK), b"") if size <= MAX_UNPACKED and head[:2] == b"PK" else ()
            entries = sum(chunk.count(_ENTRY) for chunk in rest)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise Unreadable(_("There is no file %(name)s.") % name) from None
    except OSError as error:
        raise Unreadable(_("%(name)s can't be opened.") % name) from error
    if not head:
        raise Unreadable(_("%(name)s is empty.") % name)
    if head[:2] != b"PK":
        raise foreign(path, head)
    if size > MAX_UNPACKED or entries > MAX_ENTRIES:
        raise too_large(path)


def _check_entries(path: Path, archive: zipfile.ZipFile) -> None:
    """What the archive says of itself: the first, cheap look."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    parts = {_part(name) for name in names}
    name = {"name": path.name}
    if parts & {"content.xml", "mimetype"}:
        raise Unreadable(_("%(name)s is no Excel workbook: save it in LibreOffice as Excel 2007–365 (.xlsx).") % name)
    if any(part.endswith(".iwa") or part == "index.zip" for part in parts):
        raise Unreadable(_("%(name)s is no Excel workbook: export it from Numbers as Excel (.xlsx).") % name)
    if "xl/workbook.bin" in parts:
        raise Unreadable(_("%(name)s is a binary workbook (.xlsb); save it as Excel Workbook (.xlsx).") % name)
    if _TYPES not in parts or not any(name.startswith("xl/") for name in parts):
        raise no_workbook(path.name)
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
    """An open workbook: its sheets, texts and number formats, and what of it may still be unpacked and read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self.archive = path, archive
        self.bytes_left, self.rows_left = MAX_UNPACKED, MAX_ROWS
        self.parts = {_part(name): name for name in archive.namelist()}
        main = next((part for _key, kind, part in self._relations("") if kind == "officeDocument"), _MAIN)
        relations = list(self._relations(main))
        self.epoch, sheets = self._sheets(main)
        targets = {key: part for key, kind, part in relations if kind == "worksheet"}  # no chart or macro sheet
        kinds = {key: kind for key, kind, _target in relations}
        self.sheets: list[tuple[str, bool, str]] = []
        for title, is_visible, key in sheets:
            if key not in kinds:
                raise damaged(path)
            if key in targets:
                if targets[key] not in self.parts:
                    raise damaged(path)
                self.sheets.append((title, is_visible, targets[key]))
        found = {kind: part for _key, kind, part in [*self._typed(), *relations] if part in self.parts}
        self.formats: list[NumberFormat] = self._formats(found["styles"]) if "styles" in found else []
        self.texts: list[str] = self._texts(found["sharedStrings"]) if "sharedStrings" in found else []

    def grids(self, known: Container[str]) -> Iterator[Grid]:
        for title, is_visible, part in self.sheets:
            name = _title(title, known)
            if name not in _PASSED_OVER and (is_visible or name in known):
                merged: list[str] = []
                yield Grid(name, self.rows(name, part, merged), merged)

    def _relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """The relations of a part: id, the last word of their kind, the part they lead to."""
        folder, name = PurePosixPath(part).parent, PurePosixPath(part).name
        listed = _part(str(folder / "_rels" / f"{name}.rels"))
        if listed not in self.parts:
            return
        for tag, said, _within in self._elements(listed):
            if tag == "Relationship" and said.get("TargetMode") != "External":
                kind = said.get("Type", "").rpartition("/")[2]
                yield said.get("Id", ""), kind, _part(str(folder / said.get("Target", "")))

    def _typed(self) -> Iterator[tuple[str, str, str]]:
        """The parts by what the archive says they are, where no relation leads to them."""
        for tag, said, _within in self._elements(_TYPES):
            kind = _TYPE.search(said.get("ContentType", "")) if tag == "Override" else None
            if kind is not None:
                yield "", kind[1], _part(said.get("PartName", ""))

    def _sheets(self, part: str) -> tuple[datetime, list[tuple[str, bool, str]]]:
        """The epoch of dates; the sheets' names, whether they are shown, and the ids of their relations."""
        epoch, sheets = WINDOWS_EPOCH, []
        for tag, said, _within in self._elements(part):
            if tag == "workbookPr" and said.get("date1904", "").lower() in ("1", "true", "on"):
                epoch = MAC_EPOCH
            elif tag == "sheet":
                is_visible = said.get("state", "visible") == "visible"
                key = next((value for name, value in said.items() if name.endswith("}id")), "")
                sheets.append((said.get("name", ""), is_visible, key))
        return epoch, sheets

    def _formats(self, part: str) -> list[NumberFormat]:
        """The number format of every style; nothing else of the styles is looked at."""
        own: dict[str, NumberFormat] = {}
        styles: list[str] = []
        for tag, said, within in self._elements(part):
            if tag == "numFmt" and within == "numFmts":
                own[said.get("numFmtId", "")] = number_format(said.get("formatCode", ""))
            elif tag == "xf" and within == "cellXfs":
                styles.append(said.get("numFmtId", "0"))
        return [own.get(key) or built_in(int(key) if key.isdecimal() and len(key) < 10 else 0) for key in styles]

    def _elements(self, part: str) -> Iterator[tuple[str, dict[str, str], str]]:
        """Every element of a small part, without its namespace: name, attributes, the element it stands in."""
        parser = ElementStream(self)
        for chunk in self._chunks(part):
            if _STRICT in chunk:
                raise Unreadable(
                    _("%(name)s is a Strict Open XML workbook; save it as Excel Workbook (.xlsx).")
                    % {"name": self.path.name}
                )
            parser.feed(chunk)
            yield from parser.taken()
        parser.close()
        yield from parser.taken()

    def _chunks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece."""
        entry = self.archive.getinfo(self.parts[name])
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

    def _texts(self, part: str) -> list[str]:
        """The texts that cells share."""
        texts = TextStream(self)
        for chunk in self._chunks(part):
            texts.feed(chunk)
        texts.close()
        return texts.found

    def rows(self, title: str, part: str, merged: list[str]) -> Iterator[tuple[int, dict[int, Cell]]]:
        """A sheet's rows that have content, within what the whole workbook may have."""
        last = 0
        try:
            reader = RowStream(self, title, merged)
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


def _part(name: str) -> str:
    """The name of a part as relations and archives write it: with or without a slash before it, in any case."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _title(title: str, known: Container[str]) -> str:
    """A sheet's name, cleaned; Numbers writes the name of its table behind it: one of the two it gave itself."""
    name = cleaning.plain(title)
    found = _OF_NUMBERS.fullmatch(name)
    if found is None:
        return name
    sheet, table = found["sheet"], found["table"]
    if sheet in known and (table == sheet or _UNNAMED_TABLE.fullmatch(table)):
        return sheet
    return table if table in known and _UNNAMED_SHEET.fullmatch(sheet) else name
