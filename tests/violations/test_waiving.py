"""Waiving a fine: who may and who must not, what it changes, its trace, taken back by the owner alone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from attendance.models import OffPost, Punch, Rest
from attendance.punches.services import undo_punch
from commissions.models import Payslip
from comps.models import Comp
from inbox.models import Message
from rulebook.calendar import CalendarMonth, days_between
from tests.house import House
from tests.nights import DAY as NIGHT_DAY, at, employee_of, floor_manager, opened
from tests.pages.looking import owning, somebody
from tests.workbooks import booking, comp, person, punch
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role
from violations.ledger.services.reconciliation import reconcile_month
from violations.ledger.services.waivers import recorders_of, take_back, waive
from violations.models import Penalty, Reconciled, Report, Waiving
from violations.reports.services import record_report

SEPTEMBER = CalendarMonth(2026, 9)
LATE, ABSENT, AWAY = date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 5)
STATE = Penalty.State


@pytest.fixture(scope="module")
def month(kept_house: House) -> House:
    """September of A, who has a user: late, absent, off post, a comp too many, tips; brought in by nobody."""
    days = [day for day in days_between(SEPTEMBER.first, SEPTEMBER.last) if day not in (LATE, ABSENT)]
    kept_house.bring({
        "员工": [person()],
        "打卡": [*(punch(day) for day in days), punch(LATE, 上班="20:10")],
        "离岗": [{"工号": "A", "营业日": AWAY, "离开": "22:00", "返回": "22:40"}],
        "订台": [booking("B1", AWAY, 消费金额=1000)],
        "签送": [comp("S1", "B1", AWAY, 金额=80)],
        "违规": [{"违规号": "V1", "工号": "A", "营业日": AWAY, "条款": "4.1", "金额": 88, "说明": "小费"},
                 {"违规号": "V2", "工号": "A", "营业日": AWAY, "条款": "5.F", "说明": "工牌"}],
    })  # fmt: skip
    owning(kept_house, "A")
    return kept_house


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def floor(house: House) -> User:
    return somebody(house, Role.FLOOR_MANAGER, "floor")


def fine(article: str) -> Penalty:
    return Penalty.objects.select_related("employee__venue", "employee__user", "waived_by").get(article=article)


def waived(house: House, article: str = "1.2.F", **more: Any) -> Penalty:
    asked: dict[str, Any] = {"user": floor(house), "reason": "初犯", "now": house.now}
    return waive(penalty=fine(article), **(asked | more))


def refused(house: House, article: str = "1.2.F", words: str = "", **more: Any) -> None:
    before = list(Penalty.objects.order_by("pk").values())
    with pytest.raises(Refused) as refusal:
        waived(house, article, **more)
    assert words in str(refusal.value)
    assert list(Penalty.objects.order_by("pk").values()) == before
    assert not Message.objects.exists()


@pytest.mark.parametrize("article", ["1.2.D", "1.2.F", "3.2", "4.1", "4.6"])
def test_a_waived_fine_is_left_out_of_the_next_run_and_the_payslip_adds_up(month: House, article: str) -> None:
    month.run("2026-09")
    before = Payslip.objects.get(run=month.current("2026-09"))
    amount = fine(article).amount
    waived(month, article)
    assert month.current("2026-09").is_stale
    month.run("2026-09")
    after = Payslip.objects.get(run=month.current("2026-09"))
    assert not month.current("2026-09").is_stale
    assert after.fines == before.fines - amount
    assert after.net == before.net + amount
    assert after.net == sum(line.amount for line in after.lines.all())
    assert article not in {line.article for line in after.lines.all()}


def test_it_says_who_when_why_and_how_much_and_the_person_is_told(month: House) -> None:
    penalty = waived(month)
    penalty.refresh_from_db()
    assert (penalty.state, penalty.waived_by, penalty.waived_at, penalty.waiver_reason) == (
        STATE.WAIVED, floor(month), month.now, "初犯",
    )  # fmt: skip
    (trace,) = Waiving.objects.all()
    assert (trace.penalty, trace.act, trace.user, trace.at, trace.reason, trace.amount) == (
        penalty, "waived", floor(month), month.now, "初犯", Decimal(50),
    )  # fmt: skip
    (told,) = Message.objects.all()
    assert told.user.username == "user-A"
    assert str(told) == "2026年9月3日：按 1.2.F 的罚款 ¥50.00 已免除：初犯"


def test_somebody_without_a_user_is_told_nothing(month: House) -> None:
    month.venue.employees.update(user=None)
    waived(month)
    assert not Message.objects.exists()


class TestRefused:
    @pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST, Role.HR])
    def test_to_who_may_not(self, month: House, role: Role) -> None:
        refused(month, user=somebody(month, role, "other"), words="权限")

    def test_the_own_fine(self, month: House) -> None:
        own = User.objects.get(username="user-A")
        grant_role(venue=month.venue, user=own, role=Role.FLOOR_MANAGER)
        grant_role(venue=month.venue, user=own, role=Role.OWNER)
        refused(month, user=own, words="自己的罚款")

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_without_a_reason(self, month: House, reason: str) -> None:
        refused(month, reason=reason, words="原因")

    def test_a_second_time(self, month: House) -> None:
        waived(month)
        Message.objects.all().delete()
        refused(month, user=owner(month), words="已于")
        assert Waiving.objects.count() == 1

    def test_what_is_withdrawn(self, month: House) -> None:
        month.bring({"打卡": [punch(LATE, 上班批准人="王经理")]})
        refused(month, words="不成立")

    def test_what_is_not_charged_anyway(self, month: House) -> None:
        month.bring({"员工": [person(离职日期="2026-09-30", 离职类型="开除")]})
        refused(month, words="4.9")

    def test_what_costs_nothing(self, month: House) -> None:
        refused(month, "5.F", words="不花钱")

    @pytest.mark.parametrize(("state", "words"), [("locked", "老板"), ("paid", "更正")])
    def test_in_a_locked_month_with_the_way_out(self, month: House, state: str, words: str) -> None:
        Month.objects.update(state=state)
        refused(month, words=words)
        with pytest.raises(MonthLocked):
            waived(month)

    def test_where_a_later_month_is_locked(self, month: House) -> None:
        Month.objects.create(venue=month.venue, first_day=date(2026, 10, 1), state=Month.State.LOCKED)
        refused(month, words="2026年10月")


class TestRecordedByTheSamePerson:
    """Never one that the same person recorded; a colleague may."""

    def other_may(self, house: House, article: str) -> None:
        waived(house, article, user=owner(house))
        assert fine(article).state == STATE.WAIVED

    @pytest.mark.parametrize(("article", "model"), [("1.2.F", Punch), ("4.6", OffPost), ("3.2", Comp), ("4.1", Report)])
    def test_what_they_entered_or_changed(self, month: House, article: str, model: Any) -> None:
        rows = model.history.filter(business_day=LATE if article == "1.2.F" else AWAY)
        rows.update(history_user=floor(month))
        assert recorders_of(fine(article)) == {floor(month).pk}
        refused(month, article, words="你录入")
        self.other_may(month, article)

    def test_what_came_in_by_a_workbook_they_brought(self, month: House) -> None:
        month.bring({"打卡": [punch(LATE, 上班="20:12")]}, user=floor(month))
        refused(month, words="你录入")

    def test_an_absence_where_they_took_the_punch_away(self, month: House) -> None:
        day = date(2026, 9, 10)
        undo_punch(employee=employee_of(month, "A"), user=floor(month), day=day, side="both", reason="打错人")
        reconcile_month(month.venue, SEPTEMBER, now=month.now)
        penalty = Penalty.objects.select_related("employee__venue").get(article="1.2.D", business_day=day)
        with pytest.raises(Refused, match="你录入"):
            waive(penalty=penalty, user=floor(month), reason="x", now=month.now)

    def test_an_absence_on_a_void_rest_they_put_on_the_roster(self, month: House) -> None:
        rest = Rest(employee=employee_of(month, "A"), business_day=ABSENT, kind=Rest.Kind.SWAP)
        rest._history_user = floor(month)  # type: ignore[attr-defined]
        rest.save()
        reconcile_month(month.venue, SEPTEMBER, now=month.now)
        refused(month, "1.2.D", words="你录入")

    def test_what_they_recorded_of_somebody_else_or_another_day_is_no_obstacle(self, month: House) -> None:
        Punch.history.exclude(business_day=LATE).update(history_user=floor(month))
        assert recorders_of(fine("1.2.F")) == set()
        waived(month)

    def test_what_the_person_themself_entered_has_no_recorder(self, month: House) -> None:
        Punch.history.update(history_user=User.objects.get(username="user-A"))
        assert recorders_of(fine("1.2.F")) == set()

    def test_a_report_of_the_night(self, house: House) -> None:
        night = opened(house)
        record_report(
            venue=night.venue, employee=employee_of(night, "A"), user=floor_manager(night), day=NIGHT_DAY,
            article="4.1", now=at(120), amount=Decimal(10), note="小费",
        )  # fmt: skip
        penalty = Penalty.objects.select_related("employee__venue").get(article="4.1")
        with pytest.raises(Refused, match="你录入"):
            waive(penalty=penalty, user=floor_manager(night), reason="x", now=at(130))


class TestAfterwards:
    def test_it_stays_waived_through_every_reconciliation(self, month: House) -> None:
        waived(month)
        month.bring({"打卡": [punch(LATE, 上班="20:15")]})
        month.run("2026-09")
        assert (fine("1.2.F").state, fine("1.2.F").basis) == (STATE.WAIVED, {"minutes": 15})

    def test_once_the_facts_are_gone_it_is_withdrawn_and_waived_again_when_they_come_back(self, month: House) -> None:
        waived(month)
        month.bring({"打卡": [punch(LATE, 上班="20:10", 上班批准人="王经理")]})
        assert fine("1.2.F").state == STATE.WITHDRAWN
        month.bring({"打卡": [punch(LATE, 上班="20:10", 上班批准人=None)]})
        assert (fine("1.2.F").state, fine("1.2.F").withdrawn_at) == (STATE.WAIVED, None)
        month.run("2026-09")
        assert "1.2.F" not in dict(month.lines("2026-09")["A"])

    def test_of_somebody_not_employed_after_all_it_is_withdrawn(self, month: House) -> None:
        waived(month)
        month.venue.employees.update(left_on=date(2026, 8, 31), exit_kind="resigned")
        reconcile_month(month.venue, SEPTEMBER, now=month.now)
        assert fine("1.2.F").state == STATE.WITHDRAWN

    def test_a_waived_absence_still_counts_towards_the_forfeit(self, house: House) -> None:
        days = [day for day in days_between(SEPTEMBER.first, SEPTEMBER.last) if day.day > 3]
        sold = booking("B1", days[0], 消费金额=50000)
        house.bring({"员工": [person()], "打卡": [punch(day) for day in days], "订台": [sold]})
        for penalty in Penalty.objects.select_related("employee__venue").filter(article="1.2.D"):
            waive(penalty=penalty, user=owner(house), reason="x", now=house.now)
        house.run("2026-09")
        figures = house.figures("2026-09")["A"]
        assert (figures["旷工"], figures["罚款"], figures["提成"]) == (3, "0.00", "0.00")

    def test_a_ledger_in_step_stays_so_and_one_behind_stays_behind(self, month: House) -> None:
        reconcile_month(month.venue, SEPTEMBER, now=month.now)

        def behind() -> int:
            return Month.objects.get().revision - Reconciled.objects.get().revision

        assert behind() == 0
        waived(month)
        assert behind() == 0
        Month.objects.update(revision=99)
        waived(month, "4.6")
        assert behind() > 0


class TestTakenBack:
    def back(self, house: House, article: str = "1.2.F", **more: Any) -> Penalty:
        asked: dict[str, Any] = {"user": owner(house), "reason": "查实", "now": house.now + timedelta(hours=1)}
        return take_back(penalty=fine(article), **(asked | more))

    def test_the_fine_is_charged_again_and_the_trace_stays(self, month: House) -> None:
        waived(month)
        month.run("2026-09")
        self.back(month)
        penalty = fine("1.2.F")
        assert (penalty.state, penalty.waived_by, penalty.waived_at, penalty.waiver_reason) == (
            "charged",
            None,
            None,
            "",
        )
        assert [(one.act, one.user.username, one.reason) for one in Waiving.objects.all()] == [
            ("waived", "floor", "初犯"), ("taken_back", "owner", "查实"),
        ]  # fmt: skip
        assert month.current("2026-09").is_stale
        assert [str(told) for told in Message.objects.order_by("pk")][-1].endswith("仍要扣：查实")
        month.run("2026-09")
        assert "1.2.F" in dict(month.lines("2026-09")["A"])
        waived(month)  # and once more: told once more
        assert Message.objects.count() == 3

    def test_as_the_facts_imply_it_by_then(self, month: House) -> None:
        waived(month)
        month.bring({"员工": [person(离职日期="2026-09-30", 离职类型="开除")]})
        assert self.back(month).state == STATE.NOT_CHARGED

    def test_the_rest_of_the_persons_ledger_stays(self, month: House) -> None:
        waived(month)
        before = list(Penalty.objects.exclude(article="1.2.F").order_by("pk").values())
        self.back(month)
        assert list(Penalty.objects.exclude(article="1.2.F").order_by("pk").values()) == before

    @pytest.mark.parametrize("role", [Role.FLOOR_MANAGER, Role.HR, Role.ACCOUNT_MANAGER])
    def test_by_the_owner_alone(self, month: House, role: Role) -> None:
        waived(month)
        with pytest.raises(Refused):
            self.back(month, user=somebody(month, role, "other"))
        assert fine("1.2.F").state == STATE.WAIVED

    def test_not_the_own_not_without_a_reason_not_twice_not_in_a_locked_month(self, month: House) -> None:
        waived(month)
        own = User.objects.get(username="user-A")
        grant_role(venue=month.venue, user=own, role=Role.OWNER)
        for more in ({"user": own}, {"reason": " "}):
            with pytest.raises(Refused):
                self.back(month, **more)
        Month.objects.update(state=Month.State.LOCKED)
        with pytest.raises(MonthLocked):
            self.back(month)
        Month.objects.update(state=Month.State.OPEN)
        assert fine("1.2.F").state == STATE.WAIVED
        self.back(month)
        with pytest.raises(Refused):
            self.back(month)


def test_the_clock_is_told_not_read(month: House) -> None:
    then = datetime.fromisoformat("2026-12-01T12:00:00+00:00")
    assert waived(month, now=then).waived_at == then
