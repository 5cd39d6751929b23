"""Refuse requests that no page could take: too large, or with characters that no database keeps."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from storage.files import MEGABYTE

_NUL = "\0"
_TOO_LARGE = 413


class BoundedRequest:
    """Refuses a request larger than ``LARGEST_REQUEST`` bytes, before any of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.LARGEST_REQUEST:
            context = {"most": settings.LARGEST_REQUEST // MEGABYTE}
            return render(request, "413.html", context, status=_TOO_LARGE)
        return self.get_response(request)


class CookiesWithoutNul:
    """Leaves out the character of number nought from cookies, before a session is looked up by one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if any(_NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value.replace(_NUL, "") for name, value in request.COOKIES.items()}
        return self.get_response(request)


class WithoutNul:
    """Leaves out the character of number nought, which PostgreSQL keeps in no text, from all that is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _NUL in request.path_info:
            raise Http404
        request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at the form that was sent once the token of it was checked."""
        if request.method == "POST":
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _without_nul(sent: QueryDict) -> QueryDict:
    if not any(_NUL in name or any(_NUL in value for value in values) for name, values in sent.lists()):
        return sent
    cleaned = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        cleaned.setlist(name.replace(_NUL, ""), [value.replace(_NUL, "") for value in values])
    cleaned._mutable = False
    return cleaned
