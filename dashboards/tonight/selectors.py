"""Tonight at a glance: who is in, which tables are taken, what waits for a decision."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _, pgettext

from accounts.models import User
from attendance.models import Request
from attendance.punches.day_records import Away, DayRecord, records_on
from attendance.selectors import requests_to_look_at
from bookings.display import TABLES
from bookings.eligibility.display import as_rule_sees
from bookings.models import Booking, Fixture, Table
from bookings.selectors import Spot, TableState, bookings_on, owners_of, plan_of
from comps.models import Comp, CompRequest
from comps.selectors import comps_of_day, comps_to_look_at, room_at
from dashboards.tonight import display
from dashboards.tonight.display import Act
from dashboards.tonight.queue import NOW, Waiting, arrival_waiting, comp_waiting, request_waiting
from pages.badges import Badge
from pages.formats import clock
from rulebook.attendance import MINUTE, Shift, is_in_use, shift_of
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.policy import Policy
from rulebook.prices import Price, booking_deadline, late_price, off_post_minutes, off_post_price
from rulebook.sales import BookingState, lacks
from staff.models import Employee
from staff.selectors import employed_on
from storage.seals import seal
from venues.models import EventDay, Month, Night, Venue
from venues.selectors import policy_of

URGENT = timedelta(minutes=30)
MOST_PEOPLE = 30
_RECENT = timedelta(hours=3)


class DutyState(StrEnum):
    """Where a person is tonight, the most urgent first."""

    MISSING = "missing"  # 未到
    AWAY = "away"  # 离岗
    LATE = "late"  # 在岗， 迟到
    IN = "in"  # 在岗
    DUE = "due"  # 未到时间
    GONE = "gone"  # 下班
    LEAVE = "leave"
    REST = "rest"


_NEED = {standing: place for place, standing in enumerate(DutyState)}


@dataclass(kw_only=True)
class Person:
    """One account manager tonight; ``price`` is what it costs as it stands, ``minutes`` late or away."""

    employee: Employee
    standing: DutyState
    price: Price | None = None
    minutes: int = 0
    arrived: datetime | None = None
    left: datetime | None = None
    away: Away | None = None
    leave: str = ""
    is_own: bool = False
    is_vouched: bool = False
    word: str = ""  # the state in a quiet word, where it has no chip
    lines: list[str] = field(default_factory=list)
    cost: str = ""
    next_cost: str = ""
    act: Act | None = None

    @property
    def order(self) -> tuple[int, int, str]:
        return _NEED[self.standing], -self.minutes, self.employee.number


class Tile(NamedTuple):
    """A table of the plan as it is shown; ``booking`` its last live one."""

    table: Table
    booking: Booking | None
    state: TableState
    shown: Badge
    is_urgent: bool
    word: str
    people: str
    foot: str


@dataclass(kw_only=True)
class Board:
    """The night of a venue at a moment."""

    venue: Venue
    day: date
    now: datetime
    policy: Policy
    shift: Shift
    people: list[Person] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    fixtures: list[Fixture] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    comps: list[Comp] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    decided: list[Waiting] = field(default_factory=list)
    closed: Night | None = None
    shows_all: bool = False

    @property
    def seen(self) -> str:
        """The seal of the night that is shown, which its taps bring back."""
        return seal({"day": self.day})

    @cached_property
    def arrived(self) -> list[Booking]:
        return [booking for booking in self.bookings if booking.state == BookingState.ARRIVED]

    @property
    def settled(self) -> Decimal:
        return sum((booking.spend for booking in self.arrived if booking.spend is not None), ZERO)

    @property
    def unsettled(self) -> list[Booking]:
        return [booking for booking in self.arrived if booking.spend is None]

    @property
    def open_tabs(self) -> Decimal:
        return sum((booking.tab or ZERO for booking in self.unsettled), ZERO)

    @property
    def spend(self) -> Decimal:
        return self.settled + self.open_tabs

    @property
    def comped(self) -> Decimal:
        return sum((comp.amount for comp in self.comps), ZERO)

    @property
    def present(self) -> int:
        return sum(person.standing in (DutyState.IN, DutyState.LATE, DutyState.AWAY) for person in self.people)

    @property
    def expected(self) -> int:
        return sum(person.standing not in (DutyState.REST, DutyState.LEAVE) for person in self.people)

    @property
    def needing(self) -> int:
        return sum(person.standing in (DutyState.MISSING, DutyState.AWAY) for person in self.people)

    @property
    def shown_people(self) -> list[Person]:
        return self.people if self.shows_all else self.people[:MOST_PEOPLE]

    @property
    def more_people(self) -> int:
        return len(self.people) - len(self.shown_people)

    @property
    def legend(self) -> list[tuple[Badge, int]]:
        """The states of the plan with how many tables are in each."""
        counts = Counter(tile.shown for tile in self.tiles)
        order = [TABLES[TableState.FREE], TABLES[TableState.HELD], TABLES[TableState.SEATED]]
        turns = counts[TABLES[TableState.TURN]] + counts[TABLES[TableState.TURN_HELD]]
        listed = [(shown, counts[shown]) for shown in order]
        listed.append((TABLES[TableState.TURN_HELD], turns))
        listed += [(shown, counts[shown]) for shown in (TABLES[TableState.WAITS], NOW)]
        return [(shown, count) for shown, count in listed if count or shown in order]

    @property
    def coming(self) -> list[Booking]:
        """The next guests who are expected."""
        held = [one for one in self.bookings if one.state == BookingState.HELD and one.expected_at is not None]
        return sorted(held, key=lambda one: one.expected_at or self.now)[:4]


class CacheVersion(NamedTuple):
    """How far a night's records are: other numbers, other records. ``is_event``: no one rests (1.2.C)."""

    house: int  # people, calendar, policy
    revision: int | None  # the month's facts
    comps: int | None
    requests: int | None
    closed_at: datetime | None
    is_event: bool

    def version(self, day: date, now: datetime) -> str:
        """A short text that changes whenever the board would, and every minute: what being away costs is shown."""
        closed = int(self.closed_at.timestamp()) if self.closed_at else 0
        parts = (self.house, self.revision, self.comps, self.requests, closed, self.is_event)
        return "-".join(str(int(part or 0)) for part in (day.toordinal(), *parts, int(now.timestamp()) // 60))


def stamp_of(venue: Venue, day: date) -> CacheVersion:
    """How far a night's records are; one query."""
    month = Month.objects.filter(venue=OuterRef("pk"), first_day=CalendarMonth.of(day).first)
    comps = CompRequest.history.order_by("-history_id")
    requests = Request.history.order_by("-history_id")
    found = Venue.objects.filter(pk=venue.pk).values_list(
        "revision",
        Subquery(month.values("revision")[:1]),
        Subquery(comps.values("history_id")[:1]),
        Subquery(requests.values("history_id")[:1]),
        Subquery(Night.objects.filter(venue=OuterRef("pk"), business_day=day).values("closed_at")[:1]),
        Exists(EventDay.objects.filter(venue=OuterRef("pk"), date=day)),
    )
    return CacheVersion._make(found.get())


def board_of(venue: Venue, day: date, *, stamp: CacheVersion, user: User, now: datetime) -> Board:
    """The night as it stands; ten queries, however many people and tables."""
    policy = policy_of(venue, CalendarMonth.of(day)).policy
    board = Board(venue=venue, day=day, now=now, policy=policy, shift=shift_of(day, policy, venue.zone))
    board.bookings = list(bookings_on(venue, day))
    spots, board.fixtures = plan_of(venue, board.bookings)
    board.tiles = [_tile(spot, policy, now) for spot in spots]
    events = {day} if stamp.is_event else set()
    records = records_on(venue, day)
    people = (
        _person(employee, records.get(employee.pk, DayRecord()), board, events, user)
        for employee in employed_on(venue, day)
    )
    board.people = sorted(people, key=lambda person: person.order)
    board.comps = list(comps_of_day(venue, day))
    board.closed = Night.objects.filter(venue=venue, business_day=day).select_related("closed_by").first()
    queue = list(_queue(board, user))
    board.waiting = sorted((one for one in queue if one.decided_at is None), key=lambda one: one.since)
    board.decided = sorted((one for one in queue if one.decided_at), key=lambda one: one.decided_at or now)[::-1][:6]
    return board


def _tile(spot: Spot, policy: Policy, now: datetime) -> Tile:
    state, last, table = spot.state(now), spot.last, spot.table
    if last is None:
        shown = TABLES[state]
        return Tile(table, None, state, shown, False, str(shown.word), "", display.seats(table.seats))
    is_urgent = False
    if last.state == BookingState.HELD:
        deadline = booking_deadline(as_rule_sees(last), policy, expected=last.expected_at, now=now)
        is_urgent = bool(deadline and deadline.by and lacks(as_rule_sees(last)) and deadline.by - now <= URGENT)
    shown = NOW if is_urgent else TABLES[state]
    word = str(shown.word)
    if state == TableState.WAITS and not is_urgent:
        word = pgettext("table", "to confirm") if last.announced_at else pgettext("table", "overdue")
    people = str(last.party_size or "")
    return Tile(table, last, state, shown, is_urgent, word, people, display.tile_foot(last))


def _person(employee: Employee, recorded: DayRecord, board: Board, events: set[date], user: User) -> Person:
    shift, now, policy = board.shift, board.now, board.policy
    person = Person(employee=employee, standing=DutyState.DUE, is_own=employee.user_id == user.pk)
    punch, leave = recorded.punch, recorded.leave_on(shift)
    came = punch is not None and (punch.arrived is not None or punch.arrival_vouched)
    excused = recorded.dines_on(shift)
    if recorded.rests_on(board.day, events, policy):
        person.standing = DutyState.REST
    elif punch is not None and came:
        person.arrived, person.left, person.is_vouched = punch.arrived, punch.left, punch.arrival_vouched
        person.standing = DutyState.GONE if punch.left is not None or punch.departure_vouched else DutyState.IN
        if punch.arrived is not None and not punch.arrival_vouched and not excused:
            if is_in_use(board.day, board.venue.in_use_from):
                person.minutes = max(0, (punch.arrived - shift.start) // MINUTE)
            person.price = late_price(person.minutes, policy) if person.minutes else None
            if person.minutes and person.standing == DutyState.IN:
                person.standing = DutyState.LATE
        person.away = recorded.is_away
        if person.away is not None and person.standing != DutyState.GONE:
            person.standing = DutyState.AWAY
            person.minutes = off_post_minutes(person.away.left, now, shift)
            is_free = person.away.approved or not is_in_use(board.day, board.venue.in_use_from)
            person.price = None if is_free else off_post_price(person.minutes, policy)
    elif leave is not None:
        person.standing, person.leave = DutyState.LEAVE, leave.kind
    elif now >= shift.start and is_in_use(board.day, board.venue.in_use_from):
        person.standing = DutyState.MISSING
        person.minutes = (min(now, shift.end) - shift.start) // MINUTE
        person.price = None if excused else late_price(person.minutes, policy)
    _say(person, board)
    return person


def _say(person: Person, board: Board) -> None:
    """Give a person the words of the row, and the one tap that fits."""
    who, figures = person.employee, {"n": person.minutes, "at": clock(board.shift.start)}
    person.cost = display.price_text(person.price, board.policy, is_away=person.away is not None)
    match person.standing:
        case DutyState.MISSING:
            person.lines = [_("due %(at)s, %(n)s min ago") % figures]
            person.next_cost = display.next_price_text(person.price)
            person.act = Act(f"arrive:{who.pk}", _("Is in"), who.name, "btn-primary")
        case DutyState.AWAY if person.away is not None:
            person.lines = [_("since %(at)s, %(n)s min") % (figures | {"at": clock(person.away.left)})]
            if person.away.approved:
                person.lines.append(_("approved"))
            person.act = Act(f"return:{person.away.pk}", _("Is back"), who.name, "")
        case DutyState.DUE:
            person.word = _("due %(at)s") % figures
            person.act = Act(f"arrive:{who.pk}", _("Is in"), who.name, "")
        case DutyState.LEAVE:
            person.word = display.leave_word(person.leave)
        case DutyState.REST:
            person.word = pgettext("attendance", "rests")
        case _:
            _say_present(person, board)


def _say_present(person: Person, board: Board) -> None:
    who = person.employee
    if person.arrived is not None:
        person.lines = [_("in %(at)s") % {"at": clock(person.arrived)}]
    elif person.is_vouched:
        person.lines = [_("vouched for")]
    if person.standing == DutyState.LATE:
        person.lines.append(_("%(n)s min late") % {"n": person.minutes})
    if person.left is not None:
        person.lines.append(_("out %(at)s") % {"at": clock(person.left)})
    if person.standing == DutyState.GONE:
        person.word = pgettext("attendance", "gone")
    elif board.now >= board.shift.end:
        person.act = Act(f"depart:{who.pk}", _("Goes home"), who.name, "")
    else:
        person.act = Act(f"leave:{who.pk}", _("Off post"), who.name, "btn-quiet")


def _queue(board: Board, user: User) -> Iterator[Waiting]:
    """What waits, and what was decided in the last hours."""
    for booking in board.bookings:
        if booking.state == BookingState.HELD and booking.announced_at is not None:
            yield arrival_waiting(booking, board.policy, user, board.now)
    since = board.now - _RECENT
    asked_for = list(comps_to_look_at(board.venue, since))
    tonight = {booking.pk for booking in board.bookings}
    owners = owners_of(board.bookings) if any(asked.booking_id in tonight for asked in asked_for) else {}
    for asked in asked_for:
        room = None
        if asked.booking_id in tonight:
            room = room_at(
                asked,
                policy=board.policy,
                bookings=board.bookings,
                owners=owners,
                comps=board.comps,
                requests=asked_for,
            )
        yield comp_waiting(asked, room, board.policy, user)
    for request in requests_to_look_at(board.venue, since):
        yield request_waiting(request, board.policy, user)
