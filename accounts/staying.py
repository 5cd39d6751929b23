"""Who stays signed in on a device stays so by using it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

EVERY = timedelta(days=1)
_RENEWED = "renewed_at"


class StaySignedIn:
    """Renews the session of who chose to stay signed in, at the first request of a day; its cookie with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        session = request.session
        stays = session.session_key and session.get("_session_expiry")  # what the sign-in sets where it is ticked
        if stays and request.user.is_authenticated:
            now = timezone.now().timestamp()
            if now - session.get(_RENEWED, 0) >= EVERY.total_seconds():
                session[_RENEWED] = now
        return self.get_response(request)
