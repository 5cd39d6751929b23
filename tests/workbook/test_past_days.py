"""An import says who would be fined for days already past, how many and how much, and offers to vouch for them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from accounts.permissions import Role
from attendance.models import Punch
from commissions.engine.as_of_now import pay_of
from rulebook.attendance import Verdict
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, somebody, text_of
from tests.pages.sending import forms_on
from tests.workbooks import Sheets, person, punch, write_workbook
from workbook.models import Import

NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
NOVEMBER = CalendarMonth(2026, 11)
JOINS: Sheets = {
    "员工": [
        person("N", 入职日期=date(2026, 11, 12)),
        person("P", 入职日期=date(2026, 11, 18)),
        person("L", 入职日期=date(2026, 11, 18)),
        person("T", 入职日期=date(2026, 11, 20)),
    ],
    "打卡": [punch(date(2026, 11, 19), "P")],
    "休息": [
        {"工号": "N", "日期": date(2026, 11, 15), "类型": "工休"},
        {"工号": "L", "日期": date(2026, 11, 18), "类型": "工休"},
    ],
    "请假": [
        {"工号": "N", "开始日期": date(2026, 11, 13), "类型": "法定假", "结束日期": date(2026, 11, 14),
         "申请时间": "2026-11-12 12:00", "批准人": "周经理"},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    kept_house.now = NOW
    kept_house.bring({"员工": [person()], "打卡": [punch(date(2026, 11, 10))]})
    return kept_house


def fined(house: House, sheets: Sheets = JOINS, **more: Any) -> dict[str, tuple[int, Decimal]]:
    summary = house.bring(sheets, dry_run=True, **more)
    return {one.number: (len(one.past.days), one.past.amount) for one in summary.fined}


def test_who_has_no_punch_rest_or_leave_on_days_past_is_told(house: House) -> None:
    # N: the 12th and 16th to 19th, for the 13th to 15th are leave and rest; P: the 18th, before the first punch.
    assert fined(house) == {"N": (5, Decimal(1000)), "P": (1, Decimal(200)), "L": (1, Decimal(200))}


def test_who_was_punched_from_the_first_day_on_is_absent_as_anybody_may_be_and_not_told(house: House) -> None:
    sheets: Sheets = {"员工": [person("M", 入职日期=date(2026, 11, 12))], "打卡": [punch(date(2026, 11, 12), "M")]}
    assert fined(house, sheets) == {}


def test_what_is_told_is_what_the_rules_then_charge(house: House) -> None:
    summary = house.bring(JOINS)
    for one in summary.fined:
        today = pay_of(house.venue, Employee.objects.get(number=one.number), NOVEMBER, now=NOW)
        assert today is not None
        unpunched = [day for day in today.days if day.verdict == Verdict.ABSENCE and not day.late]
        assert [day.day for day in unpunched] == list(one.past.days)


def test_the_same_file_again_tells_nothing(house: House) -> None:
    house.bring(JOINS)
    assert fined(house) == {}


def test_who_is_known_is_told_of_the_days_that_are_added_alone(house: House) -> None:
    assert fined(house, {"员工": [person(入职日期=date(2025, 1, 1))]}) == {}, "months before the first are not kept"
    house.bring({"员工": [person("N", 入职日期=date(2026, 11, 19))]})
    assert fined(house, {"员工": [person("N", 入职日期=date(2026, 11, 17))]}) == {"N": (2, Decimal(400))}
    house.bring({"打卡": [punch(date(2026, 11, 19), "N")]})
    sheets: Sheets = {"员工": [person("N", 入职日期=date(2026, 11, 17))], "打卡": [punch(date(2026, 11, 18), "N")]}
    assert fined(house, {"员工": sheets["员工"]}) == {"N": (2, Decimal(400))}


def test_the_policy_and_the_day_in_use_that_the_file_comes_with_are_those_it_is_told_by(house: House) -> None:
    policy: Sheets = {"制度": [{"参数": "absence_fine", "生效月份": "2026-11", "值": "100"}]}
    assert fined(house, {**JOINS, **policy})["N"] == (5, Decimal(500))
    assert fined(house, in_use_from=date(2026, 11, 18))["N"] == (2, Decimal(400))
    assert fined(house, in_use_from=date(2026, 11, 20)) == {}


def test_the_command_says_it_and_stores_nonetheless(house: House) -> None:
    out, err = StringIO(), StringIO()
    path = write_workbook(house.path(), JOINS)
    call_command("import_workbook", path, "--venue", house.code, "--lang", "zh", stdout=out, stderr=err)
    told = [line for line in err.getvalue().splitlines() if "入职日期" in line]
    assert len(told) == 3
    assert "员工!2 入职日期: N " in told[0]
    assert "5 天" in told[0]
    assert "¥1,000.00" in told[0]
    assert "--in-use-from" in err.getvalue()
    assert Employee.objects.filter(number="N").exists()


def sent(house: House) -> Any:
    content = write_workbook(house.path(), JOINS).read_bytes()
    hr = as_role(house, Role.HR)
    return hr.post(at(house, "import_page"), {"file": SimpleUploadedFile("十一月.xlsx", content)}, follow=True)


def confirmed(house: House, page: Any, **more: Any) -> Any:
    (form,) = [one for one in forms_on(page) if "agreed" in one.values]
    return as_role(house, Role.HR).post(form.action, form.values | more, follow=True)


def preview(house: House) -> Any:
    return as_role(house, Role.HR).get(at(house, "import_preview", Import.objects.latest("pk").pk))


def test_the_preview_tells_it_and_vouches_for_whom_is_ticked(house: House) -> None:
    sent(house)
    page = preview(house)
    told = text_of(page, "//section[@aria-labelledby='import-past']")
    assert "3 人、7 天、¥1,400.00" in told
    confirmed(house, page, vouch=["N"], vouch_reason="纸上有")
    assert Import.objects.latest("pk").state == "confirmed"
    hr = somebody(house, Role.HR)
    vouched = Punch.objects.filter(departure_approver=hr.get_full_name())
    assert [one.business_day.day for one in vouched.order_by("business_day")] == [12, 16, 17, 18, 19]
    assert {one.employee.number for one in vouched} == {"N"}
    assert {one.history.get().history_change_reason for one in vouched} == {"纸上有"}
    today = pay_of(house.venue, Employee.objects.get(number="N"), NOVEMBER, now=NOW)
    assert today is not None
    assert today.counts[Verdict.WORKED] == 5


def test_vouching_needs_a_reason_and_nothing_is_stored_without(house: House) -> None:
    sent(house)
    page = confirmed(house, preview(house), vouch=["N"])
    assert "理由" in text_of(page, "//main") or "原因" in text_of(page)
    assert Import.objects.latest("pk").state == "previewed"
    assert not Employee.objects.filter(number="N").exists()


def test_confirmed_without_a_tick_it_is_stored_as_it_is(house: House) -> None:
    sent(house)
    confirmed(house, preview(house))
    assert Employee.objects.filter(number="N").exists()
    assert not Punch.objects.exclude(departure_approver="").exists()
