"""A month's roster of a venue as it stands: people by days, how many are off, what of the allowance is used (1.2)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Request, Rest
from attendance.request_kinds import kind_of
from attendance.rest_days.selectors import void_message
from pages.formats import day as shown, weekdays
from rulebook import attendance
from rulebook.attendance import (
    LEAVE_RULES,
    RestKind,
    Shift,
    VoidRest,
    is_valid,
    shift_of,
    takes_the_day,
    void_rests,
)
from rulebook.calendar import DAY, CalendarMonth, days_between, last_ended
from rulebook.policy import Policy
from staff.models import Employee
from staff.selectors import employed_between, is_employed
from venues.models import Venue
from venues.selectors import NamedDay, named_days, policy_of

BUSY_SHARE, USUAL_SHARE = 10, 4
"""Too many are off where it is more than one in so many: on busy nights, on others. A hint: it refuses nothing."""
_BUSY_WEEKDAYS = (4, 5)  # Friday, Saturday


def most_off(people: int, *, is_busy: bool) -> int:
    """How many of so many people may be off before it is told that it is too many; never less than one."""
    return max(1, people // (BUSY_SHARE if is_busy else USUAL_SHARE))


@dataclass
class DayHead:
    """A day of the month above its column; ``off`` people of all are off, more than ``most`` are too many."""

    day: date
    weekday: str
    words: str  # 11月14日 周六
    event: str | None = None  # its name; None where it is no event day
    public: NamedDay | None = None
    is_busy: bool = False
    has_ended: bool = False
    is_today: bool = False
    off: int = 0
    most: int = 0

    @property
    def has_too_many(self) -> bool:
        return self.off > self.most

    @cached_property
    def look(self) -> str:
        """The classes of its column."""
        looks = (("is-event", self.event is not None), ("is-busy", self.is_busy), ("is-over", self.has_ended))
        return " ".join(name for name, holds in (*looks, ("is-today", self.is_today)) if holds)


class Sign(NamedTuple):
    """How a cell looks: its class, the one sign in it, the words it stands for."""

    look: str
    sign: Promise | str
    words: Promise | str


_RESTS = {
    RestKind.REGULAR: Sign("rest", pgettext_lazy("sign", "R"), gettext_lazy("regular rest day")),
    RestKind.SELF_SCHEDULED: Sign("rest own", pgettext_lazy("sign", "O"), gettext_lazy("self-scheduled rest day")),
    RestKind.SWAP: Sign("rest swap", pgettext_lazy("sign", "S"), gettext_lazy("swapped rest day")),
}
_LEAVE_SIGN = pgettext_lazy("sign", "L")
_ASKED = Sign("asked", pgettext_lazy("sign", "?"), gettext_lazy("leave asked for, not decided yet"))
_CAME = Sign("came", "•", gettext_lazy("punched in and out"))
_HALF = Sign("came", "◦", gettext_lazy("punched on one side alone"))
_OUT = Sign("out", "", gettext_lazy("not employed"))
_WORKS = Sign("", "", gettext_lazy("works"))
LEGEND = (*_RESTS.values(), Sign("leave", _LEAVE_SIGN, gettext_lazy("leave")), _ASKED, _CAME, _HALF)
"""What the signs stand for."""


class RosterCell(NamedTuple):
    """One person's day: its sign, why a rest on it is void, the act that a click asks for (``rest``, ``work``)."""

    head: DayHead
    sign: Sign
    void: str = ""
    act: str = ""
    note: str = ""  # said where it adds to the sign: leave asked for on a rest day

    @property
    def day(self) -> date:
        return self.head.day

    @property
    def words(self) -> str:
        return " · ".join(str(part) for part in (self.sign.words, self.void, self.note) if part)

    @property
    def is_rest(self) -> bool:
        return self.sign.look.startswith("rest")


class PersonRow(NamedTuple):
    """One person's month: ``used`` of ``allowed`` rest days, those that are void."""

    employee: Employee
    cells: list[RosterCell]
    used: int
    allowed: int
    voids: int
    is_own: bool

    @property
    def rests(self) -> list[RosterCell]:
        return [cell for cell in self.cells if cell.is_rest]


@dataclass
class _Recorded:
    rests: list[attendance.Rest] = field(default_factory=list)
    leaves: list[attendance.Leave] = field(default_factory=list)
    punches: dict[date, attendance.Punch] = field(default_factory=dict)
    asked: set[date] = field(default_factory=set)


@dataclass
class Roster:
    """A venue's month: all of its people, the days, and the rows of those that are shown.

    ``valid`` are the valid rest days of everybody who has any, by key.
    """

    venue: Venue
    month: CalendarMonth
    policy: Policy
    people: list[Employee]
    heads: list[DayHead]
    valid: dict[int, tuple[date, ...]]
    rows: list[PersonRow]
    ended: date

    def head(self, day: date) -> DayHead:
        return self.heads[day.day - 1]

    def row(self, employee: int) -> PersonRow:
        return next(row for row in self.rows if row.employee.pk == employee)

    @property
    def crowded(self) -> list[DayHead]:
        """The days to come on which too many are off."""
        return [head for head in self.heads if head.has_too_many and not head.has_ended]

    @property
    def is_over(self) -> bool:
        return self.month.last <= self.ended


def people_of(venue: Venue, month: CalendarMonth) -> list[Employee]:
    """Everybody employed at some time of a month, by staff number; one query."""
    wanted = ("number", "name", "hired_on", "left_on", "user", "venue")
    people = list(employed_between(venue, month.first, month.last).only(*wanted))
    for person in people:
        person.venue = venue
    return people


def roster_of(
    venue: Venue,
    month: CalendarMonth,
    now: datetime,
    *,
    shown: Sequence[Employee] = (),
    people: list[Employee] | None = None,
    reader: int | None = None,
    may_set: bool = False,
) -> Roster:
    """The roster of a month, with a row for each of those shown; at most five queries.

    ``people`` are all of the month's, where they were read already; ``reader`` is the user who looks, whose own days
    somebody else sets.
    """
    people = people_of(venue, month) if people is None else people
    policy, zone = policy_of(venue, month).policy, venue.zone
    marked = named_days(venue, month.first, month.last + DAY)
    heads = _heads(month, marked, last_ended(now, zone), people)
    events = frozenset(head.day for head in heads if head.event is not None)
    starts = {head.day: shift_of(head.day, policy, zone) for head in heads}
    found = _recorded(venue, month, shown)
    valid: dict[int, tuple[date, ...]] = {}
    off: Counter[date] = Counter()
    for person in people:
        if (own := found.get(person.pk)) is None:
            continue
        rests = {day for day, why in void_rests(own.rests, events, policy).items() if why is None}
        rests = {day for day in rests if is_employed(person, day)}
        if rests:
            valid[person.pk] = tuple(sorted(rests))
        away = {day for leave in own.leaves for day in leave_days(leave, month, starts)}
        off.update(rests | {day for day in away if is_employed(person, day)})
    for head in heads:
        head.off = off[head.day]
    roster = Roster(venue, month, policy, people, heads, valid, [], last_ended(now, zone))
    for person in shown:
        is_own = reader is not None and person.user_id == reader
        recorded = found.get(person.pk, _Recorded())
        roster.rows.append(_row(person, recorded, roster, events, starts, is_own, may_set and not is_own))
    return roster


def leave_days(leave: attendance.Leave, month: CalendarMonth, starts: Mapping[date, Shift]) -> Iterable[date]:
    """The days of a month on which a leave holds; a guest dinner is none."""
    if not takes_the_day(leave.kind):
        return
    for day in days_between(max(leave.first, month.first), min(leave.last, month.last)):
        if is_valid(leave, starts[day].start):
            yield day


def _heads(
    month: CalendarMonth, marked: Iterable[NamedDay], ended: date, people: Collection[Employee]
) -> list[DayHead]:
    events = {one.day: one.name for one in marked if one.is_event}
    public = {one.day: one for one in marked if not one.is_event}
    names = weekdays()
    whole = [person for person in people if _spans(person, month)]
    partly = [person for person in people if not _spans(person, month)]
    heads = []
    for day in days_between(month.first, month.last):
        tomorrow = public.get(day + DAY)
        is_eve = tomorrow is not None and not tomorrow.is_working
        is_busy = day.weekday() in _BUSY_WEEKDAYS or is_eve
        employed = len(whole) + sum(is_employed(person, day) for person in partly)
        heads.append(
            DayHead(
                day,
                names[day.weekday()],
                shown(day),
                events.get(day),
                public.get(day),
                is_busy,
                day <= ended,
                day == ended + DAY,
                most=most_off(employed, is_busy=is_busy),
            )
        )
    return heads


def _spans(person: Employee, month: CalendarMonth) -> bool:
    return person.hired_on <= month.first and (person.left_on is None or month.last <= person.left_on)


def _recorded(venue: Venue, month: CalendarMonth, shown: Sequence[Employee]) -> dict[int, _Recorded]:
    """Everybody's rests and leave of a month; punches and what waits of those shown."""
    span = (month.first, month.last)
    found: defaultdict[int, _Recorded] = defaultdict(_Recorded)
    keys = [person.pk for person in shown]
    for fact in facts_of(
        rests=Rest.objects.filter(employee__venue=venue, business_day__range=span),
        leaves=Leave.objects.filter(employee__venue=venue, first_day__lte=span[1], last_day__gte=span[0]),
        punches=Punch.objects.filter(employee__in=keys, business_day__range=span),
        off_posts=OffPost.objects.none(),
    ):
        own = found[fact.person]
        if fact.of is Rest:
            own.rests.append(fact.as_rest())
        elif fact.of is Leave:
            own.leaves.append(fact.as_leave())
        else:
            own.punches[fact.day] = fact.as_punch()
    if keys:
        waiting = Request.objects.filter(
            employee__in=keys,
            kind__in=list(filter(takes_the_day, LEAVE_RULES)),
            state=Request.State.WAITING,
            first_day__lte=span[1],
            last_day__gte=span[0],
        )
        for person, first, last in waiting.values_list("employee_id", "first_day", "last_day"):
            found[person].asked.update(days_between(max(first, span[0]), min(last, span[1])))
    return dict(found)


def _row(
    person: Employee,
    own: _Recorded,
    roster: Roster,
    events: Collection[date],
    starts: Mapping[date, Shift],
    is_own: bool,
    may_set: bool,
) -> PersonRow:
    policy, month = roster.policy, roster.month
    ruled = void_rests(own.rests, events, policy)
    kinds = {rest.day: RestKind(rest.kind) for rest in own.rests}
    leaves: dict[date, str] = {}
    for leave in own.leaves:
        for day in leave_days(leave, month, starts):
            leaves[day] = leave.kind
    cells = []
    for head in roster.heads:
        day = head.day
        if not is_employed(person, day):
            cells.append(RosterCell(head, _OUT))
            continue
        act = "" if head.has_ended or not may_set else "work" if day in kinds else "rest"
        note = str(_ASKED.words) if day in own.asked and (day in kinds or day in leaves) else ""
        if day in kinds:
            cells.append(_rest_cell(head, kinds[day], ruled[day], policy, act, note))
        elif day in leaves:
            words = kind_of(leaves[day]).word
            cells.append(RosterCell(head, Sign("leave", _LEAVE_SIGN, words), act=act, note=note))
        elif day in own.asked:
            cells.append(RosterCell(head, _ASKED, act=act))
        else:
            cells.append(RosterCell(head, _worked(own.punches.get(day)), act=act))
    void = sum(why is not None for why in ruled.values())
    return PersonRow(person, cells, len(ruled) - void, policy.monthly_rest_days, void, is_own)


def _rest_cell(head: DayHead, kind: RestKind, why: VoidRest | None, policy: Policy, act: str, note: str) -> RosterCell:
    sign = _RESTS[kind]
    if why is None:
        return RosterCell(head, sign, act=act, note=note)
    return RosterCell(head, sign._replace(look=f"{sign.look} void"), void_message(head.day, why, policy), act, note)


def _worked(punch: attendance.Punch | None) -> Sign:
    if punch is None:
        return _WORKS
    came = punch.arrived is not None or punch.arrival_vouched
    left = punch.left is not None or punch.departure_vouched
    return _CAME if came and left else _HALF if came or left else _WORKS


def rule_of_thumb() -> str:
    """When it is told that too many are off, in a sentence."""
    return _(
        "Too many are off where it is more than one in %(usual)s people, on Fridays, Saturdays and the eve of a public "
        "holiday more than one in %(busy)s (but one always may). The page warns, it does not refuse."
    ) % {"usual": USUAL_SHARE, "busy": BUSY_SHARE}


def said_of_crowd(head: DayHead) -> str:
    """That too many are off on a day."""
    return _("%(day)s: %(off)s people are off, more than %(most)s.") % {
        "day": head.words,
        "off": head.off,
        "most": head.most,
    }
