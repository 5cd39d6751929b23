"""From when a booking counts: what registers it anew, what is forgotten with a booking taken back (4.3)."""

from datetime import timedelta

import pytest
import time_machine

from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import change_booking
from bookings.door.services import confirm_arrival, mark_no_show, reinstate_booking
from bookings.models import Booking
from tests.house import House
from tests.nights import DAY, at, held, host, opened, user_of
from tests.pages.looking import at as address, signed_in, text_of, tree


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def test_a_phone_that_was_imported_with_blanks_is_still_the_same(night: House) -> None:
    booking = held(night)
    Booking.objects.filter(pk=booking.pk).update(guest_phone="139 0000-0000")
    changed = change_booking(
        booking=booking,
        user=user_of(night, "A"),
        now=at(55),
        table="A1",
        guest_name="林先生",
        guest_phone="139 0000-0000",
        expected_at=at(60),
        party_size=6,
    )
    assert (changed.registered_at, changed.guest_phone, changed.customer) == (at(0), "13900000000", booking.customer)


def test_an_announcement_that_was_a_mistake_is_forgotten_when_the_booking_is_taken_back(night: House) -> None:
    booking = held(night)
    announce_arrival(booking=booking, user=user_of(night, "A"), now=at(5))
    mark_no_show(booking=booking, user=host(night), reason="看错人")
    back = reinstate_booking(booking=booking, user=host(night), reason="人到了")
    assert back.announced_at is None
    assert confirm_arrival(booking=back, user=host(night), now=at(90)).arrived_at == at(90)


@pytest.mark.parametrize(("minutes", "days"), [(599, 0), (600, 1), (959, 1), (960, 1)])
def test_who_books_in_the_morning_books_the_coming_night(night: House, minutes: int, days: int) -> None:
    client = signed_in(user_of(night, "A"))
    with time_machine.travel(at(minutes), tick=False):
        given = {"table": "A1", "guest": "new", "guest_name": "林", "slot": "21:00"}
        page = client.post(address(night, "book"), given)
        if days == 0:  # 21:00 of this night has passed, and is asked about
            (sure,) = tree(page).xpath("//input[@name='sure']/@value")
            client.post(address(night, "book"), given | {"sure": sure})
    assert Booking.objects.get().business_day == DAY + timedelta(days)


def test_in_the_morning_the_page_names_the_coming_night(night: House) -> None:
    with time_machine.travel(at(60 * 14), tick=False):
        client = signed_in(user_of(night, "A"))
        assert "11月22日" in text_of(client.get(address(night, "book")))
        later = address(night, "book_day", DAY + timedelta(2))
        assert client.get(address(night, "book"), {"on": str(DAY + timedelta(2))})["Location"] == later
