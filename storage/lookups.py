"""Query lookups that Django lacks."""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup):
    """``key__among``: what ``key__in`` finds, the keys (numbers or texts) told as one value however many they are.

    Of ``in`` each key is a parameter of its own, looked at a dozen times on its way to the database.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        keys = list(self.rhs)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", (*parameters, keys)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(keys))
