"""A venue with a year behind it on a Saturday night, for the pages to be timed: called in a command of its house."""

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Punch, Rest
from bookings.floor_plan.services.plans import set_floor_plan
from bookings.models import Booking
from commissions.runs.services import run_month
from comps.models import Comp, CompItem
from customers.models import Customer
from demo.floor import FIXTURES, TABLES
from inbox.models import Message
from rulebook.calendar import CalendarMonth, add_months, days_between, moment
from staff.models import Employee
from venues.models import Venue
from venues.services import create_venue, grant_role

CODE, LARGE = "pages", "many"
TONIGHT = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 21, 13, 47, tzinfo=UTC)  # Saturday, 21:47 in Shanghai
_MONTHS = 12


def begin(people: int) -> str:
    """Make the venue, a user in each role, and a venue of ten times the people with the months that its page shows.

    Returns the session keys by role as JSON; ``large_hr`` is that of the larger venue's HR.
    """
    users = fill(people, months=_MONTHS)
    large = fill(10 * people, months=2, code=LARGE)
    sessions = {role.value: _session(user) for role, user in users.items()}
    return json.dumps(sessions | {"large_hr": _session(large[Role.HR])})


def fill(people: int, *, months: int, bookings: int = 27, code: str = CODE) -> dict[Role, User]:
    """Make the venue with so many people, months of data and bookings a person and month; a user in each role."""
    rng = random.Random(1)
    venue = create_venue(code=code, name="澜夜", today=TONIGHT)
    users = {role: _user(venue, role, _login(code, role.value)) for role in Role}
    manager = users[Role.ACCOUNT_MANAGER]
    staff = Employee.objects.bulk_create(
        Employee(
            venue=venue, number=f"M{index:05}", name=f"员工{index}", hired_on=date(2025, 11, 1),
            user=_user(venue, Role.ACCOUNT_MANAGER, _login(code, f"m{index}")) if index else manager,
        )
        for index in range(people)
    )  # fmt: skip
    set_floor_plan(venue=venue, tables=TABLES, fixtures=FIXTURES)
    CompItem.objects.create(venue=venue, name="花生", category=Comp.Category.SNACK, price=Decimal(28))
    guests = Customer.objects.bulk_create(
        Customer(venue=venue, name=f"客人{index}", phone=f"199{index:08}") for index in range(people * 20)
    )
    this_month = CalendarMonth.of(TONIGHT)
    for back in range(months):
        _month(venue, staff, guests, CalendarMonth.of(add_months(this_month.first, -back)), rng, bookings)
    _tonight(venue, staff, guests)
    for back in reversed(range(min(months, 2))):
        run_month(venue=venue, month=CalendarMonth.of(add_months(this_month.first, -back)), clock=lambda: NIGHT)
    for user in users.values():
        Message.objects.bulk_create(
            Message(user=user, venue=venue, key=f"{index}", text="%(day)s", basis={"day": "2026-11-20"}, sent_at=NIGHT)
            for index in range(60)
        )
    return users


def _login(code: str, name: str) -> str:
    return name if code == CODE else f"{code}-{name}"


def _user(venue: Venue, role: Role, name: str) -> User:
    user = User.objects.create(username=name, name=name)
    grant_role(venue=venue, user=user, role=role)
    return user


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _month(
    venue: Venue,
    staff: list[Employee],
    guests: list[Customer],
    month: CalendarMonth,
    rng: random.Random,
    booked: int,
) -> None:
    """A month's punches, rests, bookings and comps, until tonight."""

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return moment(day, time(hour, minute), venue.zone)

    days = [day for day in days_between(month.first, month.last) if day < TONIGHT]
    punches, rests, bookings = [], [], []
    for index, employee in enumerate(staff):
        off = {days[(index + step) % len(days)] for step in (2, 9, 16)}
        rests += [Rest(employee=employee, business_day=day, kind=Rest.Kind.REGULAR) for day in off]
        punches += [
            Punch(
                employee=employee, business_day=day, left_at=at(day, 2, 5),
                arrived_at=at(day, 19, 50) + timedelta(minutes=rng.choice((0, 0, 0, 0, 5, 19))),
            )
            for day in days
            if day not in off
        ]  # fmt: skip
        for turn in range(booked * len(days) // month.length):
            day, guest = rng.choice(days), rng.choice(guests)
            bookings.append(
                Booking(
                    venue=venue, number=f"{month}-{index}-{turn}", business_day=day, employee=employee,
                    customer=guest, table=f"X{index}-{turn}", guest_name=guest.name, guest_phone=guest.phone,
                    party_size=6, expected_at=at(day, 21), registered_at=at(day, 17), arrived_at=at(day, 21, 20),
                    spend=Decimal(rng.randrange(800, 6000)), state=Booking.State.ARRIVED, turn=1,
                )
            )  # fmt: skip
    Rest.objects.bulk_create(rests)
    Punch.objects.bulk_create(punches)
    made = Booking.objects.bulk_create(bookings)
    Comp.objects.bulk_create(
        Comp(
            venue=venue, number=f"S{booking.number}", booking=booking, business_day=booking.business_day,
            employee=booking.employee, category=Comp.Category.SNACK, amount=Decimal(28), ground=Comp.Ground.DAILY,
            given_at=at(booking.business_day, 22), item="花生",
        )
        for booking in made[::3]
    )  # fmt: skip


def _tonight(venue: Venue, staff: list[Employee], guests: list[Customer]) -> None:
    """Every table but the last few is held or seated; everybody has come."""
    start = moment(TONIGHT, time(20), venue.zone)
    Punch.objects.bulk_create(
        Punch(employee=employee, business_day=TONIGHT, arrived_at=start - timedelta(minutes=5)) for employee in staff
    )
    bookings = []
    for index, table in enumerate(TABLES[:-5]):
        guest, is_seated = guests[index], index % 3 != 0
        bookings.append(
            Booking(
                venue=venue, number=f"T{index}", business_day=TONIGHT, employee=staff[index % len(staff)],
                customer=guest, table=table.code, guest_name=guest.name, guest_phone=guest.phone, party_size=6,
                expected_at=start + timedelta(minutes=100 + index), registered_at=start - timedelta(hours=3),
                state=Booking.State.ARRIVED if is_seated else Booking.State.HELD, turn=1,
                arrived_at=start + timedelta(minutes=index) if is_seated else None,
                tab=Decimal(1680) if is_seated else None,
            )
        )  # fmt: skip
    Booking.objects.bulk_create(bookings)
