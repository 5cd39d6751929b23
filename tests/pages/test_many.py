"""Every page asks as often for 50 people as for 500, for one month of data as for twelve; never more than 15 times."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from bench.house import NIGHT, fill
from bookings.models import Booking, Fixture, Table
from comps.models import CompItem
from staff.models import Employee
from venues.models import Venue
from violations.models import Penalty

MOST = 15
MONTH = "2026-11"
TABS = ("calendar", "bookings", "ledger", "payslips", "requests", "changes")
PAGES: dict[Role, tuple[str, ...]] = {
    Role.ACCOUNT_MANAGER: (
        "night/",
        "book/",
        "book/2026-11-22/",
        "book/guests/?q=1",
        "bookings/{booking}/",
        "bookings/{booking}/comp/",
        "mine/",
        "mine/fines/",
        "mine/fines/{fine}/",
        f"mine/calendar/{MONTH}/",
        f"mine/bookings/{MONTH}/",
        "requests/",
        "requests/new/leave/",
        "requests/new/rest/",
        "requests/new/swap/",
        "requests/new/dinner/",
        "requests/new/punch/",
        "requests/new/business/",
        "messages/",
    ),
    Role.HOST: (
        "door/",
        "door/?q=1",
        "door/walk-in/",
        "door/{any}/move/",
        "messages/",
    ),
    Role.FLOOR_MANAGER: (
        "tonight/",
        "tonight/?everybody",
        "tonight/close/",
        "violations/",
        "violations/new/",
        "violations/checklist/",
        "bookings/{any}/settle/",
        "bookings/{any}/",
        f"staff/{MONTH}/",
        f"staff/{MONTH}/?view=charts",
        "staff/2026-10/",
        f"staff/{MONTH}/workbook/",
        "people/{person}/",
        f"roster/{MONTH}/",
        f"roster/{MONTH}/?page=2",
        f"roster/{MONTH}/?q=1",
        f"roster/{MONTH}/{{person}}/",
        f"roster/{MONTH}/copy/",
        "roster/2026-12/copy/",
        "days/",
        "days/event/?date=2026-12-24",
        f"ledger/{MONTH}/",
        f"ledger/{MONTH}/?by=person",
        f"ledger/{MONTH}/?by=article",
        f"ledger/{MONTH}/?by=day",
        f"ledger/{MONTH}/workbook/",
        "ledger/fines/{fine}/",
    ),
    Role.HR: (
        f"payroll/{MONTH}/",
        "payroll/months/",
        f"payroll/{MONTH}/amounts/",
        f"payroll/{MONTH}/compare/",
        f"payslips/{MONTH}/print/",
        f"payroll/{MONTH}/lock/",
        f"staff/{MONTH}/",
        "people/",
        "people/?who=all&lacks=any&sort=-left&q=1",
        "people/?lacks=notice",
        "people/new/",
        "people/looks/",
        "people/{person}/file/",
        "people/{person}/leave/",
        *(f"people/{{person}}/?tab={tab}" for tab in TABS),
        "reports/",
        *(f"reports/{kind}/?month={MONTH}" for kind in ("sales", "attendance", "fines", "comps", "year")),
        *(f"reports/{kind}/workbook/?month={MONTH}" for kind in ("sales", "attendance", "fines", "comps", "year")),
        f"reports/comps/?month={MONTH}&by=person",
        f"reports/year/?month={MONTH}&by=month",
        "import/",
    ),
    Role.OWNER: (
        "tonight/",
        f"payroll/{MONTH}/",
        f"staff/{MONTH}/?sort=-fines&with=fines",
        "people/{person}/",
        "people/{person}/?tab=bookings",
        "people/{person}/?tab=changes",
        "ledger/fines/{fine}/",
        "house/users/",
        "house/users/?q=1",
        "house/users/new/",
        "house/users/{user}/",
        "policy/",
        "policy/2026-12/",
        f"policy/2026-12/try/?commission_rate=0.04&of={MONTH}",
        "house/",
        "house/tables/",
        "house/tables/new/",
        "house/tables/{table}/",
        "house/tables/{table}/retire/",
        "house/fixtures/new/",
        "house/fixtures/{fixture}/",
        "house/comps/",
        "house/comps/{item}/",
        "house/venue/",
        f"radar/{MONTH}/",
        f"radar/{MONTH}/?view=cost",
    ),
}  # fmt: skip


def asked(code: str, users: dict[Role, User]) -> dict[str, int]:
    """The queries of every page of a venue."""
    venue = Venue.objects.get(code=code)
    mine = {"employee__user": users[Role.ACCOUNT_MANAGER]}
    here = {"venue": venue, "business_day": NIGHT.date(), "state": "arrived"}
    records = {
        "user": users[Role.ACCOUNT_MANAGER].pk,
        "booking": Booking.objects.filter(venue=venue, state="arrived", **mine).order_by("-business_day")[0].pk,
        "person": Employee.objects.filter(venue=venue, user=users[Role.ACCOUNT_MANAGER])[0].pk,
        "any": Booking.objects.filter(**here)[0].pk,
        "table": Table.objects.filter(venue=venue, code="A5").get().pk,
        "fixture": Fixture.objects.filter(venue=venue)[0].pk,
        "item": CompItem.objects.filter(venue=venue)[0].pk,
        "fine": Penalty.objects.filter(**mine, business_day__month=11).order_by("business_day")[0].pk,
    }
    found = {}
    with time_machine.travel(NIGHT, tick=False):
        for role, paths in PAGES.items():
            client = Client()
            client.force_login(users[role])
            for path in paths:
                address = reverse("venue", args=[code]) + path.format(**records)
                with CaptureQueriesContext(connection) as queries:
                    page = client.get(address)
                assert page.status_code == 200, address
                assert len(queries) <= MOST, (address, [query["sql"][:80] for query in queries])
                found[f"{role} {path}"] = len(queries)
    return found


@pytest.mark.django_db
def test_a_page_asks_as_often_for_50_people_as_for_500_and_for_one_month_as_for_twelve() -> None:
    usual = asked("usual", fill(50, months=1, bookings=6, code="usual"))
    assert asked("many", fill(500, months=1, bookings=6, code="many")) == usual
    assert asked("year", fill(50, months=12, bookings=6, code="year")) == usual
