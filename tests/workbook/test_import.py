"""What an import stores, what it leaves alone, and how its commands speak."""

import io
import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from openpyxl import load_workbook

from accounts.models import User
from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.models import Bonus, Withholding
from comps.models import Comp
from customers.models import Customer
from rulebook.policy import Policy, parameters
from staff.models import Employee
from tests.house import House
from tests.workbook.rows import D1, D2, bonus, everything, policy, report, table_counts, withheld
from tests.workbooks import Sheets, booking, comp, person, punch, write_workbook
from venues.models import EventDay, Month, PolicyVersion, Venue
from venues.services import create_venue
from violations.models import Report
from workbook.faults import Faulty
from workbook.sheets import SHEETS

FACTS = (Employee, EventDay, Rest, Punch, Leave, OffPost, Booking, Comp, Report, Bonus, Withholding)


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {model._meta.label: sorted(model._base_manager.values(), key=repr) for model in apps.get_models()}


def facts(venue: Venue) -> dict[str, list[Any]]:
    """What is stored of a venue, told by keys and not by the numbers of rows."""
    paths = {"employee": "employee__number", "booking": "booking__number", "customer": "customer__phone"}
    told = {}
    for model in (*FACTS, Customer):
        names = [field.name for field in model._meta.concrete_fields if field.name not in ("id", "user", "venue")]
        of_venue = (
            {"employee__venue": venue}
            if model in (Rest, Punch, Leave, OffPost, Bonus, Withholding)
            else {"venue": venue}
        )
        rows = model._base_manager.filter(**of_venue).values_list(*(paths.get(name, name) for name in names))
        told[model.__name__] = sorted(rows, key=repr)
    return told


# --- again, and anew --------------------------------------------------------------------------------------
def test_the_same_file_twice_changes_nothing_the_second_time(house: House) -> None:
    path = write_workbook(house.path(), everything(员工={"身份证号": "110", "银行卡号": "622", "押金": 500}))
    house.bring(path)
    before = contents()
    house.now = datetime(2027, 7, 1, tzinfo=UTC)
    summary = house.bring(path)
    assert contents() == before
    assert {title: count for title, count in summary.counts.items() if count[0] or count[1]} == {}
    assert {title for title, count in summary.counts.items() if count[2]} == {sheet.title for sheet in SHEETS}


def test_the_first_import_says_what_was_new(house: House) -> None:
    assert set(house.bring(everything()).counts.values()) == {(1, 0, 0)}


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "model", "field", "kept"),
    [
        ("员工", "手机", "138", Employee, "phone", "138"),
        ("员工", "押金", 500, Employee, "deposit", Decimal("500.00")),
        ("员工", "银行卡号", "6222", Employee, "bank_account", "6222"),
        ("打卡", "上班批准人", "王", Punch, "arrival_approver", "王"),
        ("请假", "病历证明", "是", Leave, "has_certificate", True),
        ("订台", "消费金额", 88.5, Booking, "spend", Decimal("88.50")),
        ("签送", "品名", "瓜子", Comp, "item", "瓜子"),
        ("违规", "说明", "a\nb", Report, "note", "a\nb"),
        ("代扣", "金额", 7, Withholding, "amount", Decimal("7.00")),
    ],
)
def test_a_missing_column_keeps_and_an_empty_cell_clears(
    sheet: str, heading: str, value: Any, model: Any, field: str, kept: Any, house: House
) -> None:
    def stored() -> Any:
        return getattr(model.objects.get(), field)

    house.bring(everything(**{sheet: {heading: value}}))
    assert stored() == kept
    row = everything()[sheet][0]
    if heading != "金额":
        house.bring({sheet: [{name: cell for name, cell in row.items() if name != heading}]})
        assert stored() == kept
        house.bring({sheet: [row | {heading: None}]})
        assert stored() == model._meta.get_field(field).get_default()


def test_rows_that_a_file_lacks_stay(house: House) -> None:
    house.bring({"员工": [person(), person("B")], "打卡": [punch(D1), punch(D2)]})
    house.bring({"员工": [person("C")], "打卡": [punch(D1, "B")]})
    assert house.venue.employees.count() == 3
    assert Punch.objects.count() == 3


def test_columns_come_in_any_order(house: House) -> None:
    row = {"下班": "02:00", "押金": 1} | punch(D1)
    del row["押金"]
    house.bring({"打卡": [dict(reversed(row.items()))], "员工": [dict(reversed(person(手机="1").items()))]})
    punched = Punch.objects.get()
    assert (punched.business_day, punched.employee.phone) == (D1, "1")
    assert punched.arrived_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert punched.left_at == datetime(2026, 9, 1, 18, tzinfo=UTC)


def test_sheets_come_in_any_order(house: House) -> None:
    house.bring(dict(reversed(everything().items())))
    assert Comp.objects.get().business_day == D1


def test_a_file_split_into_several_stores_the_same(house: House) -> None:
    sheets = {
        "员工": [person(), person("B")],
        "打卡": [punch(D1), punch(D2), punch(D1, "B")],
        "订台": [booking(f"D{n}", D1, 到店时间=f"{20 + n % 4}:0{n}") for n in range(1, 7)],
        "签送": [comp(f"S{n}", f"D{n}", D1) for n in range(1, 7)],
    }
    whole = House(house.folder, "whole")
    whole.bring(sheets)
    for title, rows in sheets.items():
        for row in random.Random(5).sample(rows, len(rows)):
            house.bring({title: [row]})
    assert facts(house.venue) == facts(whole.venue)


# --- bookings ---------------------------------------------------------------------------------------------
def turns() -> dict[str, int | None]:
    return dict(Booking.objects.order_by("number").values_list("number", "turn"))


def test_turns_follow_arrival_then_registration_then_number(house: House) -> None:
    rows = [
        booking("D1", D1, 到店时间="23:00"),
        booking("D2", D1, 到店时间="21:00", 登记时间="2026-09-01 19:00"),
        booking("D3", D1, 到店时间="21:00", 登记时间="2026-09-01 18:00"),
        booking("D5", D1, 到店时间="21:00", 登记时间=None),
        booking("D4", D1, 到店时间="21:00", 登记时间=None),
        booking("D6", D1, 台号="A2"),
        booking("D7", D1, 到店时间="01:00"),
        booking("X1", D1, 状态="取消"),
        booking("X2", D1, 状态="未到"),
        booking("X3", D1, 台号=None),
        booking("X4", D1, 到店时间=None),
    ]
    house.bring({"员工": [person()], "订台": rows})
    assert turns() == {
        "D3": 1, "D2": 2, "D4": 3, "D5": 4, "D1": 5, "D7": 6, "D6": 1, "X1": None, "X2": None, "X3": None, "X4": None,
    }  # fmt: skip


def test_turns_are_renumbered_when_a_booking_comes_between_or_goes(house: House) -> None:
    house.bring(
        {"员工": [person()], "订台": [booking("D1", D1, 到店时间="21:00"), booking("D2", D1, 到店时间="23:00")]}
    )
    assert turns() == {"D1": 1, "D2": 2}
    house.bring({"订台": [booking("D3", D1, 到店时间="22:00")]})
    assert turns() == {"D1": 1, "D3": 2, "D2": 3}
    house.bring({"订台": [booking("D1", D1, 到店时间="00:30")]})
    assert turns() == {"D3": 1, "D2": 2, "D1": 3}
    house.bring({"订台": [booking("D3", D1, 状态="取消")]})
    assert turns() == {"D3": None, "D2": 1, "D1": 2}
    house.bring({"订台": [booking("D2", D1, 台号="B7"), booking("D3", D1, 台号="B7", 到店时间="20:30")]})
    assert turns() == {"D3": 1, "D2": 2, "D1": 1}


def test_a_booking_moved_to_another_day_takes_its_comps_with_it(house: House) -> None:
    house.bring(everything())
    house.bring({"订台": [booking("D1", D2)]})
    assert Comp.objects.get().business_day == D2
    assert Comp.history.latest().business_day == D2


def test_guests_are_known_by_their_phone(house: House) -> None:
    rows = [booking("D1", D1, 客户电话=None), booking("D2", D1, 台号="A2"), booking("D3", D2, 客户姓名="别名")]
    house.bring({"员工": [person()], "订台": rows})
    customer = Customer.objects.get()
    assert (customer.phone, customer.name) == ("13900000000", "林先生")
    assert dict(Booking.objects.values_list("number", "customer")) == {"D1": None, "D2": customer.pk, "D3": customer.pk}


# --- venues -----------------------------------------------------------------------------------------------
def test_two_venues_may_have_the_same_keys(house: House) -> None:
    other = House(house.folder, "other")
    house.bring(everything())
    other.bring(everything(员工={"姓名": "他人"}, 订台={"消费金额": 7}))
    other.bring(everything(员工={"姓名": "他人"}, 订台={"消费金额": 8}))
    assert [model.objects.count() for model in FACTS] == [2] * len(FACTS)
    assert house.venue.bookings.get().spend == Decimal("1000.00")
    assert house.venue.employees.get().name == "员工A"


def test_a_new_venue_has_the_default_policy(house: House) -> None:
    house.bring({"员工": [person()]})
    version = PolicyVersion.objects.get()
    assert version.effective_from is None
    assert version.policy == Policy()


# --- nothing or all ---------------------------------------------------------------------------------------
def test_a_dry_run_stores_nothing(house: House) -> None:
    before = table_counts()
    summary = house.bring(everything(), dry_run=True)
    assert table_counts() == before
    assert set(summary.counts.values()) == {(1, 0, 0)}
    house.bring(everything())
    told = contents()
    house.bring(everything(员工={"姓名": "新名"}, 打卡={"下班": "01:00"}), dry_run=True)
    assert contents() == told


def test_a_dry_run_tells_faults(house: House) -> None:
    with pytest.raises(Faulty):
        house.bring(everything(员工={"押金": -1}), dry_run=True)


# --- history and secrets ----------------------------------------------------------------------------------
def test_the_history_says_what_an_import_made_and_changed_when_and_from_which_file(house: House) -> None:
    path = write_workbook(house.folder / "九月.xlsx", everything())
    house.bring(path)
    for model in (*FACTS, Customer):
        kept = model.history.get()
        assert (kept.history_type, kept.history_change_reason, kept.history_user) == ("+", "九月.xlsx", None)
        assert kept.history_date == house.now
    user = User.objects.create_user("hr")
    path = write_workbook(house.folder / "改.xlsx", everything(打卡={"下班": "01:00"}))
    house.bring(path, user=user)
    assert [
        (row.history_type, row.history_change_reason, row.history_user) for row in Punch.history.order_by("history_id")
    ] == [
        ("+", "九月.xlsx", None),
        ("~", "改.xlsx", user),
    ]
    assert Employee.history.count() == Booking.history.count() == 1


def test_numbers_that_are_secret_are_no_plain_text_in_the_database(house: House) -> None:
    house.bring({"员工": [person(身份证号="11010519491231002X", 银行卡号="6222021234567890123")]})
    kept = Employee.objects.get()
    assert (kept.id_number, kept.bank_account) == ("11010519491231002X", "6222021234567890123")
    for table in (Employee._meta.db_table, Employee.history.model._meta.db_table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id_number, bank_account FROM {table}")
            (row,) = cursor.fetchall()
        assert all(value.startswith("gAAAA") for value in row)


# --- the policy -------------------------------------------------------------------------------------------
def policy_from(month: date | None) -> Policy:
    return PolicyVersion.objects.get(effective_from=month).policy


def test_parameters_not_named_are_taken_from_the_version_in_force_before_once(house: House) -> None:
    house.bring({"制度": [policy("base_pay", 3500), policy("late_fine", 60)]})
    house.bring({"制度": [policy("late_fine", 70, "2026-11")]})
    assert policy_from(date(2026, 11, 1)).base_pay == Decimal("3500.00")
    house.bring({"制度": [policy("base_pay", 3600), policy("early_fine", 65, "2026-10")]})
    assert policy_from(D1).base_pay == Decimal("3600.00")
    assert policy_from(D1).late_fine == Decimal("60.00")
    october, november = policy_from(date(2026, 10, 1)), policy_from(date(2026, 11, 1))
    assert (october.base_pay, october.late_fine, october.early_fine) == (3600, 60, 65)
    assert (november.base_pay, november.late_fine, november.early_fine) == (3500, 70, 50)
    assert policy_from(None) == Policy()


def test_months_of_one_file_follow_each_other_whatever_the_order_of_its_rows(house: House) -> None:
    house.bring({"制度": [policy("late_fine", 70, "2026-11"), policy("base_pay", 3500, date(2026, 9, 17))]})
    assert policy_from(date(2026, 11, 1)).base_pay == Decimal("3500.00")


def test_an_existing_version_is_updated_and_keeps_what_is_not_named(house: House) -> None:
    house.bring({"制度": [policy("base_pay", 3500), policy("minimum_wage", 2500)]})
    house.bring({"制度": [policy("minimum_wage", None)]})
    assert PolicyVersion.objects.count() == 2
    version = policy_from(D1)
    assert (version.base_pay, version.minimum_wage) == (Decimal("3500.00"), None)


def test_every_parameter_can_be_stated_in_the_sheet(house: House) -> None:
    rows = [policy(name, parameter.kind.write(parameter.default)) for name, parameter in parameters().items()]
    house.bring({"制度": rows})
    assert policy_from(D1) == Policy()
    assert house.bring({"制度": rows}).counts["制度"] == (0, 0, len(rows))


def test_values_of_every_type_are_read(house: House) -> None:
    rows = [
        policy("shift_start", datetime(2026, 9, 1, 21).time()),
        policy("commission_rate", 0.05),
        policy("comp_categories", "小吃、果盘"),
        policy("wage_guard", "enforce"),
        policy("pay_day", 10),
    ]
    house.bring({"制度": rows})
    version = policy_from(D1)
    assert (version.shift_start.hour, version.commission_rate, version.wage_guard, version.pay_day) == (
        21, Decimal("0.05"), "enforce", 10,
    )  # fmt: skip


# --- what is stale ----------------------------------------------------------------------------------------
def test_an_import_makes_the_months_it_touches_stale_and_no_others(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(D1), punch(date(2026, 10, 1))]})
    before = dict(Month.objects.values_list("first_day", "revision"))
    house.bring({"打卡": [punch(date(2026, 10, 1), 下班="01:00")]})
    after = dict(Month.objects.values_list("first_day", "revision"))
    assert after[D1] == before[D1]
    assert after[date(2026, 10, 1)] > before[date(2026, 10, 1)]


def test_an_import_derives_the_penalties_of_its_months(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(D1, 上班="20:10")], "违规": [report("V1", "4.1", 金额=200)]})
    found = house.venue.employees.get().penalties.filter(business_day=D1)
    assert {"1.2.F", "4.1"} <= set(found.values_list("article", flat=True))


# --- the commands -----------------------------------------------------------------------------------------
class Told:
    """What a command said and how it ended."""

    def __init__(self, *args: Any, **options: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = 0
        try:
            call_command(*map(str, args), stdout=out, stderr=err, **options)
        except SystemExit as left:
            self.code = left.code
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def write(house: House) -> Callable[..., Path]:
    def write(sheets: Sheets | None = None) -> Path:
        return write_workbook(house.path(), everything() if sheets is None else sheets)

    return write


@pytest.mark.parametrize("lang", ["zh", "zh-hans", "en", None])
def test_a_good_import_ends_with_zero_and_says_what_it_did(lang: str | None, write: Callable[..., Path]) -> None:
    told = Told("import_workbook", write(), **({"lang": lang} if lang else {}))
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [sheet.title for sheet in SHEETS if sheet.title != "制度"] + [
        "制度"
    ]
    assert Punch.objects.count() == 1
    if lang == "en":
        assert lines[0] == "员工: 1 new, 0 changed, 0 as they were"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_faults_end_with_one_and_stand_on_stderr_one_a_line(lang: str, write: Callable[..., Path]) -> None:
    sheets = everything(打卡={"上班": "八点"}, 订台={"状态": "到\n店", "消费金额": -1}, 员工={"姓名": None})
    told = Told("import_workbook", write({**sheets, "其他表": [{"a": 1}]}), lang=lang)
    assert (told.code, told.out) == (1, "")
    lines = told.err.splitlines()
    places = [line.split(": ")[0] for line in lines]
    assert places == ["员工!2 姓名", "打卡!2 上班", "订台!2 消费金额", "订台!2 状态", "其他表!1"]
    assert all(re.fullmatch(r"\S+!\d+( \S+)?: .+", line) for line in lines)
    assert not Venue.objects.exists()
    if lang == "en":
        assert lines[1] == "打卡!2 上班: «八点» is no time; it should be HH:MM, such as 20:00, or YYYY-MM-DD HH:MM"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_unreadable_file_ends_with_one_and_one_line(lang: str, tmp_path: Path, db: None) -> None:
    (tmp_path / "x.xlsx").write_text("hello")
    told = Told("import_workbook", tmp_path / "x.xlsx", lang=lang)
    assert (told.code, told.out) == (1, "")
    assert len(told.err.splitlines()) == 1
    assert "x.xlsx" in told.err


def test_a_dry_run_by_command_stores_nothing_and_says_so(write: Callable[..., Path]) -> None:
    told = Told("import_workbook", write(), "--dry-run", lang="en")
    assert told.code == 0
    assert told.out.endswith("No fault; nothing was stored (--dry-run).\n")
    assert not Venue.objects.exists()


def test_without_a_venue_the_first_is_main(write: Callable[..., Path]) -> None:
    assert Told("import_workbook", write()).code == 0
    assert Venue.objects.get().code == "main"


def test_where_there_is_one_venue_it_is_meant(write: Callable[..., Path]) -> None:
    create_venue(code="north", name="北", today=D1)
    assert Told("import_workbook", write()).code == 0
    assert Venue.objects.get().employees.count() == 1


def test_where_there_are_several_venues_one_must_be_named(write: Callable[..., Path]) -> None:
    for code in ("north", "south"):
        create_venue(code=code, name=code, today=D1)
    told = Told("import_workbook", write(), lang="en")
    assert (told.code, told.out) == (1, "")
    assert told.err == "There are several venues; name one with --venue: north, south\n"
    assert Told("import_workbook", write(), venue="south").code == 0
    assert Venue.objects.get(code="south").employees.count() == 1


def test_a_venue_that_is_named_and_does_not_exist_is_made(write: Callable[..., Path]) -> None:
    create_venue(code="north", name="北", today=D1)
    assert Told("import_workbook", write(), venue="south").code == 0
    assert Venue.objects.get(code="south").employees.count() == 1


@pytest.mark.parametrize("code", ["a b", "店", "x/y", "x" * 41])
def test_a_venue_code_that_can_not_be_one_ends_with_one(code: str, write: Callable[..., Path]) -> None:
    told = Told("import_workbook", write(), venue=code, lang="en")
    assert (told.code, len(told.err.splitlines())) == (1, 1)
    assert not Venue.objects.exists()


def test_a_locked_month_ends_with_one(write: Callable[..., Path], house: House) -> None:
    house.bring(everything())
    Month.objects.filter(first_day=D1).update(state=Month.State.LOCKED)
    told = Told("import_workbook", write({"奖金": [bonus(金额=7)], "代扣": [withheld(金额=8)]}), lang="en")
    assert told.code == 1
    assert told.err.splitlines() == [
        "奖金!2 月份: would change September 2026, which is locked; have the owner reopen it",
        "代扣!2 月份: would change September 2026, which is locked; have the owner reopen it",
    ]


# --- the template -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_has_every_sheet_with_its_headings_and_imports_back_empty(
    lang: str, tmp_path: Path, house: House
) -> None:
    path = tmp_path / "空表.xlsx"
    told = Told("import_template", path, lang=lang)
    assert (told.code, told.err) == (0, "")
    assert "空表.xlsx" in told.out
    book = load_workbook(path)
    visible = [page.title for page in book.worksheets if page.sheet_state == "visible"]
    assert visible == [*(sheet.title for sheet in SHEETS), "说明"]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert [cell.value for cell in page[1]] == [column.heading for column in sheet.columns]
        assert [cell.font.bold for cell in page[1]] == [column.required for column in sheet.columns]
        assert page.max_row == 1
    before = Told("import_workbook", path, lang=lang)
    assert (before.code, before.err) == (0, "")
    assert not Employee.objects.exists()
    assert set(house.bring(path).counts.values()) == {(0, 0, 0)}


def test_the_template_offers_the_fixed_values_in_lists(tmp_path: Path, db: None) -> None:
    Told("import_template", tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    for sheet in SHEETS:
        page = book[sheet.title]
        offered = {}
        for rule in page.data_validations.dataValidation:
            letter = str(rule.sqref)[0]
            assert str(rule.sqref).startswith(f"{letter}2:{letter}")
            if rule.formula1.startswith('"'):
                offered[page[f"{letter}1"].value] = rule.formula1.strip('"').split(",")
            else:
                name, cells = rule.formula1.replace("$", "").split("!")
                offered[page[f"{letter}1"].value] = [row[0].value for row in book[name][cells]]
                assert book[name].sheet_state == "hidden"
        wanted = {column.heading: list(column.options) for column in sheet.columns if column.options}
        if sheet.title == "制度":
            wanted["参数"] = list(parameters())
        assert offered == wanted


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_template_that_is_filled_in_is_imported(lang: str, tmp_path: Path, house: House) -> None:
    path = tmp_path / "t.xlsx"
    Told("import_template", path, lang=lang)
    book = load_workbook(path)
    for title, rows in everything().items():
        page = book[title]
        headings = [cell.value for cell in page[1]]
        for place, row in enumerate(rows, 2):
            for heading, value in row.items():
                page.cell(place, headings.index(heading) + 1, value)
    book.save(path)
    house.bring(path)
    assert [model.objects.count() for model in FACTS] == [1] * len(FACTS)


def test_a_template_that_can_not_be_written_ends_with_one(tmp_path: Path, db: None) -> None:
    told = Told("import_template", tmp_path / "no" / "t.xlsx", lang="en")
    assert (told.code, told.out) == (1, "")
    assert len(told.err.splitlines()) == 1


def test_rests_planned_beyond_the_last_day_are_kept_and_the_same_file_goes_in_again(house: House) -> None:
    rests = {"休息": [{"工号": "A", "日期": date(2026, 9, 20), "类型": "工休"}]}
    house.bring({"员工": [person()], **rests})
    house.bring({"员工": [person(离职日期=date(2026, 9, 10), 离职类型="辞职")]})
    assert house.bring(rests).counts["休息"] == (0, 0, 1)


@pytest.mark.parametrize("sheet", ["奖金", "代扣"])
def test_a_bonus_or_withholding_of_a_later_month_stands_in_the_way_of_leaving_before(house: House, sheet: str) -> None:
    kind = {"类型": "社保"} if sheet == "代扣" else {}
    house.bring({"员工": [person()], sheet: [{"工号": "A", "月份": "2026-10", "事由": "x", "金额": 1, **kind}]})
    house.bring({"员工": [person(离职日期=date(2026, 10, 1), 离职类型="辞职")]})
    with pytest.raises(Faulty) as refusal:
        house.bring({"员工": [person(离职日期=date(2026, 9, 30), 离职类型="辞职")]})
    assert [fault.heading for fault in refusal.value.faults] == ["离职日期"]
