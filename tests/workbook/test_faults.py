"""One test for each kind of fault: told by its cell, alone, and nothing is stored."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from tests.house import House
from tests.workbook.rows import (
    D1,
    D2,
    bonus,
    everything,
    leave,
    off_post,
    policy,
    report,
    rest,
    table_counts,
    withheld,
)
from tests.workbooks import Sheets, booking, comp, person, punch
from venues.models import Month
from workbook.faults import Fault, Faulty


def faults_of(house: House, sheets: Sheets) -> list[Fault]:
    before = table_counts()
    with pytest.raises(Faulty) as caught:
        house.bring(sheets)
    assert table_counts() == before
    return caught.value.faults


@pytest.fixture
def told(house: House) -> Callable[..., str]:
    """The one fault of a workbook, as it is printed; ``before`` is imported first."""

    def tell(sheets: Sheets, before: Sheets | None = None) -> str:
        if before is not None:
            house.bring(before)
        faults = faults_of(house, sheets)
        assert len(faults) == 1, [str(fault) for fault in faults]
        return str(faults[0])

    return tell


def is_at(line: str, place: str, words: str) -> None:
    """The line is ``place: …`` and says these words."""
    assert line.startswith(f"{place}: "), line
    assert words in line


def test_a_good_row_on_every_sheet_has_no_fault(house: House) -> None:
    house.bring(everything())


# --- a single cell ----------------------------------------------------------------------------------------
BAD_CELLS = [
    ("员工", "工号", "x" * 41, "at most 40"),
    ("员工", "工号", 12.5, "is no text"),
    ("员工", "身份证号", 110101199003071234, "lost digits"),
    ("员工", "银行卡号", 6222021234567890, "lost digits"),
    ("员工", "手机", True, "TRUE or FALSE"),
    ("员工", "入职日期", "2025-1-1", "is no date"),
    ("员工", "入职日期", date(1925, 1, 1), "check the year"),
    ("员工", "离职日期", "soon", "is no date"),
    ("员工", "离职申请日期", 3, "is no date"),
    ("员工", "离职类型", "辞退", "辞职、开除"),
    ("员工", "押金", -1, "negative"),
    ("员工", "押金", "一百", "is no amount"),
    ("员工", "期初结转", 10.005, "two decimals"),
    ("员工", "期初月份", "九月", "is no month"),
    ("制度", "生效月份", "2026-9", "is no month"),
    ("活动日", "日期", "国庆", "is no date"),
    ("活动日", "名称", "长" * 101, "at most 100"),
    ("休息", "日期", datetime(2026, 9, 3, 20), "is no date"),
    ("休息", "类型", "休", "工休、排休、换休"),
    ("打卡", "营业日", "今天", "is no date"),
    ("打卡", "上班", "八点", "is no time"),
    ("打卡", "下班", 0.5, "is no time"),
    ("打卡", "上班批准人", "长" * 61, "at most 60"),
    ("请假", "开始日期", "7/9", "is no date"),
    ("请假", "结束日期", "8/9", "is no date"),
    ("请假", "类型", "病", "病假、事假、法定假、陪客晚宴"),
    ("请假", "申请时间", "15:00", "date with a time"),
    ("请假", "申请时间", time(15), "date with a time"),
    ("请假", "收据", "有", "是 or 否"),
    ("离岗", "离开", "36:00", "is no time"),
    ("离岗", "返回", "x", "is no time"),
    ("订台", "登记时间", "18:00", "date with a time"),
    ("订台", "到店时间", "9pm", "is no time"),
    ("订台", "消费金额", 100_000_000, "too large"),
    ("订台", "状态", "已到", "到店、取消、未到"),
    ("签送", "品类", "香烟", "小吃、果盘、酒水"),
    ("签送", "依据", "心情", "消费、每日"),
    ("签送", "金额", "free", "is no amount"),
    ("签送", "时间", "late", "is no time"),
    ("违规", "金额", "x", "is no amount"),
    ("奖金", "月份", 9, "is no month"),
    ("奖金", "金额", -5, "negative"),
    ("代扣", "类型", "房租", "个税、社保、公积金、预支、其他"),
]


@pytest.mark.parametrize(("sheet", "heading", "value", "words"), BAD_CELLS)
def test_a_value_its_column_can_not_take_is_one_fault(
    sheet: str, heading: str, value: Any, words: str, house: House
) -> None:
    sheets = everything(**{sheet: {heading: value}})
    if (sheet, heading) == ("员工", "工号"):
        sheets = {"员工": sheets["员工"]}
    if heading in ("离职日期", "离职类型", "期初结转", "期初月份"):
        pair = {"离职日期": "离职类型", "离职类型": "离职日期", "期初结转": "期初月份", "期初月份": "期初结转"}[heading]
        whole = {"离职日期": date(2026, 12, 1), "离职类型": "辞职", "期初结转": 5, "期初月份": "2026-09"}
        sheets["员工"][0][pair] = whole[pair]
    faults = faults_of(house, sheets)
    assert [(fault.sheet, fault.row, fault.heading) for fault in faults] == [(sheet, 2, heading)]
    assert words in faults[0].message


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [
        (sheet, heading)
        for sheet, headings in {
            "员工": "姓名 入职日期",
            "制度": "参数 生效月份",
            "活动日": "日期",
            "休息": "工号 日期 类型",
            "打卡": "工号 营业日",
            "请假": "工号 开始日期 类型 结束日期 申请时间",
            "离岗": "工号 离开 营业日 返回",
            "订台": "营业日 工号 状态",
            "签送": "签送号 订台号 工号 品类 金额 依据 时间",
            "违规": "违规号 工号 营业日 条款",
            "奖金": "工号 月份 事由 金额",
            "代扣": "工号 月份 类型 金额",
        }.items()
        for heading in headings.split()
    ],
)
@pytest.mark.parametrize("blank", [None, "  "])
def test_a_required_cell_that_is_empty_is_one_fault(
    sheet: str, heading: str, blank: str | None, told: Callable[..., str]
) -> None:
    is_at(told(everything(**{sheet: {heading: blank}})), f"{sheet}!2 {heading}", "is required and empty")


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [
        ("员工", "姓名"),
        ("员工", "入职日期"),
        ("打卡", "营业日"),
        ("订台", "营业日"),
        ("订台", "状态"),
        ("休息", "类型"),
        ("违规", "条款"),
    ],
)
def test_a_required_column_that_is_missing_is_one_fault(sheet: str, heading: str, told: Callable[..., str]) -> None:
    sheets = everything()
    del sheets[sheet][0][heading]
    is_at(told(sheets), f"{sheet}!1 {heading}", "is required and missing")


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [("员工", "押金"), ("订台", "消费金额"), ("打卡", "上班"), ("奖金", "金额"), ("员工", "入职日期")],
)
def test_a_formula_is_one_fault(sheet: str, heading: str, told: Callable[..., str]) -> None:
    is_at(told(everything(**{sheet: {heading: "=1+1"}})), f"{sheet}!2 {heading}", "holds a formula")


def test_an_excel_error_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(订台={"消费金额": "#N/A"})), "订台!2 消费金额", "holds the error #N/A")


def test_an_unknown_column_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(打卡={"备注": "x"})), "打卡!1 备注", "there is no such column")


def test_an_unknown_sheet_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told({**everything(), "排班": [{"工号": "A"}]}), "排班!1", "there is no such sheet")


# --- keys and references ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "heading"),
    [
        ("员工", "工号"),
        ("制度", "参数"),
        ("活动日", "日期"),
        ("休息", "工号"),
        ("打卡", "工号"),
        ("请假", "工号"),
        ("离岗", "工号"),
        ("订台", "订台号"),
        ("签送", "签送号"),
        ("违规", "违规号"),
        ("奖金", "工号"),
        ("代扣", "工号"),
    ],
)
def test_a_key_that_stands_twice_is_one_fault_of_the_second_row(
    sheet: str, heading: str, told: Callable[..., str]
) -> None:
    sheets = everything()
    sheets[sheet] = sheets[sheet] * 2
    is_at(told(sheets), f"{sheet}!3 {heading}", "stands in row 2 already")


@pytest.mark.parametrize("sheet", ["休息", "打卡", "请假", "离岗", "订台", "签送", "违规", "奖金", "代扣"])
def test_an_unknown_staff_number_is_one_fault(sheet: str, told: Callable[..., str]) -> None:
    is_at(told(everything(**{sheet: {"工号": "Z"}})), f"{sheet}!2 工号", "there is no staff number Z")


@pytest.mark.parametrize(("sheet", "more"), [("签送", {}), ("违规", {"条款": "4.4"}), ("违规", {})])
def test_an_unknown_booking_is_one_fault(sheet: str, more: dict[str, Any], told: Callable[..., str]) -> None:
    is_at(told(everything(**{sheet: {"订台号": "D9", **more}})), f"{sheet}!2 订台号", "there is no booking D9")


def test_staff_of_another_venue_are_unknown(house: House) -> None:
    House(house.folder, "other").bring({"员工": [person("Z")], "订台": [booking("D9", D1, "Z")]})
    faults = faults_of(
        house, {"员工": [person()], "打卡": [punch(D1, "Z")], "违规": [report(article="4.4", 订台号="D9")]}
    )
    assert [(fault.sheet, fault.heading) for fault in faults] == [("打卡", "工号"), ("违规", "订台号")]


# --- employment -------------------------------------------------------------------------------------------
EMPLOYED = {"入职日期": date(2026, 8, 1), "离职日期": date(2026, 9, 20), "离职类型": "辞职"}


@pytest.mark.parametrize("day", [date(2026, 7, 31), date(2026, 9, 21)])
@pytest.mark.parametrize(
    ("sheet", "heading", "make"),
    [
        ("休息", "日期", rest),
        ("打卡", "营业日", punch),
        ("请假", "开始日期", lambda day: leave(day, D1) if day < D1 else leave(D1, day)),
        ("离岗", "营业日", off_post),
        ("订台", "营业日", lambda day: booking("D1", day)),
        ("违规", "营业日", lambda day: report(day=day)),
    ],
)
def test_a_day_outside_employment_is_one_fault(
    sheet: str, heading: str, make: Callable[[date], dict[str, Any]], day: date, told: Callable[..., str]
) -> None:
    if sheet == "请假" and day > D1:
        heading = "结束日期"
    line = told({"员工": [person(**EMPLOYED)], sheet: [make(day)]})
    is_at(line, f"{sheet}!2 {heading}", f"{day} lies outside the employment of A (2026-08-01 to 2026-09-20)")


def test_the_first_and_the_last_day_of_employment_are_inside(house: House) -> None:
    days = (date(2026, 8, 1), date(2026, 9, 20))
    house.bring({"员工": [person(**EMPLOYED)], "打卡": [punch(day) for day in days], "请假": [leave(*days)]})


def test_a_comp_by_somebody_not_employed_on_the_bookings_day_is_one_fault(told: Callable[..., str]) -> None:
    staff = [person(), person("B", **EMPLOYED)]
    day = date(2026, 9, 21)
    line = told({"员工": staff, "订台": [booking("D1", day)], "签送": [comp("S1", "D1", day, "B")]})
    is_at(line, "签送!2 订台号", "lies outside the employment of B")


@pytest.mark.parametrize(("month", "shown"), [("2026-07", "July 2026"), ("2026-10", "October 2026")])
@pytest.mark.parametrize(("sheet", "make"), [("奖金", bonus), ("代扣", withheld)])
def test_a_month_outside_employment_is_one_fault(
    sheet: str, make: Callable[..., dict[str, Any]], month: str, shown: str, told: Callable[..., str]
) -> None:
    line = told({"员工": [person(**EMPLOYED)], sheet: [make(month)]})
    is_at(line, f"{sheet}!2 月份", f"A is employed on no day of {shown}")


def test_a_record_of_somebody_whose_dates_are_faulty_is_not_told_as_well(told: Callable[..., str]) -> None:
    sheets = everything(员工={"入职日期": "1/1/2025"})
    is_at(told(sheets), "员工!2 入职日期", "is no date")


def test_leaving_before_being_hired_is_one_fault(told: Callable[..., str]) -> None:
    sheets = everything(员工={"离职日期": date(2024, 1, 1), "离职类型": "辞职"})
    is_at(told(sheets), "员工!2 离职日期", "lies before the day of hiring")


def test_a_last_day_without_its_kind_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(员工={"离职日期": date(2026, 12, 1)})), "员工!2 离职类型", "come together")


def test_a_kind_of_leaving_without_the_day_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(员工={"离职类型": "开除"})), "员工!2 离职日期", "come together")


def test_an_opening_amount_without_its_month_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(员工={"期初结转": 5})), "员工!2 期初月份", "come together")


def test_an_opening_month_without_its_amount_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(员工={"期初月份": "2026-09"})), "员工!2 期初结转", "come together")


@pytest.mark.parametrize("sheet", ["打卡", "离岗", "订台", "签送", "违规"])
def test_an_employment_that_ends_before_a_stored_record_is_one_fault(sheet: str, told: Callable[..., str]) -> None:
    kept = {"员工", "订台", sheet} if sheet == "签送" else {"员工", sheet}
    before = {title: rows for title, rows in everything().items() if title in kept}
    if sheet == "签送":
        before["员工"] = [person(), person("B")]
        before["订台"][0]["工号"] = "B"
    line = told({"员工": [person(离职日期=date(2026, 8, 31), 离职类型="辞职")]}, before)
    is_at(line, "员工!2 离职日期", f"there is a record on 2026-09-01 (sheet {sheet})")


def test_a_hiring_after_a_stored_record_is_one_fault(told: Callable[..., str]) -> None:
    line = told({"员工": [person(入职日期=D2)]}, {"员工": [person()], "打卡": [punch(D1)]})
    is_at(line, "员工!2 入职日期", "there is a record on 2026-09-01 (sheet 打卡)")


def test_a_booking_moved_to_a_day_on_which_its_comps_giver_is_not_employed_is_one_fault(
    told: Callable[..., str],
) -> None:
    before = {
        "员工": [person(), person("B", **EMPLOYED)],
        "订台": [booking("D1", date(2026, 9, 20))],
        "签送": [comp("S1", "D1", date(2026, 9, 20), "B")],
    }
    moved = booking("D1", date(2026, 9, 21))
    is_at(told({"订台": [moved]}, before), "订台!2 营业日", "lies outside the employment of B")


# --- times ------------------------------------------------------------------------------------------------
def test_punch_out_before_punch_in_is_a_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(打卡={"上班": "22:00", "下班": "21:00"})), "打卡!2 下班", "lies before 上班")


def test_punch_out_before_the_stored_punch_in_is_a_fault(told: Callable[..., str]) -> None:
    row = {"工号": "A", "营业日": D1, "下班": "19:00"}
    is_at(told({"打卡": [row]}, {"员工": [person()], "打卡": [punch(D1)]}), "打卡!2 下班", "lies before 上班")


@pytest.mark.parametrize(
    ("sheet", "heading", "value"),
    [
        ("打卡", "上班", "2026-09-01 11:59:59"),
        ("打卡", "下班", "2026-09-02 12:00"),
        ("打卡", "下班", datetime(2026, 10, 2, 2)),
        ("离岗", "离开", "2026-08-31 22:00"),
        ("订台", "到店时间", "2026-09-02 21:00"),
    ],
)
def test_a_time_of_another_business_day_is_one_fault(
    sheet: str, heading: str, value: Any, told: Callable[..., str]
) -> None:
    is_at(told(everything(**{sheet: {heading: value}})), f"{sheet}!2 {heading}", "not 2026-09-01")


def test_a_return_before_the_leaving_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(离岗={"返回": "21:59"})), "离岗!2 返回", "lies before 离开")


def test_a_leave_that_ends_before_it_begins_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(请假={"结束日期": D1})), "请假!2 结束日期", "lies before 开始日期")


def test_a_time_on_a_row_whose_day_is_faulty_is_not_told_as_well(told: Callable[..., str]) -> None:
    sheets = everything(打卡={"营业日": "x", "上班": "22:00", "下班": "21:00"})
    is_at(told(sheets), "打卡!2 营业日", "is no date")


# --- violations -------------------------------------------------------------------------------------------
def test_an_unknown_article_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(违规={"条款": "13.1"})), "违规!2 条款", "there is no article 13.1")


@pytest.mark.parametrize("article", ["1.2.F", "1.2.D", "3.2", 3.2, "4.6"])
def test_an_article_that_is_derived_is_one_fault(article: Any, told: Callable[..., str]) -> None:
    is_at(told(everything(违规={"条款": article})), "违规!2 条款", "derived from the facts")


@pytest.mark.parametrize("article", ["2.1", "4.2", "4.9", "6.1", "carried"])
def test_an_article_that_nobody_violates_is_one_fault(article: str, told: Callable[..., str]) -> None:
    is_at(told(everything(违规={"条款": article})), "违规!2 条款", "is no reported violation")


def test_tips_without_an_amount_are_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(违规={"条款": 4.1})), "违规!2 金额", "4.1 needs the amount")


@pytest.mark.parametrize("article", ["4.4", "4.5", "4.7", "5.A"])
def test_an_amount_where_the_rules_set_it_is_one_fault(article: str, told: Callable[..., str]) -> None:
    line = told(everything(违规={"条款": article, "金额": 100, "订台号": "D1"}))
    is_at(line, "违规!2 金额", "takes no amount")


def test_poaching_without_a_booking_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(违规={"条款": "4.4"})), "违规!2 订台号", "4.4 needs the booking")


def test_poaching_twice_in_a_file_is_one_fault_of_the_second(told: Callable[..., str]) -> None:
    sheets = everything()
    sheets["违规"] = [report("V1", "4.4", 订台号="D1"), report("V2", "4.4", D2, 订台号="D1")]
    is_at(told(sheets), "违规!3 订台号", "stands in V1 already")


def test_poaching_that_is_stored_already_is_one_fault(told: Callable[..., str]) -> None:
    before = everything(违规={"条款": "4.4", "订台号": "D1"})
    is_at(told({"违规": [report("V2", "4.4", D2, 订台号="D1")]}, before), "违规!2 订台号", "stands in V1 already")


def test_poaching_by_two_people_or_on_two_bookings_is_no_fault(house: House) -> None:
    rows = [
        report("V1", "4.4", 订台号="D1"),
        report("V2", "4.4", 订台号="D1", 工号="B"),
        report("V3", "4.4", 订台号="D2"),
    ]
    bookings = [booking("D1", D1), booking("D2", D1, 台号="A2")]
    house.bring({"员工": [person(), person("B")], "订台": bookings, "违规": rows})


def test_reports_that_change_places_are_no_fault(house: House) -> None:
    bookings = [booking("D1", D1), booking("D2", D1, 台号="A2")]
    rows = [report("V1", "4.4", 订台号="D1"), report("V2", "4.4", 订台号="D2")]
    house.bring({"员工": [person()], "订台": bookings, "违规": rows})
    house.bring({"违规": [report("V1", "4.4", 订台号="D2"), report("V2", "4.4", 订台号="D1")]})
    house.bring({"违规": [report("V0", "4.4", 订台号="D2"), report("V1", "4.5")]})
    assert dict(house.venue.reports.values_list("number", "booking__number")) == {"V0": "D2", "V1": None, "V2": "D1"}


def test_what_hangs_on_a_faulty_booking_is_not_told_as_well(told: Callable[..., str]) -> None:
    sheets = everything(订台={"营业日": "x"}, 违规={"条款": "4.4", "订台号": "D1"})
    is_at(told(sheets), "订台!2 营业日", "is no date")


# --- the policy -------------------------------------------------------------------------------------------
def test_an_unknown_parameter_is_one_fault(told: Callable[..., str]) -> None:
    is_at(told(everything(制度={"参数": "base_salary"})), "制度!2 参数", "there is no such parameter")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("base_pay", "-1"),
        ("base_pay", None),
        ("base_pay", 0.001),
        ("commission_rate", 3),
        ("commission_rate", "3%"),
        ("wage_guard", "yes"),
        ("pay_day", 32),
        ("pay_day", "9" * 199),
        ("shift_start", "08:00"),
        ("shift_start", time(20, 0, 30)),
        ("comp_categories", "小吃,酒水"),
        ("shift_end", "19:00"),
    ],
)
def test_a_value_out_of_its_parameters_range_is_one_fault(parameter: str, value: Any, told: Callable[..., str]) -> None:
    is_at(told(everything(制度={"参数": parameter, "值": value})), "制度!2 值", "should")


def test_values_that_do_not_go_together_are_one_fault(told: Callable[..., str]) -> None:
    rows = [policy("shift_start", "21:00"), policy("shift_end", "20:00"), policy("base_pay", "3000")]
    is_at(told({"制度": rows}), "制度!3 值", "should end after it starts")


def test_a_faulty_month_of_policy_is_not_told_again_for_the_months_after(told: Callable[..., str]) -> None:
    rows = [policy("shift_start", "x"), policy("shift_end", "20:30"), policy("shift_end", "03:00", "2026-10")]
    is_at(told({"制度": rows}), "制度!2 值", "should be a time")


# --- locked months ----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def locked(kept_house: House) -> House:
    """A house whose September is locked, with a row of every sheet in it; August is open and has no facts."""
    sheets = everything()
    sheets["员工"] = [person(押金=500, 期初结转=10, 期初月份="2026-09")]
    sheets["违规"].append(report("V4", "4.4", 订台号="D1"))
    kept_house.bring(sheets)
    Month.objects.filter(first_day=D1).update(state=Month.State.LOCKED)
    return kept_house


def test_unchanged_rows_of_a_locked_month_are_no_fault(locked: House) -> None:
    sheets = everything()
    sheets["员工"] = [person(押金=500, 期初结转=10, 期初月份="2026-09")]
    before = table_counts()
    locked.bring(sheets)
    assert table_counts() == before


@pytest.mark.parametrize(
    ("sheet", "place", "change"),
    [
        ("员工", "入职日期", {"入职日期": date(2025, 2, 1)}),
        ("员工", "离职日期", {"离职日期": date(2026, 9, 30), "离职类型": "辞职"}),
        ("员工", "期初月份", {"期初结转": 20}),
        ("员工", "期初月份", {"期初月份": "2026-10"}),
        ("制度", "生效月份", {"值": "3600"}),
        ("活动日", "日期", {"名称": "国庆"}),
        ("休息", "日期", {"类型": "排休"}),
        ("打卡", "营业日", {"下班": "01:00"}),
        ("打卡", "营业日", {"上班批准人": "王"}),
        ("请假", "开始日期", {"结束日期": date(2026, 10, 8)}),
        ("离岗", "营业日", {"批准人": "王"}),
        ("订台", "营业日", {"消费金额": 2000}),
        ("订台", "营业日", {"营业日": date(2026, 10, 1), "登记时间": "2026-10-01 18:00"}),
        ("签送", "订台号", {"金额": 20}),
        ("违规", "营业日", {"条款": "4.7"}),
        ("奖金", "月份", {"金额": 200}),
        ("代扣", "月份", {"金额": 200}),
    ],
)
def test_a_changed_row_of_a_locked_month_is_one_fault(
    sheet: str, place: str, change: dict[str, Any], locked: House
) -> None:
    row = everything()[sheet][0]
    if sheet == "员工":
        row = person(押金=500, 期初结转=10, 期初月份="2026-09")
    faults = faults_of(locked, {sheet: [row | change]})
    assert [(fault.sheet, fault.row, fault.heading) for fault in faults] == [(sheet, 2, place)]
    assert "would change September 2026, which is locked" in faults[0].message


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("活动日", {"日期": date(2026, 9, 10)}),
        ("休息", rest(date(2026, 9, 10))),
        ("打卡", punch(date(2026, 9, 10))),
        ("请假", leave(date(2026, 9, 10), date(2026, 9, 11))),
        ("请假", leave(date(2026, 9, 30), date(2026, 10, 2))),
        ("离岗", off_post(date(2026, 9, 10))),
        ("订台", booking("D2", date(2026, 9, 10))),
        ("签送", comp("S2", "D1", D1)),
        ("违规", report("V2", day=date(2026, 9, 10))),
        ("奖金", bonus(事由="节日")),
        ("代扣", withheld(类型="个税")),
        ("员工", person("B")),
        ("制度", policy("late_fine", "60")),
    ],
)
def test_a_new_row_in_a_locked_month_is_one_fault(sheet: str, row: dict[str, Any], locked: House) -> None:
    faults = faults_of(locked, {sheet: [row]})
    assert [(fault.sheet, fault.row) for fault in faults] == [(sheet, 2)]
    assert "September 2026" in faults[0].message


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("打卡", punch(date(2026, 8, 10))),
        ("订台", booking("D2", date(2026, 8, 10))),
        ("活动日", {"日期": date(2026, 8, 10)}),
        ("奖金", bonus("2026-08")),
        ("制度", policy("late_fine", "60", "2026-08")),
    ],
)
def test_an_open_month_before_a_locked_one_is_closed_too(sheet: str, row: dict[str, Any], locked: House) -> None:
    faults = faults_of(locked, {sheet: [row]})
    assert len(faults) == 1
    assert "would change August 2026; months up to September 2026 are locked" in faults[0].message


def test_months_after_the_locked_one_take_rows_of_every_sheet(locked: House) -> None:
    day = date(2026, 10, 5)
    locked.bring(
        {
            "员工": [person("B", 入职日期=date(2026, 10, 1))],
            "制度": [policy(month="2026-10", value="4000")],
            "活动日": [{"日期": day}],
            "休息": [rest(date(2026, 10, 6))],
            "打卡": [punch(day)],
            "请假": [leave(date(2026, 10, 7), date(2026, 10, 8))],
            "离岗": [off_post(day)],
            "订台": [booking("D2", day)],
            "签送": [comp("S2", "D2", day)],
            "违规": [report("V2", "4.4", day, 订台号="D1", 工号="B")],
            "奖金": [bonus("2026-10")],
            "代扣": [withheld("2026-10")],
        }
    )


def test_what_does_not_tell_of_pay_may_change_in_a_locked_month(locked: House) -> None:
    locked.bring({"员工": [person(姓名="新名", 手机="138", 银行卡号="6222")]})
    locked.bring({"员工": [person(离职日期=date(2026, 10, 31), 离职类型="辞职")]})


def test_of_a_locked_policy_only_the_changed_values_are_faults(locked: House) -> None:
    rows = [policy(), policy("late_fine", "50"), policy("early_fine", "80")]
    faults = faults_of(locked, {"制度": rows})
    assert [(fault.row, fault.heading) for fault in faults] == [(4, "生效月份")]


def test_the_spend_of_a_poached_booking_may_not_change_a_locked_month(house: House) -> None:
    day = date(2026, 10, 1)
    sheets = {
        "员工": [person()],
        "订台": [booking("D1", day, 消费金额=None)],
        "违规": [report("V1", "4.4", date(2026, 9, 30), 订台号="D1")],
    }
    house.bring(sheets)
    Month.objects.filter(first_day=D1).update(state=Month.State.LOCKED)
    faults = faults_of(house, {"订台": [booking("D1", day, 消费金额=800)]})
    assert [(fault.sheet, fault.heading) for fault in faults] == [("订台", "消费金额")]
    house.bring({"订台": [booking("D1", day, 消费金额=None, 客户姓名="王女士")]})


def test_the_spend_of_a_poached_booking_makes_the_month_of_the_report_stale(house: House) -> None:
    sheets = {
        "员工": [person()],
        "订台": [booking("D1", date(2026, 9, 30))],
        "违规": [report("V1", "4.4", date(2026, 10, 1), 订台号="D1")],
    }
    house.bring(sheets)
    october = Month.objects.get(first_day=date(2026, 10, 1))
    house.bring({"订台": [booking("D1", date(2026, 9, 30), 消费金额=2000)]})
    assert Month.objects.get(pk=october.pk).revision > october.revision


# --- many at once -----------------------------------------------------------------------------------------
KINDS: list[tuple[str, str, Callable[[str, int], dict[str, Any]]]] = [
    ("员工", "入职日期", lambda key, day: person(key, 入职日期="x")),
    ("员工", "银行卡号", lambda key, day: person(key, 银行卡号=6222021234567890)),
    ("员工", "离职类型", lambda key, day: person(key, 离职日期=date(2026, 9, 9))),
    ("员工", "押金", lambda key, day: person(key, 押金=-1)),
    ("打卡", "工号", lambda key, day: punch(date(2026, 1, day), "Z")),
    ("打卡", "上班", lambda key, day: punch(date(2026, 2, day), 上班="36:00")),
    ("打卡", "下班", lambda key, day: punch(date(2026, 3, day), 上班="22:00", 下班="21:00")),
    ("打卡", "下班", lambda key, day: punch(date(2026, 4, day), 下班="=NOW()")),
    ("打卡", "营业日", lambda key, day: punch(date(2024, 1, day))),
    ("订台", "状态", lambda key, day: booking(key, D1, 状态="?")),
    ("订台", "到店时间", lambda key, day: booking(key, D1, 到店时间="2026-11-11 21:00")),
    ("订台", "消费金额", lambda key, day: booking(key, D1, 消费金额=1.005)),
    ("签送", "订台号", lambda key, day: comp(key, "none", D1)),
    ("签送", "品类", lambda key, day: comp(key, "D1", D1, 品类=None)),
    ("违规", "条款", lambda key, day: report(key, "1.2.F")),
    ("违规", "金额", lambda key, day: report(key, "4.1")),
    ("违规", "订台号", lambda key, day: report(key, "4.4")),
    ("违规", "条款", lambda key, day: report(key, "99")),
    ("奖金", "月份", lambda key, day: bonus("2020-01", 事由=key)),
    ("代扣", "月份", lambda key, day: withheld("Sept", 事由=key)),
]
"""Twenty kinds of fault: the sheet, the heading it is told at, a row that has it and nothing else."""


def test_two_hundred_faults_of_twenty_kinds_are_all_told_by_cell_and_nothing_else(house: House) -> None:
    house.bring(everything())
    sheets: dict[str, list[dict[str, Any]]] = {"员工": [person("KEPT")], "订台": [booking("KEPT", D2, 台号="K")]}
    expected = []
    for day in range(1, 11):
        for kind, (sheet, heading, make) in enumerate(KINDS):
            rows = sheets.setdefault(sheet, [])
            rows.append(make(f"X{kind}-{day}", day))
            expected.append((sheet, len(rows) + 1, heading))
    faults = faults_of(house, sheets)
    assert len(faults) == 200
    assert sorted((fault.sheet, fault.row, fault.heading) for fault in faults) == sorted(expected)
    assert list(house.venue.employees.values_list("number", flat=True)) == ["A"]


def test_faults_are_told_sheet_by_sheet_row_by_row_column_by_column(house: House) -> None:
    sheets = everything(员工={"押金": -1, "姓名": None}, 订台={"状态": "?", "消费金额": -1}, 制度={"值": "x"})
    sheets["打卡"] = [punch(D1, 下班="x", 上班="y"), punch(D1)]
    places = [(fault.sheet, fault.row, fault.heading) for fault in faults_of(house, sheets)]
    assert places == [
        ("员工", 2, "姓名"),
        ("员工", 2, "押金"),
        ("制度", 2, "值"),
        ("打卡", 2, "上班"),
        ("打卡", 2, "下班"),
        ("打卡", 3, "工号"),
        ("订台", 2, "消费金额"),
        ("订台", 2, "状态"),
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            date(2026, 9, 2),
            "would change September 2026, which is paid; HR puts it right by a correction in a later month",
        ),
        (date(2026, 8, 30), "would change August 2026; September 2026 after it is paid, HR puts it right"),
    ],
)
def test_a_paid_month_is_not_reopened_but_corrected(day: date, said: str, locked: House) -> None:
    Month.objects.filter(venue=locked.venue, first_day=date(2026, 9, 1)).update(state=Month.State.PAID)
    (fault,) = faults_of(locked, {"活动日": [{"日期": day}]})
    assert fault.message.startswith(said)
    assert "reopen" not in fault.message
