"""The floor of the generated venue: forty tables around the dance floor."""

from bookings.floor_plan.services.plans import PlannedFixture, PlannedTable
from bookings.models import Table

_ROWS = (
    "V1 V2 . . V3 V4",
    "V5 A1 A2 A3 A4 V6",
    "V7 A5 . . A6 V8",
    "V9 A7 . . A8 V10",
    "A9 A10 A11 A12 A13 A14",
    "A15 B1 B2 B3 B4 A16",
    "B5 . . . . B6",
    "B7 B8 B9 B10 B11 B12",
    "B13 . . . . B14",
)
_KINDS = {"V": (Table.Kind.BOOTH, (8, 10, 12)), "A": (Table.Kind.TABLE, (4, 6)), "B": (Table.Kind.BAR, (2, 3))}


def _table(code: str, column: int, row: int) -> PlannedTable:
    kind, seats = _KINDS[code[0]]
    return PlannedTable(code=code, kind=kind.value, seats=seats[int(code[1:]) % len(seats)], column=column, row=row)


TABLES = tuple(
    _table(code, column, row)
    for row, codes in enumerate(_ROWS, 1)
    for column, code in enumerate(codes.split(), 1)
    if code != "."
)
FIXTURES = (
    PlannedFixture(name="DJ 台", column=3, row=1, width=2),
    PlannedFixture(name="舞池", column=3, row=3, width=2, height=2),
    PlannedFixture(name="吧台", column=2, row=7, width=4),
    PlannedFixture(name="入口", column=2, row=9, width=4),
)
