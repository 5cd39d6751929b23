"""What the radar is told of a month."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from rulebook.money import ZERO, portion


class Booked(NamedTuple):
    """A booking; ``phone`` as it is compared or empty, ``person``, ``confirmed_by`` primary keys, ``spend`` in yuan."""

    pk: int
    number: str
    day: date
    person: int
    table: str
    phone: str
    registered: datetime | None
    arrived: datetime | None
    confirmed_by: int | None
    state: str
    spend: Decimal | None


class Given(NamedTuple):
    """A comp on a booking, by whom; ``amount`` in yuan."""

    number: str
    booking: int
    person: int
    category: str
    item: str
    amount: Decimal
    ground: str
    given: datetime


@dataclass(frozen=True)
class Facts:
    """A month's bookings and comps, and the figures of the policy they are held against."""

    lead_minutes: int
    spend_rate: Decimal
    categories: tuple[str, ...]
    bookings: list[Booked] = field(default_factory=list)
    comps: list[Given] = field(default_factory=list)


class Cost(NamedTuple):
    """Pay, comps and sales of somebody or of a month, in yuan; ``pay`` is None where no payroll was computed."""

    pay: Decimal | None
    comps: Decimal
    sales: Decimal

    @property
    def parts(self) -> tuple[Decimal, Decimal] | None:
        """Pay and comps for each 100 yuan of sales, each rounded to the fen; None without pay or sales."""
        if self.pay is None or not self.sales:
            return None
        return portion(self.pay, (100, self.sales)), portion(self.comps, (100, self.sales))

    @property
    def rate(self) -> Decimal | None:
        """Their sum, as the parts are shown."""
        return None if self.parts is None else sum(self.parts, ZERO)
