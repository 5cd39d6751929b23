"""Add, change, move, remove one table or fixture as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.floor_plan.services.plans import Place, PlannedFixture, PlannedTable
from bookings.models import Booking, Fixture, Placed, Table
from pages.formats import short_day
from rulebook.calendar import CalendarMonth
from rulebook.sales import BookingState
from storage.history import delete_traced, save_traced
from storage.keys import spelled_alike
from storage.seals import seal
from venues.errors import Refused
from venues.models import Venue
from venues.rights import need_reason, refuse_changed, require, shown_of
from venues.services import count_change, lock_month_rows_from, require_open_months

MOST_NAMED = 3
"""How many bookings a refusal names before it counts the rest."""

Thing = TypeVar("Thing", bound=Table | Fixture)


_OF_A_TABLE = ("code", "kind", "seats", "column", "row", "width", "height", "is_active")
_OF_A_FIXTURE = ("name", "column", "row", "width", "height")


class GoneMeanwhile(Refused):
    """Somebody else took the thing away since the page was made, or it is out of reach this very moment."""


def planned_of(thing: Placed) -> dict[str, Any]:
    """What the plan shows of a table or a fixture."""
    return shown_of(thing, _OF_A_TABLE if isinstance(thing, Table) else _OF_A_FIXTURE)


def seal_of(thing: Placed) -> str:
    """The seal of what the plan shows of a table or a fixture."""
    return seal(planned_of(thing))


def add_table(*, venue: Venue, user: User, table: PlannedTable) -> Table:
    """Put a new table into the plan; the same again changes nothing.

    Refuses a code that is known already (also of a table out of use), a place that is taken or outside the grid.
    """
    _refuse_table(table)
    with _locked_plan(venue, user):
        known = Table.objects.filter(venue=venue, code=table.code).first()
        if known is not None and known.is_active and _planned(known) == table:
            return known
        if known is not None and not known.is_active:
            raise Refused(_("%(code)s is out of use; put it back there.") % {"code": table.code})
        if known is not None:
            raise Refused(_("%(code)s is in the plan already.") % {"code": table.code})
        _refuse_alike(venue, table.code)
        _refuse_taken(venue, table.code, table)
        return _kept(Table(venue=venue), user, "", **asdict(table))


def change_table(
    *, table: Table, user: User, wanted: PlannedTable, seen: str | None, now: datetime, reason: str = ""
) -> Table:
    """Change a table: its code, kind, seats, place; one that is out of use is back in use.

    Under a new code its live bookings from tonight on go with it, each with a trace; earlier ones keep the code they
    were made with. Refuses (ChangedMeanwhile) one that is not as it was ``seen``.
    """
    _refuse_table(wanted)
    venue = table.venue
    with _locked_plan(venue, user):
        is_renamed = Table.objects.get(pk=table.pk).code != wanted.code
        months = _months_from_tonight(venue, now) if is_renamed else set()
        held = Table.objects.select_for_update(no_key=True).get(pk=table.pk)
        if held.is_active and _planned(held) == wanted:
            return held
        refuse_changed(seen, planned_of(held), held)
        _refuse_taken(venue, wanted.code, wanted, besides=held)
        if is_renamed:
            if Table.objects.filter(venue=venue, code=wanted.code).exclude(pk=held.pk).exists():
                raise Refused(_("%(code)s is in the plan already.") % {"code": wanted.code})
            _refuse_alike(venue, wanted.code, besides=held)
            _rename_bookings(held, wanted.code, user, venue.day_at(now), months)
        return _kept(held, user, reason, **asdict(wanted), is_active=True)


def _refuse_alike(venue: Venue, code: str, besides: Table | None = None) -> None:
    """Refuse a code that another table has in another width or letter case."""
    others = Table.objects.filter(venue=venue).exclude(pk=besides.pk if besides else 0)
    other = spelled_alike(others, "code", code)
    if other is not None:
        raise Refused(_("%(code)s is in the plan already.") % {"code": other})


def retire_table(*, table: Table, user: User, seen: str | None, now: datetime, reason: str) -> Table:
    """Take a table out of use; its history and the bookings that name it stay.

    Refuses one that is held from tonight on, or whose guests still sit there, with which bookings.
    """
    venue = table.venue
    with _locked_plan(venue, user):
        held = Table.objects.select_for_update(no_key=True).get(pk=table.pk)
        if not held.is_active:
            return held
        why = need_reason(reason, _("Taking a table out of use needs a reason."))
        refuse_changed(seen, planned_of(held), held)
        live = live_on(held, venue.day_at(now))
        if live:
            named = [
                f"{short_day(one.business_day)} {one.number} {one.guest_name}".strip() for one in live[:MOST_NAMED]
            ]
            what = {"code": held.code, "bookings": _(", ").join(named), "count": len(live)}
            if len(live) > MOST_NAMED:
                raise Refused(
                    _("%(code)s has %(count)s live bookings: %(bookings)s … Move them to other tables first.") % what
                )
            raise Refused(_("%(code)s has live bookings: %(bookings)s. Move them to other tables first.") % what)
        return _kept(held, user, why, is_active=False)


def live_on(table: Table, tonight: date) -> list[Booking]:
    """A table's bookings that stand from tonight on: held, or seated and not settled; in order of the day."""
    waits = Q(state=BookingState.HELD.value) | Q(state=BookingState.ARRIVED.value, spend=None)
    found = Booking.objects.filter(waits, venue=table.venue_id, table=table.code, business_day__gte=tonight)
    return list(found.order_by("business_day", "turn", "pk"))


def add_fixture(*, venue: Venue, user: User, fixture: PlannedFixture) -> Fixture:
    """Put a fixture into the plan; the same again changes nothing."""
    _refuse_name(fixture)
    with _locked_plan(venue, user):
        same = Fixture.objects.filter(venue=venue, **asdict(fixture)).first()
        if same is not None:
            return same
        _refuse_taken(venue, fixture.name, fixture)
        return _kept(Fixture(venue=venue), user, "", **asdict(fixture))


def change_fixture(*, fixture: Fixture, user: User, wanted: PlannedFixture, seen: str | None) -> Fixture:
    """Change a fixture: its name, its place; refuses (ChangedMeanwhile) one that is not as it was ``seen``."""
    _refuse_name(wanted)
    with _locked_plan(fixture.venue, user):
        held = _standing(Fixture, fixture.pk)
        if held.name == wanted.name and Place.of(held) == _place(wanted):
            return held
        refuse_changed(seen, planned_of(held), held)
        _refuse_taken(held.venue, wanted.name, wanted, besides=held)
        return _kept(held, user, "", **asdict(wanted))


def remove_fixture(*, fixture: Fixture, user: User, seen: str | None) -> None:
    """Take a fixture away; its trace stays."""
    with _locked_plan(fixture.venue, user):
        held = _standing(Fixture, fixture.pk)
        refuse_changed(seen, planned_of(held), held)
        delete_traced(held, by=user)


def move_thing(*, thing: Table | Fixture, user: User, column: int, row: int, seen: str | None) -> Table | Fixture:
    """Put a table or a fixture to another place, its size as it is.

    Refuses (ChangedMeanwhile) one that is not as it was ``seen``; the same move again changes nothing.
    """
    with _locked_plan(thing.venue, user):
        held = _standing(type(thing), thing.pk)
        if isinstance(held, Table) and not held.is_active:
            raise GoneMeanwhile(_("%(name)s has been taken out of use meanwhile.") % {"name": held})
        if (held.column, held.row) == (column, row):
            return held
        refuse_changed(seen, planned_of(held), held)
        place = Place(column=column, row=row, width=held.width, height=held.height)
        _refuse_taken(held.venue, str(held), place, besides=held)
        return _kept(held, user, "", column=column, row=row)


@contextmanager
def _locked_plan(venue: Venue, user: User) -> Iterator[None]:
    """The venue taken for update: of two who change its plan, the second sees what the first did."""
    require(user, Capability.SET_HOUSE, venue)
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        yield


def _standing(model: type[Thing], pk: int) -> Thing:
    rows: Any = model.objects
    found: Thing | None = rows.filter(pk=pk).select_related("venue").first()
    if found is None:
        raise GoneMeanwhile(_("Somebody has taken it away meanwhile."))
    return found


def _refuse_taken(venue: Venue, name: str, place: Place, *, besides: Placed | None = None) -> None:
    """Refuse a place outside the grid, or where something else stands."""
    if not place.is_on_the_grid:
        raise Refused(_("%(name)s lies outside the grid.") % {"name": name})
    things: list[Placed] = [*Table.objects.filter(venue=venue, is_active=True), *Fixture.objects.filter(venue=venue)]
    for other in things:
        if other != besides and Place.of(other).cells & place.cells:
            raise Refused(_("%(other)s stands there already.") % {"other": other})


def _refuse_table(table: PlannedTable) -> None:
    if not table.code.strip():
        raise Refused(_("A table needs a code."))
    if table.kind not in Table.Kind.values:
        raise Refused(_("%(code)s: there is no kind of table «%(kind)s».") % asdict(table))
    if table.seats < 1:
        raise Refused(_("%(code)s: a table has at least one seat.") % {"code": table.code})


def _refuse_name(fixture: PlannedFixture) -> None:
    if not fixture.name.strip():
        raise Refused(_("A fixture needs a name."))


def _planned(table: Table) -> PlannedTable:
    return PlannedTable(**{field.name: getattr(table, field.name) for field in fields(PlannedTable)})


def _place(planned: Place) -> Place:
    return Place(column=planned.column, row=planned.row, width=planned.width, height=planned.height)


def _months_from_tonight(venue: Venue, now: datetime) -> set[CalendarMonth]:
    """The months from tonight's on, taken for update."""
    tonight = venue.month_at(now)
    require_open_months(venue, [tonight])
    return {row.calendar_month for row in lock_month_rows_from(venue, tonight)}


def _rename_bookings(table: Table, code: str, user: User, tonight: date, months: set[CalendarMonth]) -> None:
    """Let the live bookings from tonight on name the table by its new code."""
    here = Booking.objects.filter(venue=table.venue_id, turn__isnull=False, business_day__gte=tonight)
    if here.filter(table=code).exists():
        raise Refused(_("There are bookings for a table %(code)s already; choose another code.") % {"code": code})
    moved = list(here.filter(table=table.code).order_by("pk"))
    changed = {CalendarMonth.of(booking.business_day) for booking in moved}
    if changed - months:
        raise GoneMeanwhile(_("%(code)s has been booked this very moment; try again.") % {"code": table.code})
    for booking in moved:
        save_traced(booking, by=user, reason=f"{table.code} → {code}", table=code)
    count_change(table.venue, sorted(changed))


def _kept(thing: Thing, user: User, reason: str, **values: Any) -> Thing:
    for name, value in values.items():
        setattr(thing, name, value)
    return save_traced(thing, by=user, reason=reason)
