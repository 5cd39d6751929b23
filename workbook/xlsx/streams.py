"""Stream a sheet's rows out of its XML within bounds."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS

from rulebook import cleaning
from workbook.faults import MAX_UNPACKED, Unreadable, damaged, too_large
from workbook.xlsx.formats import PLAIN, NumberFormat

MAX_EMPTY_ROWS = 2_000
MAX_ELEMENTS = MAX_UNPACKED // 15  # of a sheet; those of real ones take more room
MAX_FRAME = 200_000  # elements of a small part: the list of sheets, the styles
MAX_DEPTH = 100
MAX_COLUMNS = 16_384  # Excel's own
MAX_NUMBERS = 5_000  # that are remembered
HOURS = 1.5  # days: as far as the hours of a business day go

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Cell(NamedTuple):
    """A cell's value, whether it is a formula or an Excel error instead, and the format of a number."""

    value: Any
    is_formula: bool = False
    is_error: bool = False
    format: NumberFormat = PLAIN


class Book(Protocol):
    """What the cells of a workbook share: texts, and the number formats by style."""

    path: Path
    texts: list[str]
    epoch: datetime
    formats: list[NumberFormat]


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


class ElementStream(XmlStream):
    """Reads a small part: its elements without their namespace, each with the name of the one it stands in."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, MAX_FRAME)
        self.open: list[str] = [""]
        self.done: list[tuple[str, dict[str, str], str]] = []

    def taken(self) -> list[tuple[str, dict[str, str], str]]:
        """The elements begun since it was asked last."""
        found, self.done = self.done, []
        return found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        super()._start(tag, attributes)
        name = tag.rpartition("}")[2]
        self.done.append((name, attributes, self.open[-1]))
        self.open.append(name)

    def _end(self, tag: str) -> None:
        super()._end(tag)
        self.open.pop()


def _tag(name: str) -> str:
    return f"{SHEET_MAIN_NS}}}{name}"


_ROW, _CELL, _VALUE, _FORMULA = _tag("row"), _tag("c"), _tag("v"), _tag("f")
_TEXT, _ITEM, _PHONETIC, _MERGED = _tag("t"), _tag("si"), _tag("rPh"), _tag("mergeCell")


# Handed to the parser, so that the tags it tells are these very strings: equal at a glance.
_KNOWN = {tag: tag for tag in (_ROW, _CELL, _VALUE, _FORMULA, _TEXT, _ITEM, _PHONETIC, _MERGED)}
_CONTENT = frozenset((_VALUE, _TEXT))


def _unescaped(text: str) -> str:
    """Excel writes what XML can't hold as ``_xHHHH_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _text(escaped: str) -> str:
    """A text as it was typed; empty where nobody sees anything in it."""
    if escaped.isascii() and escaped.isprintable() and "_" not in escaped:  # most of them
        return "" if escaped.isspace() else escaped
    text = _unescaped(escaped)
    return text if cleaning.words(text) else ""


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
            self.found.append(_text("".join(self.pieces)))
        elif tag == _PHONETIC:
            self.phonetic = False


class RowStream(XmlStream):
    """Reads a sheet's rows; ``merged`` takes the ranges that it merges, which stand behind them."""

    def __init__(self, book: Book, title: str, merged: list[str]) -> None:
        super().__init__(book, MAX_ELEMENTS)
        self.title, self.merged = title, merged
        self.done: list[tuple[int, dict[int, Cell]]] = []
        self.number = self.empty = 0
        self.place = -1
        self.in_row = self.in_cell = self.is_formula = self.phonetic = False
        self.kind, self.style = "n", 0
        self.cells: dict[int, Cell] = {}
        self.pieces: list[str] = []
        self.collect = self.pieces.append
        self.letters: dict[str, int] = {}
        self.numbers: dict[tuple[str, int], Cell] = {}

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
                self.expat.CharacterDataHandler = self.collect
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
        elif tag == _MERGED:
            self.merged.append(attributes.get("ref", ""))

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
            words = _text(words)
        elif not words:
            return None
        elif kind == "n":
            return self._number(words)
        elif kind == "b":
            return Cell(bool(int(words)))
        elif kind == "e":
            return Cell(words, is_error=True)
        elif kind == "d":
            return Cell(from_ISO8601(words))  # type: ignore[no-untyped-call]
        else:
            raise damaged(self.book.path)
        return Cell(words) if words else None

    def _number(self, words: str) -> Cell:
        """The cell of a number, or of the date or time that its format makes of it; many stand in many rows."""
        key = (words, self.style)
        cell = self.numbers.get(key)
        if cell is None:
            formats = self.book.formats
            cell = self._number_cell(words, formats[self.style] if 0 <= self.style < len(formats) else PLAIN)
            if len(self.numbers) < MAX_NUMBERS:
                self.numbers[key] = cell
        return cell

    def _number_cell(self, words: str, form: NumberFormat) -> Cell:
        try:
            value = float(words) if "." in words else int(words)
        except ValueError:
            value = float(words)  # what Excel itself keeps; money is read from its 15 digits, in cells.py
        if not form.is_date:
            return Cell(value, False, False, form)
        is_duration = form.is_duration or (form.is_clock and 1 <= value < HOURS)
        try:
            return Cell(from_excel(value, self.book.epoch, timedelta=is_duration), False, False, form)
        except (ArithmeticError, ValueError):
            return Cell(value, False, False, form)  # too far away for a date; the column says so
