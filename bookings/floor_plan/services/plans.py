"""Write a venue's whole floor plan at once."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import GRID_COLUMNS, GRID_ROWS, TALLEST, Fixture, Placed, Table
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.models import Venue

_TABLE_FIELDS = ("kind", "seats", "column", "row", "width", "height")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the grid: its upper left cell, counted from 1, and its size in cells."""

    column: int
    row: int
    width: int = 1
    height: int = 1

    @classmethod
    def of(cls, thing: Placed) -> Self:
        """The place of something that stands in the plan."""
        return cls(column=thing.column, row=thing.row, width=thing.width, height=thing.height)

    @property
    def is_on_the_grid(self) -> bool:
        return (
            min(self.column, self.row, self.width, self.height) >= 1
            and self.column + self.width <= GRID_COLUMNS + 1
            and self.row + self.height <= GRID_ROWS + 1
            and self.height <= TALLEST
        )

    @property
    def cells(self) -> set[tuple[int, int]]:
        return {
            (column, row)
            for column in range(self.column, self.column + self.width)
            for row in range(self.row, self.row + self.height)
        }


@dataclass(frozen=True, kw_only=True)
class PlannedTable(Place):
    """A table as the plan states it."""

    code: str
    kind: str
    seats: int


@dataclass(frozen=True, kw_only=True)
class PlannedFixture(Place):
    """A fixture as the plan states it."""

    name: str


def set_floor_plan(
    *,
    venue: Venue,
    tables: Sequence[PlannedTable],
    fixtures: Sequence[PlannedFixture],
    user: User | None = None,
    reason: str = "",
) -> bool:
    """Make this the venue's plan; returns whether it changed anything.

    Tables that the plan no longer names go out of use and stay for the bookings that name them. Refuses two
    things in one place, a place outside the grid, a code that stands twice, an unknown kind, no seats.
    """
    _refuse_codes(tables)
    _refuse_places(tables, fixtures)
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        changed = _set_tables(venue, tables, user, reason)
        return _set_fixtures(venue, fixtures, user, reason) or changed


def _refuse_codes(tables: Iterable[PlannedTable]) -> None:
    seen: set[str] = set()
    for table in tables:
        if not table.code.strip() or table.code in seen:
            raise Refused(_("Every table needs a code of its own; «%(code)s» is none.") % {"code": table.code})
        seen.add(table.code)
        if table.kind not in Table.Kind.values:
            raise Refused(_("%(code)s: there is no kind of table «%(kind)s».") % asdict(table))
        if table.seats < 1:
            raise Refused(_("%(code)s: a table has at least one seat.") % {"code": table.code})


def _refuse_places(tables: Iterable[PlannedTable], fixtures: Iterable[PlannedFixture]) -> None:
    taken: dict[tuple[int, int], str] = {}
    named: list[tuple[str, Place]] = [(table.code, table) for table in tables]
    named += [(fixture.name, fixture) for fixture in fixtures]
    for name, place in named:
        if not place.is_on_the_grid:
            raise Refused(_("%(name)s lies outside the grid.") % {"name": name})
        for cell in sorted(place.cells):
            if cell in taken:
                raise Refused(
                    _("%(name)s and %(other)s stand in the same place.") % {"name": name, "other": taken[cell]}
                )
            taken[cell] = name


def _set_tables(venue: Venue, tables: Iterable[PlannedTable], user: User | None, reason: str) -> bool:
    stored = {table.code: table for table in Table.objects.filter(venue=venue)}
    changed = []
    for planned in tables:
        table = stored.pop(planned.code, None)
        wanted = {name: getattr(planned, name) for name in _TABLE_FIELDS} | {"is_active": True}
        if table is None:
            changed.append(Table(venue=venue, code=planned.code, **wanted))
        elif any(getattr(table, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(table, name, value)
            changed.append(table)
    for table in stored.values():
        if table.is_active:
            table.is_active = False
            changed.append(table)
    # Two that change places would meet halfway: each leaves its place before any takes a new one.
    Table.objects.filter(pk__in=[table.pk for table in changed if table.pk]).update(is_active=False)
    for table in changed:
        save_traced(table, by=user, reason=reason)
    return bool(changed)


def _set_fixtures(venue: Venue, fixtures: Iterable[PlannedFixture], user: User | None, reason: str) -> bool:
    wanted = [asdict(fixture) for fixture in fixtures]
    stored: list[Any] = list(Fixture.objects.filter(venue=venue))
    as_planned = [{"name": one.name, **asdict(Place.of(one))} for one in stored]
    if _by_place(as_planned) == _by_place(wanted):
        return False
    for fixture in stored:
        delete_traced(fixture, by=user, reason=reason)
    for values in wanted:
        made: Any = Fixture(venue=venue, **values)
        save_traced(made, by=user, reason=reason)
    return True


def _by_place(fixtures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(fixtures, key=lambda fixture: (fixture["row"], fixture["column"]))
