"""Who punched when on a generated night."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from demo.people import FLOOR_MANAGER, Employee
from demo.script import Away, Script
from rulebook.calendar import moment

START, END = time(20), time(2)


@dataclass(frozen=True)
class Shift:
    """One person's punches of a night; a forgotten side is vouched for when the month is settled."""

    number: str
    day: date
    arrived: datetime | None
    left: datetime | None
    arrival_approver: str = ""
    departure_approver: str = ""


def shifts_of(
    day: date, staff: Iterable[Employee], script: Script, rng: random.Random, zone: tzinfo
) -> Iterator[Shift]:
    """The punches of everybody who came."""
    start, end = moment(day, START, zone), moment(day, END, zone)
    arranged = script.arranged
    for employee in staff:
        key = (employee.number, day)
        early = timedelta(minutes=rng.randrange(2, 38), seconds=rng.randrange(60))
        over = timedelta(minutes=rng.randrange(0, 24), seconds=rng.randrange(60))
        chance, some = rng.randrange(100), timedelta(minutes=rng.randrange(1, 26), seconds=rng.randrange(60))
        if key in script.off or key in script.absent:
            continue
        arrived, left = start - early, end + over
        if key in script.late:
            arrived = start + timedelta(minutes=script.late[key], seconds=early.seconds % 60)
        elif key in script.on_business:
            arrived = start + timedelta(minutes=40) + some
        elif key not in arranged and chance < (24 if employee.number == "109" else 2):
            arrived = start + some
        if key in script.early:
            left = end - timedelta(minutes=script.early[key])
        yield Shift(
            employee.number,
            day,
            None if key in script.no_arrival else arrived,
            None if key in script.no_departure or key in script.vouched_departure else left,
            FLOOR_MANAGER if key in script.on_business else "",
            FLOOR_MANAGER if key in script.vouched_departure else "",
        )


def strolls_of(day: date, staff: Iterable[Employee], script: Script, rng: random.Random) -> Iterator[Away]:
    """The times away from the post: those arranged, and short ones that cost nothing."""
    yield from (away for away in script.away if away.day == day)
    for employee in staff:
        away = Away(employee.number, day, time(rng.randrange(21, 24), rng.randrange(60)), rng.randrange(6, 17))
        chance = rng.randrange(100)
        key = (employee.number, day)
        if chance < 3 and key not in script.arranged:
            yield away
