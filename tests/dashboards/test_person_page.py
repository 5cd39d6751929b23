"""One person as managers read them: figures, calendar, bookings, fines, payslips, requests, changes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.permissions import Role
from attendance.models import Request
from attendance.punches.services import state_punch
from bookings.booking.services.reassignments import reassign_booking
from bookings.models import Booking
from commissions.models import Bonus
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, owning, somebody, text_of, tree
from tests.staff.conftest import ACCOUNT, SECRET, of
from tests.workbooks import booking, person, punch
from violations.ledger.services.waivers import take_back, waive
from violations.models import Penalty

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
TABS = ("calendar", "bookings", "ledger", "payslips", "requests", "changes")


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def lively(kept_house: House) -> House:
    """October: A was late once, and missed once; a booking counts, one lacks the phone. November has begun."""
    kept_house.now = NOW
    days = [day for day in range(1, 32) if day != 9]
    kept_house.bring(
        {
            "员工": [
                person(身份证号=SECRET, 银行卡号=ACCOUNT, 押金=500), person("B"),
                person("E", 离职日期=date(2026, 9, 30), 离职类型="辞职"),
            ],
            "打卡": [
                punch(date(2026, 10, day), **({"上班": "20:10"} if day == 5 else {})) for day in days
            ] + [punch(date(2026, 11, 2), "B")],
            "休息": [{"工号": "A", "日期": date(2026, 10, 12), "类型": "工休"}],
            "订台": [
                booking("K1", date(2026, 10, 6), 消费金额=41000),
                booking("K2", date(2026, 10, 7), 消费金额=900, 客户电话=None, 台号="A2"),
            ],
            "奖金": [{"工号": "A", "月份": "2026-10", "事由": "全勤", "金额": 211}],
        }
    )  # fmt: skip
    kept_house.run("2026-10")
    return kept_house


def look(house: House, client: Client, tab: str = "calendar", number: str = "A", **query: str) -> Any:
    asked = {"month": "2026-10", "tab": tab, **query}
    return client.get(at(house, "person", of(house, number).pk), asked)


def figures(page: Any) -> list[str]:
    return [cell.text_content().strip() for cell in tree(page).xpath("//dl[@class='key-figures']/div/dd[1]")]


class TestWhoSeesWhat:
    @pytest.mark.parametrize("role", [Role.FLOOR_MANAGER, Role.HR, Role.OWNER])
    @pytest.mark.parametrize("tab", [*TABS, "nonsense", ""])
    def test_each_part_opens_for_managers(self, lively: House, role: Role, tab: str) -> None:
        assert look(lively, as_role(lively, role), tab).status_code == 200

    @pytest.mark.parametrize("tab", TABS)
    def test_the_floor_manager_sees_no_pay_no_deposit_no_number(self, lively: House, tab: str) -> None:
        hr, floor = as_role(lively, Role.HR), as_role(lively, Role.FLOOR_MANAGER)
        for deposit, reason in ((Decimal(777), "补交押金"), (Decimal(888), "再补")):
            row = of(lively, "A")
            row.deposit, row.bank_name = deposit, f"银行{deposit}"
            row._change_reason = reason  # type: ignore[attr-defined]
            row.save()
        slip = lively.current("2026-10").payslips.get(number="A")
        assert slip.commission == 30
        hidden = [f"{slip.net:,}", "777.00", "888.00", "银行777", "补交押金", "211.00", "全勤", "0012", "奖金", "提成"]
        answer = look(lively, floor, tab)
        page = answer.content.decode()
        assert not [word for word in hidden if word in page]
        assert "工资条" not in text_of(answer, "//nav[@class='page-tabs']")
        if tab == "changes":
            page = look(lively, hr, tab).content.decode()
            assert not [word for word in ("777.00", "补交押金", "全勤") if word not in page]
        if tab == "payslips":
            assert f"{slip.net:,}" in look(lively, hr, tab).content.decode()

    @pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST])
    def test_a_colleague_sees_nothing(self, lively: House, role: Role) -> None:
        assert look(lively, as_role(lively, role)).status_code == 403
        assert look(lively, owning(lively, "A")).status_code == 403

    def test_the_file_is_a_way_for_hr_alone(self, lively: House) -> None:
        address = at(lively, "person_file", of(lively, "A").pk)
        assert address in look(lively, as_role(lively, Role.HR)).content.decode()
        for role in (Role.OWNER, Role.FLOOR_MANAGER):
            assert address not in look(lively, as_role(lively, role)).content.decode()

    def test_a_night_is_corrected_by_who_may(self, lively: House) -> None:
        address = at(lively, "person_day", of(lively, "A").pk, "2026-10-09")
        for role in (Role.HR, Role.FLOOR_MANAGER):
            assert address in look(lively, as_role(lively, role)).content.decode()
        assert address not in look(lively, as_role(lively, Role.OWNER)).content.decode()
        lively.venue.employees.filter(number="A").update(user=somebody(lively, Role.HR))
        assert address not in look(lively, as_role(lively, Role.HR)).content.decode()


class TestFigures:
    def test_they_are_those_of_the_payslip(self, lively: House) -> None:
        slip = lively.current("2026-10").payslips.get(number="A")
        page = look(lively, as_role(lively, Role.FLOOR_MANAGER))
        assert figures(page) == [
            "¥41,000", "+¥1,000", f"{slip.worked_days} / {slip.expected_days}", str(slip.absence_days),
            f"−¥{slip.fines:,}",
        ]  # fmt: skip
        assert (slip.worked_days, slip.absence_days, slip.fines) == (29, 1, Decimal(250))

    def test_a_month_without_employment_says_so(self, lively: House) -> None:
        page = look(lively, as_role(lively, Role.HR), number="E")
        assert "不在职" in text_of(page)
        assert not figures(page)

    def test_without_a_month_it_is_that_of_today_or_the_last_one(self, lively: House) -> None:
        hr = as_role(lively, Role.HR)
        for number, month in (("A", "2026年11月"), ("E", "2026年9月")):
            assert month in text_of(hr.get(at(lively, "person", of(lively, number).pk)), "//header")
        Employee.objects.filter(number="B").update(hired_on=date(2027, 2, 3))
        assert "2027年2月" in text_of(hr.get(at(lively, "person", of(lively, "B").pk)), "//header")

    @pytest.mark.parametrize("month", ["2026-13", "x", "", "1999-01", "2026-10-01"])
    def test_no_real_month_is_not_found(self, lively: House, month: str) -> None:
        assert look(lively, as_role(lively, Role.HR), month=month).status_code == 404

    def test_the_part_and_the_month_stay_in_the_address(self, lively: House) -> None:
        page = look(lively, as_role(lively, Role.HR), "ledger")
        ways = [link.get("href") for link in tree(page).xpath("//nav[@class='page-tabs']/a")]
        assert all("month=2026-10" in way for way in ways)
        after = tree(page).xpath("//span[@class='stepper-months']/a/@href")
        assert after == ["?month=2026-09&tab=ledger", "?month=2026-11&tab=ledger"]


class TestParts:
    def test_the_calendar_tells_the_days_of_somebody_else(self, lively: House) -> None:
        said = text_of(look(lively, as_role(lively, Role.OWNER)), "//main")
        assert "迟到 10 分钟" in said
        Employee.objects.filter(number="A").update(hired_on=date(2026, 10, 10))
        said = text_of(look(lively, as_role(lively, Role.OWNER)), "//main")
        assert "这一天不在职" in said
        assert "这一天你不在职" not in said

    def test_bookings_say_what_counts_and_why_one_does_not(self, lively: House) -> None:
        said = text_of(look(lively, as_role(lively, Role.FLOOR_MANAGER), "bookings"), "//main")
        assert "缺客户电话" in said
        assert "¥41,000.00" in said
        assert "139" not in said.replace("39900", ""), "a guest's phone by its last digits"

    def test_bookings_lead_on_for_who_may_open_them(self, lively: House) -> None:
        pages = [at(lively, "booking", Booking.objects.get(number=number).pk) for number in ("K1", "K2")]
        for role in (Role.FLOOR_MANAGER, Role.OWNER):
            client = as_role(lively, role)
            links = tree(look(lively, client, "bookings")).xpath("//main//li[contains(@class, 'booked')]//a/@href")
            assert sorted(links) == sorted(pages)
            assert {client.get(page).status_code for page in pages} == {200}
        page = tree(look(lively, as_role(lively, Role.HR), "bookings"))
        assert not page.xpath("//main//li[contains(@class, 'booked')]//a")

    def test_fines_stand_with_article_state_and_who_waived_why(self, lively: House) -> None:
        late = Penalty.objects.get(article="1.2.F")
        floor = somebody(lively, Role.FLOOR_MANAGER, "周敏")
        Penalty.objects.filter(pk=late.pk).update(
            state="waived", waived_by=floor, waived_at=NOW, waiver_reason="地铁停运"
        )
        said = text_of(look(lively, as_role(lively, Role.OWNER), "ledger"), "//main//table")
        assert "1.2.D" in said
        assert "周敏：地铁停运" in said
        assert "−200.00" in text_of(look(lively, as_role(lively, Role.OWNER), "ledger"), "//tfoot")

    def test_payslips_lead_on_to_each(self, lively: House) -> None:
        page = look(lively, as_role(lively, Role.OWNER), "payslips")
        assert at(lively, "payslip", "2026-10", of(lively, "A").pk) in page.content.decode()

    def test_requests_stand_with_their_decision(self, lively: House) -> None:
        Request.objects.create(
            employee=of(lively, "A"), kind="personal", state="refused", first_day=date(2026, 11, 3),
            last_day=date(2026, 11, 3), asked_at=NOW, decided_at=NOW, decision_reason="人手不够",
            decided_by=somebody(lively, Role.FLOOR_MANAGER, "周敏"),
        )  # fmt: skip
        said = text_of(look(lively, as_role(lively, Role.OWNER), "requests"), "//main")
        assert "周敏" in said
        assert "人手不够" in said
        assert "人手不够" not in text_of(look(lively, as_role(lively, Role.OWNER), "requests", "B"), "//main")

    @pytest.mark.parametrize("tab", TABS)
    def test_somebody_new_has_empty_parts(self, lively: House, tab: str) -> None:
        Employee.objects.create(venue=lively.venue, number="N", name="新人", hired_on=date(2026, 11, 20))
        page = look(lively, as_role(lively, Role.HR), tab, "N", month="2026-11")
        assert page.status_code == 200
        assert tree(page).xpath("//*[contains(@class, 'empty-state')]") or tab in ("calendar", "changes")


class TestChanges:
    def test_a_punch_stated_anew_is_told_with_who_what_and_why(self, lively: House) -> None:
        floor = somebody(lively, Role.FLOOR_MANAGER, "周敏")
        state_punch(
            employee=of(lively, "A"), user=floor, day=date(2026, 10, 5), side="arrival", now=NOW,
            at=datetime(2026, 10, 5, 12, 2, tzinfo=UTC), reason="机器慢了",
        )  # fmt: skip
        said = text_of(look(lively, as_role(lively, Role.OWNER), "changes", of="attendance"), "//main")
        assert "打卡 10月5日 周一" in said
        assert "10月5日 20:10 → 10月5日 20:02" in said
        assert "机器慢了" in said
        assert "周敏" in said
        assert "机器慢了" not in text_of(look(lively, as_role(lively, Role.OWNER), "changes", of="bookings"), "//main")
        other_month = look(lively, as_role(lively, Role.OWNER), "changes", month="2026-11")
        assert "机器慢了" not in text_of(other_month, "//main")

    def test_a_booking_handed_over_is_told_with_both(self, lively: House) -> None:
        floor = somebody(lively, Role.FLOOR_MANAGER, "周敏")
        reassign_booking(
            booking=Booking.objects.get(number="K1"), to=of(lively, "B"), user=floor, reason="B 的客人", now=NOW
        )
        for number in "AB":
            said = text_of(look(lively, as_role(lively, Role.OWNER), "changes", number, of="bookings"), "//main")
            assert "员工A → 员工B" in said, number
            assert "B 的客人" in said

    def test_a_waiver_is_told_and_that_it_was_taken_back(self, lively: House) -> None:
        late = Penalty.objects.get(article="1.2.F")
        late = waive(penalty=late, user=somebody(lively, Role.FLOOR_MANAGER, "周敏"), reason="地铁停运", now=NOW)
        take_back(penalty=late, user=somebody(lively, Role.OWNER, "高远"), reason="查无此事", now=NOW)
        for role in (Role.FLOOR_MANAGER, Role.OWNER):
            said = text_of(look(lively, as_role(lively, role), "changes", of="violations"), "//main")
            assert "罚款 1.2.F 10月5日 周一 ¥50.00 应扣 → 已免除 地铁停运 周敏" in said
            assert "¥50.00 已免除 → 应扣 查无此事 高远" in said
        assert "地铁停运" not in text_of(look(lively, as_role(lively, Role.HR), "changes", "B"), "//main")

    def test_what_a_workbook_brought_is_told_at_one_stroke(self, lively: House) -> None:
        said = text_of(look(lively, as_role(lively, Role.OWNER), "changes", of="attendance"), "//main")
        assert "打卡 × 30" in said

    def test_an_amount_that_was_changed_is_told_from_what_to_what(self, lively: House) -> None:
        row = Bonus.objects.get()
        row.amount, row._history_user = Decimal("300.5"), somebody(lively, Role.HR, "吴静")
        row.save()
        said = text_of(look(lively, as_role(lively, Role.OWNER), "changes", of="amounts"), "//main")
        assert "¥211.00 → ¥300.50 吴静 2026年11月20日" in said

    def test_a_record_that_was_removed_is_told(self, lively: House) -> None:
        row = Bonus.objects.get()
        row._change_reason = "重复"  # type: ignore[attr-defined]
        row.delete()
        said = text_of(look(lively, as_role(lively, Role.HR), "changes", of="amounts"), "//main")
        assert "移除" in said
        assert "重复" in said
