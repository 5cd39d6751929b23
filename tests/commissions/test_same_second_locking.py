"""Several people lock the same month in the same second: it is locked once, the others are told, on both databases."""

import json

from tests.at_once import act_together
from tests.databases import Settings, manage

PREPARE = """
from datetime import UTC, date, datetime
from accounts.models import User
from commissions.month.selectors import month_payroll
from commissions.runs.services import run_month
from commissions.month.services import acknowledge
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.models import Membership
from venues.services import create_venue

venue = create_venue(code="main", name="main", today=date(2026, 10, 5))
users = User.objects.bulk_create(User(username=f"u{n}") for n in range(6))
Membership.objects.bulk_create(Membership(venue=venue, user=user, role="hr") for user in users)
Employee.objects.create(venue=venue, number="A", name="A", hired_on=date(2026, 1, 1))
month, now = CalendarMonth(2026, 9), datetime(2026, 10, 5, 4, tzinfo=UTC)
run_month(venue=venue, month=month, clock=lambda: now)
keys = [card.key for card in month_payroll(venue, month, now=now).unacknowledged]
acknowledge(venue=venue, month=month, user=User.objects.first(), keys=keys, now=now)
"""
LOCK = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from django.db import connection
from django.utils import translation
from accounts.models import User
from commissions.month.services import lock_acknowledged
from rulebook.calendar import CalendarMonth
from venues.errors import Refused
from venues.models import Venue

users = list(User.objects.order_by("pk"))[int(sys.stdin.readline()):][:3]
venue = Venue.objects.get()
together = Barrier(3)

def wait(_place):
    connection.ensure_connection()
    together.wait()

def act(user):
    try:
        with translation.override("en"):
            lock_acknowledged(
                venue=venue, month=CalendarMonth(2026, 9), user=user, now=datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
            )
    except Refused as refusal:
        return str(refusal)
    finally:
        connection.close()
    return "done"

with ThreadPoolExecutor(3) as threads:
    list(threads.map(wait, range(3)))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(list(threads.map(act, users))))
"""
LOOK = """
import json
from venues.models import Month
month = Month.objects.get(first_day="2026-09-01")
print(json.dumps([month.state, month.history.filter(state="locked").count()]))
"""


def test_one_of_six_locks_it_and_the_others_are_told(database: Settings) -> None:
    manage(database, "shell", "--command", PREPARE)
    answers = act_together(database, LOCK, [0, 3])
    assert sorted(answers) == ["September 2026 is locked already."] * 5 + ["done"]
    assert json.loads(manage(database, "shell", "--command", LOOK).splitlines()[-1]) == ["locked", 1]
