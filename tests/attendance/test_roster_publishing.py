"""A roster published: who is told what, how often."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from attendance.models import RosterPublication
from attendance.roster.grid import roster_of
from attendance.roster.publications import latest_of, published_of
from attendance.roster.services.publications import publish_roster
from attendance.roster.services.rests import set_rest, take_back_rest
from inbox.models import Message
from rulebook.calendar import CalendarMonth
from tests.attendance.conftest import ENDED, NOVEMBER, NOW, Team, november
from tests.house import House
from tests.workbooks import person
from venues.errors import MonthLocked, Refused
from venues.models import EventDay, Month

LATER = NOW + timedelta(hours=1)


def publish(team: Team, **other: Any) -> RosterPublication | None:
    made = publish_roster(**{"venue": team.venue, "month": NOVEMBER, "user": team.boss, "now": NOW} | other)
    return made[0] if made else None


def told(team: Team, number: str) -> list[str]:
    return [str(message) for message in Message.objects.filter(user=team.user(number)).order_by("pk")]


def changed(team: Team) -> list[str]:
    roster = roster_of(team.venue, NOVEMBER, NOW)
    return [one.number for one in published_of(roster.people, roster.valid, latest_of(team.venue, NOVEMBER)).changed]


def test_each_is_told_the_own_rest_days_and_who_has_none_nothing(team: Team) -> None:
    team.rest("A", 26, 28)
    team.rest("B", 27)
    User.objects.update(last_login=NOW)
    made = publish(team)
    assert made is not None
    assert (made.user, made.at, made.told) == (team.boss, NOW, 2)
    assert told(team, "A") == ["你 2026年11月的工休：11月26日 周四、11月28日 周六。"]
    assert told(team, "B") == ["你 2026年11月的工休：11月27日 周五。"]
    assert told(team, "C") == []
    message = Message.objects.get(user=team.user("A"))
    assert message.path == "/v/main/mine/calendar/2026-11/"
    with translation.override("en"):
        assert str(message) == "Your rest days in November 2026: Thu 26 Nov, Sat 28 Nov."


def test_published_twice_nobody_is_told_twice(team: Team) -> None:
    team.rest("A", 26)
    publish(team)
    assert publish(team, user=team.other_boss, now=LATER) is None
    assert RosterPublication.objects.count() == Message.objects.count() == 1


def test_a_change_after_publishing_is_shown_and_told_to_those_alone(team: Team) -> None:
    team.rest("A", 26)
    team.rest("B", 27)
    publish(team)
    assert changed(team) == []
    set_rest(employee=team.person("A"), user=team.boss, day=november(30), now=NOW)
    set_rest(employee=team.person("C"), user=team.boss, day=november(30), now=NOW)
    assert changed(team) == ["A", "C"]
    publish(team, now=LATER)
    assert told(team, "A")[1:] == ["你 2026年11月的工休有变动，现为：11月26日 周四、11月30日 周一。"]
    assert told(team, "C") == ["你 2026年11月的工休：11月30日 周一。"]
    assert len(told(team, "B")) == 1
    assert changed(team) == []


def test_set_and_taken_back_is_no_change(team: Team) -> None:
    team.rest("A", 26)
    publish(team)
    set_rest(employee=team.person("A"), user=team.boss, day=november(30), now=NOW)
    take_back_rest(employee=team.person("A"), user=team.boss, day=november(30), now=NOW)
    assert publish(team) is None


def test_who_lost_the_last_rest_day_is_told_so(team: Team) -> None:
    team.rest("A", 26)
    publish(team)
    take_back_rest(employee=team.person("A"), user=team.boss, day=november(26), now=NOW)
    publish(team, now=LATER)
    assert told(team, "A")[1:] == ["你 2026年11月的工休有变动，现在没有工休。"]


def test_void_rest_days_are_not_promised(team: Team) -> None:
    team.rest("A", 26, 28)
    EventDay.objects.create(venue=team.venue, date=november(28))
    publish(team)
    assert told(team, "A") == ["你 2026年11月的工休：11月26日 周四。"]


def test_who_does_not_sign_in_is_published_and_counted_as_told_by_word(team: Team) -> None:
    team.venue.employees.filter(number="A").update(user=None)
    User.objects.filter(pk=team.user("B").pk).update(last_login=NOW)
    for number, day in (("A", 26), ("B", 27), ("C", 28)):
        team.rest(number, day)
    roster = roster_of(team.venue, NOVEMBER, NOW)
    assert [one.number for one in published_of(roster.people, roster.valid, None).silent] == ["A", "C"]
    made = publish(team)
    assert made is not None
    assert made.told == 1
    assert told(team, "C"), "it is there once C signs in"
    assert changed(team) == []


def test_an_empty_roster_a_month_that_is_over_and_a_locked_one_are_refused(team: Team) -> None:
    with pytest.raises(Refused):
        publish(team)
    team.rest("A", 26)
    with pytest.raises(Refused):
        publish(team, now=ENDED)
    with pytest.raises(Refused):
        publish(team, user=team.hr)
    Month.objects.create(venue=team.venue, first_day=november(1), state=Month.State.LOCKED)
    with pytest.raises(MonthLocked):
        publish(team)
    assert not RosterPublication.objects.exists()
    assert not Message.objects.exists()


def test_publishing_leaves_drafts_as_they_are(team: Team) -> None:
    team.rest("A", 26)
    publish(team)
    assert Month.objects.get(first_day=november(1)).revision == 0


def test_another_venues_people_are_told_nothing(team: Team, tmp_path: Any) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("A")]})
    other.venue.employees.update(user=team.user("C"))
    other.venue.employees.get().rests.create(business_day=november(26), kind="regular")
    team.rest("A", 26)
    publish(team)
    assert told(team, "C") == []
    with pytest.raises(Refused):
        publish(team, venue=other.venue)


def test_each_month_is_published_by_itself(team: Team) -> None:
    team.rest("A", 26)
    team.person("A").rests.create(business_day=date(2026, 12, 1), kind="regular")
    publish(team)
    publish(team, month=CalendarMonth(2026, 12))
    assert [text.split("：")[1] for text in told(team, "A")] == ["11月26日 周四。", "12月1日 周二。"]
