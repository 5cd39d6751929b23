"""The door: arrivals confirmed by somebody else, at the server's time, and what is said of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.permissions import Role
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import cancel_booking
from bookings.door.services import confirm_arrival
from bookings.eligibility.display import standing_of
from bookings.models import Booking
from bookings.templatetags.tables import seen_at_the_door
from rulebook.policy import Policy
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, host, opened, seated, settled, user_of
from tests.pages.looking import as_role, at as address, owning, signed_in, squeezed, text_of, tree
from venues.errors import Refused
from venues.models import Month
from venues.services import grant_role

HTMX = {"HX-Request": "true"}
OWN = "nobody decides"


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


@pytest.fixture
def door(night: House) -> Client:
    """The host's phone, in English."""
    return signed_in(host(night), "en")


@pytest.fixture
def floor(night: House) -> Client:
    return signed_in(floor_manager(night), "en")


def stands_at(minutes: float) -> Any:
    """A moment so many minutes after eight, at which the clock stands."""
    return time_machine.travel(at(0) + timedelta(minutes=minutes), tick=False)


def shown(booking: Booking) -> dict[str, str]:
    """What a button that was shown this booking sends."""
    booking.refresh_from_db()
    return {"seen": seen_at_the_door(booking)}


def rows_of(page: Any) -> list[str]:
    return [item.get("id").removeprefix("booking-") for item in tree(page).xpath("//li[contains(@class, 'door-row')]")]


class TestStanding:
    """4.3: registered at least ten minutes before the guests come."""

    @pytest.mark.parametrize(
        ("ahead", "counts", "words"),
        [
            (timedelta(minutes=10), True, "10 min ahead: it counts"),
            (timedelta(minutes=9, seconds=59), False, "only 9 min 59 s ahead: it does not count (4.3)"),
            (timedelta(minutes=9, seconds=59, microseconds=999_999), False, "only 9 min 59 s ahead"),
            (timedelta(minutes=48), True, "registered 20:00, 48 min ahead: it counts"),
            (timedelta(minutes=119, seconds=59), True, "119 min ahead"),
            (timedelta(hours=2), True, "2 h ahead"),
            (timedelta(hours=26), True, "registered 21 Nov 20:00, 26 h ahead"),
            (timedelta(), False, "registered as the guests came: it does not count (4.3)"),
            (timedelta(seconds=-1), False, "registered after the arrival"),
        ],
    )
    def test_how_long_ahead_it_was_registered_is_said(
        self, night: House, ahead: timedelta, counts: bool, words: str
    ) -> None:
        from_eight = Booking(state="arrived", table="A1", guest_name="林", guest_phone="13900000000", business_day=DAY)
        from_eight.registered_at, from_eight.arrived_at = at(0), at(0) + ahead
        with translation.override("en"), timezone.override(night.venue.zone):
            standing = standing_of(from_eight, Policy())
        assert standing is not None
        assert (standing.counts, words in standing.text) == (counts, True), standing

    @pytest.mark.parametrize("blank", ["table", "guest_name", "guest_phone"])
    def test_what_is_missing_is_said(self, night: House, blank: str) -> None:
        booking = seated(night)
        setattr(booking, blank, "")
        standing = standing_of(booking, Policy())
        assert standing is not None
        assert not standing.counts

    def test_nothing_is_said_of_guests_who_have_not_come(self, night: House) -> None:
        assert standing_of(held(night), Policy()) is None


class TestList:
    def test_who_is_announced_comes_first_then_by_time_and_the_late_are_marked(
        self, night: House, door: Client
    ) -> None:
        late = held(night, table="A1", expected_at=at(15))
        later = held(night, "B", "A2", expected_at=at(120))
        here = held(night, "C", "A3", expected_at=at(90))
        announce_arrival(booking=here, user=user_of(night, "C"), now=at(33))
        with stands_at(40):
            page = door.get(address(night, "door"))
        assert rows_of(page) == [str(booking.pk) for booking in (here, late, later)]
        assert "waiting 7 min" in text_of(page, f"//li[@id='booking-{here.pk}']")
        assert "late, not here" in text_of(page, f"//li[@id='booking-{late.pk}']")
        assert "late" not in text_of(page, f"//li[@id='booking-{later.pk}']")

    @pytest.mark.parametrize(("minutes", "is_late"), [(74.9, False), (75, True)])
    def test_late_is_a_quarter_of_an_hour_after_the_time(
        self, night: House, door: Client, minutes: float, is_late: bool
    ) -> None:
        held(night)
        with stands_at(minutes):
            assert ("late, not here" in text_of(door.get(address(night, "door")))) == is_late

    @pytest.mark.parametrize("query", ["林", "lin", "139000", "1390 0000", "A1", "a1", "员工A", "261121-W001"])
    def test_a_guest_is_found_by_phone_name_table_and_number(self, night: House, door: Client, query: str) -> None:
        wanted = held(night)
        held(night, "B", "V1", guest_name="王女士", guest_phone="18600000000")
        with stands_at(30):
            page = door.get(address(night, "door"), {"q": query})
            part = door.get(address(night, "door"), {"q": query}, headers=HTMX)
        assert rows_of(page) == rows_of(part) == [str(wanted.pk)]
        assert "<html" not in part.content.decode()

    @pytest.mark.parametrize("query", ["9", "陌生人", "12345"])
    def test_who_is_not_booked_is_not_found_and_the_page_says_what_to_do(
        self, night: House, door: Client, query: str
    ) -> None:
        held(night)
        with stands_at(30):
            page = door.get(address(night, "door"), {"q": query})
        assert rows_of(page) == []
        assert "walk-in" in text_of(page)

    def test_who_looks_for_somebody_looks_among_the_seated_as_well(self, night: House, door: Client) -> None:
        booking = seated(night)
        with stands_at(180):
            assert rows_of(door.get(address(night, "door"), {"q": "林"})) == [str(booking.pk)]
            assert rows_of(door.get(address(night, "door"))) == []

    def test_the_filters_show_the_parts_of_the_night(self, night: House, door: Client) -> None:
        to_come = held(night)
        came = seated(night, "B", "A2")
        gone = held(night, "C", "A3")
        cancel_booking(booking=gone, user=user_of(night, "C"), reason="不来了")
        with stands_at(180):
            found = {show: rows_of(door.get(address(night, "door"), {"show": show})) for show in ("seated", "all")}
            found["held"] = rows_of(door.get(address(night, "door")))
            odd = rows_of(door.get(address(night, "door"), {"show": "nonsense"}))
        assert found["held"] == odd == [str(to_come.pk)]
        assert found["seated"] == [str(came.pk)]
        assert found["all"] == [str(booking.pk) for booking in (to_come, came, gone)]

    def test_another_nights_bookings_are_not_on_it(self, night: House, door: Client) -> None:
        held(night)
        with time_machine.travel(at(24 * 60), tick=False):
            assert rows_of(door.get(address(night, "door"), {"show": "all"})) == []

    def test_after_midnight_it_is_still_tonight(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(5 * 60):
            assert rows_of(door.get(address(night, "door"))) == [str(booking.pk)]

    def test_the_host_sees_neither_spend_nor_pay(self, night: House, door: Client, floor: Client) -> None:
        settled(night, spend="4321")
        seated(night, "B", "A2", tab="765")
        with stands_at(180):
            shown = door.get(address(night, "door"), {"show": "all"}).content.decode()
            managers = floor.get(address(night, "door"), {"show": "all"}).content.decode()
        assert "¥" not in shown
        for word in ("4321", "4,321", "765", "settle/"):
            assert word not in shown
        assert "settle/" in managers


class TestNews:
    def news(self, client: Client, house: House, version: str) -> Any:
        return client.get(address(house, "door"), {"version": version}, headers=HTMX)

    def version(self, page: Any) -> str:
        return tree(page).xpath("//*[@id='door-list']/@hx-get")[0].rpartition("version=")[2]

    def test_nothing_is_sent_while_nothing_changed(self, night: House, door: Client) -> None:
        held(night)
        with stands_at(30):
            version = self.version(door.get(address(night, "door")))
            answer = self.news(door, night, version)
        assert (answer.status_code, answer.content) == (204, b"")

    def test_a_change_or_a_minute_later_the_list_is_sent(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(30):
            version = self.version(door.get(address(night, "door")))
        with stands_at(31):
            assert self.news(door, night, version).status_code == 200
        announce_arrival(booking=booking, user=user_of(night, "A"), now=at(30))
        with stands_at(30):
            answer = self.news(door, night, version)
        assert answer.status_code == 200
        assert "waiting 0 min" in text_of(answer)

    def test_a_whole_page_is_always_sent(self, night: House, door: Client) -> None:
        with stands_at(30):
            version = self.version(door.get(address(night, "door")))
            assert door.get(address(night, "door"), {"version": version}).status_code == 200
            back = door.get(address(night, "door"), headers={**HTMX, "HX-History-Restore-Request": "true"})
        assert "<html" in back.content.decode()

    def test_asking_for_news_is_cheap(self, night: House, door: Client) -> None:
        held(night)
        with stands_at(30):
            version = self.version(door.get(address(night, "door")))
            with CaptureQueriesContext(connection) as queries:
                self.news(door, night, version)
        assert len(queries) <= 4


class TestArriving:
    def test_a_tap_confirms_at_the_servers_time_and_says_that_it_counts(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(48):
            page = door.post(address(night, "door_arrive", booking.pk), shown(booking), follow=True)
        booking.refresh_from_db()
        assert (booking.state, booking.arrived_at, booking.confirmed_by) == ("arrived", at(48), host(night))
        assert "A1 林先生 arrived at 20:48 · registered 20:00, 48 min ahead: it counts" in text_of(page)

    def test_announced_guests_came_when_they_were_announced(self, night: House, door: Client) -> None:
        booking = held(night)
        announce_arrival(booking=booking, user=user_of(night, "A"), now=at(12))
        with stands_at(20):
            door.post(address(night, "door_arrive", booking.pk), shown(booking))
        booking.refresh_from_db()
        assert booking.arrived_at == at(12)

    @pytest.mark.parametrize("headers", [{}, HTMX])
    @pytest.mark.parametrize("changed", [{"guest_name": "钱先生"}, {"guest_phone": "19900000101"}, {"table": "A2"}])
    def test_what_has_changed_since_it_was_shown_is_asked_again(
        self, night: House, door: Client, changed: dict[str, str], headers: dict[str, str]
    ) -> None:
        booking = held(night)
        sent = shown(booking)
        Booking.objects.update(**changed)
        with stands_at(48):
            page = door.post(address(night, "door_arrive", booking.pk), sent, headers=headers, follow=True)
            assert "was changed since you opened it" in text_of(page)
            booking.refresh_from_db()
            assert booking.state == "held"
            field = tree(door.get(address(night, "door"))).xpath(
                f"//li[@id='booking-{booking.pk}']//input[@name='seen']"
            )
            door.post(address(night, "door_arrive", booking.pk), {"seen": field[0].get("value")})
        booking.refresh_from_db()
        assert booking.state == "arrived"

    def test_by_htmx_only_the_row_comes_back(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(9):
            page = door.post(address(night, "door_arrive", booking.pk), shown(booking), headers=HTMX)
        assert page.content.decode().strip().startswith(f'<li id="booking-{booking.pk}"')
        assert "only 9 min 0 s ahead: it does not count (4.3)" in text_of(page)

    def test_by_htmx_it_is_said_to_who_cannot_see_it_and_the_focus_has_somewhere_to_stay(
        self, night: House, door: Client
    ) -> None:
        booking = held(night)
        with stands_at(60):
            before = door.get(address(night, "door"))
            page = door.post(address(night, "door_arrive", booking.pk), shown(booking), headers=HTMX)
        assert tree(before).xpath("//*[@id='door-said'][@role='status'][not(ancestor::*[@id='door-list'])]")
        (said,) = tree(page).xpath("//*[@id='door-said'][@hx-swap-oob='innerHTML']")
        assert "A1 林先生 arrived at 21:00" in squeezed("".join(said.itertext()))
        focused = f"//*[@id='arrive-{booking.pk}']"  # htmx gives the focus back to what has the same name
        assert tree(before).xpath(focused)[0].tag == "button"
        assert tree(page).xpath(f"{focused}[@tabindex='-1']")
        with stands_at(60):
            refused = door.post(address(night, "door_arrive", booking.pk), shown(booking), headers=HTMX)
        assert not tree(refused).xpath("//*[@id='door-said']"), "a refusal is an alert of its own"

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_the_second_of_two_hosts_is_told_who_confirmed_and_when(
        self, night: House, door: Client, floor: Client, headers: dict[str, str]
    ) -> None:
        booking = held(night)
        with stands_at(48):
            door.post(address(night, "door_arrive", booking.pk), shown(booking))
            page = floor.post(address(night, "door_arrive", booking.pk), shown(booking), headers=headers, follow=True)
        assert "host confirmed the arrival already: 林先生 came at 20:48." in text_of(page)
        assert Booking.history.filter(id=booking.pk, state="arrived").count() == 1
        booking.refresh_from_db()
        assert booking.confirmed_by == host(night)

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_nobody_confirms_the_own_arrival(self, night: House, headers: dict[str, str]) -> None:
        booking = held(night)
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.HOST)
        client = signed_in(own, "en")
        with stands_at(48):
            row = f"//li[@id='booking-{booking.pk}']"
            assert tree(client.get(address(night, "door"))).xpath(row + "//form | " + row + "//a") == []
            page = client.post(address(night, "door_arrive", booking.pk), shown(booking), headers=headers, follow=True)
        assert OWN in text_of(page).lower()
        booking.refresh_from_db()
        assert booking.state == "held"

    def test_a_locked_month_is_left_as_it_is(self, night: House, door: Client) -> None:
        booking = held(night)
        Month.objects.update(state=Month.State.LOCKED)
        with stands_at(48):
            page = door.post(address(night, "door_arrive", booking.pk), shown(booking), follow=True)
        assert "November 2026 is locked." in text_of(page)
        booking.refresh_from_db()
        assert booking.state == "held"

    def test_it_leads_back_to_the_list_one_came_from_and_to_no_other_site(self, night: House, door: Client) -> None:
        booking, other = held(night), held(night, "B", "A2")
        back = address(night, "door") + "?show=all&q="
        with stands_at(48):
            done = door.post(address(night, "door_arrive", booking.pk), shown(booking) | {"next": back})
            assert done["Location"] == back
            elsewhere = shown(other) | {"next": "https://elsewhere.example/"}
            away = door.post(address(night, "door_arrive", other.pk), elsewhere)
        assert away["Location"] == address(night, "door")

    @pytest.mark.parametrize(
        ("came_from", "leads"),
        [
            ("http://testserver/v/main/tonight/?x=1", "/v/main/tonight/?x=1"),
            ("https://elsewhere.example/v/main/tonight/", "/v/main/door/"),
            ("http://testserver//elsewhere.example", "/v/main/door/"),
            ("", "/v/main/door/"),
            ("own", "/v/main/door/"),
        ],
    )
    def test_a_page_remembers_where_one_came_from(
        self, night: House, floor: Client, came_from: str, leads: str
    ) -> None:
        page = address(night, "booking_settle", seated(night).pk)
        referer = f"http://testserver{page}" if came_from == "own" else came_from
        with stands_at(90):
            shown = floor.get(page, headers={"referer": referer})
        assert set(tree(shown).xpath("//input[@name='next']/@value | //a[contains(@class, 'back')]/@href")) >= {leads}
        assert "elsewhere" not in shown.content.decode()


class TestCorrecting:
    def correct(self, client: Client, house: House, booking: Booking, clock: str, reason: str = "记错了") -> Any:
        with stands_at(120):
            return client.post(address(house, "door_correct", booking.pk), {"at": clock, "reason": reason}, follow=True)

    @pytest.mark.parametrize(
        ("clock", "words"), [("20:10", "10 min ahead: it counts"), ("20:09:59", "only 9 min 59 s ahead: it does not")]
    )
    @pytest.mark.parametrize("before", ["held", "arrived"])
    def test_another_time_confirms_or_corrects_and_says_whether_it_counts(
        self, night: House, door: Client, clock: str, words: str, before: str
    ) -> None:
        booking = held(night) if before == "held" else seated(night)
        assert words in text_of(self.correct(door, night, booking, clock))
        booking.refresh_from_db()
        assert booking.arrived_at == datetime.fromisoformat(f"2026-11-21T{clock}+08:00")
        trace = Booking.history.filter(id=booking.pk).latest("history_id")
        assert (trace.history_user, trace.history_change_reason) == (host(night), "记错了")

    @pytest.mark.parametrize(
        ("clock", "reason", "words"),
        [
            ("20:30", "", "required"),
            ("20:30", "  ", "required"),
            ("22:01", "早", "future"),
            ("", "早", "required"),
            ("25:00", "早", "valid time"),
        ],
    )
    def test_it_needs_a_reason_and_a_time_that_was(
        self, night: House, door: Client, clock: str, reason: str, words: str
    ) -> None:
        booking = seated(night)
        page = self.correct(door, night, booking, clock, reason)
        assert words in text_of(page)
        assert tree(page).xpath("//input[@name='at']/@value") == [clock]
        booking.refresh_from_db()
        assert booking.arrived_at == at(60)

    def test_a_second_arrival_at_a_table_in_one_second_is_asked_about(self, night: House, door: Client) -> None:
        settled(night)
        second = held(night)
        with stands_at(120):
            page = door.post(address(night, "door_correct", second.pk), {"at": "21:00", "reason": "同时"})
            assert page.status_code == 409
            assert "in the same second" in text_of(page)
            second.refresh_from_db()
            assert second.arrived_at is None
            (sure,) = tree(page).xpath("//input[@name='sure']/@value")
            again = {"at": "21:00", "reason": "同时", "sure": sure}
            door.post(address(night, "door_correct", second.pk), again)
        second.refresh_from_db()
        assert second.arrived_at == at(60)

    def test_full_width_is_read_and_a_second_later_is_another_arrival(self, night: House, door: Client) -> None:
        settled(night)
        second = held(night)
        with stands_at(120):
            door.post(address(night, "door_correct", second.pk), {"at": "２１：００：０１", "reason": "晚"})
        second.refresh_from_db()
        assert second.arrived_at == at(60) + timedelta(seconds=1)

    def test_a_time_before_noon_is_the_next_calendar_days(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(6 * 60):
            door.post(address(night, "door_correct", booking.pk), {"at": "00:30", "reason": "晚"})
        booking.refresh_from_db()
        assert booking.arrived_at == at(270)

    def test_the_servers_time_stands_in_the_form(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(33.5):
            page = door.get(address(night, "door_correct", booking.pk))
        assert tree(page).xpath("//input[@name='at']/@value") == ["20:33:30"]

    def test_not_of_ones_own(self, night: House) -> None:
        booking = seated(night)
        grant_role(venue=night.venue, user=user_of(night, "A"), role=Role.HOST)
        page = self.correct(signed_in(user_of(night, "A"), "en"), night, booking, "20:30")
        assert OWN in text_of(page).lower()
        assert tree(page).xpath("//main//form") == []


class TestNotComing:
    def test_it_is_asked_once_more_then_the_table_is_free(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(120):
            asked = door.get(address(night, "door_no_show", booking.pk))
            assert "A1 is free for others at once" in text_of(asked)
            page = door.post(address(night, "door_no_show", booking.pk), {"reason": ""}, follow=True)
        assert "the table is free" in text_of(page)
        booking.refresh_from_db()
        assert (booking.state, booking.turn) == ("no_show", None)

    def test_guests_who_came_are_no_no_show(self, night: House, door: Client) -> None:
        booking = seated(night)
        with stands_at(120):
            page = door.post(address(night, "door_no_show", booking.pk))
        assert "confirmed the arrival already" in text_of(page)

    def test_it_is_taken_back_with_a_reason_where_the_table_is_free(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(90):
            door.post(address(night, "door_no_show", booking.pk))
            refused = door.post(address(night, "door_reinstate", booking.pk), {"reason": " "})
            assert "needs a reason" in text_of(refused)
            page = door.post(address(night, "door_reinstate", booking.pk), {"reason": "来了"}, follow=True)
        assert "A1 is held for 林先生 again." in text_of(page)
        booking.refresh_from_db()
        assert (booking.state, booking.turn, booking.registered_at) == ("held", 1, at(0))

    def test_a_table_taken_in_the_meantime_stays_taken(self, night: House, door: Client) -> None:
        booking = held(night)
        with stands_at(90):
            door.post(address(night, "door_no_show", booking.pk))
            held(night, "B", now=at(91))
            page = door.post(address(night, "door_reinstate", booking.pk), {"reason": "来了"})
        assert "A1 has just been taken" in text_of(page)
        assert "来了" in page.content.decode(), "what was typed stays"


class TestMoving:
    def test_one_tap_on_a_table_that_can_be_taken_moves_them(self, night: House, door: Client) -> None:
        booking = seated(night)
        held(night, "B", "A2")
        settled(night, "C", "A3")
        with stands_at(90):
            page = door.get(address(night, "door_move", booking.pk))
            assert tree(page).xpath("//button[@name='table']/@value") == ["A3", "B1", "B2", "V1"]
            page = door.post(address(night, "door_move", booking.pk), {"table": "V1"}, follow=True)
        assert "林先生 moved from A1 to V1." in text_of(page)
        booking.refresh_from_db()
        assert booking.table == "V1"

    @pytest.mark.parametrize(
        ("table", "words"), [("A2", "A2 has just been taken"), ("X9", "no table X9"), ("", "Choose a table")]
    )
    def test_not_to_one_that_is_taken_or_is_none(self, night: House, door: Client, table: str, words: str) -> None:
        booking = held(night)
        held(night, "B", "A2")
        with stands_at(90):
            assert words in text_of(door.post(address(night, "door_move", booking.pk), {"table": table}))
        booking.refresh_from_db()
        assert booking.table == "A1"


class TestWalkIn:
    def seat(self, client: Client, house: House, **more: Any) -> Any:
        given = {
            "table": "A1", "employee": employee_of(house, "A").pk, "guest_name": "路过", "guest_phone": "",
            "party_size": "2", **more,
        }  # fmt: skip
        with stands_at(90):
            return client.post(address(house, "door_walk_in"), given, follow=True)

    def test_they_sit_at_once_and_do_not_count(self, night: House, door: Client) -> None:
        page = self.seat(door, night, guest_phone="139 0000 0000")
        assert "registered as the guests came: it does not count (4.3)" in text_of(page)
        booking = Booking.objects.get()
        assert (booking.state, booking.registered_at, booking.arrived_at) == ("arrived", at(90), at(90))
        assert (booking.employee.number, booking.party_size, booking.guest_phone) == ("A", 2, "13900000000")

    def test_that_it_does_not_count_is_said_before(self, night: House, door: Client) -> None:
        with stands_at(90):
            assert "a walk-in does not count as sales (4.3)" in text_of(door.get(address(night, "door_walk_in")))

    def test_the_page_names_people_without_their_pay(self, night: House, door: Client) -> None:
        with stands_at(90):
            page = door.get(address(night, "door_walk_in"))
        assert text_of(page, "//select[@name='employee']") == "Whose guests? A 员工A B 员工B C 员工C"
        assert "¥" not in page.content.decode()

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"table": ""}, "Choose a table."),
            ({"table": "A2"}, "A2 has just been taken"),
            ({"employee": ""}, "required"),
            ({"employee": "0"}, "valid choice"),
            ({"guest_phone": "12ab"}, "no phone that could be dialled"),
            ({"party_size": "0"}, "greater than or equal to 1"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, night: House, door: Client, more: dict[str, str], words: str
    ) -> None:
        held(night, "B", "A2")
        page = self.seat(door, night, **more)
        assert words in text_of(page)
        assert tree(page).xpath("//input[@name='guest_name']/@value") == ["路过"]
        assert Booking.objects.count() == 1

    def test_nobody_seats_them_on_their_own_name(self, night: House) -> None:
        grant_role(venue=night.venue, user=user_of(night, "A"), role=Role.HOST)
        self.seat(signed_in(user_of(night, "A"), "en"), night)
        assert not Booking.objects.exists()

    def test_somebody_of_another_venue_is_no_choice(self, night: House, door: Client, tmp_path: Path) -> None:
        other = opened(House(tmp_path, "other"), "X")
        assert "valid choice" in text_of(self.seat(door, night, employee=employee_of(other, "X").pk))


class TestSettling:
    def post(self, client: Client, house: House, name: str, booking: Booking, **given: str) -> Any:
        prefix = name.removeprefix("booking_")
        with stands_at(180):
            data = {f"{prefix}-{key}": value for key, value in given.items()}
            return client.post(address(house, name, booking.pk), data, follow=True)

    def test_a_settled_table_counts_and_can_turn(self, night: House, floor: Client) -> None:
        booking = seated(night)
        page = self.post(floor, night, "booking_settle", booking, amount="3389.00")
        assert "A1 is settled at ¥3,389.00, which counts for 员工A; the table can turn." in text_of(page)
        booking.refresh_from_db()
        assert booking.spend == Decimal("3389.00")

    def test_an_amount_may_be_written_as_the_page_writes_it(self, night: House, floor: Client) -> None:
        booking = seated(night)
        self.post(floor, night, "booking_settle", booking, amount="¥3,389.50")
        booking.refresh_from_db()
        assert booking.spend == Decimal("3389.50")

    def test_one_that_does_not_count_says_why(self, night: House, floor: Client) -> None:
        booking = confirm_arrival(booking=held(night), user=host(night), now=at(9))
        page = self.post(floor, night, "booking_settle", booking, amount="100")
        assert "can turn; registered only 9 min 0 s ahead: it does not count (4.3)" in text_of(page)

    def test_the_tab_is_noted_and_offered_for_settling(self, night: House, floor: Client) -> None:
        booking = seated(night)
        assert "A1: ¥2,640.50 so far." in text_of(self.post(floor, night, "booking_tab", booking, amount="2640.5"))
        with stands_at(180):
            page = floor.get(address(night, "booking_settle", booking.pk))
        assert tree(page).xpath("//input[@name='settle-amount']/@value") == ["2640.50"]
        assert tree(page).xpath("//input[@name='settle-amount']/@inputmode") == ["decimal"]

    def test_another_amount_than_the_tab_as_it_stands_is_asked_about_with_both(
        self, night: House, floor: Client
    ) -> None:
        booking = seated(night, tab="3800")
        asked = self.post(floor, night, "booking_settle", booking, amount="380")
        assert "The tab of A1 stands at ¥3,800.00, you settle it at ¥380.00." in text_of(asked, "//*[@data-question]")
        assert tree(asked).xpath("//input[@name='settle-amount']/@value") == ["380"]
        booking.refresh_from_db()
        assert booking.spend is None
        (sure,) = tree(asked).xpath("//input[@name='settle-sure']/@value")
        Booking.objects.filter(pk=booking.pk).update(tab=Decimal(3900))
        again = self.post(floor, night, "booking_settle", booking, amount="380", sure=sure)
        assert "stands at ¥3,900.00" in text_of(again, "//*[@data-question]"), "what was asked was about another tab"
        (sure,) = tree(again).xpath("//input[@name='settle-sure']/@value")
        self.post(floor, night, "booking_settle", booking, amount="380", sure=sure)
        booking.refresh_from_db()
        assert booking.spend == Decimal(380)

    def test_the_amount_of_the_tab_is_settled_without_a_question(self, night: House, floor: Client) -> None:
        booking = seated(night, tab="3800")
        self.post(floor, night, "booking_settle", booking, amount="3800.00")
        booking.refresh_from_db()
        assert booking.spend == Decimal(3800)

    def test_another_amount_than_the_one_settled_needs_a_reason(self, night: House, floor: Client) -> None:
        booking = settled(night)
        page = self.post(floor, night, "booking_settle", booking, amount="900", reason=" ")
        assert "needs a reason" in text_of(page)
        self.post(floor, night, "booking_settle", booking, amount="900", reason="多算一瓶")
        booking.refresh_from_db()
        assert booking.spend == Decimal("900.00")
        assert Booking.history.filter(id=booking.pk).latest("history_id").history_change_reason == "多算一瓶"

    @pytest.mark.parametrize(
        ("amount", "words"), [("", "required"), ("-1", "greater than"), ("1.234", "decimal"), ("x", "number")]
    )
    @pytest.mark.parametrize("name", ["booking_tab", "booking_settle"])
    def test_what_is_no_amount_is_refused(
        self, night: House, floor: Client, name: str, amount: str, words: str
    ) -> None:
        booking = seated(night)
        assert words in text_of(self.post(floor, night, name, booking, amount=amount))
        booking.refresh_from_db()
        assert (booking.tab, booking.spend) == (None, None)

    def test_a_settled_table_has_no_tab_any_more(self, night: House, floor: Client) -> None:
        assert "settled already" in text_of(self.post(floor, night, "booking_tab", settled(night), amount="1"))

    @pytest.mark.parametrize("name", ["booking_tab", "booking_settle"])
    def test_guests_who_have_not_come_spend_nothing(self, night: House, floor: Client, name: str) -> None:
        assert "has not arrived" in text_of(self.post(floor, night, name, held(night), amount="1"))

    def test_not_ones_own(self, night: House) -> None:
        booking = seated(night)
        grant_role(venue=night.venue, user=user_of(night, "A"), role=Role.FLOOR_MANAGER)
        page = self.post(signed_in(user_of(night, "A"), "en"), night, "booking_settle", booking, amount="1")
        assert OWN in text_of(page).lower()
        booking.refresh_from_db()
        assert booking.spend is None


PAGES = ("door_arrive", "door_no_show", "door_correct", "door_move", "door_reinstate", "booking_tab", "booking_settle")


@pytest.mark.parametrize("name", PAGES)
def test_another_venues_booking_does_not_exist(night: House, tmp_path: Path, floor: Client, name: str) -> None:
    other = opened(House(tmp_path, "other"), "X")
    foreign = held(other, "X")
    with stands_at(60):
        for pk in (foreign.pk, 0, 2**63 - 1, 2**63, 10**30):
            assert floor.get(address(night, name, pk), follow=True).status_code == 404
            assert floor.post(address(night, name, pk)).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "held"


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HR, Role.OWNER])
@pytest.mark.parametrize("name", PAGES)
def test_only_the_door_confirms_and_the_floor_manager_and_hr_settle(night: House, role: Role, name: str) -> None:
    booking = held(night)
    client = as_role(night, role) if role != Role.ACCOUNT_MANAGER else owning(night, "B")
    settles = role == Role.HR and name.startswith("booking_")  # what the month's payroll still lacks
    with stands_at(60):
        assert (client.post(address(night, name, booking.pk)).status_code == 403) != settles
    with stands_at(60):
        at_the_door = signed_in(host(night)).post(address(night, name, booking.pk))
    assert (at_the_door.status_code == 403) == name.startswith("booking_")


def test_the_service_refuses_the_own_arrival_whatever_the_page(night: House) -> None:
    booking = held(night)
    grant_role(venue=night.venue, user=user_of(night, "A"), role=Role.HOST)
    with pytest.raises(Refused):
        confirm_arrival(booking=booking, user=user_of(night, "A"), now=at(30))


def _asked(client: Client, look: Callable[[Client], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = look(client)
    assert page.status_code == 200
    assert len(queries) <= 15, [query["sql"][:100] for query in queries]
    return len(queries)


def test_a_page_needs_as_many_queries_for_3_bookings_as_for_30(tmp_path: Path, db: None) -> None:
    counts = []
    for code, people in (("few", 3), ("many", 30)):
        house = opened(House(tmp_path, code), [f"P{number:02}" for number in range(people)])  # type: ignore[arg-type]
        bookings = [held(house, "P00", "A1"), seated(house, "P01", "A2"), settled(house, "P02", "A3")]
        for number in range(3, people):
            booking = held(house, f"P{number:02}", "V1")
            cancel_booking(booking=booking, user=user_of(house, f"P{number:02}"), reason="改天")
        client = signed_in(floor_manager(house))
        with stands_at(90):
            looked = [
                _asked(client, lambda one, where=where: one.get(where))
                for where in (
                    address(house, "door") + "?show=all",
                    address(house, "door") + "?q=林",
                    address(house, "door_walk_in"),
                    *(address(house, name, bookings[0].pk) for name in PAGES if name != "door_arrive"),
                    address(house, "booking_settle", bookings[1].pk),
                )
            ]
            arrive = address(house, "door_arrive", bookings[0].pk)
            with CaptureQueriesContext(connection) as queries:
                client.post(arrive, shown(bookings[0]), headers=HTMX)
        counts.append((looked, len(queries)))
    assert counts[0] == counts[1]
    assert counts[0][1] <= 20


def test_the_day_of_the_tests_is_a_saturday() -> None:
    assert date(2026, 11, 21) == DAY
    assert at(0) == datetime(2026, 11, 21, 12, tzinfo=UTC)
