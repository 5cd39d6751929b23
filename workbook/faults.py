"""What is wrong with a workbook, where, and what would be right."""

from typing import Any, NamedTuple

from venues.errors import Refused

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
    """The workbook has faults; nothing of it was stored."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class BadCell(ValueError):
    """A cell's value that its column can't take; ``str()`` says why and what would be right."""


def shown(value: Any) -> str:
    """A value as a fault quotes it: on one line, and not all of a long one."""
    words = " ".join(str(value).split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"
