"""Which version of a policy is in force when."""

from datetime import date

import pytest

from rulebook.calendar import CalendarMonth
from rulebook.timeline import PolicyTimeline

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
VERSIONS = PolicyTimeline({JULY: "third", None: "first", JUNE: "second"})


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2020, 1, 1), "first"),
        (date(2026, 5, 31), "first"),
        (JUNE, "second"),
        (date(2026, 6, 30), "second"),
        (JULY, "third"),
        (date(2099, 1, 1), "third"),
    ],
)
def test_a_version_holds_from_its_first_day_until_the_next_begins(day: date, version: str) -> None:
    assert VERSIONS.on(day) == version


def test_a_month_has_the_version_of_its_first_day() -> None:
    assert VERSIONS.of(CalendarMonth(2026, 6)) == "second"


def test_stating_one_leaves_the_others_as_they_are() -> None:
    august = date(2026, 8, 1)
    assert VERSIONS.stated(august, "fourth").on(august) == "fourth"
    assert VERSIONS.on(august) == "third"
    assert (VERSIONS.get(JUNE), VERSIONS.get(august)) == ("second", None)


def test_before_the_first_none_holds() -> None:
    with pytest.raises(KeyError):
        PolicyTimeline({JUNE: "only"}).on(date(2026, 5, 31))
