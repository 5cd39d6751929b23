"""Devices on which somebody has signed in before, known again by a signed cookie."""

import secrets
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

_COOKIE = "known_device"
_SALT = "accounts.known_devices"
_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie
_MOST = 8  # people who share a device


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let the answer tell the browser that this person signed in on it."""
    known = {key: mark for key, mark in _marks(request).items() if key != str(user.pk)}
    known[str(user.pk)] = _marks(request).get(str(user.pk)) or secrets.token_hex(16)
    kept = dict(list(known.items())[-_MOST:])
    response.set_cookie(
        _COOKIE, signing.dumps(kept, salt=_SALT), max_age=_SECONDS, secure=request.is_secure(), httponly=True,
        samesite="Lax",
    )  # fmt: skip


def known_device(request: HttpRequest, user: User | None) -> str | None:
    """The mark of the device where this person signed in on it before; nobody else can guess it."""
    return None if user is None else _marks(request).get(str(user.pk))


def _marks(request: HttpRequest) -> dict[str, str]:
    try:
        marks: Any = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return {}
    return marks if isinstance(marks, dict) else {}
