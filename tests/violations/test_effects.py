"""The price before the act: what the page says is what the ledger then holds."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from bookings.door.services import mark_no_show
from bookings.models import Booking
from rulebook.articles import CONDUCT_ARTICLES, REPORTED_ARTICLES
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, host, opened, seated, settled
from venues.selectors import policy_of
from venues.services import set_policy
from violations.models import Penalty
from violations.reports.consequences import Effect, effect_of
from violations.reports.selectors import sales_on
from violations.reports.services import record_report

NOVEMBER = CalendarMonth.of(DAY)


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def said(house: House, article: str, **more: Any) -> Effect:
    return effect_of(article=article, day=DAY, policy=policy_of(house.venue, NOVEMBER).policy, **more)


def booked(house: House, what: str) -> Booking:
    if what == "held":
        return held(house, "B")
    if what == "seated":
        return seated(house, "B", tab="500")
    if what == "missed":
        return mark_no_show(booking=held(house, "B"), user=host(house))
    return settled(house, "B", spend=what)


@pytest.mark.parametrize("conduct_fine", ["0", "20.50"])
@pytest.mark.parametrize("what", ["held", "seated", "missed", "0", "1234.57"])
@pytest.mark.parametrize("article", REPORTED_ARTICLES)
def test_the_effect_equals_the_fine_that_the_ledger_then_holds(
    night: House, article: str, what: str, conduct_fine: str
) -> None:
    set_policy(venue=night.venue, month=NOVEMBER, values={"conduct_fine": conduct_fine, "poaching_multiple": "2.5"})
    booking, amount = booked(night, what), Decimal("88.50")
    effect = said(night, article, booking=booking, amount=amount)
    report = record_report(
        venue=night.venue, employee=employee_of(night, "A"), user=floor_manager(night), day=DAY, article=article,
        now=at(180), booking=booking, amount=amount, note="见值班记录",
    )  # fmt: skip
    fines = list(Penalty.objects.filter(report=report).values_list("amount", flat=True))
    assert fines == ([] if effect.fine is None else [effect.fine])


def test_what_waits_is_charged_once_the_spend_is_known_as_was_said(night: House) -> None:
    booking = seated(night, "B")
    with translation.override("en"):
        assert said(night, "4.4", booking=booking).text == (
            "The fine waits for the spend of A1, and will be 2 times that."
        )


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("4.4", "Choose the booking"),
        ("4.5", "¥0.00 so far, will not count. No fine."),
        ("4.7", "people decide about a dismissal. The record alone dismisses nobody"),
        ("4.8", "people decide about a dismissal. The record alone dismisses nobody"),
        *((article, "it costs nothing") for article in CONDUCT_ARTICLES),
    ],
)
def test_each_article_says_what_follows(night: House, article: str, words: str) -> None:
    with translation.override("en"):
        assert words in said(night, article).text


def test_a_conduct_fine_of_the_policy_is_said(night: House) -> None:
    set_policy(venue=night.venue, month=NOVEMBER, values={"conduct_fine": "20"})
    with translation.override("en"):
        assert said(night, "5.F").text == "Recorded, with a fine of ¥20.00."


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("article", REPORTED_ARTICLES)
def test_the_article_is_quoted_in_the_readers_language(night: House, article: str, language: str) -> None:
    with translation.override(language):
        clause = said(night, article).clause
    assert clause
    assert clause.isascii() == (language == "en")


class TestSoliciting:
    """4.5: none of the person's sales of that day count."""

    def test_the_sales_so_far_are_those_that_count(self, night: House) -> None:
        settled(night, "A", "A1", "1200")
        settled(night, "A", "A2", "300", now=at(55))  # registered 5 minutes ahead: it does not count
        seated(night, "A", "A3", tab="900")
        settled(night, "B", "B1", "7000")
        assert sales_on(employee_of(night, "A"), DAY, Policy()) == Decimal("1200.00")

    def test_once_recorded_nothing_more_is_lost(self, night: House) -> None:
        settled(night, "A")
        record_report(
            venue=night.venue, employee=employee_of(night, "A"), user=floor_manager(night), day=DAY, article="4.5",
            now=at(180), note="门外拉客",
        )  # fmt: skip
        assert sales_on(employee_of(night, "A"), DAY, Policy()) == 0
