"""Chapter 3: what was given away, and what of it is a violation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from rulebook.basis import (
    CompBasis,
)
from rulebook.fines import Fine
from rulebook.money import ZERO, portion, rounded
from rulebook.policy import Policy
from rulebook.sales import BookingState


class Category(StrEnum):
    SNACK = "snack"  # 小吃
    FRUIT = "fruit"  # 果盘
    ALCOHOL = "alcohol"  # 酒水


class Ground(StrEnum):
    SPEND = "spend"  # 消费， 3.1.A
    DAILY = "daily"  # 每日， 3.1.B


class Breach(StrEnum):
    """Why a comp, or a part of it, is a violation."""

    CATEGORY = "category"  # 3.1
    NOT_ARRIVED = "not_arrived"  # 3.2
    NOT_OWN_TABLE = "not_own_table"  # 3.1.B
    OVER_SPEND_RATE = "over_spend_rate"  # 3.1.A
    OVER_DAILY_NUMBER = "over_daily_number"  # 3.1.B


class CompTable(NamedTuple):
    """The booking a comp was given on; ``spend`` None until settled.

    ``owners`` are the people it stood for: (from when, person), the first from None, in order of time.
    """

    booking: str
    day: date
    state: str
    spend: Decimal | None
    owners: tuple[tuple[datetime | None, int], ...]

    def owner_at(self, instant: datetime) -> int:
        """Whom the booking stood for at an instant: a later reassignment changes nothing before it."""
        holder = self.owners[0][1]
        for since, person in self.owners[1:]:
            if since is not None and since <= instant:
                holder = person
        return holder


class Comp(NamedTuple):
    """One comp; ``amount`` in yuan, ``person`` who gave it."""

    number: str
    booking: str
    person: int
    category: str
    amount: Decimal
    ground: str
    given: datetime


class Violation(NamedTuple):
    """The part of a comp that is a violation, in yuan, and why."""

    comp: Comp
    day: date
    amount: Decimal
    breach: Breach
    allowed: Decimal | int | None = None


def rule_comps(comps: Iterable[Comp], tables: Mapping[str, CompTable], policy: Policy) -> list[Violation]:
    """The violations among comps (3.1, 3.1.A, 3.1.B, 3.2).

    ``comps`` must hold every comp by spend on the bookings in question, and every daily comp of the people
    in question on their days; ``tables`` every booking that any of these people had on those days, by number.
    The 5% test of an unsettled booking waits for its spend.
    """
    violations = []
    spent: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    given: defaultdict[tuple[int, date], int] = defaultdict(int)
    arrived: defaultdict[tuple[int, date], list[CompTable]] = defaultdict(list)
    for table in tables.values():
        if table.state == BookingState.ARRIVED:
            for person in {person for _, person in table.owners}:
                arrived[person, table.day].append(table)
    for comp in sorted(comps, key=lambda comp: (comp.given, comp.number)):
        table = tables[comp.booking]
        breach = _breach_of_the_whole(comp, table, policy)
        if breach is not None:
            violations.append(Violation(comp, table.day, comp.amount, breach))
        elif table.state == BookingState.HELD:
            continue  # decided once the guest has come or not
        elif comp.ground == Ground.DAILY:
            mine = arrived[comp.person, table.day]
            own = sum(other.owner_at(comp.given) == comp.person for other in mine)
            allowed = own * policy.daily_comps_per_booking
            if given[comp.person, table.day] >= allowed:
                violations.append(Violation(comp, table.day, comp.amount, Breach.OVER_DAILY_NUMBER, allowed))
            else:
                given[comp.person, table.day] += 1
        elif table.spend is not None:
            allowance = portion(table.spend, (policy.comp_spend_rate, 1))
            within = min(comp.amount, max(ZERO, allowance - spent[comp.booking]))
            spent[comp.booking] += within
            if within < comp.amount:
                violations.append(Violation(comp, table.day, comp.amount - within, Breach.OVER_SPEND_RATE, allowance))
    return violations


def _breach_of_the_whole(comp: Comp, table: CompTable, policy: Policy) -> Breach | None:
    if comp.category not in policy.comp_categories:
        return Breach.CATEGORY
    if table.state in (BookingState.CANCELLED, BookingState.NO_SHOW):
        return Breach.NOT_ARRIVED
    if comp.ground == Ground.DAILY and table.owner_at(comp.given) != comp.person:
        return Breach.NOT_OWN_TABLE
    return None


def comp_fine(violation: Violation, policy: Policy) -> Fine:
    """The fine for a comp outside the rules: a multiple of the amount comped in violation (3.2)."""
    basis = CompBasis(
        breach=str(violation.breach),
        amount=str(violation.amount),
        multiple=str(policy.comp_fine_multiple),
        comp=violation.comp.number,
    )
    if violation.allowed is not None:
        basis["allowed"] = str(violation.allowed)
    amount = rounded(violation.amount * policy.comp_fine_multiple)
    return Fine(violation.day, "3.2", f"comp:{violation.comp.number}", amount, basis)
