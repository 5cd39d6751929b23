"""The roster of the month before taken over: the same weekdays, within the rules, once."""

from datetime import date
from typing import Any

import pytest

from accounts.permissions import Role
from attendance.models import Leave, Rest
from attendance.roster.copy_plan import CopyPlan, plan_copy, same_weekday
from attendance.roster.services.copies import copy_roster
from rulebook.calendar import CalendarMonth
from tests.attendance.conftest import NOVEMBER, NOW, Team, november
from venues.errors import MonthLocked, Refused
from venues.models import EventDay, Month
from venues.services import grant_role

DECEMBER = CalendarMonth(2026, 12)


def december(day: int) -> date:
    return date(2026, 12, day)


def plan(team: Team, **other: Any) -> CopyPlan:
    return plan_copy(**{"venue": team.venue, "month": DECEMBER, "now": NOW, "reader": team.boss.pk} | other)


def copy(team: Team, **other: Any) -> CopyPlan:
    return copy_roster(**{"venue": team.venue, "month": DECEMBER, "user": team.boss, "now": NOW} | other)


def set_in_december(team: Team, number: str) -> list[int]:
    days = team.person(number).rests.filter(business_day__month=12)
    return sorted(day.day for day in days.values_list("business_day", flat=True))


@pytest.mark.parametrize(
    ("day", "found"),
    [(1, 6), (2, 7), (3, 1), (10, 8), (24, 22), (29, None), (30, None), (28, 26)],
)
def test_the_second_tuesday_stays_the_second_tuesday(day: int, found: int | None) -> None:
    assert same_weekday(november(day), DECEMBER) == (december(found) if found else None)


def test_what_the_supervisor_set_is_copied_what_somebody_chose_is_not(team: Team) -> None:
    team.rest("A", 3, 10)
    team.rest("A", 17, kind="self")
    team.rest("B", 4, kind="swap")
    Rest.objects.filter(kind="swap").update(approver="王经理")
    done = copy(team)
    assert done.count == 3
    assert (set_in_december(team, "A"), set_in_december(team, "B")) == ([1, 8], [2])
    made = Rest.objects.filter(business_day__month=12)
    assert set(made.values_list("kind", "approver")) == {("regular", "")}
    traces = Rest.history.filter(business_day__month=12)
    assert {(row.history_type, row.history_user, row.history_change_reason) for row in traces} == {
        ("+", team.boss, "照搬 2026年11月")
    }
    assert traces.count() == 3


def test_copied_twice_is_copied_once(team: Team) -> None:
    team.rest("A", 3, 10)
    assert copy(team).count == 2
    revision = Month.objects.get(first_day=december(1)).revision
    again = copy(team, user=team.other_boss)
    assert (again.count, again.standing, again.left_out) == (0, 2, [])
    assert Rest.history.filter(business_day__month=12).count() == 2
    assert Month.objects.get(first_day=december(1)).revision == revision, "nothing new: drafts stay as they are"


def test_the_preview_sets_nothing_and_says_what_the_copy_will_do(team: Team) -> None:
    team.rest("A", 3, 29)
    shown = plan(team)
    assert not set_in_december(team, "A")
    assert [(who.number, days) for who, days in shown.new] == [("A", [december(1)])]
    assert [(one.source, one.why) for one in shown.left_out] == [(november(29), "这个月没有第五个周日。")]
    done = copy(team)
    assert (done.new, done.left_out) == (shown.new, shown.left_out)


def test_event_days_leave_and_days_that_have_ended_are_left_out_with_the_reason(team: Team) -> None:
    Rest.objects.create(employee=team.person("A"), business_day=date(2026, 10, 7), kind="regular")
    Rest.objects.create(employee=team.person("B"), business_day=date(2026, 10, 28), kind="regular")
    Rest.objects.create(employee=team.person("C"), business_day=date(2026, 10, 27), kind="regular")
    EventDay.objects.create(venue=team.venue, date=november(25))
    Leave.objects.create(
        employee=team.person("C"), kind="personal", first_day=november(24), last_day=november(24),
        requested_at=NOW, approver="王经理",
    )  # fmt: skip
    shown = plan(team, month=NOVEMBER)
    assert not shown.new
    whys = {one.employee.number: one.why for one in shown.left_out}
    assert "已过" in whys["A"]
    assert "1.2.C" in whys["B"]
    assert "请假" in whys["C"]


def test_the_allowance_holds_with_what_is_set_already(team: Team) -> None:
    team.rest("A", 3, 10, 17)
    for day in (9, 30):
        Rest.objects.create(employee=team.person("A"), business_day=december(day), kind="regular")
    done = copy(team)
    assert done.count == 1
    assert len(done.left_out) == 2
    assert set_in_december(team, "A") == [1, 9, 30]


def test_void_rests_of_the_month_before_are_no_pattern(team: Team) -> None:
    EventDay.objects.create(venue=team.venue, date=november(3))
    team.rest("A", 3, 10)
    copy(team)
    assert set_in_december(team, "A") == [8]


def test_ones_own_rest_days_are_left_to_another_supervisor(team: Team) -> None:
    grant_role(venue=team.venue, user=team.user("A"), role=Role.FLOOR_MANAGER)
    team.rest("A", 3)
    team.rest("B", 4)
    done = copy(team, user=team.user("A"))
    assert (set_in_december(team, "A"), set_in_december(team, "B")) == ([], [2])
    assert [one.employee.number for one in done.left_out] == ["A"]


def test_who_left_is_not_copied(team: Team) -> None:
    team.rest("A", 3, 24)
    team.venue.employees.filter(number="A").update(left_on=december(10), exit_kind="resigned")
    copy(team)
    assert set_in_december(team, "A") == [1]
    team.venue.employees.filter(number="A").update(left_on=november(30))
    Rest.objects.filter(business_day__month=12).delete()
    assert copy(team).count == 0


def test_days_on_which_too_many_would_be_off_are_told(team: Team) -> None:
    for number in "ABC":
        team.rest(number, 3)
    team.rest("A", 10)
    assert [(head.day, head.off) for head in plan(team).crowded] == [(december(1), 3)]


def test_a_locked_month_and_who_may_not_are_refused(team: Team) -> None:
    with pytest.raises(Refused):
        copy(team, user=team.hr)
    Month.objects.create(venue=team.venue, first_day=december(1), state=Month.State.LOCKED)
    with pytest.raises(MonthLocked):
        copy(team)
