"""``among`` finds what ``in`` finds, the keys as one value."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from venues.models import EventDay, Venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def venues() -> list[Venue]:
    return Venue.objects.bulk_create(Venue(code=f"v{place}", name=f"v{place}") for place in range(4))


@pytest.mark.parametrize("places", [[], [1], [0, 3], [3, 1, 1], range(4)], ids=str)
@pytest.mark.parametrize("made", [list, tuple, set, iter])
def test_the_keys_may_come_in_any_way(places: Iterable[int], made: Any, venues: list[Venue]) -> None:
    keys = [venues[place].pk for place in places]
    found = Venue.objects.filter(pk__among=made(keys)).values_list("pk", flat=True)
    assert sorted(found) == sorted(Venue.objects.filter(pk__in=keys).values_list("pk", flat=True)) == sorted({*keys})


def test_what_is_not_among_them_is_found_by_excluding(venues: list[Venue]) -> None:
    few = [venue.pk for venue in venues[:3]]
    assert list(Venue.objects.exclude(pk__among=few)) == venues[3:]
    assert set(Venue.objects.exclude(pk__among=[])) == set(venues)


def test_a_foreign_key_is_looked_up_too_here_and_across_a_table(venues: list[Venue]) -> None:
    days = EventDay.objects.bulk_create(EventDay(venue=venue, date=date(2026, 10, 1)) for venue in venues)
    some = [venues[0].pk, venues[2].pk]
    assert list(EventDay.objects.filter(venue__among=some)) == [days[0], days[2]]
    assert list(Venue.objects.filter(event_days__venue__among=some)) == [venues[0], venues[2]]


def test_a_key_beyond_all_keys_is_not_among_them(venues: list[Venue]) -> None:
    assert list(Venue.objects.filter(pk__among=[venues[0].pk, 2**62])) == venues[:1]


def test_a_thousand_keys_are_one_value(venues: list[Venue]) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = list(Venue.objects.filter(pk__among=range(venues[0].pk, venues[0].pk + 1000)))
    assert found == venues
    assert queries[0]["sql"].count("'") == 2
