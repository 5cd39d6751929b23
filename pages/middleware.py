"""Gives every request a number, under which its lines stand in the log."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from accounts.addresses import client_address
from pages.logs import current


class NumberedRequests:
    """Outermost, so that whatever goes wrong further in can be found by the number that the page shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.request_id = secrets.token_hex(4)
        before = current.set(request)
        try:
            request.log_address = partial(client_address, request)  # told where a line is written
            response = self.get_response(request)
        finally:
            current.reset(before)
        response.headers["X-Request-ID"] = request.request_id
        return response
