"""What is arranged to happen in a generated month: the oddities that the rulebook has an answer to."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from demo.people import FLOOR_MANAGER, MODEL, Employee
from rulebook.calendar import DAY, CalendarMonth, days_between

Key = tuple[str, date]  # staff number, business day
_Day = Callable[[int], date]
_EVENTS = {2: (14, "情人节之夜"), 5: (1, "劳动节派对"), 10: (1, "国庆之夜"), 12: (31, "跨年夜")}
_PARTIES = ("电音之夜", "复古迪斯科", "假面舞会", "泡泡派对")
_SATURDAY = 5
_QUIET = (0, 1, 2, 3, 6)  # rest days are given from Sunday to Thursday
_POACHERS = (("106", "102"), ("118", "105"), ("111", "103"))  # who, and from whom


@dataclass(frozen=True)
class RestDay:
    number: str
    day: date
    kind: str
    approver: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Leave asked for."""

    number: str
    kind: str
    first: date
    last: date
    requested: datetime
    approver: str = FLOOR_MANAGER
    papers: tuple[bool, bool, bool] = (False, False, False)


@dataclass(frozen=True)
class Away:
    """One time away from the post."""

    number: str
    day: date
    left: time
    minutes: int
    approver: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A booking that must come about, early in the night; ``comp`` is the violation given on it, by ``giver``."""

    number: str
    kind: str = "A"
    spend: tuple[int, int] | None = None
    guest_of: str = ""
    comp: str = ""
    giver: str = ""
    forgotten: bool = False


@dataclass(frozen=True, kw_only=True)
class ScriptedReport:
    """A reported violation; a poaching is of the person's wanted booking of that night."""

    number: str
    day: date
    article: str
    at: time
    note: str
    amount: int | None = None
    victim: str = ""


@dataclass(kw_only=True)
class Script:
    """A month's arrangements."""

    events: dict[date, str]
    late: dict[Key, int] = field(default_factory=dict)  # minutes
    early: dict[Key, int] = field(default_factory=dict)  # minutes
    absent: set[Key] = field(default_factory=set)
    no_arrival: set[Key] = field(default_factory=set)
    no_departure: set[Key] = field(default_factory=set)
    on_business: set[Key] = field(default_factory=set)
    vouched_departure: set[Key] = field(default_factory=set)
    off: set[Key] = field(default_factory=set)  # valid rest or leave
    rests: list[RestDay] = field(default_factory=list)
    leaves: list[Asked] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    wanted: defaultdict[date, list[Wanted]] = field(default_factory=lambda: defaultdict(list))
    told: list[ScriptedReport] = field(default_factory=list)

    @property
    def arranged(self) -> set[Key]:
        """The days of people that nothing else is to fall on."""
        keys = self.absent | self.no_arrival | self.no_departure | self.on_business | self.vouched_departure | self.off
        for items in (self.away, self.told, self.rests):
            keys |= {(item.number, item.day) for item in items}
        keys |= {(wanted.number, day) for day, some in self.wanted.items() for wanted in some}
        keys |= {(wanted.giver, day) for day, some in self.wanted.items() for wanted in some if wanted.giver}
        return keys | set(self.late) | set(self.early)


def events_of(month: CalendarMonth) -> dict[date, str]:
    """The month's event day: a feast, or the third Saturday."""
    if month.number in _EVENTS:
        day, name = _EVENTS[month.number]
        return {month.first.replace(day=day): name}
    saturdays = [day for day in days_between(month.first, month.last) if day.weekday() == _SATURDAY]
    return {saturdays[2]: _PARTIES[month.number % len(_PARTIES)]}


def script_of(
    month: CalendarMonth, index: int, staff: tuple[Employee, ...], rng: random.Random, zone: tzinfo
) -> Script:
    """The arrangements of the month that is ``index`` months after the first."""
    events = events_of(month)
    script = Script(events=events)

    def day(number: int) -> date:
        found = month.first.replace(day=number)
        return found + DAY if found in events else found

    def asked(number: str, kind: str, first: date, last: date, papers: tuple[bool, bool, bool], at: int) -> None:
        requested = datetime.combine(first, time(at, 20), zone) - (timedelta() if kind == "病假" else DAY)
        script.leaves.append(
            Asked(number=number, kind=kind, first=first, last=last, requested=requested, papers=papers)
        )
        if kind != "陪客晚宴" and (kind != "病假" or all(papers)):
            script.off |= {(number, each) for each in days_between(first, last)}

    none, full = (False, False, False), (True, True, True)
    script.late |= {(MODEL, day(4)): 9, (MODEL, day(17)): 14, ("109", day(2)): 12, ("109", day(10)): 47}
    script.late |= {("120", day(7)): 22, ("108", day(14)): 5}
    script.early |= {("114", day(5)): 18, ("114", day(20)): 41, ("118", day(13)): 11}
    script.absent |= {("112", day(7)), ("117", day(5)), ("117", day(6)), ("120", day(13))}
    script.no_departure |= {("118", day(1)), ("111", day(6)), ("105", day(16)), ("116", day(25))}
    script.no_arrival |= {("106", day(11)), ("103", day(24))}
    script.on_business |= {("102", day(9)), ("119", day(20))}
    script.vouched_departure |= {("108", day(8)), ("112", day(21))}
    if index == 1:
        script.absent |= {("115", day(9)), ("115", day(11)), ("115", day(19))}

    asked("117", "病假", day(5), day(6), (True, False, True), 16)
    asked("116", "病假", day(17), day(18), full, 15)
    asked("110", "事假", day(14), day(14) + timedelta(5 if index == 0 else 1), none, 15)
    if index == 0:
        asked("103", "法定假", day(19), day(19) + 2 * DAY, none, 14)
    asked("104", "陪客晚宴", day(12), day(12), none, 17)
    script.late["104", day(12)] = 48

    script.away += [
        Away("108", day(3), time(22, 10), 26),
        Away("108", day(11), time(23, 5), 34, FLOOR_MANAGER),
        Away("108", day(23), time(21, 40), 22),
        Away(MODEL, day(12), time(23, 20), 21),
        Away("114", day(9), time(0, 15), 25),
    ]
    _arrange_bookings(script, index, day)
    _tell(script, index, day, month)
    _give_rests(script, month, staff, rng)
    return script


def _arrange_bookings(script: Script, index: int, day: _Day) -> None:
    poacher, victim = _POACHERS[index % len(_POACHERS)]
    poached = (1_900, 2_300) if index == 0 else (720, 980)
    for at, wanted in (
        (1, Wanted(number="113", kind="B", forgotten=True)),
        (3, Wanted(number="102", comp="foreign", giver="104")),
        (6, Wanted(number="105", comp="over")),
        (8, Wanted(number=poacher, spend=poached, guest_of=victim)),
        (10, Wanted(number="119", forgotten=True)),
        (15, Wanted(number="111", comp="alcohol")),
        (18, Wanted(number=MODEL, kind="V", comp="over")),
        (22, Wanted(number="105", kind="V", comp="over")),
        (23, Wanted(number="120", kind="B", forgotten=True)),
    ):
        script.wanted[day(at)].append(wanted)
    script.told.append(
        ScriptedReport(
            number=poacher,
            day=day(8),
            article="4.4",
            at=time(23, 40),
            note=f"抢 {victim} 的老客，到门口拦下改订自己名下。",
            victim=victim,
        )
    )


def _tell(script: Script, index: int, day: _Day, month: CalendarMonth) -> None:
    saturday = next(each for each in days_between(day(7), month.last) if each.weekday() == _SATURDAY)
    if saturday in script.events:
        saturday += DAY
    script.wanted[saturday].append(Wanted(number="107", kind="V"))
    script.told.append(
        ScriptedReport(number="107", day=saturday, article="4.5", at=time(22, 30), note="在街口拉客，保安看见。")
    )
    script.told.append(
        ScriptedReport(
            number="122" if index < 2 else "118",
            day=day(9),
            article="4.1",
            at=time(1, 10),
            note="客人反映被反复索要小费。",
            amount=200,
        )
    )
    if index == 1:
        script.told.append(
            ScriptedReport(
                number="122", day=day(17), article="4.8", at=time(0, 50), note="在停车场与客人斗殴，警方到场。"
            )
        )


def _give_rests(script: Script, month: CalendarMonth, staff: tuple[Employee, ...], rng: random.Random) -> None:
    """Three valid rest days each, one in each third of the month, on quiet nights; then the void ones."""
    arranged = script.arranged
    event = next(iter(script.events))
    for employee in staff:
        number = employee.number
        self_scheduled = rng.randrange(3)
        for third, (first, last) in enumerate(((2, 10), (11, 20), (21, month.length - 4))):
            free = [
                day
                for day in days_between(month.first.replace(day=first), month.first.replace(day=last))
                if day.weekday() in _QUIET and day not in script.events and (number, day) not in arranged
            ]
            day = rng.choice(free)
            if not employee.works_on(day):
                continue
            kind = "排休" if third == self_scheduled else "工休"
            if number == "119" and third == 1:
                kind = "换休"
            script.rests.append(RestDay(number, day, kind, "" if kind == "排休" else FLOOR_MANAGER))
            script.off.add((number, day))
    taken = {(rest.number, rest.day) for rest in script.rests} | arranged
    script.rests.append(RestDay("113", event, "工休", FLOOR_MANAGER))
    script.absent.add(("113", event))
    script.rests.append(RestDay("120", next(day for number, day in script.absent if number == "120"), "换休"))
    for number, kind in (("102", "工休"), ("116", "排休")):  # past the allowance, and worked
        late = [day for day in days_between(month.last - 3 * DAY, month.last) if (number, day) not in taken]
        script.rests.append(RestDay(number, next(day for day in late if day not in script.events), kind))
