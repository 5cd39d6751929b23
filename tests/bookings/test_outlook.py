"""A booking's page says whether it will count, and until when what it lacks can be filled in (4.3)."""

from typing import Any

import pytest
from django.utils import timezone, translation

from bookings.booking.services.holds import cancel_booking
from bookings.eligibility.outlook import minutes_left, outlook
from rulebook.policy import Policy
from tests.house import House
from tests.nights import at, held, opened, seated, settled, user_of


@pytest.fixture
def night(house: House) -> Any:
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield opened(house)


@pytest.mark.parametrize(
    ("minutes", "left", "words"),
    [
        (-90, 140, "fill it in by 20:50"),
        (0, 50, "in 50 min"),
        (47, 3, "in 3 min"),
        (50, 0, "in 0 min"),
        (51, -1, "filled in now, arrivals from 21:01 on do"),
    ],
)
def test_a_phone_missing_counts_down_to_ten_minutes_before_the_guest(
    night: House, minutes: int, left: int, words: str
) -> None:
    booking = held(night, guest_phone="", expected_at=at(60))
    assert minutes_left(booking, Policy(), at(minutes)) == left
    told = outlook(booking, Policy(), at(minutes))
    assert words in told.text
    assert told.text.startswith("No phone number")
    assert told.can_mend
    assert told.css == ("waits" if left >= 120 else "now")


def test_without_an_expected_time_it_only_says_that_it_will_not_count(night: House) -> None:
    told = outlook(held(night, guest_phone="", guest_name="", expected_at=None), Policy(), at(0))
    assert (told.css, told.can_mend) == ("now", True)
    assert "No guest's name, No phone number" in told.text


def test_a_whole_booking_says_from_when_its_arrival_counts(night: House) -> None:
    assert "20:10" in outlook(held(night), Policy(), at(30)).text
    early = held(night, table="A2", now=at(-48 * 60))
    assert "19 Nov 20:10" in outlook(early, Policy(), at(0)).text


def test_what_came_counts_or_says_why_not(night: House) -> None:
    assert outlook(settled(night), Policy(), at(90)).css == "seated"
    assert "once it is settled" in outlook(seated(night, table="A2"), Policy(), at(90)).text
    late = seated(night, table="A3", now=at(51))
    assert (outlook(late, Policy(), at(90)).css, "too late" in outlook(late, Policy(), at(90)).text) == ("now", True)
    gone = held(night, table="B1")
    gone = cancel_booking(booking=gone, user=user_of(night, "A"), reason="x")
    assert (outlook(gone, Policy(), at(90)).css, outlook(gone, Policy(), at(90)).can_mend) == ("free", False)


def test_the_lead_is_the_policys(night: House) -> None:
    policy = Policy().changed({"booking_lead_minutes": "30"})
    booking = held(night, guest_phone="")
    assert minutes_left(booking, policy, at(0)) == 30


def test_within_the_ten_minutes_it_says_that_a_guest_announced_now_does_not_count(night: House) -> None:
    booking = held(night)
    assert "announced before then does not" in outlook(booking, Policy(), at(5)).text
    assert "announced" not in outlook(booking, Policy(), at(10)).text


@pytest.mark.parametrize(
    ("minutes", "css", "words"), [(9, "now", "Announced at 20:09, before 20:10"), (10, "held", "")]
)
def test_an_announced_booking_is_judged_by_when_it_was_announced(
    night: House, minutes: int, css: str, words: str
) -> None:
    booking = held(night)
    booking.announced_at = at(minutes)
    told = outlook(booking, Policy(), at(30))
    assert (told.css, words in told.text, told.can_mend) == (css, True, False)


def test_what_is_filled_in_after_the_guest_was_announced_comes_too_late(night: House) -> None:
    booking = held(night, guest_phone="", expected_at=at(60))
    booking.announced_at = at(15)
    told = outlook(booking, Policy(), at(16))
    assert (told.css, told.can_mend) == ("now", False)
    assert "will not count" in told.text
