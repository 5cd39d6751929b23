"""A month as the radar has swept it, kept until something it rests on changes."""

import pickle
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.core.cache import cache

from dashboards.radar.costing import PersonCost, by_person
from dashboards.radar.findings import Finding, FindingKind, findings_of
from dashboards.radar.inputs import Costs, costs_of, facts_of, version_of
from dashboards.radar.month_facts import Facts
from rulebook.calendar import CalendarMonth
from venues.models import Venue

_KEPT = 600  # seconds
_KINDS = {kind.value: kind for kind in FindingKind}


class Entry(NamedTuple):
    """What a list of findings needs of each; the rest of it is unpacked where it is shown."""

    kind: FindingKind
    people: tuple[int, ...]
    packed: bytes


@dataclass(frozen=True)
class Swept:
    """A swept month; its ``facts`` are kept without bookings and comps.

    ``columns`` are its entries as plain columns: thousands of them come out of the cache with every page.
    """

    facts: Facts
    has_bookings: bool
    columns: tuple[list[str], list[tuple[int, ...]], list[bytes]]
    costs: Costs
    ranking: list[PersonCost]

    @cached_property
    def entries(self) -> list[Entry]:
        return [Entry(_KINDS[kind], people, packed) for kind, people, packed in zip(*self.columns, strict=True)]


def swept(venue: Venue, month: CalendarMonth) -> Swept:
    """The month swept: one query where it was before and nothing has changed since, else eight."""
    key = f"radar:{version_of(venue, month)}"
    kept: Swept | None = cache.get(key)
    if kept is None:
        facts = facts_of(venue, month)
        found = findings_of(facts)
        columns = (
            [one.kind.value for one in found],
            [tuple(sorted(one.people)) for one in found],
            [pickle.dumps(one) for one in found],
        )
        costs = costs_of(venue, month, facts.comps)
        slim = replace(facts, bookings=[], comps=[])
        kept = Swept(slim, bool(facts.bookings), columns, costs, by_person(costs))
        cache.set(key, kept, timeout=_KEPT)
    return kept


def unpacked(entries: Iterable[Entry]) -> list[Finding]:
    """The findings of some entries, whole."""
    return [pickle.loads(entry.packed) for entry in entries]
