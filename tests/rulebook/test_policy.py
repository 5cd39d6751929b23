"""Parameters: declared once, read by their range, kept complete; 4.2 beside them."""

from decimal import Decimal
from typing import Any

import pytest

from rulebook.discounts import Discount, bill, may_confirm, may_sign
from rulebook.policy import Policy, PolicyError, parameters


def test_the_defaults_are_the_rulebooks() -> None:
    assert Policy().as_values() == {
        "shift_start": "20:00", "shift_end": "02:00", "monthly_rest_days": "3", "self_scheduled_rest_days": "1",
        "personal_leave_fine": "300.00", "personal_leave_forfeit_over": "5", "absence_fine": "200.00",
        "absence_forfeit_days": "3", "grace_minutes": "30", "early_fine": "50.00", "late_fine": "50.00",
        "base_pay": "3000.00", "monthly_target": "40000.00", "base_on_shortfall": "full", "commission_rate": "0.03",
        "pay_day": "15", "probation_months": "1", "probation_base_pay": "3000.00", "probation_target": "40000.00",
        "wage_guard": "warn", "deduction_cap_rate": "0.20", "minimum_wage": "", "comp_categories": "snack,fruit",
        "comp_spend_rate": "0.05", "daily_comps_per_booking": "1", "comp_fine_multiple": "2",
        "booking_lead_minutes": "10", "poaching_multiple": "2", "off_post_minutes": "20", "off_post_fine": "50.00",
        "conduct_fine": "0.00", "notice_days": "30",
    }  # fmt: skip


def test_a_policy_survives_being_stored() -> None:
    policy = Policy(minimum_wage=Decimal("2420.00"), comp_categories=())
    assert Policy.from_values(policy.as_values()) == policy


def test_a_parameter_younger_than_a_version_has_its_default() -> None:
    assert Policy.from_values({"base_pay": "3200"}) == Policy(base_pay=Decimal("3200.00"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("shift_start", "18:30", "18:30"),
        ("comp_categories", "小吃、果盘", "snack,fruit"),
        ("comp_categories", "fruit，snack", "snack,fruit"),
        ("comp_categories", "", ""),
        ("minimum_wage", "", ""),
        ("commission_rate", "0.0350", "0.0350"),
        ("base_pay", " 3500 ", "3500.00"),
    ],
)
def test_a_value_is_read_and_written(name: str, text: str, value: str) -> None:
    assert Policy().changed({name: text}).as_values()[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shift_start", "11:59"), ("shift_start", "9:00"), ("shift_start", "25:00"), ("shift_end", "20:00"),
        ("monthly_rest_days", "-1"), ("monthly_rest_days", "1.5"), ("monthly_rest_days", "32"), ("pay_day", "0"),
        ("base_pay", "3000.001"), ("base_pay", "-1"), ("base_pay", ""), ("base_pay", "sNaN"), ("base_pay", "Infinity"),
        ("commission_rate", "3%"), ("commission_rate", "1.01"), ("wage_guard", "Warn"), ("base_on_shortfall", ""),
        ("comp_categories", "alcohol"), ("comp_categories", "snack,snack"), ("grace_minutes", "9" * 5000),
        ("no_such_thing", "1"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_refused_in_both_languages(name: str, text: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        Policy().changed({name: text})
    assert refusal.value.parameter == name
    assert refusal.value.text.zh != refusal.value.text.en


def test_every_parameter_has_a_default_within_its_own_range() -> None:
    for parameter in parameters().values():
        assert parameter.kind.read(parameter.kind.write(parameter.default)) == parameter.default


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({}, "1000.00"),
        ({"signed_by": 2}, "1000.00"),
        ({"confirmed_by": 3}, "1000.00"),
        ({"signed_by": 2, "confirmed_by": 3}, "900.00"),
        ({"signed_by": 1, "confirmed_by": 3}, "1000.00"),
        ({"signed_by": 2, "confirmed_by": 2}, "1000.00"),
        ({"signed_by": 2, "confirmed_by": 1}, "1000.00"),
    ],
)
def test_a_discount_lowers_the_bill_once_three_people_played_their_parts(parts: dict[str, Any], wanted: str) -> None:
    discount = Discount(Decimal("100.00"), requested_by=1, **parts)
    assert str(bill(Decimal("1000.00"), discount)) == wanted


def test_a_bill_never_falls_below_zero() -> None:
    assert bill(Decimal("50.00"), Discount(Decimal("100.00"), 1, 2, 3)) == 0


def test_nobody_plays_two_of_the_three_parts() -> None:
    asked, signed = Discount(Decimal(1), 1), Discount(Decimal(1), 1, 2)
    assert (may_sign(asked, 1), may_sign(asked, 2), may_sign(signed, 3)) == (False, True, False)
    assert (may_confirm(asked, 3), may_confirm(signed, 1), may_confirm(signed, 2), may_confirm(signed, 3)) == (
        False, False, False, True,
    )  # fmt: skip
