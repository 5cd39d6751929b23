"""Lines of the log, each with the request it belongs to; imported while logging is set up, before any app."""

import copy
import logging
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.functional import LazyObject, empty

current: ContextVar[Any] = ContextVar("request", default=None)
"""The request that is being answered, as the middleware notes it."""

_LINE = (
    "%(asctime)s %(levelname)s request=%(request_id)s user=%(user_id)s from=%(address)s path=%(path)s "
    "%(name)s: %(message)s"
)
_A_SECRET = 20  # characters: shorter ones are no keys of links


class Line(logging.Formatter):
    """One line a record. Only an error is followed by its traceback: what was refused is none."""

    def __init__(self) -> None:
        super().__init__(_LINE)

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if not hasattr(request, "request_id"):
            request = current.get()
        line: Any = copy.copy(record)
        line.msg, line.args = record.getMessage().replace("\r", "\\r").replace("\n", "\\n"), ()
        if getattr(record, "status_code", 500) < 500:
            line.levelno, line.levelname = logging.WARNING, "WARNING"
            line.exc_info = line.exc_text = line.stack_info = None
        line.request_id = getattr(request, "request_id", "-")
        line.address = _address(request)
        line.path = quote(request.path) if request is not None else "-"
        line.user_id = _user_id(request)
        return _without_key(super().format(line), request)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _address(request: Any) -> str:
    """Where the request comes from, which few requests need to be asked."""
    tell = getattr(request, "log_address", None)
    return (tell() if tell else None) or "-"


def _user_id(request: Any) -> Any:
    """Whoever is known to have signed in; a log asks no database."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and user.__dict__.get("_wrapped", empty) is empty:
        return "-"
    return getattr(user, "pk", None) or "-"


def _without_key(text: str, request: Any) -> str:
    """Without the key of a link that lets somebody set a password."""
    match = getattr(request, "resolver_match", None)
    key = str(match.kwargs.get("key", "")) if match else ""
    return text.replace(key, "…") if len(key) > _A_SECRET else text
