"""The payroll workbook: real numbers and dates, printable, and no text that Excel would run."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from commissions.errors import NotComputed
from commissions.exports import workbook
from commissions.exports.workbook import write_payroll
from commissions.models import PayrollRun, Payslip
from tests.conftest import EXAMPLES
from tests.figures import AMOUNTS, COUNTS, sheet_rows
from tests.house import House
from tests.workbooks import booking, person, punch

pytestmark = pytest.mark.django_db

HEADINGS = {
    "工资表": "工号 姓名 状态 应出勤 实出勤 休息 旷工 事假 病假 法定假 计入业绩 任务 底薪 提成 奖金 应发合计 "
    "罚款 上月结转 扣款合计 代扣 结转下月 押金退还 实发 发放日 提示",
    "工资明细": "工号 姓名 日期 条款 项目 金额 说明",
    "签收表": "序号 工号 姓名 应发合计 扣款合计 代扣 实发 签名",
    "考勤表": "工号 姓名 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 "
    "应出勤 实出勤 休息 旷工 事假 病假 法定假",
    "代发": "姓名 银行卡号 开户行 金额 备注",
    "订台业绩": "订台号 营业日 工号 姓名 台号 消费金额 是否计入 原因",
}


@pytest.fixture(scope="module")
def situations(kept_house: House) -> House:
    kept_house.bring(EXAMPLES / "2026-09-situations.xlsx")
    kept_house.run("2026-09")
    return kept_house


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """A house beside the kept one."""
    return House(tmp_path, code="own")


@pytest.fixture(scope="module")
def file(situations: House) -> Path:
    return situations.export("2026-09")


def test_sheets_and_headings_are_the_interface(file: Path) -> None:
    book = load_workbook(file)
    assert book.sheetnames == list(HEADINGS)
    for title, headings in HEADINGS.items():
        assert [cell.value for cell in book[title][1]] == headings.split()


def test_every_sheet_is_frozen_filtered_and_printable(file: Path) -> None:
    for page in load_workbook(file):
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref.startswith("A1:")
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == int(page.PAPERSIZE_A4)
        assert page.oddHeader.right.text == "2026-09"
        assert page.oddHeader.left.text == "main"
        least = 3 if page.title == "考勤表" else 7
        assert all(one.width >= least for one in page.column_dimensions.values())


def test_amounts_are_numbers_days_are_dates_and_words_are_text(file: Path) -> None:
    book = load_workbook(file)
    (row, *_rest) = sheet_rows(file, "工资表")
    assert all(isinstance(row[name], int | float) for name in (*COUNTS, *AMOUNTS))
    assert row["发放日"] == datetime(2026, 10, 15)
    details = [row for row in sheet_rows(file, "工资明细") if row["日期"]]
    assert all(isinstance(row["日期"], datetime) for row in details)
    assert {cell.data_type for cell in book["工资明细"]["D"]} == {"s"}
    assert book["工资表"]["K2"].number_format == "#,##0.00"


def test_the_last_row_holds_the_sums_as_values(file: Path) -> None:
    *rows, total = sheet_rows(file, "工资表")
    assert total["工号"] == "合计"
    for name in (*COUNTS, *AMOUNTS):
        assert total[name] == pytest.approx(sum(row[name] for row in rows))
    assert len(rows) == 44


def test_lines_of_each_person_add_up_to_the_net_pay(file: Path) -> None:
    lines = sheet_rows(file, "工资明细")
    for row in sheet_rows(file, "工资表")[:-1]:
        total = sum(line["金额"] for line in lines if line["工号"] == row["工号"])
        assert round(total, 2) == row["实发"]


def test_forfeited_commission_is_a_line_of_zero_and_no_other_line_is(file: Path) -> None:
    zeros = [(line["工号"], line["条款"]) for line in sheet_rows(file, "工资明细") if line["金额"] == 0]
    assert zeros == [("P09", "1.2.B"), ("P14", "1.2.D")]


def test_transfers_are_those_with_something_to_pay(file: Path) -> None:
    pay = {row["姓名"]: row["实发"] for row in sheet_rows(file, "工资表")[:-1]}
    transfers = {row["姓名"]: row["金额"] for row in sheet_rows(file, "代发")}
    assert transfers == {name: amount for name, amount in pay.items() if amount > 0}
    assert "代扣加罚款" not in transfers


def test_every_booking_of_the_month_is_listed_with_its_reason(file: Path) -> None:
    rows = {row["订台号"]: row for row in sheet_rows(file, "订台业绩")}
    assert len(rows) == 79
    assert (rows["B0061"]["是否计入"], rows["B0061"]["原因"]) == ("是", None)
    for number in ("B0062", "B0063", "B0064", "B0066", "B0095"):
        assert rows[number]["是否计入"] == "否"
        assert rows[number]["原因"]
    assert rows["B0095"]["消费金额"] is None


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "#REF!", '=HYPERLINK("http://x")'])
def test_a_text_cell_never_starts_a_formula(house: House, start: str) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1))]})
    house.venue.employees.update(name=start, bank_name=start)
    house.run("2026-09")
    path = house.export("2026-09")
    for page in load_workbook(path):
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type not in ("f", "e")
    assert sheet_rows(path, "工资表")[0]["姓名"] == start
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_an_ampersand_in_the_venues_name_is_printed_as_one(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1))]})
    venue = house.venue
    venue.name = "R&B"
    venue.save()
    house.run("2026-09")
    with zipfile.ZipFile(house.export("2026-09")) as archive:
        assert b"R&amp;&amp;B" in archive.read("xl/worksheets/sheet1.xml")


def test_words_follow_the_language_and_headings_do_not(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1), 上班="20:10")]})
    house.run("2026-09")
    with translation.override("en"):
        english = sheet_rows(house.export("2026-09"), "工资明细")
    with translation.override("zh-hans"):
        chinese = sheet_rows(house.export("2026-09"), "工资明细")
    assert [row["项目"] for row in english if row["条款"] == "1.2.F"] == ["Lateness"]
    assert [row["项目"] for row in chinese if row["条款"] == "1.2.F"] == ["迟到"]


def test_a_booking_of_another_month_is_not_listed(house: House) -> None:
    house.bring({
        "员工": [person()],
        "打卡": [punch(date(2026, 9, 1))],
        "订台": [booking("B1", date(2026, 9, 30)), booking("B2", date(2026, 10, 1))],
    })  # fmt: skip
    house.run("2026-09")
    assert [row["订台号"] for row in sheet_rows(house.export("2026-09"), "订台业绩")] == ["B1"]


def test_an_export_replaces_a_file_whole(situations: House, file: Path) -> None:
    before = set(file.parent.iterdir())
    write_payroll(situations.current("2026-09"), file)
    assert set(file.parent.iterdir()) == before
    assert load_workbook(file).sheetnames == list(HEADINGS)


def test_a_month_computed_anew_while_it_is_written_is_not_exported_by_half(
    situations: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, before = situations.current("2026-09"), file.read_bytes()
    payslips = workbook.payslips_of

    def overtaken(of: PayrollRun) -> list[Payslip]:
        found = payslips(of)
        situations.run("2026-09")
        return found

    monkeypatch.setattr(workbook, "payslips_of", overtaken)
    with pytest.raises(NotComputed):
        write_payroll(run, file)
    assert file.read_bytes() == before


def test_everybody_signs_for_what_they_get(file: Path) -> None:
    *rows, total = sheet_rows(file, "签收表")
    *pay, sums = sheet_rows(file, "工资表")
    assert [row["序号"] for row in rows] == list(range(1, 45))
    names = ("工号", "姓名", "应发合计", "扣款合计", "代扣", "实发")
    assert [[row[name] for name in names] for row in rows] == [[row[name] for name in names] for row in pay]
    assert total == {
        "序号": "合计", "工号": None, "姓名": None, **{name: sums[name] for name in names[2:]}, "签名": None,
    }  # fmt: skip


def test_there_is_room_to_sign(file: Path) -> None:
    page = load_workbook(file)["签收表"]
    assert {page.row_dimensions[number].height for number in range(2, page.max_row + 1)} == {24}
    sides = ("left", "right", "top", "bottom")
    assert all(getattr(cell.border, side).style for row in page.iter_rows() for cell in row for side in sides)


@pytest.mark.parametrize("title", ["工资表", "考勤表"])
def test_rows_on_paper_are_no_closer_than_they_can_be_told_apart(file: Path, title: str) -> None:
    page = load_workbook(file)[title]
    last = page.max_row if title == "考勤表" else len(sheet_rows(file, title)) + 1
    assert min(page.row_dimensions[number].height or 0 for number in range(2, last + 1)) >= 18


def test_a_row_to_sign_grows_with_a_name_of_sixty_characters(house: House) -> None:
    house.bring({"员工": [person(姓名="欧" * 60)], "打卡": [punch(date(2026, 9, 1))]})
    house.run("2026-09")
    page = load_workbook(house.export("2026-09"))["签收表"]
    width = page.column_dimensions["C"].width
    assert page.row_dimensions[2].height >= 15 * 120 / width
    assert page.row_dimensions[3].height == 24


SIGNS = {
    "应出勤": "√旷事病法迟早缺",
    "实出勤": "√迟早",
    "休息": "休",
    "旷工": "旷",
    "事假": "事",
    "病假": "病",
    "法定假": "法",
}


def test_the_signs_of_the_days_come_to_the_sums_beside_them(file: Path) -> None:
    seen = set()
    for row in sheet_rows(file, "考勤表"):
        signs = [row[str(day)] for day in range(1, 31) if row[str(day)]]
        seen.update(signs)
        for name, counted in SIGNS.items():
            assert row[name] == sum(sign in counted for sign in signs), (row["工号"], name)
    assert seen == set("√休旷事病法迟早缺")


def test_each_day_has_its_sign_and_none_where_not_employed(house: House) -> None:
    days = [date(2026, 9, number) for number in range(3, 13)]
    late, early, both, missing, _absent, sick, personal, statutory, rest, plain = days
    asked = {"申请时间": "2026-09-01 12:00", "批准人": "王经理"}
    house.bring({
        "员工": [person(入职日期=date(2026, 9, 3), 离职日期=plain, 离职类型="辞职"), person("B")],
        "打卡": [
            punch(late, 上班="20:10"), punch(early, 下班="01:50"), punch(both, 上班="20:10", 下班="01:50"),
            punch(missing, 下班=None), punch(plain), *(punch(day, "B") for day in days),
        ],
        "请假": [
            {"工号": "A", "类型": kind, "开始日期": day, "结束日期": day, **asked, **papers}
            for kind, day, papers in (
                ("病假", sick, {"病历证明": "是", "收据": "是", "病假条": "是"}), ("事假", personal, {}),
                ("法定假", statutory, {}),
            )
        ],
        "休息": [{"工号": "A", "日期": rest, "类型": "工休"}],
    })  # fmt: skip
    house.run("2026-09")
    row, other = sheet_rows(house.export("2026-09"), "考勤表")
    assert [row[str(day)] for day in range(1, 15)] == [None, None, *"迟早迟缺旷病事法休√", None, None]
    assert [other[str(day)] for day in (1, 3, 12, 13)] == ["旷", "√", "√", "旷"]


def test_days_that_have_not_ended_have_no_sign(house: House) -> None:
    house.now = datetime(2026, 9, 3, 8, tzinfo=UTC)
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, day)) for day in (1, 2)]})
    house.run("2026-09")
    (row,) = sheet_rows(house.export("2026-09"), "考勤表")
    assert [row[str(day)] for day in (1, 2, 3, 30)] == ["√", "√", None, None]
    assert (row["应出勤"], row["实出勤"]) == (2, 2)


def test_what_is_true_of_everybody_stands_once_below_the_table(house: House) -> None:
    october = date(2026, 10, 1)  # paid on 15 November, a Sunday
    house.bring({"员工": [person(), person("B")], "打卡": [punch(october), punch(october, "B", 上班=None)]})
    house.run("2026-10")
    first, second, total, blank, note = sheet_rows(house.export("2026-10"), "工资表")
    assert total["工号"] == "合计"
    assert not any(blank.values())
    said = [value for value in note.values() if value]
    assert len(said) == 1
    assert "2026年11月13日" in said[0]
    assert note["工号"] is note["姓名"] is None  # a row with a number is a person
    for row in (first, second):
        assert "发放日" not in (row["提示"] or "")
    assert "异常" in second["提示"]
    assert load_workbook(house.folder / f"own-{house.files}.xlsx")["工资表"].auto_filter.ref == "A1:Y3"


def test_a_person_by_themselves_keeps_their_own_hints(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1), 上班=None)]})
    house.run("2026-09")
    row, total = sheet_rows(house.export("2026-09"), "工资表")
    assert "异常" in row["提示"]
    assert total["提示"] is None


def test_every_sheet_fits_its_pages_without_text_under_eight_points(file: Path) -> None:
    """Columns as wide as the widest font makes them: 7 pt a digit at 11 pt."""
    for page in load_workbook(file):
        widths = [one.width for one in page.column_dimensions.values() for _ in range(one.min, one.max + 1)]
        assert len(widths) == page.max_column
        breaks = [one.id for one in page.col_breaks.brk]
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (len(breaks) + 1, 0)
        repeated = 2 if breaks else 0
        for start, end in zip([0, *breaks], [*breaks, len(widths)], strict=True):
            wide = sum(widths[start:end]) + (sum(widths[:repeated]) if start else 0)
            room = (11.69 - page.page_margins.left - page.page_margins.right) * 72
            assert 11 * room / (wide * 7) >= 8, (page.title, start)


def test_the_payroll_is_printed_on_two_pages_with_who_it_is_on_both(file: Path) -> None:
    page = load_workbook(file)["工资表"]
    (last,) = (one.id for one in page.col_breaks.brk)
    assert page.cell(1, last).value == "应发合计"
    assert (page.print_title_cols, page.print_title_rows) == ("$A:$B", "$1:$1")
    assert page.page_setup.pageOrder == "overThenDown"
