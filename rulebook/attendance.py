"""Chapter 1: what each calendar day was, and what it costs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from rulebook.basis import (
    AbsenceBasis,
    Minutes,
    Nothing,
)
from rulebook.calendar import CalendarMonth, moment
from rulebook.fines import Fine
from rulebook.policy import Policy

MINUTE = timedelta(minutes=1)


class RestKind(StrEnum):
    REGULAR = "regular"  # 工休
    SELF_SCHEDULED = "self"  # 排休
    SWAP = "swap"  # 换休


class LeaveKind(StrEnum):
    SICK = "sick"  # 病假
    PERSONAL = "personal"  # 事假
    STATUTORY = "statutory"  # 法定假
    GUEST_DINNER = "dinner"  # 陪客晚宴


class Verdict(StrEnum):
    """What a day was decided to be."""

    REST = "rest"
    WORKED = "worked"
    STATUTORY = "statutory"
    SICK = "sick"
    PERSONAL = "personal"
    ABSENCE = "absence"
    EXCEPTION = "exception"


class VoidRest(StrEnum):
    """Why a rest day is void."""

    EVENT_DAY = "event_day"  # 1.2.C
    SWAP_NOT_APPROVED = "swap_not_approved"  # 1.3
    OVER_SELF_SCHEDULED = "over_self_scheduled"  # 1.2
    OVER_ALLOWANCE = "over_allowance"  # 1.2


class Rest(NamedTuple):
    day: date
    kind: str
    approved: bool


class Punch(NamedTuple):
    """One business day's attendance; a side is vouched for where an approver's name stands."""

    day: date
    arrived: datetime | None
    left: datetime | None
    arrival_vouched: bool
    departure_vouched: bool


class Leave(NamedTuple):
    kind: str
    first: date
    last: date
    requested: datetime
    approved: bool
    has_papers: bool  # all three of 1.2.A


class OffPost(NamedTuple):
    """One time away from the premises; ``key`` names the record, ``returned`` None while the person is away."""

    key: str
    day: date
    left: datetime
    returned: datetime | None
    approved: bool


class Shift(NamedTuple):
    start: datetime
    end: datetime


class Day(NamedTuple):
    """One decided day. Minutes are whole; a side on time, vouched for or excused has 0."""

    day: date
    verdict: Verdict
    late: int = 0
    early: int = 0
    void_rest: VoidRest | None = None


class LeaveRule(NamedTuple):
    """What a kind of leave does to a day on which it holds."""

    verdict: Verdict | None  # of a day that was not worked; None where the day is worked all the same
    may_follow: bool = False  # it may be asked for once the shift has begun
    needs_papers: bool = False  # all three of 1.2.A
    excuses_late: bool = False


LEAVE_RULES: dict[str, LeaveRule] = {
    LeaveKind.STATUTORY.value: LeaveRule(Verdict.STATUTORY, may_follow=True),
    LeaveKind.SICK.value: LeaveRule(Verdict.SICK, needs_papers=True),
    LeaveKind.PERSONAL.value: LeaveRule(Verdict.PERSONAL),
    LeaveKind.GUEST_DINNER.value: LeaveRule(None, excuses_late=True),
}
"""Every kind of leave; of several that hold on a day the first decides what it is."""


def takes_the_day(kind: str) -> bool:
    """Whether a person with leave of this kind is away: not with a guest dinner."""
    return LEAVE_RULES[kind].verdict is not None


def shift_of(day: date, policy: Policy, zone: tzinfo) -> Shift:
    """The shift that starts on a business day (1.1)."""
    return Shift(moment(day, policy.shift_start, zone), moment(day, policy.shift_end, zone))


def void_rests(rests: Iterable[Rest], event_days: Collection[date], policy: Policy) -> dict[date, VoidRest | None]:
    """Every rest day of one month with the reason it is void, None where it is valid (1.2, 1.2.C, 1.3).

    Taken in date order; what is void uses up nothing.
    """
    ruled: dict[date, VoidRest | None] = {}
    taken = chosen = 0
    for rest in sorted(rests):
        reason: VoidRest | None = None
        if rest.day in event_days:
            reason = VoidRest.EVENT_DAY
        elif rest.kind == RestKind.SWAP and not rest.approved:
            reason = VoidRest.SWAP_NOT_APPROVED
        elif rest.kind == RestKind.SELF_SCHEDULED and chosen >= policy.self_scheduled_rest_days:
            reason = VoidRest.OVER_SELF_SCHEDULED
        elif taken >= policy.monthly_rest_days:
            reason = VoidRest.OVER_ALLOWANCE
        else:
            taken += 1
            chosen += rest.kind == RestKind.SELF_SCHEDULED
        ruled[rest.day] = reason
    return ruled


def is_valid(leave: Leave, shift_start: datetime) -> bool:
    """Whether a leave holds on the day whose shift starts then (1.2.A, 1.2.B, 1.3)."""
    if not leave.approved:
        return False
    rule = LEAVE_RULES[leave.kind]
    if leave.requested >= shift_start and not rule.may_follow:
        return False
    return leave.has_papers or not rule.needs_papers


def is_in_use(day: date, in_use_from: date | None) -> bool:
    """Whether chapter 1 and 4.6 speak on a day: from the one on which the house is in use; None where it always was."""
    return in_use_from is None or day >= in_use_from


def is_run(month: CalendarMonth, in_use_from: date | None) -> bool:
    """Whether a month is run at all: not where it ends before the house is in use (chapter 1)."""
    return in_use_from is None or month.last >= in_use_from


def decide_days(
    days: Iterable[date],
    *,
    in_use_from: date | None = None,
    rests: Iterable[Rest],
    punches: Iterable[Punch],
    leaves: Sequence[Leave],
    event_days: Collection[date],
    shifts: Mapping[date, Shift],
    policy: Policy,
) -> list[Day]:
    """Decide each of a person's employed days of one month (1 «How a day is decided»).

    Days before ``in_use_from`` are not decided. ``rests`` are the whole month's, those before it too: they use up the
    allowance. ``shifts`` has an entry for each of the days.
    """
    void = void_rests(rests, event_days, policy)
    punched = {punch.day: punch for punch in punches}
    decided = []
    for day in days:
        if not is_in_use(day, in_use_from):
            continue
        void_rest = void.get(day)
        if day in void and void_rest is None:
            decided.append(Day(day, Verdict.REST))
            continue
        held = {
            leave.kind for leave in leaves if leave.first <= day <= leave.last and is_valid(leave, shifts[day].start)
        }
        decided.append(_decide(day, punched.get(day), held, shifts[day], void_rest, policy))
    return decided


def _decide(
    day: date,
    punch: Punch | None,
    held: Collection[str],
    shift: Shift,
    void_rest: VoidRest | None,
    policy: Policy,
) -> Day:
    came = left = False
    late = early = 0
    if punch is not None:
        came = punch.arrival_vouched or punch.arrived is not None
        left = punch.departure_vouched or punch.left is not None
        is_excused = any(LEAVE_RULES[kind].excuses_late for kind in held)
        if punch.arrived is not None and not punch.arrival_vouched and not is_excused:
            late = max(0, (punch.arrived - shift.start) // MINUTE)
        if punch.left is not None and not punch.departure_vouched:
            early = max(0, (shift.end - punch.left) // MINUTE)
    if came and left and late <= policy.grace_minutes and early <= policy.grace_minutes:
        return Day(day, Verdict.WORKED, late, early, void_rest)
    for kind, rule in LEAVE_RULES.items():
        if kind in held and rule.verdict is not None:
            return Day(day, rule.verdict, void_rest=void_rest)
    if came and left:
        return Day(day, Verdict.ABSENCE, late, early, void_rest)
    if came or left:
        return Day(day, Verdict.EXCEPTION, void_rest=void_rest)
    return Day(day, Verdict.ABSENCE, void_rest=void_rest)


def attendance_fines(days: Iterable[Day], policy: Policy) -> list[Fine]:
    """The fines that decided days bring (1.2.B, 1.2.D, 1.2.E, 1.2.F)."""
    fines = []
    for day in days:
        if day.verdict == Verdict.WORKED:
            if day.early:
                fines.append(Fine(day.day, "1.2.E", "departure", policy.early_fine, Minutes(minutes=day.early)))
            if day.late:
                fines.append(Fine(day.day, "1.2.F", "arrival", policy.late_fine, Minutes(minutes=day.late)))
        elif day.verdict == Verdict.ABSENCE:
            reason = AbsenceBasis()
            if day.late:
                reason["late"] = day.late
            if day.early:
                reason["early"] = day.early
            if day.void_rest:
                reason["void_rest"] = str(day.void_rest)
            fines.append(Fine(day.day, "1.2.D", "day", policy.absence_fine, reason))
        elif day.verdict == Verdict.PERSONAL:
            fines.append(Fine(day.day, "1.2.B", "day", policy.personal_leave_fine, Nothing()))
    return fines


def off_post_fines(
    absences: Iterable[OffPost], days: Iterable[Day], shifts: Mapping[date, Shift], policy: Policy
) -> list[Fine]:
    """The fines for being off post; only the part within the shift counts (4.6)."""
    on_duty = {day.day for day in days if day.verdict in (Verdict.WORKED, Verdict.EXCEPTION, Verdict.ABSENCE)}
    fines = []
    for away in absences:
        if away.approved or away.returned is None or away.day not in on_duty:
            continue
        shift = shifts[away.day]
        within = min(away.returned, shift.end) - max(away.left, shift.start)
        if within >= policy.off_post_minutes * MINUTE:
            fines.append(Fine(away.day, "4.6", away.key, policy.off_post_fine, Minutes(minutes=within // MINUTE)))
    return fines
