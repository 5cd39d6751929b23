"""A venue's public calendar: seeded by year, then its own to edit."""

from datetime import date

import pytest

from accounts.models import User
from accounts.permissions import Role
from tests.house import House
from tests.pages.looking import somebody
from tests.workbooks import person
from venues.errors import Refused
from venues.models import CalendarDay, Month, Venue
from venues.public_days import remove_public_day, seed_year, set_public_day

NEW_YEAR = date(2030, 1, 1)


@pytest.fixture
def venue(house: House) -> Venue:
    house.bring({"员工": [person()]})
    return house.venue


@pytest.fixture
def boss(house: House, venue: Venue) -> User:
    return somebody(house, Role.FLOOR_MANAGER)


def days(venue: Venue, year: int) -> dict[date, tuple[str, bool]]:
    found = CalendarDay.objects.filter(venue=venue, date__year=year)
    return {day.date: (day.name, day.is_working) for day in found}


def test_a_year_is_filled_in_once(venue: Venue, boss: User) -> None:
    count = seed_year(venue=venue, year=2030, user=boss)
    assert count == len(days(venue, 2030)) > 8
    assert days(venue, 2030)[NEW_YEAR] == ("元旦", False)
    assert seed_year(venue=venue, year=2030, user=boss) == 0
    traces = CalendarDay.history.filter(date__year=2030)
    assert traces.count() == count
    assert {row.history_user for row in traces} == {boss}


def test_filling_in_keeps_what_was_changed_added_and_taken_out(venue: Venue, boss: User) -> None:
    seed_year(venue=venue, year=2030, user=boss)
    labour, own = date(2030, 5, 1), date(2030, 5, 2)
    set_public_day(venue=venue, day=labour, is_working=True, name="照常营业", user=boss)
    set_public_day(venue=venue, day=date(2030, 7, 7), is_working=False, name="店庆", user=boss)
    remove_public_day(venue=venue, day=NEW_YEAR, user=boss)
    before = days(venue, 2030)
    assert seed_year(venue=venue, year=2030, user=boss) == 0
    assert days(venue, 2030) == before
    assert before[labour] == ("照常营业", True)
    assert NEW_YEAR not in before
    assert own in before


def test_a_year_with_days_of_ones_own_gets_the_others(venue: Venue, boss: User) -> None:
    set_public_day(venue=venue, day=NEW_YEAR, is_working=True, name="", user=boss)
    assert seed_year(venue=venue, year=2030, user=boss) > 8
    assert days(venue, 2030)[NEW_YEAR] == ("", True)


def test_every_change_leaves_its_trace_and_the_same_again_none(venue: Venue, boss: User) -> None:
    for name in ("店庆", "店庆", "周年庆"):
        set_public_day(venue=venue, day=NEW_YEAR, is_working=False, name=name, user=boss)
    remove_public_day(venue=venue, day=NEW_YEAR, user=boss)
    traces = CalendarDay.history.filter(date=NEW_YEAR).order_by("history_id")
    assert [(row.history_type, row.name) for row in traces] == [("+", "店庆"), ("~", "周年庆"), ("-", "周年庆")]
    assert {row.history_user for row in traces} == {boss}
    with pytest.raises(Refused):
        remove_public_day(venue=venue, day=NEW_YEAR, user=boss)


def test_a_change_makes_drafts_from_the_month_before_on_stale(venue: Venue, boss: User) -> None:
    """A month is paid in the next: the day may move the pay day of the month before."""
    for month in (9, 10, 11):
        Month.objects.update_or_create(venue=venue, first_day=date(2026, month, 1), defaults={"revision": 0})
    set_public_day(venue=venue, day=date(2026, 11, 15), is_working=False, name="", user=boss)
    revisions = Month.objects.filter(first_day__gte=date(2026, 9, 1)).order_by("first_day")
    assert list(revisions.values_list("revision", flat=True)) == [0, 1, 1]


def test_the_floor_manager_and_the_owner_keep_the_calendar(house: House, venue: Venue) -> None:
    set_public_day(venue=venue, day=NEW_YEAR, is_working=False, name="", user=somebody(house, Role.OWNER))
    for role in (Role.HR, Role.HOST, Role.ACCOUNT_MANAGER):
        user = somebody(house, role)
        with pytest.raises(Refused):
            set_public_day(venue=venue, day=NEW_YEAR, is_working=True, name="", user=user)
        with pytest.raises(Refused):
            remove_public_day(venue=venue, day=NEW_YEAR, user=user)
        with pytest.raises(Refused):
            seed_year(venue=venue, year=2030, user=user)


def test_each_venue_has_its_own(house: House, venue: Venue, boss: User, tmp_path: object) -> None:
    other = House(house.folder, "other")
    other.bring({"员工": [person()]})
    set_public_day(venue=venue, day=NEW_YEAR, is_working=False, name="", user=boss)
    assert not days(other.venue, 2030)
    with pytest.raises(Refused):
        set_public_day(venue=other.venue, day=NEW_YEAR, is_working=False, name="", user=boss)
