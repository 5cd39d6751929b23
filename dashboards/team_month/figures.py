"""A month of a house: what each person sold, was there and was fined, with the sums of all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from attendance import days
from rulebook.attendance import Day
from rulebook.calendar import CalendarMonth, days_between
from rulebook.money import ZERO
from rulebook.pay import Status


class Mark(StrEnum):
    """What a day of somebody's month was, in one letter."""

    WORKED = "w"
    LATE = "l"  # worked, but came late or left early within the grace
    REST = "r"
    LEAVE = "v"
    ABSENCE = "a"
    EXCEPTION = "x"
    NONE = "-"  # not employed, or not decided yet


COARSE: dict[int, str] = str.maketrans({
    days.Mark.EARLY.value: Mark.LATE.value,
    days.Mark.STATUTORY.value: Mark.LEAVE.value,
    days.Mark.SICK.value: Mark.LEAVE.value,
    days.Mark.PERSONAL.value: Mark.LEAVE.value,
})  # fmt: skip
"""From the letters of ``attendance.days`` to those of ``Mark``; the others are the same."""


def mark_of(day: Day) -> Mark:
    """The letter of a decided day."""
    return Mark(days.mark_of(day).translate(COARSE))


class Fined(NamedTuple):
    """A fine that is charged, in yuan."""

    day: date
    article: str
    amount: Decimal


class Before(NamedTuple):
    """Somebody's month before, in yuan: all of it, and through the same day; None while no day has ended."""

    sales: Decimal
    so_far: Decimal | None


@dataclass(slots=True, kw_only=True)
class PersonMonth:
    """One person's month; yuan as the payslip has them, ``so_far`` the sales of the days that have ended.

    ``marks`` has a letter for each calendar day of the month. ``before`` is None for who was not employed then.
    """

    pk: int
    number: str
    name: str
    status: str
    sales: Decimal
    so_far: Decimal
    target: Decimal
    commission: Decimal
    fines: Decimal
    expected: int
    worked: int
    personal: int
    marks: str
    before: Before | None
    fined: list[Fined] = field(default_factory=list)

    @property
    def gap(self) -> Decimal:
        """How far above the target, below zero where it is missed."""
        return self.sales - self.target

    @property
    def gap_left(self) -> Decimal:
        """What is left to sell; 0 where nothing is."""
        return max(-self.gap, ZERO)

    @property
    def has_passed(self) -> bool:
        """The target is not missed (2.1)."""
        return self.sales >= self.target

    @property
    def share(self) -> Decimal:
        return share_of(self.sales, self.target)

    @property
    def to_before(self) -> Decimal | None:
        return None if self.before is None else self.sales - self.before.sales

    @property
    def to_same_day(self) -> Decimal | None:
        if self.before is None or self.before.so_far is None:
            return None
        return self.so_far - self.before.so_far

    @property
    def is_leaving(self) -> bool:
        return self.status in (Status.RESIGNED, Status.DISMISSED)

    def count(self, *marks: Mark) -> int:
        return sum(self.marks.count(mark) for mark in marks)


def share_of(sales: Decimal, target: Decimal) -> Decimal:
    """Sales as a part of a target; 1 where nothing is asked for."""
    return sales / target if target else Decimal(1)


@dataclass(kw_only=True)
class HouseMonth:
    """Everyone's month, by staff number.

    ``through`` is the last day that has ended, None where none has; ``daily`` and ``daily_before`` the counted sales
    by calendar day of this month and of the one before; ``same_day`` the day of that one which ``through`` is held
    against; ``before`` what the house had sold then, whole and through that day.
    """

    month: CalendarMonth
    state: str
    through: date | None
    same_day: date | None
    people: list[PersonMonth]
    daily: list[Decimal]
    daily_before: list[Decimal]
    before: Before | None

    @property
    def is_over(self) -> bool:
        return self.through == self.month.last

    @cached_property
    def sales(self) -> Decimal:
        return sum(self.daily, ZERO)

    @cached_property
    def so_far(self) -> Decimal:
        return sum(self.daily[: self.days], ZERO)

    @property
    def tonight(self) -> Decimal:
        """What counts already of days that have not ended."""
        return self.sales - self.so_far

    @property
    def days(self) -> int:
        """How many days have ended."""
        return self.through.day if self.through else 0

    @cached_property
    def target(self) -> Decimal:
        return sum((one.target for one in self.people), ZERO)

    @property
    def share(self) -> Decimal:
        return share_of(self.sales, self.target)

    @property
    def gap(self) -> Decimal:
        return self.sales - self.target

    @property
    def gap_left(self) -> Decimal:
        """What is left to sell; 0 where nothing is."""
        return max(-self.gap, ZERO)

    @property
    def to_before(self) -> Decimal | None:
        return None if self.before is None else self.sales - self.before.sales

    @property
    def to_same_day(self) -> Decimal | None:
        if self.before is None or self.before.so_far is None:
            return None
        return self.so_far - self.before.so_far

    @cached_property
    def passed(self) -> list[PersonMonth]:
        return [one for one in self.people if one.has_passed]

    @property
    def next_to_pass(self) -> PersonMonth | None:
        """Who is nearest to a target that is missed as yet."""
        return max((one for one in self.people if not one.has_passed), key=lambda one: one.gap, default=None)

    @property
    def commission(self) -> Decimal:
        return sum((one.commission for one in self.people), ZERO)

    @property
    def worked(self) -> int:
        return sum(one.worked for one in self.people)

    @property
    def expected(self) -> int:
        return sum(one.expected for one in self.people)

    @property
    def personal(self) -> int:
        return sum(one.personal for one in self.people)

    def count(self, *marks: Mark) -> int:
        return sum(one.count(*marks) for one in self.people)

    @property
    def absences(self) -> int:
        return self.count(Mark.ABSENCE)

    @property
    def exceptions(self) -> int:
        return self.count(Mark.EXCEPTION)

    @cached_property
    def fines(self) -> Decimal:
        return sum((one.fines for one in self.people), ZERO)

    @cached_property
    def fined(self) -> list[Fined]:
        return [fine for one in self.people for fine in one.fined]

    @property
    def most_fined(self) -> PersonMonth | None:
        """Who has most of the fines, where somebody has any."""
        found = max(self.people, key=lambda one: one.fines, default=None)
        return found if found is not None and found.fines else None

    @cached_property
    def by_day(self) -> list[Counter[str]]:
        """How many people were what, by each day that has ended."""
        return [Counter(one.marks[place] for one in self.people) for place in range(self.days)]

    @property
    def ended_days(self) -> Iterator[date]:
        return days_between(self.month.first, self.through) if self.through else iter(())

    @cached_property
    def ranks(self) -> dict[int, int]:
        """Everybody's place by sales; who sold alike shares it."""
        amounts = sorted((one.sales for one in self.people), reverse=True)
        first: dict[Decimal, int] = {}
        for place, amount in enumerate(amounts, 1):
            first.setdefault(amount, place)
        return {one.pk: first[one.sales] for one in self.people}
