"""Pay as of today is what a run at the same moment puts into the payslip, line by line, with nothing stored."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from commissions.engine.as_of_now import Today, current_of, pay_of, pay_today
from commissions.models import OpenException, Payslip, PayslipLine, SaleLine
from commissions.runs.services import PAYSLIP
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from tests.conftest import EXAMPLES
from tests.house import House
from tests.months import months
from tests.pages.every_line import OCTOBER, brought
from tests.test_examples import NAMES
from tests.test_invariants import MONTH, PROFILE, new_house
from tests.workbooks import person, punch
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty


def of_run(slip: Payslip) -> dict[str, Any]:
    """All that a run put into a payslip."""
    lines = PayslipLine.objects.filter(payslip=slip)
    return {
        "figures": [getattr(slip, name) for name in PAYSLIP],
        "pay date": slip.pay_date,
        "hints": [list(hint) for hint in slip.hints],
        "lines": [(row.item, row.article, row.amount, row.business_day, row.basis, row.penalty_id) for row in lines],
        "sales": sorted(SaleLine.objects.filter(payslip=slip).values_list("booking__number", "amount", "reasons")),
        "open": sorted(OpenException.objects.filter(payslip=slip).values_list("kind", "business_day", "ref"), key=str),
    }


def of_today(today: Today) -> dict[str, Any]:
    slip = today.payslip
    return {
        "figures": [getattr(slip, name) for name in PAYSLIP],
        "pay date": today.due.due,
        "hints": [[told.hint, dict(told.basis)] for told in slip.hints],
        "lines": [(line.item, line.article, line.amount, line.day, dict(line.basis), line.ref) for line in slip.lines],
        "sales": sorted((sale.booking.number, sale.amount, ",".join(sale.reasons)) for sale in today.sales),
        "open": sorted(((item.kind, item.day, item.ref) for item in slip.open), key=str),
    }


def unkeyed(found: dict[str, Any]) -> dict[str, Any]:
    """Without the keys of the ledger's rows, which a run may be the first to write."""
    return {**found, "lines": [line[:-1] for line in found["lines"]]}


def everybody(house: House, month: str) -> dict[str, Any]:
    """Each person's pay of the month as of now, by staff number."""
    found = {
        one.number: pay_of(house.venue, one, CalendarMonth.parse(month), now=house.now)
        for one in Employee.objects.filter(venue=house.venue)
    }
    return {number: of_today(today) for number, today in found.items() if today is not None}


def compare(house: House, month: str) -> None:
    """Before the run all but the keys of fines that nobody wrote yet, after it all."""
    before, rows = everybody(house, month), Penalty.objects.count()
    assert Penalty.objects.count() == rows
    house.run(month)
    run = {slip.number: of_run(slip) for slip in Payslip.objects.filter(run=house.current(month))}
    assert {number: unkeyed(found) for number, found in before.items()} == {
        number: unkeyed(found) for number, found in run.items()
    }
    assert everybody(house, month) == run


class AsTheRun(TestCase):
    @PROFILE
    @given(months(), st.integers(1, 31), st.integers(0, 23), st.booleans())
    def test_whatever_the_facts_and_the_moment(self, sheets: Any, day: int, hour: int, settled: bool) -> None:
        with new_house() as house:
            house.bring(sheets)
            Penalty.objects.all().delete()  # an import brings the ledger in step: here it lacks everything
            house.now = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)
            if settled:
                reconcile_month(house.venue, CalendarMonth.parse(MONTH), now=house.now)
                user = User.objects.get_or_create(username="owner")[0]
                first = Penalty.objects.order_by("pk").values("pk")[:1]
                Penalty.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
                    state=Penalty.State.WAIVED, waived_by=user, waived_at=house.now, waiver_reason="x"
                )
            compare(house, MONTH)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("settled", [".settled", ""])
def test_of_the_examples_it_is_the_payslip(house: House, name: str, settled: str) -> None:
    house.bring(EXAMPLES / f"{name}.xlsx")
    if settled:
        house.bring(EXAMPLES / f"{name}{settled}.xlsx")
    compare(house, name[:7])


def test_of_a_month_with_every_line_it_is_the_payslip(house: House) -> None:
    brought(house)
    compare(house, OCTOBER)
    house.now = datetime(2026, 10, 17, 12, 30, tzinfo=UTC)
    compare(house, OCTOBER)


def test_what_is_carried_in_from_the_month_before_is_in_it(house: House) -> None:
    brought(house)
    compare(house, "2026-11")


def test_a_waived_fine_is_not_charged_and_still_told(house: House) -> None:
    brought(house)
    owner = User.objects.create(username="owner")
    fine = Penalty.objects.filter(employee__number="A", article="4.6")
    fine.update(state=Penalty.State.WAIVED, waived_by=owner, waived_at=timezone.now(), waiver_reason="his mother")
    today = pay_of(house.venue, house.venue.employees.get(number="A"), CalendarMonth.parse(OCTOBER), now=house.now)
    assert today is not None
    assert "4.6" not in {line.article for line in today.payslip.lines}
    assert [standing.state for standing in today.fines if standing.fine.article == "4.6"] == ["waived"]
    assert today.fined == today.payslip.fines


def test_nothing_is_stored_and_few_queries_are_asked(house: House) -> None:
    brought(house)
    one = house.venue.employees.get(number="A")
    venue = house.venue
    with CaptureQueriesContext(connection) as queries:
        assert pay_of(venue, one, CalendarMonth.parse(OCTOBER), now=house.now) is not None
    assert len(queries) <= 9
    assert all(query["sql"].startswith(("SELECT", "(SELECT")) for query in queries)


def test_who_is_not_employed_in_the_month_has_none(house: House, tmp_path: Path) -> None:
    house.bring({
        "员工": [
            person("A", 入职日期="2026-10-05"),
            person("B", 离职日期="2026-09-09", 离职类型="辞职"),
            person("C", 入职日期="2026-09-12"),
        ],
        "打卡": [punch(datetime(2026, 9, 3), "B")],
    })  # fmt: skip
    people = {one.number: one for one in Employee.objects.all()}
    september = datetime(2026, 9, 20, 12, tzinfo=UTC)
    assert pay_today(house.venue, people["A"], now=september) is None
    assert pay_today(house.venue, people["B"], now=september) is not None
    assert current_of([people["A"], people["B"], people["C"]], CalendarMonth(2026, 9)) == people["C"]
    assert current_of([people["A"]], CalendarMonth(2026, 9)) is None
