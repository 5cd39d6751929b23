"""Article 4.2: when a discount lowers the bill."""

from decimal import Decimal
from typing import NamedTuple

from rulebook.money import ZERO


class Discount(NamedTuple):
    """A discount in yuan, and who played which part; None where the part is still open."""

    amount: Decimal
    requested_by: int
    signed_by: int | None = None
    confirmed_by: int | None = None


def may_sign(discount: Discount, person: int) -> bool:
    """Nobody plays two of the three parts (4.2)."""
    return discount.signed_by is None and person not in (discount.requested_by, discount.confirmed_by)


def may_confirm(discount: Discount, person: int) -> bool:
    """A manager confirms what the owner has signed, and is neither who asked nor who signed (4.2)."""
    return (
        discount.signed_by is not None
        and discount.confirmed_by is None
        and person not in (discount.requested_by, discount.signed_by)
    )


def bill(spend: Decimal, discount: Discount) -> Decimal:
    """The bill after a discount, in yuan, never below zero: unchanged until signed and confirmed (4.2)."""
    parts = {discount.requested_by, discount.signed_by, discount.confirmed_by}
    if None in parts or len(parts) < 3:
        return spend
    return max(ZERO, spend - discount.amount)
