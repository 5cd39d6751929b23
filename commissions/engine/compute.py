"""Compute payslips from facts and ledger: the pure step of a chunk."""

import hashlib
from collections.abc import Sequence

from commissions.engine.inputs import PayDay, PayFacts
from commissions.open_exceptions import open_exceptions
from rulebook import pay
from rulebook.money import ZERO
from rulebook.pay import Charge
from rulebook.reports import soliciting_days
from rulebook.sales import Sale, rule_sale
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


def digest_of(payslip: pay.Payslip) -> str:
    """A short name of a payslip's lines and days: the same for the same, whoever computes them."""
    lines = [(line.item.value, line.article, str(line.day), str(line.amount)) for line in payslip.lines]
    days = (payslip.expected_days, payslip.worked_days, payslip.rest_days, payslip.absence_days)
    return hashlib.blake2b(repr((lines, days, payslip.sales)).encode(), digest_size=8).hexdigest()
