"""Twenty supervisors set rest days in the same second: a day is set once, the allowance holds, on both databases."""

import json

from tests.databases import Settings, manage

AT_ONCE = 20

PREPARE = f"""
from datetime import date
from accounts.models import User
from accounts.permissions import Role
from staff.models import Employee
from venues.services import create_venue, grant_role

venue = create_venue(code="main", name="main", today=date(2026, 11, 21))
for place in range({AT_ONCE}):
    grant_role(venue=venue, user=User.objects.create(username=f"u{{place:02}}"), role=Role.FLOOR_MANAGER)
for number in "AB":
    Employee.objects.create(venue=venue, number=number, name=number, hired_on=date(2026, 1, 1))
"""

SET = f"""
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from django.db import connection
from accounts.models import User
from attendance.models import Rest
from attendance.roster.services.rests import set_rest
from staff.models import Employee
from venues.errors import Refused

people = {{one.number: one for one in Employee.objects.select_related("venue")}}
together = Barrier({AT_ONCE})

def give(user, number, day):
    connection.ensure_connection()
    together.wait()
    try:
        done = set_rest(
            employee=people[number], user=user, day=day, now=datetime(2026, 11, 21, 13, tzinfo=UTC)
        )
        return "new" if done else "as it was"
    except Refused:
        return "refused"
    finally:
        connection.close()

users = list(User.objects.order_by("username"))
with ThreadPoolExecutor({AT_ONCE}) as threads:
    same = list(threads.map(lambda user: give(user, "A", date(2026, 12, 8)), users))
with ThreadPoolExecutor({AT_ONCE}) as threads:
    days = [date(2026, 12, 5 + place) for place in range({AT_ONCE})]
    others = list(threads.map(lambda user, day: give(user, "B", day), users, days))
counts = [Rest.objects.filter(employee=people[number]).count() for number in "AB"]
print(json.dumps([same, others, counts, Rest.history.count()]))
"""


def test_a_day_is_set_once_and_the_allowance_holds(database: Settings) -> None:
    manage(database, "shell", "--command", PREPARE)
    same, others, counts, traces = json.loads(manage(database, "shell", "--command", SET).splitlines()[-1])
    assert (same.count("new"), same.count("as it was")) == (1, AT_ONCE - 1)
    assert (others.count("new"), others.count("refused")) == (3, AT_ONCE - 3)
    assert counts == [1, 3]
    assert traces == 4
