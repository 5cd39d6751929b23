"""Find whom an import would fine for past days of which nothing is recorded."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from attendance.days import Facts
from attendance.past_days.selectors import Past, PastRules, facts_between, first_kept, past_of
from rulebook import attendance
from rulebook.calendar import last_ended
from rulebook.money import ZERO
from rulebook.pay import Employment
from venues.models import EventDay, Month, Venue
from workbook.checking.plan import Plan
from workbook.checking.policies import policies_with
from workbook.sheets import EMPLOYEES, EVENT_DAYS, LEAVES, PUNCHES, RESTS, Sheet


class Fined(NamedTuple):
    """Somebody whom an import employs on days that are past; ``row`` is that of the sheet 员工."""

    row: int
    number: str
    name: str
    past: Past


def fined_by(venue: Venue, plan: Plan, now: datetime) -> list[Fined]:
    """Whom an import would fine for days before today from which nothing is recorded of them, in the file's order."""
    people = plan.changes.get(EMPLOYEES.title)
    if people is None or not (people.new or people.changed):
        return []
    house = house_with(venue, plan, now)
    wanted: list[tuple[int, int | None, dict[str, Any], Employment, list[date]]] = []
    for pk, before, row in (*((None, None, row) for row in people.new), *people.changed):
        employment = _employment(row.merged)
        days = house.days_of(employment, _employment(before) if before else None)
        if days:
            wanted.append((row.number, pk, row.merged, employment, days))
    facts = facts_with(plan, [(pk, values["number"]) for _row, pk, values, _employment, _days in wanted], house)
    found = []
    for row_number, pk, values, employment, days in sorted(wanted, key=lambda one: one[0]):
        known = facts.get(values["number"], Facts())
        past = past_of(employment, days if pk is not None else _unrecorded(days, known), known, house)
        if past.days:
            found.append(Fined(row_number, values["number"], values["name"], past))
    return found


def _unrecorded(days: list[date], known: Facts) -> list[date]:
    """The days of somebody new from which nothing is kept: all where nobody punched them, else until the first record.

    A day without a punch between others is an absence like any, or is still to come with another file.
    """
    if not known.punches:
        return days
    recorded = [punch.day for punch in known.punches]
    recorded += (rest.day for rest in known.rests)
    recorded += (leave.first for leave in known.leaves)
    return [day for day in days if day < min(recorded)]


def house_with(venue: Venue, plan: Plan, now: datetime) -> PastRules:
    """What past days are decided by once the plan is stored; three queries."""
    through = last_ended(now, venue.zone)
    kept = {month.first for month in plan.months}
    events = {row.merged["date"] for row in plan.rows(EVENT_DAYS)}
    if venue.pk is not None:
        kept.update(Month.objects.filter(venue=venue).values_list("first_day", flat=True))
        events.update(EventDay.objects.filter(venue=venue, date__lte=through).values_list("date", flat=True))
    return PastRules(
        policies=policies_with(venue, plan.policies),
        events=frozenset(events),
        zone=venue.zone,
        in_use_from=venue.in_use_from,
        since=first_kept(kept, through),
        through=through,
    )


def facts_with(plan: Plan, people: Iterable[tuple[int | None, str]], house: PastRules) -> dict[str, Facts]:
    """The rests, leave and punches of these people once the plan is stored, by staff number; one query."""
    numbers = {number: pk for pk, number in people}
    found: defaultdict[str, Facts] = defaultdict(Facts)
    known = {pk: number for number, pk in numbers.items() if pk is not None}
    if known:
        for pk, facts in facts_between(known, house.since, house.through).items():
            found[known[pk]] = facts
    punches: defaultdict[str, dict[date, attendance.Punch]] = defaultdict(dict)
    for values in _of(plan, PUNCHES, numbers):
        punches[values["employee"]][values["business_day"]] = attendance.Punch(
            values["business_day"], values["arrived_at"], values["left_at"], bool(values["arrival_approver"]),
            bool(values["departure_approver"]),
        )  # fmt: skip
    for number, own in punches.items():
        facts = found[number]
        facts.punches = [punch for punch in facts.punches if punch.day not in own] + list(own.values())
    rests: defaultdict[str, dict[date, attendance.Rest]] = defaultdict(dict)
    for values in _of(plan, RESTS, numbers):
        rest = attendance.Rest(values["business_day"], values["kind"], bool(values["approver"]))
        rests[values["employee"]][rest.day] = rest
    for number, theirs in rests.items():
        facts = found[number]
        facts.rests = [rest for rest in facts.rests if rest.day not in theirs] + list(theirs.values())
    leaves: defaultdict[str, dict[tuple[date, str], attendance.Leave]] = defaultdict(dict)
    for values in _of(plan, LEAVES, numbers):
        papers = values["has_certificate"] and values["has_receipt"] and values["has_sick_note"]
        leaves[values["employee"]][values["first_day"], values["kind"]] = attendance.Leave(
            values["kind"], values["first_day"], values["last_day"], values["requested_at"], bool(values["approver"]),
            bool(papers),
        )  # fmt: skip
    for number, given in leaves.items():
        facts = found[number]
        facts.leaves = [one for one in facts.leaves if (one.first, one.kind) not in given] + list(given.values())
    return dict(found)


def _of(plan: Plan, sheet: Sheet, numbers: Iterable[str]) -> Iterable[dict[str, Any]]:
    wanted = set(numbers)
    return (row.merged for row in plan.rows(sheet) if row.merged["employee"] in wanted)


def _employment(values: dict[str, Any]) -> Employment:
    return Employment(
        values["hired_on"],
        values["left_on"],
        values["exit_kind"] or "",
        values["noticed_on"],
        values["deposit"] or ZERO,
    )
