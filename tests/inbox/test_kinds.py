"""Kinds of messages: each has its Chinese, is worded from the values it declares, and finds its stored rows."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation

from accounts.models import User
from inbox.kinds import KINDS, UnknownMessage, declare, message_kind, names_in
from inbox.models import Message
from inbox.services import post
from tests.house import AFTER, House
from tests.workbooks import person

SAMPLES: dict[str, Any] = {
    "month": "2026-09",
    "amount": "-150.00",
    "figures": [["base_wage", "3000", "3200"]],
    "day": "2026-11-24",
    "last_day": "2026-11-25",
    "other_day": "2026-11-26",
    "rest_days": "2026-11-24,2026-11-26",
    "void_days": "2026-11-24",
    "valid_days": "2026-11-26,2026-11-27",
}
migration = import_module("inbox.migrations.0002_message_kinds")
every_kind = pytest.mark.parametrize("key", sorted(KINDS))


def values_of(key: str) -> dict[str, Any]:
    return {name: SAMPLES.get(name, f"«{name}»") for name in KINDS[key].values}


def told(message: Message) -> list[str]:
    found = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.append(str(message))
    return found


@every_kind
def test_each_declares_what_its_text_names_and_has_its_chinese(key: str) -> None:
    kind = KINDS[key]
    assert set(names_in(kind.text)) == set(kind.values)
    english, chinese = told(Message(kind=key, basis=values_of(key)))
    assert english != chinese
    with translation.override("zh-hans"):
        chinese_text = translation.gettext(kind.text)
    assert chinese_text != kind.text
    assert set(names_in(chinese_text)) <= set(kind.values)
    for name in kind.values.keys() - SAMPLES.keys():
        assert f"«{name}»" in english


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    kept_house.bring({"员工": [person()]})
    return kept_house


@every_kind
def test_a_row_of_its_source_text_becomes_its_kind_and_reads_as_before(house: House, key: str) -> None:
    user = User.objects.create(username="reader")
    given = values_of(key) | {"extra": "of earlier"}
    row: dict[str, Any] = {"venue": house.venue, "user": user, "sent_at": AFTER}
    stored = Message.objects.create(key="a", text=KINDS[key].text, basis=given, **row)
    foreign = Message.objects.create(
        key="b", text="%(day)s: of another time", basis=given | {"day": "2026-11-24"}, **row
    )
    before = told(stored)
    migration.give_kinds(apps, None)
    stored.refresh_from_db()
    foreign.refresh_from_db()
    assert (stored.kind, stored.text) == (key, "")
    assert told(stored) == before
    assert (foreign.kind, foreign.text) == ("", "%(day)s: of another time")
    assert told(foreign)[0] == "24 Nov 2026: of another time"
    migration.give_texts(apps, None)
    stored.refresh_from_db()
    foreign.refresh_from_db()
    assert (stored.kind, stored.text, foreign.text) == ("", KINDS[key].text, "%(day)s: of another time")


def test_only_declared_values_are_kept_and_none_may_lack(house: House) -> None:
    kind, user = message_kind("comps.approved"), User.objects.create(username="reader")
    to = {"venue": house.venue, "users": [user], "kind": kind, "now": AFTER}
    with pytest.raises(ValueError, match="lacks table"):
        post(key="a", basis={"item": "花生"}, **to)
    post(key="a", basis={"item": "花生", "table": "B5", "reason": ""}, **to)
    found = Message.objects.get()
    assert (found.kind, found.text, found.basis) == ("comps.approved", "", {"item": "花生", "table": "B5"})


def test_an_unknown_kind_is_an_error_and_a_word_is_taken_once() -> None:
    with pytest.raises(UnknownMessage):
        str(Message(kind="comps.none", basis={}))
    with pytest.raises(ValueError, match="two kinds"):
        declare("comps.approved", "x")
