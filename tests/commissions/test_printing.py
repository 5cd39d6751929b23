"""Payslips as documents."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from commissions.models import PayslipLine
from rulebook.calendar import CalendarMonth
from tests.house import AFTER, House
from tests.pages.every_line import OCTOBER, sheets
from tests.pages.looking import amount, as_role, at, squeezed, text_of, tree
from tests.workbooks import person, punch

SEPTEMBER = CalendarMonth(2026, 9)
SHEETS = "//article[@class='sheet-a4']"


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


def printed(house: House, month: Any = SEPTEMBER, query: str = "", language: str = "zh-hans") -> Any:
    page = as_role(house, Role.HR, language).get(at(house, "payslips_print", month) + query)
    assert page.status_code == 200
    return page


def test_the_whole_month_is_one_print_by_number_in_as_many_queries_as_one_payslip(house: House) -> None:
    house.bring({"员工": [person(f"P{place:03}") for place in reversed(range(120))]})
    house.run("2026-09")
    asked = []
    for query, number in (("", 120), (f"?person={house.venue.employees.get(number='P007').pk}", 1)):
        hr, address = as_role(house, Role.HR), at(house, "payslips_print", SEPTEMBER) + query
        with CaptureQueriesContext(connection) as queries:
            page = hr.get(address)
        found = tree(page).xpath(SHEETS)
        assert len(found) == number
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 15
    names = [squeezed(sheet.xpath(".//tr[@class='paper-head']//div[2]/span/text()")[0]) for sheet in
             tree(printed(house)).xpath(SHEETS)]  # fmt: skip
    assert names == [f"员工P{place:03} P{place:03}" for place in range(120)]


def test_a_sheet_has_every_line_of_the_payslip_and_its_net(house: House) -> None:
    house.bring(sheets())
    house.run("2026-09")
    house.run(OCTOBER)
    page = printed(house, OCTOBER)
    lines = PayslipLine.objects.filter(payslip__run=house.current(OCTOBER)).order_by("payslip__number", "position")
    shown = [amount(cell.text) for cell in tree(page).xpath(f"{SHEETS}//td[@class='num']")]
    assert sorted(shown) == sorted([
        *(line.amount for line in lines), *house.current(OCTOBER).payslips.values_list("net", flat=True)
    ])  # fmt: skip


def test_a_draft_says_so_on_the_paper_and_a_locked_month_does_not(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, day)) for day in range(1, 31)]})
    house.run("2026-09")
    assert "草稿" in text_of(printed(house), SHEETS)
    house.lock("2026-09")
    words = text_of(printed(house), SHEETS)
    assert "草稿" not in words
    for part in (house.venue.name, "2026年9月", "员工A", "领取人签字", "人事签字", "10月15日", "第 1 张，共 1 张"):
        assert part in words, part


@pytest.mark.parametrize("query", ["?person=0", "?person=x", "?person=-1", "?person=99999999999999999999", "?person=²"])
def test_nobody_real_is_not_found(house: House, query: str) -> None:
    house.bring({"员工": [person()]})
    house.run("2026-09")
    assert as_role(house, Role.HR).get(at(house, "payslips_print", SEPTEMBER) + query).status_code == 404


def test_a_month_without_a_run_has_nothing_to_print(house: House) -> None:
    house.bring({"员工": [person()]})
    assert as_role(house, Role.HR).get(at(house, "payslips_print", SEPTEMBER)).status_code == 404
