"""What can be asked for, by whom, until when."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.permissions import Role
from attendance.models import Leave, Request
from attendance.requests.kinds.business import ask_business
from attendance.requests.kinds.dinner import ask_dinner
from attendance.requests.kinds.leave import ask_leave
from attendance.requests.kinds.punch import ask_punch
from attendance.requests.services.decisions import decide
from attendance.requests.services.requests import Attachment, add_papers, withdraw
from attendance.selectors import requests_of, requests_to_look_at
from dashboards.tonight.selectors import stamp_of
from tests.attendance.conftest import ENDED, NOW, TODAY, Team, clock, november
from venues.errors import Refused
from venues.models import Month
from venues.services import grant_role


def test_leave_waits_for_the_supervisor_from_the_servers_moment(team: Team) -> None:
    asked = team.leave()
    assert (asked.state, asked.asked_at) == (Request.State.WAITING, NOW)
    assert list(requests_to_look_at(team.venue, ENDED)) == [asked]
    assert list(requests_of(team.user("A"), team.venue)) == [asked]
    assert not Leave.objects.exists()


def test_the_words_of_who_asks_stay_with_the_request(team: Team) -> None:
    mine = {"employee": team.person("A"), "user": team.user("A"), "now": NOW}
    ask_leave(**mine, kind="personal", first=november(26), last=november(26), reason=" 搬家 ")
    ask_business(**mine, day=TODAY, side="both", reason="接客户")
    assert set(Request.objects.values_list("kind", "reason")) == {("personal", "搬家"), ("business", "接客户")}


def test_everybody_asks_for_themselves(team: Team) -> None:
    common: dict[str, Any] = {"employee": team.person("A"), "user": team.user("B"), "reason": "家事", "now": NOW}
    with pytest.raises(Refused):
        ask_leave(**common, kind="personal", first=november(26), last=november(26))
    with pytest.raises(Refused):
        ask_dinner(**common, day=TODAY)
    with pytest.raises(Refused):
        ask_business(**common, day=TODAY, side="both")
    with pytest.raises(Refused):
        ask_punch(**common, day=TODAY - timedelta(days=1), side="arrival", at=clock(november(23), 20))


def test_who_may_not_make_requests_asks_for_nothing(team: Team) -> None:
    team.venue.memberships.filter(user=team.user("A")).delete()
    grant_role(venue=team.venue, user=team.user("A"), role=Role.HR)
    with pytest.raises(Refused):
        team.leave()


@pytest.mark.parametrize(("kind", "article"), [("sick", "1.2.A"), ("personal", "1.2.B")])
def test_leave_for_today_is_asked_for_before_the_shift_begins(team: Team, kind: str, article: str) -> None:
    with pytest.raises(Refused, match=article):
        team.leave(kind, 24, 24, now=clock(TODAY, 20))
    assert team.leave(kind, 24, 24, now=clock(TODAY, 19, 59, 59)).pk


def test_statutory_leave_may_be_asked_for_afterwards(team: Team) -> None:
    assert team.leave("statutory", 20, 24, now=clock(TODAY, 22)).pk


def test_a_guest_dinner_is_asked_for_before_the_shift_begins(team: Team) -> None:
    values: dict[str, Any] = {"employee": team.person("A"), "user": team.user("A"), "day": TODAY, "reason": "林总"}
    with pytest.raises(Refused, match=r"1\.3"):
        ask_dinner(**values, now=clock(TODAY, 20))
    assert ask_dinner(**values, now=clock(TODAY, 19, 59, 59)).state == Request.State.WAITING


def test_leave_is_at_most_366_days_within_the_employment_and_a_year_ahead(team: Team) -> None:
    values: dict[str, Any] = {"employee": team.person("A"), "user": team.user("A"), "reason": "", "now": NOW}
    first = november(26)
    with pytest.raises(Refused, match="366"):
        ask_leave(**values, kind="statutory", first=first, last=first + timedelta(days=366))
    with pytest.raises(Refused):
        ask_leave(**values, kind="statutory", first=first, last=first - timedelta(days=1))
    with pytest.raises(Refused):
        ask_leave(**values, kind="statutory", first=first + timedelta(days=400), last=first + timedelta(days=400))
    with pytest.raises(Refused):
        ask_leave(**values, kind="dinner", first=first, last=first)
    team.venue.employees.filter(number="A").update(left_on=november(27), exit_kind="resigned")
    values["employee"] = team.person("A")
    with pytest.raises(Refused, match="11月28日"):
        ask_leave(**values, kind="personal", first=first, last=november(28))
    assert ask_leave(**values, kind="personal", first=first, last=november(27)).pk


def test_the_longest_leave_is_366_days(team: Team) -> None:
    first = november(26)
    asked = ask_leave(
        employee=team.person("A"),
        user=team.user("A"),
        kind="statutory",
        first=first,
        last=first + timedelta(days=365),
        reason="",
        now=NOW,
    )
    assert asked.pk


def test_the_same_leave_is_not_asked_for_twice_until_it_is_refused_or_withdrawn(team: Team) -> None:
    asked = team.leave()
    with pytest.raises(Refused):
        team.leave(first=27, last=28)
    assert team.leave("sick", 27, 28).pk
    withdraw(request=asked, user=team.user("A"), now=NOW)
    again = team.leave()
    decide(request=again, user=team.boss, approve=False, reason="人手不够", now=NOW)
    third = team.leave()
    decide(request=third, user=team.boss, approve=True, reason="", now=NOW)
    with pytest.raises(Refused):
        team.leave()


def test_leave_that_hr_recorded_is_not_asked_for_again(team: Team) -> None:
    Leave.objects.create(
        employee=team.person("A"),
        kind="personal",
        first_day=november(25),
        last_day=november(26),
        requested_at=NOW,
        approver="王经理",
    )
    with pytest.raises(Refused):
        team.leave()
    assert team.leave(first=27, last=27).pk


def test_a_locked_month_is_not_asked_about(team: Team) -> None:
    Month.objects.update_or_create(venue=team.venue, first_day=november(1), defaults={"state": "locked"})
    with pytest.raises(Refused, match="2026年11月"):
        team.leave()


def test_a_correction_is_of_today_or_a_past_day_before_now_and_says_why(team: Team) -> None:
    def ask(**other: Any) -> Request:
        values: dict[str, Any] = {
            "employee": team.person("A"),
            "user": team.user("A"),
            "day": november(23),
            "side": "arrival",
            "at": clock(november(23), 20),
            "reason": "忘打卡",
            "now": NOW,
        }
        return ask_punch(**(values | other))

    for other in (
        {"reason": " "},
        {"side": "both"},
        {"at": clock(november(24), 20)},
        {"day": TODAY, "at": NOW + timedelta(seconds=1)},
        {"day": november(25), "at": clock(november(25), 20)},
        {"day": november(25), "at": clock(november(25), 20), "now": NOW},
    ):
        with pytest.raises(Refused):
            ask(**other)
    assert ask().pk
    with pytest.raises(Refused):
        ask()
    assert ask(side="departure", at=clock(november(23), 2)).pk
    assert ask(day=TODAY, at=NOW).pk


def test_official_business_is_of_today_or_a_past_day_and_says_why(team: Team) -> None:
    values: dict[str, Any] = {"employee": team.person("A"), "user": team.user("A"), "now": NOW}
    for other in (
        {"day": TODAY, "side": "both", "reason": ""},
        {"day": TODAY, "side": "", "reason": "拜访"},
        {"day": november(25), "side": "both", "reason": "拜访"},
    ):
        with pytest.raises(Refused):
            ask_business(**values, **other)
    assert ask_business(**values, day=TODAY, side="arrival", reason="拜访").pk
    with pytest.raises(Refused):
        ask_business(**values, day=TODAY, side="both", reason="拜访")
    assert ask_business(**values, day=TODAY, side="departure", reason="拜访").pk


def test_only_the_asker_withdraws_and_only_what_is_not_decided(team: Team) -> None:
    asked = team.leave()
    for user in (team.user("B"), team.boss):
        with pytest.raises(Refused):
            withdraw(request=asked, user=user, now=NOW)
    decide(request=asked, user=team.boss, approve=True, reason="", now=NOW)
    with pytest.raises(Refused):
        withdraw(request=asked, user=team.user("A"), now=NOW)


def test_papers_are_added_until_it_is_decided_and_at_most_nine(team: Team) -> None:
    asked = team.leave("sick", papers=("certificate",))
    paper = Attachment("receipt", ContentFile(b"x", name="paper.jpg"))
    before = stamp_of(team.venue, TODAY).requests
    add_papers(request=asked, user=team.user("A"), papers=[paper], now=NOW)
    assert stamp_of(team.venue, TODAY).requests > before
    with pytest.raises(Refused):
        add_papers(request=asked, user=team.user("B"), papers=[paper], now=NOW)
    with pytest.raises(Refused):
        add_papers(request=asked, user=team.user("A"), papers=[], now=NOW)
    with pytest.raises(Refused, match="9"):
        add_papers(request=asked, user=team.user("A"), papers=[paper] * 8, now=NOW)
    add_papers(request=asked, user=team.user("A"), papers=[paper] * 7, now=NOW)
    assert asked.papers.count() == 9
    decide(request=asked, user=team.boss, approve=False, reason="不全", now=NOW)
    with pytest.raises(Refused):
        add_papers(request=asked, user=team.user("A"), papers=[paper], now=NOW)


def test_the_version_changes_with_every_change_of_a_request(team: Team) -> None:
    seen = [stamp_of(team.venue, TODAY).requests]
    asked = team.leave()
    seen.append(stamp_of(team.venue, TODAY).requests)
    decide(request=asked, user=team.boss, approve=True, reason="", now=NOW)
    seen.append(stamp_of(team.venue, TODAY).requests)
    assert len(set(seen)) == 3
    assert stamp_of(team.venue, TODAY).requests == seen[-1]
