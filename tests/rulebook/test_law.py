"""What the law says beside the figures: every hint with its source, those that press where the figures do."""

import re

import pytest
from hypothesis import given, settings

from rulebook.law import FINES, Hint, hints
from rulebook.policy import Policy, parameters
from tests.rulebook.test_incentives import CHINESE, policies

SOURCES = {
    "Interim Provisions on Wage Payment, art. 7", "Interim Provisions on Wage Payment, art. 9",
    "Interim Provisions on Wage Payment, art. 15", "Interim Provisions on Wage Payment, art. 16",
    "Labour Contract Law, art. 4", "Labour Contract Law, arts. 9 and 84", "Labour Contract Law, art. 19",
    "Labour Contract Law, art. 20", "Labour Contract Law, art. 37", "Labour Law, art. 38",
    "Supreme People's Court, Interpretation I on labour disputes, art. 44",
    "Personal Information Protection Law, arts. 6, 19 and 51",
}  # fmt: skip


def beside(figure: str, **values: str) -> list[Hint]:
    return [hint for hint in hints(Policy().changed(values)) if figure in hint.figures]


def test_the_rulebooks_sources_are_all_named() -> None:
    assert {hint.source.en for hint in hints(Policy())} == SOURCES


def test_consultation_deposits_and_the_burden_of_proof_stand_beside_the_whole_policy() -> None:
    whole = [hint.source.zh for hint in hints(Policy()) if not hint.figures]
    assert whole[:2] == ["《劳动合同法》第 4 条", "《劳动合同法》第 9、84 条"]
    assert len(whole) == 3


@pytest.mark.parametrize(
    ("figure", "presses", "not_so"),
    [
        ("monthly_rest_days", "3", "4"),
        ("wage_guard", "off", "enforce"),
        ("wage_guard", "warn", "enforce"),
        ("deduction_cap_rate", "0.21", "0.20"),
        ("minimum_wage", "", "2420"),
        ("probation_base_pay", "2399.99", "2400"),
        ("probation_months", "7", "1"),
        ("probation_months", "3", "1"),
        ("notice_days", "31", "30"),
    ],
)
def test_a_hint_presses_where_the_figure_is_beyond_what_the_law_allows(figure: str, presses: str, not_so: str) -> None:
    assert any(hint.presses for hint in beside(figure, **{figure: presses}))
    assert not any(hint.presses for hint in beside(figure, **{figure: not_so}))


@pytest.mark.parametrize("figure", FINES)
def test_a_fine_of_nothing_takes_nothing_off_wages(figure: str) -> None:
    listed = "Interim Provisions on Wage Payment, art. 15"
    assert listed in {hint.source.en for hint in beside(figure, **{figure: "1"})}
    assert not beside(figure, **{figure: "0"})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(policies())
def test_every_hint_reads_well_in_both_languages(any_policy: Policy) -> None:
    for hint in hints(any_policy):
        assert set(hint.figures) <= set(parameters())
        for zh, en in ((hint.text.zh, hint.text.en), (hint.source.zh, hint.source.en)):
            assert CHINESE.search(zh)
            assert not CHINESE.search(en)
            assert not re.search(r"[\u4e00-\u9fff][,;:!?(]|\s\s", zh), zh
