"""Several people waive the same fine in the same second: one does, the others are told so, on both databases."""

import json

from tests.at_once import act_together
from tests.databases import Settings, manage

PREPARE = """
from datetime import UTC, date, datetime
from accounts.models import User
from staff.models import Employee
from venues.models import Membership
from venues.services import create_venue
from violations.models import Penalty

venue = create_venue(code="main", name="main", today=date(2026, 11, 21))
users = User.objects.bulk_create(User(username=f"u{n}") for n in range(6))
Membership.objects.bulk_create(Membership(venue=venue, user=user, role="floor_manager") for user in users)
person = Employee.objects.create(venue=venue, number="A", name="A", hired_on=date(2026, 1, 1))
Penalty.objects.create(
    employee=person, business_day=date(2026, 11, 3), article="1.2.F", source="arrival", amount=50,
    basis={"minutes": 10}, state="charged", derived_at=datetime(2026, 11, 4, tzinfo=UTC),
)
"""
WAIVE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from django.db import connection
from accounts.models import User
from venues.errors import Refused
from violations.models import Penalty
from violations.ledger.services.waivers import waive

users = list(User.objects.order_by("pk"))[int(sys.stdin.readline()):][:3]
together = Barrier(3)

def wait(_place):
    connection.ensure_connection()
    together.wait()

def act(user):
    penalty = Penalty.objects.select_related("employee__venue").get()
    try:
        waive(penalty=penalty, user=user, reason="x", now=datetime(2026, 11, 21, tzinfo=UTC))
    except Refused:
        return "refused"
    finally:
        connection.close()
    return "waived"

with ThreadPoolExecutor(3) as threads:
    list(threads.map(wait, range(3)))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(list(threads.map(act, users))))
"""
LOOK = """
import json
import os
from violations.models import Penalty, Waiving
print(json.dumps([Penalty.objects.get().state, Waiving.objects.count()]))
"""


def test_one_of_six_waives_it(database: Settings) -> None:
    manage(database, "shell", "--command", PREPARE)
    answers = act_together(database, WAIVE, [0, 3])
    assert sorted(answers) == ["refused"] * 5 + ["waived"]
    assert json.loads(manage(database, "shell", "--command", LOOK).splitlines()[-1]) == ["waived", 1]
