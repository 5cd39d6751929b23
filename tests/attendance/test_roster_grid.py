"""What a month's roster shows: signs, counts of who is off, when it is too many."""

from datetime import date, timedelta
from typing import Any

import pytest

from attendance.models import Leave, Punch
from attendance.roster.grid import Roster, most_off, people_of, roster_of
from tests.attendance.conftest import NOVEMBER, NOW, Team, clock, november
from tests.workbooks import person
from venues.models import CalendarDay, EventDay
from venues.services import set_policy


def grid(team: Team, now: Any = NOW, **options: Any) -> Roster:
    people = people_of(team.venue, NOVEMBER)
    return roster_of(team.venue, NOVEMBER, now, shown=people, people=people, **options)


def sign(roster: Roster, team: Team, number: str, day: int) -> str:
    return roster.row(team.person(number).pk).cells[day - 1].sign.look


@pytest.mark.parametrize(
    ("people", "usual", "busy"), [(0, 1, 1), (1, 1, 1), (7, 1, 1), (8, 2, 1), (19, 4, 1), (20, 5, 2), (100, 25, 10)]
)
def test_more_than_a_quarter_or_on_busy_nights_a_tenth_is_too_many(people: int, usual: int, busy: int) -> None:
    assert (most_off(people, is_busy=False), most_off(people, is_busy=True)) == (usual, busy)


def test_a_head_counts_valid_rests_and_leave_of_who_is_employed(team: Team) -> None:
    team.house.bring({"员工": [person("D", 入职日期=date(2026, 11, 27))]})
    EventDay.objects.create(venue=team.venue, date=november(28))
    team.rest("A", 26, 28)
    team.rest("B", 26)
    team.rest("D", 26)  # before their first day
    for number, kind, approver in (("C", "personal", "王经理"), ("B", "personal", ""), ("A", "dinner", "王经理")):
        Leave.objects.create(
            employee=team.person(number), kind=kind, first_day=november(26), last_day=november(27),
            requested_at=NOW, approver=approver,
        )  # fmt: skip
    roster = grid(team)
    assert [roster.head(november(day)).off for day in (26, 27, 28)] == [3, 1, 0]
    assert [head.day.day for head in roster.crowded] == [26]
    assert roster.valid == {
        team.person("A").pk: (november(26),), team.person("B").pk: (november(26),)
    }  # fmt: skip


def test_fridays_saturdays_and_the_eve_of_a_holiday_are_busy(team: Team) -> None:
    CalendarDay.objects.create(venue=team.venue, date=november(25), is_working=False, name="节")
    CalendarDay.objects.create(venue=team.venue, date=november(18), is_working=True)
    CalendarDay.objects.create(venue=team.venue, date=date(2026, 12, 1), is_working=False)
    busy = [head.day.day for head in grid(team).heads if head.is_busy]
    assert busy == [6, 7, 13, 14, 20, 21, 24, 27, 28, 30]


def test_a_cell_tells_what_the_day_is(team: Team) -> None:
    EventDay.objects.create(venue=team.venue, date=november(28), name="周年庆")
    team.rest("A", 2, 28)
    team.rest("A", 9, kind="self")
    team.rest("A", 16, kind="swap")
    Punch.objects.create(
        employee=team.person("A"), business_day=november(3), arrived_at=clock(november(3), 20),
        left_at=clock(november(3), 2),
    )  # fmt: skip
    Punch.objects.create(employee=team.person("A"), business_day=november(4), arrived_at=clock(november(4), 20))
    team.leave(first=26, last=26)
    team.venue.employees.filter(number="A").update(left_on=november(29), exit_kind="resigned")
    roster = grid(team, may_set=True)
    looks = {day: sign(roster, team, "A", day) for day in (2, 3, 4, 5, 9, 16, 26, 28, 30)}
    assert looks == {
        2: "rest", 3: "came", 4: "came", 5: "", 9: "rest own", 16: "rest swap void", 26: "asked",
        28: "rest void", 30: "out",
    }  # fmt: skip
    row = roster.row(team.person("A").pk)
    assert (row.used, row.allowed, row.voids) == (2, 3, 2)
    assert "1.2.C" in row.cells[27].void
    assert [row.cells[day - 1].act for day in (9, 23, 24, 26, 28, 30)] == ["", "", "rest", "rest", "work", ""]


def test_ones_own_row_and_a_readers_have_nothing_to_click(team: Team) -> None:
    own = team.user("A").pk
    roster = grid(team, reader=own, may_set=True)
    acts = {row.employee.number: {cell.act for cell in row.cells} for row in roster.rows}
    assert acts == {"A": {""}, "B": {"", "rest"}, "C": {"", "rest"}}
    assert {cell.act for row in grid(team).rows for cell in row.cells} == {""}


def test_the_allowance_shown_is_the_policys(team: Team) -> None:
    set_policy(venue=team.venue, month=NOVEMBER, values={"monthly_rest_days": "4"})
    team.rest("A", 2, 9, 16, 26)
    row = grid(team).row(team.person("A").pk)
    assert (row.used, row.allowed, row.voids) == (4, 4, 0)


def test_today_is_the_first_day_that_has_not_ended(team: Team) -> None:
    for now, day in ((NOW, 24), (clock(november(24), 11), 24), (clock(november(24), 11) + timedelta(hours=1), 25)):
        assert [head.day.day for head in grid(team, now).heads if head.is_today] == [day]
