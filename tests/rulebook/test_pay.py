"""A payslip adds up for every month there can be, and one that does not can't be built."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from rulebook.attendance import Day, Verdict
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.pay import Charge, DoesNotAddUp, Employment, Entry, Item, Line, Month, compute
from rulebook.policy import Policy

MONTH = CalendarMonth(2026, 9)
AMOUNTS = st.decimals(0, 50_000, places=2)
DAYS = st.integers(0, 29).map(lambda place: MONTH.first + timedelta(days=place))

employments = st.builds(
    lambda hired, left, exit_kind, deposit: Employment(
        min(hired, left or hired), left, exit_kind if left else "", None, deposit
    ),
    st.dates(date(2026, 7, 1), MONTH.last),
    st.one_of(st.none(), DAYS),
    st.sampled_from(["resigned", "dismissed"]),
    AMOUNTS,
)
months = st.builds(
    Month,
    month=st.just(MONTH),
    employment=employments,
    days=st.lists(st.builds(Day, DAYS, st.sampled_from(list(Verdict))), max_size=30, unique_by=lambda day: day.day),
    sales=st.decimals(0, 200_000, places=2),
    fines=st.lists(st.builds(Charge, DAYS, st.just("1.2.D"), AMOUNTS, st.just({})), max_size=4),
    bonuses=st.lists(st.builds(Entry, AMOUNTS), max_size=2),
    withholdings=st.lists(st.builds(Entry, AMOUNTS, st.just("advance")), max_size=3),
    carried_in=AMOUNTS,
)
policies = st.builds(
    Policy,
    base_on_shortfall=st.sampled_from(["full", "prorated", "none"]),
    wage_guard=st.sampled_from(["off", "warn", "enforce"]),
    minimum_wage=st.one_of(st.none(), AMOUNTS),
    deduction_cap_rate=st.decimals(0, 1, places=4),
    commission_rate=st.decimals(0, 1, places=4),
    monthly_target=AMOUNTS,
)


@given(months, policies)
def test_lines_and_columns_add_up_to_the_net_pay(facts: Month, policy: Policy) -> None:
    slip = compute(facts, policy)
    assert sum((line.amount for line in slip.lines), ZERO) == slip.net
    assert slip.fines + slip.carried_in == slip.deductions + slip.carried_out
    assert slip.net >= slip.deposit >= 0
    assert all(line.amount or line.item == Item.FORFEIT for line in slip.lines)


@given(months, policies)
def test_enforced_deductions_stay_under_the_cap_and_leave_the_minimum_wage(facts: Month, policy: Policy) -> None:
    policy = dataclasses.replace(policy, wage_guard="enforce")
    slip = compute(facts, policy)
    assert slip.deductions <= slip.gross * policy.deduction_cap_rate
    if policy.minimum_wage is not None and slip.deductions:
        assert slip.gross - slip.deductions >= policy.minimum_wage


@given(months, policies)
def test_at_dismissal_the_deposit_alone_is_paid_unless_the_guard_enforces(facts: Month, policy: Policy) -> None:
    leaver = facts.employment._replace(left=MONTH.last, exit="dismissed")
    slip = compute(dataclasses.replace(facts, employment=leaver), policy)
    if policy.wage_guard != "enforce":
        assert [line.item for line in slip.lines] == ([Item.DEPOSIT] if leaver.deposit else [])
        assert slip.net == leaver.deposit


@given(months, policies)
def test_computed_again_it_is_the_same(facts: Month, policy: Policy) -> None:
    assert compute(facts, policy) == compute(facts, policy)


PLAIN = Month(month=MONTH, employment=Employment(date(2025, 1, 1)), days=(), sales=Decimal("50000.00"))


@pytest.mark.parametrize(
    "change",
    [
        {"base": Decimal("3000.01")},
        {"fines": Decimal("1.00")},
        {"deductions": Decimal("1.00")},
        {"carried_out": Decimal("5.00")},
        {"lines": (Line(Item.BASE, "2.1", Decimal("3000.00")),)},
    ],
    ids=str,
)
def test_a_payslip_that_does_not_add_up_cannot_be_built(change: dict[str, Any]) -> None:
    slip = compute(PLAIN, Policy())
    with pytest.raises(DoesNotAddUp):
        dataclasses.replace(slip, **change)


def test_nobody_is_paid_for_a_month_without_employment() -> None:
    with pytest.raises(ValueError, match="not employed"):
        compute(dataclasses.replace(PLAIN, employment=Employment(date(2026, 10, 1))), Policy())
