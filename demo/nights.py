"""What guests did on a generated night: bookings, comps, reports."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from demo.floor import TABLES
from demo.people import GUESTS_EACH, MODEL, Employee, Guest, guests_of
from demo.script import Script, ScriptedReport, Wanted
from rulebook.calendar import DAY, moment

MINUTE = timedelta(minutes=1)
_FRIDAY, _SATURDAY = 4, 5
_BOOKINGS = (11, 11, 12, 16, 29, 33, 13)  # from Monday to Sunday
_EVENT_BOOKINGS = 42
_KINDS = {"V": (1_700, 4_500), "A": (680, 1_850), "B": (220, 740)}
_FRUIT = ("精品果盘", "时令果盘", "大果盘")
_SNACKS = ("花生", "爆米花", "薯条拼盘", "鸭舌")
_CONDUCT = (
    ("5.A", "与客人说话声音过大，已提醒。"),
    ("5.B", "因排位与同事争执，已调解。"),
    ("5.C", "在走道抽烟。"),
    ("5.D", "未化淡妆。"),
    ("5.E", "穿运动鞋上岗。"),
    ("5.F", "未佩戴工牌。"),
)


@dataclass(kw_only=True)
class Visit:
    """A booking and what became of it; it is known from ``known`` on, its spend from ``settled`` on."""

    number: str
    day: date
    owner: str
    table: str
    guest: Guest
    registered: datetime
    known: datetime
    state: str
    arrived: datetime | None = None
    settled: datetime | None = None
    spend: int | None = None
    forgotten: bool = False  # the spend is entered only when the month is settled
    wanted: Wanted | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """A comp."""

    number: str
    booking: str
    giver: str
    category: str
    amount: int
    ground: str
    at: datetime
    item: str


@dataclass(frozen=True)
class Reported:
    """A reported violation."""

    number: str
    told: ScriptedReport
    at: datetime
    booking: str = ""


@dataclass
class Night:
    """A business day's visits, comps and reports."""

    visits: list[Visit] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)


def night_of(day: date, staff: Sequence[Employee], script: Script, rng: random.Random, zone: tzinfo) -> Night:
    """The night of those of the staff who are on duty."""
    on_duty = [each for each in staff if (each.number, day) not in script.off | script.absent]
    night = Night()
    _Evening(day, staff, on_duty, script, rng, zone).fill(night)
    return night


class _Evening:
    """One night while it is being made up."""

    def __init__(
        self,
        day: date,
        staff: Sequence[Employee],
        on_duty: list[Employee],
        script: Script,
        rng: random.Random,
        zone: tzinfo,
    ) -> None:
        self.day, self.on_duty, self.script, self.rng, self.zone = day, on_duty, script, rng, zone
        self.circles = {each.number: guests_of(each) for each in staff}
        self.is_event = day in script.events
        self.is_busy = self.is_event or day.weekday() in (_FRIDAY, _SATURDAY)
        self.free = {kind: [table.code for table in TABLES if table.code[0] == kind] for kind in _KINDS}
        for codes in self.free.values():
            rng.shuffle(codes)
        self.seen: set[str] = set()  # guests by phone

    def at(self, minutes: int) -> datetime:
        """So many minutes after eight."""
        return moment(self.day, time(20), self.zone) + minutes * MINUTE

    def fill(self, night: Night) -> None:
        wanted = self.script.wanted.get(self.day, [])
        count = _EVENT_BOOKINGS if self.is_event else _BOOKINGS[self.day.weekday()] + self.rng.randrange(-2, 3)
        first_turns = count - (count // 5 if self.is_busy else 1)
        turned: list[str] = []
        for place in range(count):
            want = wanted[place] if place < len(wanted) else None
            number = f"{self.day:%y%m%d}-{place + 1:02}"
            if place >= first_turns and not turned:
                break
            if place < first_turns:
                owner = want.number if want else self._owner()
                code = self._table(want.kind if want else self._kind())
                visit = self._visit(number, owner, code, want, turns=place % 4 == 0)
                if place % 4 == 0 and visit.state == "到店":
                    turned.append(code)
            else:
                visit = self._second(number, self._owner(), turned.pop(0))
            night.visits.append(visit)
        self._flaw(night.visits)
        self._give(night)
        self._report(night)

    # --- who, where, how much -----------------------------------------------------------------------------
    def _owner(self) -> str:
        return self.rng.choices(self.on_duty, [each.person.pull for each in self.on_duty])[0].number

    def _kind(self) -> str:
        return self.rng.choices("VAB", (30, 42, 28) if self.is_busy else (20, 45, 35))[0]

    def _table(self, kind: str) -> str:
        codes = self.free[kind] or max(self.free.values(), key=len)
        return codes.pop()

    def _guest(self, owner: str) -> Guest:
        circle = self.circles[owner]
        for _attempt in range(GUESTS_EACH):
            guest = self.rng.choice(circle)
            if guest.phone not in self.seen:
                break
        self.seen.add(guest.phone)
        return guest

    def _spend(self, code: str, span: tuple[int, int] | None = None) -> int:
        spend = self.rng.randrange(*(span or _KINDS[code[0]]))
        if span is None and self.is_event:
            spend = spend * 4 // 3
        elif span is None and self.is_busy:
            spend = spend * 6 // 5
        return spend // 10 * 10 + self.rng.choice((0, 0, 8, 8, 6))

    # --- bookings -----------------------------------------------------------------------------------------
    def _visit(self, number: str, owner: str, code: str, want: Wanted | None, *, turns: bool) -> Visit:
        """A booking of the first turn; one whose table turns, or that is wanted, comes early."""
        rng = self.rng
        guest = self._guest(want.guest_of if want and want.guest_of else owner)
        arrives = rng.randrange(15, 75) if turns or want else rng.randrange(15, 200)
        registered = self.at(-rng.randrange(30, 470))
        if rng.randrange(10) < 3:
            registered -= rng.randrange(1, 4) * DAY
        visit = Visit(
            number=number,
            day=self.day,
            owner=owner,
            table=code,
            guest=guest,
            registered=registered,
            known=self.at(arrives),
            state="到店",
            wanted=want,
        )
        fate = rng.randrange(100)
        settled = rng.randrange(155, 190) if turns else min(arrives + rng.randrange(75, 240), 390)
        spend = self._spend(code, want.spend if want else None)
        if fate < 9 and not want:
            if fate < 5:
                visit.state, visit.known = "取消", max(registered + 5 * MINUTE, self.at(arrives - 60))
            else:
                visit.state, visit.known = "未到", self.at(arrives + 90)
            return visit
        visit.arrived, visit.settled, visit.spend = visit.known, self.at(settled), spend
        visit.forgotten = bool(want and want.forgotten) or (fate == 99 and want is None)
        return visit

    def _second(self, number: str, owner: str, code: str) -> Visit:
        """A booking of the second turn (二次定台)."""
        rng = self.rng
        arrived = self.at(rng.randrange(200, 285))
        registered = self.at(rng.randrange(-200, 150))
        visit = Visit(
            number=number,
            day=self.day,
            owner=owner,
            table=code,
            guest=self._guest(owner),
            registered=registered,
            known=arrived,
            state="到店",
            arrived=arrived,
        )
        visit.settled, visit.spend = arrived + rng.randrange(50, 110) * MINUTE, self._spend(code)
        return visit

    def _flaw(self, visits: list[Visit]) -> None:
        """Some bookings lack what 4.3 asks for."""
        for visit in visits:
            flaw = self.rng.randrange(100)
            if visit.wanted or visit.arrived is None:
                continue
            if flaw < 3:
                visit.guest = Guest(visit.guest.name, "")
            elif flaw < 4:
                visit.guest = Guest("", visit.guest.phone)
            elif flaw < 7:
                visit.registered = visit.arrived - self.rng.randrange(1, 10) * MINUTE

    # --- comps --------------------------------------------------------------------------------------------
    def _give(self, night: Night) -> None:
        rng, daily = self.rng, set()
        for visit in night.visits:
            chance, share, kind = rng.randrange(100), rng.randrange(15, 48), rng.randrange(100)
            after = rng.randrange(15, 45)
            if visit.arrived is None or visit.spend is None:
                continue
            at = visit.arrived + after * MINUTE
            number, by_spend = f"S{visit.number}", visit.spend * share // 1_000
            if visit.wanted and visit.wanted.comp:
                night.given.append(self._violation(number, visit, visit.wanted, at))
            elif visit.wanted or (visit.owner == MODEL and chance > 60):
                continue
            elif chance < 28 and by_spend >= 18:
                fruit = by_spend >= 68
                item = (_FRUIT if fruit else _SNACKS)[kind % (3 if fruit else 4)]
                category = "果盘" if fruit else "小吃"
                night.given.append(
                    Given(
                        number=number,
                        booking=visit.number,
                        giver=visit.owner,
                        category=category,
                        amount=by_spend,
                        ground="消费",
                        at=at,
                        item=item,
                    )
                )
            elif chance < 42 and visit.owner not in daily:
                daily.add(visit.owner)
                item = _SNACKS[kind % 4]
                night.given.append(
                    Given(
                        number=number,
                        booking=visit.number,
                        giver=visit.owner,
                        category="小吃",
                        amount=28 + kind % 3 * 10,
                        ground="每日",
                        at=at,
                        item=item,
                    )
                )

    def _violation(self, number: str, visit: Visit, wanted: Wanted, at: datetime) -> Given:
        assert visit.spend is not None
        if wanted.comp == "alcohol":
            return Given(
                number=number,
                booking=visit.number,
                giver=visit.owner,
                category="酒水",
                amount=180,
                ground="消费",
                at=at,
                item="科罗娜半打",
            )
        if wanted.comp == "foreign":
            return Given(
                number=number,
                booking=visit.number,
                giver=wanted.giver,
                category="果盘",
                amount=88,
                ground="每日",
                at=at,
                item=_FRUIT[1],
            )
        return Given(
            number=number,
            booking=visit.number,
            giver=visit.owner,
            category="果盘",
            amount=visit.spend * 8 // 100,
            ground="消费",
            at=at,
            item=_FRUIT[2],
        )

    # --- reports ------------------------------------------------------------------------------------------
    def _report(self, night: Night) -> None:
        told = [item for item in self.script.told if item.day == self.day]
        chance = self.rng.randrange(100)
        who, (article, note) = self.rng.choice(self.on_duty), self.rng.choice(_CONDUCT)
        at = time(self.rng.randrange(20, 23), self.rng.randrange(60))
        if chance < 30 and who.number != MODEL:
            told.append(ScriptedReport(number=who.number, day=self.day, article=article, at=at, note=note))
        for place, item in enumerate(told, 1):
            booking = next(
                (
                    visit.number
                    for visit in night.visits
                    if item.victim and visit.owner == item.number and visit.wanted and visit.wanted.guest_of
                ),
                "",
            )
            known = moment(self.day, item.at, self.zone)
            night.reported.append(Reported(f"W{self.day:%y%m%d}-{place}", item, known, booking))
