"""Fail at once, instead of after 20 s, when SQLite is locked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_PATIENCE = 20_000  # milliseconds, as the settings have it


@contextmanager
def without_waiting() -> Iterator[None]:
    """Raise OperationalError at once where another holds the database to write; only SQLite locks it whole."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
