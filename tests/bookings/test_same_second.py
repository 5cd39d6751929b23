"""Two hundred people book the same table in the same second: one gets it, on both databases."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import ROOT, Settings, manage
from tests.processes import manage_py

PEOPLE, PROCESSES, AT_ONCE = 200, 4, 20
"""A process's threads at a time: a server takes a hundred connections as it is installed."""

PREPARE = f"""
from datetime import date
from accounts.models import User
from accounts.permissions import Role
from bookings.floor_plan.services.plans import PlannedTable, set_floor_plan
from staff.models import Employee
from venues.models import Membership
from venues.services import create_venue

venue = create_venue(code="main", name="main", today=date(2026, 11, 21))
codes = ("A1", "A2", "A3", "B1", "B2", "V1")
tables = [PlannedTable(code=code, kind="table", seats=4, column=place, row=1) for place, code in enumerate(codes, 1)]
set_floor_plan(venue=venue, tables=tables, fixtures=[])
users = User.objects.bulk_create(User(username=f"u{{n}}") for n in range({PEOPLE}))
Membership.objects.bulk_create(Membership(venue=venue, user=user, role=Role.ACCOUNT_MANAGER) for user in users)
Employee.objects.bulk_create(
    Employee(venue=venue, number=user.username, name=user.username, hired_on=date(2026, 1, 1), user=user)
    for user in users
)
"""

BOOK = f"""
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from django.db import connection
from bookings.booking.services.holds import TableTaken, book_table
from staff.models import Employee

first = int(sys.stdin.readline())
people = list(Employee.objects.select_related("user", "venue").order_by("pk")[first:first + {PEOPLE // PROCESSES}])
together = Barrier({AT_ONCE})

def wait():
    connection.ensure_connection()
    together.wait()

def book(employee):
    try:
        book_table(
            venue=employee.venue, employee=employee, user=employee.user, table=table, day=date(2026, 11, 21),
            guest_name="林先生", guest_phone="13900000000", expected_at=datetime(2026, 11, 21, 14, tzinfo=UTC),
            party_size=4, now=datetime(2026, 11, 21, 13, tzinfo=UTC),
        )
    except TableTaken as taken:
        return taken.near
    return "booked"

def leave():
    together.wait()
    connection.close()

with ThreadPoolExecutor({AT_ONCE}) as threads:
    for line in sys.stdin:
        table = line.strip()
        list(threads.map(lambda _: wait(), range({AT_ONCE})))
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(list(threads.map(book, people))), flush=True)
        list(threads.map(lambda _: leave(), range({AT_ONCE})))
"""

LOOK = """
import json
from bookings.models import Booking
from customers.models import Customer
rows = Booking.objects.filter(table__in={tables}).order_by("number").values_list("table", "turn", "state", "number")
print(json.dumps([list(rows), Booking.history.filter(table__in={tables}).count(), Customer.objects.count()]))
"""


class Crowd:
    """Two hundred people in processes of their own, who book at once, again and again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.processes = [
            subprocess.Popen(
                [*manage_py(), "shell", "--command", BOOK], cwd=ROOT, env=settings, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for _process in range(PROCESSES)
        ]  # fmt: skip
        for place, process in enumerate(self.processes):
            self.say(process, str(place * PEOPLE // PROCESSES))

    def say(self, process: subprocess.Popen[str], line: str) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()

    def hear(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        return line.strip()

    def book(self, tables: list[str]) -> list[Any]:
        """What each is told; the processes' tables in turn."""
        for place, process in enumerate(self.processes):
            self.say(process, tables[place % len(tables)])
        for process in self.processes:
            while self.hear(process) != "ready":
                pass
        for process in self.processes:
            self.say(process, "go")
        return [answer for process in self.processes for answer in json.loads(self.hear(process))]

    def leave(self) -> None:
        for process in self.processes:
            _said, complaint = process.communicate(timeout=60)
            assert process.returncode == 0, complaint


@pytest.fixture(scope="module")
def crowd(database: Settings) -> Iterator[Crowd]:
    """In a database of each kind: a venue, six tables, two hundred people."""
    manage(database, "shell", "--command", PREPARE)
    crowd = Crowd(database)
    yield crowd
    crowd.leave()


def stored(crowd: Crowd, tables: list[str]) -> Any:
    """The bookings of these tables, the rows of their history, all guests."""
    return json.loads(manage(crowd.settings, "shell", "--command", LOOK.format(tables=tables)).splitlines()[-1])


def test_one_of_two_hundred_gets_the_table_and_the_others_are_offered_neighbours(crowd: Crowd) -> None:
    answers = crowd.book(["A1"])
    assert len(answers) == PEOPLE
    assert answers.count("booked") == 1
    assert [near for near in answers if near != "booked"] == [["A2", "A3", "B1"]] * (PEOPLE - 1)
    rows, traces, guests = stored(crowd, ["A1"])
    assert [row[:3] for row in rows] == [["A1", 1, "held"]]
    assert (traces, guests) == (1, 1)


def test_of_two_tables_each_is_held_once_under_a_number_of_its_own(crowd: Crowd) -> None:
    answers = crowd.book(["B1", "V1"])
    assert answers.count("booked") == 2
    rows, traces, guests = stored(crowd, ["B1", "V1"])
    assert sorted(row[0] for row in rows) == ["B1", "V1"]
    assert len({row[3] for row in rows}) == 2
    assert (traces, guests) == (2, 1)
