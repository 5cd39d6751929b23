"""The plan changed in the second in which a table is booked, or by two owners: nobody's act is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.permissions import Role
from bookings.floor_plan.services.things import change_table, move_thing, retire_table, seal_of
from bookings.models import Booking, Table
from tests.bookings.test_tables_pages import planned
from tests.house import House
from tests.nights import at, held, opened
from tests.pages.looking import somebody
from venues.errors import Refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
ROUNDS = 6


@pytest.fixture
def night(transactional_db: None, tmp_path: Any) -> House:
    return opened(House(tmp_path))


def together(*acts: Callable[[], Any]) -> list[str]:
    """What becomes of acts begun in the same moment: «done», or why each is refused."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        connection.ensure_connection()
        barrier.wait()
        try:
            act()
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_table_is_taken_out_of_use_or_booked_never_both(night: House, _round: int) -> None:
    table, owner = Table.objects.select_related("venue").get(code="A1"), somebody(night, Role.OWNER)

    def retire() -> None:
        retire_table(table=table, user=owner, seen=seal_of(table), now=at(0), reason="装修")

    answers = together(retire, lambda: held(night))
    assert answers.count("done") == 1, answers
    table.refresh_from_db()
    assert table.is_active == Booking.objects.filter(table="A1", state="held").exists()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_booking_of_the_second_of_a_new_name_stands_under_it_or_is_refused(night: House, _round: int) -> None:
    table, owner = Table.objects.select_related("venue").get(code="A1"), somebody(night, Role.OWNER)
    wanted = planned(table, code="A9")

    def rename() -> None:
        change_table(table=table, user=owner, wanted=wanted, seen=seal_of(table), now=at(0))

    renamed, booked = together(rename, lambda: held(night))
    codes = set(Table.objects.filter(is_active=True).values_list("code", flat=True))
    assert set(Booking.objects.values_list("table", flat=True)) <= codes, (renamed, booked)
    assert "done" in (renamed, booked)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_owners_who_move_a_table_at_once_one_is_told(night: House, _round: int) -> None:
    table, owner = Table.objects.select_related("venue").get(code="A1"), somebody(night, Role.OWNER)
    version = seal_of(table)
    answers = together(
        *(
            lambda row=row: move_thing(thing=table, user=owner, column=1, row=row, seen=version)  # type: ignore[misc]
            for row in (2, 3)
        )
    )
    assert answers.count("done") == 1, answers
    assert table.history.count() == 2
