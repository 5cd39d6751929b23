"""Plain values of a payslip's explanation: lines, steps, records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Model

from commissions.models import PayslipLine
from rulebook.calendar import CalendarMonth
from rulebook.pay import Line


class Step(NamedTuple):
    """One step of the arithmetic: word, formula, result in yuan."""

    word: str
    formula: str
    result: Decimal


class Sold(NamedTuple):
    """A booking and what it counts."""

    number: str
    business_day: date
    table: str
    guest: str
    spend: Decimal | None
    amount: Decimal
    reasons: str


class Entered(NamedTuple):
    """Who put records in or changed them, when, out of what; so many of one moment together."""

    by: str
    at: datetime
    how: str
    is_change: bool
    records: int


class Key(NamedTuple):
    """A record: its table and its primary key."""

    model: type[Model]
    pk: int


class Drafted(NamedTuple):
    """A payslip line that nobody stored: as of now, or a fine by itself; ``penalty_id`` is its row in the ledger."""

    item: str
    article: str
    amount: Decimal
    business_day: date | None
    basis: Mapping[str, Any]
    penalty_id: int | None

    @classmethod
    def of(cls, line: Line) -> "Drafted":
        return cls(line.item, line.article, line.amount, line.day, line.basis, line.ref)


@dataclass(kw_only=True)
class Explained:
    """A payslip line with all that it rests on. ``records`` are sentences, in order of time."""

    line: PayslipLine | Drafted
    title: str
    ground: str
    clause: str
    steps: list[Step] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    before: CalendarMonth | None = None  # the month an amount was carried from, or that it corrects


@dataclass
class Explanation:
    """A payslip's lines, and the bookings behind its sales with who entered them."""

    lines: list[Explained]
    sold: list[Sold]
    entered: list[Entered]

    @property
    def counted(self) -> int:
        return sum(not sold.reasons for sold in self.sold)

    @property
    def not_counted(self) -> int:
        return len(self.sold) - self.counted
