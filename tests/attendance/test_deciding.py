"""What a supervisor decides, and what it makes of the day."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.permissions import Role
from attendance.models import Leave, Punch, Request
from attendance.punches.services import punch_arrival, punch_departure
from attendance.requests.kinds.business import ask_business
from attendance.requests.kinds.dinner import ask_dinner
from attendance.requests.kinds.punch import ask_punch
from attendance.requests.services.decisions import decide
from attendance.requests.services.requests import Attachment, add_papers
from attendance.selectors import requests_to_look_at
from inbox.models import Message
from tests.attendance.conftest import ENDED, NOW, TODAY, Team, clock, november
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role

ALL_THREE = ("certificate", "receipt", "sick_note")


def approve(team: Team, asked: Request, **other: Any) -> Request:
    values = {"request": asked, "user": team.boss, "approve": True, "reason": "", "now": NOW + timedelta(hours=1)}
    return decide(**(values | other))


def test_approved_leave_is_a_fact_with_the_moment_it_was_asked_for(team: Team) -> None:
    asked = team.leave()
    decided = approve(team, asked, now=clock(TODAY, 23))
    leave = Leave.objects.get()
    assert (leave.requested_at, leave.approver) == (NOW, "王经理")
    assert (decided.state, decided.decided_by, decided.decided_at) == ("approved", team.boss, clock(TODAY, 23))
    assert team.decided("A", 25, 26, 27, 28) == ["absence", "personal", "personal", "absence"]


@pytest.mark.parametrize(
    ("asked_at", "verdicts"),
    [
        (clock(TODAY, 19, 59, 59), ["personal", "personal"]),
        (clock(TODAY, 20), ["absence", "personal"]),
    ],
)
def test_leave_asked_for_from_the_shifts_start_on_is_valid_from_the_next_day(
    team: Team, asked_at: Any, verdicts: list[str]
) -> None:
    approve(team, team.leave(first=24, last=25, now=asked_at), now=clock(TODAY, 23))
    assert team.decided("A", 24, 25) == verdicts


def test_sick_leave_holds_with_all_three_papers_and_no_less(team: Team) -> None:
    approve(team, team.leave("sick", 25, 25, papers=ALL_THREE))
    late = team.leave("sick", 26, 26, papers=ALL_THREE[:2])
    for waiting in (late, team.leave("sick", 27, 27)):
        with pytest.raises(Refused, match=r"1\.2\.A"):
            approve(team, waiting)
        waiting.refresh_from_db()
        assert waiting.state == Request.State.WAITING
    assert team.decided("A", 25, 26, 27) == ["sick", "absence", "absence"]
    add_papers(
        request=late,
        user=team.user("A"),
        papers=[Attachment(ALL_THREE[2], ContentFile(b"\xff\xd8", name="paper.jpg"))],
        now=clock(november(27), 12),
    )
    approve(team, late, now=clock(november(27), 13))  # asked for in time, proven later
    assert team.decided("A", 26) == ["sick"]


def test_an_approved_guest_dinner_excuses_a_punched_arrival_however_late(team: Team) -> None:
    asked = ask_dinner(employee=team.person("A"), user=team.user("A"), day=TODAY, reason="", now=NOW)
    punch_arrival(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 22))
    punch_departure(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 2))
    assert team.decided("A", 24) == ["absence"]
    approve(team, asked)
    assert team.decided("A", 24) == ["worked"]


@pytest.mark.parametrize(
    ("minute", "verdict", "late"), [(0, "worked", 0), (1, "worked", 1), (30, "worked", 30), (31, "absence", 31)]
)
def test_a_corrected_punch_is_late_by_the_true_time(team: Team, minute: int, verdict: str, late: int) -> None:
    day = november(23)
    punch_departure(employee=team.person("A"), user=team.boss, day=day, now=clock(day, 2))
    assert team.decided("A", 23) == ["exception"]
    asked = ask_punch(
        employee=team.person("A"),
        user=team.user("A"),
        day=day,
        side="arrival",
        at=clock(day, 20, minute),
        reason="忘打卡",
        now=NOW,
    )
    approve(team, asked)
    found = team.days("A")[day]
    assert (found.verdict, found.late) == (verdict, late)
    assert Punch.objects.get().arrival_approver == ""


def test_a_correction_that_would_leave_before_it_came_is_refused(team: Team) -> None:
    day = november(23)
    punch_departure(employee=team.person("A"), user=team.boss, day=day, now=clock(day, 23))
    asked = ask_punch(
        employee=team.person("A"), user=team.user("A"), day=day, side="arrival", at=clock(day, 23, 30),
        reason="忘打卡", now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused):
        approve(team, asked)
    assert Punch.objects.get().arrived_at is None
    asked.refresh_from_db()
    assert asked.state == Request.State.WAITING


@pytest.mark.parametrize(
    ("side", "verdict"), [("both", "worked"), ("arrival", "exception"), ("departure", "exception")]
)
def test_approved_official_business_vouches_for_its_sides(team: Team, side: str, verdict: str) -> None:
    asked = ask_business(
        employee=team.person("A"), user=team.user("A"), day=november(23), side=side, reason="拜访", now=NOW
    )
    approve(team, asked)
    assert team.decided("A", 23) == [verdict]


def test_a_refusal_needs_a_reason_and_writes_no_fact(team: Team) -> None:
    asked = team.leave()
    with pytest.raises(Refused):
        approve(team, asked, approve=False, reason="  ")
    approve(team, asked, approve=False, reason="人手不够")
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason) == ("refused", "人手不够")
    assert not Leave.objects.exists()
    assert team.decided("A", 26) == ["absence"]


def test_nobody_decides_on_their_own_request_whatever_their_roles(team: Team) -> None:
    asked = team.leave()
    grant_role(venue=team.venue, user=team.user("A"), role=Role.FLOOR_MANAGER)
    for yes in (True, False):
        with pytest.raises(Refused):
            approve(team, asked, user=team.user("A"), approve=yes, reason="自己")
    assert not Leave.objects.exists()


@pytest.mark.parametrize("who", ["hr", "B"])
def test_only_who_decides_requests_decides(team: Team, who: str) -> None:
    asked = team.leave()
    user = team.hr if who == "hr" else team.user("B")
    with pytest.raises(Refused):
        approve(team, asked, user=user)


def test_a_request_is_decided_once(team: Team) -> None:
    asked = team.leave()
    approve(team, asked)
    for yes in (True, False):
        with pytest.raises(Refused):
            approve(team, asked, user=team.other_boss, approve=yes, reason="改主意")
    assert Leave.objects.count() == 1
    assert list(requests_to_look_at(team.venue, NOW)) == [asked]
    assert not requests_to_look_at(team.venue, ENDED)


def test_a_locked_month_is_refused_with_the_way_out_and_can_still_be_refused(team: Team) -> None:
    asked = team.leave()
    Month.objects.update_or_create(venue=team.venue, first_day=november(1), defaults={"state": "locked"})
    with pytest.raises(MonthLocked) as refused:
        approve(team, asked)
    assert len(str(refused.value)) > len("2026-11 已锁定。") + 10
    assert not Leave.objects.exists()
    approve(team, asked, approve=False, reason="月份已锁")


def test_leave_over_two_months_takes_both(team: Team) -> None:
    asked = team.leave(first=30, last=30)
    Request.objects.filter(pk=asked.pk).update(last_day=november(30) + timedelta(days=2))
    Month.objects.update_or_create(
        venue=team.venue, first_day=november(30) + timedelta(days=1), defaults={"state": "locked"}
    )
    with pytest.raises(MonthLocked):
        approve(team, asked)


def test_who_left_meanwhile_gets_no_leave_for_the_days_after(team: Team) -> None:
    asked = team.leave()
    team.venue.employees.filter(number="A").update(left_on=november(26), exit_kind="resigned")
    with pytest.raises(Refused):
        approve(team, asked)


def test_the_asker_is_told_once_in_the_language_they_read(team: Team) -> None:
    asked = team.leave()
    approve(team, asked, approve=False, reason="人手不够")
    message = Message.objects.get()
    assert message.user == team.user("A")
    assert message.path == f"/v/main/requests/{asked.pk}/"
    assert "2026年11月26日" in str(message)
    assert "人手不够" in str(message)


def test_the_payslip_follows_the_decision(team: Team) -> None:
    approve(team, team.leave(first=26, last=27))
    team.house.now = clock(november(30) + timedelta(days=2), 12)
    team.house.run("2026-11")
    lines = team.house.lines("2026-11")["A"]
    assert lines.count(("1.2.B", "-300.00")) == 2
