"""The cast of the generated venue: who works there, from when to when, how well they sell."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from rulebook.calendar import CalendarMonth, add_months

FLOOR_MANAGER = "周敏"
MODEL = "101"  # the one whom the demonstration's account manager signs in as
GUESTS_EACH = 24

_When = tuple[int, int]  # months after the first, day of that month


@dataclass(frozen=True, kw_only=True)
class Person:
    """One account manager; ``pull`` is the share of the night's bookings, against the others'."""

    number: str
    name: str
    pull: int
    hired: _When
    left: _When | None = None
    exit: str = ""
    noticed: _When | None = None
    opening: Decimal | None = None


CAST = (
    Person(number=MODEL, name="刘洋", pull=18, hired=(-19, 4)),
    Person(number="102", name="王佳怡", pull=16, hired=(-26, 12)),
    Person(number="103", name="孙悦", pull=12, hired=(-11, 1)),
    Person(number="104", name="郑凯", pull=13, hired=(-15, 20)),
    Person(number="105", name="陈思雨", pull=12, hired=(-8, 9)),
    Person(number="106", name="罗晓峰", pull=7, hired=(-7, 15)),
    Person(number="107", name="唐婉", pull=12, hired=(-13, 6)),
    Person(number="108", name="何雨桐", pull=9, hired=(-5, 2)),
    Person(number="109", name="许诺", pull=7, hired=(-4, 18)),
    Person(number="110", name="马骏", pull=14, hired=(-17, 25)),
    Person(number="111", name="邓婷", pull=8, hired=(-6, 11)),
    Person(number="112", name="方晨", pull=6, hired=(-3, 7), opening=Decimal("260.00")),
    Person(number="113", name="谢雨菲", pull=7, hired=(-9, 14)),
    Person(number="114", name="潘磊", pull=10, hired=(-12, 3)),
    Person(number="115", name="蒋文博", pull=16, hired=(-22, 16)),
    Person(number="116", name="沈佳", pull=11, hired=(-10, 22)),
    Person(number="117", name="吕晴", pull=9, hired=(-2, 5)),
    Person(number="118", name="韩露", pull=6, hired=(-3, 26)),
    Person(number="119", name="曹俊杰", pull=12, hired=(-14, 8)),
    Person(number="120", name="袁梦", pull=8, hired=(-1, 20)),
    Person(number="121", name="彭浩", pull=9, hired=(-16, 10), left=(1, 16), exit="辞职", noticed=(0, 15)),
    Person(number="122", name="丁一鸣", pull=8, hired=(-5, 19), left=(1, 18), exit="开除"),
    Person(number="123", name="苏晓", pull=6, hired=(1, 6)),
    Person(number="124", name="范雪", pull=5, hired=(2, 3)),
)


@dataclass(frozen=True)
class Employee:
    """A person of the cast, employed at real dates; ``index`` is the place in the cast."""

    index: int
    person: Person
    hired: date
    left: date | None
    noticed: date | None

    @property
    def number(self) -> str:
        return self.person.number

    def works_on(self, day: date) -> bool:
        return self.hired <= day and (self.left is None or day <= self.left)

    def works_in(self, month: CalendarMonth) -> bool:
        return self.hired <= month.last and (self.left is None or month.first <= self.left)


def employ(anchor: CalendarMonth) -> tuple[Employee, ...]:
    """The cast with the dates that follow from the first month."""

    def at(when: _When | None) -> date | None:
        return add_months(anchor.first, when[0]).replace(day=when[1]) if when else None

    employed = []
    for index, person in enumerate(CAST):
        hired = at(person.hired)
        assert hired is not None
        employed.append(Employee(index, person, hired, at(person.left), at(person.noticed)))
    return tuple(employed)


@dataclass(frozen=True)
class Guest:
    """A guest with an invented phone: no operator gives out 1990000."""

    name: str
    phone: str


_SURNAMES = (
    "林黄赵钱周吴徐朱高郭梁宋叶董萧程冯于余杜戴夏汪田任姜崔钟谭陆白石康毛邱秦江史顾侯邵孟龙万段曹雷尹黎贺龚武钮温俞"
)
_TITLES = ("先生", "女士", "先生", "女士", "总", "哥", "姐")


def guests_of(employee: Employee) -> tuple[Guest, ...]:
    """The circle of guests who book with a person."""
    return _circle(employee.index)


@cache
def _circle(person: int) -> tuple[Guest, ...]:
    """The guests of the person at this place in the cast."""
    indices = range(person * GUESTS_EACH, (person + 1) * GUESTS_EACH)
    return tuple(
        Guest(
            _SURNAMES[index * 7 % len(_SURNAMES)] + _TITLES[index * 5 % len(_TITLES)],
            f"1990000{(index * 6361 + 1017) % 10_000:04}",
        )
        for index in indices
    )
