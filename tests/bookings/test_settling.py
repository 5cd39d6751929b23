"""What guests spend is stated by the floor manager, never by whom the booking stands for."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from bookings.models import Booking
from bookings.settlement.services import settle_booking, state_tab
from tests.house import House
from tests.nights import floor_manager, held, host, opened, seated, settled, user_of
from tests.pages.looking import somebody
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role

STATE: dict[str, Callable[..., Booking]] = {"tab": state_tab, "spend": settle_booking}


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


@pytest.mark.parametrize("name", STATE)
class TestTabAndSpend:
    def test_it_is_kept_with_who_stated_it(self, night: House, name: str) -> None:
        booking = seated(night)
        STATE[name](booking=booking, user=floor_manager(night), amount=Decimal("1280.50"))
        booking.refresh_from_db()
        assert getattr(booking, name) == Decimal("1280.50")
        assert booking.history.latest("history_id").history_user == floor_manager(night)

    def test_only_the_floor_manager_and_hr_state_it(self, night: House, name: str) -> None:
        booking = seated(night)
        for user in (host(night), user_of(night, "A"), user_of(night, "B"), somebody(night, Role.OWNER)):
            refused(STATE[name], booking, user)
        STATE[name](booking=booking, user=somebody(night, Role.HR), amount=Decimal(1))

    def test_nobody_states_it_of_the_own_booking(self, night: House, name: str) -> None:
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.FLOOR_MANAGER)
        refused(STATE[name], seated(night), own)
        STATE[name](booking=seated(night, "B", "A2", guest_phone=""), user=own, amount=Decimal(1))

    def test_guests_who_have_not_come_spend_nothing(self, night: House, name: str) -> None:
        refused(STATE[name], held(night), floor_manager(night))

    def test_amounts_are_not_negative_and_nothing_is_an_amount(self, night: House, name: str) -> None:
        booking = seated(night)
        refused(STATE[name], booking, floor_manager(night), Decimal("-0.01"))
        STATE[name](booking=booking, user=floor_manager(night), amount=Decimal(0))

    def test_a_locked_month_is_refused(self, night: House, name: str) -> None:
        booking = seated(night)
        Month.objects.filter(venue=night.venue, first_day=date(2026, 11, 1)).update(state=Month.State.LOCKED)
        with pytest.raises(MonthLocked):
            STATE[name](booking=booking, user=floor_manager(night), amount=Decimal(1))


def refused(state: Callable[..., Booking], booking: Booking, user: User, amount: Decimal = Decimal(1)) -> None:
    with pytest.raises(Refused):
        state(booking=booking, user=user, amount=amount)
    booking.refresh_from_db()
    assert (booking.tab, booking.spend) == (None, None)


def test_the_same_amount_again_changes_nothing_and_another_needs_a_reason(night: House) -> None:
    booking, floor = settled(night), floor_manager(night)
    count = booking.history.count()
    settle_booking(booking=booking, user=floor, amount=Decimal("1000.00"))
    assert booking.history.count() == count
    with pytest.raises(Refused):
        settle_booking(booking=booking, user=floor, amount=Decimal(900), reason=" ")
    settle_booking(booking=booking, user=floor, amount=Decimal(900), reason="退酒")
    booking.refresh_from_db()
    assert booking.spend == Decimal(900)
    assert booking.history.latest("history_id").history_change_reason == "退酒"


def test_a_settled_table_has_no_tab_any_more(night: House) -> None:
    booking = settled(night, tab="500")
    with pytest.raises(Refused):
        state_tab(booking=booking, user=floor_manager(night), amount=Decimal(600))
    booking.refresh_from_db()
    assert booking.tab == Decimal(500)


def test_settled_it_counts_on_the_payroll_of_whom_it_stands_for(house: House) -> None:
    opened(house)
    settled(house, "A", spend="3389")
    held(house, "B", "A2")
    house.run("2026-11")
    figures: Any = house.figures("2026-11")
    assert (figures["A"]["计入业绩"], figures["B"]["计入业绩"]) == ("3389.00", "0.00")
