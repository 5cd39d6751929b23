"""Compute what a month would have paid under another policy, with nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import CharField, DateField, Q, Value

from commissions.engine.compute import digest_of, payslip_of, sales_of
from commissions.engine.inputs import PayDay, PayFacts, pay_day, pay_facts
from commissions.models import Payslip
from rulebook import pay
from rulebook.attendance import shift_of
from rulebook.calendar import CalendarMonth, days_between
from rulebook.money import ZERO
from rulebook.pay import Item, Line
from rulebook.payday import pay_date
from rulebook.policy import Policy
from staff.models import Employee
from venues.models import Venue
from venues.selectors import marked_days
from violations.ledger.derive import derive
from violations.ledger.facts import MonthFacts
from violations.ledger.inputs import month_facts
from violations.ledger.selectors import Key, charges_without, waived_in

PEOPLE_AT_ONCE = 1000
"""How many people's month is read at once, by a constant number of queries; nobody waits behind a lock meanwhile."""


class Part(NamedTuple):
    """The lines of one kind under two policies; sums in yuan, as they add to the net pay."""

    item: str
    article: str
    before: Sequence[Line]
    after: Sequence[Line]

    @property
    def sum_before(self) -> Decimal:
        return sum((line.amount for line in self.before), ZERO)

    @property
    def sum_after(self) -> Decimal:
        return sum((line.amount for line in self.after), ZERO)

    @property
    def difference(self) -> Decimal:
        return self.sum_after - self.sum_before


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person's month under two policies; net pay in yuan."""

    employee_id: int
    number: str
    name: str
    before: pay.Payslip
    after: pay.Payslip

    @property
    def difference(self) -> Decimal:
        return self.after.net - self.before.net

    @property
    def parts(self) -> list[Part]:
        """The kinds of lines that make the difference, in the order of the payslip."""
        found: dict[tuple[str, str], Part] = {}
        for place, payslip in enumerate((self.before, self.after)):
            for line in payslip.lines:
                part = found.setdefault((line.item, line.article), Part(line.item, line.article, [], []))
                part[2 + place].append(line)  # type: ignore[union-attr]
        order = list(Item)
        changed = (part for part in found.values() if part.difference or len(part.before) != len(part.after))
        return sorted(changed, key=lambda part: order.index(Item(part.item)))


class Stored(NamedTuple):
    """The month's payslips as they were last computed: their net pay in yuan, how many are no longer what is due."""

    net: Decimal
    differing: int


@dataclass(frozen=True)
class Simulation:
    """A month under the policy in force in it and under another one; who changes most comes first.

    ``through`` is the last decided day of a month still running, None for one that has ended. ``stored`` is None where
    the month was never computed.
    """

    month: CalendarMonth
    actual: Policy
    supposed: Policy
    outcomes: list[Outcome]
    through: date | None
    stored: Stored | None

    @cached_property
    def before(self) -> Decimal:
        return sum((one.before.net for one in self.outcomes), ZERO)

    @cached_property
    def after(self) -> Decimal:
        return sum((one.after.net for one in self.outcomes), ZERO)

    @property
    def difference(self) -> Decimal:
        return self.after - self.before

    @cached_property
    def gaining(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.difference > 0]

    @cached_property
    def losing(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.difference < 0]

    @cached_property
    def changed(self) -> list[Outcome]:
        """Whose net pay changes, or the lines it is made of."""
        return [one for one in self.outcomes if one.difference or one.parts]

    @property
    def sums(self) -> Iterator[tuple[str, Decimal, Decimal]]:
        """The columns that add to the net pay, what takes away negative: name, before, after."""
        for name in ("base", "commission", "bonus", "deductions", "withheld", "deposit"):
            sign = -1 if name in ("deductions", "withheld") else 1
            before = sum((getattr(one.before, name) for one in self.outcomes), ZERO) * sign
            after = sum((getattr(one.after, name) for one in self.outcomes), ZERO) * sign
            if before or after:
                yield name, before, after


def simulate(venue: Venue, month: CalendarMonth, actual: Policy, supposed: Policy, *, now: datetime) -> Simulation:
    """What a month would have paid under a supposed policy, beside what it pays under its actual one.

    Reads what a run reads, the same way, waived fines and the amount carried in too, and computes as a run does; what
    a run would write is not written. Nine queries, six more for each ``PEOPLE_AT_ONCE`` more people.
    """
    policies = (actual, supposed)
    events, calendar = marked_days(venue, month.first, max(pay_date(month, policy) for policy in policies))
    events = frozenset(day for day in events if day <= month.last)
    dues = [pay_day(venue, month, policy, calendar=calendar) for policy in policies]
    held = _held(venue, month)
    people = _employed_in(venue, month)
    outcomes: list[Outcome] = []
    through: date | None = None
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        some = people[start : start + PEOPLE_AT_ONCE]
        ids = [one.pk for one in some]
        facts = month_facts(venue, month, ids, policy=actual, now=now, people=some, event_days=events)
        entries = pay_facts(venue, month, ids, people=some)
        through = None if facts.is_over else facts.decided
        before, after = (
            _payslips(_under(policy, facts), held.waived, entries, due)
            for policy, due in zip(policies, dues, strict=True)
        )
        outcomes += (Outcome(one.pk, one.number, one.name, before[one.pk], after[one.pk]) for one in some)
    outcomes.sort(key=lambda one: (-abs(one.difference), one.number))
    return Simulation(month, actual, supposed, outcomes, through, _stored(held, outcomes))


class _Held(NamedTuple):
    """What the house holds of the month besides its facts: the waived fines, the visible payslips by person."""

    waived: frozenset[Key]
    payslips: dict[int, tuple[str, Decimal]]


def _held(venue: Venue, month: CalendarMonth) -> _Held:
    """In one query: a payslip gives its digest and its net pay, a waived fine what identifies it."""
    payslips = Payslip.objects.filter(run__month__venue=venue, run__month__first_day=month.first, run__is_current=True)
    rows = (
        payslips.annotate(what=_word("payslip"), of=_word(""), day=Value(None, output_field=DateField()))
        .order_by()
        .values_list("what", "employee_id", "digest", "of", "day", "net")
        .union(
            waived_in(venue, month)
            .annotate(what=_word("waived"))
            .order_by()
            .values_list("what", "employee_id", "article", "source", "business_day", "amount"),
            all=True,
        )
    )
    waived: set[Key] = set()
    found: dict[int, tuple[str, Decimal]] = {}
    for what, person, word, source, day, amount in rows:
        if what == "waived":
            waived.add((person, day, word, source))
        else:
            found[person] = (word, amount)
    return _Held(frozenset(waived), found)


def _word(text: str) -> Value:
    return Value(text, output_field=CharField())


def _employed_in(venue: Venue, month: CalendarMonth) -> list[Employee]:
    """Everyone employed on a day of the month, by staff number; without what is kept encrypted and not asked for."""
    people = Employee.objects.filter(
        Q(left_on=None) | Q(left_on__gte=month.first), venue=venue, hired_on__lte=month.last
    ).defer("id_number")
    return sorted(people, key=lambda one: one.number)


def _under(policy: Policy, facts: MonthFacts) -> MonthFacts:
    """The same facts under another policy: its shifts begin and end at its times (1.1)."""
    days = days_between(facts.month.first, facts.month.last)
    return replace(facts, policy=policy, shifts={day: shift_of(day, policy, facts.zone) for day in days})


def _payslips(facts: MonthFacts, waived: frozenset[Key], entries: PayFacts, due: PayDay) -> Mapping[int, pay.Payslip]:
    derived = derive(facts)
    charges = charges_without(waived, facts, derived)
    return {
        pk: payslip_of(person, facts, derived[pk], sales_of(person, facts), charges[pk], entries, due)
        for pk, person in facts.people.items()
    }


def _stored(held: _Held, outcomes: Sequence[Outcome]) -> Stored | None:
    """How the month's visible payslips stand to what its facts make of it now."""
    if not held.payslips:
        return None
    due = {one.employee_id: digest_of(one.before) for one in outcomes}
    everybody = held.payslips.keys() | due.keys()
    differing = sum(held.payslips.get(pk, ("", ZERO))[0] != due.get(pk) for pk in everybody)
    return Stored(sum((net for _digest, net in held.payslips.values()), ZERO), differing)
