"""The policies of a venue by their first day, as they are stored and as an import will leave them."""

from collections.abc import Iterable, Mapping
from datetime import date

from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from venues.models import Venue
from workbook.checking import stored


def policies_of(venue: Venue) -> dict[date | None, Policy]:
    """The stored policies, None for the one without a beginning; one query."""
    found = {first: Policy.from_values(values) for first, values in stored.policies_of(venue).items()}
    found.setdefault(None, Policy())
    return found


def policies_with(
    venue: Venue, stated: Iterable[tuple[CalendarMonth, dict[str, str], bool]]
) -> dict[date | None, Policy]:
    """The policies once those that a plan states, in their order, are stored; one query."""
    found = policies_of(venue)
    for month, values, _changed in stated:
        found[month.first] = in_force(found, month.first).changed(values)
    return found


def in_force(policies: Mapping[date | None, Policy], day: date) -> Policy:
    """The policy that holds on a day."""
    return policies[max((first for first in policies if first is not None and first <= day), default=None)]
