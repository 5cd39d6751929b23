"""Figures, days and moments are written the way the house writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from commissions.month.selectors import COLUMNS
from pages import formats
from pages.templatetags import shown
from rulebook.calendar import CalendarMonth

DAY = date(2026, 11, 14)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.00", "¥0.00"), ("-0.00", "¥0.00"), ("0.01", "¥0.01"), ("-0.01", "\u2212¥0.01"), ("999.99", "¥999.99"),
        ("1000.00", "¥1,000.00"), ("-1234567.80", "\u2212¥1,234,567.80"),
    ],
)  # fmt: skip
def test_an_amount_has_a_true_minus_before_its_sign_and_two_places(amount: str, text: str) -> None:
    assert formats.yuan(Decimal(amount)) == text
    assert formats.figure(amount) == text.replace("¥", "")


def test_a_figure_below_zero_is_red_and_zero_is_quiet() -> None:
    assert shown.cell(Decimal("-5")) == '<span class="negative">\u22125.00</span>'
    assert shown.cell(Decimal("0.00")) == '<span class="zero">0.00</span>'
    assert shown.signed(Decimal("5")) == '<span class="">¥5.00</span>'


def test_what_a_column_takes_away_is_negative_and_nothing_taken_is_plain_nothing() -> None:
    withheld = next(column for column in COLUMNS if column.name == "withheld")
    assert withheld.of({"withheld": Decimal("5.00")}) == Decimal("-5.00")
    assert str(withheld.of({"withheld": Decimal("0.00")})) == "0.00"
    assert withheld.of({}) is None


def test_only_a_change_that_grew_has_a_plus() -> None:
    assert shown.change(Decimal("5")) == "+5.00"
    assert "\u22125.00" in shown.change(Decimal("-5"))
    assert "+" not in shown.change(Decimal("0.00"))


def test_a_large_amount_has_its_sign_and_fen_small() -> None:
    assert shown.hero(Decimal("-1234.50")) == (
        '<span class="hero"><small>\u2212¥</small>1,234<small>.50</small></span>'
    )


@pytest.mark.parametrize(
    ("part", "whole", "width"), [("1", "4", "25.0"), ("5", "4", "100.0"), ("0", "4", "0.0"), ("1", "0", "0")]
)
def test_a_bar_never_passes_its_end(part: str, whole: str, width: str) -> None:
    assert shown.share(Decimal(part), Decimal(whole)) == width


@pytest.mark.parametrize(("code", "badge"), [("1.2.B", "1.2.B"), ("carried", "2.4"), ("deposit", "2.4")])
def test_the_ledgers_own_headings_stand_on_the_sum_of_pay(code: str, badge: str) -> None:
    assert shown.article(code) == badge


def test_items_are_kept_apart_by_a_drawn_dot_and_stay_text() -> None:
    assert shown.dotted("a · <b>") == 'a<i class="dot"></i>&lt;b&gt;'


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-hans", ["11月14日 周六", "11月14日", "2026年11月14日", "2026年11月"]),
        ("en", ["Sat 14 Nov", "14 Nov", "14 Nov 2026", "November 2026"]),
    ],
)
def test_days_are_written_in_the_readers_language(language: str, written: list[Any]) -> None:
    with translation.override(language):
        assert [formats.day(DAY), formats.short_day(DAY), formats.long_day(DAY)] == written[:3]
        assert formats.month(CalendarMonth.of(DAY)) == written[3]


def test_moments_are_those_of_the_zone_in_force() -> None:
    moment = datetime(2026, 11, 14, 16, 5, tzinfo=UTC)
    with translation.override("zh-hans"), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert formats.moment(moment) == "11月15日 00:05"
    with translation.override("en"), timezone.override(ZoneInfo("UTC")):
        assert formats.moment(moment) == "14 Nov 16:05"
