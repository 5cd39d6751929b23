"""Tonight's board: who is where, which tables are in which state, what waits and what it costs."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from attendance.models import Leave, OffPost, Punch, Rest
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import book_table
from bookings.models import Booking
from bookings.selectors import TableState
from comps.models import Comp, CompRequest
from comps.services import CompRefused, ask_comp, decide_comp
from dashboards.tonight.queue import seal_of
from dashboards.tonight.selectors import Board, DutyState, Person, board_of, stamp_of
from dashboards.tonight.views import board as board_page
from storage.seals import sealed_key
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, host, item, opened, seated, settled, user_of
from tests.pages.looking import as_role, at as address_of, signed_in, text_of, tree
from venues.models import EventDay
from venues.services import grant_role


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def board(house: House, minute: int = 100) -> Board:
    return board_of(house.venue, DAY, stamp=stamp_of(house.venue, DAY), user=floor_manager(house), now=at(minute))


def sent(kind: str, row: Any) -> str:
    """What the queue's button for this thing sends."""
    row.refresh_from_db()
    return sealed_key(f"{kind}:{row.pk}", seal_of(row))


def person(house: House, minute: int, number: str = "A") -> Person:
    return next(one for one in board(house, minute).people if one.employee.number == number)


def punched(house: House, arrived: int | None, left: int | None = None, **more: Any) -> Punch:
    return Punch.objects.create(
        employee=employee_of(house, "A"),
        business_day=DAY,
        arrived_at=None if arrived is None else at(arrived),
        left_at=None if left is None else at(left),
        **more,
    )


class TestPeople:
    @pytest.mark.parametrize(
        ("minute", "standing", "article", "amount"),
        [
            (-1, DutyState.DUE, None, None),
            (0, DutyState.MISSING, "", "0.00"),
            (1, DutyState.MISSING, "1.2.F", "50.00"),
            (30, DutyState.MISSING, "1.2.F", "50.00"),
            (31, DutyState.MISSING, "1.2.D", "200.00"),
        ],
    )
    def test_who_is_not_there_costs_what_the_clock_says(
        self, night: House, minute: int, standing: DutyState, article: str | None, amount: str | None
    ) -> None:
        found = person(night, minute)
        assert found.standing == standing
        if article is None:
            assert found.price is None
        else:
            assert found.price is not None
            assert (found.price.article, str(found.price.amount)) == (article, amount)

    @pytest.mark.parametrize(("arrived", "standing"), [(0, DutyState.IN), (1, DutyState.LATE), (17, DutyState.LATE)])
    def test_who_came_late_is_marked(self, night: House, arrived: int, standing: DutyState) -> None:
        punched(night, arrived)
        assert person(night, 60).standing == standing

    def test_who_is_vouched_for_or_dined_with_a_guest_is_not_late(self, night: House) -> None:
        punch = punched(night, 45)
        Leave.objects.create(
            employee=punch.employee, kind="dinner", first_day=DAY, last_day=DAY, requested_at=at(-60), approver="周敏"
        )
        assert person(night, 60).standing == DutyState.IN
        Leave.objects.all().delete()
        assert person(night, 60).standing == DutyState.LATE
        Punch.objects.update(arrival_approver="周敏")
        assert person(night, 60).standing == DutyState.IN

    def test_off_post_costs_from_twenty_minutes_of_the_shift(self, night: House) -> None:
        punch = punched(night, 0)
        OffPost.objects.create(employee=punch.employee, business_day=DAY, left_at=at(60))
        before, after = person(night, 79), person(night, 80)
        assert before.standing == after.standing == DutyState.AWAY
        assert before.price is not None
        assert before.price.article == ""
        assert after.price is not None
        assert (after.price.article, after.price.amount) == ("4.6", Decimal("50.00"))
        OffPost.objects.update(approver="周敏")
        assert person(night, 90).price is None

    def test_a_valid_rest_and_leave_are_neither_missing_nor_due(self, night: House) -> None:
        Rest.objects.create(employee=employee_of(night, "A"), business_day=DAY, kind="regular")
        Leave.objects.create(
            employee=employee_of(night, "B"), kind="personal", first_day=DAY, last_day=DAY, requested_at=at(-60),
            approver="周敏",
        )  # fmt: skip
        assert person(night, 60).standing == DutyState.REST
        assert person(night, 60, "B").standing == DutyState.LEAVE
        assert board(night, 60).expected == 1

    def test_a_rest_on_an_event_day_and_leave_asked_for_too_late_are_void(self, night: House) -> None:
        Rest.objects.create(employee=employee_of(night, "A"), business_day=DAY, kind="regular")
        EventDay.objects.create(venue=night.venue, date=DAY)
        Leave.objects.create(
            employee=employee_of(night, "B"), kind="personal", first_day=DAY, last_day=DAY, requested_at=at(0),
            approver="周敏",
        )  # fmt: skip
        assert [person(night, 60, number).standing for number in "AB"] == [DutyState.MISSING] * 2

    def test_those_who_need_somebody_come_first(self, night: House) -> None:
        punched(night, 0)
        assert [one.employee.number for one in board(night, 10).people] == ["B", "C", "A"]


class TestTables:
    def states(self, house: House, minute: int = 100) -> dict[str, TableState]:
        return {tile.table.code: tile.state for tile in board(house, minute).tiles}

    def test_every_state_of_a_table(self, night: House) -> None:
        held(night, "A", "A1", expected_at=at(120))
        announce_arrival(booking=held(night, "A", "A2", expected_at=at(120)), user=user_of(night, "A"), now=at(90))
        seated(night, "A", "A3")
        settled(night, "A", "B1")
        settled(night, "A", "B2")
        held(night, "B", "B2", expected_at=at(200), now=at(90))
        assert self.states(night) == {
            "A1": TableState.HELD, "A2": TableState.WAITS, "A3": TableState.SEATED, "B1": TableState.TURN,
            "B2": TableState.TURN_HELD, "V1": TableState.FREE,
        }  # fmt: skip

    @pytest.mark.parametrize(("minute", "state"), [(74, TableState.HELD), (75, TableState.WAITS)])
    def test_a_guest_fifteen_minutes_overdue_waits_for_somebody(
        self, night: House, minute: int, state: TableState
    ) -> None:
        held(night)
        assert self.states(night, minute)["A1"] == state

    @pytest.mark.parametrize(("minute", "urgent"), [(79, False), (80, True), (110, True)])
    def test_a_booking_without_a_phone_calls_half_an_hour_before_it_stops_counting(
        self, night: House, minute: int, urgent: bool
    ) -> None:
        held(night, guest_phone="", expected_at=at(120))
        tile = next(tile for tile in board(night, minute).tiles if tile.table.code == "A1")
        assert tile.is_urgent == urgent

    def test_spend_is_what_is_settled_and_the_open_tabs(self, night: House) -> None:
        settled(night, "A", "A1", spend="1000.50")
        seated(night, "B", "A2", tab="200")
        seated(night, "B", "A3")
        found = board(night)
        assert (found.settled, found.open_tabs, found.spend) == (Decimal("1000.50"), Decimal("200"), Decimal("1200.50"))
        assert len(found.unsettled) == 2


class TestQueue:
    def test_a_comp_shows_what_is_allowed_and_what_is_left_after_it(self, night: House) -> None:
        booking = seated(night, tab="3389.00")
        ask_comp(booking=booking, item=item(night, "果盘"), ground="spend", user=user_of(night, "A"), now=at(99))
        [one] = board(night).waiting
        assert [figure.amount for figure in one.figures] == ["¥169.45", "¥41.45"]
        assert one.amount == Decimal("128.00")

    def test_what_is_left_after_a_comp_counts_as_giving_it_would(self, night: House) -> None:
        """What else waits on the table counts as given, what was outside the rules does not."""
        booking = seated(night, tab="3389.00")
        user, floor = user_of(night, "A"), floor_manager(night)
        fruit = ask_comp(booking=booking, item=item(night, "果盘"), ground="spend", user=user, now=at(98))
        nuts = ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user, now=at(99))
        assert [one.figures[-1].amount for one in board(night).waiting] == ["¥13.45", "¥13.45"]
        Booking.objects.filter(pk=booking.pk).update(tab=Decimal(3000))  # 150.00 may be comped, 156.00 are asked for
        assert [one.figures[-1].amount for one in board(night).waiting] == ["−¥6.00", "−¥6.00"]
        with pytest.raises(CompRefused):
            decide_comp(asked=nuts, user=floor, approve=True, now=at(100))
        decide_comp(asked=fruit, user=floor, approve=False, reason="太贵", now=at(100))
        [left] = board(night).waiting
        assert left.figures[-1].amount == "¥122.00"
        decide_comp(asked=nuts, user=floor, approve=True, now=at(100))

    def test_what_waits_is_sorted_by_how_long_it_waits(self, night: House) -> None:
        booking = seated(night, tab="3389.00")
        ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=at(99))
        announce_arrival(booking=held(night, "B", "A2"), user=user_of(night, "B"), now=at(70))
        assert [one.key.split(":")[0] for one in board(night).waiting] == ["arrival", "comp"]

    def test_ones_own_is_marked(self, night: House) -> None:
        booking = seated(night, tab="3389.00")
        ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=at(99))
        found = board_of(night.venue, DAY, stamp=stamp_of(night.venue, DAY), user=user_of(night, "A"), now=at(100))
        assert [one.own for one in found.waiting] == [True]


class TestPages:
    def post(
        self, client: Client, house: House, name: str, data: dict[str, Any], minute: int = 100, **more: Any
    ) -> Any:
        with time_machine.travel(at(minute), tick=False):
            return client.post(address_of(house, name), data, **more)

    def get(self, client: Client, house: House, name: str = "tonight", minute: int = 100, query: str = "") -> Any:
        with time_machine.travel(at(minute), tick=False):
            return client.get(address_of(house, name) + query)

    def test_a_poll_with_nothing_new_is_empty_and_any_change_is_news(self, night: House) -> None:
        client = signed_in(floor_manager(night))

        def version() -> str:
            return stamp_of(night.venue, DAY).version(DAY, at(100))

        def changed(before: str) -> bool:
            page = self.get(client, night, "tonight_poll", query=f"?v={before}")
            assert page.status_code == (204 if before == version() else 200)
            if page.status_code == 204:
                assert page.content == b""
            return page.status_code == 200

        booking = seated(night, tab="3389.00")
        before = version()
        assert not changed(before)
        ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=at(99))
        assert changed(before)
        before = version()
        held(night, "B", "A2")
        assert changed(before)
        before = version()
        self.post(client, night, "tonight_punch", {"act": f"arrive:{employee_of(night, 'A').pk}"})
        assert changed(before)
        assert not changed(version())
        with time_machine.travel(at(101), tick=False):
            assert client.get(address_of(night, "tonight_poll") + f"?v={version()}").status_code == 200  # a new minute

    def test_one_tap_punches_and_times_off_post(self, night: House) -> None:
        client, who = signed_in(floor_manager(night)), employee_of(night, "A")
        self.post(client, night, "tonight_punch", {"act": f"arrive:{who.pk}"}, 5)
        self.post(client, night, "tonight_punch", {"act": f"leave:{who.pk}"}, 60)
        away = OffPost.objects.get()
        self.post(client, night, "tonight_punch", {"act": f"return:{away.pk}"}, 70)
        self.post(client, night, "tonight_punch", {"act": f"depart:{who.pk}"}, 361)
        punch = Punch.objects.get()
        assert (punch.arrived_at, punch.left_at) == (at(5), at(361))
        away.refresh_from_db()
        assert (away.left_at, away.returned_at) == (at(60), at(70))

    def test_a_second_tap_changes_nothing_and_says_so(self, night: House) -> None:
        client, who = signed_in(floor_manager(night)), employee_of(night, "A")
        self.post(client, night, "tonight_punch", {"act": f"arrive:{who.pk}"}, 5)
        page = self.post(client, night, "tonight_punch", {"act": f"arrive:{who.pk}"}, 9, headers={"HX-Request": "true"})
        assert Punch.objects.get().arrived_at == at(5)
        assert tree(page).xpath("//div[contains(@class, 'error')]")

    @pytest.mark.parametrize(
        "act", ["", "arrive:", "arrive:x", "fly:1", "arrive:999999", "return:1", "arrive:9999999999999999999"]
    )
    def test_nonsense_is_not_there(self, night: House, act: str) -> None:
        assert self.post(signed_in(floor_manager(night)), night, "tonight_punch", {"act": act}).status_code == 404

    def test_several_are_decided_at_once_and_what_cannot_be_hinders_no_other(self, night: House) -> None:
        first, second = seated(night, tab="600"), seated(night, "B", "A2", tab="600")
        one = ask_comp(booking=first, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=at(99))
        two = ask_comp(booking=second, item=item(night, "花生"), ground="spend", user=user_of(night, "B"), now=at(99))
        client = signed_in(floor_manager(night))
        page = self.post(
            client, night, "tonight_decide",
            {"item": [sent("comp", one), sent("comp", two), "comp:999", "nonsense"], "act": "approve"},
            headers={"HX-Request": "true"},
        )  # fmt: skip
        assert Comp.objects.count() == 2
        assert len(tree(page).xpath("//div[contains(@class, 'board-notice')]")) == 3
        assert CompRequest.objects.filter(state="approved").count() == 2

    def test_refusing_without_a_reason_refuses_nothing(self, night: House) -> None:
        one = ask_comp(
            booking=seated(night, tab="600"), item=item(night, "花生"), ground="spend", user=user_of(night, "A"),
            now=at(99),
        )  # fmt: skip
        client = signed_in(floor_manager(night))
        self.post(client, night, "tonight_decide", {"refuse": sent("comp", one)})
        one.refresh_from_db()
        assert one.state == "waiting"
        self.post(client, night, "tonight_decide", {"refuse": sent("comp", one), "reason": "太多"})
        one.refresh_from_db()
        assert (one.state, one.decision_reason) == ("refused", "太多")

    def test_an_announced_guest_is_confirmed_from_the_queue_at_the_moment_announced(self, night: House) -> None:
        booking = held(night)
        announce_arrival(booking=booking, user=user_of(night, "A"), now=at(40))
        self.post(signed_in(floor_manager(night)), night, "tonight_decide", {"approve": sent("arrival", booking)})
        booking.refresh_from_db()
        assert (booking.state, booking.arrived_at) == ("arrived", at(40))

    @pytest.mark.parametrize("changed", [{"guest_name": "钱先生"}, {"table": "A2"}])
    def test_what_has_changed_since_it_was_shown_is_asked_again(self, night: House, changed: dict[str, str]) -> None:
        booking = held(night)
        announce_arrival(booking=booking, user=user_of(night, "A"), now=at(40))
        seen = sent("arrival", booking)
        Booking.objects.update(**changed)
        client = signed_in(floor_manager(night))
        for key in (seen, f"arrival:{booking.pk}"):
            page = self.post(client, night, "tonight_decide", {"approve": key}, headers={"HX-Request": "true"})
            booking.refresh_from_db()
            assert booking.state == "held"
            assert tree(page).xpath("//div[contains(@class, 'board-notice')]")
        (button,) = tree(page).xpath("//button[@name='approve']")
        self.post(client, night, "tonight_decide", {"approve": button.get("value")})
        booking.refresh_from_db()
        assert booking.state == "arrived"

    def test_of_two_tabs_the_later_decision_changes_nothing_and_says_what_was_decided(self, night: House) -> None:
        one = ask_comp(
            booking=seated(night, tab="600"), item=item(night, "花生"), ground="spend", user=user_of(night, "A"),
            now=at(99),
        )  # fmt: skip
        client, key = signed_in(floor_manager(night)), sent("comp", one)
        self.post(client, night, "tonight_decide", {"approve": key})
        page = self.post(
            client, night, "tonight_decide", {"refuse": key, "reason": "太多"}, headers={"HX-Request": "true"}
        )
        one.refresh_from_db()
        assert one.state == "approved"
        assert "已批准" in text_of(page, "//div[contains(@class, 'board-notice')]")

    def test_another_venues_things_are_unknown(self, night: House, tmp_path: Any) -> None:
        other = opened(House(tmp_path, "other"), "XYZ")
        booking = held(other, "X")
        announce_arrival(booking=booking, user=user_of(other, "X"), now=at(40))
        self.post(signed_in(floor_manager(night)), night, "tonight_decide", {"approve": sent("arrival", booking)})
        booking.refresh_from_db()
        assert booking.state == "held"
        who = employee_of(other, "X")
        page = self.post(signed_in(floor_manager(night)), night, "tonight_punch", {"act": f"arrive:{who.pk}"})
        assert page.status_code == 404

    def test_a_second_look_in_the_same_minute_reads_little_and_shows_the_same(self, night: House) -> None:
        seated(night, tab="600")
        client = signed_in(floor_manager(night))
        first = self.get(client, night)
        with CaptureQueriesContext(connection) as queries:
            second = self.get(client, night)
        assert len(queries) <= 6
        path = "//div[@id='board']"
        assert text_of(first, path) == text_of(second, path)
        tokens = tree(second).xpath(f"{path}//input[@name='csrfmiddlewaretoken']/@value")
        assert tokens
        assert len({*tokens, *tree(first).xpath(f"{path}//input[@name='csrfmiddlewaretoken']/@value")}) > 1

    def test_where_the_forms_token_goes_is_marked_so_that_nobody_can_write_the_mark(
        self, night: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        marks: list[str] = []

        def rendered(template: str, context: dict[str, Any]) -> str:
            marks.extend([str(context["csrf_token"])] if "csrf_token" in context else [])
            return render_to_string(template, context)

        monkeypatch.setattr(board_page, "render_to_string", rendered)
        held(night, guest_name="token-of-this-answer")
        for role in (Role.OWNER, Role.FLOOR_MANAGER):
            page = self.get(as_role(night, role), night)
            assert "token-of-this-answer" in text_of(page)
            assert marks[-1] not in page.content.decode()
        assert len({*marks}) == 2
        assert all(len(mark) >= 32 for mark in marks)

    def test_what_one_is_shown_is_not_shown_to_another(self, night: House) -> None:
        """The buttons of who decides, the own rows, the language are each person's."""
        booking = seated(night, tab="3389.00")
        ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=at(99))
        floor, both = floor_manager(night), user_of(night, "A")
        grant_role(venue=night.venue, user=both, role=Role.FLOOR_MANAGER)
        buttons = "//section[contains(@class, 'queue')]//button[@name='approve']"
        assert tree(self.get(signed_in(floor), night)).xpath(buttons)
        assert not tree(self.get(signed_in(both), night)).xpath(buttons)
        assert not tree(self.get(as_role(night, Role.OWNER), night)).xpath(buttons)
        assert "To decide" in text_of(self.get(signed_in(floor, "en"), night))
        assert "等我定" in text_of(self.get(signed_in(floor), night))

    def test_the_owner_looks_and_has_no_buttons(self, night: House) -> None:
        seated(night, tab="600")
        page = self.get(as_role(night, Role.OWNER), night)
        assert page.status_code == 200
        assert not tree(page).xpath("//main//button")

    def test_a_house_without_plan_or_people_says_what_to_do(self, house: House) -> None:
        house.bring({"活动日": [{"日期": DAY}]})
        page = self.get(signed_in(floor_manager(house), "en"), house)
        text = text_of(page)
        assert "no floor plan yet" in text
        assert "Nobody is employed here yet" in text
        assert "Nothing waits" in text

    def test_the_board_needs_as_many_queries_for_few_people_as_for_many(self, db: None, tmp_path: Any) -> None:
        asked = []
        for name, many in (("few", 3), ("many", 30)):
            house = opened(House(tmp_path, name), "".join(chr(65 + place) for place in range(3)))
            if many > 3:
                house.bring({"员工": [
                    {"工号": f"P{place:03}", "姓名": f"人{place}", "入职日期": "2025-01-01"} for place in range(many)
                ]})  # fmt: skip
            booking = seated(house, tab="600")
            ask_comp(booking=booking, item=item(house, "花生"), ground="spend", user=user_of(house, "A"), now=at(99))
            held(house, "B", "A2")
            OffPost.objects.create(employee=employee_of(house, "C"), business_day=DAY, left_at=at(60))
            client = signed_in(floor_manager(house))
            self.get(client, house)
            with CaptureQueriesContext(connection) as queries:
                assert self.get(client, house).status_code == 200
            assert len(queries) <= 15, [query["sql"][:90] for query in queries]
            asked.append(len(queries))
        assert asked[0] == asked[1]


def test_a_table_is_booked_for_a_guest_of_somebody_who_is_not_the_booker_only_at_the_door(night: House) -> None:
    booking = book_table(
        venue=night.venue, employee=employee_of(night, "A"), user=host(night), table="A1", day=DAY,
        guest_name="林", guest_phone="13900000000", expected_at=None, party_size=None, now=at(0),
    )  # fmt: skip
    assert Booking.objects.get().employee == booking.employee
