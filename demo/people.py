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


@dataclass(frozen=True)
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
    Person(MODEL, "刘洋", 18, (-19, 4)),
    Person("102", "王佳怡", 16, (-26, 12)),
    Person("103", "孙悦", 12, (-11, 1)),
    Person("104", "郑凯", 13, (-15, 20)),
    Person("105", "陈思雨", 12, (-8, 9)),
    Person("106", "罗晓峰", 7, (-7, 15)),
    Person("107", "唐婉", 12, (-13, 6)),
    Person("108", "何雨桐", 9, (-5, 2)),
    Person("109", "许诺", 7, (-4, 18)),
    Person("110", "马骏", 14, (-17, 25)),
    Person("111", "邓婷", 8, (-6, 11)),
    Person("112", "方晨", 6, (-3, 7), opening=Decimal("260.00")),
    Person("113", "谢雨菲", 7, (-9, 14)),
    Person("114", "潘磊", 10, (-12, 3)),
    Person("115", "蒋文博", 16, (-22, 16)),
    Person("116", "沈佳", 11, (-10, 22)),
    Person("117", "吕晴", 9, (-2, 5)),
    Person("118", "韩露", 6, (-3, 26)),
    Person("119", "曹俊杰", 12, (-14, 8)),
    Person("120", "袁梦", 8, (-1, 20)),
    Person("121", "彭浩", 9, (-16, 10), left=(1, 16), exit="辞职", noticed=(0, 15)),
    Person("122", "丁一鸣", 8, (-5, 19), left=(1, 18), exit="开除"),
    Person("123", "苏晓", 6, (1, 6)),
    Person("124", "范雪", 5, (2, 3)),
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
