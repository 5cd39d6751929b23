"""Text encrypted at rest, under keys that can be rotated."""

from functools import lru_cache
from typing import Any, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS: each key is 32 bytes in URL-safe base64") from error


def cipher() -> MultiFernet:
    """The cipher of the configured keys: the first encrypts, every one decrypts."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypted(text: str) -> str:
    """The Fernet token of a text, under the first key."""
    return cipher().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """The text of a Fernet token; raises ImproperlyConfigured where its key is not among the configured ones."""
    try:
        return cipher().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS lacks the key under which an encrypted value was written"
        ) from error


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that the database holds only as a Fernet token; empty stays empty.

    It can't be searched or ordered by. ``manage.py rotate_keys`` writes every value anew under the first key.
    """

    def get_prep_value(self, value: Any) -> str | None:
        if value is None or value == "":
            return cast(str | None, value)
        return encrypted(str(value))

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        if not value:
            return value
        return decrypted(value)

    def get_lookup(self, lookup: str) -> Any:
        if lookup not in ("isnull",):
            raise TypeError("an encrypted field can't be searched")
        return super().get_lookup(lookup)


def reencrypt(model: type[models.Model], field: EncryptedTextField) -> int:
    """Write a field's values anew under the first key, row by row in bounded memory; returns how many.

    A value that somebody changes meanwhile is left to them: what they write is under the first key already.
    """
    quote = connection.ops.quote_name
    primary: Any = model._meta.pk  # a history's own key: several of its rows share the id of what they tell of
    table, column, key = map(quote, (model._meta.db_table, str(field.column), primary.column))
    count, last = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {column} <> '' ORDER BY {key} LIMIT 1000",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return count
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",
                [(cipher().rotate(token.encode()).decode(), pk, token) for pk, token in rows],
            )
            count, last = count + len(rows), rows[-1][0]
