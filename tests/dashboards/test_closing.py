"""Closing a night: every open thing is listed with what settles it, and the month's end holds no surprise."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import OffPost, Punch
from commissions.selectors import exceptions_of
from comps.services import ask_comp
from dashboards.night_close.services import close_night, closing_of
from rulebook.calendar import business_day
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, host, item, opened, seated, settled, user_of
from tests.pages.looking import at as address_of, signed_in, text_of
from venues.errors import Refused
from venues.models import Night

END = 360


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def everything_open(house: House) -> None:
    """A guest who is held, a table not settled, a missing departure, somebody away, a comp to decide."""
    held(house, "A", "A1")
    booking = seated(house, "A", "A2", tab="900")
    ask_comp(booking=booking, item=item(house, "花生"), ground="spend", user=user_of(house, "A"), now=at(100))
    Punch.objects.create(employee=employee_of(house, "A"), business_day=DAY, arrived_at=at(-5))
    Punch.objects.create(employee=employee_of(house, "B"), business_day=DAY, arrived_at=at(-5), left_at=at(END))
    OffPost.objects.create(employee=employee_of(house, "B"), business_day=DAY, left_at=at(100))


def post(house: House, minute: int = END + 10, **data: Any) -> Any:
    with time_machine.travel(at(minute), tick=False):
        return signed_in(floor_manager(house), "en").post(
            address_of(house, "close_night_of", DAY), {"reason": "closing", **data}, follow=True
        )


def test_everything_open_is_listed_and_an_absence_is_decided(night: House) -> None:
    everything_open(night)
    closing = closing_of(night.venue, DAY)
    assert [len(part) for part in (closing.held, closing.unsettled, closing.punches, closing.away, closing.comps)] == [
        1
    ] * 5
    assert [person.number for person in closing.absent] == ["C"]
    assert closing.count == 5


def test_the_page_settles_each_of_them(night: House) -> None:
    everything_open(night)
    closing = closing_of(night.venue, DAY)
    told = post(night, what="no_show", pk=closing.held[0].pk)
    assert "did not come; the table is free." in text_of(told)
    told = post(night, what="punch", pk=closing.punches[0].employee.pk, side="departure", at="02:00")
    assert f"Entered for {closing.punches[0].employee.name}." in text_of(told)
    told = post(night, what="back", pk=closing.away[0].pk, at="21:55")
    assert f"Entered for {closing.away[0].employee.name}." in text_of(told)
    closing = closing_of(night.venue, DAY)
    assert (len(closing.unsettled), len(closing.comps), closing.count) == (1, 1, 2)
    assert Punch.objects.get(employee__number="A").left_at == at(END)
    assert OffPost.objects.get().returned_at == at(115)


def test_what_the_close_leaves_open_is_what_holds_the_months_lock(night: House) -> None:
    everything_open(night)
    Punch.objects.filter(employee__number="B").delete()
    OffPost.objects.filter(employee__number="B").update(employee=employee_of(night, "A"))
    closing = closing_of(night.venue, DAY)
    run = night.run("2026-11")
    kinds = sorted(item.kind for item in exceptions_of(run) if item.business_day == DAY)
    assert kinds == ["away", "held", "one_punch", "unsettled"]
    assert closing.count == len(kinds) + len(closing.comps)


def test_everybody_goes_home_in_one_tap(night: House) -> None:
    for number in "AB":
        Punch.objects.create(employee=employee_of(night, number), business_day=DAY, arrived_at=at(-5))
    page = post(night, what="out_all")
    assert "2 people are punched out" in text_of(page)
    assert set(Punch.objects.values_list("left_at", flat=True)) == {at(END + 10)}


def test_a_night_is_closed_after_its_shift_and_not_before(night: House) -> None:
    settled(night)
    with pytest.raises(Refused):
        close_night(venue=night.venue, day=DAY, user=floor_manager(night), now=at(END - 1))
    post(night, END - 1, what="close")
    assert not Night.objects.exists()
    page = post(night, END, what="close")
    assert "nothing is open" in text_of(page)
    closed = Night.objects.get()
    assert (closed.business_day, closed.closed_by, closed.left_open) == (DAY, floor_manager(night), 0)


def test_closing_again_counts_what_is_open_now_and_keeps_the_trace(night: House) -> None:
    booking = held(night)
    post(night, what="close")
    assert Night.objects.get().left_open == 1
    post(night, what="no_show", pk=booking.pk)
    post(night, END + 20, what="close")
    closed = Night.objects.get()
    assert (closed.left_open, closed.history.count()) == (0, 2)


def test_a_night_before_can_still_be_closed_the_next_morning_and_a_coming_one_cannot(night: House) -> None:
    with time_machine.travel(at(60 * 20), tick=False):
        client = signed_in(floor_manager(night), "en")
        assert client.get(address_of(night, "close_night_of", DAY)).status_code == 200
        coming = business_day(at(60 * 44), night.venue.zone)
        assert client.get(address_of(night, "close_night_of", coming)).status_code == 404


@pytest.mark.parametrize(
    "data",
    [{"what": "fly"}, {}, {"what": "punch", "pk": "x"}, {"what": "punch", "at": "25:99", "pk": 1}],
)
def test_nonsense_does_nothing_and_says_so(night: House, data: dict[str, Any]) -> None:
    assert "nothing was done" in text_of(post(night, **data))


@pytest.mark.parametrize("what", ["punch", "vouch", "back", "arrived", "no_show"])
def test_another_venues_records_are_not_there(night: House, tmp_path: Any, what: str) -> None:
    other = opened(House(tmp_path, "other"), "XYZ")
    Punch.objects.create(employee=employee_of(other, "X"), business_day=DAY, arrived_at=at(-5))
    away = OffPost.objects.create(employee=employee_of(other, "X"), business_day=DAY, left_at=at(100))
    booking = held(other, "X")
    pk = {"back": away.pk, "arrived": booking.pk, "no_show": booking.pk}.get(what, employee_of(other, "X").pk)
    page = post(night, what=what, pk=pk, side="departure", at="02:00")
    assert page.status_code == 404
    booking.refresh_from_db()
    assert booking.state == "held"
    away.refresh_from_db()
    assert away.returned_at is None
    assert Punch.objects.get().left_at is None


def test_who_may_not_close_does_not(night: House) -> None:
    with pytest.raises(Refused):
        close_night(venue=night.venue, day=DAY, user=host(night), now=at(END))


def test_the_page_needs_as_many_queries_for_few_as_for_many(night: House) -> None:
    counted = []
    client = signed_in(floor_manager(night))
    for number, table in (("A", "A1"), ("B", "A3")):
        held(night, number, table)
        Punch.objects.create(employee=employee_of(night, number), business_day=DAY, arrived_at=at(-5))
        with time_machine.travel(at(END), tick=False), CaptureQueriesContext(connection) as queries:
            assert client.get(address_of(night, "close_night")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15
