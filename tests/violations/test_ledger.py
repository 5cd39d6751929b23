"""The penalty ledger: one row an event and article, in step with the facts, with a trace of what went."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from rulebook.calendar import CalendarMonth, days_between
from staff.models import Employee
from tests.house import House
from tests.workbooks import booking, comp, person, punch
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty

SEPTEMBER = CalendarMonth(2026, 9)
DAY = date(2026, 9, 3)
STATE = Penalty.State


@pytest.fixture(scope="module")
def late(kept_house: House) -> House:
    """Late by ten minutes on one day, on time on all others."""
    days = [punch(day) for day in days_between(SEPTEMBER.first, SEPTEMBER.last) if day != DAY]
    kept_house.bring({"员工": [person()], "打卡": [*days, punch(DAY, 上班="20:10")]})
    return kept_house


def rows() -> list[tuple[Any, ...]]:
    return sorted(Penalty.objects.values_list("business_day", "article", "source", "amount", "state"))


def snapshot() -> list[dict[str, Any]]:
    return list(Penalty.objects.order_by("pk").values())


def test_an_import_brings_the_ledger_in_step(late: House) -> None:
    assert rows() == [(DAY, "1.2.F", "arrival", Decimal("50.00"), STATE.CHARGED)]
    assert Penalty.objects.get().basis == {"minutes": 10}


def test_reconciled_twice_is_reconciled_once(late: House) -> None:
    before = snapshot()
    reconcile_month(late.venue, SEPTEMBER, now=late.now)
    late.run("2026-09")
    assert snapshot() == before


def test_a_changed_fact_updates_the_row_and_keeps_its_key(late: House) -> None:
    (before,) = snapshot()
    late.bring({"打卡": [punch(DAY, 上班="20:15")]})
    (after,) = snapshot()
    assert (after["id"], after["basis"]) == (before["id"], {"minutes": 15})


def test_what_the_facts_no_longer_imply_is_withdrawn_with_a_trace(late: House) -> None:
    late.bring({"打卡": [punch(DAY, 上班="20:10", 上班批准人="王经理")]})
    penalty = Penalty.objects.get()
    assert penalty.state == STATE.WITHDRAWN
    assert penalty.withdrawn_at is not None
    late.run("2026-09")
    assert late.figures("2026-09")["A"]["罚款"] == "0.00"


def test_what_comes_back_is_charged_again_in_the_same_row(late: House) -> None:
    late.bring({"打卡": [punch(DAY, 上班批准人="王经理")]})
    late.bring({"打卡": [punch(DAY, 上班="20:10", 上班批准人=None)]})
    penalty = Penalty.objects.get()
    assert (penalty.state, penalty.withdrawn_at) == (STATE.CHARGED, None)


def test_a_waived_fine_stays_waived_and_costs_nothing(late: House) -> None:
    user = User.objects.create(username="owner")
    Penalty.objects.update(state=STATE.WAIVED, waived_by=user, waived_at=late.now, waiver_reason="初犯")
    late.run("2026-09")
    assert Penalty.objects.get().state == STATE.WAIVED
    assert late.lines("2026-09")["A"] == [("2.1", "3000.00")]
    late.bring({"打卡": [punch(DAY, 上班="20:12")]})
    assert Penalty.objects.get().state == STATE.WAIVED


def test_a_waiver_names_who_when_and_why(late: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Penalty.objects.update(state=STATE.WAIVED)


def test_in_the_month_of_dismissal_fines_stay_in_the_ledger_as_not_charged(late: House) -> None:
    days = {"离职日期": SEPTEMBER.last, "离职类型": "开除"}
    late.bring({"员工": [person(**days)]})
    assert rows() == [(DAY, "1.2.F", "arrival", Decimal("50.00"), STATE.NOT_CHARGED)]
    late.bring({"制度": [{"参数": "wage_guard", "生效月份": "2026-09", "值": "enforce"}]})
    assert rows()[0][-1] == STATE.CHARGED


def test_every_fine_leads_to_its_record(house: House) -> None:
    house.bring({
        "员工": [person()],
        "打卡": [punch(DAY)],
        "离岗": [{"工号": "A", "营业日": DAY, "离开": "21:00", "返回": "22:00"}],
        "订台": [booking("B1", DAY)],
        "签送": [comp("C1", "B1", DAY, 品类="酒水")],
        "违规": [{"违规号": "V1", "工号": "A", "营业日": DAY, "条款": "5.F"}],
    })  # fmt: skip
    found = {row.article: row for row in Penalty.objects.filter(business_day=DAY)}
    assert found["4.6"].off_post is not None
    assert found["3.2"].comp is not None
    assert found["3.2"].comp.number == "C1"
    assert found["5.F"].report is not None
    assert found["5.F"].amount == 0


def test_a_payslip_line_leads_to_the_ledger(late: House) -> None:
    late.run("2026-09")
    payslip = late.current("2026-09").payslips.get()
    fine = payslip.lines.get(article="1.2.F")
    assert fine.penalty == Penalty.objects.get()
    assert fine.penalty.amount == -fine.amount


def test_days_that_have_not_ended_have_no_fines_yet(house: House) -> None:
    house.now = datetime(2026, 9, 4, 3, tzinfo=timezone.get_fixed_timezone(0))  # 11:00 in Shanghai
    house.bring({"员工": [person(入职日期=DAY)], "打卡": [punch(DAY, 上班="20:10")]})
    assert rows() == []
    reconcile_month(house.venue, SEPTEMBER, now=datetime(2026, 9, 4, 4, tzinfo=timezone.get_fixed_timezone(0)))
    assert [row[1] for row in rows()] == ["1.2.F"]


@pytest.mark.parametrize("again", ["import", "run"])
def test_fines_of_somebody_not_employed_in_the_month_after_all_are_withdrawn(house: House, again: str) -> None:
    house.bring({"员工": [person("A", 入职日期=DAY), person("B")], "打卡": [punch(SEPTEMBER.first, "B")]})
    house.run("2026-09")
    assert Penalty.objects.filter(employee__number="A", state=STATE.CHARGED).count() == 28
    Employee.objects.filter(number="A").update(hired_on=date(2026, 10, 1))
    if again == "run":
        house.run("2026-09")
    else:
        house.bring({"活动日": [{"日期": SEPTEMBER.last}]})
    assert not Penalty.objects.filter(employee__number="A", state=STATE.CHARGED).exists()
    assert Penalty.objects.filter(employee__number="B", state=STATE.CHARGED).exists()


def test_one_row_an_event_is_kept_by_the_database(late: House) -> None:
    one = Penalty.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
