"""Read a month's facts of some people in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from django.db.models import Q

from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking, Reassignment
from comps.models import Comp
from rulebook import attendance, comps, reports, sales
from rulebook.calendar import DAY, CalendarMonth, days_between, last_ended
from rulebook.money import ZERO
from rulebook.pay import Employment
from rulebook.policy import Policy
from staff.employment import employment_facts as employment_facts
from staff.models import Employee
from venues.models import Venue
from venues.selectors import event_days_of
from violations.ledger.facts import MonthFacts, PersonFacts
from violations.models import Report


def employed_in(venue: Venue, month: CalendarMonth) -> list[int]:
    """The primary keys of everyone employed on a day of the month, by staff number."""
    people = Employee.objects.filter(
        Q(left_on=None) | Q(left_on__gte=month.first), venue=venue, hired_on__lte=month.last
    )
    # Sorted here: databases collate staff numbers each in their own way.
    return [pk for _, pk in sorted(people.values_list("number", "pk"))]


def decided_in(month: CalendarMonth, now: datetime, zone: tzinfo) -> date:
    """The last business day of a month that has ended by now; the day before its first where none has."""
    return max(month.first - DAY, min(month.last, last_ended(now, zone)))


def month_facts(
    venue: Venue,
    month: CalendarMonth,
    employee_ids: Sequence[int],
    *,
    policy: Policy,
    now: datetime,
    people: Iterable[Employee] | None = None,
    event_days: frozenset[date] | None = None,
) -> MonthFacts:
    """Everything the rules of chapters 1, 3, 4 and 5 ask about these people's month.

    ``people`` are their rows and ``event_days`` the month's, where somebody has read them already.
    """
    zone = venue.zone
    facts = MonthFacts(
        month=month,
        zone=zone,
        policy=policy,
        decided=decided_in(month, now, zone),
        event_days=event_days_of(venue, month) if event_days is None else event_days,
        shifts={day: attendance.shift_of(day, policy, zone) for day in days_between(month.first, month.last)},
        people=_people(employee_ids) if people is None else _known(people),
        in_use_from=venue.in_use_from,
    )
    days = (month.first, month.last)
    _attendance(facts, employee_ids, days)
    _bookings(facts, employee_ids, days)
    _reports(facts, employee_ids, days)
    return facts


def _people(employee_ids: Sequence[int]) -> dict[int, PersonFacts]:
    rows = Employee.objects.filter(pk__among=employee_ids).values_list(
        "pk", "number", "hired_on", "left_on", "exit_kind", "noticed_on", "deposit"
    )
    found = {
        pk: PersonFacts(id=pk, number=number, employment=Employment(hired, left, exit_kind, noticed, deposit or ZERO))
        for pk, number, hired, left, exit_kind, noticed, deposit in rows
    }
    return {pk: found[pk] for pk in employee_ids}


def _known(people: Iterable[Employee]) -> dict[int, PersonFacts]:
    return {
        person.pk: PersonFacts(id=person.pk, number=person.number, employment=employment_facts(person))
        for person in people
    }


def _attendance(facts: MonthFacts, employee_ids: Sequence[int], days: tuple[date, date]) -> None:
    """Rests, punches, leaves and off-post in one query."""
    of_these = {"employee__among": employee_ids, "business_day__range": days}
    found = facts_of(
        rests=Rest.objects.filter(**of_these),
        leaves=Leave.objects.filter(employee__among=employee_ids, first_day__lte=days[1], last_day__gte=days[0]),
        punches=Punch.objects.filter(**of_these),
        off_posts=OffPost.objects.filter(**of_these),
    )
    for fact in found:
        person = facts.people[fact.person]
        if fact.of is Punch:
            person.punches.append(fact.as_punch())
        elif fact.of is Rest:
            person.rests.append(fact.as_rest())
        elif fact.of is Leave:
            person.leaves.append(fact.as_leave())
        elif fact.at is not None:
            # Named by its moment, not by its primary key: the same facts give the same ledger anywhere.
            source = f"off_post:{fact.at:%Y-%m-%dT%H:%M:%SZ}"
            facts.records[source, fact.person] = fact.pk
            away = attendance.OffPost(source, fact.day, fact.at, fact.until, bool(fact.approver))
            person.off_posts.append(away)


def _bookings(facts: MonthFacts, employee_ids: Sequence[int], days: tuple[date, date]) -> None:
    """Bookings and comps; others' bookings only where a comp hangs on them."""
    given = Comp.objects.filter(employee__among=employee_ids, business_day__range=days)
    on_these = Comp.objects.filter(booking__in=given.values("booking_id"), business_day__range=days)
    comp_rows = list(
        on_these.values_list(
            "pk", "number", "booking__number", "booking_id", "employee_id", "category", "amount", "ground", "given_at"
        )
    )  # fmt: skip
    for pk, number, booking, _, person, category, amount, ground, at in comp_rows:
        facts.comps.append(comps.Comp(number, booking, person, category, amount, ground, at))
        facts.records[f"comp:{number}", person] = pk
    # Whom a booking once stood for matters to comps alone.
    handed = _handed_over(employee_ids, days) if comp_rows else {}

    wanted = Q(employee__among=employee_ids, business_day__range=days)
    # Others' bookings: those that comps were given on, and those that were once one of these people's.
    hung_on = {row[3] for row in comp_rows} | set(handed)
    if hung_on:
        wanted |= Q(pk__among=hung_on)
    columns = (
        "pk", "employee_id", "number", "business_day", "table", "guest_name", "guest_phone",
        "registered_at", "arrived_at", "spend", "state",
    )  # fmt: skip
    for pk, person, *values in Booking.objects.filter(wanted).values_list(*columns):
        one = sales.Booking._make(values)
        if person in facts.people and days[0] <= one.day <= days[1]:
            facts.people[person].bookings.append(one)
            facts.people[person].booking_ids[one.number] = pk
        if comp_rows:
            owners = handed.get(pk) or ((None, person),)
            facts.tables[one.number] = comps.CompTable(one.number, one.day, one.state, one.spend, owners)


def _handed_over(
    employee_ids: Sequence[int], days: tuple[date, date]
) -> dict[int, tuple[tuple[datetime | None, int], ...]]:
    """For each booking that changed hands: whom it stood for, from when (4.4)."""
    rows = (
        Reassignment.objects.filter(
            Q(booking__employee__among=employee_ids)
            | Q(from_employee__among=employee_ids)
            | Q(to_employee__among=employee_ids)
            | Q(booking__comps__employee__among=employee_ids),
            booking__business_day__range=days,
        )
        .order_by("at", "pk")
        .distinct()
        .values_list("booking_id", "at", "from_employee_id", "to_employee_id", "pk")
    )
    owners: defaultdict[int, list[tuple[datetime | None, int]]] = defaultdict(list)
    for booking, at, before, after, _ in rows:
        if not owners[booking]:
            owners[booking].append((None, before))
        owners[booking].append((at, after))
    return {booking: tuple(spans) for booking, spans in owners.items()}


def _reports(facts: MonthFacts, employee_ids: Sequence[int], days: tuple[date, date]) -> None:
    rows = Report.objects.filter(employee__among=employee_ids, business_day__range=days).values_list(
        "pk", "employee_id", "number", "business_day", "article", "amount",
        "booking__number", "booking__state", "booking__spend", "booking__business_day",
    )  # fmt: skip
    for pk, person, number, day, article, amount, booking, state, spend, booking_day in rows:
        report = reports.Report(number, day, article, amount, booking or "", state or "", spend)
        facts.people[person].reports.append(report)
        facts.records[f"report:{number}", person] = pk
        if booking_day and booking_day > facts.month.last:
            facts.people[person].waiting_reports.append(report)
