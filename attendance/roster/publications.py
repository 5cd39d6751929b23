"""Read what of a month's roster was published, and what changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from attendance.models import RosterPublication
from inbox.reach import readers_of
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.models import Venue

Rests = Mapping[int, Iterable[date]]


@dataclass
class Published:
    """The latest publication of a month, if any; the people whose rest days are not those that were published."""

    latest: RosterPublication | None
    changed: list[Employee]

    @cached_property
    def silent(self) -> list[Employee]:
        """Those of them whom no message reaches: somebody tells them by word."""
        if not self.changed:
            return []
        readers = readers_of(self.changed[0].venue_id, (person.user_id for person in self.changed))
        return [person for person in self.changed if person.user_id not in readers]


def publications_of(venue: Venue, month: CalendarMonth) -> list[RosterPublication]:
    """The publications of a month, the latest first, without what they tell."""
    found = RosterPublication.objects.filter(venue=venue, first_day=month.first).select_related("user")
    return list(found.defer("rests").order_by("-pk")[:20])


def latest_of(venue: Venue, month: CalendarMonth) -> RosterPublication | None:
    """The latest publication of a month."""
    return RosterPublication.objects.filter(venue=venue, first_day=month.first).select_related("user").first()


def published_of(people: Iterable[Employee], valid: Rests, latest: RosterPublication | None) -> Published:
    """What changed since the latest publication: before the first, the rest days of everybody who has any."""
    before = latest.rests if latest else {}
    return Published(
        latest, [person for person in people if as_told(valid.get(person.pk, ())) != before.get(str(person.pk), [])]
    )


def as_told(days: Iterable[date]) -> list[str]:
    """Rest days as a publication keeps them."""
    return [day.isoformat() for day in sorted(days)]
