"""Decide each day of everyone's month, with the fines of attendance."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField, Sum
from django.db.models.sql.compiler import SQLCompiler

from attendance.facts import facts_of
from attendance.models import Leave, OffPost, Punch, Rest
from rulebook import attendance
from rulebook.attendance import MINUTE, Day, Shift, Verdict, decide_days, is_in_use, shift_of, void_rests
from rulebook.calendar import CalendarMonth, days_between
from rulebook.fines import Fine
from rulebook.pay import Employment
from rulebook.policy import Policy
from venues.models import Venue


class Mark(StrEnum):
    """What a day of somebody's month was, in one letter."""

    WORKED = "w"
    LATE = "l"  # worked, but came late within the grace
    EARLY = "e"  # worked, came on time and left early within the grace
    REST = "r"
    STATUTORY = "s"
    SICK = "k"
    PERSONAL = "p"
    ABSENCE = "a"
    EXCEPTION = "x"
    NONE = "-"  # not employed, or not decided yet


_MARKS = {
    Verdict.WORKED: Mark.WORKED,
    Verdict.REST: Mark.REST,
    Verdict.STATUTORY: Mark.STATUTORY,
    Verdict.SICK: Mark.SICK,
    Verdict.PERSONAL: Mark.PERSONAL,
    Verdict.ABSENCE: Mark.ABSENCE,
    Verdict.EXCEPTION: Mark.EXCEPTION,
}


def mark_of(day: Day) -> Mark:
    """The letter of a decided day."""
    if day.verdict == Verdict.WORKED and day.late:
        return Mark.LATE
    if day.verdict == Verdict.WORKED and day.early:
        return Mark.EARLY
    return _MARKS[day.verdict]


@dataclass(slots=True)
class Facts:
    """One person's facts of attendance; ``plain`` has the bits of the days that were punched on time on both sides."""

    plain: int = 0
    rests: list[attendance.Rest] = field(default_factory=list)
    punches: list[attendance.Punch] = field(default_factory=list)
    leaves: list[attendance.Leave] = field(default_factory=list)
    off_posts: list[attendance.OffPost] = field(default_factory=list)


@dataclass(slots=True)
class Attended:
    """One person's decided days: how many by verdict, a letter (``Mark``) a calendar day, what they cost."""

    counts: Counter[Verdict]
    marks: str
    fines: list[Fine]


def attended(
    venue: Venue,
    month: CalendarMonth,
    through: date,
    people: Mapping[int, Employment],
    *,
    events: frozenset[date],
    policy: Policy,
) -> dict[int, Attended]:
    """The days of these people through a day that has ended, as ``violations.ledger.derive`` decides them; two queries.

    A day punched on time on both sides is worked unless it is a valid rest (chapter 1, steps 1 and 2), whatever else
    is known of it: such days are counted by the database, and the rules are asked about the others.
    """
    shifts = {day: shift_of(day, policy, venue.zone) for day in days_between(month.first, month.last)}
    facts = _facts(venue, month, through, shifts)
    none = Facts()
    return {
        pk: _decided(facts.get(pk, none), employment, month, through, events, shifts, policy, venue.in_use_from)
        for pk, employment in people.items()
    }


def _decided(
    facts: Facts,
    employment: Employment,
    month: CalendarMonth,
    through: date,
    events: frozenset[date],
    shifts: Mapping[date, Shift],
    policy: Policy,
    in_use_from: date | None,
) -> Attended:
    span = employment.days_in(month)
    marks = [Mark.NONE] * month.length
    counts: Counter[Verdict] = Counter()
    if span is None:
        return Attended(counts, "".join(marks), [])
    void = void_rests(facts.rests, events, policy)
    others = []
    for day in days_between(span[0], min(span[1], through)):
        number = day.day
        if not is_in_use(day, in_use_from):
            continue
        if day in void and void[day] is None:
            marks[number - 1] = Mark.REST
            counts[Verdict.REST] += 1
        elif facts.plain >> number & 1:
            marks[number - 1] = Mark.WORKED
            counts[Verdict.WORKED] += 1
        else:
            others.append(day)
    decided: Sequence[Day] = ()
    fines: list[Fine] = []
    if others:
        decided = decide_days(
            others,
            rests=facts.rests,
            punches=facts.punches,
            leaves=facts.leaves,
            event_days=events,
            shifts=shifts,
            policy=policy,
            in_use_from=in_use_from,
        )
        for one in decided:
            marks[one.day.day - 1] = mark_of(one)
            counts[one.verdict] += 1
        fines = attendance.attendance_fines(decided, policy)
    if facts.off_posts:
        plain = {day for day in shifts if marks[day.day - 1] == Mark.WORKED}
        on_duty = [*decided, *(Day(day, Verdict.WORKED) for day in plain)]
        fines += attendance.off_post_fines(facts.off_posts, on_duty, shifts, policy)
    return Attended(counts, "".join(marks), fines)


def _facts(venue: Venue, month: CalendarMonth, through: date, shifts: Mapping[date, Shift]) -> dict[int, Facts]:
    here = {"employee__venue": venue, "business_day__range": (month.first, month.last)}
    found: defaultdict[int, Facts] = defaultdict(Facts)
    on_time = [(day, shift) for day, shift in shifts.items() if day <= through]
    facts = facts_of(
        rests=Rest.objects.filter(**here),
        leaves=Leave.objects.filter(employee__venue=venue, first_day__lte=month.last, last_day__gte=month.first),
        punches=Punch.objects.alias(plain=_Plain(on_time)).filter(**here, plain=0),
        off_posts=OffPost.objects.filter(**here, approver="", returned_at__isnull=False),
    )
    for fact in facts:
        person = found[fact.person]
        if fact.of is Punch:
            person.punches.append(fact.as_punch())
        elif fact.of is Rest:
            person.rests.append(fact.as_rest())
        elif fact.of is Leave:
            person.leaves.append(fact.as_leave())
        elif fact.at is not None:
            source = f"off_post:{fact.at:%Y-%m-%dT%H:%M:%SZ}"
            person.off_posts.append(attendance.OffPost(source, fact.day, fact.at, fact.until, approved=False))
    punches = Punch.objects.filter(**here).order_by() if on_time else Punch.objects.none()
    for pk, plain in punches.values_list("employee").annotate(plain=Sum(_Plain(on_time))):
        found[pk].plain = plain
    return found


class _Plain(Func):
    """The bit of a punch's day where it was on time on both sides, 0 where it was not: one CASE over the days.

    Built of its text at once: of an expression for each day, all would be looked at a dozen times on their way.
    """

    def __init__(self, on_time: Sequence[tuple[date, Shift]]) -> None:
        super().__init__("business_day", "arrived_at", "left_at", output_field=IntegerField())
        self.on_time = on_time

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_given: Any, **_named: Any
    ) -> tuple[str, tuple[Any, ...]]:
        if not self.on_time:
            return "0", ()
        day, arrived, left = (compiler.compile(source)[0] for source in self.get_source_expressions())
        when = f"WHEN {day} = %s AND {arrived} < %s AND {left} > %s THEN "
        to_day, to_moment = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
        parameters = tuple(
            told
            for of_day, shift in self.on_time
            for told in (to_day(of_day), to_moment(shift.start + MINUTE), to_moment(shift.end - MINUTE))
        )
        bits = "".join(f"{when}{1 << of_day.day} " for of_day, _shift in self.on_time)
        return f"CASE {bits}ELSE 0 END", parameters
