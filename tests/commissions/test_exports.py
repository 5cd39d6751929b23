"""The payroll workbook: real numbers and dates, printable, and no text that Excel would run."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from commissions import exports
from commissions.errors import NotComputed
from commissions.exports import write_payroll
from commissions.models import PayrollRun, Payslip
from tests.conftest import EXAMPLES
from tests.figures import AMOUNTS, COUNTS, sheet_rows
from tests.house import House
from tests.workbooks import booking, person, punch

HEADINGS = {
    "工资表": "工号 姓名 状态 应出勤 实出勤 休息 旷工 事假 病假 法定假 计入业绩 任务 底薪 提成 奖金 应发合计 "
    "罚款 上月结转 扣款合计 代扣 结转下月 押金退还 实发 发放日 提示",
    "工资明细": "工号 姓名 日期 条款 项目 金额 说明",
    "代发": "姓名 银行卡号 开户行 金额 备注",
    "订台业绩": "订台号 营业日 工号 姓名 台号 消费金额 是否计入 原因",
}


@pytest.fixture
def file(house: House) -> Path:
    house.bring(EXAMPLES / "2026-09-situations.xlsx")
    house.run("2026-09")
    return house.export("2026-09")


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
        assert all(page.column_dimensions[cell.column_letter].width >= 7 for cell in page[1])


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


def test_an_export_replaces_a_file_whole(house: House, file: Path) -> None:
    before = set(file.parent.iterdir())
    write_payroll(house.current("2026-09"), file)
    assert set(file.parent.iterdir()) == before
    assert load_workbook(file).sheetnames == list(HEADINGS)


def test_a_month_computed_anew_while_it_is_written_is_not_exported_by_half(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, before = house.current("2026-09"), file.read_bytes()
    payslips = exports.payslips_of

    def overtaken(of: PayrollRun) -> list[Payslip]:
        found = payslips(of)
        house.run("2026-09")
        return found

    monkeypatch.setattr(exports, "payslips_of", overtaken)
    with pytest.raises(NotComputed):
        write_payroll(run, file)
    assert file.read_bytes() == before
