"""A table still held and somebody still away: nothing while the night lasts, an exception once its day has ended."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from attendance.models import OffPost
from bookings.booking.services.holds import book_table
from bookings.door.services import confirm_arrival, mark_no_show
from bookings.models import Booking, Table
from bookings.settlement.services import settle_booking
from commissions.engine.as_of_now import Today, pay_today
from commissions.errors import StillOpen
from commissions.selectors import exceptions_of
from comps.models import Comp
from rulebook.calendar import CalendarMonth, days_between
from rulebook.pay import ExceptionKind
from tests.house import AFTER, House
from tests.pages.looking import somebody
from tests.workbooks import person, punch
from venues.services import count_change
from violations.models import Penalty, Report

MONTH = CalendarMonth(2026, 9)
LAST = MONTH.last
EVENING = datetime(2026, 9, 30, 12, tzinfo=UTC)
"""20:00 of the last night of September at the venue."""
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    """A and B at work all September; A holds table A1 tonight."""
    days = list(days_between(MONTH.first, MONTH.last))
    kept_house.now = EVENING
    punches = [punch(day, number) for number in "AB" for day in days]
    kept_house.bring({"员工": [person("A"), person("B")], "打卡": punches})
    Table.objects.create(venue=kept_house.venue, code="A1", kind=Table.Kind.BOOTH, seats=6, column=1, row=1)
    user = somebody(kept_house, Role.ACCOUNT_MANAGER, "user-A")
    kept_house.venue.employees.filter(number="A").update(user=user)
    book_table(
        venue=kept_house.venue, employee=of(kept_house, "A"), user=user, table="A1", day=LAST, guest_name="林先生",
        guest_phone="13900000000", expected_at=EVENING + HOUR, party_size=4, now=EVENING,
    )  # fmt: skip
    return kept_house


@pytest.fixture
def floor(night: House) -> User:
    return somebody(night, Role.FLOOR_MANAGER)


def of(house: House, number: str) -> Any:
    return house.venue.employees.get(number=number)


def held() -> Booking:
    return Booking.objects.get()


def arrives(floor: User, spend: str) -> None:
    confirm_arrival(booking=held(), user=floor, now=EVENING + HOUR)
    settle_booking(booking=held(), user=floor, amount=Decimal(spend))


def changed(house: House) -> None:
    """What services do after they have written a fact."""
    count_change(house.venue, [MONTH])


def away(house: House, number: str) -> OffPost:
    found = OffPost.objects.create(employee=of(house, number), business_day=LAST, left_at=EVENING + HOUR)
    changed(house)
    return found


def comp(house: House, number: str, **more: Any) -> Comp:
    values = {
        "venue": house.venue, "number": number, "booking": held(), "business_day": LAST, "employee": of(house, "A"),
        "category": "snack", "amount": "38", "ground": "daily", "given_at": EVENING + 2 * HOUR, **more,
    }  # fmt: skip
    changed(house)
    return Comp.objects.create(**values)


def today(house: House, number: str = "A", now: datetime = EVENING) -> Today:
    found = pay_today(house.venue, of(house, number), now=now)
    assert found is not None
    return found


def fines(house: House, article: str) -> list[Decimal]:
    house.run(str(MONTH))
    rows = Penalty.objects.filter(article=article, state="charged").order_by("source")
    return list(rows.values_list("amount", flat=True))


def test_tonight_a_held_table_counts_nothing_and_nothing_is_to_settle(night: House) -> None:
    away(night, "A")
    found = today(night)
    assert [(sale.amount, sale.reasons) for sale in found.sales] == [(0, ("held",))]
    assert found.payslip.open == ()
    assert found.payslip.sales == 0
    night.run(str(MONTH))
    assert exceptions_of(night.current(str(MONTH))) == []


def test_once_its_day_has_ended_both_stand_in_the_way_of_the_lock_and_say_what_settles_them(
    night: House, floor: User
) -> None:
    gone = away(night, "B")
    night.now = AFTER
    night.run(str(MONTH))
    with pytest.raises(StillOpen) as refusal:
        night.lock(str(MONTH))
    first, second = refusal.value.exceptions
    assert first.startswith("A 员工A 2026-09-30")
    assert held().number in first
    assert second.startswith("B 员工B 2026-09-30")
    assert "21:00" in second
    kinds = [item.kind for item in exceptions_of(night.current(str(MONTH)))]
    assert kinds == [ExceptionKind.HELD, ExceptionKind.AWAY]

    mark_no_show(booking=held(), user=floor)
    OffPost.objects.filter(pk=gone.pk).update(returned_at=gone.left_at + HOUR)
    changed(night)
    night.run(str(MONTH))
    assert fines(night, "4.6") == [Decimal(50)]
    night.lock(str(MONTH))


def test_the_noon_after_is_when_it_becomes_one(night: House) -> None:
    noon = datetime(2026, 10, 1, 4, tzinfo=UTC)
    for moment, open_now in ((noon - timedelta(seconds=1), []), (noon, ["held"])):
        night.now = moment
        night.run(str(MONTH))
        assert [item.kind for item in exceptions_of(night.current(str(MONTH)))] == open_now


def test_a_confirmed_arrival_that_is_settled_counts_and_settles_it(night: House, floor: User) -> None:
    arrives(floor, "2680")
    assert today(night).payslip.sales == Decimal("2680.00")
    night.now = AFTER
    night.run(str(MONTH))
    night.lock(str(MONTH))


class TestComps:
    def test_those_on_a_held_table_wait_even_after_the_day(self, night: House) -> None:
        comp(night, "C1")
        comp(night, "C2", ground="spend", amount="500")
        night.now = AFTER
        assert fines(night, "3.2") == []

    def test_alcohol_is_wrong_whatever_comes_of_the_table(self, night: House) -> None:
        comp(night, "C1", category="alcohol", amount="100")
        night.now = AFTER
        assert fines(night, "3.2") == [Decimal(200)]

    def test_a_no_show_makes_them_violations_whole(self, night: House, floor: User) -> None:
        comp(night, "C1")
        comp(night, "C2", ground="spend", amount="500")
        mark_no_show(booking=held(), user=floor)
        night.now = AFTER
        assert fines(night, "3.2") == [Decimal(76), Decimal(1000)]

    def test_an_arrival_allows_the_daily_one_and_five_percent(self, night: House, floor: User) -> None:
        comp(night, "C1")
        comp(night, "C2", ground="spend", amount="500")
        arrives(floor, "2680")
        night.now = AFTER
        assert fines(night, "3.2") == [(Decimal(500) - Decimal(134)) * 2]


class TestPoaching:
    @pytest.fixture(autouse=True)
    def reported(self, night: House) -> None:
        Report.objects.create(
            venue=night.venue, number="V1", employee=of(night, "B"), business_day=LAST, article="4.4", booking=held()
        )
        changed(night)

    def test_on_a_held_table_it_waits(self, night: House) -> None:
        night.now = AFTER
        assert fines(night, "4.4") == []
        assert [item.kind for item in exceptions_of(night.current(str(MONTH)))] == [ExceptionKind.HELD]

    def test_it_costs_twice_what_the_table_spends_at_last(self, night: House, floor: User) -> None:
        arrives(floor, "2680")
        night.now = AFTER
        assert fines(night, "4.4") == [Decimal(5360)]

    def test_where_the_guest_never_came_it_costs_nothing(self, night: House, floor: User) -> None:
        mark_no_show(booking=held(), user=floor)
        night.now = AFTER
        assert fines(night, "4.4") == [Decimal(0)]

    def test_on_a_table_held_in_a_later_month_it_holds_this_one_open(self, night: House) -> None:
        Booking.objects.update(business_day=date(2026, 10, 3))
        changed(night)
        night.now = AFTER
        assert fines(night, "4.4") == []
        kinds = [item.kind for item in exceptions_of(night.current(str(MONTH)))]
        assert kinds == [ExceptionKind.POACHING_WAITS]
