"""Times come from the database as they were stored, read by psycopg's own reader on PostgreSQL."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Max
from psycopg import adapters
from psycopg.pq import Format

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 13, 47, tzinfo=UTC),
        datetime(2026, 11, 21, 21, 47, 3, 123456, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime(1988, 7, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime(1901, 1, 1, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
        datetime(2100, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        None,
    ],
    ids=str,
)
def test_a_moment_comes_back_as_it_was_stored_in_utc(moment: datetime | None) -> None:
    user = User.objects.create(username="u", last_login=moment)
    for found in (
        User.objects.get(pk=user.pk).last_login,
        User.objects.values_list("last_login", flat=True).get(pk=user.pk),
        User.objects.aggregate(at=Max("last_login"))["at"],
    ):
        assert found == moment
        assert found is None or found.tzinfo is UTC


def test_postgresql_reads_times_by_what_psycopg_brings_for_it() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps times as text")
    with connection.cursor() as cursor:
        reader = cursor.connection.adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
        own = adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
    assert reader is not None
    assert type(getattr(reader(0, connection.connection).load, "__self__", None)) is own
