"""Small files of kinds that went wrong elsewhere: each comes out as it was meant, or is asked about by its cell."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import translation

from accounts.permissions import Role
from attendance.models import Leave, Punch
from bookings.models import Booking
from commissions.models import Bonus, Payslip, SaleLine
from customers.models import Customer
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, text_of
from tests.workbooks import booking
from workbook.checking.uncounted import uncounted_of, words_of
from workbook.faults import Faulty
from workbook.models import Import

DAY = date(2026, 9, 28)
CASES = Path(__file__).parent / "cases"
WORDS = ["/", "-", "—", "无", "暂无", "N/A", "未批准", "否", "待批", "0", "0", "×"]


def faults_of(house: House, name: str) -> dict[tuple[str, int, str], str]:
    with pytest.raises(Faulty) as caught:
        house.bring(CASES / name)
    return {(fault.sheet, fault.row, fault.heading): fault.message for fault in caught.value.faults}


def test_merged_cells_are_named_and_clear_nobodys_approval(house: House) -> None:
    found = faults_of(house, "merged_approver.xlsx")
    assert {message[:5] for message in found.values()} == {"F2:F4", "G2:G4", "H2:H4", "I2:I4"}
    assert set(found) == {("请假", 2, name) for name in ("批准人", "病历证明", "收据", "病假条")}
    house.bring(CASES / "not_merged.xlsx")
    assert Leave.objects.exclude(approver="").count() == 3


def test_no_word_for_nobody_approves_anything(house: House) -> None:
    found = faults_of(house, "placeholders.xlsx")
    columns = [
        ("请假", "批准人"),
        ("休息", "批准人"),
        ("打卡", "上班批准人"),
        ("打卡", "下班批准人"),
        ("离岗", "批准人"),
    ]
    assert set(found) == {(sheet, row, name) for sheet, name in columns for row in range(2, 14)}
    assert [found["请假", row, "批准人"].partition("»")[0] for row in range(2, 14)] == [f"«{word}" for word in WORDS]


def test_typed_numbers_are_read_or_told_by_their_cell(house: House) -> None:
    with pytest.raises(Faulty) as caught:
        house.bring(CASES / "typed_numbers.xlsx")
    told = {(fault.sheet, fault.row, fault.heading) for fault in caught.value.faults}
    assert told == {
        *(("员工", row, "身份证号") for row in (2, 3, 4, 5, 6, 8, 9)),
        ("员工", 8, "手机"), ("员工", 8, "银行卡号"), ("员工", 11, "工号"), ("员工", 12, "工号"),
        ("请假", 11, "工号"), ("请假", 12, "工号"),
    }  # fmt: skip
    shared = [hint for hint in caught.value.hints if "the same bank card" in hint.message]
    assert [(hint.row, hint.heading) for hint in shared] == [(2, "银行卡号"), (9, "银行卡号")]


def test_who_comes_back_gets_a_new_staff_number(house: House) -> None:
    house.bring(CASES / "rehire_before.xlsx")
    house.run("2026-08")
    found = faults_of(house, "rehire_after.xlsx")
    assert "new staff number (工号)" in found["员工", 2, "入职日期"]
    house.run("2026-08")
    assert Payslip.objects.filter(run__is_current=True, number="R1").exists()


def test_lookalike_keys_are_one_key(house: House) -> None:
    house.bring(CASES / "lookalike_keys_1.xlsx")
    found = faults_of(house, "lookalike_keys_2.xlsx")
    assert set(found) == {("订台", 3, "订台号"), ("订台", 4, "订台号")}
    assert "«Ｂ１»" in found["订台", 3, "订台号"]
    assert "U+200B" in found["订台", 3, "订台号"]
    assert "B1" in found["订台", 4, "订台号"]
    assert [booking.spend for booking in Booking.objects.all()] == [30000]


def test_a_phone_that_could_be_dialled_counts_in_whatever_spelling_and_is_one_guest(house: House) -> None:
    house.bring(CASES / "phones.xlsx")
    house.run("2026-09")
    lines = SaleLine.objects.order_by("booking__number").values_list("booking__number", "amount", "reasons")
    no_phone = [(f"B{number}", 0, "no_guest_phone") for number in range(11, 22)]
    assert list(lines) == [(f"B{number:02}", 50_000, "") for number in range(1, 11)] + no_phone
    kept = Booking.objects.filter(number__in=["B13", "B17", "B20"]).order_by("number")
    assert [booking.guest_phone for booking in kept] == ["无", "139****8000", "13800138000/13900139000"]
    assert [guest.bookings.count() for guest in Customer.objects.all()] == [10]


def test_an_import_says_what_will_not_count(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_workbook", str(CASES / "phones.xlsx"), lang="en")
    assert "11 bookings will not count as sales (4.3): ¥550,000.00 in all." in capsys.readouterr().out
    rows = [
        booking("B30", DAY, "E1", 到店时间="18:09"),  # registered too late
        booking("B31", DAY, "E1", 台号="", 消费金额=500),
        booking("B32", DAY, "E1", 台号="A2", 消费金额=""),
        booking("B33", DAY, "E1", 客户电话="无", 状态="取消"),
    ]
    summary = house.bring({"订台": rows}, dry_run=True)
    assert uncounted_of(summary.venue, summary.plan) == (2, Decimal(1500))
    policy = [{"参数": "booking_lead_minutes", "生效月份": "2026-09", "值": 0}]
    summary = house.bring({"订台": rows, "制度": policy}, dry_run=True)
    assert uncounted_of(summary.venue, summary.plan) == (1, Decimal(500))
    assert words_of(uncounted_of(summary.venue, summary.plan)) == "1 booking will not count as sales (4.3): ¥500.00."


@pytest.mark.parametrize("name", ["sheet_space", "empty_fill", "bad_halign"])
def test_what_suites_write_around_the_values_refuses_nothing(house: House, name: str) -> None:
    house.bring(CASES / f"{name}.xlsx")
    assert Employee.objects.count() == 3
    first = Punch.objects.order_by("employee__number").first()
    assert first is not None
    assert first.business_day == date(2026, 9, 1)
    assert first.left_at == datetime(2026, 9, 1, 18, tzinfo=UTC)


def test_dates_and_times_are_read_as_written_and_told_as_shown(house: House) -> None:
    found = faults_of(house, "dates_times_text.xlsx")
    rows = {(row, name) for _sheet, row, name in found}
    assert rows == {
        (3, "营业日"), (6, "营业日"), (7, "营业日"), (8, "营业日"), (14, "上班"), (14, "下班"), (15, "上班"),
        (15, "下班"), (16, "上班"), (16, "下班"), (18, "上班"), (18, "下班"), (19, "上班"), (21, "上班"), (21, "下班"),
        (23, "上班"), (23, "下班"), (25, "营业日"),
    }  # fmt: skip
    assert found["打卡", 8, "营业日"].startswith("«46266»")
    assert found["打卡", 15, "上班"].startswith("«8:00 PM»")


def test_money_and_months_are_read_as_written_and_told_as_shown(house: House) -> None:
    found = faults_of(house, "money.xlsx")
    amounts = {row for _sheet, row, name in found if name == "金额"}
    months = {row for _sheet, row, name in found if name == "月份"}
    assert amounts == {6, 7, 8, 11, 12, 14, 15, 17, 18, 19, 20, 21, 23, 24}
    assert months == {26, 28, 29, 31, 33, 35}
    assert "1234.56 (stored as 1234.5600000001)" in found["奖金", 23, "金额"]
    assert "«TRUE»" in found["奖金", 18, "金额"]
    assert not Bonus.objects.exists()


@pytest.fixture(scope="module")
def open_house(kept_house: House) -> House:
    kept_house.bring({"活动日": [{"日期": "2026-10-01"}]})
    return kept_house


@pytest.fixture
def _files(tmp_path: Path, settings: object) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    with translation.override("zh-hans"):
        yield


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("merged_approver", "faulty", "F2:F4 是合并单元格"),
        ("not_merged", "previewed", "请假"),
        ("placeholders", "faulty", "「未批准」不是姓名"),
        ("typed_numbers", "faulty", "E8 辛八 的银行卡号相同"),
        ("lookalike_keys_2", "faulty", "U+200B"),
        ("phones", "previewed", "有 11 单到店的订台不会计入业绩，共 ¥550,000.00"),
        ("sheet_space", "previewed", "打卡"),
        ("empty_fill", "previewed", "打卡"),
        ("bad_halign", "previewed", "打卡"),
        ("dates_times_text", "faulty", "「8:00 PM」"),
        ("money", "faulty", "「1.2万」"),
    ],
)
def test_the_page_says_what_the_command_says(open_house: House, name: str, state: str, says: str) -> None:
    hr = as_role(open_house, Role.HR)
    sent = SimpleUploadedFile(f"{name}.xlsx", (CASES / f"{name}.xlsx").read_bytes())
    page = hr.post(at(open_house, "import_page"), {"file": sent}, follow=True)
    assert Import.objects.latest("pk").state == state
    assert says in text_of(page)


def test_the_command_hints_and_lists_faults(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("import_workbook", str(CASES / "typed_numbers.xlsx"), lang="zh-hans")
    said = capsys.readouterr()
    assert "员工!8 银行卡号: 「无」不是银行卡号" in said.err
    assert "请核对：员工!9 银行卡号: 与 E1 甲一 的银行卡号相同" in said.out
