"""Exact yuan: how amounts are read and rounded."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def yuan(value: Decimal | int | str) -> Decimal:
    """Return an amount in yuan with exactly two places.

    Raises ValueError where a digit would be lost, TypeError for a float.
    """
    if isinstance(value, float):
        raise TypeError("money is never a float")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    exact = amount.quantize(FEN)
    if exact != amount:
        raise ValueError(f"{value!r} has more than two decimals")
    return exact


def rounded(value: Decimal | Fraction) -> Decimal:
    """Round to the fen, half up: the one rounding of a shown line (reading 4)."""
    if isinstance(value, Decimal):
        return value.quantize(FEN, ROUND_HALF_UP)
    fen, rest = divmod(value.numerator * 100, value.denominator)
    if 2 * rest >= value.denominator:
        fen += 1
    return Decimal(fen).scaleb(-2)


def rounded_down(value: Decimal) -> Decimal:
    """Round towards zero to the fen: the wage guard's cap, and nothing else (reading 4)."""
    return value.quantize(FEN, ROUND_DOWN)


def portion(amount: Decimal, *ratios: tuple[Decimal | int, Decimal | int]) -> Decimal:
    """Return amount × n₁ ÷ d₁ × n₂ ÷ d₂ …, computed exactly and rounded once."""
    exact = Fraction(amount)
    for numerator, denominator in ratios:
        exact = exact * Fraction(numerator) / Fraction(denominator)
    return rounded(exact)
