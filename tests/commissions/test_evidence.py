"""Every payslip line unfolds to its article, its record, its arithmetic, and who entered it."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from commissions.models import Payslip
from commissions.payslips.evidence import Explained, explain
from rulebook.articles import CONDUCT_ARTICLES
from rulebook.calendar import CalendarMonth
from tests.conftest import EXAMPLES
from tests.house import AFTER, House
from tests.pages.every_line import BEFORE, CHINESE, MONTH, OCTOBER, brought, day, sheets
from tests.workbooks import booking, comp, person, punch
from venues.services import set_policy

SEPTEMBER = "2026-09"
KEPT_APART = ("full", "told")
LANGUAGES = ("zh-hans", "en")
EXAMPLES_TOLD = ("2026-09-situations", "2026-10-venue")


def payslip(house: House, number: str, month: str = OCTOBER) -> Payslip:
    found = Payslip.objects.select_related("run__month__venue", "run__policy_version", "employee")
    return found.get(run=house.current(month), number=number)


def explained(house: House, number: str, month: str = OCTOBER) -> list[Explained]:
    with timezone.override(house.venue.zone):
        return explain(payslip(house, number, month)).lines


def one(house: House, number: str, article: str, on: int | None = None, item: str = "", **basis: Any) -> Explained:
    """The one line of this article, of this day of October, of this item, with these figures."""
    found = [
        line
        for line in explained(house, number)
        if line.line.article == article
        and (on is None or line.line.business_day == day(on))
        and (not item or line.line.item == item)
        and all(line.line.basis.get(name) == value for name, value in basis.items())
    ]
    assert len(found) == 1, [(line.line.article, line.line.basis) for line in found]
    return found[0]


def steps(line: Explained) -> list[tuple[str, str, str]]:
    return [(step.word, step.formula, str(step.result)) for step in line.steps]


@pytest.fixture(scope="module")
def full(kept_house: House) -> House:
    return brought(kept_house, user=User.objects.create(username="hr", name="周静"))


@pytest.fixture(scope="module")
def told(kept_house: House) -> dict[tuple[str, str], list[tuple[str, Explained]]]:
    """By example and language: every line of its payslips, as first stated and as settled, with whose it is."""
    found: dict[tuple[str, str], list[tuple[str, Explained]]] = {}
    for example in EXAMPLES_TOLD:
        house, month = House(kept_house.folder, example), example[:7]
        for file in (example, f"{example}.settled"):
            house.bring(EXAMPLES / f"{file}.xlsx")
            house.run(month)
            slips = Payslip.objects.filter(run=house.current(month)).order_by("number")
            for language in LANGUAGES:
                with translation.override(language):
                    lines = [(slip.number, line) for slip in slips for line in explained(house, slip.number, month)]
                found.setdefault((example, language), []).extend(lines)
    return found


class TestEveryLine:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_last_step_gives_the_lines_amount(self, full: House, language: str) -> None:
        kinds = set()
        with translation.override(language):
            for month, people in ((str(BEFORE), "ACDE"), (OCTOBER, "ABCDEF")):
                for number in people:
                    for line in explained(full, number, month):
                        assert line.steps[-1].result == line.line.amount, (number, line.title)
                        assert line.title
                        assert line.clause
                        assert "%(" not in f"{line.clause}{line.ground}{line.records}{line.steps}"
                        kinds.add(line.line.item)
        assert kinds == {
            "base", "commission", "forfeit", "bonus", "fine", "carried_in", "carried_out", "withheld", "deposit",
        }  # fmt: skip

    def test_every_line_but_sums_of_others_names_a_record_and_who_entered_it(self, full: House) -> None:
        for number in "ABCDEF":
            for line in explained(full, number):
                if line.line.item in ("carried_out", "carried_in", "forfeit"):
                    continue
                assert line.records, line.title
                if line.records == ["没有打卡"]:
                    continue  # nobody enters what is missing
                assert {(entry.by, entry.is_change) for entry in line.entered} == {("周静", False)}, line.title
                assert {entry.at for entry in line.entered} == {AFTER}

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("example", EXAMPLES_TOLD)
    def test_every_payslip_of_the_examples_is_explained(
        self, told: dict[tuple[str, str], list[tuple[str, Explained]]], example: str, language: str
    ) -> None:
        assert told[example, language]
        for number, line in told[example, language]:
            assert line.steps[-1].result == line.line.amount, (number, line.title)
            assert line.clause

    def test_it_takes_as_many_queries_for_more_lines(self, full: House) -> None:
        def asked() -> int:
            found = payslip(full, "A")
            with CaptureQueriesContext(connection) as queries:
                explain(found)
            return len(queries)

        before = asked()
        full.bring({
            "订台": [booking(f"M{number}", day(21)) for number in range(25)],
            "违规": [
                {"违规号": f"M{number}", "工号": "A", "营业日": day(21), "条款": "5.A"} for number in range(25)
            ],
        })  # fmt: skip
        full.run(OCTOBER)
        assert asked() == before


class TestWages:
    def test_base_of_a_full_month(self, full: House) -> None:
        line = one(full, "A", "2.1")
        assert steps(line) == [("底薪", "31 / 31 天", "3000.00")]
        assert line.records == ["2025年1月1日 入职 · 在职到 2026年10月31日"]

    def test_base_in_probation_by_days_and_by_sales(self, full: House) -> None:
        line = one(full, "B", "2.3")
        assert line.steps[-1].result == Decimal("750.00")  # 3000 × 20 ÷ 31 × 10000 ÷ 25806.45
        for figure in ("3,000.00", "20", "31", "10,000.00", "25,806.45"):
            assert figure in line.steps[-1].formula
        assert "2026年10月12日" in line.records[0]

    def test_base_by_the_part_of_a_month(self, house: House) -> None:
        house.bring({"员工": [person(离职日期=day(15), 离职类型="辞职")], "打卡": [punch(day(1))]})
        house.run(OCTOBER)
        line = one(house, "A", "2.1")
        assert line.steps[-1].result == Decimal("1451.61")  # 3000 × 15 ÷ 31
        assert "15" in line.steps[-1].formula
        assert "31" in line.steps[-1].formula

    def test_commission_is_the_rate_of_what_is_above_the_target(self, full: House) -> None:
        line = one(full, "A", "2.2")
        assert [(step.formula, str(step.result)) for step in line.steps] == [
            ("91,000.00 − 40,000.00", "51000.00"),
            ("51,000.00 × 3.5%", "1785.00"),
        ]

    def test_sales_show_every_booking_and_why_one_does_not_count(self, full: House) -> None:
        found = explain(payslip(full, "A"))
        assert sum(sold.amount for sold in found.sold) == Decimal("91000.00")
        assert {sold.number: bool(sold.reasons) for sold in found.sold} == {
            "A1": False, "A2": True, "A3": True, "A4": True, "A5": True, "A7": False,
        }  # fmt: skip
        assert (found.counted, found.not_counted) == (2, 4)
        assert all(sold.amount == 0 for sold in found.sold if sold.reasons)
        assert [sold.business_day for sold in found.sold] == sorted(sold.business_day for sold in found.sold)
        (entered,) = found.entered
        assert entered.records == 6
        assert one(full, "A", "2.2").records == ["计入 2 台 · 不计 4 台"]

    def test_sales_below_the_target_show_their_bookings_too(self, full: House) -> None:
        found = explain(payslip(full, "B"))
        assert [str(sold.amount) for sold in found.sold] == ["10000.00"]
        assert not any(line.line.item == "commission" for line in found.lines)

    @pytest.mark.parametrize(("article", "days"), [("1.2.B", 6), ("1.2.D", 25)])
    def test_a_forfeit_shows_what_was_earned_and_which_days_cost_it(self, full: House, article: str, days: int) -> None:
        line = one(full, "C", article, item="forfeit")
        assert [step.result for step in line.steps] == [Decimal("700.00"), Decimal("0.00")]
        assert str(days) in line.steps[-1].formula
        assert line.records[0].count("10月") == days

    @pytest.mark.parametrize(("number", "article", "item"), [("C", "1.2.B", "forfeit"), ("B", "2.3", "base")])
    def test_what_is_lost_by_rule_or_by_low_sales_names_the_bookings_too(
        self, full: House, number: str, article: str, item: str
    ) -> None:
        line = one(full, number, article, item=item)
        assert line.records[-1] == "计入 1 台"
        assert "周静" in [entry.by for entry in line.entered]
        assert "台" not in "".join(one(full, "A", "2.1").records)

    def test_a_forfeit_by_days_that_cost_nothing_names_them_all_the_same(self, house: House) -> None:
        rows = sheets()
        rows["制度"].append({"参数": "absence_fine", "生效月份": SEPTEMBER, "值": "0"})
        house.bring(rows)
        house.run(OCTOBER)
        assert one(house, "C", "1.2.D", item="forfeit").records[0].count("10月") == 25

    def test_a_bonus_names_what_it_is_for(self, full: House) -> None:
        line = one(full, "A", "2.4")
        assert line.records == [CHINESE["bonus"]]
        assert line.steps[-1].result == Decimal("500.00")

    def test_what_is_withheld_in_full(self, full: House) -> None:
        line = one(full, "A", "withheld")
        assert [step.result for step in line.steps] == [Decimal("-100.00")]
        assert line.records == ["社保"]

    def test_what_is_withheld_up_to_the_wages_shows_what_was_entered(self, full: House) -> None:
        line = one(full, "D", "withheld")
        assert [step.result for step in line.steps] == [Decimal("5000.00"), Decimal("-150.00")]
        assert line.records == [f"预支 · {CHINESE['advance']}"]

    def test_the_deposit_rests_on_the_last_employed_day(self, full: House) -> None:
        assert "2026年10月20日" in one(full, "F", "deposit").records[0]

    def test_a_bonus_and_a_withholding_of_the_same_words_are_two_records(self, house: House) -> None:
        house.bring({
            "员工": [person()],
            "奖金": [{"工号": "A", "月份": OCTOBER, "事由": "过节", "金额": 5}],
            "代扣": [{"工号": "A", "月份": OCTOBER, "类型": "其他", "事由": "过节", "金额": 5}],
        })  # fmt: skip
        house.now = AFTER + timedelta(days=1)
        house.bring({"奖金": [{"工号": "A", "月份": OCTOBER, "事由": "过节", "金额": 6}]})
        house.run(OCTOBER)
        assert [entry.is_change for entry in one(house, "A", "2.4").entered] == [False, True]
        assert [entry.is_change for entry in one(house, "A", "withheld").entered] == [False]


class TestCarried:
    def test_what_was_carried_leads_to_the_payslip_it_comes_from(self, full: House) -> None:
        line = one(full, "A", "carried", item="carried_in")
        assert line.before == BEFORE
        assert line.records == []
        assert payslip(full, "A", str(BEFORE)).carried_out == -line.line.amount

    def test_an_opening_amount_is_named_beside_it(self, full: House) -> None:
        line = one(full, "E", "carried", item="carried_in")
        assert line.before == BEFORE
        assert "123.45" in line.records[0]
        assert [entry.by for entry in line.entered] == ["周静"]

    def test_an_opening_amount_alone_leads_to_no_payslip(self, house: House) -> None:
        house.bring({
            "员工": [person(), person("B", 入职日期=day(1), 期初结转=50, 期初月份=OCTOBER)],
            "打卡": [punch(BEFORE.first), punch(day(1), "B")],
        })  # fmt: skip
        house.run(str(BEFORE))
        house.run(OCTOBER)
        line = one(house, "B", "carried", item="carried_in")
        assert line.before is None
        assert "50.00" in line.records[0]

    def test_what_the_last_payslip_leaves_over_says_that_it_ends(self, full: House) -> None:
        last = one(full, "A", "carried", item="carried_out")
        assert (last.title, last.ground) == ("最后一份工资扣不完", "到此为止")
        assert one(full, "C", "carried", item="carried_out").ground == ""


BREACHES = {
    "category": ("30.00", "-60.00"),
    "not_arrived": ("20.00", "-40.00"),
    "not_own_table": ("15.00", "-30.00"),
    "over_spend_rate": ("15.50", "-31.00"),
    "over_daily_number": ("13.00", "-26.00"),
}


class TestFines:
    @pytest.mark.parametrize("breach", BREACHES)
    def test_a_comp_outside_the_rules(self, full: House, breach: str) -> None:
        line = one(full, "A", "3.2", breach=breach)
        over, fine = BREACHES[breach]
        assert str(line.steps[-1].result) == fine
        assert line.steps[-1].formula == f"{over} × 2"
        assert str(line.steps[-2].result) == over
        assert any(line.line.basis["comp"] in record for record in line.records[1:]), line.records

    def test_a_comp_over_the_spends_share_shows_the_share_and_all_comps_of_the_table(self, full: House) -> None:
        line = one(full, "A", "3.2", breach="over_spend_rate")
        assert [str(step.result) for step in line.steps] == ["50.00", "15.50", "-31.00"]
        assert "5%" in line.steps[0].formula
        table, *comps = line.records
        assert "¥1,000.00" in table
        assert [record.split(" ")[0] for record in comps] == ["22:00", "22:00", "23:00"]

    def test_tips(self, full: House) -> None:
        line = one(full, "A", "4.1")
        assert line.steps[-1].result == Decimal("-88.50")
        assert line.records == [f"违规号 A1 · {CHINESE['note']}"]

    def test_poaching_names_the_table_and_its_spend(self, full: House) -> None:
        line = one(full, "A", "4.4")
        assert [str(step.result) for step in line.steps] == ["2000.00", "-4000.00"]
        assert line.steps[-1].formula == "2,000.00 × 2"
        report, table = line.records
        assert "A2" in report
        assert "¥2,000.00" in table
        assert "10月15日" in table

    def test_off_post_says_from_when_to_when(self, full: House) -> None:
        line = one(full, "A", "4.6")
        assert "21:00" in line.records[0]
        assert "21:25" in line.records[0]
        assert "25" in line.steps[-1].formula
        assert line.steps[-1].result == Decimal("-50.00")

    @pytest.mark.parametrize("article", CONDUCT_ARTICLES)
    def test_conduct_costs_what_the_policy_says(self, full: House, article: str) -> None:
        line = one(full, "A", article)
        assert line.steps[-1].result == Decimal("-20.00")
        assert "20 元" in line.clause
        assert f"A{article}" in line.records[0]


class TestAttendance:
    def test_lateness_shows_both_punches(self, full: House) -> None:
        line = one(full, "A", "1.2.F", 3)
        assert "20:10" in line.records[0]
        assert "02:00" in line.records[0]
        assert "10" in line.steps[-1].formula

    def test_leaving_early_shows_both_punches(self, full: House) -> None:
        assert "01:45" in one(full, "A", "1.2.E", 4).records[0]

    def test_personal_leave_shows_when_it_was_asked_for_and_who_approved(self, full: House) -> None:
        absent, leave = one(full, "A", "1.2.B", 5).records
        assert "打卡" in absent
        assert "9月30日 12:00" in leave
        assert CHINESE["chief"] in leave

    def test_sick_leave_names_the_papers_that_are_missing(self, full: House) -> None:
        leave = one(full, "A", "1.2.D", 6).records[1]
        assert "收据" in leave
        assert "病假条" in leave
        assert "病历证明" not in leave

    def test_leave_that_was_refused_says_so(self, full: House) -> None:
        with translation.override("en"):
            assert "not approved" in one(full, "A", "1.2.D", 7).records[1]

    def test_a_void_rest_is_a_record_with_its_reason(self, full: House) -> None:
        line = one(full, "A", "1.2.D", 2)
        assert "1.2.C" in line.ground
        assert line.records[1] == "工休 10月2日"
        assert "1.3" in one(full, "A", "1.2.D", 9).ground

    def test_more_than_the_grace_is_an_absence_with_its_punches(self, full: House) -> None:
        line = one(full, "A", "1.2.D", 8)
        assert "45" in line.ground
        assert "20:45" in line.records[0]
        assert line.steps[-1].result == Decimal("-200.00")

    def test_a_punch_vouched_for_names_by_whom(self, house: House) -> None:
        house.bring({
            "员工": [person()],
            "打卡": [punch(day(1), 上班=None, 上班批准人="王经理", 下班="01:50")],
        })  # fmt: skip
        house.run(OCTOBER)
        record = one(house, "A", "1.2.E").records[0]
        assert "王经理" in record
        assert "—" in record


class TestClauses:
    def test_a_clause_has_the_figures_of_the_runs_policy_not_of_a_later_one(self, full: House) -> None:
        set_policy(venue=full.venue, month=MONTH.next, values={"base_pay": "4444", "commission_rate": "0.5"})
        assert "3,000" in one(full, "A", "2.1").clause
        assert "3.5%" in one(full, "A", "2.2").clause

    def test_a_draft_is_explained_by_the_policy_it_read_when_that_was_stated_anew_since(self, full: House) -> None:
        values = {"late_fine": "77", "comp_spend_rate": "0.5"}
        with time_machine.travel(AFTER + timedelta(hours=1), tick=False):
            set_policy(venue=full.venue, month=CalendarMonth.parse(SEPTEMBER), values=values)
        assert full.current(OCTOBER).is_stale
        assert "扣 50 元" in one(full, "A", "1.2.F").clause
        assert "5%" in one(full, "A", "3.2", breach="over_spend_rate").steps[0].formula
        full.now = AFTER + timedelta(hours=2)
        full.run(OCTOBER)
        assert "扣 77 元" in one(full, "A", "1.2.F").clause

    def test_an_article_the_clauses_do_not_have_is_named_by_its_title(self, full: House) -> None:
        slip = payslip(full, "A")
        slip.lines.filter(article="4.1").update(article="9.1")
        line = next(line for line in explain(slip).lines if line.line.article == "9.1")
        assert line.clause == "客户档案"


class TestWhoEnteredIt:
    def test_a_change_by_another_import_names_who_and_when(self, full: House) -> None:
        other = User.objects.create(username="floor", name="马强")
        full.now = AFTER + timedelta(days=1)
        full.bring({"打卡": [punch(day(3), 上班="20:12")]}, user=other)
        full.run(OCTOBER)
        entries = one(full, "A", "1.2.F", 3).entered
        assert [(entry.by, entry.at, entry.is_change, entry.records) for entry in entries] == [
            ("周静", AFTER, False, 1),
            ("马强", AFTER + timedelta(days=1), True, 1),
        ]
        assert re.fullmatch(r"main-\d+\.xlsx", entries[0].how)

    def test_what_nobody_signed_for_came_by_command(self, house: House) -> None:
        house.bring({"员工": [person()], "打卡": [punch(day(1), 上班="20:05")]})
        house.run(OCTOBER)
        with translation.override("en"):
            assert [entry.by for entry in one(house, "A", "1.2.F").entered] == ["by command"]

    def test_someone_without_a_name_is_named_as_they_sign_in(self, house: House) -> None:
        user = User.objects.create(username="hr9")
        house.bring({"员工": [person()], "打卡": [punch(day(1), 上班="20:05")]}, user=user)
        house.run(OCTOBER)
        assert [entry.by for entry in one(house, "A", "1.2.F").entered] == ["hr9"]

    def test_an_import_that_changes_nothing_is_no_entry(self, full: House) -> None:
        full.now = AFTER + timedelta(days=1)
        full.bring(sheets(), user=User.objects.get(username="hr"))
        assert len(one(full, "A", "1.2.F", 3).entered) == 1


def test_times_are_the_venues(house: House) -> None:
    house.now = datetime(2027, 6, 1, tzinfo=UTC)
    house.bring({"员工": [person()]})
    house.venue.__class__.objects.update(timezone="Asia/Tokyo")
    house.bring({"打卡": [punch(day(1), 上班="20:05")]})
    house.run(OCTOBER)
    assert "20:05" in one(house, "A", "1.2.F").records[0]


class TestBesides:
    """What a line's own record does not say alone."""

    def test_over_the_daily_number_the_record_names_what_used_it_up(self, house: House) -> None:
        on = date(2026, 10, 3)
        comps = [
            comp(number, table, on, 依据="每日", 金额=amount, 时间=at)
            for number, table, amount, at in (
                ("C1", "B1", 30, "21:00"), ("C2", "B2", 40, "21:30"), ("C3", "B1", 50, "22:00"),
            )
        ]  # fmt: skip
        bookings = [booking("B1", on, 台号="V1"), booking("B2", on, 台号="V2")]
        house.bring({"员工": [person()], "打卡": [punch(on)], "订台": bookings, "签送": comps})
        house.run(OCTOBER)
        line = one(house, "A", "3.2")
        assert line.steps[0].formula == "当天可签 2 份"
        assert [record.split(" · ")[-1] for record in line.records] == ["B1", "B2", "C1", "C2", "C3"]

    def test_a_full_month_prorated_by_sales_begins_with_the_whole_base(self, house: House) -> None:
        rows = [{"参数": "base_on_shortfall", "生效月份": OCTOBER, "值": "prorated"}]
        house.bring({"员工": [person()], "订台": [booking("B1", date(2026, 10, 3), 消费金额=20000)], "制度": rows})
        house.run(OCTOBER)
        line = one(house, "A", "2.1")
        assert line.ground.startswith("3,000.00")
        assert line.steps[-1].result == Decimal("1500.00")

    def test_what_is_changed_after_the_run_is_not_told_as_part_of_it(self, house: House) -> None:
        house.bring({"员工": [person()], "打卡": [punch(date(2026, 10, 1))]})
        house.run(OCTOBER)
        later = House(house.folder, house.code, now=house.now + timedelta(days=3))
        later.bring({"员工": [person(手机="13900000000")]})
        assert [entry.is_change for entry in one(house, "A", "2.1").entered] == [False]

    def test_a_booking_numbered_like_an_amount_or_a_day_is_named_as_it_is(self, house: House) -> None:
        on = date(2026, 10, 3)
        house.bring({
            "员工": [person(), person("B")],
            "打卡": [punch(on)],
            "订台": [booking("1234.50", on, "B", 消费金额=1000)],
            "违规": [{"违规号": "2026-10-03", "工号": "A", "营业日": on, "条款": "4.4", "订台号": "1234.50"}],
        })  # fmt: skip
        house.run(OCTOBER)
        line = one(house, "A", "4.4")
        assert "1234.50" in line.ground
        assert "2026-10-03" in line.ground
        assert "1,000.00 × 2" in line.ground
