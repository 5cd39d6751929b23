"""What stands out in a month: pure statistics over its bookings and comps."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple

from dashboards.radar.month_facts import Booked, Facts, Given
from rulebook.comps import Ground
from rulebook.money import ZERO, portion
from rulebook.sales import BookingState

WINDOW_MINUTES = 5
"""«Just before»: from the lead that 4.3 asks for until so many minutes more, the latest that still counts."""
TIMES = 2
"""A share stands out from twice that of the others on: less is one person's way of working."""
CHANCE = 0.01
"""… and where, did they do as the others do, at most one in a hundred would come to as many by chance."""
NEAR_YUAN = Decimal(1)
"""«At the limit»: the allowance itself, or up to so many yuan under it."""
LEAST_ALLOWANCE = Decimal(10)
"""An allowance below this is near everything."""
LEAST_MANAGERS = 2
"""A guest of one manager alone is nobody else's business."""


class FindingKind(StrEnum):
    """What may be found."""

    JUST_BEFORE = "just_before"
    EXACT = "exact"
    COMPS = "comps"
    LIMIT = "limit"
    PHONE = "phone"


LEAST: Mapping[FindingKind, int] = {
    FindingKind.JUST_BEFORE: 4,
    FindingKind.EXACT: 3,
    FindingKind.COMPS: 4,
    FindingKind.LIMIT: 3,
}
"""How many it takes at least: fewer are chance even where the share is large."""


class Subject(StrEnum):
    """Whom or what a finding is about."""

    PERSON = "person"  # an account manager
    CONFIRMER = "confirmer"  # somebody at the door, a user
    TABLE = "table"
    PHONE = "phone"


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.count, self.of) if self.of else Fraction(0)


class Finding(NamedTuple):
    """Something that is worth a look.

    ``key`` is the person's, the user's, the table's; of a phone its last four digits. ``own`` is held against
    ``rest``, the same of all others. ``comps`` are those of the ``bookings`` that are meant, ``people``
    everybody whose they are.
    """

    kind: FindingKind
    subject: Subject
    key: int | str
    own: Share
    rest: Share
    bookings: tuple[Booked, ...]
    comps: tuple[Given, ...] = ()
    chance: float = 0.0
    people: frozenset[int] = frozenset()

    @property
    def amount(self) -> Decimal:
        """What was given away on these bookings."""
        return sum((comp.amount for comp in self.comps), ZERO)


def findings_of(facts: Facts) -> list[Finding]:
    """All that stands out, by kind, what is least likely first."""
    found = [
        one._replace(people=_people_of(one))
        for one in (*_arrivals(facts), *_comps(facts), *_limits(facts), *_phones(facts))
    ]
    order = list(FindingKind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.chance, -one.own.of, -one.own.count, str(one.key)))


def _people_of(finding: Finding) -> frozenset[int]:
    if finding.subject == Subject.PERSON:
        return frozenset({int(finding.key)})
    return frozenset(one.person for one in finding.bookings) | {comp.person for comp in finding.comps}


def gap(booking: Booked) -> timedelta | None:
    """From the registration to the arrival; None where either is missing."""
    if booking.registered is None or booking.arrived is None:
        return None
    return booking.arrived - booking.registered


def is_just_before(booking: Booked, lead_minutes: int) -> bool:
    """Whether it was registered as late as still counts (4.3), or up to WINDOW_MINUTES earlier; both ends counted."""
    between, lead = gap(booking), timedelta(minutes=lead_minutes)
    return between is not None and lead <= between <= lead + timedelta(minutes=WINDOW_MINUTES)


def is_exact(booking: Booked, lead_minutes: int) -> bool:
    """Whether the arrival is at exactly the lead, to the minute."""
    between, lead = gap(booking), timedelta(minutes=lead_minutes)
    return between is not None and lead <= between < lead + timedelta(minutes=1)


def is_at_limit(comped: Decimal, spend: Decimal, rate: Decimal) -> bool:
    """Whether what was comped by spend is the allowance (3.1.A), or up to NEAR_YUAN under it."""
    allowance = portion(spend, (rate, 1))
    return allowance >= LEAST_ALLOWANCE and allowance - NEAR_YUAN <= comped <= allowance


def stands_out(own: Share, rest: Share, least: int) -> float | None:
    """How likely so many are by chance, where they stand out from the rest; None where they do not."""
    if own.count < least or own.rate < rest.rate * TIMES:
        return None
    chance = chance_of(own, rest)
    return chance if chance <= CHANCE else None


def chance_of(own: Share, rest: Share) -> float:
    """How likely ``own.count`` or more of ``own.of`` are, did each happen as often as to the rest.

    The rest's share is taken as if it had happened to them once more and once less: none of few is not never.
    """
    rate = (rest.count + 1) / (rest.of + 2)
    hit, miss = math.log(rate), math.log1p(-rate)
    ways = math.lgamma(own.of + 1)
    logs = (
        ways - math.lgamma(k + 1) - math.lgamma(own.of - k + 1) + k * hit + (own.of - k) * miss
        for k in range(own.count, own.of + 1)
    )
    return min(1.0, math.fsum(math.exp(log) for log in logs))


def _arrivals(facts: Facts) -> Iterator[Finding]:
    """Those who came just after the lead, by whose they are; those at exactly the lead, also by who confirmed."""
    timed = [one for one in facts.bookings if one.state == BookingState.ARRIVED and gap(one) is not None]
    lead = facts.lead_minutes
    yield from _shares(
        FindingKind.JUST_BEFORE, Subject.PERSON, ((one.person, one, is_just_before(one, lead)) for one in timed)
    )
    yield from _shares(FindingKind.EXACT, Subject.PERSON, ((one.person, one, is_exact(one, lead)) for one in timed))
    confirmed = ((one.confirmed_by, one, is_exact(one, lead)) for one in timed if one.confirmed_by is not None)
    yield from _shares(FindingKind.EXACT, Subject.CONFIRMER, confirmed)


def _comps(facts: Facts) -> Iterator[Finding]:
    """Bookings with a comp, by who gave it and by table."""
    bookings = {one.pk: one for one in facts.bookings}
    by_pair: defaultdict[tuple[int, int], list[Given]] = defaultdict(list)
    by_booking: defaultdict[int, list[Given]] = defaultdict(list)
    for comp in facts.comps:
        if comp.booking in bookings:
            by_pair[comp.person, comp.booking].append(comp)
            by_booking[comp.booking].append(comp)
    own = {(one.person, one.pk) for one in facts.bookings if one.state == BookingState.ARRIVED}
    pairs = sorted(own | set(by_pair))
    by_person = ((person, bookings[pk], (person, pk) in by_pair) for person, pk in pairs)
    for finding in _shares(FindingKind.COMPS, Subject.PERSON, by_person):
        given = (by_pair[int(finding.key), one.pk] for one in finding.bookings)
        yield finding._replace(comps=tuple(chain.from_iterable(given)))
    by_table = (
        (one.table, one, one.pk in by_booking)
        for one in facts.bookings
        if one.table and (one.state == BookingState.ARRIVED or one.pk in by_booking)
    )
    for finding in _shares(FindingKind.COMPS, Subject.TABLE, by_table):
        yield finding._replace(comps=tuple(chain.from_iterable(by_booking[one.pk] for one in finding.bookings)))


def _limits(facts: Facts) -> Iterator[Finding]:
    """Bookings on which the comps by spend come to the allowance, by who gave any of them."""
    bookings = {one.pk: one for one in facts.bookings if one.spend is not None}
    given: defaultdict[int, list[Given]] = defaultdict(list)
    for comp in facts.comps:
        if comp.ground == Ground.SPEND and comp.category in facts.categories and comp.booking in bookings:
            given[comp.booking].append(comp)
    at_limit = {
        pk
        for pk, comps in given.items()
        if is_at_limit(sum((comp.amount for comp in comps), ZERO), bookings[pk].spend or ZERO, facts.spend_rate)
    }
    by_giver = sorted({(comp.person, pk) for pk, comps in given.items() for comp in comps})
    for finding in _shares(
        FindingKind.LIMIT, Subject.PERSON, ((person, bookings[pk], pk in at_limit) for person, pk in by_giver)
    ):
        yield finding._replace(comps=tuple(chain.from_iterable(given[one.pk] for one in finding.bookings)))


def _phones(facts: Facts) -> Iterator[Finding]:
    """One phone under several account managers; of the phone the last four digits alone go on."""
    by_phone: defaultdict[str, list[Booked]] = defaultdict(list)
    for one in facts.bookings:
        if one.phone:
            by_phone[one.phone].append(one)
    for phone, found in by_phone.items():
        managers = len({one.person for one in found})
        if managers >= LEAST_MANAGERS:
            meant = tuple(one._replace(phone=phone[-4:]) for one in found)
            yield Finding(FindingKind.PHONE, Subject.PHONE, phone[-4:], Share(len(found), managers), Share(0, 0), meant)


def _shares(kind: FindingKind, subject: Subject, rows: Iterable[tuple[Any, Booked, bool]]) -> Iterator[Finding]:
    """Who has more of the bookings that are meant than the others have: rows are (whose, booking, whether meant)."""
    of: Counter[Any] = Counter()
    hits: defaultdict[Any, list[Booked]] = defaultdict(list)
    for key, booking, is_meant in rows:
        of[key] += 1
        if is_meant:
            hits[key].append(booking)
    all_hits, all_of = sum(len(found) for found in hits.values()), sum(of.values())
    for key, found in hits.items():
        own = Share(len(found), of[key])
        rest = Share(all_hits - own.count, all_of - own.of)
        chance = stands_out(own, rest, LEAST[kind])
        if chance is not None:
            yield Finding(kind, subject, key, own, rest, tuple(found), chance=chance)
