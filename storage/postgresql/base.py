"""Django's connection to PostgreSQL, with psycopg's own reader of times in place of Django's.

Django's is written in Python, and costs more than all else that reading a month's facts does.
"""

from datetime import UTC
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg import adapters
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap
from psycopg.pq import Format

_QUICK: Any = adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)  # in C where psycopg has its C part


class UtcLoader:
    """Reads times in the connection's time zone, which Django sets; ``timezone`` tells it that it need not here."""

    format, timezone = Format.TEXT, UTC

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        self.load = _QUICK(oid, context).load


@lru_cache
def _reading_quickly(of_django: AdaptersMap) -> AdaptersMap:
    found = AdaptersMap(of_django)
    found.register_loader("timestamptz", UtcLoader)
    return found


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the reading of times."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone == UTC:
            params["context"] = _reading_quickly(params["context"])
        return params
