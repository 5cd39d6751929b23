"""Look up keys that people type: in any width, letter case, with invisible characters."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Length, Lower

from rulebook.cleaning import folded


class Octets(Func):
    """How many bytes a text takes: more than it has characters where one of them is not of ASCII."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **more)


def spellings(rows: QuerySet[Any], name: str, wanted: Collection[str]) -> tuple[set[str], dict[str, list[str]]]:
    """Those of ``wanted`` that a field of these rows holds as they are; what it holds like the others, by folded key.

    Two queries, one where all are there as they are.
    """
    exact = set(rows.order_by().filter(**{f"{name}__among": wanted}).values_list(name, flat=True).distinct())
    keys = {folded(key) for key in wanted if key not in exact}
    alike: dict[str, list[str]] = {}
    if keys:
        found = rows.order_by().alias(low=Lower(name, output_field=CharField()), octets=Octets(name))
        found = found.filter(Q(low__among=keys) | Q(octets__gt=Length(name)))
        for spelling in found.values_list(name, flat=True).distinct():
            key = folded(spelling)
            if key in keys:
                alike.setdefault(key, []).append(spelling)
    return exact, alike


def spelled_alike(rows: QuerySet[Any], name: str, typed: str) -> str | None:
    """The key that these rows hold for one that is typed: as it is, else in another width, case, with hidden marks."""
    exact, alike = spellings(rows, name, [typed])
    return next(iter(exact), None) or min(alike.get(folded(typed), ()), default=None)
