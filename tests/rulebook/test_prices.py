"""Each price is the difference that the real rules make between the month before the act and the month after it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from rulebook.attendance import Leave, LeaveKind, OffPost, Punch, Verdict, shift_of
from rulebook.calendar import DAY, CalendarMonth, days_between
from rulebook.money import ZERO
from rulebook.pay import Charge, Employment, Month, Payslip, compute
from rulebook.policy import Policy
from rulebook.prices import (
    absence_price,
    booking_deadline,
    commission_at,
    early_price,
    late_price,
    leave_price,
    off_post_minutes,
    off_post_price,
)
from rulebook.sales import Booking, BookingState, NotCounted, rule_sale
from violations.ledger.derive import derive
from violations.ledger.facts import Derived, MonthFacts, PersonFacts

MONTH = CalendarMonth(2026, 9)
DAYS = list(days_between(MONTH.first, MONTH.last))
MINUTE = timedelta(minutes=1)
SALES = Decimal("81333.33")
A_PERSON = Employment(date(2025, 1, 1))
MOST_LEAVE = 8

policies = st.builds(
    Policy,
    grace_minutes=st.sampled_from([0, 1, 30]),
    late_fine=st.sampled_from([Decimal("50.00"), Decimal("0.50")]),
    absence_fine=st.sampled_from([Decimal("200.00"), Decimal("123.45")]),
    absence_forfeit_days=st.integers(1, 4),
    personal_leave_forfeit_over=st.integers(0, 6),
    off_post_minutes=st.sampled_from([1, 20]),
    monthly_target=st.sampled_from([Decimal("40000.00"), Decimal("81333.33"), Decimal("90000.00")]),
)
counts = st.integers(0, 4)


class Venue:
    """A month of one person under a policy: at work every day on time, but for what is told."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.shifts = {day: shift_of(day, policy, UTC) for day in DAYS}
        self.punches = {day: Punch(day, shift.start, shift.end, False, False) for day, shift in self.shifts.items()}
        self.leaves: list[Leave] = []
        self.off_posts: list[OffPost] = []

    def absent(self, first: int, number: int) -> None:
        for day in DAYS[first : first + number]:
            self.punches.pop(day)

    def on_leave(self, first: int, number: int) -> None:
        if number:
            self.absent(first, number)
            asked = self.shifts[MONTH.first].start - 10 * DAY
            days = DAYS[first : first + number]
            self.leaves.append(Leave(LeaveKind.PERSONAL, days[0], days[-1], asked, True, True))

    def derived(self) -> Derived:
        person = PersonFacts(
            id=1,
            number="A",
            employment=A_PERSON,
            punches=list(self.punches.values()),
            leaves=self.leaves,
            off_posts=self.off_posts,
        )
        facts = MonthFacts(
            month=MONTH,
            zone=UTC,
            policy=self.policy,
            decided=MONTH.last,
            event_days=frozenset(),
            shifts=self.shifts,
            people={1: person},
        )
        return derive(facts)[1]

    def payslip(self) -> Payslip:
        derived = self.derived()
        charges = [Charge(fine.day, fine.article, fine.amount, fine.basis) for fine in derived.fines]
        return compute(
            Month(month=MONTH, employment=A_PERSON, days=derived.days, sales=SALES, fines=charges), self.policy
        )

    def standing(self) -> tuple[Counter[Verdict], Decimal]:
        """The decided days by verdict, and the commission as it stands."""
        found = Counter(day.verdict for day in self.derived().days)
        return found, commission_at(SALES, self.policy.monthly_target, found, self.policy).paid


def articles(venue: Venue) -> Counter[str]:
    return Counter(fine.article for fine in venue.derived().fines)


def difference(before: Payslip, after: Payslip) -> tuple[Decimal, Decimal]:
    """The fines that came, the commission that went."""
    return after.fines - before.fines, before.commission - after.commission


@given(policies, counts, counts)
def test_the_commission_is_what_the_payslip_pays(policy: Policy, absences: int, leave: int) -> None:
    venue = Venue(policy)
    venue.absent(0, absences)
    venue.on_leave(10, leave)
    assert venue.standing()[1] == venue.payslip().commission


@given(policies, counts, st.integers(0, 120), st.booleans())
def test_late_or_early_costs_what_the_rules_charge(policy: Policy, absences: int, minutes: int, leaves: bool) -> None:
    venue = Venue(policy)
    venue.absent(0, absences)
    before, ledger = venue.payslip(), articles(venue)
    days, commission = venue.standing()
    price = (early_price if leaves else late_price)(
        minutes, policy, absences=days[Verdict.ABSENCE], commission=commission
    )
    shift = venue.shifts[DAYS[20]]
    side = {"left": shift.end - minutes * MINUTE} if leaves else {"arrived": shift.start + minutes * MINUTE}
    venue.punches[DAYS[20]] = venue.punches[DAYS[20]]._replace(**side)
    assert (price.amount, price.lost) == difference(before, venue.payslip())
    assert list((articles(venue) - ledger).elements()) == [price.article] * bool(price.article)
    if price.then:
        assert price.then.minutes > minutes
        nearest = (early_price if leaves else late_price)(price.then.minutes, policy)
        assert nearest[:2] == price.then[1:]
        assert (early_price if leaves else late_price)(price.then.minutes - 1, policy)[:2] == price[:2]


@given(policies, counts)
def test_an_absence_costs_what_the_rules_charge(policy: Policy, absences: int) -> None:
    venue = Venue(policy)
    venue.absent(0, absences)
    before, (_days, commission) = venue.payslip(), venue.standing()
    price = absence_price(policy, absences=absences, commission=commission)
    venue.absent(20, 1)
    after = venue.payslip()
    assert (price.amount, price.lost) == difference(before, after)
    assert price.nth == after.absence_days
    assert price.total == before.net - after.net


@given(policies, counts, st.integers(0, MOST_LEAVE))
def test_personal_leave_costs_what_the_rules_charge(policy: Policy, taken: int, days: int) -> None:
    venue = Venue(policy)
    venue.on_leave(0, taken)
    before, (_counts, commission) = venue.payslip(), venue.standing()
    price = leave_price(days, taken, policy, commission=commission)
    venue.on_leave(15, days)
    after = venue.payslip()
    assert (price.amount, price.lost) == difference(before, after)
    assert price.nth == after.personal_leave_days


@given(policies, st.integers(-30, 30), st.integers(0, 90))
def test_off_post_costs_what_the_rules_charge(policy: Policy, from_start: int, minutes: int) -> None:
    venue = Venue(policy)
    before = venue.payslip()
    day = DAYS[4]
    left = venue.shifts[day].start + from_start * MINUTE
    returned = left + minutes * MINUTE
    price = off_post_price(off_post_minutes(left, returned, venue.shifts[day]), policy)
    venue.off_posts.append(OffPost("o", day, left, returned, False))
    assert (price.amount, price.lost) == difference(before, venue.payslip())
    assert (price.then is None) == bool(price.article)


def test_31_minutes_late_is_an_absence_and_the_third_costs_the_commission() -> None:
    price = late_price(31, Policy(), absences=2, commission=Decimal("1240.00"))
    assert (price.article, price.amount, price.nth, price.lost) == ("1.2.D", Decimal(200), 3, Decimal("1240.00"))
    assert late_price(30, Policy(), absences=2, commission=Decimal("1240.00")).total == Decimal(50)
    assert late_price(30, Policy()).then == (31, "1.2.D", Decimal(200))
    assert late_price(0, Policy()).then == (1, "1.2.F", Decimal(50))


def test_twenty_minutes_off_post_cost_fifty_and_nineteen_nothing() -> None:
    assert off_post_price(19, Policy()).then == (20, "4.6", Decimal(50))
    assert off_post_price(19, Policy()).total == 0
    assert off_post_price(20, Policy()).total == 50


COMES = datetime(2026, 9, 5, 13, tzinfo=UTC)
BOOKED = Booking(
    "B1", DAYS[4], "A8", "林先生", "13900000000", COMES - 60 * MINUTE, None, None, BookingState.HELD.value
)  # fmt: skip


def settled(booking: Booking, registered: datetime, spend: Decimal = Decimal("3389.00")) -> Any:
    """What a booking counts once its guest has come, was registered then with all that 4.3 asks for, and has paid."""
    whole = booking._replace(
        table="A8", guest_name="林先生", guest_phone="13900000000", registered=registered, arrived=COMES, spend=spend,
        state=BookingState.ARRIVED.value,
    )  # fmt: skip
    return rule_sale(whole, (), Policy()).amount


@pytest.mark.parametrize("blank", ["table", "guest_name", "guest_phone"])
def test_a_booking_that_lacks_something_counts_if_it_is_complete_by_the_deadline_and_not_a_second_later(
    blank: str,
) -> None:
    now = COMES - 14 * MINUTE - timedelta(seconds=30)
    lacking = BOOKED._replace(**{blank: ""})
    found = booking_deadline(lacking, Policy(), expected=COMES, now=now, at_stake=Decimal("3389.00"))
    assert found is not None
    assert found.by is not None
    assert (found.left, found.is_past, found.lost) == (4, False, Decimal("3389.00"))
    assert settled(lacking, found.by) == Decimal("3389.00")
    assert settled(lacking, found.by + timedelta(seconds=1)) == ZERO
    assert booking_deadline(lacking, Policy(), expected=COMES, now=found.by) == found._replace(left=0, lost=ZERO)
    late = booking_deadline(lacking, Policy(), expected=COMES, now=found.by + timedelta(seconds=1))
    assert late is not None
    assert late.is_past


@given(st.integers(0, 30))
def test_a_complete_booking_has_a_deadline_only_where_it_was_registered_too_late(lead: int) -> None:
    booked = BOOKED._replace(registered=COMES - lead * MINUTE)
    found = booking_deadline(booked, Policy(), expected=COMES, now=COMES)
    counts_at_all = bool(settled(booked, COMES - lead * MINUTE))
    assert (found is None) == counts_at_all
    if found is not None:
        assert (found.lacks, found.is_past) == ((NotCounted.REGISTERED_LATE,), True)


def test_where_nobody_knows_when_the_guest_comes_there_is_no_moment() -> None:
    found = booking_deadline(BOOKED._replace(guest_phone=""), Policy(), expected=None, now=COMES)
    assert found == ((NotCounted.NO_GUEST_PHONE,), None, 0, False, ZERO, "4.3")


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.NO_SHOW])
def test_what_is_off_needs_nothing(state: BookingState) -> None:
    lacking = BOOKED._replace(guest_phone="", state=state.value)
    assert booking_deadline(lacking, Policy(), expected=COMES, now=COMES) is None
