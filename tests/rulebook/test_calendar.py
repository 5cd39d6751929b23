"""Business days, months, and dates some months later."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rulebook.calendar import CalendarMonth, add_months, business_day, last_ended, moment, months_between
from rulebook.payday import pay_date, working_day_until
from rulebook.policy import Policy

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        (time(12), DAY),
        (time(20), DAY),
        (time(23, 59, 59), DAY),
        (time(0), date(2026, 10, 1)),
        (time(11, 59, 59), date(2026, 10, 1)),
    ],
)
def test_a_bare_time_before_noon_means_the_next_calendar_day(clock: time, day: date) -> None:
    assert moment(DAY, clock, ZONE) == datetime.combine(day, clock, ZONE)
    assert business_day(moment(DAY, clock, ZONE), ZONE) == DAY


def test_a_business_day_is_told_in_the_venues_zone() -> None:
    assert business_day(datetime(2026, 10, 1, 3, 59, 59, tzinfo=UTC), ZONE) == DAY
    assert business_day(datetime(2026, 10, 1, 4, tzinfo=UTC), ZONE) == date(2026, 10, 1)


def test_a_business_day_ends_at_noon_of_the_next() -> None:
    end = datetime(2026, 10, 1, 12, tzinfo=ZONE)
    assert last_ended(end, ZONE) == DAY
    assert last_ended(end.replace(hour=11, minute=59, second=59), ZONE) == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_the_same_date_months_later_or_the_last_day(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize("text", ["2026-9", "2026-13", "2026-00", "26-09", "2026/09", "２０２６-09", " 2026-09", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|YYYY"):
        CalendarMonth.parse(text)


def test_months_know_their_days_and_order() -> None:
    september = CalendarMonth.parse("2026-09")
    assert (september.first, september.last, september.length, str(september.next)) == (
        date(2026, 9, 1), date(2026, 9, 30), 30, "2026-10",
    )  # fmt: skip
    assert [str(month) for month in months_between(CalendarMonth(2026, 11), CalendarMonth(2027, 1))] == [
        "2026-11", "2026-12", "2027-01",
    ]  # fmt: skip


def test_the_pay_day_of_a_short_month_is_its_last_day() -> None:
    assert pay_date(CalendarMonth(2026, 1), Policy(pay_day=31)) == date(2026, 2, 28)
    assert pay_date(CalendarMonth(2026, 12), Policy()) == date(2027, 1, 15)


def test_a_pay_day_on_a_rest_day_is_the_working_day_before() -> None:
    sunday = date(2026, 11, 15)
    assert working_day_until(sunday, {}) == date(2026, 11, 13)
    assert working_day_until(sunday, {date(2026, 11, 14): True}) == date(2026, 11, 14)
    assert working_day_until(sunday, {date(2026, 11, 13): False}) == date(2026, 11, 12)
    assert working_day_until(date(2026, 10, 15), {}) == date(2026, 10, 15)
