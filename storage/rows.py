"""Many rows at once, in a number of statements that does not depend on how many."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from django.db import connection, models

from storage.derived import derivations
from storage.money import MoneyField, fen

Row = Sequence[Any]

_AS_IS = (models.CharField, models.BooleanField, models.IntegerField, models.ForeignKey)


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Take ``count`` primary keys for rows that ``insert_rows`` will write in this transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of plain values: by COPY on PostgreSQL, by one prepared statement elsewhere.

    ``names`` are the field names the values stand for (``id`` included where it was reserved). No model is
    built, no signal sent, no default applied: every column without a database default must be named.
    """
    rows = list(rows)
    if not rows:
        return
    also, made = derivations(model, names)
    fields = _fields(model, [*names, *also])
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = list(_prepared(fields, rows, made))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
            ):
                for row in prepared:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", prepared)


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the named fields of existing rows; each row is its primary key, then the values."""
    also, made = derivations(model, names)
    fields = _fields(model, [*names, *also])
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(key.column)} = %s"
    behind_key = [(place + 1, derive) for place, derive in made]
    prepared = [(*row[1:], row[0]) for row in _prepared([key, *fields], rows, behind_key)]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(sql, prepared)


def delete_rows(queryset: models.QuerySet[Any]) -> None:
    """Delete rows in one statement; the caller sees to what points at them."""
    # Django's own delete() first reads the rows to look for relations: a number of queries that grows.
    queryset._raw_delete(queryset.db)


def record_history(
    model: type[models.Model],
    ids: Sequence[int],
    *,
    change: str,
    at: datetime,
    user_id: int | None,
    reason: str,
) -> None:
    """Copy rows, as they stand now, into their history (``change``: ``+`` created, ``~`` changed)."""
    if not ids:
        return
    history: Any = model.history.model  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    kept = {field.name for field in history._meta.concrete_fields}
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields if field.name in kept)
    own = ["history_date", "history_type", "history_user_id", "history_change_reason"]
    key = quote("id")
    chosen, parameter = f"{key} IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))
    if connection.vendor == "postgresql":
        chosen = f"{key} IN (SELECT value::bigint FROM json_array_elements_text(%s::json) AS value)"
    sql = (
        f"INSERT INTO {quote(history._meta.db_table)} ({columns}, {', '.join(map(quote, own))}) "
        f"SELECT {columns}, %s, %s, %s, %s FROM {quote(model._meta.db_table)} WHERE {chosen}"
    )
    stamp = history._meta.get_field("history_date").get_db_prep_save(at, connection)
    if connection.vendor == "postgresql":
        sql = sql.replace("%s, %s, %s, %s FROM", "%s::timestamptz, %s, %s::bigint, %s FROM")
    with connection.cursor() as cursor:
        cursor.execute(sql, [stamp, change, user_id, reason[:100], parameter])


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _prepared(
    fields: Sequence[Any], rows: Iterable[Row], made: Sequence[tuple[int, Callable[[str], str]]]
) -> Iterable[list[Any]]:
    ready = [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field))]
    for row in rows:
        values = list(row)
        for place, derive in made:
            values.append(derive(values[place]))
        for place, convert in ready:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield values


def _as_kept(zone: tzinfo | None) -> Callable[[datetime], str]:
    """How SQLite keeps moments, for aware ones: as Django writes them, without asking its settings for each."""
    return lambda value: str(value.astimezone(zone).replace(tzinfo=None))


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """How a field's value goes to the database; None where it goes as it is."""
    if isinstance(field, MoneyField):
        return fen
    if isinstance(field, models.JSONField):
        # As text, to every database: Django wraps each value for psycopg, which asks again how to write it.
        return json.dumps if field.encoder is None else field.encoder().encode
    if isinstance(field, models.DateField):  # and its heir, DateTimeField
        if connection.vendor == "postgresql":  # takes them as they are
            return None
        return _as_kept(connection.timezone) if isinstance(field, models.DateTimeField) else date.isoformat
    if isinstance(field, _AS_IS):
        return None
    return lambda value: field.get_db_prep_save(value, connection)
