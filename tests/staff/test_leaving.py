"""Somebody leaves, or stays after all."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from commissions.models import Bonus, Withholding
from commissions.records import records_of
from comps.models import Comp
from rulebook.calendar import CalendarMonth
from staff.errors import Unfit
from staff.models import Employee
from staff.services import let_go, withdraw_leaving
from staff.standing import EmploymentStatus, notice_given, standing_of
from tests.house import House
from tests.staff.conftest import of
from tests.staff.test_employing import locked
from tests.workbooks import booking, comp, person
from venues.errors import MonthLocked, Refused
from venues.selectors import policy_of
from violations.models import Report

NOVEMBER = CalendarMonth(2026, 11)


def leave(employee: Employee, user: User, last_day: date, **more: Any) -> Employee:
    given: dict[str, Any] = {"kind": "resigned", "noticed_on": None, "reason": "another house", **more}
    return let_go(employee=employee, user=user, last_day=last_day, records=records_of, **given)


def stay(employee: Employee, user: User, reason: str = "stays") -> Employee:
    return withdraw_leaving(employee=employee, user=user, reason=reason, records=records_of)


def test_a_leaving_keeps_day_kind_notice_and_its_trace(staffed: House, hr: User) -> None:
    leave(of(staffed, "A"), hr, date(2026, 11, 30), kind="dismissed", noticed_on=date(2026, 11, 1))
    row = of(staffed, "A")
    assert (row.left_on, row.exit_kind, row.noticed_on) == (date(2026, 11, 30), "dismissed", date(2026, 11, 1))
    last = row.history.latest("history_id")
    assert (last.history_user, last.history_change_reason) == (hr, "another house")


def test_the_payslip_follows(staffed: House, hr: User) -> None:
    run = staffed.run("2026-11")
    leave(of(staffed, "A"), hr, date(2026, 11, 30), kind="dismissed")
    run.month.refresh_from_db()
    assert run.is_stale
    staffed.run("2026-11")
    slip = staffed.current("2026-11").payslips.get(number="A")
    assert (slip.gross, slip.deposit, slip.net, slip.status) == (0, 500, 500, "dismissed")


@pytest.mark.parametrize("kind", ["打卡", "订台", "签送", "违规", "离岗", "奖金", "代扣"])
def test_a_day_before_a_record_is_refused(staffed: House, hr: User, kind: str) -> None:
    """Each kind of record by itself, on the 20th; an amount of a month none of whose days is employed."""
    staffed.bring({"员工": [person("D"), person("E")], "订台": [booking("K9", date(2026, 11, 20), "E")]})
    day, who = date(2026, 11, 20), of(staffed, "D")
    last = date(2026, 10, 31) if kind in ("奖金", "代扣") else date(2026, 11, 19)
    match kind:
        case "打卡":
            who.punches.create(business_day=day)
        case "订台":
            who.bookings.create(venue=staffed.venue, number="K8", business_day=day, state="cancelled")
        case "签送":
            staffed.bring({"签送": [comp("S1", "K9", day, "D")]})
            assert Comp.objects.filter(employee=who).exists()
        case "违规":
            Report.objects.create(venue=staffed.venue, number="V1", employee=who, business_day=day, article="5.F")
        case "离岗":
            who.off_posts.create(business_day=day, left_at=staffed.now)
        case "奖金":
            Bonus.objects.create(employee=who, month=date(2026, 11, 1), reason="x", amount=1)
        case "代扣":
            Withholding.objects.create(employee=who, month=date(2026, 11, 1), kind="advance", amount=1)
    with pytest.raises(Unfit) as told:
        leave(who, hr, last)
    assert told.value.field == "left_on"
    assert of(staffed, "D").left_on is None
    assert leave(who, hr, date(2026, 11, 20)).left_on == day


def test_rests_and_leave_planned_after_the_day_stand_in_no_way(staffed: House, hr: User) -> None:
    of(staffed, "B").rests.create(business_day=date(2026, 11, 28), kind="regular")
    assert leave(of(staffed, "B"), hr, date(2026, 11, 25)).left_on == date(2026, 11, 25)


@pytest.mark.parametrize("last", [date(2026, 10, 31), date(2026, 9, 30)])
def test_a_day_in_or_before_a_locked_month_is_refused(staffed: House, hr: User, last: date) -> None:
    locked(staffed, "2026-10")
    with pytest.raises(MonthLocked):
        leave(of(staffed, "B"), hr, last)
    assert leave(of(staffed, "B"), hr, date(2026, 11, 1)).left_on == date(2026, 11, 1)


def test_a_leaving_of_a_locked_month_is_not_taken_back(staffed: House, hr: User) -> None:
    leave(of(staffed, "B"), hr, date(2026, 10, 15))
    locked(staffed, "2026-10")
    with pytest.raises(MonthLocked):
        stay(of(staffed, "B"), hr)
    assert of(staffed, "B").left_on == date(2026, 10, 15)


def test_who_stays_after_all_is_employed_as_before(staffed: House, hr: User) -> None:
    leave(of(staffed, "B"), hr, date(2026, 11, 15), noticed_on=date(2026, 11, 1))
    run = staffed.run("2026-11")
    stay(of(staffed, "B"), hr)
    row = of(staffed, "B")
    assert (row.left_on, row.exit_kind, row.noticed_on) == (None, "", None)
    run.month.refresh_from_db()
    assert run.is_stale
    with pytest.raises(Refused):
        stay(row, hr)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"last_day": date(2024, 12, 31)}, "left_on"),
        ({"last_day": date(2026, 11, 30), "noticed_on": date(2026, 12, 1)}, "noticed_on"),
        ({"last_day": date(2026, 11, 30), "kind": "fired"}, "exit_kind"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(staffed: House, hr: User, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Unfit) as told:
        leave(of(staffed, "B"), hr, **given)
    assert told.value.field == field


def test_a_leaving_needs_a_reason_and_is_not_ones_own(staffed: House, hr: User) -> None:
    with pytest.raises(Refused):
        leave(of(staffed, "B"), hr, date(2026, 11, 30), reason=" ")
    Employee.objects.filter(number="B").update(user=hr, left_on=date(2026, 11, 30), exit_kind="dismissed")
    for act in (lambda: leave(of(staffed, "B"), hr, date(2026, 12, 31)), lambda: stay(of(staffed, "B"), hr)):
        with pytest.raises(Refused, match="自己"):
            act()
    assert of(staffed, "B").left_on == date(2026, 11, 30)


def test_the_same_leaving_twice_is_entered_once(staffed: House, hr: User) -> None:
    for _ in range(2):
        leave(of(staffed, "B"), hr, date(2026, 11, 30))
    assert of(staffed, "B").history.count() == 2


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({"exit_kind": "resigned", "noticed_on": date(2026, 10, 31)}, 30),
        ({"exit_kind": "resigned", "noticed_on": None}, 0),
        ({"exit_kind": "dismissed", "noticed_on": None}, None),
    ],
)
def test_a_notice_counts_from_its_day_to_the_last(values: dict[str, Any], given: int | None) -> None:
    assert notice_given(Employee(left_on=date(2026, 11, 30), **values)) == given


@pytest.mark.parametrize(
    ("hired", "left", "expected"),
    [
        (date(2026, 11, 21), None, EmploymentStatus.JOINING),
        (date(2026, 11, 20), None, EmploymentStatus.PROBATION),
        (date(2026, 10, 21), None, EmploymentStatus.PROBATION),
        (date(2026, 10, 20), None, EmploymentStatus.ACTIVE),
        (date(2026, 1, 1), date(2026, 11, 20), EmploymentStatus.LEAVING),
        (date(2026, 1, 1), date(2026, 11, 19), EmploymentStatus.LEFT),
    ],
)
def test_where_somebody_stands_on_the_20th(
    staffed: House, hired: date, left: date | None, expected: EmploymentStatus
) -> None:
    policy = policy_of(staffed.venue, NOVEMBER).policy
    assert standing_of(Employee(hired_on=hired, left_on=left), date(2026, 11, 20), policy) == expected
