"""Seal stored values that a page showed into a short text that its form brings back."""

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Model
from django.utils.crypto import salted_hmac

_LENGTH = 12  # hexadecimal digits a value: enough to tell a change


def seal(values: Mapping[str, Any]) -> str:
    """The values as one text, a keyed digest each: it tells which of them changed later, and none of them."""
    return ".".join(f"{name}-{digest(name, value)}" for name, value in values.items())


def changed_since(sealed: str, values: Mapping[str, Any]) -> list[str]:
    """The names of the values that are not as they were sealed; all of them where the text is no seal of theirs."""
    return [name for name, value in values.items() if not is_as_sealed(sealed, name, value)]


def is_as_sealed(sealed: str, name: str, value: Any) -> bool:
    """Whether a value is the one that was sealed under its name."""
    was = dict(part.rpartition("-")[::2] for part in sealed.split("."))
    return hmac.compare_digest(was.get(name, "").encode(), digest(name, value).encode())


def sealed_key(key: object, sealed: str) -> str:
    """What choosing a record sends: its key, and the seal of what was shown of it."""
    return f"{key}.{sealed}"


def opened_key(sent: str) -> tuple[str, str]:
    """The key and the seal that a choice has sent; no seal where it brought none."""
    key, _dot, sealed = sent.partition(".")
    return key, sealed


def digest(name: str, value: Any) -> str:
    """A keyed digest of a value under a name; the same for what is stored and what a form was given alike."""
    return salted_hmac("storage.seals", f"{name}={_plain(value)}", algorithm="sha256").hexdigest()[:_LENGTH]


def _plain(value: Any) -> str:
    """A value as text, one for all its forms: nothing and the empty text, 5 and 5.00, a moment in any zone."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Collection) and not isinstance(value, str):
        return ",".join(sorted(_plain(one) for one in value))
    return str(value)
