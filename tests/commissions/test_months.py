"""Locking, reopening and paying a month; and that a locked month never changes."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Request
from commissions.errors import EarlierMonthOpen, LaterMonthLocked, NotComputed, StillOpen
from commissions.month.services import mark_paid, reopen_month
from commissions.runs.services import start_run
from rulebook.calendar import CalendarMonth, days_between
from tests.figures import sheet_rows
from tests.house import AFTER, House
from tests.workbooks import booking, person, punch
from venues.errors import MonthLocked, PolicyInUse, Refused
from venues.models import Month, PolicyVersion
from venues.services import grant_role, remove_policy, set_policy
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty
from workbook.faults import Faulty

SEPTEMBER, OCTOBER = CalendarMonth(2026, 9), CalendarMonth(2026, 10)
SHEETS = ("工资表", "工资明细", "签收表", "考勤表", "代发", "订台业绩")


def full_month(month: CalendarMonth, number: str = "A") -> list[dict[str, Any]]:
    return [punch(day, number) for day in days_between(month.first, month.last)]


@pytest.fixture(scope="module")
def locked(kept_house: House) -> House:
    kept_house.bring({
        "员工": [person(银行卡号="622200000000001", 开户行="工行")],
        "打卡": full_month(SEPTEMBER)[2:],
        "订台": [booking("B1", date(2026, 9, 3))],
    })  # fmt: skip
    kept_house.run("2026-09")
    kept_house.lock("2026-09")
    return kept_house


def user_with(house: House, role: Role) -> User:
    user = User.objects.create(username=role.value)
    grant_role(venue=house.venue, user=user, role=role)
    return user


def printed(house: House, month: str) -> Any:
    path = house.export(month)
    return [sheet_rows(path, title) for title in SHEETS]


def test_a_month_is_locked_after_its_run_and_only_once(locked: House) -> None:
    assert Month.objects.get().state == Month.State.LOCKED
    with pytest.raises(MonthLocked):
        locked.lock("2026-09")


def test_a_month_not_run_is_not_locked(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
    with pytest.raises(NotComputed):
        house.lock("2026-09")


def test_a_draft_older_than_its_facts_is_not_locked(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
    house.run("2026-09")
    house.bring({"打卡": [punch(SEPTEMBER.first, 上班="20:10")]})
    with pytest.raises(NotComputed):
        house.lock("2026-09")


def test_a_draft_computed_before_the_month_ended_is_not_locked(house: House) -> None:
    after = house.now
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
    house.now = after.replace(year=2026, month=9, day=30)
    house.run("2026-09")
    house.now = after
    with pytest.raises(NotComputed):
        house.lock("2026-09")
    house.run("2026-09")
    house.lock("2026-09")


def test_a_month_is_not_locked_while_it_is_computed_and_a_dead_run_does_not_stand_in_the_way(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
    house.run("2026-09")
    start_run(venue=house.venue, month=SEPTEMBER, clock=lambda: house.now)
    with pytest.raises(NotComputed):
        house.lock("2026-09")
    house.now += timedelta(hours=1)
    house.lock("2026-09")


def test_months_are_locked_in_order(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER) + full_month(OCTOBER)})
    house.run("2026-09")
    house.run("2026-10")
    with pytest.raises(EarlierMonthOpen, match="2026年9月"):
        house.lock("2026-10")
    house.lock("2026-09")
    house.lock("2026-10")


@pytest.mark.parametrize(
    "sheets",
    [
        {"休息": [{"工号": "A", "日期": date(2026, 9, 9), "类型": "工休"}]},
        {"奖金": [{"工号": "A", "月份": "2026-09", "事由": "奖", "金额": 1}]},
        {
            "请假": [{
                "工号": "A", "类型": "事假", "开始日期": date(2026, 9, 30), "结束日期": date(2026, 9, 30),
                "申请时间": "2026-09-01 10:00",
            }]
        },
        {"员工": [person(期初结转=1, 期初月份="2026-09")]},
    ],
    ids=["rest", "bonus", "leave", "opening"],
)  # fmt: skip
def test_any_fact_of_an_earlier_month_stands_in_the_way(house: House, sheets: dict[str, Any]) -> None:
    house.bring({"员工": [person()], "打卡": full_month(OCTOBER)})
    house.bring(sheets)
    house.run("2026-10")
    with pytest.raises(EarlierMonthOpen):
        house.lock("2026-10")


def test_an_earlier_month_without_facts_does_not_stand_in_the_way(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(OCTOBER)})
    house.run("2026-10")
    house.lock("2026-10")


def test_a_request_that_waits_stands_in_the_way_and_one_of_another_month_does_not(house: House) -> None:
    house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
    house.run("2026-09")
    who = house.venue.employees.get(number="A")
    asked = Request.objects.create(
        employee=who, kind="personal", state="waiting", first_day=date(2026, 9, 30), last_day=date(2026, 10, 2),
        asked_at=house.now,
    )  # fmt: skip
    with pytest.raises(StillOpen) as refusal:
        house.lock("2026-09")
    [waiting] = refusal.value.exceptions
    assert waiting.startswith("A 员工A 2026-09-30")
    Request.objects.filter(pk=asked.pk).update(first_day=date(2026, 10, 1))
    house.lock("2026-09")


def test_exceptions_stand_in_the_way_and_say_what_settles_them(house: House) -> None:
    day = date(2026, 9, 3)
    others = [row for row in full_month(SEPTEMBER) if row["营业日"] != day]
    house.bring({
        "员工": [person()],
        "打卡": [*others, punch(day, 下班=None)],
        "订台": [booking("B1", day, 消费金额=None)],
        "代扣": [{"工号": "A", "月份": "2026-09", "类型": "社保", "金额": 5000}],
    })  # fmt: skip
    house.run("2026-09")
    with pytest.raises(StillOpen) as refusal:
        house.lock("2026-09")
    one_punch, unsettled, withheld = refusal.value.exceptions
    assert one_punch.startswith("A 员工A 2026-09-03")
    assert "B1" in unsettled
    assert "2,000.00" in withheld


class TestLockedMonthNeverChanges:
    def test_no_import_changes_it(self, locked: House) -> None:
        before = printed(locked, "2026-09")
        for sheets in (
            {"打卡": [punch(date(2026, 9, 1))]},
            {"订台": [booking("B2", date(2026, 9, 4))]},
            {"员工": [person(离职日期=date(2026, 9, 20), 离职类型="辞职")]},
            {"员工": [person("B")]},
            {"制度": [{"参数": "late_fine", "生效月份": "2026-09", "值": "60"}]},
            {"制度": [{"参数": "late_fine", "生效月份": "2026-08", "值": "60"}]},
            {"打卡": [punch(date(2026, 8, 31))]},
        ):
            with pytest.raises(Faulty):
                locked.bring(sheets)
        assert printed(locked, "2026-09") == before

    def test_a_new_name_and_bank_account_show_from_the_next_month_on(self, locked: House) -> None:
        before = printed(locked, "2026-09")
        locked.bring({"员工": [person(姓名="新名字", 银行卡号="999", 开户行="建行")], "打卡": full_month(OCTOBER)})
        assert printed(locked, "2026-09") == before
        locked.run("2026-10")
        assert printed(locked, "2026-10")[SHEETS.index("代发")][0]["银行卡号"] == "999"

    def test_its_ledger_is_left_as_it_is(self, locked: House) -> None:
        before = list(Penalty.objects.order_by("pk").values())
        assert before
        Penalty.objects.filter(pk=before[0]["id"]).update(amount=1)
        reconcile_month(locked.venue, SEPTEMBER, now=locked.now + timedelta(days=9))
        assert Penalty.objects.get(pk=before[0]["id"]).amount == 1

    def test_a_policy_it_used_is_neither_changed_nor_removed(self, house: House) -> None:
        house.bring({"员工": [person()], "打卡": full_month(SEPTEMBER)})
        set_policy(venue=house.venue, month=SEPTEMBER, values={"late_fine": "60"})
        house.run("2026-09")
        house.lock("2026-09")
        version = PolicyVersion.objects.get(effective_from=SEPTEMBER.first)
        with pytest.raises(PolicyInUse):
            set_policy(venue=house.venue, month=SEPTEMBER, values={"late_fine": "70"})
        with pytest.raises(PolicyInUse):
            remove_policy(version=version)
        set_policy(venue=house.venue, month=OCTOBER, values={"late_fine": "70"})
        assert PolicyVersion.objects.get(effective_from=SEPTEMBER.first).policy.late_fine == 60


class TestReopening:
    def test_the_owner_reopens_with_a_reason_that_stays(self, locked: House) -> None:
        owner = user_with(locked, Role.OWNER)
        reopen_month(venue=locked.venue, month=SEPTEMBER, user=owner, reason="补录 3 号的消费", now=AFTER)
        month = Month.objects.get()
        assert month.state == Month.State.OPEN
        trace = month.history.first()
        assert (trace.history_user, trace.history_change_reason) == (owner, "补录 3 号的消费")

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
    def test_nobody_else_does(self, locked: House, role: Role) -> None:
        with pytest.raises(Refused):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=user_with(locked, role), reason="x", now=AFTER)

    def test_an_owner_of_another_venue_does_not(self, locked: House, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person()]})
        with pytest.raises(Refused):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=user_with(other, Role.OWNER), reason="x", now=AFTER)

    def test_not_without_a_reason(self, locked: House) -> None:
        with pytest.raises(Refused):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=user_with(locked, Role.OWNER), reason=" ", now=AFTER)

    def test_the_latest_first(self, locked: House) -> None:
        owner = user_with(locked, Role.OWNER)
        locked.bring({"打卡": full_month(OCTOBER)})
        locked.run("2026-10")
        locked.lock("2026-10")
        with pytest.raises(LaterMonthLocked):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=owner, reason="x", now=AFTER)
        reopen_month(venue=locked.venue, month=OCTOBER, user=owner, reason="x", now=AFTER)
        reopen_month(venue=locked.venue, month=SEPTEMBER, user=owner, reason="x", now=AFTER)

    def test_never_after_payment(self, locked: House) -> None:
        owner, hr = user_with(locked, Role.OWNER), user_with(locked, Role.HR)
        with pytest.raises(Refused):
            mark_paid(venue=locked.venue, month=SEPTEMBER, user=owner, on=date(2026, 10, 15), now=locked.now)
        mark_paid(venue=locked.venue, month=SEPTEMBER, user=hr, on=date(2026, 10, 15), now=locked.now)
        with pytest.raises(Refused):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=owner, reason="x", now=AFTER)
        with pytest.raises(MonthLocked):
            locked.run("2026-09")
