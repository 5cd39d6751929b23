"""4.4: a manager reassigns a booking to its rightful owner; its sales move, comps given before stay."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from bookings.booking.services.reassignments import reassign_booking
from bookings.models import Booking
from tests.house import House
from tests.workbooks import booking, comp, person, punch
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role
from violations.models import Penalty
from workbook.faults import Faulty

DAY = date(2026, 9, 3)


@pytest.fixture(scope="module")
def poached(kept_house: House) -> House:
    kept_house.bring({
        "员工": [person("A"), person("B"), person("C", 离职日期=date(2026, 9, 2), 离职类型="辞职")],
        "打卡": [punch(DAY, "A"), punch(DAY, "B")],
        "订台": [booking("B1", DAY, "A")],
        "签送": [comp("C1", "B1", DAY, "A", 依据="每日", 金额=38)],
    })  # fmt: skip
    return kept_house


@pytest.fixture
def manager(poached: House) -> User:
    user = User.objects.create(username="floor")
    grant_role(venue=poached.venue, user=user, role=Role.FLOOR_MANAGER)
    return user


def hand_over(house: House, user: User, to: str = "B", **more: Any) -> None:
    options = {"now": house.now, "reason": "B 的老客户", **more}
    reassign_booking(booking=Booking.objects.get(), to=house.venue.employees.get(number=to), user=user, **options)


def test_sales_move_and_comps_given_before_are_no_violation(poached: House, manager: User) -> None:
    hand_over(poached, manager)
    poached.run("2026-09")
    figures = poached.figures("2026-09")
    assert (figures["A"]["计入业绩"], figures["B"]["计入业绩"]) == ("0.00", "1000.00")
    assert not Penalty.objects.filter(article="3.2").exists()


def test_it_leaves_a_trace_and_makes_the_draft_stale(poached: House, manager: User) -> None:
    poached.run("2026-09")
    hand_over(poached, manager)
    assert poached.current("2026-09").is_stale
    trace = Booking.history.latest("history_id")
    assert (trace.history_user, trace.history_change_reason, trace.employee.number) == (manager, "B 的老客户", "B")


def test_a_daily_comp_after_it_is_on_somebody_elses_table(poached: House, manager: User) -> None:
    hand_over(poached, manager, now=poached.now - timedelta(days=3650))
    poached.run("2026-09")
    assert Penalty.objects.get(article="3.2").basis["breach"] == "not_own_table"


def test_the_same_file_again_leaves_it_with_its_rightful_owner(poached: House, manager: User) -> None:
    hand_over(poached, manager)
    counts = poached.bring({"订台": [booking("B1", DAY, "A")]}).counts["订台"]
    assert counts == (0, 0, 1)
    assert Booking.objects.get().employee.number == "B"


def test_a_file_that_gives_it_to_a_third_is_told_whose_it_is(poached: House, manager: User) -> None:
    hand_over(poached, manager)
    poached.bring({"员工": [person("D")]})
    with pytest.raises(Faulty) as refusal:
        poached.bring({"订台": [booking("B1", DAY, "D")]})
    (fault,) = refusal.value.faults
    assert (fault.sheet, fault.row, fault.heading) == ("订台", 2, "工号")
    assert "B" in fault.message


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST, Role.HR])
def test_only_a_floor_manager_does_it(poached: House, role: Role) -> None:
    user = User.objects.create(username="other")
    grant_role(venue=poached.venue, user=user, role=role)
    with pytest.raises(Refused):
        hand_over(poached, user)


def test_nobody_decides_on_their_own_booking(poached: House, manager: User) -> None:
    poached.venue.employees.filter(number="B").update(user=manager)
    with pytest.raises(Refused):
        hand_over(poached, manager)


def test_not_to_somebody_not_employed_nor_without_reason_nor_to_the_same(poached: House, manager: User) -> None:
    for options in ({"to": "C"}, {"reason": " "}, {"to": "A"}):
        with pytest.raises(Refused):
            hand_over(poached, manager, **options)


def test_not_in_a_locked_month(poached: House, manager: User) -> None:
    Month.objects.update(state=Month.State.LOCKED)
    with pytest.raises(MonthLocked):
        hand_over(poached, manager)
