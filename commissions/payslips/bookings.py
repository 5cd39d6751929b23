"""A person's bookings of a month: what counts, what does not and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from bookings.eligibility.reasons import reason_words
from rulebook.money import ZERO
from rulebook.sales import Booking, NotCounted, Sale


@dataclass
class BookingLine:
    """A booking with the reasons it does not count, in words; a guest's phone by its last four digits."""

    booking: Booking
    amount: Decimal
    reasons: list[str]
    waits: bool  # it may still come to count: held, or not settled
    address: str = ""  # where the booking stands, for who may open it

    @property
    def why(self) -> str:
        return " · ".join(self.reasons)

    @property
    def phone(self) -> str:
        return self.booking.guest_phone[-4:]


@dataclass
class Sold:
    """The bookings of a month, the latest first, in yuan."""

    counted: list[BookingLine] = field(default_factory=list)
    waiting: list[BookingLine] = field(default_factory=list)
    not_counted: list[BookingLine] = field(default_factory=list)

    @property
    def sum(self) -> Decimal:
        return sum((shown.amount for shown in self.counted), ZERO)

    @property
    def lost(self) -> Decimal:
        """What was spent at tables that do not count."""
        return sum((shown.booking.spend or ZERO for shown in self.not_counted), ZERO)


_WAITS = frozenset((NotCounted.HELD, NotCounted.UNSETTLED))


def sold_of(sales: Iterable[Sale]) -> Sold:
    """Bookings by whether they count, may still come to count, or do not."""
    sold = Sold()
    for sale in reversed(list(sales)):
        waits = bool(sale.reasons) and _WAITS.issuperset(sale.reasons)
        shown = BookingLine(sale.booking, sale.amount, reason_words(sale.reasons), waits)
        (sold.waiting if waits else sold.not_counted if sale.reasons else sold.counted).append(shown)
    return sold
