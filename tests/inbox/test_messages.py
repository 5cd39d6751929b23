"""Messages: once an occasion, to whom they concern, read when they are looked at."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from commissions.message_kinds import NOT_LOCKED
from inbox.kinds import KINDS, MessageKind, as_it_is
from inbox.models import Message
from inbox.reach import Reach, can_read, reach_of, told_or_not
from inbox.selectors import messages_to
from inbox.services import mark_read, post
from inbox.views import PAGE
from tests.house import AFTER, House
from tests.pages.looking import at, signed_in, somebody, text_of, tree
from tests.workbooks import person
from venues.models import Membership, Venue
from venues.selectors import roles_of

BASIS = {"month": "2026-09", "day": "2026-10-15"}


NOTE = MessageKind(key="note", text="%(note)s", values={"note": as_it_is})


@pytest.fixture(autouse=True)
def note(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that these tests alone send."""
    monkeypatch.setitem(KINDS, "note", NOTE)


@pytest.fixture(scope="module")
def staffed(kept_house: House) -> House:
    kept_house.bring({"员工": [person()]})
    for role in Role:
        somebody(kept_house, role)
    return kept_house


def user(role: Role) -> User:
    return User.objects.get(username=role)


def tell(house: House, *roles: Role, key: str = "a", **more: Any) -> None:
    users = [user(role) for role in roles]
    given = {"kind": NOT_LOCKED, "basis": BASIS, "now": AFTER} | more
    post(venue=house.venue, users=users, key=key, **given)


def page_of(house: House, role: Role, language: str = "zh-hans") -> Any:
    return signed_in(user(role), language).get(at(house, "messages"))


def unread_in_navigation(house: House, role: Role, name: str = "payroll_months") -> str:
    return text_of(signed_in(user(role), "en").get(at(house, name)), "//nav/a//span[@class='count']")


def unread_behind_more(house: House, role: Role, name: str = "payroll_months") -> str:
    """What the phone's dock shows where messages are among what it has no room for."""
    return text_of(signed_in(user(role), "en").get(at(house, name)), "//nav/details//span[@class='count']")


class TestPosting:
    def test_a_person_is_told_of_an_occasion_once(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        tell(staffed, Role.HR, now=AFTER + timedelta(days=1))
        message = Message.objects.get()
        assert message.sent_at == AFTER

    def test_who_was_not_told_yet_is_told_when_others_were(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        tell(staffed, Role.HR, Role.OWNER)
        assert [message.user for message in Message.objects.order_by("id")] == [user(Role.HR), user(Role.OWNER)]

    def test_one_who_has_read_it_is_not_told_again(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        mark_read(messages=messages_to(user(Role.HR), staffed.venue), now=AFTER)
        tell(staffed, Role.HR)
        assert Message.objects.get().read_at == AFTER

    def test_two_occasions_are_two_messages(self, staffed: House) -> None:
        tell(staffed, Role.HR, key="a")
        tell(staffed, Role.HR, key="b")
        assert Message.objects.count() == 2

    def test_the_same_occasion_at_another_venue_is_another(self, staffed: House, tmp_path: Path) -> None:
        House(tmp_path, "other").bring({"员工": [person()]})
        tell(staffed, Role.HR)
        post(
            venue=Venue.objects.get(code="other"),
            users=[user(Role.HR)],
            key="a",
            kind=NOTE,
            basis={"note": "x"},
            now=AFTER,
        )
        assert Message.objects.count() == 2


class TestReading:
    def test_looking_at_a_message_is_reading_it_and_it_is_marked_new_that_once(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        with time_machine.travel(AFTER + timedelta(hours=1), tick=False):
            first = page_of(staffed, Role.HR)
        assert Message.objects.get().read_at == AFTER + timedelta(hours=1)
        assert len(tree(first).xpath("//li[contains(@class, 'is-new')]")) == 1
        with time_machine.travel(AFTER + timedelta(hours=2), tick=False):
            second = page_of(staffed, Role.HR)
        assert Message.objects.get().read_at == AFTER + timedelta(hours=1)
        assert tree(second).xpath("//li[contains(@class, 'is-new')]") == []

    def test_what_was_read_before_stays_read_as_of_then_when_a_new_one_is(self, staffed: House) -> None:
        tell(staffed, Role.HR, key="old")
        mark_read(messages=messages_to(user(Role.HR), staffed.venue), now=AFTER)
        tell(staffed, Role.HR, key="new")
        page_of(staffed, Role.HR)
        read = dict(Message.objects.values_list("key", "read_at"))
        assert read["old"] == AFTER
        assert read["new"] not in (AFTER, None)

    def test_asking_for_its_head_alone_reads_nothing(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        signed_in(user(Role.HR)).head(at(staffed, "messages"))
        assert Message.objects.get().read_at is None

    def test_reading_ones_own_leaves_anothers_unread(self, staffed: House) -> None:
        tell(staffed, Role.HR, Role.OWNER)
        page_of(staffed, Role.HR)
        assert list(Message.objects.filter(read_at=None).values_list("user__username", flat=True)) == ["owner"]

    def test_reading_at_one_venue_leaves_another_venues_unread(self, staffed: House, tmp_path: Path) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person()]})
        tell(staffed, Role.HR)
        post(venue=other.venue, users=[user(Role.HR)], key="a", kind=NOTE, basis={"note": "Elsewhere"}, now=AFTER)
        page = page_of(staffed, Role.HR)
        assert "Elsewhere" not in text_of(page)
        assert Message.objects.filter(read_at=None).get().venue == other.venue

    def test_one_sees_nobody_elses(self, staffed: House) -> None:
        tell(staffed, Role.OWNER)
        for role in (Role.HR, Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER):
            assert tree(page_of(staffed, role)).xpath("//li[contains(@class, 'list-row')]") == []
        assert len(messages_to(user(Role.OWNER), staffed.venue)) == 1

    def test_the_latest_stand_first_and_only_those_seen_are_read(self, staffed: House) -> None:
        for number in range(PAGE + 5):
            key = str(number)
            tell(
                staffed,
                Role.HR,
                key=key,
                kind=NOTE,
                basis={"note": f"m{number}"},
                now=AFTER + timedelta(minutes=number),
            )
        first = tree(page_of(staffed, Role.HR)).xpath("//*[contains(@class, 'list-main')]/text()")
        assert first == [f"m{number}" for number in reversed(range(5, PAGE + 5))]
        assert set(Message.objects.filter(read_at=None).values_list("basis__note", flat=True)) == {
            f"m{n}" for n in range(5)
        }
        signed_in(user(Role.HR)).get(at(staffed, "messages"), {"page": 2})
        assert not Message.objects.filter(read_at=None).exists()

    def test_an_empty_inbox_says_what_belongs_there(self, staffed: House) -> None:
        assert "No messages yet" in text_of(page_of(staffed, Role.HOST, "en"))


class TestNavigation:
    def test_the_way_to_messages_counts_what_is_unread_everywhere_until_it_is_read(self, staffed: House) -> None:
        assert unread_in_navigation(staffed, Role.HR) == ""
        tell(staffed, Role.HR, key="a")
        tell(staffed, Role.HR, key="b")
        tell(staffed, Role.OWNER, key="c")
        assert unread_in_navigation(staffed, Role.HR) == "2 unread"
        assert unread_behind_more(staffed, Role.HR) == "2 unread"
        assert unread_in_navigation(staffed, Role.OWNER) == "1 unread"
        assert unread_in_navigation(staffed, Role.HR, "messages") == "", "what is looked at is read"
        assert unread_in_navigation(staffed, Role.HR) == ""

    def test_pages_of_no_venue_count_nothing(self, staffed: House) -> None:
        tell(staffed, Role.HR)
        assert "unread" not in signed_in(user(Role.HR)).get("/?all").context
        assert Client().get("/sign-in/").status_code == 200


class TestWords:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", "September 2026 is not locked yet; pay is due on 15 Oct 2026."),
            ("zh-hans", "2026年9月还没有锁定；应在 2026年10月15日 发工资。"),
        ],
    )
    def test_a_message_is_read_in_the_readers_language(self, staffed: House, language: str, words: str) -> None:
        tell(staffed, Role.HR)
        assert words in text_of(page_of(staffed, Role.HR, language))

    def test_it_leads_to_what_it_is_about(self, staffed: House) -> None:
        path = at(staffed, "payroll_month", "2026-09")
        tell(staffed, Role.HR, path=path)
        assert tree(page_of(staffed, Role.HR)).xpath("//li/a/@href") == [path]

    @pytest.mark.parametrize("role", Role)
    def test_it_leads_nobody_to_a_page_that_is_shut_to_their_role(self, staffed: House, role: Role) -> None:
        """Who was an account manager and is a floor manager now has both kinds of messages."""
        paths = [
            at(staffed, "own_fines") + "?month=2026-09#d2026-09-03",
            at(staffed, "payroll_month", "2026-09"),
            "/x/",
        ]
        for place, path in enumerate(paths):
            tell(staffed, role, key=str(place), path=path)
        page = page_of(staffed, role)
        links = tree(page).xpath("//li/a[@class='list-main']/@href")
        assert links == [path for path in paths if signed_in(user(role)).get(path).status_code == 200]
        assert len(tree(page).xpath("//ul[@class='card list plain']/li")) == 3

    def test_its_time_is_the_venues(self, staffed: House) -> None:
        Venue.objects.update(timezone="Asia/Tokyo")
        tell(staffed, Role.HR)
        assert text_of(page_of(staffed, Role.HR), "//li/time") == "6月1日 21:00"

    def test_what_stands_in_it_is_shown_as_text(self, staffed: House) -> None:
        tell(staffed, Role.HR, kind=NOTE, basis={"note": "<b>x</b>"})
        assert "<b>x</b>" in text_of(page_of(staffed, Role.HR))


class TestReach:
    @pytest.mark.parametrize(
        ("change", "reads"),
        [
            ({}, True),
            ({"last_login": None}, False),
            ({"is_active": False}, False),
            ({"role": None}, False),
            ({"role": Role.HOST}, True),
        ],
    )
    def test_it_reaches_who_has_a_role_here_and_has_signed_in(
        self, staffed: House, tmp_path: Path, change: dict[str, Any], reads: bool
    ) -> None:
        """A role elsewhere opens no page of this venue."""
        other = House(tmp_path, "other")
        other.bring({"员工": [person()]})
        reader = somebody(staffed, Role.ACCOUNT_MANAGER, "reader")
        somebody(other, Role.ACCOUNT_MANAGER, "reader")
        change = {"last_login": AFTER} | change
        if "role" in change:
            role = change.pop("role")
            Membership.objects.filter(venue=staffed.venue, user=reader).delete()
            somebody(staffed, role, "reader")
        User.objects.filter(pk=reader.pk).update(**change)
        reader.refresh_from_db()
        assert can_read(staffed.venue, reader.pk) is reads
        reach = reach_of(staffed.venue, [("A", reader.pk), ("B", None)])
        assert (reach.told, reach.others) == ((1, ("B",)) if reads else (0, ("A", "B")))
        assert ("已通知" in told_or_not(staffed.venue, "A", reader.pk)) is reads
        page = signed_in(reader).get(at(staffed, "messages"))
        assert page.status_code == (302 if not reader.is_active else 200 if roles_of(reader, staffed.venue) else 404)

    def test_whoever_has_several_roles_is_counted_once(self, staffed: House) -> None:
        both = somebody(staffed, Role.ACCOUNT_MANAGER, "both")
        somebody(staffed, Role.HR, "both")
        User.objects.filter(pk=both.pk).update(last_login=AFTER)
        assert reach_of(staffed.venue, [("A", both.pk)]) == Reach(1)
