"""The leaderboard: which people stand on it, in which order, with their sums."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest

from dashboards.team_month.figures import HouseMonth, Mark, PersonMonth, share_of
from pages.tables import chosen_sort, is_in, sought
from rulebook.money import ZERO
from rulebook.pay import Status
from storage.pinyin import key_of

DEFAULT_SORT = "-sales"
_OWN: dict[str, Callable[[PersonMonth], Any]] = {
    "number": lambda one: one.number,
    "name": lambda one: (key_of(one.name), one.name),
    "sales": lambda one: one.sales,
    "share": lambda one: one.share,
    "gap": lambda one: one.gap,
    "before": lambda one: one.to_before,
    "same_day": lambda one: one.to_same_day,
    "missed": lambda one: (one.count(Mark.ABSENCE), one.count(Mark.EXCEPTION), one.count(Mark.LATE)),
    "worked": lambda one: one.worked,
    "fines": lambda one: one.fines,
}
_PAY: dict[str, Callable[[PersonMonth], Any]] = {"commission": lambda one: one.commission}
ASCENDING = ("number", "name")
"""What a first click sorts from the smallest on."""
_BY_SALES = ("sales", "share", "gap")

STATUSES: dict[str, Callable[[PersonMonth], bool]] = {
    "employed": lambda one: not one.is_leaving,
    "probation": lambda one: one.status == Status.PROBATION,
    "leavers": lambda one: one.is_leaving,
}
GOALS: dict[str, Callable[[PersonMonth], bool]] = {
    "passed": lambda one: one.has_passed,
    "not_passed": lambda one: not one.has_passed,
}
HAVING: dict[str, Callable[[PersonMonth], bool]] = {
    "fines": lambda one: bool(one.fined),
    "absences": lambda one: one.count(Mark.ABSENCE) > 0,
    "exceptions": lambda one: one.count(Mark.EXCEPTION) > 0,
}


class View(NamedTuple):
    """What the address asks for; what it asks for that there is not is left out."""

    sort: str
    is_descending: bool
    q: str
    status: str
    goal: str
    having: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.status or self.goal or self.having)

    @property
    def parts_who_passed(self) -> bool:
        """Whether those who passed stand on top, so that a line below the last of them says something."""
        return self.is_descending and self.sort in _BY_SALES


def sorts_for(sees_pay: bool) -> dict[str, Callable[[PersonMonth], Any]]:
    """The columns that somebody may sort by: the order must not tell what the columns do not."""
    return _OWN | _PAY if sees_pay else _OWN


def view_of(request: HttpRequest, *, sees_pay: bool) -> View:
    sort, is_descending = chosen_sort(request, sorts_for(sees_pay), DEFAULT_SORT)

    def known(name: str, values: Any) -> str:
        value = request.GET.get(name, "")
        return value if value in values else ""

    return View(
        sort,
        is_descending,
        sought(request.GET.get("q", "")),
        known("status", STATUSES),
        known("goal", GOALS),
        known("with", HAVING),
    )


def chosen_people(house: HouseMonth, view: View) -> list[PersonMonth]:
    """The people that a view shows, in its order: who is alike by number, who has nothing to compare last."""
    wanted = [
        conditions[chosen]
        for conditions, chosen in ((STATUSES, view.status), (GOALS, view.goal), (HAVING, view.having))
        if chosen
    ]
    found = [
        one
        for one in house.people
        if (not view.q or is_in(view.q, one.name, one.number)) and all(holds(one) for holds in wanted)
    ]
    key = sorts_for(True)[view.sort]
    found.sort(key=lambda one: one.number)
    known = [one for one in found if key(one) is not None]
    known.sort(key=key, reverse=view.is_descending)
    return known + [one for one in found if key(one) is None]


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The sums of the people shown, in yuan and days; a change is None where nobody has anything to compare."""

    people: int
    sales: Decimal
    target: Decimal
    gap: Decimal
    commission: Decimal
    before: Decimal | None
    same_day: Decimal | None
    worked: int
    expected: int
    absences: int
    fines: Decimal

    @property
    def scale(self) -> Decimal:
        """The yuan at the end of the bar of all."""
        return max(self.sales, self.target * 3 / 2)

    @property
    def share(self) -> Decimal:
        return share_of(self.sales, self.target)


def totals_of(people: list[PersonMonth], house: HouseMonth) -> Totals:
    """The sums of the people shown. Beside last month everybody is the house, whose sales were also those of who left.

    Of some of the people it is what those sold who were there last month, beside what they had sold then.
    """
    before = [one.to_before for one in people if one.to_before is not None]
    same_day = [one.to_same_day for one in people if one.to_same_day is not None]
    is_everybody = len(people) == len(house.people)
    return Totals(
        people=len(people),
        sales=sum((one.sales for one in people), ZERO),
        target=sum((one.target for one in people), ZERO),
        gap=sum((one.gap for one in people), ZERO),
        commission=sum((one.commission for one in people), ZERO),
        before=house.to_before if is_everybody else sum(before, ZERO) if before else None,
        same_day=house.to_same_day if is_everybody else sum(same_day, ZERO) if same_day else None,
        worked=sum(one.worked for one in people),
        expected=sum(one.expected for one in people),
        absences=sum(one.count(Mark.ABSENCE) for one in people),
        fines=sum((one.fines for one in people), ZERO),
    )


def scale_of(house: HouseMonth) -> Decimal:
    """The yuan at the end of every row's bar: the same for all; one who sold out of all proportion fills it."""
    target = max((one.target for one in house.people), default=ZERO)
    sales = max((one.sales for one in house.people), default=ZERO)
    if not target:
        return sales
    return min(max(sales, target * 3 / 2), target * 3)


def last_passed(people: list[PersonMonth], view: View) -> int | None:
    """The primary key of the last who passed, where the order parts them from the others."""
    if not view.parts_who_passed:
        return None
    passed = [one.pk for one in people if one.has_passed]
    return passed[-1] if passed and len(passed) < len(people) else None
