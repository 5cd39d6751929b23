"""What a policy's figures invite: each finding where its condition holds, with the figures of that policy."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from rulebook.articles import ARTICLES
from rulebook.incentives import Finding, findings, shift_minutes
from rulebook.policy import Policy, PolicyError, parameters

CHINESE = re.compile(r"[\u4e00-\u9fff，。；：、（）]")


def policy(**values: str) -> Policy:
    return Policy().changed(values)


def found(**values: str) -> dict[str, Finding]:
    return {one.key: one for one in findings(policy(**values))}


def test_an_absence_cheaper_than_a_leave_asked_for_is_pointed_out_with_both_figures() -> None:
    one = found()["absence_cheaper_than_leave"]
    assert all(figure in one.text.zh and figure in one.text.en for figure in ("200", "300", "100"))
    assert one.figures == ("absence_fine", "personal_leave_fine")
    assert one.articles == ("1.2.B", "1.2.D")


@pytest.mark.parametrize("fine", ["300.01", "400"])
def test_an_absence_dearer_than_a_leave_is_not(fine: str) -> None:
    assert not {"absence_cheaper_than_leave", "absence_as_dear_as_leave"} & set(found(absence_fine=fine))


def test_an_absence_as_dear_as_a_leave_gives_no_reason_to_ask() -> None:
    keys = set(found(absence_fine="300"))
    assert "absence_as_dear_as_leave" in keys
    assert "absence_cheaper_than_leave" not in keys


def test_three_arrivals_at_20_31_forfeit_the_months_commission() -> None:
    text = found()["late_arrivals_forfeit_the_commission"].text
    assert "3 次 20:31" in text.zh
    assert "93 分钟" in text.zh
    assert "600 元" in text.zh
    assert text.en.startswith("3 arrivals at 20:31")


def test_the_arrivals_are_those_of_the_policy_shown() -> None:
    text = found(shift_start="23:50", shift_end="06:00", grace_minutes="15", absence_forfeit_days="1")
    assert "An arrival at 00:06" in text["late_arrivals_forfeit_the_commission"].text.en


def test_where_it_takes_a_whole_shift_of_lateness_or_no_commission_is_paid_nobody_is_warned() -> None:
    assert "late_arrivals_forfeit_the_commission" not in found(
        absence_forfeit_days="12"
    )  # 12 × 31 = 372 of 360 minutes
    assert "late_arrivals_forfeit_the_commission" not in found(commission_rate="0")


def test_the_sixth_day_of_leave_forfeits_what_the_fifth_does_not() -> None:
    text = found()["one_more_day_of_leave_forfeits_the_commission"].text
    assert "第 5 天" in text.zh
    assert "第 6 天" in text.zh
    assert "Day 5" in text.en
    assert "day 6" in text.en
    assert (
        "One day of leave"
        in found(personal_leave_forfeit_over="0")["one_more_day_of_leave_forfeits_the_commission"].text.en
    )


CONDITIONS: dict[str, Callable[[Policy], bool]] = {
    "absence_cheaper_than_leave": lambda p: p.absence_fine < p.personal_leave_fine,
    "absence_as_dear_as_leave": lambda p: p.absence_fine == p.personal_leave_fine,
    "late_arrivals_forfeit_the_commission": lambda p: (
        p.commission_rate > 0 and p.absence_forfeit_days * (p.grace_minutes + 1) < shift_minutes(p)
    ),
    "late_as_dear_as_absent": lambda p: p.grace_minutes + 1 < shift_minutes(p),
    "late_fine_is_flat": lambda p: p.late_fine > 0 and p.grace_minutes >= 2,
    "early_fine_is_flat": lambda p: p.early_fine > 0 and p.grace_minutes >= 2,
    "late_is_free": lambda p: p.late_fine == 0 and p.grace_minutes > 0,
    "leaving_early_is_free": lambda p: p.early_fine == 0 and p.grace_minutes > 0,
    "late_dearer_than_absent": lambda p: p.late_fine + p.early_fine > p.absence_fine,
    "one_more_day_of_leave_forfeits_the_commission": lambda p: (
        p.commission_rate > 0 and p.personal_leave_forfeit_over < 31
    ),
    "once_forfeited_nothing_is_left_to_lose": lambda p: p.commission_rate > 0,
    "below_the_target_sales_earn_nothing": lambda p: p.base_on_shortfall == "full" and p.monthly_target > 0,
    "one_yuan_short_costs_the_base": lambda p: (
        p.base_on_shortfall == "none" and p.monthly_target > 0 and p.base_pay > 0
    ),
    "sales_move_to_who_is_past_the_target": lambda p: p.commission_rate > 0 and p.monthly_target > 0,
    "above_the_target_nothing_is_earned": lambda p: p.commission_rate == 0,
    "probation_pays_more": lambda p: p.probation_base_pay > p.base_pay and p.probation_months > 0,
    "fines_exceed_the_lawful_share_unseen": lambda p: (
        p.wage_guard == "off" and 31 * p.absence_fine > p.base_pay * Decimal("0.20")
    ),
    "beyond_the_cap_fines_wait": lambda p: (
        p.wage_guard == "enforce" and 31 * p.absence_fine > p.base_pay * p.deduction_cap_rate
    ),
    "comps_are_dearer_than_the_commission": lambda p: bool(p.comp_categories) and p.comp_spend_rate > p.commission_rate,
    "a_small_table_earns_comps": lambda p: bool(p.comp_categories) and p.daily_comps_per_booking > 0,
    "a_forbidden_comp_costs_its_price": lambda p: p.comp_fine_multiple <= 1,
    "walk_ins_become_bookings": lambda p: p.booking_lead_minutes == 0,
    "poaching_pays": lambda p: p.poaching_multiple < p.commission_rate,
    "off_post_cheaper_than_absent": lambda p: p.off_post_fine < p.absence_fine,
    "off_post_is_earned_back": lambda p: p.commission_rate > 0 and p.off_post_fine / p.commission_rate <= 9999,
    "short_times_off_post_are_free": lambda p: p.off_post_minutes > 1,
}
_MONEY = st.sampled_from(["0", "0.01", "50", "200", "300", "3000", "40000", "9999999.99"])
_RATE = st.sampled_from(["0", "0.000001", "0.03", "0.05", "0.20", "1"])
_VALUES: dict[str, Any] = {
    "shift_start": st.sampled_from(["12:00", "20:00", "23:59"]),
    "shift_end": st.sampled_from(["00:00", "02:00", "11:59", "23:59"]),
    "wage_guard": st.sampled_from(["off", "warn", "enforce"]),
    "base_on_shortfall": st.sampled_from(["full", "prorated", "none"]),
    "comp_categories": st.sampled_from(["", "fruit", "snack,fruit"]),
    "minimum_wage": st.sampled_from(["", "2420"]),
    "comp_fine_multiple": st.sampled_from(["0", "0.5", "1", "2"]),
    "poaching_multiple": st.sampled_from(["0", "0.01", "0.03", "2", "100"]),
}
_WHOLE = {"monthly_rest_days": 31, "self_scheduled_rest_days": 31, "personal_leave_forfeit_over": 31,
          "grace_minutes": 360, "probation_months": 12, "daily_comps_per_booking": 100,
          "booking_lead_minutes": 1440, "notice_days": 365}  # fmt: skip
_FROM_ONE = {"absence_forfeit_days": 31, "pay_day": 31, "off_post_minutes": 1440}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy, its figures often at their ends."""
    values = {}
    for name, parameter in parameters().items():
        if name in _VALUES:
            values[name] = draw(_VALUES[name])
        elif name in _WHOLE or name in _FROM_ONE:
            least, most = (0, _WHOLE[name]) if name in _WHOLE else (1, _FROM_ONE[name])
            values[name] = str(
                draw(st.sampled_from([least, least + 1, least + 2, 5, 30, most])) if most > 30 else least
            )
        else:
            values[name] = draw(_RATE if parameter.kind.shape == "rate" else _MONEY)
    try:
        return Policy().changed(values)
    except PolicyError:
        return Policy().changed(values | {"shift_end": "02:00"})


def test_every_finding_has_its_condition_here() -> None:
    assert set(CONDITIONS) >= set(found())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(policies())
def test_a_finding_is_there_if_and_only_if_its_condition_holds(any_policy: Policy) -> None:
    assert {one.key for one in findings(any_policy)} == {key for key, holds in CONDITIONS.items() if holds(any_policy)}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(policies())
def test_every_finding_reads_well_in_both_languages(any_policy: Policy) -> None:
    for one in findings(any_policy):
        assert CHINESE.search(one.text.zh)
        assert not re.search(r"[\u4e00-\u9fff][,;:!?(]|\s\s|\{|\}", one.text.zh), one.text.zh
        assert not CHINESE.search(one.text.en), one.text.en
        assert not re.search(r"\s\s|\{|\}|\b1 (days|minutes|absences|arrivals)\b|E[+-]", one.text.en), one.text.en
        assert one.text.zh.endswith("。")
        assert one.text.en.endswith(".")
        assert set(one.figures) <= set(parameters())
        assert set(one.articles) <= set(ARTICLES)
