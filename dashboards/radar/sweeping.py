"""A month as the radar has swept it, kept until something it rests on changes."""

import pickle
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.core.cache import cache

from dashboards.radar.costing import PersonCost, by_person
from dashboards.radar.facts import Facts
from dashboards.radar.fetch import Costs, costs_of, facts_of, version_of
from dashboards.radar.findings import Finding, Kind, findings_of
from rulebook.calendar import CalendarMonth
from venues.models import Venue

_KEPT = 600  # seconds


class Entry(NamedTuple):
    """What a list of findings needs of each; the rest of it is unpacked where it is shown."""

    kind: Kind
    people: frozenset[int]
    packed: bytes


@dataclass(frozen=True)
class Swept:
    """A swept month; its ``facts`` are kept without bookings and comps."""

    facts: Facts
    has_bookings: bool
    entries: list[Entry]
    costs: Costs
    ranking: list[PersonCost]


def swept(venue: Venue, month: CalendarMonth) -> Swept:
    """The month swept: one query where it was before and nothing has changed since, else eight."""
    key = f"radar:{version_of(venue, month)}"
    kept: Swept | None = cache.get(key)
    if kept is None:
        facts = facts_of(venue, month)
        entries = [Entry(one.kind, one.people, pickle.dumps(one)) for one in findings_of(facts)]
        costs = costs_of(venue, month, facts.comps)
        slim = replace(facts, bookings=[], comps=[])
        kept = Swept(slim, bool(facts.bookings), entries, costs, by_person(costs))
        cache.set(key, kept, timeout=_KEPT)
    return kept


def unpacked(entries: Iterable[Entry]) -> list[Finding]:
    """The findings of some entries, whole."""
    return [pickle.loads(entry.packed) for entry in entries]
