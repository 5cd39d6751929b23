"""Kinds of requests: each answers by itself, an unknown one is an error, a new one is its rule and its class."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import translation

from attendance.models import Leave, Request
from attendance.request_kinds import KINDS, UnknownKind, kind_of, leave_choices, register, request_choices
from attendance.requests.kinds.leave import LeaveOfDays
from attendance.requests.services.decisions import decide
from attendance.roster.grid import roster_of
from dashboards.tonight.queue import request_waiting
from inbox.kinds import KINDS as MESSAGES
from inbox.models import Message
from rulebook.attendance import LEAVE_RULES, LeaveKind, LeaveRule, Verdict
from tests.attendance.conftest import NOVEMBER, NOW, Team, november
from tests.pages.looking import at, signed_in, text_of
from venues.selectors import policy_of


class FamilyLeave(LeaveOfDays):
    """A kind that exists in this test alone."""

    key = "family"
    word = "family day"  # type: ignore[assignment]
    icon = "home"
    article = "1.2"
    note = "For the family."  # type: ignore[assignment]
    day_word = "family"
    approved = "Your family day from %(day)s to %(last_day)s is approved by %(by)s."
    refused = "Your family day from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s"


@pytest.fixture
def family(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[FamilyLeave]:
    """A kind of leave with its rule and its class; the database's list, a migration otherwise, is not asked."""
    monkeypatch.setitem(LEAVE_RULES, "family", LeaveRule(Verdict.STATUTORY))
    before: Any = dict(KINDS)
    messages: Any = dict(MESSAGES)
    register(kind := FamilyLeave())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE attendance_request DROP CONSTRAINT request_values_known")
            cursor.execute("ALTER TABLE attendance_leave DROP CONSTRAINT leave_kind_known")
        yield kind
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    for kinds, those in ((KINDS, before), (MESSAGES, messages)):
        kinds.clear()
        kinds.update(those)


def test_a_kind_that_only_a_test_knows_is_asked_priced_granted_and_shown(team: Team, family: FamilyLeave) -> None:
    data = {"leave": "family", "first": "2026-11-26", "last": "2026-11-27", "reason": "搬家"}
    with time_machine.travel(NOW, tick=False):
        client = signed_in(team.user("A"), "en")
        choice = text_of(client.get(at(team.house, "request_new", "leave")), "//main")
        assert "Family day" in choice
        assert "For the family." in choice
        filling = client.get(at(team.house, "request_new", "leave"), {"leave": "family"})
        assert "Family day" in text_of(filling)
        confirm = text_of(client.get(at(team.house, "request_new", "leave"), data | {"confirm": "1"}), "//main")
        assert "Family day" in confirm
        assert "No deduction once it is approved." in confirm
        assert client.post(at(team.house, "request_new", "leave"), data).status_code == 302
        asked = Request.objects.get()
        assert asked.kind == "family"
        assert "Family day" in text_of(client.get(at(team.house, "request", asked.pk)))

        policy = policy_of(team.venue, NOVEMBER).policy
        with translation.override("en"):
            waiting = request_waiting(asked, policy, team.boss)
            assert (str(waiting.label), waiting.icon, waiting.article) == ("family day", "home", "1.2")
            assert "approved they cost nothing" in waiting.about

        decide(request=asked, user=team.boss, approve=True, now=NOW)
        assert Leave.objects.get().kind == "family"
        message = text_of(client.get(at(team.house, "messages")), "//main")
        assert "Your family day from" in message
        assert "王经理" in message
        calendar = client.get(at(team.house, "own_calendar", NOVEMBER))
        assert "family day" in text_of(calendar, "//main")
        row = roster_of(team.venue, NOVEMBER, NOW, shown=[team.person("A")]).rows[0]
        assert str(row.cells[25].sign.words) == "family day"
    assert team.decided("A", 25, 26, 27, 28) == ["absence", "statutory", "statutory", "absence"]


def test_it_is_refused_as_any_leave_is(team: Team, family: FamilyLeave) -> None:
    asked = team.leave("family", 26, 26)
    decide(request=asked, user=team.boss, approve=False, reason="Not now", now=NOW)
    with translation.override("en"):
        assert "is refused by 王经理: Not now" in str(Message.objects.get(user=team.user("A")))


def test_an_unknown_kind_is_an_error_and_never_another_one(team: Team) -> None:
    for key in ("", "family", "Sick"):
        with pytest.raises(UnknownKind, match="no kind of request"):
            kind_of(key)
    asked = team.leave()
    asked.kind = "family"
    with pytest.raises(UnknownKind):
        request_waiting(asked, policy_of(team.venue, NOVEMBER).policy, team.boss)


def test_a_word_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        register(KINDS["sick"])


@pytest.mark.parametrize("key", list(KINDS))
def test_each_kind_says_what_it_is(team: Team, key: str) -> None:
    kind = kind_of(key)
    values: dict[str, Any] = {"kind": key, "first_day": november(26), "last_day": november(27)}
    if key == "swap":
        values |= {"colleague": team.person("B"), "other_day": november(28)}
    asked = Request(employee=team.person("A"), side="arrival", at=NOW, **values)
    policy = policy_of(team.venue, NOVEMBER).policy
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert all((str(kind.word), kind.subject(asked), kind.about(asked, policy), kind.icon, kind.article))
    for text in (kind.approved, kind.refused):
        with translation.override("zh-hans"):
            assert translation.gettext(text) != text


def test_every_kind_of_leave_has_its_rule_its_class_and_its_choice() -> None:
    leaves = [key for key, _word in leave_choices()]
    assert sorted(leaves) == sorted(LEAVE_RULES) == sorted(LeaveKind)
    assert [key for key, _word in request_choices()] == [
        "sick", "personal", "statutory", "dinner", "swap", "punch", "business",
    ]  # fmt: skip
