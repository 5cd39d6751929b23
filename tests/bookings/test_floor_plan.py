"""A venue's floor plan is written whole, and refuses what can't stand."""

from typing import Any

import pytest

from bookings.floor_plan.services.plans import PlannedFixture, PlannedTable, set_floor_plan
from bookings.models import Fixture, Table
from tests.house import House
from venues.errors import Refused
from venues.models import Venue


@pytest.fixture
def venue(house: House) -> Venue:
    house.bring({"活动日": [{"日期": "2026-09-05"}]})
    return house.venue


def table(code: str, column: int = 1, row: int = 1, **more: Any) -> PlannedTable:
    return PlannedTable(**{"code": code, "kind": "booth", "seats": 6, "column": column, "row": row, **more})


STAGE = PlannedFixture(name="DJ 台", column=3, row=1, width=2)


def test_the_same_plan_again_changes_nothing(venue: Venue) -> None:
    plan = {"tables": [table("V1"), table("V2", 2)], "fixtures": [STAGE]}
    assert set_floor_plan(venue=venue, **plan)
    assert not set_floor_plan(venue=venue, **plan)
    assert Table.history.count() == 2


def test_a_table_no_longer_named_goes_out_of_use_and_keeps_its_history(venue: Venue) -> None:
    set_floor_plan(venue=venue, tables=[table("V1"), table("V2", 2)], fixtures=[STAGE])
    assert set_floor_plan(venue=venue, tables=[table("V2")], fixtures=[], reason="renovated")
    assert dict(Table.objects.values_list("code", "is_active")) == {"V1": False, "V2": True}
    assert not Fixture.objects.exists()
    assert Table.history.filter(code="V1", history_change_reason="renovated").exists()


@pytest.mark.parametrize(
    "tables",
    [
        [table("V1"), table("V1", 2)],
        [table(" ")],
        [table("V1", seats=0)],
        [table("V1", kind="sofa")],
        [table("V1", 6, width=2)],
        [table("V1", 0)],
        [table("V1", height=0)],
        [table("V1"), table("V2")],
        [table("V1", 4)],
    ],
)
def test_a_plan_that_cannot_stand_is_refused_whole(venue: Venue, tables: list[PlannedTable]) -> None:
    with pytest.raises(Refused):
        set_floor_plan(venue=venue, tables=tables, fixtures=[STAGE])
    assert not Table.objects.exists()
    assert not Fixture.objects.exists()
