"""Punches and times off post, as somebody else records them."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.permissions import Role
from attendance.models import OffPost, Punch
from attendance.punches.services import (
    approve_off_post,
    leave_post,
    punch_arrival,
    punch_departure,
    return_to_post,
    state_return,
    undo_punch,
    vouch,
)
from tests.attendance.conftest import TODAY, Team, clock
from venues.errors import MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role

AT_EIGHT = clock(TODAY, 20)


def arrive(team: Team, **other: Any) -> Punch:
    values = {"employee": team.person("A"), "user": team.boss, "day": TODAY, "now": AT_EIGHT} | other
    return punch_arrival(**values)


def test_one_tap_punches_the_servers_time_with_a_trace(team: Team) -> None:
    arrive(team)
    punch_departure(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 2))
    punch = Punch.objects.get()
    assert (punch.arrived_at, punch.left_at) == (AT_EIGHT, clock(TODAY, 2))
    assert [trace.history_user for trace in punch.history.all()] == [team.boss] * 2
    assert team.decided("A", 24) == ["worked"]


def test_the_same_side_is_not_punched_twice(team: Team) -> None:
    arrive(team)
    with pytest.raises(Refused, match="20:00"):
        arrive(team, now=clock(TODAY, 21))
    assert Punch.objects.get().arrived_at == AT_EIGHT


def test_nobody_records_their_own(team: Team) -> None:
    grant_role(venue=team.venue, user=team.user("A"), role=Role.FLOOR_MANAGER)
    away = leave_post(employee=team.person("A"), user=team.boss, day=TODAY, now=AT_EIGHT)
    own: dict[str, Any] = {"employee": team.person("A"), "user": team.user("A"), "day": TODAY}
    acts = (
        lambda: punch_arrival(**own, now=AT_EIGHT),
        lambda: punch_departure(**own, now=AT_EIGHT),
        lambda: vouch(**own, side="both", reason="外勤"),
        lambda: undo_punch(**own, side="both", reason="误"),
        lambda: leave_post(**own, now=AT_EIGHT),
        lambda: return_to_post(off_post=away, user=team.user("A"), now=AT_EIGHT),
        lambda: approve_off_post(off_post=away, user=team.user("A"), reason="送客"),
        lambda: state_return(off_post=away, user=team.user("A"), at=AT_EIGHT, now=AT_EIGHT, reason="送客"),
    )
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert not Punch.objects.exists()
    assert OffPost.objects.get().returned_at is None


@pytest.mark.parametrize("who", ["account manager", "a stranger"])
def test_who_does_not_record_attendance_punches_nobody(team: Team, who: str) -> None:
    user = team.user("B") if who == "account manager" else type(team.boss).objects.create(username="stranger")
    with pytest.raises(Refused):
        arrive(team, user=user)


def test_hr_records_too(team: Team) -> None:
    assert arrive(team, user=team.hr).arrived_at == AT_EIGHT


def test_a_punch_belongs_to_its_business_day(team: Team) -> None:
    arrive(team, now=clock(TODAY, 11, 59, 59))
    for moment in (clock(TODAY, 12) - timedelta(seconds=1), clock(TODAY, 11, 59, 59) + timedelta(seconds=1)):
        with pytest.raises(Refused):
            arrive(team, employee=team.person("B"), now=moment)


def test_nobody_is_punched_who_is_not_employed_that_day(team: Team) -> None:
    team.venue.employees.filter(number="A").update(left_on=TODAY - timedelta(days=1), exit_kind="resigned")
    with pytest.raises(Refused, match="11月24日"):
        arrive(team)


def test_a_locked_month_takes_no_punch(team: Team) -> None:
    Month.objects.update_or_create(venue=team.venue, first_day=TODAY.replace(day=1), defaults={"state": "locked"})
    with pytest.raises(MonthLocked):
        arrive(team)


def test_vouching_puts_a_side_on_time_and_needs_a_reason(team: Team) -> None:
    arrive(team, now=clock(TODAY, 21))
    punch_departure(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 2))
    assert team.decided("A", 24) == ["absence"]
    values: dict[str, Any] = {"employee": team.person("A"), "user": team.boss, "day": TODAY, "side": "arrival"}
    with pytest.raises(Refused):
        vouch(**values, reason=" ")
    vouch(**values, reason="接客人")
    assert team.decided("A", 24) == ["worked"]
    assert Punch.objects.get().arrival_approver == "王经理"
    assert Punch.history.latest().history_change_reason == "接客人"


def test_vouching_for_both_sides_settles_a_day_without_punches(team: Team) -> None:
    vouch(employee=team.person("A"), user=team.boss, day=TODAY, side="both", reason="外勤")
    assert team.decided("A", 24) == ["worked"]


def test_a_punch_is_taken_back_with_a_reason_and_can_be_made_anew(team: Team) -> None:
    arrive(team)
    values: dict[str, Any] = {"employee": team.person("A"), "user": team.boss, "day": TODAY}
    with pytest.raises(Refused):
        undo_punch(**values, side="arrival", reason="")
    with pytest.raises(Refused):
        undo_punch(**values, side="departure", reason="误点")
    undo_punch(**values, side="arrival", reason="误点")
    assert not Punch.objects.exists()
    assert Punch.history.latest().history_change_reason == "误点"
    assert arrive(team, now=clock(TODAY, 20, 5)).arrived_at == clock(TODAY, 20, 5)


def test_one_side_taken_back_leaves_the_other(team: Team) -> None:
    arrive(team)
    punch_departure(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 2))
    undo_punch(employee=team.person("A"), user=team.boss, day=TODAY, side="departure", reason="误点")
    punch = Punch.objects.get()
    assert (punch.arrived_at, punch.left_at) == (AT_EIGHT, None)


class TestOffPost:
    def away(self, team: Team) -> OffPost:
        return leave_post(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 22))

    def test_a_person_is_away_once_until_they_are_back(self, team: Team) -> None:
        away = self.away(team)
        with pytest.raises(Refused):
            leave_post(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 22, 5))
        back = return_to_post(off_post=away, user=team.boss, now=clock(TODAY, 22, 20))
        assert back.returned_at == clock(TODAY, 22, 20)
        with pytest.raises(Refused):
            return_to_post(off_post=away, user=team.boss, now=clock(TODAY, 22, 30))
        leave_post(employee=team.person("A"), user=team.boss, day=TODAY, now=clock(TODAY, 23))

    def test_an_approved_time_away_keeps_who_and_why(self, team: Team) -> None:
        away = self.away(team)
        with pytest.raises(Refused):
            approve_off_post(off_post=away, user=team.boss, reason="")
        approve_off_post(off_post=away, user=team.boss, reason="送客人上车")
        assert OffPost.objects.get().approver == "王经理"
        assert OffPost.history.latest().history_change_reason == "送客人上车"

    def test_a_stated_return_lies_after_the_leaving_on_the_same_day_with_a_reason(self, team: Team) -> None:
        away = self.away(team)
        for at, reason in (
            (clock(TODAY, 21, 59), "忘记"),
            (clock(TODAY, 22, 15), ""),
            (clock(TODAY + timedelta(days=1), 13), "忘记"),
        ):
            with pytest.raises(Refused):
                state_return(off_post=away, user=team.boss, at=at, now=clock(TODAY, 23), reason=reason)
        state_return(off_post=away, user=team.boss, at=clock(TODAY, 22, 15), now=clock(TODAY, 23), reason="忘记")
        assert OffPost.objects.get().returned_at == clock(TODAY, 22, 15)
