"""Chapters 4 and 5: what reported violations cost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rulebook.articles import CONDUCT_ARTICLES
from rulebook.basis import (
    PoachingBasis,
    ReportBasis,
)
from rulebook.fines import Fine
from rulebook.money import ZERO, rounded
from rulebook.policy import Policy
from rulebook.sales import BookingState, awaits_spend

SOLICITING = "4.5"
POACHING = "4.4"
TIPS = "4.1"


class Report(NamedTuple):
    """One reported violation; for 4.1 ``amount`` is the tips, for 4.4 the booking's state and spend are given."""

    number: str
    day: date
    article: str
    amount: Decimal | None = None
    booking: str = ""
    booking_state: str = ""
    booking_spend: Decimal | None = None


def report_fine(report: Report, policy: Policy) -> Fine | None:
    """The fine of a reported violation; None while a poached table's spend is not known (4.1, 4.4, 5).

    4.5, 4.7 and 4.8 are recorded and cost nothing by themselves.
    """
    source = f"report:{report.number}"
    basis = ReportBasis(report=report.number)
    if report.article == TIPS:
        return Fine(report.day, TIPS, source, report.amount or ZERO, basis)
    if report.article == POACHING:
        if awaits_spend(report.booking_state, report.booking_spend):
            return None
        spend = ZERO
        if report.booking_state == BookingState.ARRIVED and report.booking_spend is not None:
            spend = report.booking_spend
        poached = PoachingBasis(
            report=report.number,
            booking=report.booking,
            spend=str(spend),
            multiple=str(policy.poaching_multiple),
        )
        return Fine(report.day, POACHING, source, rounded(spend * policy.poaching_multiple), poached)
    amount = policy.conduct_fine if report.article in CONDUCT_ARTICLES else ZERO
    return Fine(report.day, report.article, source, amount, basis)


def soliciting_days(reports: Iterable[Report]) -> frozenset[date]:
    """The business days whose sales do not count (4.5)."""
    return frozenset(report.day for report in reports if report.article == SOLICITING)
