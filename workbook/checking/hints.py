"""Hints of an import: nothing is wrong, and somebody should look at it."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _

from staff.identity import Identity, doubts_about, identities_of
from venues.models import Venue
from workbook.checking import stored
from workbook.checking.rows import Row
from workbook.faults import Fault, shown
from workbook.sheets import BOOKINGS, EMPLOYEES

_NUMBERS = ("id_number", "bank_account")


def hints_of(venue: Venue, rows: dict[str, list[Row]], new: list[Row]) -> list[Fault]:
    """The hints of a checked workbook, by their cells; ``new`` are the bookings that it makes or changes."""
    people = sorted(_people(venue, rows.get(EMPLOYEES.title, [])), key=lambda hint: hint.row)
    return [*people, *sorted(_arrivals(venue, new), key=lambda hint: hint.row)]


def _people(venue: Venue, rows: list[Row]) -> Iterator[Fault]:
    """Cards and ID papers whose numbers are odd, or stand on two people."""
    named = [
        row for row in rows if row.good("number", "name", "hired_on", "left_on") and any(map(row.given.get, _NUMBERS))
    ]
    if not named:
        return
    by_number = {row.given["number"]: row for row in reversed(named)}
    people = identities_of(venue) if venue.pk is not None else {}
    for number, row in by_number.items():
        values = row.merged
        numbers = [values[name] if row.good(name) else "" for name in _NUMBERS]
        people[number] = Identity(number, values["name"], values["hired_on"], values["left_on"], *numbers)
    for doubt in doubts_about(people.values(), by_number):
        row = by_number[doubt.number]
        if row.given.get(doubt.field):
            yield Fault(EMPLOYEES.title, row.number, EMPLOYEES.headings[doubt.field], doubt.text)


def _arrivals(venue: Venue, rows: list[Row]) -> Iterator[Fault]:
    """Two arrivals at one table in one second: one booking typed twice, most likely."""
    tables: dict[tuple[date, str], list[Row]] = {}
    for row in rows:
        values = row.merged
        if values["table"] and values["arrived_at"] is not None and values["state"] == "arrived":
            tables.setdefault((values["business_day"], values["table"]), []).append(row)
    there: dict[tuple[date, str, datetime], str] = {}
    if venue.pk is not None and tables:
        numbers = {row.merged["number"] for row in rows}
        for number, day, table, arrived in stored.arrivals_of(venue, {day for day, _table in tables}):
            if arrived is not None and number not in numbers and (day, table) in tables:
                there.setdefault((day, table, arrived), number)
    places: dict[tuple[date, str, datetime], list[Row]] = {}
    for (day, table), of_table in tables.items():
        if len(of_table) > 1 or there:
            for row in of_table:
                places.setdefault((day, table, row.merged["arrived_at"]), []).append(row)
    for place, found in places.items():
        first = there.get(place) or found[0].merged["number"]
        for row in found[0 if place in there else 1 :]:
            message = _("%(other)s came to %(table)s in the same second; delete one of them if it is one visit")
            yield Fault(
                BOOKINGS.title,
                row.number,
                BOOKINGS.headings["arrived_at"],
                message % {"other": shown(first), "table": shown(place[1])},
            )
