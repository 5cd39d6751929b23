"""HR's reports: the payroll's figures, the same on the screen and in the Excel, of the month that is asked for."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from accounts.permissions import Role
from commissions.models import PayrollRun, Payslip
from commissions.selectors import current_run
from dashboards.reports import KINDS, Answer, Question, ReportColumn, ReportKind
from dashboards.reports.parts import SHEET
from rulebook.calendar import CalendarMonth, days_between
from storage.spreadsheets import MONEY
from tests.house import House
from tests.ledgers import LATE, MONTH, SEPTEMBER, all_pages, at_month, brought, plain, sheets, shown
from tests.months import months
from tests.pages.looking import as_role, text_of, tree
from tests.test_invariants import PROFILE, new_house
from tests.workbooks import booking, person, punch
from venues.models import Month
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty

OF_THE_RUN = ("sales", "attendance")


@pytest.fixture(scope="module")
def month(kept_house: House) -> House:
    brought(kept_house)
    kept_house.run(MONTH)
    return kept_house


def asked(house: House, slug: str, month: CalendarMonth = SEPTEMBER, **given: str) -> Answer:
    """A report without the screen, sorted as it is by default."""
    kind: ReportKind = KINDS[slug]
    run = current_run(house.venue, month)
    question = Question(
        venue=house.venue, month=month, row=run.month if run else None, run=run, now=timezone.now(), given=given
    )
    known = [column.name for column in kind.columns(question) if column.sorts is not None]
    sort = kind.default.removeprefix("-") if kind.default.removeprefix("-") in known else known[0]
    return kind.answer(Question(**{**vars(question), "sort": sort}))


class AsThePayroll(TestCase):
    @settings(PROFILE)
    @given(months())
    def test_every_reports_figures_are_the_payslips(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            house.run(MONTH)
            slips = list(Payslip.objects.filter(run=house.current(MONTH)).order_by("number"))
            names = [slip.number for slip in slips]
            sales = asked(house, "sales")
            assert sales.totals["counted"] == sum(slip.sales for slip in slips)
            for slip in slips:
                assert asked(house, "sales", q=slip.name).totals["counted"] == slip.sales
            days = asked(house, "attendance")
            assert [row.values[1] for row in days] == names
            assert [list(row.values[3:10]) for row in days] == [
                [
                    slip.expected_days, slip.worked_days, slip.rest_days, slip.absence_days,
                    slip.personal_leave_days, slip.sick_leave_days, slip.statutory_leave_days,
                ]
                for slip in slips
            ]  # fmt: skip
            late = Penalty.objects.filter(employee__venue=house.venue, article__in=("1.2.E", "1.2.F"))
            late = late.exclude(state="withdrawn")
            assert days.totals["late"] + days.totals["early"] == late.count()  # type: ignore[operator]
            assert asked(house, "fines").totals["charged"] == sum(slip.fines for slip in slips)
            over = asked(house, "comps")
            comped = Penalty.objects.filter(employee__venue=house.venue, article="3.2").exclude(state="withdrawn")
            assert over.totals["over"] == sum(
                Decimal(basis["amount"]) for basis in comped.values_list("basis", flat=True)
            )
            for by in ("person", "booking"):
                assert {n: asked(house, "comps", by=by).totals[n] for n in ("amount", "used", "over")} == {
                    n: over.totals[n] for n in ("amount", "used", "over")
                }
            for by in ("", "month"):
                year = asked(house, "year", by=by)
                for name in (
                    "sales",
                    "base",
                    "commission",
                    "bonus",
                    "fines",
                    "deductions",
                    "withheld",
                    "deposit",
                    "net",
                ):
                    assert year.totals[name] == sum(getattr(slip, name) for slip in slips), name


QUERIES: dict[str, tuple[dict[str, str], ...]] = {
    "sales": ({}, {"counts": "no"}, {"counts": "yes", "sort": "-spend"}, {"reason": "registered_late"}, {"q": "B"}),
    "attendance": ({}, {"status": "active"}, {"only": "absent"}, {"only": "late", "sort": "-late"}, {"q": "员工A"}),
    "fines": ({}, {"article": "1"}, {"article": "3.2"}, {"state": "waived"}, {"q": "A", "sort": "amount"}),
    "comps": (
        {}, {"over": "yes"}, {"by": "person"}, {"by": "booking"}, {"ground": "daily"}, {"category": "fruit"},
        {"q": "A2", "by": "booking"}, {"q": "B1"},
    ),
    "year": ({}, {"by": "month"}, {"status": "left"}, {"status": "here", "sort": "-net"}, {"q": "C"}),
}  # fmt: skip


def in_cell(column: ReportColumn, value: Any) -> str:
    """A value of the Excel as the page shows it: what is no figure is left blank."""
    if value is None:
        return "—" if column.is_figure else ""
    return shown(float(value) if column.format == MONEY else value)


@pytest.mark.parametrize(("slug", "query"), [(slug, query) for slug, found in QUERIES.items() for query in found])
def test_the_excel_is_what_the_page_shows(month: House, slug: str, query: dict[str, str]) -> None:
    client = as_role(month, Role.HR)
    page = all_pages(client, at_month(month, "report", slug, month=MONTH, **query))
    answer = client.get(at_month(month, "report_workbook", slug, month=MONTH, **query))
    draft = "-draft" if slug in (*OF_THE_RUN, "year") else ""
    assert answer["Content-Disposition"] == f'attachment; filename="main-2026-09-{slug}{draft}.xlsx"'
    ((_title, rows),) = sheets(answer).items()
    columns = KINDS[slug].columns(
        Question(venue=month.venue, month=SEPTEMBER, row=None, run=None, now=month.now, given=query)
    )
    written = [
        [in_cell(column, value) for column, value in zip(columns, row, strict=True) if column.look != SHEET]
        for row in rows
    ]
    if not page:
        assert len(rows) == 1, "the sum of nothing"
        return
    assert [[plain(cell) for cell in row] for row in page[:-1]] == written[:-1]
    sums = [(mine, theirs) for mine, theirs in zip(page[-1][1:], written[-1][1:], strict=True) if mine]
    assert all(mine == theirs for mine, theirs in sums)
    assert any(mine for mine, _theirs in sums)


def test_filters_keep_what_they_say(month: House) -> None:
    def kept(slug: str, column: int, **given: str) -> set[Any]:
        return {row.values[column] for row in asked(month, slug, **given)}

    assert kept("sales", 3, counts="no") == {"B3", "B4"}
    assert kept("sales", 3, counts="yes") == {"B1", "B2"}
    assert kept("sales", 3, reason="cancelled") == {"B3"}
    assert kept("attendance", 1, only="absent") == {"A"}
    assert kept("attendance", 1, only="late") == {"A", "B"}
    assert kept("attendance", 1, only="leave") == set()
    assert kept("comps", 3, over="yes") == {"S1", "S4"}
    assert kept("comps", 3, ground="daily") == {"S3", "S4"}
    assert kept("comps", 3, q="a1") == {"S1"}
    assert kept("fines", 2, article="5") == {"A", "C"}
    assert kept("year", 1, status="left") == set()


def test_a_comps_part_within_and_over_its_allowance(month: House) -> None:
    rows = {row.values[3]: row.values for row in asked(month, "comps")}
    assert rows["S1"][8:13] == [Decimal(1000), Decimal(50), Decimal(80), Decimal(50), Decimal(30)]
    assert rows["S3"][8:13] == [Decimal(45000), None, Decimal(10), Decimal(10), Decimal(0)]
    assert rows["S4"][10:13] == [Decimal(10), Decimal(0), Decimal(10)]
    (one,) = asked(month, "comps", by="booking", q="B1")
    assert list(one.values[3:]) == [Decimal(1000), Decimal(50), 1, Decimal(80), Decimal(50), Decimal(30)]


class TestOfWhichMonth:
    @pytest.mark.parametrize("slug", OF_THE_RUN)
    def test_one_that_was_not_computed_says_so_with_the_way_there(self, house: House, slug: str) -> None:
        brought(house)
        client = as_role(house, Role.HR)
        page = client.get(at_month(house, "report", slug, month=MONTH))
        assert "还没有计算" in text_of(page, "//main")
        assert at_month(house, "payroll_month", MONTH) in tree(page).xpath("//main//a/@href")
        answer = client.get(at_month(house, "report_workbook", slug, month=MONTH))
        assert answer.status_code == 302

    @pytest.mark.parametrize("slug", ["fines", "comps"])
    def test_what_the_records_tell_needs_no_run(self, house: House, slug: str) -> None:
        brought(house)
        page = as_role(house, Role.HR).get(at_month(house, "report", slug, month=MONTH))
        assert "员工A" in text_of(page, "//main")

    def test_a_draft_says_of_when_it_is_and_that_it_is_stale(self, month: House) -> None:
        client = as_role(month, Role.HR)
        address = at_month(month, "report", "sales", month=MONTH)
        assert "草稿的数字" in text_of(client.get(address), "//main")
        assert "又有数据改动" not in text_of(client.get(address), "//main")
        month.bring({"订台": [booking("B9", LATE, 消费金额=7)]})
        assert "又有数据改动" in text_of(client.get(address), "//main")
        assert "B9" not in text_of(client.get(address), "//main")

    def test_a_locked_month_says_so_and_its_file_is_no_draft(self, month: House) -> None:
        Month.objects.update(state=Month.State.LOCKED)
        client = as_role(month, Role.OWNER)
        assert "已锁定" in text_of(client.get(at_month(month, "report", "attendance", month=MONTH)), "//main")
        answer = client.get(at_month(month, "report_workbook", "attendance", month=MONTH))
        assert answer["Content-Disposition"].endswith('"main-2026-09-attendance.xlsx"')

    def test_the_month_of_the_address_is_the_one_that_is_shown(self, month: House) -> None:
        october = [punch(day, "A") for day in days_between(date(2026, 10, 1), date(2026, 10, 31))]
        month.bring({"打卡": october, "订台": [booking("B7", date(2026, 10, 7), 消费金额=777)]})
        month.run("2026-10")
        client = as_role(month, Role.HR)
        september = text_of(client.get(at_month(month, "report", "sales", month=MONTH)), "//main")
        later = text_of(client.get(at_month(month, "report", "sales", month="2026-10")), "//main")
        assert "777.00" in later
        assert "777.00" not in september
        through_september = asked(month, "year").totals["sales"]
        assert asked(month, "year", CalendarMonth(2026, 10)).totals["sales"] == through_september + 777  # type: ignore[operator]
        assert asked(month, "year", CalendarMonth(2027, 1)).totals["sales"] == 0, "another year"
        assert "仍是草稿 9月 10月" in text_of(client.get(at_month(month, "report", "year", month="2026-10")), "//main")

    @pytest.mark.parametrize("month_named", ["2026-13", "x", "", "1999-01", "0001-01"])
    def test_no_real_month_is_not_found(self, month: House, month_named: str) -> None:
        client = as_role(month, Role.HR)
        for name in ("report", "report_workbook"):
            assert client.get(at_month(month, name, "sales", month=month_named)).status_code == 404
        assert client.get(at_month(month, "reports", month=month_named)).status_code == 404

    def test_a_month_without_anything_is_empty_not_wrong(self, month: House) -> None:
        client = as_role(month, Role.HR)
        for slug in KINDS:
            assert client.get(at_month(month, "report", slug, month="2030-01")).status_code == 200


def test_what_costs_nothing_is_noted_not_charged(month: House) -> None:
    states = {(row.values[3], row.values[6]) for row in asked(month, "fines")}
    assert ("5.F", "记录在案") in states
    assert ("1.2.F", "应扣") in states


def test_what_a_run_has_computed_before_it_is_whole_is_in_no_report(month: House) -> None:
    before = {slug: dict(asked(month, slug).totals) for slug in KINDS}
    slip = Payslip.objects.filter(run=month.current(MONTH))[0]
    run = slip.run
    run.pk, run.is_current, run.state = None, False, PayrollRun.State.COMPUTING
    run.save()
    slip.pk, slip.run = None, run
    slip.save()
    assert {slug: dict(asked(month, slug).totals) for slug in KINDS} == before


def test_a_report_that_is_none_does_not_exist(month: House) -> None:
    client = as_role(month, Role.HR)
    for name in ("report", "report_workbook"):
        assert client.get(at_month(month, name, "secrets", month=MONTH)).status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "counts=x", "reason=x", "status=x", "only=x", "by=x", "sort=x", "sort=-", "page=-1", "over=x"]
)
def test_nonsense_filters_nothing(month: House, query: str) -> None:
    client = as_role(month, Role.HR)
    for slug in KINDS:
        assert client.get(at_month(month, "report", slug, month=MONTH) + f"&{query}").status_code == 200


def test_another_venues_figures_are_not_in_it(month: House, tmp_path: Path) -> None:
    other = brought(House(tmp_path, "other"))
    before = {slug: dict(asked(month, slug).totals) for slug in KINDS}
    other.run(MONTH)
    reconcile_month(other.venue, SEPTEMBER, now=other.now)
    assert {slug: dict(asked(month, slug).totals) for slug in KINDS} == before


def test_the_index_leads_to_every_report_and_its_excel(month: House) -> None:
    page = as_role(month, Role.OWNER).get(at_month(month, "reports", month=MONTH))
    addresses = tree(page).xpath("//main//a/@href")
    for slug in KINDS:
        assert at_month(month, "report", slug, month=MONTH) in addresses
        assert at_month(month, "report_workbook", slug, month=MONTH) in addresses


def test_names_lead_to_the_payslip(month: House) -> None:
    page = as_role(month, Role.HR).get(at_month(month, "report", "attendance", month=MONTH))
    pk = month.venue.employees.get(number="A").pk
    assert at_month(month, "payslip", MONTH, pk) in tree(page).xpath("//main//a/@href")


def test_in_english_the_heads_and_the_excels_are_english(month: House) -> None:
    client = as_role(month, Role.HR, "en")
    assert "Why it does not count" in text_of(client.get(at_month(month, "report", "sales", month=MONTH)))
    assert list(sheets(client.get(at_month(month, "report_workbook", "sales", month=MONTH)))) == ["Sales"]


def test_a_report_asks_as_often_for_3_people_as_for_30(tmp_path: Path, db: None) -> None:
    counted = []
    for code, count in (("few", 3), ("many", 30)):
        house = House(tmp_path, code)
        house.bring({
            "员工": [person(f"A{number:02}") for number in range(count)],
            "订台": [booking(f"B{number}", LATE, f"A{number:02}", 台号=f"T{number}") for number in range(count)],
        })  # fmt: skip
        house.run(MONTH)
        client = as_role(house, Role.HR)
        found = []
        for slug in KINDS:
            for name in ("report", "report_workbook"):
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(at_month(house, name, slug, month=MONTH)).status_code == 200
                found.append(len(queries))
        counted.append(found)
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 15
