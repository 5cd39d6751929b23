"""Event days added, renamed, taken away: whose rest days change, who is told."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from attendance.event_days.consequences import effects_of
from attendance.event_days.services import add_event_day, remove_event_day, rename_event_day
from attendance.models import Rest
from inbox.models import Message
from tests.attendance.conftest import NOW, TODAY, Team, clock, november
from tests.house import House
from tests.workbooks import person
from venues.errors import MonthLocked, Refused
from venues.models import EventDay, Month
from venues.services import grant_role


def add(team: Team, day: int | date = 28, **other: Any) -> EventDay:
    chosen = november(day) if isinstance(day, int) else day
    return add_event_day(
        **{"venue": team.venue, "day": chosen, "name": "电音之夜", "user": team.boss, "now": NOW} | other
    )


def remove(team: Team, day: int = 28, **other: Any) -> None:
    remove_event_day(**{"venue": team.venue, "day": november(day), "user": team.boss, "now": NOW} | other)


def told(team: Team, number: str) -> list[str]:
    return [str(message) for message in Message.objects.filter(user=team.user(number)).order_by("pk")]


def effects(team: Team, day: int = 28, *, is_event: bool = True) -> dict[str, tuple[list[int], list[int]]]:
    found = effects_of(team.venue, november(day), is_event=is_event)
    return {one.employee.number: ([day.day for day in one.void], [day.day for day in one.valid]) for one in found}


def revision(team: Team) -> int:
    return Month.objects.get(first_day=november(1)).revision


def test_an_event_day_makes_rests_on_it_void_and_tells_their_people(team: Team) -> None:
    team.rest("A", 26, 28)
    team.rest("B", 27)
    assert effects(team) == {"A": ([28], [])}
    add(team)
    assert team.decided("A", 26, 28) == ["rest", "absence"]
    assert told(team, "A") == ["2026年11月28日 定为活动日，不能休息（1.2.C）。你 11月28日 周六 的工休作废。"]
    assert told(team, "B") == []
    assert Message.objects.get().path == "/v/main/mine/calendar/2026-11/"
    trace = EventDay.history.get()
    assert (trace.history_type, trace.history_user, trace.name) == ("+", team.boss, "电音之夜")
    assert revision(team) == 1, "drafts of the month are stale"


def test_a_rest_past_the_allowance_counts_instead_of_one_made_void(team: Team) -> None:
    team.rest("A", 25, 26, 28, 30)
    assert effects(team) == {"A": ([28], [30])}
    add(team)
    assert "改为 11月30日 周一 有效" in told(team, "A")[0]
    assert team.decided("A", 28, 30) == ["absence", "rest"]


def test_taken_away_the_rest_counts_again_and_another_may_be_past_the_allowance(team: Team) -> None:
    EventDay.objects.create(venue=team.venue, date=november(28))
    team.rest("A", 25, 26, 28, 30)
    team.rest("B", 28)
    assert effects(team, is_event=False) == {"A": ([30], [28]), "B": ([], [28])}
    remove(team)
    assert "11月28日 周六 的工休恢复有效，11月30日 周一 因超出" in told(team, "A")[0]
    assert told(team, "B") == ["2026年11月28日 不再是活动日，你 11月28日 周六 的工休恢复有效。"]
    assert team.decided("A", 28, 30) == ["rest", "absence"]
    assert EventDay.history.get(history_type="-").history_user == team.boss
    assert revision(team) == 1


def test_added_again_its_people_are_told_again(team: Team) -> None:
    team.rest("A", 28)
    add(team)
    remove(team)
    add(team)
    assert len(told(team, "A")) == 3


def test_a_void_rest_on_the_day_concerns_nobody(team: Team) -> None:
    team.rest("A", 24, 25, 26, 28)
    assert effects(team) == {}


def test_an_event_is_announced_before_its_shift_begins(team: Team) -> None:
    with pytest.raises(Refused, match="11月24日"):
        add(team, 24, now=clock(TODAY, 20))
    add(team, 24, now=clock(TODAY, 20) - timedelta(seconds=1))
    with pytest.raises(Refused, match="11月23日"):
        add(team, 23)


def test_an_event_day_is_added_once(team: Team) -> None:
    add(team)
    with pytest.raises(Refused, match="已是活动日"):
        add(team, user=team.other_boss)
    assert (EventDay.objects.count(), EventDay.history.count(), revision(team)) == (1, 1, 1)
    remove(team)
    with pytest.raises(Refused):
        remove(team)


def test_another_name_changes_nothing_but_the_name(team: Team) -> None:
    add(team)
    for _again in range(2):
        rename_event_day(venue=team.venue, day=november(28), name=" 周年庆 ", user=team.other_boss)
    traces = EventDay.history.filter(history_type="~")
    assert [(row.name, row.history_user) for row in traces] == [("周年庆", team.other_boss)]
    assert revision(team) == 1


def test_a_locked_month_is_refused(team: Team) -> None:
    EventDay.objects.create(venue=team.venue, date=november(28))
    Month.objects.create(venue=team.venue, first_day=november(1), state=Month.State.LOCKED)
    for act in (
        lambda: add(team, 27),
        lambda: remove(team),
        lambda: rename_event_day(venue=team.venue, day=november(28), name="x", user=team.boss),
    ):
        with pytest.raises(MonthLocked):
            act()
    assert EventDay.objects.get().name == ""


def test_the_owner_may_and_hr_may_not(team: Team) -> None:
    owner = User.objects.create(username="owner")
    grant_role(venue=team.venue, user=owner, role=Role.OWNER)
    add(team, user=owner)
    remove(team, user=owner)
    for user in (team.hr, team.user("A")):
        with pytest.raises(Refused):
            add(team, user=user)


def test_another_venues_rests_are_no_concern(team: Team, tmp_path: Any) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("A")]})
    Rest.objects.create(employee=other.venue.employees.get(), business_day=november(28), kind="regular")
    assert effects(team) == {}
    add(team)
    assert not EventDay.objects.filter(venue=other.venue).exists()
