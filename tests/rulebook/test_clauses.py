"""Every article that a payslip line may stand on says what it asks, with the figures of the policy."""

import re
from typing import Any

import pytest

from rulebook.articles import ARTICLES, CONDUCT_ARTICLES
from rulebook.clauses import ARTICLES_EXPLAINED, clause, percent
from rulebook.money import yuan
from rulebook.policy import Policy, read_value

ON_PAYSLIPS = {
    "1.2.B", "1.2.D", "1.2.E", "1.2.F", "2.1", "2.2", "2.3", "2.4", "3.2", "4.1", "4.4", "4.5", "4.6", "4.7", "4.8",
    "4.9", *CONDUCT_ARTICLES, "carried", "withheld", "deposit",
}  # fmt: skip
POLICIES: dict[str, dict[str, str]] = {
    "default": {},
    "enforced": {"wage_guard": "enforce", "deduction_cap_rate": "0.125"},
    "unguarded": {"wage_guard": "off"},
    "prorated": {"base_on_shortfall": "prorated"},
    "without base": {"base_on_shortfall": "none"},
    "nothing comped": {"comp_categories": ""},
    "one comped": {"comp_categories": "fruit"},
    "odd figures": {
        "commission_rate": "0.035", "comp_spend_rate": "1", "late_fine": "0.50", "early_fine": "0",
        "base_pay": "1234567.89", "comp_fine_multiple": "1.5", "poaching_multiple": "0.25",
    },
}  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff，。；：、（）]")


def policy(**values: str) -> Policy:
    return Policy().changed(values)


def said(article: str, **values: str) -> Any:
    found = clause(article, policy(**values))
    assert found is not None
    return found


def test_every_article_of_a_payslip_has_a_clause_and_is_in_the_catalogue() -> None:
    assert set(ARTICLES_EXPLAINED) == ON_PAYSLIPS
    assert set(ARTICLES) >= ON_PAYSLIPS


def test_an_article_that_no_payslip_stands_on_has_none() -> None:
    assert clause("9.1", Policy()) is None
    assert clause("", Policy()) is None


@pytest.mark.parametrize("values", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("article", sorted(ON_PAYSLIPS))
def test_a_clause_is_whole_in_both_languages(article: str, values: dict[str, str]) -> None:
    chinese, english = said(article, **values)
    for text in (chinese, english):
        assert text == text.strip()
        assert not re.search(r"[{}]|None|Decimal|\(\)|（）", text), text
        assert "  " not in text
        assert not re.search(r"\.0+(?!\d)|\d\.\d0(?![\d.])", text.replace("0.50", "")), f"idle zeros: {text}"
    assert CHINESE.search(chinese)
    assert chinese.endswith("。")
    assert not re.search(r"[\u4e00-\u9fff] ?[,;:!?(]", chinese)
    assert not CHINESE.search(english)
    assert english.endswith(".")
    assert english[0].isupper() or english[0].isdigit(), english


@pytest.mark.parametrize(
    ("rate", "shown"),
    [("0.03", "3%"), ("0.035", "3.5%"), ("0.000001", "0.0001%"), ("1", "100%"), ("0", "0%"), ("0.10", "10%")],
)
def test_a_rate_is_shown_in_percent_without_idle_zeros(rate: str, shown: str) -> None:
    assert percent(read_value("commission_rate", rate)) == shown
    for text in said("2.2", commission_rate=rate):
        assert shown in text


@pytest.mark.parametrize(
    ("fine", "shown"), [("50", "50"), ("0.50", "0.50"), ("0.05", "0.05"), ("1234.5", "1,234.50"), ("0", "0")]
)
def test_an_amount_is_shown_with_separators_and_fen_only_where_there_are_any(fine: str, shown: str) -> None:
    assert f"扣 {shown} 元" in said("1.2.F", late_fine=fine).zh
    assert f"costs {shown} yuan" in said("1.2.F", late_fine=fine).en


@pytest.mark.parametrize(("multiple", "shown"), [("2", "2"), ("1.5", "1.5"), ("0.25", "0.25"), ("10", "10")])
def test_a_multiple_is_shown_as_it_was_stated(multiple: str, shown: str) -> None:
    assert f" {shown} 倍" in said("4.4", poaching_multiple=multiple).zh
    assert f" {shown} times" in said("3.2", comp_fine_multiple=multiple).en


class TestShortfall:
    @pytest.mark.parametrize("article", ["2.1", "2.3"])
    def test_base_pay_says_what_a_missed_target_does_to_it(self, article: str) -> None:
        texts = [said(article, base_on_shortfall=choice) for choice in ("full", "prorated", "none")]
        assert len({text.zh for text in texts}) == 3
        assert len({text.en for text in texts}) == 3
        assert "不减" in texts[0].zh
        assert "比例" in texts[1].zh
        assert "没有底薪" in texts[2].zh


class TestComps:
    def test_both_categories_are_named(self) -> None:
        assert "小吃、果盘" in said("3.2").zh
        assert "snacks and fruit platters" in said("3.2").en.lower()

    def test_one_category_is_named_alone(self) -> None:
        text = said("3.2", comp_categories="fruit")
        assert "果盘" in text.zh
        assert "小吃" not in text.zh
        assert "、" not in text.zh
        assert "snacks" not in text.en

    def test_where_nothing_may_be_comped_it_says_so(self) -> None:
        text = said("3.2", comp_categories="")
        assert "不得签送" in text.zh
        assert "Nothing may be comped" in text.en
        assert "2 倍" in text.zh, "what it costs still stands there"


class TestGuard:
    def test_the_cap_is_named_only_where_it_is_enforced(self) -> None:
        assert "20%" in said("carried", wage_guard="enforce").zh
        assert "20%" in said("carried", wage_guard="enforce").en
        for guard in ("off", "warn"):
            assert "%" not in "".join(said("carried", wage_guard=guard))

    def test_the_minimum_wage_is_named_where_it_limits_deductions(self) -> None:
        enforced = said("carried", wage_guard="enforce", minimum_wage="2490")
        assert "2,490 元" in enforced.zh
        assert "2,490 yuan" in enforced.en
        assert "2,490" not in said("carried", wage_guard="warn", minimum_wage="2490").zh


def test_every_amount_is_the_policys() -> None:
    changed = policy(base_pay="3111", monthly_target="40111", personal_leave_fine="311", absence_fine="211")
    for article, figures in {"2.1": ("3,111", "40,111"), "1.2.B": ("311",), "1.2.D": ("211",)}.items():
        for text in clause(article, changed) or ():
            for figure in figures:
                assert figure in text
    assert changed.base_pay == yuan("3111")
