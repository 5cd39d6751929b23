"""Find the bookings of an import that will not count as sales."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import ngettext

from pages.formats import yuan
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.policy import Policy
from rulebook.sales import Booking, BookingState, NotCounted, Sale, rule_sale
from venues.models import Venue
from workbook.checking.plan import Plan
from workbook.checking.policies import policies_with
from workbook.checking.rows import Row
from workbook.sheets import BOOKINGS

PolicyOf = Callable[[CalendarMonth], Policy]
SolicitingDays = Mapping[str, Collection[date]]
"""The days of soliciting (4.5) by the staff number."""


class Uncounted(NamedTuple):
    """Arrived bookings that will not count, and what was spent at them, in yuan."""

    bookings: int
    yuan: Decimal

    @classmethod
    def of(cls, sales: Iterable[Sale]) -> "Uncounted":
        spends = [sale.booking.spend or ZERO for sale in sales]
        return cls(len(spends), sum(spends, ZERO))


def sale_of(values: Mapping[str, Any], policy_of: PolicyOf, soliciting: SolicitingDays) -> Sale:
    """Whether the booking of a row counts, by the rules; the values of the row as they will be stored."""
    booking = Booking(
        values["number"], values["business_day"], values["table"], values["guest_name"], values["guest_phone"],
        values["registered_at"], values["arrived_at"], values["spend"], values["state"],
    )  # fmt: skip
    policy = policy_of(CalendarMonth.of(values["business_day"]))
    return rule_sale(booking, soliciting.get(values["employee"], ()), policy)


def uncounted_sales(plan: Plan, policy_of: PolicyOf, soliciting: SolicitingDays) -> Iterator[tuple[Row, Sale]]:
    """The new and changed bookings of a plan that came and will not count; one that is only unsettled may still."""
    for row in plan.rows(BOOKINGS):
        if row.merged["state"] == BookingState.ARRIVED:
            sale = sale_of(row.merged, policy_of, soliciting)
            if set(sale.reasons) - {NotCounted.UNSETTLED}:
                yield row, sale


def uncounted_of(venue: Venue, plan: Plan) -> Uncounted:
    """What will not count under 4.3 of a plan; one query."""
    policies = policies_with(venue, plan.policies)
    policy_of = policies.of
    return Uncounted.of(sale for _row, sale in uncounted_sales(plan, policy_of, {}))


def words_of(found: Uncounted) -> str:
    """What is told of it; empty where everything counts."""
    if not found.bookings:
        return ""
    return ngettext(
        "%(count)s booking will not count as sales (4.3): %(yuan)s.",
        "%(count)s bookings will not count as sales (4.3): %(yuan)s in all.",
        found.bookings,
    ) % {"count": found.bookings, "yuan": yuan(found.yuan)}
