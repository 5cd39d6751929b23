"""The floor plan as it is edited: its things, its free cells, its changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bookings.floor_plan.services.plans import Place
from bookings.floor_plan.services.things import seal_of
from bookings.models import GRID_COLUMNS, GRID_ROWS, Fixture, Table
from pages.changes import Change, changes_of
from venues.models import Venue

MOST_CHANGES = 12
TABLE_TRACED = ("code", "kind", "seats", "column", "row", "width", "height", "is_active")
FIXTURE_TRACED = ("name", "column", "row", "width", "height")


class Thing(NamedTuple):
    """A table or a fixture where it stands."""

    kind: str  # "table" or "fixture"
    row: Table | Fixture
    seen: str
    is_chosen: bool


class PlanCell(NamedTuple):
    """A cell of the grid; ``is_free`` where nothing stands."""

    column: int
    row: int
    is_free: bool

    @property
    def name(self) -> str:
        """``3-4``: column and row, as addresses name it."""
        return f"{self.column}-{self.row}"


@dataclass
class Drawing:
    """A plan with everything in it; ``chosen`` is what the page is about."""

    things: Sequence[Thing]
    cells: Sequence[PlanCell]
    retired: Sequence[Table]
    chosen: Table | Fixture | None

    @property
    def tables(self) -> list[Thing]:
        return [thing for thing in self.things if thing.kind == "table"]

    @property
    def seats(self) -> int:
        return sum(thing.row.seats for thing in self.tables if isinstance(thing.row, Table))

    @property
    def first_free(self) -> PlanCell:
        return next((cell for cell in self.cells if cell.is_free), PlanCell(1, 1, False))


def drawing_of(venue: Venue, chosen: Table | Fixture | None = None) -> Drawing:
    """A venue's plan, with a row of free cells below it; two queries."""
    tables = list(Table.objects.filter(venue=venue))
    fixtures = list(Fixture.objects.filter(venue=venue))
    standing: list[tuple[str, Any]] = [("fixture", fixture) for fixture in fixtures]
    standing += [("table", table) for table in tables if table.is_active]
    taken = {cell for _kind, thing in standing for cell in Place.of(thing).cells}
    rows = min(max((row for _column, row in taken), default=0) + 1, GRID_ROWS)
    return Drawing(
        [Thing(kind, thing, seal_of(thing), thing == chosen) for kind, thing in standing],
        [
            PlanCell(column, row, (column, row) not in taken)
            for row in range(1, rows + 1)
            for column in range(1, GRID_COLUMNS + 1)
        ],
        sorted((table for table in tables if not table.is_active), key=lambda table: table.code),
        chosen,
    )


def changes_of_thing(thing: Table | Fixture) -> list[Change]:
    """What was changed of a table or a fixture, the latest first; one query."""
    rows = thing.history.select_related("history_user")
    return changes_of(rows, TABLE_TRACED if isinstance(thing, Table) else FIXTURE_TRACED)


def changes_of_plan(venue: Venue) -> list[tuple[str, Change]]:
    """The latest changes of a venue's plan, each with the name of what was changed; two queries."""
    found: list[tuple[str, Change]] = []
    models: tuple[tuple[Any, Sequence[str], str], ...] = (
        (Table, TABLE_TRACED, "code"),
        (Fixture, FIXTURE_TRACED, "name"),
    )
    for model, traced, name in models:
        latest = model.history.filter(venue=venue).select_related("history_user")
        by_thing: defaultdict[int, list[Any]] = defaultdict(list)
        for row in latest.order_by("-history_date", "-history_id")[: MOST_CHANGES * 5]:
            by_thing[row.id].append(row)
        for rows in by_thing.values():
            found += [
                (getattr(rows[0], name), change) for change in changes_of(rows, traced) if _says_something(change)
            ]
    return sorted(found, key=lambda pair: pair[1].at, reverse=True)[:MOST_CHANGES]


def _says_something(change: Change) -> bool:
    """The earliest of the rows looked at has nothing before it to be compared with."""
    return change.kind != "~" or bool(change.what) or bool(change.why)
