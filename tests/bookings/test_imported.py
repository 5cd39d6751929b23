"""A workbook comes in beside bookings that are held: they keep their place, and what the file does not know."""

from typing import Any

import pytest

from bookings.booking.services.announcements import announce_arrival
from bookings.door.services import confirm_arrival
from bookings.models import Booking
from bookings.settlement.services import settle_booking
from tests import nights
from tests.house import House
from tests.nights import DAY, at, held, opened, user_of
from tests.workbooks import booking


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def arrived(number: str, **more: Any) -> dict[str, Any]:
    return booking(
        number, DAY, "B", **({"客户电话": "13900000009", "登记时间": f"{DAY} 18:00", "到店时间": "20:30"} | more)
    )


def turns() -> dict[str, int | None]:
    return dict(Booking.objects.values_list("number", "turn"))


def test_a_held_booking_goes_after_arrivals_that_come_in(night: House) -> None:
    own = held(night)
    night.bring({"订台": [arrived("D1"), arrived("D2", 到店时间="22:30")]})
    assert turns() == {"D1": 1, "D2": 2, own.number: 3}
    own.refresh_from_db()
    assert (own.state, own.expected_at, own.party_size) == ("held", at(60), 4)
    night.bring({"订台": [arrived("D1", 台号="A2")]})
    assert turns() == {"D1": 1, "D2": 1, own.number: 2}


def test_at_another_table_or_on_another_day_it_stays_where_it_is(night: House) -> None:
    own = held(night)
    night.bring({"订台": [arrived("D1", 台号="A2"), booking("D2", nights.date(2026, 11, 20), "B")]})
    assert turns() == {"D1": 1, "D2": 1, own.number: 1}


def test_an_arrival_that_comes_in_for_a_held_booking_keeps_what_the_file_does_not_know(night: House) -> None:
    own = held(night, note="靠窗", tapped_at=at(-1))
    announce_arrival(booking=own, user=user_of(night, "A"), now=at(55))
    known = {"客户电话": "13900000000", "登记时间": f"{DAY} 20:00"}
    night.bring({"订台": [booking(own.number, DAY, "A", 到店时间="21:05", 消费金额=3389, **known)]})
    own.refresh_from_db()
    assert (own.state, own.turn, own.arrived_at, str(own.spend)) == ("arrived", 1, at(65), "3389.00")
    assert (own.expected_at, own.party_size, own.note) == (at(60), 4, "靠窗")
    assert (own.tapped_at, own.announced_at) == (at(-1), at(55))
    assert [row.state for row in own.history.order_by("history_id")] == ["held", "held", "arrived"]
    assert own.history.latest("history_id").note == "靠窗"


@pytest.mark.parametrize(("word", "state"), [("取消", "cancelled"), ("未到", "no_show")])
def test_a_held_booking_that_the_file_ends_frees_its_table(night: House, word: str, state: str) -> None:
    own = held(night)
    night.bring({
        "订台": [booking(own.number, DAY, "A", 状态=word, 登记时间=f"{DAY} 20:00", 到店时间=None, 消费金额=None)]
    })  # fmt: skip
    own.refresh_from_db()
    assert (own.state, own.turn) == (state, None)
    assert held(night, "B").turn == 1


def test_after_the_import_the_night_goes_on(night: House) -> None:
    own = held(night)
    night.bring({"订台": [arrived("D1")]})
    confirm_arrival(booking=own, user=nights.host(night), now=at(60))
    settle_booking(booking=own, user=nights.floor_manager(night), amount=nights.Decimal(100))
    assert held(night, "C").turn == 3
