"""The lock on guessing passwords and codes: whose failures count, from where, and how long."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_user_agent
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.http import HttpRequest

from accounts.known_devices import known_device
from accounts.models import User
from accounts.names import name_key

_DEVICE = "known device "
_LONGEST = AccessAttempt._meta.get_field("username").max_length


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The name under which a failure counts: the account's stored one, however it was typed."""
    typed = (credentials or {}).get("username")
    if typed is None:
        return None
    user = _account(request, typed)
    return user.username if user else name_key(typed)[:_LONGEST]


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None = None) -> list[list[str]]:
    """What failures are counted by: the name, with the device where it is known, else with the address.

    So nobody who shares an address with a colleague can keep them from signing in on their own phone.
    """
    return [["username", "user_agent" if _device(request, credentials) else "ip_address"]]


class Handler(AxesDatabaseHandler):
    """Counts failures in the database; in the place of a known device's description stands its mark."""

    def filter_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> Any:
        _mark(request, credentials)
        return super().filter_user_attempts(request, credentials)

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        if request is not None:
            _mark(request, credentials)
        super().user_login_failed(sender, credentials, request, **kwargs)


def locked_out(users: Collection[User], now: datetime) -> set[int]:
    """Those of some users whose sign-in is locked, from one address or on one device at least."""
    since = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    names = {user.username: user.pk for user in users}
    failures: Counter[tuple[str, str | None]] = Counter()
    attempts = AccessAttempt.objects.filter(username__in=names, attempt_time__gt=since).order_by()
    for name, address, agent, count in attempts.values_list(
        "username", "ip_address", "user_agent", "failures_since_start"
    ):
        failures[name, address] += count
        if agent.startswith(_DEVICE):
            failures[name, agent] += count
    return {names[name] for (name, _where), count in failures.items() if count >= settings.AXES_FAILURE_LIMIT}


def clear_lock(user: User) -> bool:
    """Forget the failures of somebody, wherever they happened; whether there were any."""
    return bool(reset(username=user.username))


def _account(request: Any, typed: str) -> User | None:
    """Whose name was typed; axes asks for it several times a request."""
    if getattr(request, "counted_account", (None,))[0] != typed:
        request.counted_account = typed, User.objects.named(typed)
    user: User | None = request.counted_account[1]
    return user


def _device(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    typed = (credentials or {}).get("username")
    return known_device(request, _account(request, typed)) if typed else None


def _mark(request: Any, credentials: dict[str, Any] | None) -> None:
    device = _device(request, credentials)
    request.axes_user_agent = _DEVICE + device if device else get_client_user_agent(request)
