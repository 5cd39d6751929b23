"""Compute payslips from facts and ledger: the pure step of a chunk."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, tzinfo

from commissions.engine.inputs import PayDay, PayFacts
from rulebook import pay
from rulebook.attendance import Day, Verdict, is_in_use
from rulebook.money import ZERO
from rulebook.pay import Charge, ExceptionKind, Open
from rulebook.reports import POACHING, soliciting_days
from rulebook.sales import BookingState, Sale, awaits_spend, is_unsettled, rule_sale
from violations.ledger.facts import Derived, MonthFacts, PersonFacts


def sales_of(person: PersonFacts, facts: MonthFacts) -> list[Sale]:
    """What each of a person's bookings of the month counts, by day and number."""
    void = soliciting_days(person.reports)
    bookings = sorted(person.bookings, key=lambda booking: (booking.day, booking.number))
    return [rule_sale(booking, void, facts.policy) for booking in bookings]


def payslip_of(
    person: PersonFacts,
    facts: MonthFacts,
    derived: Derived,
    sales: Sequence[Sale],
    charges: Sequence[Charge],
    entries: PayFacts,
    due: PayDay,
) -> pay.Payslip:
    """The payslip of one person."""
    return pay.compute(
        pay.Month(
            month=facts.month,
            employment=person.employment,
            days=derived.days,
            sales=sum((sale.amount for sale in sales), ZERO),
            fines=charges,
            bonuses=entries.bonuses.get(person.id, ()),
            withholdings=entries.withholdings.get(person.id, ()),
            carried_in=entries.carried_in.get(person.id, ZERO),
            open=open_exceptions(person, facts, derived.days),
            provisional=None if facts.is_over else facts.decided,
            paid_before=due.before,
        ),
        facts.policy,
    )


def open_exceptions(person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> list[Open]:
    """What must be settled before the month is locked: one-sided days, unsettled bookings, fines that wait.

    A table poached in this month whose booking is in a later one: nothing else would hold this month open
    until its spend is known (4.4).
    """
    found = [
        Open(ExceptionKind.ONE_PUNCH, day.day, _missing_side(person, day))
        for day in days
        if day.verdict == Verdict.EXCEPTION
    ]
    found += (
        Open(ExceptionKind.UNSETTLED, booking.day, booking.number)
        for booking in person.bookings
        if is_unsettled(booking.state, booking.spend) and booking.day <= facts.decided
    )
    found += (
        Open(ExceptionKind.HELD, booking.day, booking.number)
        for booking in person.bookings
        if booking.state == BookingState.HELD and booking.day <= facts.decided
    )
    found += (
        Open(ExceptionKind.AWAY, away.day, clock_of(away.left, facts.zone))
        for away in person.off_posts
        if away.returned is None and away.day <= facts.decided and is_in_use(away.day, facts.in_use_from)
    )
    found += (
        Open(ExceptionKind.POACHING_WAITS, report.day, report.booking)
        for report in person.waiting_reports
        if report.article == POACHING and awaits_spend(report.booking_state, report.booking_spend)
    )
    return sorted(found, key=lambda item: (item.day or facts.month.last, item.kind, item.ref))


def clock_of(instant: datetime, zone: tzinfo) -> str:
    """``21:33`` at the venue."""
    return f"{instant.astimezone(zone):%H:%M}"


def _missing_side(person: PersonFacts, day: Day) -> str:
    punch = next(punch for punch in person.punches if punch.day == day.day)
    return "departure" if punch.arrived or punch.arrival_vouched else "arrival"


def digest_of(payslip: pay.Payslip) -> str:
    """A short name of a payslip's lines and days: the same for the same, whoever computes them."""
    lines = [(line.item.value, line.article, str(line.day), str(line.amount)) for line in payslip.lines]
    days = (payslip.expected_days, payslip.worked_days, payslip.rest_days, payslip.absence_days)
    return hashlib.blake2b(repr((lines, days, payslip.sales)).encode(), digest_size=8).hexdigest()
