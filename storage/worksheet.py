"""A faster XlsxWriter worksheet that takes whole rows."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

TEXT, MONEY, DAY, NUMBER, RATE = "@", "#,##0.00", "yyyy-mm-dd", "0", "0.0%"
SIGN = "@;"
"""Of a column of single signs: text in its middle."""
_DAY_ZERO = date(1899, 12, 30).toordinal()
_LONGEST_TEXT = 32_767  # characters that a cell holds
_FORMULA_STARTS = ("=", "+", "-", "@")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_AN_ESCAPE = re.compile("_(x[0-9a-fA-F]{4}_)")  # Excel reads _x0041_ as A
_HEAD_HEIGHT, _LINE_HEIGHT, _AIR = 36, 16, 3  # points: of two lines; of a line of Han in any font; around a text
_HIGHEST = 409  # points that a row has at most
_NARROW, _HAN, _INDENT = 6, 2.1, 1.5  # digits: a column that its filter's button covers; a Han character; an indent


@dataclass(frozen=True, slots=True)
class Note:
    """A line of text below a table, among its rows."""

    text: str


@dataclass(frozen=True, slots=True)
class WrittenRange:
    """What was written: how many rows there are, how many of them are filtered, the columns' widths in characters."""

    rows: int
    filtered: int
    widths: list[float]


class Page(Worksheet):
    """A worksheet in constant memory whose rows are made into text here and go straight into its file."""

    def write_table(
        self,
        book: Workbook,
        headings: Sequence[str],
        formats: Sequence[str],
        widths: Sequence[float],
        rows: Iterable[Sequence[Any] | Note],
        *,
        ends_with_sum: bool,
        row_height: int | None,
        has_borders: bool,
        notes_at: int,
    ) -> WrittenRange:
        """Write the headings and, below them, the rows; a row is held back until it is known whether it is the last."""
        table = _Table(book, formats, widths, row_height, has_borders)
        file: Any = self.fh
        out = file.write
        out(table.head(headings))
        last, held = 1, None
        notes = []
        for row in rows:
            if isinstance(row, Note):
                notes.append(row.text)
                continue
            if held is not None:
                last += 1
                out(table.row(last, held))
            held = row
        filtered = last
        if held is not None:
            last += 1
            filtered += not ends_with_sum
            out(table.row(last, held, is_sum=ends_with_sum))
        for place, text in enumerate(notes, last + 2):
            out(table.note(place, notes_at, text))
            last = place
        self._check_dimensions(0, 0)
        self._check_dimensions(last - 1, len(formats) - 1)
        return WrittenRange(last, filtered, table.widths())


@dataclass(frozen=True, slots=True)
class _Ends:
    """What stands in a cell behind its place, by column; None where an empty cell is left out."""

    empty: list[str | None]
    figure: list[str]
    text: list[str]
    like_formula: list[str]


class _Table:
    """Makes rows into the text of a worksheet's part."""

    def __init__(
        self, book: Workbook, formats: Sequence[str], widths: Sequence[float], row_height: int | None, has_borders: bool
    ) -> None:
        self.book, self.formats, self.given, self.row_height = book, formats, widths, row_height
        self.letters = [f'<c r="{xl_col_to_name(place)}' for place in range(len(formats))]
        self.longest = [0] * len(formats)
        self.lines = {"border": 1} if has_borders else {}
        self.indent = {"indent": 1} if has_borders else {}
        self.taken = _INDENT if has_borders else 0
        self.plain = self._ends(self.lines)
        self.sums = self._ends({**self.lines, "bold": True, "top": 1})

    def _style(self, **properties: Any) -> int:
        style: Any = self.book.add_format({"valign": "vcenter"} | properties)
        return int(style._get_xf_index())

    def _ends(self, look: dict[str, Any]) -> "_Ends":
        def text(number: str, **more: Any) -> str:
            look_of_text: dict[str, Any] = {"align": "center"} if number == SIGN else {"text_wrap": True, **self.indent}
            style = self._style(**look, **look_of_text, **more, num_format=TEXT)
            return f'" s="{style}" t="inlineStr"><is><t'

        def figure(number: str) -> int:
            middle: dict[str, Any] = {"align": "right", **self.indent} if self.indent else {}
            if number in (DAY, SIGN):
                middle = {"align": "center"}
            return self._style(**look, **middle, num_format=TEXT if number == SIGN else number)

        figures = [figure(number) for number in self.formats]
        return _Ends(
            empty=[f'" s="{style}"/>' if self.lines else None for style in figures],
            figure=[f'" s="{style}"><v>' for style in figures],
            text=[text(number) for number in self.formats],
            like_formula=[text(number, quote_prefix=True) for number in self.formats],
        )

    def head(self, headings: Sequence[str]) -> str:
        """The headings: at the top where a column is so narrow that the filter's button would cover them."""
        cells = []
        for start, heading, width in zip(self.letters, headings, self.given, strict=True):
            style = self._style(
                **(self.lines or {"bottom": 1}), bold=True, bg_color="#E7ECF0", align="center", text_wrap=True,
                valign="top" if width < _NARROW else "vcenter",
            )  # fmt: skip
            cells.append(f'{start}1" s="{style}" t="inlineStr"><is><t{_text(heading)}')
        return _row(1, cells, (_HEAD_HEIGHT, True))

    def note(self, number: int, place: int, text: str) -> str:
        """A note, which runs on over the columns to its right."""
        return _row(number, [f'{self.letters[place]}{number}" t="inlineStr"><is><t{_text(text)}'])

    def row(self, number: int, values: Sequence[Any], *, is_sum: bool = False) -> str:
        ends, longest = self.sums if is_sum else self.plain, self.longest
        cells = []
        for place, (start, value) in enumerate(zip(self.letters, values, strict=True)):
            if value is None or value == "":
                if (empty := ends.empty[place]) is not None:
                    cells.append(f"{start}{number}{empty}")
            elif isinstance(value, str):
                end = ends.like_formula if value.startswith(_FORMULA_STARTS) else ends.text
                cells.append(f"{start}{number}{end[place]}{_text(value)}")
            elif isinstance(value, date):
                cells.append(f"{start}{number}{ends.figure[place]}{value.toordinal() - _DAY_ZERO}</v></c>")
            else:
                text = str(value)
                if len(text) > longest[place]:
                    longest[place] = len(text)
                cells.append(f"{start}{number}{ends.figure[place]}{text}</v></c>")
        return _row(number, cells, self._height(values))

    def _height(self, values: Sequence[Any]) -> tuple[int, bool] | None:
        """What a row needs for its longest text, where that is known to be more than a line; whether that is fixed."""
        lines = 1
        for value, width in zip(values, self.given, strict=True):
            room = width - self.taken
            if isinstance(value, str) and len(value) * _HAN > room:
                lines = max(lines, _lines(value, room))
        needed = min(_LINE_HEIGHT * lines + _AIR, _HIGHEST)
        if self.row_height is not None:
            return max(self.row_height, needed), True
        return (needed, False) if lines > 1 else None

    def widths(self) -> list[float]:
        """The widths as given, or what the longest amount takes with its separators: one cut off is shown as ####."""
        return [
            max(width, length + (length - 4) // 3 + 1) if number == MONEY and length else width
            for width, length, number in zip(self.given, self.longest, self.formats, strict=True)
        ]


def _row(number: int, cells: Sequence[str], height: tuple[int, bool] | None = None) -> str:
    given = ""
    if height is not None:  # one that is not fixed follows what is typed
        given = f' ht="{height[0]}"' + (' customHeight="1"' if height[1] else "")
    return f'<row r="{number}"{given}>{"".join(cells)}</row>'


def _text(text: str) -> str:
    """The end of a cell of text: nothing that XML can't hold, blanks kept, what looks like an escape escaped."""
    text = NOT_XML.sub("", text)[:_LONGEST_TEXT]
    if "_x" in text:
        text = _LIKE_AN_ESCAPE.sub(r"_x005F_\1", text)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f"{kept}>{escape(text)}</t></is></c>"


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many digits wide, rather one too many."""
    taken = 0
    for line in text.split("\n"):
        digits = sum(_HAN if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        taken += math.ceil(digits / max(1, width - 1)) if digits > width else 1
    return taken
