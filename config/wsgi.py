"""The application that a WSGI server serves."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config.frames import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_CLAIMED = re.compile(r""";\s*charset\s*=\s*("[^"]*"|[^;]*)""", re.IGNORECASE)
_answer = get_wsgi_application()


@with_room
def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request, read as UTF-8 whatever it claims: some that Python knows is no text, or half a character."""
    environ["CONTENT_TYPE"] = _CLAIMED.sub("", environ.get("CONTENT_TYPE", ""))
    return _answer(environ, start_response)
