"""Faults of a workbook: where, what is wrong, what would be right."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from rulebook import cleaning
from venues.errors import Refused

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ROWS = 200_000
LONGEST_QUOTE = 40


class Fault(NamedTuple):
    """One fault: the sheet, the row (1 is the headings), the heading of the cell, the words."""

    sheet: str
    row: int
    heading: str
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row} {self.heading}".rstrip() + f": {self.message}"


class Unreadable(Refused):
    """The file as a whole can't be read; one sentence says why."""


class Faulty(Refused):
    """The workbook has faults; nothing of it was stored. ``hints`` are no faults."""

    def __init__(self, faults: list[Fault], hints: Sequence[Fault] = ()) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults, self.hints = faults, list(hints)


class BadCell(ValueError):
    """A cell's value that its column can't take; ``str()`` says why and what would be right.

    ``%(value)s`` in the message is the value, by ``about`` as its cell shows it.
    """

    def __init__(self, message: str, value: Any = "", **said: Any) -> None:
        self.message, self.said = message, said
        super().__init__(self.about(shown(value)))

    def about(self, quoted: str) -> str:
        """The words, with the value quoted like that."""
        return self.message % {"value": quoted, **self.said}


def shown(value: Any) -> str:
    """A value as a fault quotes it: on one line, not all of a long one, what nobody sees named («U+200B»)."""
    words = cleaning.named(" ".join(str(value).split()))
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


def no_workbook(name: str) -> Unreadable:
    """The file is something else; how it becomes a workbook."""
    return Unreadable(
        _("%(name)s is no Excel workbook (.xlsx); save it as one in Excel, WPS or LibreOffice.") % {"name": name}
    )


def damaged(path: Path) -> Unreadable:
    """The file can't be read as what it claims to be."""
    return Unreadable(_("%(name)s is damaged and can't be read; save it anew in Excel.") % {"name": path.name})


def too_large(path: Path) -> Unreadable:
    """The file is over what one import takes."""
    return Unreadable(
        _("%(name)s is too large: at most %(rows)s rows and %(size)s MB unpacked; split it into several files.")
        % {"name": path.name, "rows": f"{MAX_ROWS:,}", "size": MAX_UNPACKED // (1024 * 1024)}
    )
