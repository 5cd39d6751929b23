"""The policies of a venue in time, as they are stored and as an import will leave them."""

from collections.abc import Iterable
from datetime import date

from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from rulebook.timeline import PolicyTimeline
from venues.models import Venue
from workbook.checking import stored


def policies_of(venue: Venue) -> PolicyTimeline[Policy]:
    """The stored policies; one query. A venue yet to be made has the rulebook's own."""
    found: dict[date | None, Policy] = {None: Policy()}
    found |= {first: Policy.from_values(values) for first, values in stored.policies_of(venue).items()}
    return PolicyTimeline(found)


def policies_with(venue: Venue, stated: Iterable[tuple[CalendarMonth, dict[str, str], bool]]) -> PolicyTimeline[Policy]:
    """The policies once those that a plan states, in their order, are stored; one query."""
    found = policies_of(venue)
    for month, values, _changed in stated:
        found = found.stated(month.first, found.of(month).changed(values))
    return found
