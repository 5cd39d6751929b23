"""Hold a table for a guest: book, change, move, cancel (4.3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.locking import EDITED, WHO, locked, refuse_other
from bookings.models import Booking, Table
from bookings.selectors import live_at, tables_near
from customers.services import known_guest
from pages.formats import clock
from rulebook import phones
from rulebook.calendar import CalendarMonth
from rulebook.sales import BookingState
from staff.models import Employee
from staff.selectors import is_employed
from storage.history import save_traced, traced
from storage.numbers import next_numbers
from venues.errors import Refused
from venues.models import Venue
from venues.rights import be_sure, need_reason, require
from venues.selectors import may
from venues.services import count_change, require_open_months


class TableTaken(Refused):
    """The table is held or seated already; ``near`` are the codes of the nearest free ones."""

    def __init__(self, table: str, near: Sequence[str]) -> None:
        self.table, self.near = table, list(near)
        message = _("%(table)s has just been taken by somebody else.") % {"table": table}
        if near:
            message += " " + _("Free nearby: %(tables)s.") % {"tables": _(", ").join(near)}
        super().__init__(message)


def phone_of(text: str) -> str:
    """A guest's phone as it is kept; refuses what is none, and leaves nothing nothing."""
    phone = phones.spelled(text)
    if phone and not phones.is_phone(phone):
        told = _("«%(text)s» is no phone that could be dialled (4.3): correct it, or leave it empty.")
        raise Refused(told % {"text": text.strip()})
    return phone


def book_table(
    *,
    venue: Venue,
    employee: Employee,
    user: User,
    table: str,
    day: date,
    guest_name: str,
    guest_phone: str,
    expected_at: datetime | None,
    party_size: int | None,
    now: datetime,
    note: str = "",
    tapped_at: datetime | None = None,
    number: str = "",
    sure: str | None = None,
) -> Booking:
    """Hold a table for a guest; registered at ``now``, the server's time.

    Who books for somebody else must be allowed to seat guests. Refuses a table that is not in the plan or is taken
    (TableTaken), a day that is over, somebody not employed on it, an expected time on another business day, and a
    locked month. A second turn is possible once the first is settled. ``number`` is made where none is given. A time
    that has passed is asked about (Doubtful).
    """
    if employee.user_id != user.pk or not may(user, Capability.BOOK_TABLES, venue):
        require(user, Capability.CONFIRM_ARRIVALS, venue)
    _refuse_day(venue, employee, day, expected_at, now)
    phone = phone_of(guest_phone)
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        turn = turn_at(venue, table, day)
        _ask_about_the_past(table, expected_at, now, sure)
        guest = known_guest(venue=venue, phone=phone, name=guest_name.strip(), user=user)
        booking = Booking(
            venue=venue,
            number=number or next_number(venue, day),
            business_day=day,
            employee=employee,
            customer=guest,
            table=table,
            guest_name=guest_name.strip(),
            guest_phone=phone,
            party_size=party_size,
            expected_at=expected_at,
            registered_at=now,
            tapped_at=tapped_at,
            note=note.strip(),
            state=BookingState.HELD.value,
            turn=turn,
        )
        traced(booking, by=user)
        _insert(booking, venue, table, day)
        count_change(venue, [CalendarMonth.of(day)])
    return booking


def _ask_about_the_past(table: str, expected_at: datetime | None, now: datetime, sure: str | None) -> None:
    """Ask whether a table is meant for a time that has passed."""
    if expected_at is not None and expected_at < now:
        times = {"table": table, "time": clock(expected_at), "now": clock(now)}
        be_sure(
            sure,
            _("%(time)s has passed: it is %(now)s. Choose another time, or send it again to hold %(table)s for then.")
            % times,
            {"table": table, "expected_at": expected_at},
        )


def _insert(booking: Booking, venue: Venue, table: str, day: date) -> None:
    """Store it; where the database knows better who has the table, say so."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        raise TableTaken(table, tables_near(venue, table, day)) from error


def _refuse_day(venue: Venue, employee: Employee, day: date, expected_at: datetime | None, now: datetime) -> None:
    if day < venue.day_at(now):
        raise Refused(_("%(day)s is over; a table is booked for tonight or later.") % {"day": day})
    if employee.venue_id != venue.pk or not is_employed(employee, day):
        raise Refused(_("%(person)s is not employed here on %(day)s.") % {"person": employee, "day": day})
    if expected_at is not None and venue.day_at(expected_at) != day:
        raise Refused(_("The expected time lies on another business day."))


def turn_at(venue: Venue, table: str, day: date) -> int:
    """The turn in which a table can be taken now; refuses one that is not free (TableTaken) or not in the plan."""
    # Taken for update: a table that is taken out of use or renamed, and one that is booked, wait for each other.
    if not Table.objects.select_for_update(no_key=True).filter(venue=venue, code=table, is_active=True):
        raise Refused(_("There is no table %(table)s in the plan.") % {"table": table or "—"})
    live = live_at(venue, table, day)
    if live and (live[-1].state == BookingState.HELD or live[-1].spend is None):
        raise TableTaken(table, tables_near(venue, table, day))
    return (live[-1].turn or 0) + 1 if live else 1


def next_number(venue: Venue, day: date) -> str:
    """The next booking number of a day; its month is taken for update."""
    prefix = f"{day:%y%m%d}-W"
    given = Booking.objects.filter(venue=venue, number__startswith=prefix).values_list("number", flat=True)
    return next_numbers(given, prefix)[0]


def change_booking(
    *,
    booking: Booking,
    user: User,
    now: datetime,
    table: str,
    guest_name: str,
    guest_phone: str,
    expected_at: datetime | None,
    party_size: int | None,
    note: str = "",
    seen: str | None = None,
    sure: str | None = None,
) -> Booking:
    """Change a booking that is held; by whom it stands for, or who seats guests.

    A booking states table, guest's name and phone (4.3): filling in what was missing, or naming another guest's
    phone, registers it anew at ``now``; anything else leaves its registration as it is. The same again changes
    nothing; refuses (ChangedMeanwhile) one that is not as it was ``seen``. Another time, already past, is asked about
    (Doubtful).
    """
    phone, name = phone_of(guest_phone), guest_name.strip()
    with locked(booking) as held:
        _refuse_stranger(user, held)
        _refuse_not_held(held)
        if expected_at is not None and held.venue.day_at(expected_at) != held.business_day:
            raise Refused(_("The expected time lies on another business day."))
        values: dict[str, Any] = {
            "guest_name": name,
            "guest_phone": phone,
            "expected_at": expected_at,
            "party_size": party_size,
            "note": note.strip(),
        }
        if all(getattr(held, name) == value for name, value in {"table": table, **values}.items()):
            return held
        refuse_other(seen, held, EDITED)
        if expected_at != held.expected_at:
            _ask_about_the_past(table, expected_at, now, sure)
        is_other_phone = not phones.is_same(phone, held.guest_phone)
        if is_other_phone or (name and not held.guest_name):
            values["registered_at"] = now
        if is_other_phone:
            values["customer"] = known_guest(venue=held.venue, phone=phone, name=name, user=user)
        if table != held.table:
            values |= {"turn": turn_at(held.venue, table, held.business_day), "table": table}
        return save_traced(held, by=user, **values)


def move_booking(*, booking: Booking, user: User, table: str, seen: str | None = None) -> Booking:
    """Move a booking that is held, or seated and not settled, to another table."""
    with locked(booking) as held:
        _refuse_stranger(user, held)
        if held.state not in (BookingState.HELD, BookingState.ARRIVED) or held.spend is not None:
            raise Refused(_("Booking %(number)s can't be moved any more.") % {"number": held.number})
        if table == held.table:
            return held
        refuse_other(seen, held, WHO)
        turn = turn_at(held.venue, table, held.business_day)
        reason = f"{held.table} → {table}"
        return save_traced(held, by=user, reason=reason, table=table, turn=turn)


def cancel_booking(*, booking: Booking, user: User, reason: str, seen: str | None = None) -> Booking:
    """Cancel a booking that is held; its table is free again. Refuses (ChangedMeanwhile) one not as it was ``seen``."""
    with locked(booking) as held:
        _refuse_stranger(user, held)
        _refuse_not_held(held)
        why = need_reason(reason, _("A cancellation needs a reason."))
        refuse_other(seen, held, WHO)
        return save_traced(held, by=user, reason=why, state=BookingState.CANCELLED.value, turn=None)


def _refuse_stranger(user: User, booking: Booking) -> None:
    """Refuse somebody whose booking it is not, and who does not seat guests either."""
    if booking.employee.user_id != user.pk:
        require(user, Capability.CONFIRM_ARRIVALS, booking.venue)


def _refuse_not_held(booking: Booking) -> None:
    if booking.state != BookingState.HELD:
        raise Refused(
            _("Booking %(number)s is %(state)s already.")
            % {"number": booking.number, "state": booking.get_state_display()}
        )
