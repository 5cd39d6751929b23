"""Who is an account manager and a floor manager at once decides nothing on their own, by whatever way it is sent."""

from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.permissions import Role
from attendance.models import OffPost, Punch, Request
from attendance.requests.kinds.leave import ask_leave
from attendance.requests.kinds.swap import ask_swap
from attendance.requests.services.requests import answer_swap
from bookings.booking.services.announcements import announce_arrival
from comps.models import CompRequest
from comps.services import ask_comp
from dashboards.tonight.queue import seal_of
from storage.seals import sealed_key
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, item, opened, seated, user_of
from tests.pages.looking import at as address, signed_in
from venues.services import grant_role
from violations.models import Report
from violations.reports.services import record_report

END = 370


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


@pytest.fixture
def both(night: House) -> User:
    user = user_of(night, "A")
    grant_role(venue=night.venue, user=user, role=Role.FLOOR_MANAGER)
    return user


def post(house: House, user: User, name: str, *args: Any, minute: int = 120, **data: Any) -> Any:
    with time_machine.travel(at(minute), tick=False):
        return signed_in(user, "en").post(address(house, name, *args), data)


def test_the_queue(night: House, both: User) -> None:
    comp = ask_comp(
        booking=seated(night, "A", "A2", tab="3000"), item=item(night, "花生"), ground="spend", user=both, now=at(100)
    )
    leave = ask_leave(
        employee=employee_of(night, "A"), user=both, kind="personal", first=DAY.replace(day=25),
        last=DAY.replace(day=25), reason="", now=at(0),
    )  # fmt: skip
    booking = announce_arrival(booking=held(night), user=both, now=at(55))
    things = (("comp", comp), ("request", leave), ("arrival", booking))
    keys = [sealed_key(f"{kind}:{one.pk}", seal_of(one)) for kind, one in things]
    for act in ("approve", "refuse"):
        post(night, both, "tonight_decide", item=keys, act=act, reason="x")
        for key in keys:
            post(night, both, "tonight_decide", **{act: key, "reason": "x"})
    booking.refresh_from_db()
    assert booking.state == "held"
    assert CompRequest.objects.get().state == "waiting"
    assert Request.objects.get().state == "waiting"


def test_a_swap_is_not_decided_by_the_colleague_either(night: House, both: User) -> None:
    for number, day in (("A", 25), ("B", 26)):
        employee_of(night, number).rests.create(business_day=DAY.replace(day=day), kind="regular")
    asked = ask_swap(
        employee=employee_of(night, "B"), user=user_of(night, "B"), day=DAY.replace(day=26),
        colleague=employee_of(night, "A"), other_day=DAY.replace(day=25), reason="", now=at(0),
    )  # fmt: skip
    answer_swap(request=asked, user=both, agree=True, now=at(1))
    post(night, both, "tonight_decide", item=[sealed_key(f"request:{asked.pk}", seal_of(asked))], act="approve")
    post(night, both, "request_decide", asked.pk, decision="approve")
    assert Request.objects.get().state == "waiting"


@pytest.mark.parametrize("what", ["arrive", "depart", "leave"])
def test_the_board(night: House, both: User, what: str) -> None:
    post(night, both, "tonight_punch", act=f"{what}:{employee_of(night, 'A').pk}")
    assert not Punch.objects.exists()
    assert not OffPost.objects.exists()


def test_the_close(night: House, both: User) -> None:
    booking = held(night)
    mine = employee_of(night, "A")
    Punch.objects.create(employee=mine, business_day=DAY, arrived_at=at(-5))
    away = OffPost.objects.create(employee=mine, business_day=DAY, left_at=at(100))
    for what, pk in (
        ("arrived", booking.pk), ("no_show", booking.pk), ("punch", mine.pk), ("vouch", mine.pk),
        ("back", away.pk), ("out_all", ""),
    ):  # fmt: skip
        post(night, both, "close_night_of", DAY, minute=END, what=what, pk=pk, side="departure", at="01:59", reason="x")
    booking.refresh_from_db()
    away.refresh_from_db()
    punch = Punch.objects.get()
    assert (booking.state, away.returned_at, punch.left_at, punch.departure_approver) == ("held", None, None, "")


def test_the_door_and_the_till(night: House, both: User) -> None:
    waiting, sitting = held(night), seated(night, "A", "A2")
    for name in ("door_arrive", "door_no_show"):
        post(night, both, name, waiting.pk, reason="x")
    post(night, both, "door_correct", waiting.pk, at="21:30", reason="x")
    post(night, both, "door_correct", sitting.pk, at="21:30", reason="x")
    post(night, both, "booking_settle", sitting.pk, **{"settle-amount": "9000"})
    post(night, both, "booking_tab", sitting.pk, **{"tab-amount": "9000"})
    waiting.refresh_from_db()
    sitting.refresh_from_db()
    assert waiting.state == "held"
    assert (sitting.arrived_at, sitting.tab, sitting.spend) == (at(60), None, None)


def test_violations(night: House, both: User) -> None:
    mine = employee_of(night, "A")
    post(night, both, "violation_checklist", mark=f"{mine.pk}:5.F", all="1")
    assert not Report.objects.exists()
    report = record_report(
        venue=night.venue, employee=mine, user=floor_manager(night), day=DAY, article="5.F", now=at(60)
    )
    post(night, both, "violation_withdraw", report.pk, reason="x")
    assert Report.objects.exists()
