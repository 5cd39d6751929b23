"""The owner's floor plan: added, moved, renamed, taken out of use; what stands in the way, and who comes second."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from bookings.floor_plan.services.plans import PlannedFixture, PlannedTable, set_floor_plan
from bookings.floor_plan.services.things import (
    add_fixture,
    add_table,
    change_fixture,
    change_table,
    move_thing,
    remove_fixture,
    retire_table,
    seal_of,
)
from bookings.models import Booking, Fixture, Table
from bookings.settlement.services import settle_booking
from tests.house import House
from tests.nights import DAY, at, floor_manager, held, opened, seated, settled, user_of
from tests.pages.looking import at as address_of, signed_in, somebody, text_of, tree
from venues.errors import ChangedMeanwhile, Refused

NOW = at(90)


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    """Six tables in the first row, a stage in the third."""
    opened(kept_house)
    stage = PlannedFixture(name="DJ 台", column=3, row=3, width=2)
    add_fixture(venue=kept_house.venue, user=owner(kept_house), fixture=stage)
    return kept_house


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def the(house: House, code: str) -> Table:
    return Table.objects.select_related("venue").get(venue=house.venue, code=code)


def planned(table: Table, **more: Any) -> PlannedTable:
    names = ("code", "kind", "seats", "column", "row", "width", "height")
    return PlannedTable(**({name: getattr(table, name) for name in names} | more))


def changed(house: House, known: str, **more: Any) -> Table:
    table = the(house, known)
    return change_table(table=table, user=owner(house), wanted=planned(table, **more), seen=seal_of(table), now=NOW)


def retired(house: House, code: str, reason: str = "拆了") -> Table:
    table = the(house, code)
    return retire_table(table=table, user=owner(house), seen=seal_of(table), now=NOW, reason=reason)


def moved(house: House, code: str, column: int, row: int) -> Any:
    table = the(house, code)
    return move_thing(thing=table, user=owner(house), column=column, row=row, seen=seal_of(table))


class TestMoving:
    def test_a_table_goes_where_nothing_stands_with_a_trace(self, night: House) -> None:
        moved(night, "A1", 1, 2)
        table = the(night, "A1")
        assert (table.column, table.row) == (1, 2)
        last = table.history.first()
        assert (last.history_user, last.row) == (owner(night), 2)

    @pytest.mark.parametrize(("column", "row", "why"), [(2, 1, "A2"), (3, 3, "DJ 台"), (4, 3, "DJ 台"), (7, 1, "A1")])
    def test_a_place_that_is_taken_or_outside_is_refused_with_what_stands_there(
        self, night: House, column: int, row: int, why: str
    ) -> None:
        with pytest.raises(Refused, match=why):
            moved(night, "A1", column, row)
        assert the(night, "A1").row == 1

    @pytest.mark.parametrize("row", [0, 21])
    def test_the_plan_ends_after_twenty_rows(self, night: House, row: int) -> None:
        with pytest.raises(Refused):
            moved(night, "A1", 1, row)
        moved(night, "A1", 1, 20)

    def test_a_wide_fixture_keeps_its_size_and_may_overlap_its_own_old_place(self, night: House) -> None:
        stage = Fixture.objects.get()
        move_thing(thing=stage, user=owner(night), column=4, row=3, seen=seal_of(stage))
        stage.refresh_from_db()
        assert (stage.column, stage.width) == (4, 2)
        with pytest.raises(Refused):
            move_thing(thing=stage, user=owner(night), column=6, row=3, seen=seal_of(stage))

    def test_who_comes_second_is_told_and_loses_nothing_silently(self, night: House) -> None:
        seen = the(night, "A1")
        first_version = seal_of(seen)
        moved(night, "A1", 1, 2)
        with pytest.raises(ChangedMeanwhile, match="A1"):
            move_thing(thing=seen, user=owner(night), column=2, row=4, seen=first_version)
        assert the(night, "A1").row == 2

    def test_the_same_move_twice_is_one(self, night: House) -> None:
        seen = the(night, "A1")
        for _click in range(2):
            move_thing(thing=seen, user=owner(night), column=1, row=2, seen=seal_of(seen))
        assert the(night, "A1").history.count() == 2

    def test_the_database_holds_no_two_tables_in_one_place(self, night: House) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Table.objects.filter(code="A1").update(column=2)

    def test_a_whole_plan_in_which_two_tables_change_places_is_set(self, night: House) -> None:
        tables = [planned(the(night, "A1"), column=2), planned(the(night, "A2"), column=1)]
        assert set_floor_plan(venue=night.venue, tables=tables, fixtures=[])
        assert dict(Table.objects.filter(is_active=True).values_list("code", "column")) == {"A1": 2, "A2": 1}


class TestChanging:
    def test_a_new_name_goes_to_the_live_bookings_and_leaves_the_past_alone(self, night: House) -> None:
        past, live = settled(night), held(night, table="A2")
        Booking.objects.filter(pk=past.pk).update(business_day=DAY - timedelta(days=1), table="A2")
        changed(night, "A2", code="A9")
        past.refresh_from_db()
        live.refresh_from_db()
        assert (past.table, live.table) == ("A2", "A9")
        assert live.history.first().history_change_reason == "A2 → A9"
        assert the(night, "A9").history.last().code == "A2"

    def test_a_new_name_makes_the_month_of_its_bookings_stale(self, night: House) -> None:
        held(night)
        before = night.venue.months.get(first_day="2026-11-01").revision
        changed(night, "A1", code="A9")
        assert night.venue.months.get(first_day="2026-11-01").revision > before

    def test_a_second_turn_of_tonight_finds_its_settled_first_one_under_the_new_name(self, night: House) -> None:
        settled(night)
        changed(night, "A1", code="A9")
        assert held(night, table="A9").turn == 2

    @pytest.mark.parametrize("code", ["A2", " "])
    def test_a_name_that_another_table_has_or_none_is_refused(self, night: House, code: str) -> None:
        with pytest.raises(Refused):
            changed(night, "A1", code=code)

    def test_a_name_under_which_there_are_bookings_already_is_refused(self, night: House) -> None:
        stray = held(night)
        Booking.objects.filter(pk=stray.pk).update(table="Z1")
        with pytest.raises(Refused, match="Z1"):
            changed(night, "A2", code="Z1")

    def test_a_change_of_a_table_changed_meanwhile_is_refused(self, night: House) -> None:
        seen = the(night, "A1")
        changed(night, "A1", seats=6)
        with pytest.raises(ChangedMeanwhile):
            change_table(table=seen, user=owner(night), wanted=planned(seen, seats=8), seen=seal_of(seen), now=NOW)
        assert the(night, "A1").seats == 6

    def test_the_same_change_twice_is_one(self, night: House) -> None:
        seen = the(night, "A1")
        for _click in range(2):
            change_table(table=seen, user=owner(night), wanted=planned(seen, seats=8), seen=seal_of(seen), now=NOW)
        assert the(night, "A1").history.count() == 2

    def test_nobody_but_the_owner_changes_the_plan(self, night: House) -> None:
        table, stranger = the(night, "A1"), floor_manager(night)
        with pytest.raises(Refused):
            move_thing(thing=table, user=stranger, column=1, row=2, seen=seal_of(table))
        with pytest.raises(Refused):
            add_table(venue=night.venue, user=stranger, table=planned(table, code="Z", row=2))


class TestAdding:
    def test_a_table_can_be_booked_as_soon_as_it_stands(self, night: House) -> None:
        add_table(
            venue=night.venue, user=owner(night), table=PlannedTable(code="C1", kind="bar", seats=2, column=1, row=2)
        )
        assert held(night, table="C1").table == "C1"

    def test_the_same_table_twice_is_one(self, night: House) -> None:
        table = PlannedTable(code="C1", kind="bar", seats=2, column=1, row=2)
        for _click in range(2):
            add_table(venue=night.venue, user=owner(night), table=table)
        assert Table.objects.filter(code="C1").count() == 1

    @pytest.mark.parametrize(
        "more",
        [
            {"code": "A1"},
            {"code": "a1"},
            {"code": "Ａ１"},
            {"code": ""},
            {"kind": "sofa"},
            {"seats": 0},
            {"row": 1},
            {"column": 6, "width": 2},
        ],
    )
    def test_a_table_that_cannot_stand_is_refused(self, night: House, more: dict[str, Any]) -> None:
        values = {"code": "C1", "kind": "bar", "seats": 2, "column": 1, "row": 2}
        with pytest.raises(Refused):
            add_table(venue=night.venue, user=owner(night), table=PlannedTable(**(values | more)))
        assert Table.objects.count() == 6


class TestRetiring:
    def test_a_table_with_live_bookings_is_refused_and_they_are_named(self, night: House) -> None:
        booking = held(night)
        with pytest.raises(Refused, match=booking.number):
            retired(night, "A1")
        assert the(night, "A1").is_active

    def test_guests_who_still_sit_there_stand_in_the_way_until_they_are_settled(self, night: House) -> None:
        from_eight = seated(night)
        with pytest.raises(Refused):
            retired(night, "A1")
        settle_booking(booking=from_eight, user=floor_manager(night), amount=Decimal(1000))
        assert not retired(night, "A1").is_active

    def test_it_needs_a_reason_and_leaves_a_trace(self, night: House) -> None:
        with pytest.raises(Refused):
            retired(night, "A1", reason=" ")
        retired(night, "A1", reason="装修")
        last = the(night, "A1").history.first()
        assert (last.history_user, last.history_change_reason) == (owner(night), "装修")

    def test_what_is_out_of_use_is_booked_by_nobody_and_comes_back_where_it_is_put(self, night: House) -> None:
        retired(night, "A1")
        with pytest.raises(Refused):
            held(night)
        changed(night, "A1", row=5)
        assert held(night).table == "A1"

    def test_a_table_does_not_come_back_into_a_place_that_is_taken_meanwhile(self, night: House) -> None:
        retired(night, "A1")
        moved(night, "A2", 1, 1)
        with pytest.raises(Refused, match="A2"):
            changed(night, "A1")

    def test_its_code_is_not_given_to_another_table(self, night: House) -> None:
        retired(night, "A1")
        with pytest.raises(Refused, match="A1"):
            add_table(
                venue=night.venue, user=owner(night),
                table=PlannedTable(code="A1", kind="bar", seats=2, column=1, row=2),
            )  # fmt: skip


class TestFixtures:
    def test_a_fixture_is_added_changed_and_taken_away_each_with_a_trace(self, night: House) -> None:
        user = owner(night)
        bar = add_fixture(venue=night.venue, user=user, fixture=PlannedFixture(name="吧台", column=1, row=5, width=3))
        wanted = PlannedFixture(name="长吧台", column=1, row=5, width=4)
        bar = change_fixture(fixture=bar, user=user, wanted=wanted, seen=seal_of(bar))
        pk = bar.pk
        remove_fixture(fixture=bar, user=user, seen=seal_of(bar))
        told = Fixture.history.filter(id=pk).order_by("history_id")
        assert list(told.values_list("history_type", "name")) == [("+", "吧台"), ("~", "长吧台"), ("-", "长吧台")]
        assert {row.history_user for row in told} == {user}

    def test_a_fixture_may_not_stand_on_a_table(self, night: House) -> None:
        with pytest.raises(Refused, match="A1"):
            add_fixture(venue=night.venue, user=owner(night), fixture=PlannedFixture(name="吧台", column=1, row=1))


class TestPages:
    def page(self, house: House, name: str, *args: Any, who: str = "owner", **data: Any) -> Any:
        client = signed_in(User.objects.get(username=who))
        with time_machine.travel(NOW, tick=False):
            address = address_of(house, name, *args)
            return client.post(address, data) if data else client.get(address)

    def test_the_plan_shows_every_table_and_leads_to_each(self, night: House) -> None:
        page = self.page(night, "floor_plan")
        codes = tree(page).xpath("//a[contains(@class, 'set')]/strong/text()")
        assert codes == ["A1", "A2", "A3", "B1", "B2", "V1"]
        assert "DJ 台" in text_of(page)

    def test_without_a_script_a_table_is_chosen_and_its_new_place_tapped(self, night: House) -> None:
        table = the(night, "A1")
        page = self.page(night, "table", table.pk)
        [button] = tree(page).xpath("//button[@name='cell'][@value='1-2']")
        form = button.xpath("./ancestor::form")[0]
        sent = {field.get("name"): field.get("value") for field in form.xpath(".//input[@name!='csrfmiddlewaretoken']")}
        answer = self.page(night, "floor_move", **(sent | {"cell": "1-2"}))
        assert answer.status_code == 302
        assert the(night, "A1").row == 2

    def test_a_drag_is_answered_with_the_plan_as_it_stands(self, night: House) -> None:
        table = the(night, "A1")
        client = signed_in(owner(night))
        sent = {"kind": "table", "thing": table.pk, "seen": seal_of(table), "cell": "2-1"}
        address = address_of(night, "floor_move")
        page = client.post(address, sent, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assert "A2" in text_of(page, "//div[contains(@class, 'notice')]")
        page = client.post(address, sent | {"cell": "1-2"}, headers={"HX-Request": "true"})
        [moved_tile] = tree(page).xpath(f"//li[@data-thing='{table.pk}'][@data-kind='table']")
        assert (moved_tile.get("data-column"), moved_tile.get("data-row")) == ("1", "2")
        assert not tree(page).xpath("//nav")

    @pytest.mark.parametrize(
        "sent", [{"cell": ""}, {"cell": "a-b"}, {"kind": "booking"}, {"thing": ""}, {"thing": "x"}, {"seen": ""}]
    )
    def test_a_move_of_nonsense_changes_nothing(self, night: House, sent: dict[str, str]) -> None:
        table = the(night, "A1")
        whole = {"kind": "table", "thing": str(table.pk), "seen": seal_of(table), "cell": "1-2"}
        assert self.page(night, "floor_move", **(whole | sent)).status_code == 302
        assert the(night, "A1").row == 1

    def test_another_houses_table_is_not_found_nor_moved(self, night: House, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        opened(other, "X")
        table = Table.objects.get(venue=other.venue, code="A1")
        sent = {"kind": "table", "thing": table.pk, "seen": seal_of(table), "cell": "1-2"}
        assert self.page(night, "floor_move", **sent).status_code == 404
        for name in ("table", "table_retire"):
            assert self.page(night, name, table.pk).status_code == 404
        table.refresh_from_db()
        assert table.row == 1

    @pytest.mark.parametrize("who", ["floor", "user-A"])
    def test_only_the_owner_moves(self, night: House, who: str) -> None:
        floor_manager(night)
        table = the(night, "A1")
        sent = {"kind": "table", "thing": table.pk, "seen": seal_of(table), "cell": "1-2"}
        assert self.page(night, "floor_move", who=who, **sent).status_code == 403
        assert the(night, "A1").row == 1

    def test_what_is_refused_is_said_and_what_was_typed_stays(self, night: House) -> None:
        sent = {"code": "C1", "kind": "bar", "seats": 2, "column": 1, "row": 1, "width": 1, "height": 1}
        page = self.page(night, "table_new", **sent)
        assert page.status_code == 422
        assert "A1" in text_of(page, "//div[@role='alert']")
        assert tree(page).xpath("//input[@name='code']/@value") == ["C1"]
        assert not Table.objects.filter(code="C1").exists()

    def test_a_retirement_lists_the_bookings_in_its_way(self, night: House) -> None:
        booking = held(night)
        page = self.page(night, "table_retire", the(night, "A1").pk)
        assert tree(page).xpath(f"//a[contains(@href, '/bookings/{booking.pk}/')]")
        assert not tree(page).xpath("//input[@name='reason']")

    def test_the_page_of_a_table_tells_who_changed_what(self, night: House) -> None:
        changed(night, "A1", seats=8)
        told = text_of(self.page(night, "table", the(night, "A1").pk), "//ul[contains(@class, 'changes')]")
        assert "4 → 8" in told
        assert "owner" in told

    def test_a_fixture_taken_away_by_a_second_click_is_no_error(self, night: House) -> None:
        stage = Fixture.objects.get()
        for _click in range(2):
            answer = self.page(night, "fixture_remove", stage.pk, seen=seal_of(stage))
            assert answer.status_code == 302
        assert not Fixture.objects.exists()
        assert self.page(night, "fixture_remove", 10**9, seen="x").status_code == 404

    def test_an_empty_house_is_told_how_to_begin(self, house: House) -> None:
        house.bring({"活动日": [{"日期": "2026-09-05"}]})
        owner(house)
        page = self.page(house, "floor_plan")
        assert tree(page).xpath("//div[contains(@class, 'empty-state')]")
        assert tree(page).xpath("//a[contains(@href, 'cell=1-1')]")

    def test_nonsense_in_the_address_of_a_new_table_is_the_first_free_place(self, night: House) -> None:
        client: Client = signed_in(owner(night))
        for cell in ("x", "99-99", "0-1", "7-1"):
            page = client.get(reverse("table_new", args=[night.code]), {"cell": cell})
            assert page.status_code == 200
            assert tree(page).xpath("//input[@name='column' or @name='row']/@value") == ["1", "2"]


def test_a_table_taken_out_of_use_leaves_the_managers_plan(night: House) -> None:
    retired(night, "A1")
    client = signed_in(user_of(night, "A"))
    with time_machine.travel(NOW, tick=False):
        page = client.get(address_of(night, "book"))
    assert "A1" not in tree(page).xpath("//input[@name='table']/@value")
    assert "A2" in tree(page).xpath("//input[@name='table']/@value")
