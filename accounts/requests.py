"""A request of somebody who has signed in, and where it is led once it is done."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User

_LONGEST = 2000


class SignedInRequest(HttpRequest):
    user: User


def own_page(request: HttpRequest, address: str | None) -> str:
    """The path and query of an address that is a page of this house; nothing for any other.

    Every address that comes from outside and is then led to (``next``, the page somebody came from) passes here.
    """
    if not address or len(address) > _LONGEST or not address.isprintable():
        return ""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    if parts.path.startswith("//"):  # led to, it would be another host
        return ""
    try:
        resolve(parts.path)
    except Resolver404:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def following(request: HttpRequest, otherwise: str = "") -> str:
    """Where ``next`` leads, sent or in the address; ``otherwise`` where it names no page of this house."""
    return own_page(request, request.POST.get("next") or request.GET.get("next")) or otherwise


def came_from(request: HttpRequest, otherwise: str = "") -> str:
    """The page somebody came from, where the browser tells and it is one of this house."""
    return own_page(request, request.headers.get("Referer")) or otherwise
