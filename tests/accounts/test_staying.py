"""«Stay signed in» is renewed by use: who looks in every week is never asked for the password again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User

START, PASSWORD = datetime(2026, 11, 21, 12, tzinfo=UTC), "a night to remember 1"
PAGE = "mfa_index"


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user(username="anna", name="刘洋", password=PASSWORD)


def signed_in(**more: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": "anna", "password": PASSWORD, **more})
    return client


def look(client: Client, after: timedelta) -> Any:
    with time_machine.travel(START + after, tick=False):
        return client.get(reverse(PAGE))


def test_who_stays_signed_in_does_so_as_long_as_the_device_is_used(user: User) -> None:
    with time_machine.travel(START, tick=False):
        client = signed_in(remember="on")
    for week in range(1, 9):
        answer = look(client, timedelta(weeks=week))
        assert answer.status_code == 200
        assert answer.cookies["sessionid"]["max-age"] == 14 * 24 * 3600
    assert look(client, timedelta(weeks=8 + 2, seconds=1)).status_code == 302


def test_it_is_renewed_once_a_day_not_at_every_request(user: User) -> None:
    with time_machine.travel(START, tick=False):
        client = signed_in(remember="on")
    look(client, timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        answer = look(client, timedelta(days=1, hours=23))
    assert "sessionid" not in answer.cookies
    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_who_did_not_choose_to_stay_is_not_renewed(user: User) -> None:
    with time_machine.travel(START, tick=False):
        client = signed_in()
    assert "sessionid" not in look(client, timedelta(days=13)).cookies
    assert look(client, timedelta(days=14, seconds=1)).status_code == 302
