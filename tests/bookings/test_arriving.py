"""Guests arrive: announced by whom they come for, confirmed by somebody else, at the server's time (4.3)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import TableTaken, cancel_booking
from bookings.door.services import confirm_arrival, correct_arrival, mark_no_show, reinstate_booking, seat_walk_in
from bookings.eligibility.display import as_rule_sees
from bookings.models import Booking
from rulebook.calendar import CalendarMonth
from rulebook.sales import NotCounted, rule_sale
from tests import nights
from tests.house import House
from tests.nights import at, employee_of, held, host, opened, seated, settled, user_of
from tests.pages.looking import somebody
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.selectors import policy_of
from venues.services import grant_role


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def a_host_too(house: House, number: str) -> User:
    """An account manager who also seats guests."""
    user = user_of(house, number)
    grant_role(venue=house.venue, user=user, role=Role.HOST)
    return user


ACTS: dict[str, Callable[[Booking, User], Any]] = {
    "confirm": lambda booking, user: confirm_arrival(booking=booking, user=user, now=at(60)),
    "correct": lambda booking, user: correct_arrival(booking=booking, user=user, now=at(70), at=at(65), reason="x"),
    "no-show": lambda booking, user: mark_no_show(booking=booking, user=user),
    "reinstate": lambda booking, user: reinstate_booking(booking=booking, user=user, reason="x"),
}


def ready(house: House, act: str, number: str = "A") -> Booking:
    """A booking at which the act would succeed."""
    if act == "correct":
        return seated(house, number)
    booking = held(house, number)
    return mark_no_show(booking=booking, user=host(house)) if act == "reinstate" else booking


@pytest.mark.parametrize("act", ACTS)
class TestEveryActAtTheDoor:
    def test_nobody_decides_on_the_own_booking(self, night: House, act: str) -> None:
        booking, own = ready(night, act), a_host_too(night, "A")
        before = booking.state
        with pytest.raises(Refused):
            ACTS[act](booking, own)
        booking.refresh_from_db()
        assert booking.state == before

    def test_a_colleague_at_the_door_may(self, night: House, act: str) -> None:
        ACTS[act](ready(night, act), a_host_too(night, "B"))

    def test_who_seats_no_guests_may_not(self, night: House, act: str) -> None:
        booking = ready(night, act)
        for user in (user_of(night, "B"), somebody(night, Role.HR), somebody(night, Role.OWNER)):
            with pytest.raises(Refused):
                ACTS[act](booking, user)

    def test_a_locked_month_is_refused(self, night: House, act: str) -> None:
        booking = ready(night, act)
        Month.objects.filter(venue=night.venue, first_day=date(2026, 11, 1)).update(state=Month.State.LOCKED)
        with pytest.raises(MonthLocked):
            ACTS[act](booking, host(night))

    def test_who_did_it_stands_in_the_history(self, night: House, act: str) -> None:
        booking = ready(night, act)
        ACTS[act](booking, host(night))
        assert booking.history.latest("history_id").history_user == host(night)

    def test_at_another_point_of_its_life_it_is_refused(self, night: House, act: str) -> None:
        gone = held(night, "A", "A3", guest_phone="")
        cancel_booking(booking=gone, user=user_of(night, "A"), reason="x")
        others = {
            "held": held(night, "A", "B1"),
            "arrived": seated(night, "A", "B2", guest_phone=""),
            "cancelled": gone,
        }
        possible = {
            "confirm": {"held"}, "correct": {"arrived"}, "no-show": {"held"}, "reinstate": {"cancelled", "arrived"},
        }[act]  # fmt: skip
        for state, booking in others.items():
            if state not in possible:
                with pytest.raises(Refused):
                    ACTS[act](booking, host(night))


class TestAnnouncing:
    def test_the_first_announcement_stands(self, night: House) -> None:
        booking, own = held(night), user_of(night, "A")
        announce_arrival(booking=booking, user=own, now=at(55))
        assert announce_arrival(booking=booking, user=own, now=at(58)).announced_at == at(55)
        assert booking.history.count() == 2

    def test_a_colleague_announces_nothing_and_the_door_may(self, night: House) -> None:
        booking = held(night)
        with pytest.raises(Refused):
            announce_arrival(booking=booking, user=user_of(night, "B"), now=at(55))
        assert announce_arrival(booking=booking, user=host(night), now=at(55)).announced_at == at(55)

    def test_on_its_own_night_alone(self, night: House) -> None:
        booking = held(night)
        for minutes in (-8 * 60 - 1, 16 * 60):
            with pytest.raises(Refused):
                announce_arrival(booking=booking, user=user_of(night, "A"), now=at(minutes))

    def test_guests_who_are_seated_are_not_announced(self, night: House) -> None:
        with pytest.raises(Refused):
            announce_arrival(booking=seated(night), user=user_of(night, "A"), now=at(62))


class TestConfirming:
    def test_the_arrival_is_the_servers_time(self, night: House) -> None:
        booking = confirm_arrival(booking=held(night), user=host(night), now=at(60))
        assert (booking.state, booking.arrived_at, booking.confirmed_by) == ("arrived", at(60), host(night))

    def test_guests_who_were_announced_came_when_they_were_announced(self, night: House) -> None:
        booking = held(night)
        announce_arrival(booking=booking, user=user_of(night, "A"), now=at(50))
        assert confirm_arrival(booking=booking, user=host(night), now=at(60)).arrived_at == at(50)

    def test_another_time_needs_a_reason(self, night: House) -> None:
        booking = held(night)
        with pytest.raises(Refused):
            confirm_arrival(booking=booking, user=host(night), now=at(60), at=at(40), reason=" ")
        confirm_arrival(booking=booking, user=host(night), now=at(60), at=at(40), reason="排队")
        booking.refresh_from_db()
        assert booking.arrived_at == at(40)
        assert booking.history.latest("history_id").history_change_reason == "排队"

    def test_a_time_ahead_or_of_another_night_is_refused(self, night: House) -> None:
        booking = held(night)
        for moment in (at(61), at(-8 * 60 - 1)):
            with pytest.raises(Refused):
                confirm_arrival(booking=booking, user=host(night), now=at(60), at=moment, reason="x")
        with pytest.raises(Refused):
            confirm_arrival(booking=booking, user=host(night), now=at(16 * 60))

    @pytest.mark.parametrize(("seconds", "counts"), [(599, False), (600, True)])
    def test_registered_ten_minutes_ahead_it_counts_and_a_second_less_does_not(
        self, night: House, seconds: int, counts: bool
    ) -> None:
        booking = confirm_arrival(booking=held(night), user=host(night), now=at(0) + nights.timedelta(seconds=seconds))
        policy = policy_of(night.venue, CalendarMonth(2026, 11)).policy
        late = NotCounted.REGISTERED_LATE in rule_sale(as_rule_sees(booking), (), policy).reasons
        assert late is not counts


class TestCorrecting:
    def test_it_needs_a_reason_and_a_time_that_was(self, night: House) -> None:
        booking = seated(night)
        for moment, reason in ((at(50), " "), (at(71), "x"), (at(-8 * 60 - 1), "x")):
            with pytest.raises(Refused):
                correct_arrival(booking=booking, user=host(night), now=at(70), at=moment, reason=reason)
        correct_arrival(booking=booking, user=host(night), now=at(70), at=at(50), reason="记错")
        booking.refresh_from_db()
        assert booking.arrived_at == at(50)
        assert booking.history.latest("history_id").history_change_reason == "记错"


class TestTakingBack:
    def test_it_is_held_again_with_its_registration_where_its_table_is_free(self, night: House) -> None:
        booking = mark_no_show(booking=held(night), user=host(night))
        back = reinstate_booking(booking=booking, user=host(night), reason="还是来了")
        assert (back.state, back.turn, back.registered_at) == ("held", 1, at(0))

    def test_a_table_given_away_is_taken(self, night: House) -> None:
        booking = mark_no_show(booking=held(night), user=host(night))
        held(night, "B")
        with pytest.raises(TableTaken):
            reinstate_booking(booking=booking, user=host(night), reason="x")

    def test_after_a_settled_turn_it_is_the_second(self, night: House) -> None:
        booking = mark_no_show(booking=held(night), user=host(night))
        settled(night, "B")
        assert reinstate_booking(booking=booking, user=host(night), reason="x").turn == 2

    def test_it_needs_a_reason(self, night: House) -> None:
        booking = mark_no_show(booking=held(night), user=host(night))
        with pytest.raises(Refused):
            reinstate_booking(booking=booking, user=host(night), reason="")


class TestWalkingIn:
    def seat(self, house: House, user: User, **more: Any) -> Booking:
        asked: dict[str, Any] = {
            "venue": house.venue, "employee": employee_of(house, "A"), "user": user, "table": "A1",
            "guest_name": "散客", "guest_phone": "13900000000", "party_size": 2, "now": at(60),
        }  # fmt: skip
        return seat_walk_in(**(asked | more))

    def test_they_sit_at_once_and_do_not_count(self, night: House) -> None:
        booking = self.seat(night, host(night))
        assert (booking.state, booking.registered_at, booking.arrived_at) == ("arrived", at(60), at(60))
        policy = policy_of(night.venue, CalendarMonth(2026, 11)).policy
        assert NotCounted.REGISTERED_LATE in rule_sale(as_rule_sees(booking), (), policy).reasons

    def test_nobody_seats_them_on_the_own_name_and_only_the_door_seats(self, night: House) -> None:
        for user in (a_host_too(night, "A"), user_of(night, "B")):
            with pytest.raises(Refused):
                self.seat(night, user)
        assert not Booking.objects.exists()

    def test_a_taken_table_is_refused(self, night: House) -> None:
        held(night)
        with pytest.raises(TableTaken):
            self.seat(night, host(night))


def test_an_arrival_confirmed_by_a_wrong_tap_is_taken_back_with_a_reason(house: House) -> None:
    opened(house)
    booking = seated(house, "A", "A1")
    with pytest.raises(Refused):
        reinstate_booking(booking=booking, user=host(house), reason=" ")
    again = reinstate_booking(booking=booking, user=host(house), reason="点错了")
    assert (again.state, again.turn, again.arrived_at, again.confirmed_by) == ("held", 1, None, None)
    assert again.history.latest("history_id").history_change_reason == "点错了"
    assert confirm_arrival(booking=again, user=host(house), now=at(90)).arrived_at == at(90)


@pytest.mark.parametrize("more", [{"tab": "100"}, {}])
def test_a_table_that_has_spent_is_not_taken_back(house: House, more: dict[str, str]) -> None:
    opened(house)
    booking = seated(house, "A", "A1", **more) if more else settled(house, "A", "A1")
    with pytest.raises(Refused):
        reinstate_booking(booking=booking, user=host(house), reason="点错了")
