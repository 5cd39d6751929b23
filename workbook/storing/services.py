"""Store a checked plan: every table in a few statements, with its history, in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from accounts.models import User
from bookings.models import Booking
from commissions.policy.services import announce
from comps.models import Comp
from customers.models import Customer
from customers.services import guests_by_phone
from rulebook.calendar import CalendarMonth
from rulebook.phones import compared, spelled
from rulebook.sales import BookingState
from staff.models import Employee
from storage.rows import insert_rows, record_history, reserve_ids, update_rows
from venues.models import Venue
from venues.services import count_change, count_change_from, require_open_months, set_policy
from violations.models import Report
from workbook.checking.plan import Changes, Plan
from workbook.checking.rows import Row
from workbook.checking.stored import batches, extra_fields
from workbook.sheets import BOOKINGS, COMPS, EMPLOYEES, EVENT_DAYS, REPORTS, SHEETS

_ASIDE = 10_000  # a held booking is never without a turn: those that change wait above all others
_OF_VENUE = (EMPLOYEES, EVENT_DAYS, BOOKINGS, COMPS, REPORTS)
Tick = Callable[[int], None]


@dataclass(frozen=True)
class ImportTrace:
    """What the history of an import says: when, by whom, from which file."""

    at: datetime
    user: User | None
    reason: str


def store(venue: Venue, plan: Plan, stamp: ImportTrace, tick: Tick) -> None:
    """Write a plan; inside a transaction. Raises MonthLocked where a month was locked in the meantime."""
    require_open_months(venue, plan.months)
    for month, values, changed in plan.policies:
        if changed:
            set_policy(venue=venue, month=month, values=values, user=stamp.user, reason=stamp.reason)
    references: dict[str, dict[str, int]] = {}
    for sheet in SHEETS:
        changes = plan.changes.get(sheet.title)
        if changes is not None and (changes.new or changes.changed):
            if sheet is not EMPLOYEES and "employee" in sheet.fields and "employee" not in references:
                references["employee"] = dict(Employee.objects.filter(venue=venue).values_list("number", "pk"))
            if "booking" in sheet.fields:
                references["booking"] = _booking_ids(venue, changes)
            _write_sheet(venue, changes, references, stamp)
            if sheet is BOOKINGS:
                _move_comps(changes, plan.changes.get(COMPS.title), stamp)
            tick(len(changes.new) + len(changes.changed))
    count_change(venue, plan.months)
    if plan.people_from is not None:
        count_change_from(venue, CalendarMonth.of(plan.people_from))
    if stamp.user is not None:  # a command loads what the house has lived by already
        _announce(venue, plan, stamp.user, stamp.at)


def _announce(venue: Venue, plan: Plan, user: User, now: datetime) -> None:
    """Tell everybody of the figures that the file states, once all of them are, as the policy's page does (7.1)."""
    for month, _values, changed in plan.policies:
        if changed:
            stated = [one for one in plan.stated if one.month == month and one.before != one.after]
            changes = [(one.parameter, one.before, one.after) for one in stated]
            announce(venue=venue, user=user, month=month, changes=changes, now=now)


def _booking_ids(venue: Venue, changes: Changes) -> dict[str, int]:
    rows = [*changes.new, *(row for _pk, _before, row in changes.changed)]
    found: dict[str, int] = {}
    for numbers in batches({row.merged["booking"] for row in rows if row.merged["booking"]}):
        found.update(Booking.objects.filter(venue=venue, number__among=numbers).values_list("number", "pk"))
    return found


def _write_sheet(venue: Venue, changes: Changes, references: dict[str, dict[str, int]], stamp: ImportTrace) -> None:
    sheet, model = changes.sheet, changes.sheet.model
    names = [*sheet.fields, *extra_fields(sheet)]
    extras: dict[str, Callable[[Row], Any]] = {}
    if sheet is BOOKINGS:
        extras = _booking_extras(venue, changes, stamp)

    pointing = [(place, references[name]) for place, name in enumerate(names) if name in references]
    made = list(extras.values())

    def values(row: Row) -> list[Any]:
        merged = row.merged
        found = [merged[name] for name in names]
        for place, pks in pointing:
            found[place] = pks[found[place]] if found[place] else None
        return found + [make(row) for make in made]

    if sheet is REPORTS:
        # 4.4 stands once a person and booking at every moment: those that change stand aside first.
        update_rows(Report, ["booking", "article"], ([pk, None, "4.5"] for pk, _before, _row in changes.changed))
    columns = [*names, *extras]
    own = [venue.pk] if sheet in _OF_VENUE else []
    ids = list(reserve_ids(model, len(changes.new)))
    insert_rows(
        model,
        ["id", *(["venue"] if own else []), *columns],
        ([pk, *own, *values(row)] for pk, row in zip(ids, changes.new, strict=True)),
    )
    update_rows(model, columns, ([pk, *values(row)] for pk, _before, row in changes.changed))
    _remember(model, ids, "+", stamp)
    _remember(model, [pk for pk, _before, _row in changes.changed], "~", stamp)


def _remember(model: Any, ids: list[int], change: str, stamp: ImportTrace) -> None:
    record_history(
        model, ids, change=change, at=stamp.at, user_id=stamp.user.pk if stamp.user else None, reason=stamp.reason
    )


# --- bookings ---------------------------------------------------------------------------------------------
def _booking_extras(venue: Venue, changes: Changes, stamp: ImportTrace) -> dict[str, Callable[[Row], Any]]:
    rows = [*changes.new, *(row for _pk, _before, row in changes.changed)]
    customers = _customers(venue, rows, stamp)
    turns = _turns(venue, changes, rows)
    return {
        "customer": lambda row: customers.get(compared(row.merged["guest_phone"])),
        "turn": lambda row: turns.get(row.merged["number"]),
    }


def _customers(venue: Venue, rows: Iterable[Row], stamp: ImportTrace) -> dict[str, int]:
    """The guests by phone as it is compared; those not known yet are made, under the first name they are booked with.

    Of what is no phone there is no guest.
    """
    names: dict[str, str] = {}
    phones: dict[str, str] = {}
    for row in rows:
        phone = row.merged["guest_phone"]
        key = compared(phone)
        if key:
            names[key] = names.get(key) or row.merged["guest_name"]
            phones.setdefault(key, phone)
    known: dict[str, int] = {}
    for keys in batches(names):
        known.update(guests_by_phone(venue, keys))
    missing = [key for key in names if key not in known]
    ids = list(reserve_ids(Customer, len(missing)))
    insert_rows(
        Customer,
        ("id", "venue", "phone", "name"),
        ([pk, venue.pk, spelled(phones[key]), names[key]] for pk, key in zip(ids, missing, strict=True)),
    )
    _remember(Customer, ids, "+", stamp)
    return known | dict(zip(missing, ids, strict=True))


def _turns(venue: Venue, changes: Changes, rows: list[Row]) -> dict[str, int]:
    """The turns of every booking at the tables and days that change; stored neighbours are renumbered here.

    Arrived bookings of one table on one business day are its turns, by arrival, registration, number; those still
    held come after them, in their order.
    """
    touched = {(row.merged["business_day"], row.merged["table"]) for row in rows}
    touched |= {(before["business_day"], before["table"]) for _pk, before, _row in changes.changed}
    in_plan = {row.merged["number"] for row in rows}
    groups: defaultdict[tuple[date, str], list[tuple[Any, ...]]] = defaultdict(list)
    neighbours: dict[str, tuple[int, int | None]] = {}
    for days in batches({day for day, _table in touched}):
        stored = Booking.objects.filter(venue=venue, business_day__in=days, turn__isnull=False)
        for pk, number, day, table, arrived, registered, turn in stored.values_list(
            "pk", "number", "business_day", "table", "arrived_at", "registered_at", "turn"
        ):
            if (day, table) in touched and number not in in_plan:
                neighbours[number] = (pk, turn)
                key = _turn_key(arrived, registered, number) if arrived else _held_key(turn, number)
                groups[day, table].append(key)
    for row in rows:
        values = row.merged
        if values["state"] == BookingState.ARRIVED and values["table"] and values["arrived_at"] is not None:
            groups[values["business_day"], values["table"]].append(
                _turn_key(values["arrived_at"], values["registered_at"], values["number"])
            )
    turns = {key[-1]: turn for group in groups.values() for turn, key in enumerate(sorted(group), 1)}
    shifted = [(pk, turns[number]) for number, (pk, turn) in neighbours.items() if turns[number] != turn]
    # Two steps: the turns of a table are unique at every moment, and no index waits for the end.
    changed = [pk for pk, _before, _row in changes.changed]
    for some in batches((*changed, *(pk for pk, _turn in shifted))):
        Booking.objects.filter(pk__among=some).update(turn=F("turn") + _ASIDE)
    update_rows(Booking, ["turn"], shifted)
    return turns


def _turn_key(arrived: datetime, registered: datetime | None, number: str) -> tuple[Any, ...]:
    return False, arrived, registered is None, registered or arrived, number


def _held_key(turn: int | None, number: str) -> tuple[Any, ...]:
    return True, turn, number


def _move_comps(bookings: Changes, comps: Changes | None, stamp: ImportTrace) -> None:
    """A comp's business day is its booking's: it goes with it, unless the file writes the comp anyway."""
    moved = {
        pk: row.merged["business_day"]
        for pk, before, row in bookings.changed
        if before["business_day"] != row.merged["business_day"]
    }
    written = {pk for pk, _before, _row in comps.changed} if comps else set()
    for some in batches(moved):
        rows = Comp.objects.filter(booking__among=some).exclude(pk__in=written).values_list("pk", "booking_id")
        updates = [(pk, moved[booking]) for pk, booking in rows]
        update_rows(Comp, ["business_day"], updates)
        _remember(Comp, [pk for pk, _day in updates], "~", stamp)
