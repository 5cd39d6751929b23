"""Every rounding is half up to the fen, done once and exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from rulebook.money import portion, rounded, rounded_down, yuan

AMOUNTS = st.decimals(0, 10**7, places=2)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("1.015", "1.02"), ("2.675", "2.68"), ("99.995", "100.00")],
)
def test_half_a_fen_rounds_up(value: str, wanted: str) -> None:
    assert str(rounded(Decimal(value))) == wanted
    assert str(rounded(Fraction(value))) == wanted


def test_the_guards_cap_rounds_down() -> None:
    assert rounded_down(Decimal("600.019")) == Decimal("600.01")


@given(AMOUNTS, st.integers(0, 31), st.integers(1, 31), AMOUNTS, AMOUNTS.filter(bool))
def test_a_portion_is_within_half_a_fen_of_the_exact_value(
    amount: Decimal, days: int, length: int, sales: Decimal, target: Decimal
) -> None:
    exact = Fraction(amount) * days / length * Fraction(sales) / Fraction(target)
    found = Fraction(portion(amount, (days, length), (sales, target)))
    assert found - Fraction(1, 200) <= exact < found + Fraction(1, 200)


@pytest.mark.parametrize("wrong", ["0.001", "NaN", "Infinity", "1e-3"])
def test_no_digit_is_lost(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"decimals|amount"):
        yuan(wrong)


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        yuan(0.5)  # type: ignore[arg-type]
