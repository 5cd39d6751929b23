"""Every page asks the database few times, and as often for many people and months as for few."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from attendance.message_kinds import ROSTER_NONE_LEFT
from commissions.runs import dispatch
from commissions.runs.dispatch import begin_run
from inbox.services import post
from rulebook.calendar import CalendarMonth
from tests.commissions.test_runs import lively
from tests.house import AFTER, House
from tests.pages.every_line import OCTOBER, sheets
from tests.pages.looking import as_role, at, owning, payslip_at
from tests.workbooks import booking, person, punch

MOST = 15
SEPTEMBER = CalendarMonth(2026, 9)
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")


def asked(client: Client, address: str, **options: Any) -> int:
    """How many queries a page needs, which must answer."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address, **options)
    assert page.status_code in (200, 302), address
    assert len(queries) <= MOST, (address, [query["sql"][:100] for query in queries])
    return len(queries)


def pages_of(house: House) -> dict[str, int]:
    """The queries of every page of a house, by what it is."""
    hr, manager, owner = as_role(house, Role.HR), owning(house, "P001"), as_role(house, Role.OWNER)
    month = at(house, "payroll_month", SEPTEMBER)
    payslip = payslip_at(house, str(SEPTEMBER), "P001")
    return {
        "months": asked(hr, at(house, "payroll_months")),
        "month": asked(hr, month),
        "month, filtered": asked(hr, f"{month}?q=P&status=active&odd=true&sort=-net"),
        "month, the owner's": asked(owner, month),
        "payslip": asked(hr, payslip),
        "payslip, in the table": asked(hr, f"{payslip}?row", headers={"HX-Request": "true"}),
        "payslip, one's own": asked(manager, payslip),
        "own pay": asked(manager, at(house, "own_pay")),
        "messages": asked(hr, at(house, "messages")),
        "venue": asked(hr, at(house, "venue")),
        "current": asked(hr, at(house, "payroll_current")),
        "home": asked(hr, reverse("home") + "?all"),
        "workbook": asked(hr, at(house, "payroll_workbook", SEPTEMBER)),
    }


@pytest.mark.django_db
def test_a_page_needs_as_many_queries_for_3_people_as_for_30(tmp_path: Path) -> None:
    few, many = House(tmp_path, "few"), House(tmp_path, "many")
    for house, people in ((few, 3), (many, 30)):
        house.bring(lively(people))
        house.run("2026-09")
    few_asked, many_asked = ({**pages_of(house), "home": 0} for house in (few, many))
    assert few_asked == many_asked


@pytest.mark.django_db
def test_a_page_needs_as_many_queries_for_several_months_as_for_one(tmp_path: Path) -> None:
    one, several = House(tmp_path, "one"), House(tmp_path, "several")
    for house, months in ((one, ("2026-09",)), (several, MONTHS)):
        house.bring(lively(3))
        days = [CalendarMonth.parse(month).last for month in months]
        house.bring({"打卡": [punch(day, "P001") for day in days]})
        for month in months:
            house.run(month)
        for number in range(len(months) * 4):
            key = f"{house.code}{number}"
            users = [member.user for member in house.venue.memberships.all()]
            post(venue=house.venue, users=users, key=key, kind=ROSTER_NONE_LEFT, basis={"month": "2026-09"}, now=AFTER)
    one_asked, several_asked = ({**pages_of(house), "home": 0} for house in (one, several))
    assert one_asked == several_asked


@pytest.mark.django_db
def test_a_month_with_a_draft_that_is_computed_again_needs_few(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked every second by everybody who looks at it."""
    monkeypatch.setattr(dispatch, "start_process", lambda run_id: None)
    counts = []
    for people in (3, 30):
        house.bring(lively(people))
        house.run("2026-09")
        begin_run(venue=house.venue, month=SEPTEMBER)
        hr = as_role(house, Role.HR)
        counts.append([asked(hr, at(house, name, SEPTEMBER)) for name in ("payroll_month", "payroll_progress")])
        house.venue.months.get(first_day=SEPTEMBER.first).runs.filter(state="computing").update(state="abandoned")
    assert counts[0] == counts[1]


def test_a_payslip_with_every_kind_of_line_needs_few(house: House) -> None:
    house.bring(sheets())
    house.run("2026-09")
    house.run(OCTOBER)
    address = payslip_at(house, OCTOBER, "A")
    before = asked(as_role(house, Role.HR), address), asked(owning(house, "A"), address)
    more = [booking(f"M{number}", CalendarMonth.parse(OCTOBER).last) for number in range(30)]
    house.bring({"员工": [person("Z")], "订台": more, "休息": []})
    house.run(OCTOBER)
    assert (asked(as_role(house, Role.HR), address), asked(owning(house, "A"), address)) == before
