"""An account manager's night: the month so far, the own tables, what waits for an answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from accounts.models import User
from attendance.models import Request
from attendance.selectors import waiting_for
from bookings.display import of_booking
from bookings.eligibility.display import as_rule_sees
from bookings.models import Booking
from commissions.engine.compute import sales_of
from dashboards.tonight.display import warning
from dashboards.tonight.queue import NOW
from pages.badges import Badge
from rulebook import attendance
from rulebook.attendance import MINUTE, Verdict, is_valid, shift_of, void_rests
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.pay import target_in
from rulebook.policy import Policy
from rulebook.prices import (
    Commission,
    Deadline,
    Price,
    booking_deadline,
    commission_at,
    late_price,
    off_post_minutes,
    off_post_price,
)
from rulebook.reports import soliciting_days
from rulebook.sales import BookingState
from staff.models import Employee
from venues.selectors import policy_of
from violations.ledger.derive import derive
from violations.ledger.inputs import employment_facts, month_facts
from violations.ledger.selectors import standing_fines


class Attended(NamedTuple):
    """A month's attendance of one person, as the rules are told it."""

    rests: list[attendance.Rest]
    leaves: list[attendance.Leave]
    punches: list[attendance.Punch]
    away: list[datetime]  # since when, not approved, not returned


@dataclass(frozen=True)
class OwnTable:
    """One of the person's bookings tonight; ``deadline`` where it lacks something to count (4.3)."""

    booking: Booking
    shown: Badge
    deadline: Deadline | None

    @property
    def is_open(self) -> bool:
        """Whether the guests are expected or there."""
        state = self.booking.state
        return state == BookingState.HELD or (state == BookingState.ARRIVED and self.booking.spend is None)


@dataclass(kw_only=True)
class OwnNight:
    """What the person sees at a glance; money in yuan, days through the last that has ended."""

    employee: Employee
    day: date
    now: datetime
    month: CalendarMonth
    policy: Policy
    commission: Commission
    worked: int
    rests_left: int
    fines: Decimal
    fine_count: int
    tables: list[OwnTable] = field(default_factory=list)
    swaps: Sequence[Request] = ()
    is_void: bool = False  # nothing of this day counts (4.5)
    warning: str = ""  # what being late or away costs right now

    @property
    def open_tables(self) -> list[OwnTable]:
        return [table for table in self.tables if table.is_open]

    @property
    def guests(self) -> int:
        return sum(table.booking.party_size or 0 for table in self.open_tables)

    @property
    def per_thousand(self) -> Decimal:
        """What 1,000 yuan above the target bring."""
        return self.policy.commission_rate * 1000


def own_night(employee: Employee, day: date, *, user: User, now: datetime) -> OwnNight:
    """A person's night, the month so far as their own pay has it; nine or ten queries."""
    venue, month = employee.venue, CalendarMonth.of(day)
    policy = policy_of(venue, month).policy
    facts = month_facts(venue, month, [employee.pk], policy=policy, now=now, people=[employee])
    person, derived = facts.people[employee.pk], derive(facts)[employee.pk]
    events, void = facts.event_days, soliciting_days(person.reports)
    away = [one.left for one in person.off_posts if one.returned is None and not one.approved]
    attended = Attended(person.rests, person.leaves, person.punches, sorted(away))
    bookings = Booking.objects.filter(employee=employee, business_day=day).order_by(
        "expected_at", "arrived_at", "number"
    )
    sales = sum((sale.amount for sale in sales_of(person, facts)), ZERO)
    counts = Counter(decided.verdict for decided in derived.days)
    # As one's own pay has them, not as the ledger does: it follows the facts only now and then.
    standing = standing_fines(person, facts, derived)
    fines = [one.fine.amount for one in standing if one.is_charged and one.fine.amount]
    ruled = void_rests(attended.rests, events, policy)
    taken = sum(reason is None and on <= day for on, reason in ruled.items())
    night = OwnNight(
        employee=employee,
        day=day,
        now=now,
        month=month,
        policy=policy,
        commission=commission_at(sales, target_in(employment_facts(employee), month, policy), counts, policy),
        worked=counts[Verdict.WORKED],
        rests_left=max(0, policy.monthly_rest_days - taken),
        fines=sum(fines, ZERO),
        fine_count=len(fines),
        tables=_sorted([_table(booking, policy, now) for booking in bookings]),
        swaps=list(waiting_for(user, venue)),
        is_void=day in void,
    )
    price = _price_now(day, attended, events, counts, night)
    night.warning = warning(price) if price is not None else ""
    return night


def _table(booking: Booking, policy: Policy, now: datetime) -> OwnTable:
    held = booking.state == BookingState.HELD
    stake = booking.tab or ZERO
    comes = booking.announced_at or booking.expected_at
    deadline = booking_deadline(as_rule_sees(booking), policy, expected=comes, now=now, at_stake=stake)
    return OwnTable(booking, NOW if deadline and held and not deadline.is_past else of_booking(booking), deadline)


def _sorted(tables: list[OwnTable]) -> list[OwnTable]:
    """What can still be mended first, then who is there, who is expected, what is over."""

    def place(table: OwnTable) -> int:
        if table.shown is NOW:
            return 0
        if table.booking.state == BookingState.ARRIVED:
            return 1 if table.is_open else 3
        return 2 if table.is_open else 4

    return sorted(tables, key=place)


def _price_now(
    day: date, attended: Attended, events: frozenset[date], counts: Counter[Verdict], night: OwnNight
) -> Price | None:
    """What tonight costs the person as it stands: away from the post, or not punched in though the shift is on."""
    policy, now = night.policy, night.now
    shift = shift_of(day, policy, night.employee.venue.zone)
    void = void_rests(attended.rests, events, policy)
    if (day in void and void[day] is None) or not shift.start <= now < shift.end:
        return None
    if attended.away:
        return off_post_price(off_post_minutes(attended.away[0], now, shift), policy)
    held = [leave for leave in attended.leaves if leave.first <= day <= leave.last and is_valid(leave, shift.start)]
    came = any(punch.day == day and (punch.arrived or punch.arrival_vouched) for punch in attended.punches)
    if held or came:
        return None
    absences, commission = counts[Verdict.ABSENCE], night.commission.paid
    return late_price((now - shift.start) // MINUTE, policy, absences=absences, commission=commission)
