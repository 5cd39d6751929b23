"""A table is held for a guest: by whom, when, in which turn, and what registers a booking anew (4.3)."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import User
from accounts.permissions import Role
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import TableTaken, book_table, cancel_booking, change_booking, move_booking
from bookings.door.services import confirm_arrival, mark_no_show, reinstate_booking
from bookings.models import Booking
from bookings.selectors import tables_near
from bookings.settlement.services import settle_booking
from customers.models import Customer
from tests import nights
from tests.house import House
from tests.nights import DAY, TABLES, at, employee_of, held, opened, seated, settled, user_of
from tests.pages.looking import somebody
from tests.workbooks import person
from venues.errors import MonthLocked, Refused
from venues.models import Month


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def changed(booking: Booking, user: User, **more: Any) -> Booking:
    stands: dict[str, Any] = {
        "table": booking.table, "guest_name": booking.guest_name, "guest_phone": booking.guest_phone,
        "expected_at": booking.expected_at, "party_size": booking.party_size, "note": booking.note, "now": at(30),
    }  # fmt: skip
    return change_booking(booking=booking, user=user, **(stands | more))


def lock(house: House) -> None:
    Month.objects.update_or_create(
        venue=house.venue, first_day=date(2026, 11, 1), defaults={"state": Month.State.LOCKED}
    )


class TestBooking:
    def test_it_is_registered_at_the_servers_time_in_the_first_turn_with_its_history(self, night: House) -> None:
        booking = held(night, note=" 靠窗 ", tapped_at=at(-1))
        assert (booking.state, booking.turn, booking.registered_at, booking.tapped_at) == ("held", 1, at(0), at(-1))
        assert (booking.number, booking.note) == ("261121-W001", "靠窗")
        trace = booking.history.get()
        assert (trace.history_user, trace.history_type) == (user_of(night, "A"), "+")

    def test_numbers_go_on_within_a_day(self, night: House) -> None:
        later = {"day": DAY + timedelta(1), "expected_at": None}
        found = [held(night, table="A1"), held(night, table="A2")]
        assert [booking.number for booking in found] == ["261121-W001", "261121-W002"]
        assert book(night, table="A1", **later).number == "261122-W001"

    def test_a_guest_with_a_phone_is_known_from_then_on_and_named_once(self, night: House) -> None:
        held(night, table="A1", guest_name="", guest_phone="139-0000 0001")
        held(night, table="A2", guest_name="林先生", guest_phone="13900000001")
        held(night, table="A3", guest_name="别名", guest_phone="13900000001")
        guest = Customer.objects.get()
        assert (guest.name, guest.phone, guest.bookings.count()) == ("林先生", "13900000001", 3)
        held(night, table="B1", guest_phone="")
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize("phone", ["12", "abc", "1390000000a", "1" * 21, "++8613900000000"])
    def test_what_is_no_phone_number_is_refused(self, night: House, phone: str) -> None:
        with pytest.raises(Refused):
            held(night, guest_phone=phone)
        assert not Booking.objects.exists()
        assert not Customer.objects.exists()

    def test_a_table_that_is_not_in_the_plan_is_refused(self, night: House) -> None:
        night.venue.tables.filter(code="A2").update(is_active=False)
        for table in ("X9", "", "a1", "A2"):
            with pytest.raises(Refused):
                held(night, table=table)

    def test_a_day_that_is_over_is_refused_and_tonight_lasts_until_noon(self, night: House) -> None:
        book(night, table="A1", expected_at=None, now=at(15 * 60 + 59))
        with pytest.raises(Refused):
            book(night, table="A2", expected_at=None, now=at(16 * 60))

    def test_an_expected_time_on_another_business_day_is_refused(self, night: House) -> None:
        for minutes in (-8 * 60 - 1, 16 * 60):
            with pytest.raises(Refused):
                held(night, expected_at=at(minutes))
        assert held(night, expected_at=at(16 * 60 - 1)).expected_at

    def test_who_is_not_employed_that_day_books_nothing(self, night: House) -> None:
        night.venue.employees.filter(number="A").update(left_on=date(2026, 11, 20), exit_kind="resigned")
        with pytest.raises(Refused):
            held(night)
        night.venue.employees.filter(number="A").update(left_on=DAY)
        assert held(night).pk

    def test_an_employee_of_another_venue_books_nothing(self, night: House, tmp_path: Path) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person("A")]})
        other.venue.employees.update(user=user_of(night, "A"))
        with pytest.raises(Refused):
            book(night, employee=other.venue.employees.get())

    def test_one_books_for_oneself_and_whoever_seats_guests_for_others(self, night: House) -> None:
        for user in (user_of(night, "B"), somebody(night, Role.HR), somebody(night, None, "stranger")):
            with pytest.raises(Refused):
                book(night, user=user)
        for table, user in (("A1", nights.host(night)), ("A2", nights.floor_manager(night))):
            assert book(night, table=table, user=user).employee.number == "A"

    def test_someone_who_may_book_no_more_does_not(self, night: House) -> None:
        night.venue.memberships.filter(user=user_of(night, "A")).delete()
        with pytest.raises(Refused):
            held(night)

    def test_a_locked_month_is_refused(self, night: House) -> None:
        lock(night)
        with pytest.raises(MonthLocked):
            held(night)

    def test_a_change_makes_the_draft_stale(self, night: House) -> None:
        held(night)
        before = Month.objects.get(venue=night.venue, first_day=date(2026, 11, 1)).revision
        cancel_booking(booking=Booking.objects.get(), user=user_of(night, "A"), reason="x")
        assert Month.objects.get(venue=night.venue, first_day=date(2026, 11, 1)).revision == before + 1


def book(house: House, **more: Any) -> Booking:
    employee = employee_of(house, "A")
    asked: dict[str, Any] = {
        "venue": house.venue, "employee": employee, "user": employee.user, "table": "A1", "day": DAY,
        "guest_name": "林先生", "guest_phone": "", "expected_at": at(60), "party_size": 4, "now": at(0),
    }  # fmt: skip
    return book_table(**(asked | more))


class TestTurns:
    def test_a_held_or_seated_table_is_taken_and_the_nearest_free_ones_are_named(self, night: House) -> None:
        held(night, "A", "A2")
        seated(night, "A", "B1", guest_phone="13900000009")
        for table, near in (("A2", ["A1", "A3", "B2"]), ("B1", ["B2", "A3", "V1"])):
            with pytest.raises(TableTaken) as refused:
                held(night, "B", table)
            assert refused.value.near == near
            assert refused.value.table == table

    def test_nothing_is_offered_where_nothing_is_free(self, night: House) -> None:
        for table in TABLES:
            held(night, "A", table)
        with pytest.raises(TableTaken) as refused:
            held(night, "B", "A1")
        assert refused.value.near == []

    def test_a_settled_table_turns_as_often_as_it_is_settled(self, night: House) -> None:
        assert [settled(night, person).turn for person in "ABC"] == [1, 2, 3]
        assert held(night).turn == 4

    def test_a_cancelled_or_missed_booking_frees_the_table_and_its_turn(self, night: House) -> None:
        settled(night)
        second = held(night)
        cancel_booking(booking=second, user=user_of(night, "A"), reason="x")
        third = held(night)
        mark_no_show(booking=third, user=nights.host(night))
        assert held(night, "B").turn == 2

    def test_a_day_knows_nothing_of_another_and_a_venue_nothing_of_another(self, night: House, tmp_path: Path) -> None:
        held(night)
        assert book(night, day=DAY + timedelta(1), expected_at=None).turn == 1
        other = opened(House(tmp_path, "other"), "X")
        assert held(other, "X").turn == 1

    def test_tables_of_the_same_kind_are_nearer_than_those_beside(self, night: House) -> None:
        night.venue.tables.filter(code="B1").update(kind="table")
        assert tables_near(night.venue, "A3", DAY, most=6) == ["A2", "B1", "A1", "B2", "V1"]
        assert tables_near(night.venue, "X9", DAY, most=2) == ["A1", "A2"]


class TestChanging:
    @pytest.mark.parametrize(
        ("before", "after", "is_anew"),
        [
            ({"guest_phone": ""}, {"guest_phone": "13900000001"}, True),
            ({"guest_name": ""}, {"guest_name": "林先生"}, True),
            ({}, {"guest_phone": "13900000001"}, True),
            ({}, {"guest_phone": ""}, True),
            ({}, {"guest_phone": "139 0000-0000"}, False),
            ({}, {"guest_name": "林嘉怡"}, False),
            ({}, {"guest_name": ""}, False),
            ({}, {"table": "A2"}, False),
            ({}, {"expected_at": at(90)}, False),
            ({}, {"expected_at": None}, False),
            ({}, {"party_size": 9, "note": "生日"}, False),
        ],
    )
    def test_what_was_missing_or_another_phone_registers_it_anew(
        self, night: House, before: dict[str, Any], after: dict[str, Any], is_anew: bool
    ) -> None:
        booking = changed(held(night, **before), user_of(night, "A"), **after)
        booking.refresh_from_db()
        assert booking.registered_at == (at(30) if is_anew else at(0))
        for name, value in after.items():
            assert getattr(booking, name) == (value.replace(" ", "").replace("-", "") if "phone" in name else value)

    def test_another_phone_is_another_guest(self, night: House) -> None:
        booking = changed(held(night), user_of(night, "A"), guest_name="陈生", guest_phone="13911111111")
        assert booking.customer is not None
        assert booking.customer.name == "陈生"
        assert changed(booking, user_of(night, "A"), guest_phone="").customer is None

    def test_a_table_that_is_taken_is_refused_and_nothing_is_changed(self, night: House) -> None:
        booking = held(night)
        held(night, "B", "A2")
        with pytest.raises(TableTaken):
            changed(booking, user_of(night, "A"), table="A2", note="x")
        booking.refresh_from_db()
        assert (booking.table, booking.note) == ("A1", "")

    def test_who_changes_it_stands_in_the_history(self, night: House) -> None:
        booking = changed(held(night), nights.host(night), note="x")
        assert booking.history.latest("history_id").history_user == nights.host(night)

    def test_a_time_of_another_day_nonsense_as_a_phone_and_a_locked_month_are_refused(self, night: House) -> None:
        booking = held(night)
        for more in ({"expected_at": at(16 * 60)}, {"guest_phone": "x"}, {"table": "X9"}):
            with pytest.raises(Refused):
                changed(booking, user_of(night, "A"), **more)
        lock(night)
        with pytest.raises(MonthLocked):
            changed(booking, user_of(night, "A"), note="x")

    def test_what_is_not_held_is_not_changed_or_cancelled(self, night: House) -> None:
        gone = held(night, "A", "A3")
        cancel_booking(booking=gone, user=user_of(night, "A"), reason="x")
        for booking in (seated(night), settled(night, "A", "A2", guest_phone=""), gone):
            with pytest.raises(Refused):
                changed(booking, user_of(night, "A"), note="x")
            with pytest.raises(Refused):
                cancel_booking(booking=booking, user=user_of(night, "A"), reason="x")

    def test_somebody_else_changes_cancels_and_moves_nothing(self, night: House) -> None:
        booking = held(night)
        for user in (user_of(night, "B"), somebody(night, Role.HR), somebody(night, Role.OWNER)):
            with pytest.raises(Refused):
                changed(booking, user, note="x")
            with pytest.raises(Refused):
                cancel_booking(booking=booking, user=user, reason="x")
            with pytest.raises(Refused):
                move_booking(booking=booking, user=user, table="A2")


class TestCancellingAndMoving:
    def test_a_cancellation_needs_a_reason_which_is_kept(self, night: House) -> None:
        booking = held(night)
        with pytest.raises(Refused):
            cancel_booking(booking=booking, user=user_of(night, "A"), reason=" ")
        cancel_booking(booking=booking, user=user_of(night, "A"), reason=" 客人改期 ")
        booking.refresh_from_db()
        assert (booking.state, booking.turn) == ("cancelled", None)
        assert booking.history.latest("history_id").history_change_reason == "客人改期"

    def test_seated_guests_move_and_settled_ones_do_not(self, night: House) -> None:
        booking = seated(night)
        moved = move_booking(booking=booking, user=nights.host(night), table="A2")
        assert (moved.table, moved.turn, moved.state) == ("A2", 1, "arrived")
        assert moved.history.latest("history_id").history_change_reason == "A1 → A2"
        assert held(night, "B", "A1").turn == 1
        with pytest.raises(TableTaken):
            move_booking(booking=booking, user=nights.host(night), table="A1")
        settle_booking(booking=moved, user=nights.floor_manager(night), amount=Decimal(100))
        with pytest.raises(Refused):
            move_booking(booking=moved, user=nights.host(night), table="A3")

    def test_moving_to_where_it_is_changes_nothing(self, night: House) -> None:
        booking = held(night)
        assert move_booking(booking=booking, user=user_of(night, "A"), table="A1").history.count() == 1


# --- whatever is called, in whatever order -----------------------------------------------------------------
_ACT = st.tuples(
    st.sampled_from(["book", "move", "change", "cancel", "announce", "confirm", "no-show", "settle", "reinstate"]),
    st.integers(0, 9),
    st.sampled_from(TABLES[:3]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ACT, min_size=3, max_size=25))
def test_no_table_has_two_live_bookings_in_a_turn_whatever_is_called(
    night: House, acts: list[tuple[str, int, str]]
) -> None:
    """Each example begins without bookings."""
    Booking.objects.all().delete()
    made: list[Booking] = []
    for act, place, table in acts:
        with suppress(Refused):
            do(night, act, made, place, table)
        check(night)


def do(house: House, act: str, made: list[Booking], place: int, table: str) -> None:
    host, floor, own = nights.host(house), nights.floor_manager(house), user_of(house, "A")
    if act == "book" or not made:
        made.append(held(house, "A", table, guest_phone=""))
        return
    booking = made[place % len(made)]
    match act:
        case "move":
            move_booking(booking=booking, user=host, table=table)
        case "change":
            booking.refresh_from_db()
            changed(booking, own, table=table)
        case "cancel":
            cancel_booking(booking=booking, user=own, reason="x")
        case "announce":
            announce_arrival(booking=booking, user=own, now=at(50))
        case "confirm":
            confirm_arrival(booking=booking, user=host, now=at(60 + place))
        case "no-show":
            mark_no_show(booking=booking, user=host)
        case "settle":
            settle_booking(booking=booking, user=floor, amount=Decimal(100))
        case "reinstate":
            reinstate_booking(booking=booking, user=host, reason="x")


def check(house: House) -> None:
    live: dict[str, list[Booking]] = {}
    for booking in Booking.objects.filter(venue=house.venue).order_by("turn"):
        if booking.state == "held":
            assert booking.turn is not None
        if booking.state in ("cancelled", "no_show"):
            assert booking.turn is None
        if booking.turn is not None:
            live.setdefault(booking.table, []).append(booking)
    for bookings in live.values():
        assert len({booking.turn for booking in bookings}) == len(bookings)
        assert all(booking.spend is not None for booking in bookings[:-1]), "only the last turn is not settled"
