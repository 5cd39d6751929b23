"""What the close of a night lists as open, and what it does not decide by itself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from attendance.models import Leave, OffPost, Punch, Rest
from bookings.booking.services.announcements import announce_arrival
from comps.services import ask_comp
from dashboards.night_close.services import closing_of
from dashboards.tonight.selectors import board_of, stamp_of
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, item, opened, seated, user_of
from tests.pages.looking import at as address_of, signed_in, text_of

END = 360


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def post(house: House, minute: int, **data: Any) -> Any:
    with time_machine.travel(at(minute), tick=False):
        return signed_in(floor_manager(house), "en").post(
            address_of(house, "close_night_of", DAY), {"reason": "closing", **data}, follow=True
        )


def test_who_is_away_on_a_rest_day_is_listed_as_it_holds_the_lock(night: House) -> None:
    person = employee_of(night, "A")
    Rest.objects.create(employee=person, business_day=DAY, kind="regular")
    OffPost.objects.create(employee=person, business_day=DAY, left_at=at(100))
    assert [one.employee for one in closing_of(night.venue, DAY).away] == [person]


def test_one_side_of_a_day_of_valid_leave_is_not_open(night: House) -> None:
    person = employee_of(night, "A")
    Leave.objects.create(
        employee=person, kind="personal", first_day=DAY, last_day=DAY, requested_at=at(-600), approver="王经理"
    )
    Punch.objects.create(employee=person, business_day=DAY, arrived_at=at(-5))
    closing = closing_of(night.venue, DAY)
    assert closing.punches == []
    assert person not in closing.absent


def test_a_guest_nobody_announced_came_at_a_stated_time_not_at_the_close(night: House) -> None:
    booking = held(night)
    assert "State the time" in text_of(post(night, END, what="arrived", pk=booking.pk))
    booking.refresh_from_db()
    assert booking.state == "held"
    post(night, END, what="arrived", pk=booking.pk, at="20:05")
    booking.refresh_from_db()
    assert booking.arrived_at == at(5)


def test_a_guest_who_was_announced_came_then(night: House) -> None:
    booking = announce_arrival(booking=held(night), user=user_of(night, "A"), now=at(50))
    post(night, END, what="arrived", pk=booking.pk)
    booking.refresh_from_db()
    assert booking.arrived_at == at(50)


def test_nobody_is_sent_home_before_the_shift_ends(night: House) -> None:
    punch = Punch.objects.create(employee=employee_of(night, "A"), business_day=DAY, arrived_at=at(-5))
    post(night, END - 1, what="out_all")
    punch.refresh_from_db()
    assert punch.left_at is None


def test_a_return_is_not_stated_before_it_happens(night: House) -> None:
    away = OffPost.objects.create(employee=employee_of(night, "A"), business_day=DAY, left_at=at(100))
    post(night, 110, what="back", pk=away.pk, at="22:30")
    away.refresh_from_db()
    assert away.returned_at is None


@pytest.mark.parametrize("ground", ["spend", "daily"])
def test_a_comp_of_another_night_is_not_measured_with_this_nights_tables(night: House, ground: str) -> None:
    booking = seated(night, tab="3389.00")
    ask_comp(booking=booking, item=item(night, "花生"), ground=ground, user=user_of(night, "A"), now=at(99))
    later = DAY + timedelta(1)
    [one] = board_of(
        night.venue, later, stamp=stamp_of(night.venue, later), user=floor_manager(night), now=at(1500)
    ).waiting
    assert one.figures == []
