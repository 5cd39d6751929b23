"""A night at a house in tests: tables, people with users, a booking at any point of its life."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.permissions import Role
from bookings.booking.services.holds import book_table
from bookings.door.services import confirm_arrival
from bookings.floor_plan.services.plans import PlannedTable, set_floor_plan
from bookings.models import Booking
from bookings.settlement.services import settle_booking, state_tab
from comps.models import CompItem
from staff.models import Employee
from tests.house import House
from tests.pages.looking import somebody
from tests.workbooks import person
from venues.models import Venue

DAY = date(2026, 11, 21)
EIGHT = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""20:00 in Shanghai, the shift's start."""
TABLES = ("A1", "A2", "A3", "B1", "B2", "V1")


def at(minutes: int) -> datetime:
    """So many minutes after eight."""
    return EIGHT + timedelta(minutes=minutes)


def opened(house: House, people: str = "ABC") -> House:
    """Six tables, people employed for long with users of their own, a list of comps."""
    house.bring({"员工": [person(number) for number in people]})
    tables = [
        PlannedTable(code=code, kind={"V": "booth", "A": "table", "B": "bar"}[code[0]], seats=4, column=place, row=1)
        for place, code in enumerate(TABLES, 1)
    ]
    set_floor_plan(venue=house.venue, tables=tables, fixtures=[])
    for number in people:
        employee_of(house, number).venue.employees.filter(number=number).update(
            user=somebody(house, Role.ACCOUNT_MANAGER, f"user-{number}")
        )
    for name, category, price in (("果盘", "fruit", "128"), ("花生", "snack", "28"), ("啤酒", "alcohol", "60")):
        CompItem.objects.create(venue=house.venue, name=name, category=category, price=Decimal(price))
    return house


def employee_of(house: House, number: str) -> Employee:
    return Employee.objects.select_related("user").get(venue=house.venue, number=number)


def user_of(house: House, number: str) -> User:
    user = employee_of(house, number).user
    assert user is not None
    return user


def floor_manager(house: House) -> User:
    return somebody(house, Role.FLOOR_MANAGER, "floor")


def host(house: House) -> User:
    return somebody(house, Role.HOST, "host")


def item(house: House, name: str) -> CompItem:
    return CompItem.objects.get(venue=house.venue, name=name)


def held(house: House, number: str = "A", table: str = "A1", **more: Any) -> Booking:
    """A booking held from 20:00 on for 21:00."""
    employee = employee_of(house, number)
    assert employee.user is not None
    asked: dict[str, Any] = {
        "guest_name": "林先生", "guest_phone": "13900000000", "expected_at": at(60), "party_size": 4, "now": at(0),
    }  # fmt: skip
    venue: Venue = house.venue
    return book_table(venue=venue, employee=employee, user=employee.user, table=table, day=DAY, **(asked | more))


def seated(house: House, number: str = "A", table: str = "A1", *, tab: str = "", **more: Any) -> Booking:
    """A booking whose guest came at 21:00, with its tab so far."""
    booking = confirm_arrival(booking=held(house, number, table, **more), user=host(house), now=at(60))
    return state_tab(booking=booking, user=floor_manager(house), amount=Decimal(tab)) if tab else booking


def settled(house: House, number: str = "A", table: str = "A1", spend: str = "1000", **more: Any) -> Booking:
    """A booking that is settled."""
    booking = seated(house, number, table, **more)
    return settle_booking(booking=booking, user=floor_manager(house), amount=Decimal(spend))
