"""The worked payslips of ``payslips/*.yaml``: facts in, lines out, each citing its article."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from bookings.models import Booking, Reassignment
from commissions.models import PayrollRun, Payslip, SaleLine
from rulebook.calendar import CalendarMonth, days_between
from staff.models import Employee
from tests.figures import yuan
from tests.house import House
from tests.supposing import DRAFTS, assert_as_a_run
from tests.workbooks import booking, punch

FOLDER = Path(__file__).parent / "payslips"
COMP = {"品类": "小吃", "依据": "消费", "时间": "22:00"}
GUARD_HINTS = {"over_cap", "under_minimum", "wages_withheld"}
AMOUNTS = [
    "计入业绩",
    "任务",
    "底薪",
    "提成",
    "奖金",
    "应发合计",
    "罚款",
    "上月结转",
    "扣款合计",
    "代扣",
    "结转下月",
    "押金退还",
    "实发",
]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as a clerk writes it: amounts stay exact, times stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for place, case in enumerate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader), 1):
            yield pytest.param(case, id=f"{path.stem}-{place}: {case['rule']}")


def employee_row(number: str, about: dict[str, Any]) -> dict[str, Any]:
    opening = about.get("opening") or {}
    row = {
        "工号": number,
        "姓名": about.get("name", number),
        "入职日期": about.get("hired", "2025-01-01"),
        "离职日期": about.get("left"),
        "离职类型": about.get("exit"),
        "离职申请日期": about.get("noticed"),
        "押金": about.get("deposit"),
        "期初结转": opening.get("amount"),
        "期初月份": opening.get("month"),
    }
    return {heading: value for heading, value in row.items() if value is not None}


def days_of(told: Iterable[Any]) -> Iterator[str]:
    """Days as a case tells them: single ones, or ``first..last``."""
    for days in told:
        first, _dots, last = str(days).partition("..")
        yield from map(str, days_between(date.fromisoformat(first), date.fromisoformat(last or first)))


def sheets_of(case: dict[str, Any], months: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The case as a workbook: people, policy, on-time punches for every day not told otherwise, and its own rows.

    A row of 订台 tells what differs from a booking that counts, a row of 签送 what differs from ``COMP``.
    """
    people = case["people"]
    only = next(iter(people))
    sheets: dict[str, list[dict[str, Any]]] = {
        "员工": [employee_row(number, about or {}) for number, about in people.items()]
    }
    own = {
        title: [row if "工号" in row or title in ("活动日", "制度") else {"工号": only, **row} for row in rows]
        for title, rows in (case.get("sheets") or {}).items()
    }
    own["订台"] = [
        booking(row["订台号"], row["营业日"], row["工号"], **{name: row[name] for name in row if name != "工号"})
        for row in own.get("订台", ())
    ]
    own["签送"] = [COMP | row for row in own.get("签送", ())]
    if case.get("policy"):
        start = case.get("policy_from", months[0])
        sheets["制度"] = [{"参数": name, "生效月份": start, "值": value} for name, value in case["policy"].items()]
    told = {(row["工号"], row["营业日"]) for row in own.get("打卡", ())}
    punches = []
    for number, about in people.items():
        about = about or {}
        away = set(days_of(about.get("away", ())))
        first = date.fromisoformat(str(about.get("hired", "2025-01-01")))
        last = date.fromisoformat(str(about["left"])) if about.get("left") else date.max
        for month in map(CalendarMonth.parse, months):
            for day in days_between(max(first, month.first), min(last, month.last)):
                if str(day) not in away and (number, str(day)) not in told and about.get("attends") != "never":
                    punches.append(punch(day, number))
    if punches:
        own["打卡"] = [*own.get("打卡", ()), *punches]
    return sheets | {title: rows for title, rows in own.items() if rows}


def reassign(house: House, row: dict[str, str]) -> None:
    """Hand a booking to its rightful owner, as a manager does (4.4)."""
    person = Employee.objects.get(venue=house.venue, number=row["工号"])
    held = Booking.objects.get(venue=house.venue, number=row["订台号"])
    manager, _made = User.objects.get_or_create(username="manager")
    at = datetime.fromisoformat(row["时间"]).replace(tzinfo=house.venue.zone)
    Reassignment.objects.create(
        booking=held, from_employee=held.employee, to_employee=person, at=at, by=manager, reason="4.4"
    )
    Booking.objects.filter(pk=held.pk).update(employee=person)


def hints_of(run: PayrollRun) -> dict[str, set[str]]:
    payslips = Payslip.objects.filter(run=run)
    return {payslip.number: {hint for hint, _basis in payslip.hints} for payslip in payslips}


def reasons_of(run: PayrollRun) -> dict[str, str]:
    """Why each booking does not count, empty where it does."""
    lines = SaleLine.objects.filter(payslip__run=run).values_list("booking__number", "reasons")
    return dict(lines)


@pytest.fixture(scope="module", params=list(cases()))
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    told: dict[str, Any] = request.param
    return told


@pytest.fixture(scope="module")
def kept_house(
    case: dict[str, Any],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """The case's facts in a house, the months before its last one locked: brought once for all that is asked of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        house = House(tmp_path_factory.mktemp("house"))
        house.bring(sheets_of(case, months_of(case)))
        for row in case.get("reassigned", ()):
            reassign(house, row)
        if case.get("now"):
            house.now = datetime.fromisoformat(case["now"]).replace(tzinfo=house.venue.zone)
        for month in months_of(case)[:-1]:
            house.run(month)
            house.lock(month)
        yield house
        transaction.set_rollback(True)


def months_of(case: dict[str, Any]) -> list[str]:
    return case.get("months") or [case.get("month", "2026-09")]


def test_a_worked_month_supposed_is_a_run_under_the_draft(kept_house: House, case: dict[str, Any]) -> None:
    """Over every worked payslip, the drafts taking turns."""
    place = sum(map(ord, case["rule"])) % len(DRAFTS)
    assert_as_a_run(kept_house, months_of(case)[-1], DRAFTS[place])


def test_worked_payslip(kept_house: House, case: dict[str, Any]) -> None:
    house, months = kept_house, months_of(case)
    house.run(months[-1])
    figures, lines = house.figures(months[-1]), house.lines(months[-1])
    run = house.current(months[-1])
    found_reasons, found_hints = reasons_of(run), hints_of(run)
    for number, reasons in (case.get("reasons") or {}).items():
        assert (number, found_reasons[number]) == (number, reasons or "")
    for number, wanted in case["expect"].items():
        if wanted == "no payslip":
            assert number not in figures
            continue
        told = dict(wanted)
        if "lines" in told:
            assert lines.get(number, []) == [(article, yuan(amount)) for article, amount in told.pop("lines")]
        found = figures[number]
        if "提示" in told:
            assert found_hints[number] & GUARD_HINTS == set(told.pop("提示"))
        for name, value in told.items():
            if name in AMOUNTS:
                value = yuan(value)
            elif name == "罚款明细":
                value = {article: yuan(amount) for article, amount in value.items()}
            elif name != "状态":
                value = int(value)
            assert (name, found[name]) == (name, value)
        total = sum((Decimal(amount) for _article, amount in lines.get(number, ())), Decimal(0))
        assert yuan(total) == found["实发"]
