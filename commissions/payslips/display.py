"""Proportions of a payslip's figures for drawing."""

from decimal import Decimal


def target_bar(sales: Decimal, target: Decimal) -> dict[str, Decimal]:
    """How far the sales are from the target, and how long the bar is that shows it, in yuan."""
    return {"gap": abs(sales - target), "bar": max(sales, target) * 5 / 4}
