"""Rest days chosen and swapped: never more than the allowance, never on an event day."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Request, Rest
from attendance.requests.kinds.swap import ask_swap
from attendance.requests.services.decisions import decide
from attendance.requests.services.requests import answer_swap, withdraw
from attendance.rest_days.selectors import as_rule, month_rests, rest_month, swap_partners, swappable_days
from attendance.rest_days.services import choose_rest, give_up_rest
from attendance.selectors import requests_to_look_at, waiting_for
from inbox.models import Message
from rulebook.attendance import void_rests
from staff.models import Employee
from tests.attendance.conftest import ENDED, NOVEMBER, NOW, TODAY, Team, clock, november, team_of
from tests.house import House
from venues.errors import MonthLocked, Refused
from venues.models import EventDay, Month
from venues.services import grant_role, set_policy


def choose(team: Team, day: int | date, number: str = "A", **other: Any) -> Rest:
    chosen = november(day) if isinstance(day, int) else day
    values = {"employee": team.person(number), "user": team.user(number), "day": chosen, "now": NOW} | other
    return choose_rest(**values)


class TestChosen:
    def test_a_rest_day_of_ones_own_stands_at_once(self, team: Team) -> None:
        choose(team, 26)
        assert team.rests("A") == {november(26): "self"}
        assert team.decided("A", 26) == ["rest"]

    def test_a_day_is_chosen_before_its_shift_begins(self, team: Team) -> None:
        with pytest.raises(Refused, match=r"1\.2"):
            choose(team, 24, now=clock(TODAY, 20))
        choose(team, 24, now=clock(TODAY, 19, 59, 59))

    def test_nobody_rests_on_an_event_day(self, team: Team) -> None:
        EventDay.objects.create(venue=team.venue, date=november(26), name="周年庆")
        with pytest.raises(Refused, match=r"1\.2\.C"):
            choose(team, 26)
        assert not team.rests("A")

    def test_one_rest_day_a_month_is_chosen_by_oneself(self, team: Team) -> None:
        choose(team, 26)
        with pytest.raises(Refused, match=r"1\.2"):
            choose(team, 27)

    def test_a_chosen_day_stays_within_the_months_three(self, team: Team) -> None:
        team.rest("A", 2, 9, 16)
        with pytest.raises(Refused, match=r"1\.2"):
            choose(team, 26)

    def test_a_chosen_day_pushes_no_other_rest_day_past_the_allowance(self, team: Team) -> None:
        team.rest("A", 2, 9, 29)
        with pytest.raises(Refused, match="11月29日"):
            choose(team, 26)

    def test_the_policy_of_its_month_holds(self, team: Team) -> None:
        set_policy(venue=team.venue, month=NOVEMBER.next, values={"self_scheduled_rest_days": "2"})
        december = NOVEMBER.next.first
        for offset in range(2):
            choose(team, december + timedelta(days=offset))
        with pytest.raises(Refused):
            choose(team, december + timedelta(days=2))

    def test_a_rest_day_is_chosen_by_oneself_once_and_while_employed(self, team: Team) -> None:
        choose(team, 26)
        with pytest.raises(Refused):
            choose(team, 26)
        for user in (team.user("B"), team.boss):
            with pytest.raises(Refused):
                choose(team, 27, user=user)
        team.venue.employees.filter(number="B").update(left_on=november(25), exit_kind="resigned")
        with pytest.raises(Refused):
            choose(team, 26, "B")
        with pytest.raises(Refused):
            choose(team, november(26) + timedelta(days=400), "C")

    def test_a_locked_month_takes_no_rest_day(self, team: Team) -> None:
        Month.objects.update_or_create(venue=team.venue, first_day=november(1), defaults={"state": "locked"})
        with pytest.raises(MonthLocked):
            choose(team, 26)

    def test_a_chosen_day_is_given_up_until_its_shift_begins(self, team: Team) -> None:
        choose(team, 26)
        team.rest("A", 28)
        values: dict[str, Any] = {"employee": team.person("A"), "user": team.user("A")}
        with pytest.raises(Refused):
            give_up_rest(**values, day=november(28), now=NOW)
        with pytest.raises(Refused):
            give_up_rest(**values, day=november(26), now=clock(november(26), 20))
        give_up_rest(**values, day=november(26), now=clock(november(26), 19, 59, 59))
        assert team.rests("A") == {november(28): "regular"}
        assert Rest.history.filter(history_type="-").count() == 1

    def test_the_calendar_says_of_every_day_whether_it_can_be_chosen(self, team: Team) -> None:
        EventDay.objects.create(venue=team.venue, date=november(27), name="周年庆")
        team.rest("A", 28)
        found = rest_month(team.person("A"), NOVEMBER, NOW)
        free = [cell.day.day for cell in found.cells if not cell.problem]
        assert free == [24, 25, 26, 29, 30]
        assert (found.used, found.allowed, found.chosen, found.choosable) == (1, 3, 0, 1)


@pytest.fixture
def resting(team: Team) -> Team:
    """A rests on the 25th, B on the 26th, C on the 27th."""
    team.rest("A", 25)
    team.rest("B", 26)
    team.rest("C", 27)
    return team


def swap(team: Team, day: int = 25, colleague: str = "B", other: int = 26, **more: Any) -> Request:
    values = {
        "employee": team.person("A"),
        "user": team.user("A"),
        "day": november(day),
        "colleague": team.person(colleague),
        "other_day": november(other),
        "reason": "",
        "now": NOW,
    }
    return ask_swap(**(values | more))


def agree(team: Team, asked: Request, number: str = "B", **more: Any) -> Request:
    return answer_swap(**({"request": asked, "user": team.user(number), "agree": True, "now": NOW} | more))


def approve(team: Team, asked: Request, **more: Any) -> Request:
    return decide(**({"request": asked, "user": team.boss, "approve": True, "reason": "", "now": NOW} | more))


class TestSwapped:
    def test_three_people_make_a_swap(self, resting: Team) -> None:
        asked = swap(resting)
        assert list(waiting_for(resting.user("B"), resting.venue)) == [asked]
        assert not requests_to_look_at(resting.venue, ENDED)
        with pytest.raises(Refused):
            approve(resting, asked)
        agreed = agree(resting, asked, now=clock(TODAY, 19))
        assert (agreed.asked_at, agreed.agreed_at) == (NOW, clock(TODAY, 19))
        assert list(requests_to_look_at(resting.venue, ENDED)) == [asked]
        approve(resting, asked)
        assert resting.rests("A") == {november(26): "swap"}
        assert resting.rests("B") == {november(25): "swap"}
        assert {rest.approver for rest in Rest.objects.filter(kind="swap")} == {"王经理"}
        assert resting.decided("A", 25, 26) == ["absence", "rest"]
        assert resting.decided("B", 25, 26) == ["rest", "absence"]

    def test_the_three_are_told(self, resting: Team) -> None:
        approve(resting, agree(resting, swap(resting)))
        told = [(message.user.username, str(message)) for message in Message.objects.order_by("pk")]
        assert [name for name, _text in told] == ["user-B", "user-A", "user-A", "user-B"]
        assert all("2026年11月2" in text for _name, text in told)

    def test_only_the_colleague_answers_and_once(self, resting: Team) -> None:
        asked = swap(resting)
        for number in "AC":
            with pytest.raises(Refused):
                agree(resting, asked, number)
        agree(resting, asked)
        with pytest.raises(Refused):
            agree(resting, asked, agree=False)

    def test_a_colleague_who_declines_ends_it(self, resting: Team) -> None:
        asked = agree(resting, swap(resting), agree=False)
        assert asked.state == Request.State.REFUSED
        with pytest.raises(Refused):
            approve(resting, asked)
        assert resting.rests("A") == {november(25): "regular"}

    def test_neither_of_the_two_decides(self, resting: Team) -> None:
        asked = agree(resting, swap(resting))
        for number in "AB":
            grant_role(venue=resting.venue, user=resting.user(number), role=Role.FLOOR_MANAGER)
            with pytest.raises(Refused):
                approve(resting, asked, user=resting.user(number))
        assert resting.rests("A") == {november(25): "regular"}

    def test_what_is_not_possible_is_not_asked(self, resting: Team) -> None:
        resting.rest("A", 29)
        resting.rest("B", 29)
        december = november(30) + timedelta(days=1)
        Rest.objects.create(employee=resting.person("B"), business_day=december, kind="regular")
        for day, colleague, other in ((24, "B", 26), (25, "B", 27), (25, "A", 29), (25, "B", 29), (29, "B", 26)):
            with pytest.raises(Refused):
                swap(resting, day, colleague, other)
        with pytest.raises(Refused, match=r"1\.2"):
            swap(resting, other_day=december)
        with pytest.raises(Refused):
            swap(resting, now=clock(november(25), 20))
        assert swap(resting, now=clock(november(25), 19, 59, 59)).pk

    def test_a_rest_day_is_offered_once_at_a_time(self, resting: Team) -> None:
        asked = swap(resting)
        with pytest.raises(Refused):
            swap(resting, colleague="C", other=27)
        withdraw(request=asked, user=resting.user("A"), now=NOW)
        assert swap(resting, colleague="C", other=27).pk

    def test_a_colleague_who_does_not_sign_in_is_not_asked(self, resting: Team) -> None:
        resting.venue.employees.filter(number="B").update(user=None)
        with pytest.raises(Refused):
            swap(resting)

    @pytest.mark.parametrize("change", ["gone", "event", "begun", "rests", "left"])
    def test_what_changed_meanwhile_is_refused_at_the_decision(self, resting: Team, change: str) -> None:
        asked, more = agree(resting, swap(resting)), {}
        if change == "gone":
            Rest.objects.filter(employee=resting.person("B")).delete()
        elif change == "event":
            EventDay.objects.create(venue=resting.venue, date=november(26), name="周年庆")
        elif change == "begun":
            more = {"now": clock(november(25), 20)}
        elif change == "rests":
            resting.rest("A", 26)
        else:
            resting.venue.employees.filter(number="B").update(left_on=november(25), exit_kind="resigned")
        before = resting.rests("A"), resting.rests("B")
        with pytest.raises(Refused):
            approve(resting, asked, **more)
        assert (resting.rests("A"), resting.rests("B")) == before
        asked.refresh_from_db()
        assert asked.state == Request.State.WAITING

    def test_a_void_rest_day_is_not_made_valid_by_a_swap(self, resting: Team) -> None:
        resting.rest("A", 26, 27, 28)
        Rest.objects.filter(employee=resting.person("B")).update(business_day=november(30))
        assert 28 not in [day.day for day in swappable_days(resting.person("A"), NOVEMBER, NOW)]
        with pytest.raises(Refused, match=r"1\.2"):
            swap(resting, 28, "B", 30)

    def test_only_what_is_possible_is_offered(self, resting: Team) -> None:
        resting.rest("C", 25)
        assert swappable_days(resting.person("A"), NOVEMBER, NOW) == [november(25)]
        offered = swap_partners(resting.person("A"), november(25), NOW)
        assert [(one.employee.number, one.day) for one in offered] == [("B", november(26))]
        EventDay.objects.create(venue=resting.venue, date=november(26), name="周年庆")
        assert swap_partners(resting.person("A"), november(25), NOW) == []


DAYS = st.integers(20, 30)
PERSON = st.sampled_from("ABC")
STEP = st.one_of(
    st.tuples(st.just("choose"), PERSON, DAYS),
    st.tuples(st.just("give up"), PERSON, DAYS),
    st.tuples(st.just("swap"), PERSON, DAYS, PERSON, DAYS),
    st.tuples(st.just("agree"), st.integers(0, 5)),
    st.tuples(st.just("decide"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
)


class TestAnyOrder(TestCase):
    @settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STEP, max_size=14), st.sets(st.tuples(PERSON, DAYS), max_size=7), st.sets(DAYS, max_size=2))
    def test_asking_and_deciding_in_any_order_never_gives_more_rest_than_the_allowance(
        self, steps: list[Any], roster: set[tuple[str, int]], events: set[int]
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            team = team_of(House(Path(folder)))
        for number, day in roster:
            team.rest(number, day)
        for day in events:
            EventDay.objects.create(venue=team.venue, date=november(day))
        policy = team.venue.policy_versions.get().policy
        counted = {number: len(valid_rests(team, number)) for number in "ABC"}
        people = {number: team.person(number) for number in "ABC"}
        for kind, *step in steps:
            try:
                take(team, people, kind, step)
            except Refused:
                continue
            for number in "ABC":
                valid = valid_rests(team, number)
                assert len(valid) <= policy.monthly_rest_days
                assert not {day.day for day in valid} & events
                if kind not in ("choose", "give up"):
                    assert len(valid) == counted[number], "a swap changes nobody's number of rest days"
                counted[number] = len(valid)


def valid_rests(team: Team, number: str) -> list[Any]:
    events = frozenset(EventDay.objects.values_list("date", flat=True))
    policy = team.venue.policy_versions.get().policy
    ruled = void_rests(map(as_rule, month_rests(team.person(number), NOVEMBER)), events, policy)
    return [day for day, why in ruled.items() if why is None]


def take(team: Team, people: dict[str, Employee], kind: str, step: list[Any]) -> None:
    """One step of somebody; refused where it is not possible."""
    if kind in ("choose", "give up"):
        act = choose_rest if kind == "choose" else give_up_rest
        act(employee=people[step[0]], user=user_of(people[step[0]]), day=november(step[1]), now=NOW)
    elif kind == "swap":
        own, day, other, other_day = step
        ask_swap(
            employee=people[own],
            user=user_of(people[own]),
            day=november(day),
            colleague=people[other],
            other_day=november(other_day),
            reason="",
            now=NOW,
        )
    else:
        asked = list(Request.objects.order_by("pk"))[step[0] : step[0] + 1]
        if not asked:
            return
        (request,) = asked
        if kind == "agree":
            assert request.colleague is not None
            answer_swap(request=request, user=user_of(request.colleague), agree=True, now=NOW)
        elif kind == "withdraw":
            withdraw(request=request, user=user_of(request.employee), now=NOW)
        else:
            decide(request=request, user=team.boss, approve=step[1], reason="理由", now=NOW)


def user_of(person: Employee) -> User:
    assert person.user is not None
    return person.user
