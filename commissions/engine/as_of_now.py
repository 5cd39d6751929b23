"""Compute one person's pay of a month as of a moment, with nothing stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from commissions.engine.compute import payslip_of, sales_of
from commissions.engine.inputs import PayDay, pay_day, pay_facts
from rulebook import pay
from rulebook.attendance import Day, Verdict, VoidRest, void_rests
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.payday import pay_date
from rulebook.policy import Policy
from rulebook.prices import Commission, commission_at
from rulebook.sales import Sale
from staff.models import Employee
from venues.models import Venue
from venues.selectors import marked_days, policy_of
from violations.ledger.derive import derive
from violations.ledger.facts import MonthFacts, PersonFacts
from violations.ledger.inputs import employment_facts, month_facts
from violations.ledger.selectors import DerivedFine, standing_fines


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """One person's month: the payslip that a run would make now, and what it rests on.

    A line's ``ref`` is the fine's row in the ledger, None where the ledger does not have it yet. ``fines`` hold the
    waived ones too, ``days`` those decided, ``sales`` every booking of the month with what it counts.
    """

    employee: Employee
    facts: MonthFacts
    person: PersonFacts
    payslip: pay.Payslip
    days: list[Day]
    sales: list[Sale]
    fines: list[DerivedFine]
    due: PayDay

    @property
    def month(self) -> CalendarMonth:
        return self.facts.month

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    @property
    def through(self) -> date | None:
        """The last decided day of a month still running; None for one that has ended."""
        return None if self.facts.is_over else self.facts.decided

    @property
    def counts(self) -> Counter[Verdict]:
        """The decided days by verdict."""
        return Counter(day.verdict for day in self.days)

    @property
    def commission(self) -> Commission:
        """The commission as it stands, for the price of what comes next."""
        return commission_at(self.payslip.sales, self.payslip.target, self.counts, self.policy)

    @property
    def charged(self) -> list[DerivedFine]:
        return [fine for fine in self.fines if fine.is_charged]

    @property
    def fined(self) -> Decimal:
        """The sum of the fines that are charged, in yuan."""
        return sum((standing.fine.amount for standing in self.charged), ZERO)

    @property
    def rests_left(self) -> int:
        """The rest days of the month's allowance that are neither taken nor on the roster (1.2)."""
        return max(0, self.policy.monthly_rest_days - len(self.valid_rests))

    @property
    def valid_rests(self) -> list[date]:
        """The month's rest days that hold, past and coming."""
        return sorted(day for day, reason in self.void_rests.items() if reason is None)

    @property
    def void_rests(self) -> dict[date, VoidRest | None]:
        """Every rest day of the month with the reason it is void, None where it holds."""
        return void_rests(self.person.rests, self.facts.event_days, self.policy)


def pay_today(venue: Venue, employee: Employee, *, now: datetime) -> Today | None:
    """A person's pay of the month under way, as of now; None for who is not employed in it. Eight to ten queries."""
    return pay_of(venue, employee, venue.month_at(now), now=now)


def pay_of(venue: Venue, employee: Employee, month: CalendarMonth, *, now: datetime) -> Today | None:
    """As ``pay_today``, of any month."""
    if employment_facts(employee).days_in(month) is None:
        return None
    policy = policy_of(venue, month).policy
    events, calendar = marked_days(venue, month.first, pay_date(month, policy))
    facts = month_facts(
        venue,
        month,
        [employee.pk],
        policy=policy,
        now=now,
        people=[employee],
        event_days=frozenset(day for day in events if day <= month.last),
    )
    person = facts.people[employee.pk]
    derived = derive(facts)[employee.pk]
    fines = standing_fines(person, facts, derived)
    sales = sales_of(person, facts)
    due = pay_day(venue, month, policy, calendar=calendar)
    entries = pay_facts(venue, month, [employee.pk], people=[employee])
    charges = [standing.charge for standing in fines if standing.is_charged]
    payslip = payslip_of(person, facts, derived, sales, charges, entries, due)
    return Today(
        employee=employee,
        facts=facts,
        person=person,
        payslip=payslip,
        days=derived.days,
        sales=sales,
        fines=fines,
        due=due,
    )


def current_of(employments: Sequence[Employee], month: CalendarMonth) -> Employee | None:
    """Which of somebody's employments a month is shown for: the latest with a day in it."""
    found = [one for one in employments if employment_facts(one).days_in(month) is not None]
    return max(found, key=lambda one: (one.hired_on, one.pk), default=None)
