"""A venue whose October is over and not computed, with two things open: called in a command of the served house."""

from datetime import date, time, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Punch
from bookings.models import Booking
from rulebook.calendar import days_between, moment
from staff.models import Employee
from tests.browser.serving import CODE, PASSWORD
from venues.services import create_venue, grant_role

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
PEOPLE = {"anna": ("101", "刘洋"), "bella": ("102", "王佳怡"), "carl": ("103", "孙悦")}


def begin() -> None:
    """Make the venue, its people and their month; bella did not punch out once, one of carl's tables is unsettled."""
    venue = create_venue(code=CODE, name="澜夜", today=LAST)
    for name, shown, role in (("hr", "吴静", Role.HR), ("owner", "高远", Role.OWNER)):
        grant_role(venue=venue, user=_user(name, shown), role=role)
    for name, (number, shown) in PEOPLE.items():
        user = _user(name, shown)
        grant_role(venue=venue, user=user, role=Role.ACCOUNT_MANAGER)
        hired = date(2026, 10, 6) if name == "carl" else date(2026, 9, 1)
        person = Employee.objects.create(
            venue=venue, number=number, name=shown, hired_on=hired, user=user, opening_month=FIRST,
            opening_carry=Decimal(0), bank_account=f"62220000000{number}", bank_name="工商银行",
        )  # fmt: skip
        late = 15 if name == "anna" else -8
        for day in days_between(max(FIRST, hired), LAST):
            arrived = moment(day, time(20), venue.zone) + timedelta(minutes=late if day.day == 15 else -8)
            left = None if (name, day.day) == ("bella", 20) else moment(day, time(2, 4), venue.zone)
            Punch.objects.create(employee=person, business_day=day, arrived_at=arrived, left_at=left)
        for place, spend in enumerate((Decimal(46000), None if name == "carl" else Decimal("1688.50"))):
            day = date(2026, 10, 10 + place)
            Booking.objects.create(
                venue=venue, number=f"{number}-{place}", business_day=day, employee=person, table=f"A{place}{number}",
                guest_name="林先生", guest_phone="19900001017", registered_at=moment(day, time(18), venue.zone),
                arrived_at=moment(day, time(21), venue.zone), spend=spend, state=Booking.State.ARRIVED, turn=1,
            )  # fmt: skip


def _user(name: str, shown: str) -> User:
    user = User(username=name, name=shown)
    user.set_password(PASSWORD)
    user.save()
    return user
