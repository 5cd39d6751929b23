"""Notes when and from where a session was last used."""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.addresses import client_address
from storage.waiting import without_waiting


class SessionUse:
    """Once in ``SESSION_USE_SECONDS`` for each session, where allauth's own tracking would write at every request.

    A note that would have to wait for another's writing is left out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        key, every = request.session.session_key, settings.SESSION_USE_SECONDS
        if key and every and request.user.is_authenticated and cache.add(f"session-use:{key}", True, every):
            _note(request, key)
        return self.get_response(request)


def _note(request: Any, key: str) -> None:
    address = client_address(request)
    if address is None:
        return
    longest = UserSession._meta.get_field("user_agent").max_length
    now = timezone.now()
    seen = {
        "user": request.user, "ip": address, "user_agent": request.headers.get("User-Agent", "")[:longest],
        "last_seen_at": now,
    }  # fmt: skip
    try:
        with without_waiting():
            if not UserSession.objects.filter(session_key=key).update(**seen):
                # Begun before sessions were noted.
                session = UserSession(session_key=key, created_at=now, **seen)
                UserSession.objects.bulk_create([session], ignore_conflicts=True)
    except OperationalError:
        cache.delete(f"session-use:{key}")
