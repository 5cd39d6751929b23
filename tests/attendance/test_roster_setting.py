"""Rest days that the supervisor sets: every refusal, the allowance in date order, who comes second."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.permissions import Role
from attendance.models import Leave, Rest
from attendance.rest_days.services import choose_rest
from attendance.roster.services.rests import set_rest, take_back_rest
from tests.attendance.conftest import ENDED, NOW, TODAY, Team, clock, november
from tests.house import House
from tests.workbooks import person
from venues.errors import MonthLocked, Refused
from venues.models import EventDay, Month
from venues.services import grant_role


def give(team: Team, day: int | date, number: str = "A", **other: Any) -> bool:
    chosen = november(day) if isinstance(day, int) else day
    return set_rest(**{"employee": team.person(number), "user": team.boss, "day": chosen, "now": NOW} | other)


def take(team: Team, day: int, number: str = "A", **other: Any) -> bool:
    values = {"employee": team.person(number), "user": team.boss, "day": november(day), "now": NOW}
    return take_back_rest(**values | other)


def revision(team: Team) -> int:
    found = Month.objects.filter(venue=team.venue, first_day=november(1)).first()
    return found.revision if found else 0


class TestSet:
    def test_a_rest_day_set_counts_at_once_and_says_who_set_it(self, team: Team) -> None:
        assert give(team, 26)
        assert team.rests("A") == {november(26): "regular"}
        assert team.decided("A", 26) == ["rest"]
        trace = Rest.history.get()
        assert (trace.history_type, trace.history_user) == ("+", team.boss)
        assert revision(team) == 1

    def test_a_second_supervisor_in_the_same_second_changes_nothing(self, team: Team) -> None:
        assert give(team, 26)
        assert not give(team, 26, user=team.other_boss)
        assert Rest.objects.count() == Rest.history.count() == revision(team) == 1
        assert take(team, 26)
        assert not take(team, 26, user=team.other_boss)
        assert (Rest.objects.count(), Rest.history.count(), revision(team)) == (0, 2, 2)

    def test_an_event_day_is_refused_with_the_reason(self, team: Team) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28), name="周年庆")
        with pytest.raises(Refused, match=r"11月28日 周六 是活动日.*1\.2\.C"):
            give(team, 28)
        assert not team.rests("A")
        assert revision(team) == 0, "what is refused leaves drafts as they are"

    def test_past_the_allowance_is_refused(self, team: Team) -> None:
        team.rest("A", 2, 9, 16)
        with pytest.raises(Refused, match=r"11月26日.*3 天.*1\.2"):
            give(team, 26)

    def test_a_day_that_would_push_a_later_one_past_the_allowance_is_refused(self, team: Team) -> None:
        """The allowance is taken in date order: a fourth before them makes the last void."""
        team.rest("A", 26, 27, 30)
        with pytest.raises(Refused, match=r"11月30日.*1\.2"):
            give(team, 25)
        assert len(team.rests("A")) == 3

    def test_a_void_rest_uses_up_nothing(self, team: Team) -> None:
        EventDay.objects.create(venue=team.venue, date=november(9))
        team.rest("A", 2, 9, 16)
        assert give(team, 26)
        assert team.decided("A", 2, 9, 16, 26) == ["rest", "absence", "rest", "rest"]

    @pytest.mark.parametrize(("kind", "papers", "refused"), [("personal", (), True), ("dinner", (), False)])
    def test_a_day_of_approved_leave_is_refused(
        self, team: Team, kind: str, papers: tuple[str, ...], refused: bool
    ) -> None:
        Leave.objects.create(
            employee=team.person("A"), kind=kind, first_day=november(25), last_day=november(27),
            requested_at=NOW, approver="王经理",
        )  # fmt: skip
        if refused:
            with pytest.raises(Refused, match="请假"):
                give(team, 26)
        else:
            assert give(team, 26)

    def test_leave_that_waits_refuses_nothing(self, team: Team) -> None:
        team.leave(first=26, last=26)
        assert give(team, 26)

    def test_a_day_that_has_ended_is_refused_and_today_is_not(self, team: Team) -> None:
        with pytest.raises(Refused, match="11月23日"):
            give(team, 23)
        assert give(team, 24, now=clock(TODAY, 23))

    def test_a_day_ends_at_noon_of_the_next(self, team: Team) -> None:
        noon = clock(november(24), 12)
        with pytest.raises(Refused):
            give(team, 23, now=noon)
        assert give(team, 23, now=noon - timedelta(seconds=1))

    def test_a_day_outside_the_employment_is_refused(self, team: Team) -> None:
        team.venue.employees.filter(number="A").update(left_on=november(25), exit_kind="resigned")
        with pytest.raises(Refused, match="11月26日"):
            give(team, 26)

    def test_a_day_more_than_a_year_away_is_refused(self, team: Team) -> None:
        with pytest.raises(Refused):
            give(team, date(2027, 12, 1))

    def test_a_locked_month_is_refused_and_so_is_one_before_it(self, team: Team) -> None:
        for day in (november(1), date(2026, 12, 1)):
            Month.objects.all().delete()
            Month.objects.create(venue=team.venue, first_day=day, state=Month.State.LOCKED)
            for act in (give, take):
                with pytest.raises(MonthLocked):
                    act(team, 26)

    @pytest.mark.parametrize("who", ["hr", "A"])
    def test_who_may_not_set_the_roster_is_refused(self, team: Team, who: str) -> None:
        user = team.hr if who == "hr" else team.user("A")
        for act in (give, take):
            with pytest.raises(Refused):
                act(team, 26, "B", user=user)

    def test_nobody_sets_or_takes_back_the_own_rest_day(self, team: Team) -> None:
        grant_role(venue=team.venue, user=team.user("A"), role=Role.FLOOR_MANAGER)
        team.rest("A", 27)
        with pytest.raises(Refused, match="自己"):
            give(team, 26, user=team.user("A"))
        with pytest.raises(Refused, match="自己"):
            take(team, 27, user=team.user("A"))
        assert give(team, 26, "B", user=team.user("A"))

    def test_a_supervisor_of_another_venue_is_refused(self, team: Team, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person("X")]})
        employee = other.venue.employees.get()
        with pytest.raises(Refused):
            set_rest(employee=employee, user=team.boss, day=november(26), now=NOW)


class TestTakenBack:
    def test_a_rest_day_taken_back_is_a_workday_and_leaves_its_trace(self, team: Team) -> None:
        give(team, 26)
        assert take(team, 26, user=team.other_boss)
        assert team.decided("A", 26) == ["absence"]
        trace = Rest.history.order_by("-history_id")[0]
        assert (trace.history_type, trace.history_user, trace.business_day) == ("-", team.other_boss, november(26))

    def test_what_somebody_chose_is_theirs_to_give_up(self, team: Team) -> None:
        choose_rest(employee=team.person("A"), user=team.user("A"), day=november(26), now=NOW)
        with pytest.raises(Refused, match=r"排休.*1\.2"):
            take(team, 26)
        team.venue.employees.filter(number="A").update(user=None)  # nobody who could do it themselves
        assert take(team, 26)

    def test_an_approved_swap_is_not_taken_back(self, team: Team) -> None:
        team.rest("A", 26, kind="swap")
        with pytest.raises(Refused, match=r"换休.*1\.3"):
            take(team, 26)

    def test_a_day_that_has_ended_stays(self, team: Team) -> None:
        team.rest("A", 23)
        with pytest.raises(Refused, match="11月23日"):
            take(team, 23)
        assert team.decided("A", 23, now=ENDED) == ["rest"]
