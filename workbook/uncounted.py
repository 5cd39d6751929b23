"""What an import brings that will not count as sales for want of what 4.3 asks for, in bookings and yuan."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import ngettext

from pages.formats import yuan
from rulebook.money import ZERO
from rulebook.policy import Policy
from rulebook.sales import BookingState, NotCounted
from venues.models import Venue
from workbook.checking import Plan, policy_in_force
from workbook.consequences import sale_of
from workbook.sheets import BOOKINGS
from workbook.stored import policies_of


class Uncounted(NamedTuple):
    """Arrived bookings that will not count (4.3), and what was spent at them, in yuan."""

    bookings: int
    yuan: Decimal


def uncounted_of(venue: Venue, plan: Plan) -> Uncounted:
    """The new and changed bookings of a plan that came and will not count under 4.3; one query."""
    changes = plan.changes.get(BOOKINGS.title)
    if changes is None or not (changes.new or changes.changed):
        return Uncounted(0, ZERO)
    policies, by_month = _policies(venue, plan), dict[date, Policy]()
    count, spent = 0, ZERO
    for row in (*changes.new, *(row for _pk, _before, row in changes.changed)):
        one = row.merged
        if one["state"] != BookingState.ARRIVED:
            continue
        first = one["business_day"].replace(day=1)
        policy = by_month.get(first) or by_month.setdefault(
            first, policies.get(first) or policy_in_force(policies, first)
        )
        if set(sale_of(one, (), policy).reasons) - {NotCounted.UNSETTLED}:
            count += 1
            spent += one["spend"] or ZERO
    return Uncounted(count, spent)


def words_of(found: Uncounted) -> str:
    """What is told of it; empty where everything counts."""
    if not found.bookings:
        return ""
    return ngettext(
        "%(count)s booking will not count as sales (4.3): %(yuan)s.",
        "%(count)s bookings will not count as sales (4.3): %(yuan)s in all.",
        found.bookings,
    ) % {"count": found.bookings, "yuan": yuan(found.yuan)}


def _policies(venue: Venue, plan: Plan) -> dict[date | None, Policy]:
    """The policies by their first day, as they are once the plan is stored."""
    versions = {first: Policy.from_values(values) for first, values in policies_of(venue).items()}
    versions.setdefault(None, Policy())
    for month, values, _changed in sorted(plan.policies):
        before = versions.get(month.first) or policy_in_force(versions, month.first)
        versions[month.first] = before.changed(values)
    return versions
