"""A sheet's rows out of its XML, read as a stream within bounds."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS

from workbook.faults import MAX_UNPACKED, Unreadable, damaged, too_large

MAX_EMPTY_ROWS = 2_000
MAX_ELEMENTS = MAX_UNPACKED // 15  # of a sheet; those of real ones take more room
MAX_DEPTH = 100
MAX_COLUMNS = 16_384  # Excel's own
MAX_DAYS = 5_000  # that are remembered

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Cell(NamedTuple):
    """A cell's value, and whether it is a formula or an Excel error instead."""

    value: Any
    is_formula: bool = False
    is_error: bool = False


class Book(Protocol):
    """What the cells of a workbook share: texts, and the formats that make dates of numbers."""

    path: Path
    texts: list[str]
    epoch: datetime
    dates: frozenset[int]
    durations: frozenset[int]


class XmlStream:
    """A stream of XML without document types, entities or bottomless nesting."""

    def __init__(self, book: Book, most: int) -> None:
        self.book, self.left, self.depth = book, most, 0
        self.expat = expat.ParserCreate(namespace_separator="}", intern=dict(_KNOWN))
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
            raise damaged(self.book.path)
        if self.left < 0:
            raise too_large(self.book.path)

    def _end(self, tag: str) -> None:
        self.depth -= 1

    def _refuse(self, *said: Any) -> None:
        raise damaged(self.book.path)


def _tag(name: str) -> str:
    return f"{SHEET_MAIN_NS}}}{name}"


_ROW, _CELL, _VALUE, _FORMULA = _tag("row"), _tag("c"), _tag("v"), _tag("f")
_TEXT, _ITEM, _PHONETIC = _tag("t"), _tag("si"), _tag("rPh")


# Handed to the parser, so that the tags it tells are these very strings: equal at a glance.
_KNOWN = {tag: tag for tag in (_ROW, _CELL, _VALUE, _FORMULA, _TEXT, _ITEM, _PHONETIC)}
_CONTENT = frozenset((_VALUE, _TEXT))


def _unescaped(text: str) -> str:
    """Excel writes what XML can't hold as ``_xHHHH_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class TextStream(XmlStream):
    """Reads the shared texts."""

    def __init__(self, book: Book) -> None:
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


class RowStream(XmlStream):
    """Reads a sheet's rows."""

    def __init__(self, book: Book, title: str) -> None:
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
        self.days: dict[tuple[int, int], Any] = {}

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
            if "r" in attributes:
                letters = attributes["r"].rstrip("0123456789")
                place = self.letters.get(letters)
                self.place = self._place(letters) if place is None else place
            else:
                self.place += 1
            self.pieces.clear()
        elif tag in _CONTENT:
            if self.in_cell and not self.phonetic:
                self.expat.CharacterDataHandler = self.pieces.append
        elif tag == _ROW:
            number = int(attributes["r"]) if "r" in attributes else self.number + 1
            if number <= self.number:
                raise damaged(self.book.path)
            self.number, self.place, self.in_row = number, -1, True
            self.cells = {}
        elif tag == _FORMULA:
            self.is_formula = True
        elif tag == _PHONETIC:
            self.phonetic = True

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag in _CONTENT:
            self.expat.CharacterDataHandler = None
        elif tag == _CELL and self.in_cell:
            self.in_cell = False
            if self.pieces or self.is_formula:
                cell = self._cell("".join(self.pieces))
                if cell is not None:
                    if not 0 <= self.place < MAX_COLUMNS:
                        raise damaged(self.book.path)
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

    def _place(self, letters: str) -> int:
        place = self.letters[letters] = column_index_from_string(letters) - 1
        return place

    def _cell(self, words: str) -> Cell | None:
        """The cell just read; None where it has no content."""
        if self.is_formula:
            return Cell(words, is_formula=True)
        kind = self.kind
        if kind == "s" and words:
            place = int(words)
            if place < 0:
                raise damaged(self.book.path)
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
            raise damaged(self.book.path)
        return Cell(words) if words and not words.isspace() else None

    def _number(self, words: str) -> Any:
        """A number, or the date or time that its format makes of it."""
        value: int | float
        if words.isdecimal():
            value = int(words)
        else:
            try:
                value = int(words)
            except ValueError:
                value = float(words)  # what Excel itself keeps; money is read from its 15 digits, in cells.py
        if self.style not in self.book.dates:
            return value
        if isinstance(value, int):  # a day, of which a month's rows have thirty
            key = (value, self.style)
            if key not in self.days and len(self.days) < MAX_DAYS:
                self.days[key] = self._moment(value)
            return self.days[key] if key in self.days else self._moment(value)
        return self._moment(value)

    def _moment(self, value: int | float) -> Any:
        try:
            return from_excel(value, self.book.epoch, timedelta=self.style in self.book.durations)
        except (ArithmeticError, ValueError):
            return value  # too far away for a date; the column says so
