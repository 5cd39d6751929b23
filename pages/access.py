"""Guard a venue's pages: the decorator that checks capabilities."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.permissions import Capability, Role, capabilities_of
from accounts.requests import SignedInRequest, came_from
from pages.acting import not_here
from venues.models import Membership, Venue


class VenueRequest(SignedInRequest):
    """A request of somebody who works at the venue of the page; ``may`` is all they may do there."""

    venue: Venue
    roles: frozenset[Role]
    may: frozenset[Capability]
    htmx: HtmxDetails


_SIGNED_OUT = 401
View = Callable[Concatenate[VenueRequest, ...], HttpResponseBase]


def at_venue(*capabilities: Capability) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A page of a venue for those who may do one of these things there; for all who work there if none is named.

    Its address names the venue's code. Who does not work there gets 404: the venue is none of their business;
    who does, but may not, gets 403. Times are the venue's while the page is made.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            _admit(request, code)
            if capabilities and request.may.isdisjoint(capabilities):
                raise PermissionDenied
            with timezone.override(request.venue.zone):
                return view(request, *args, **kwargs)

        guarded.capabilities = capabilities  # type: ignore[attr-defined]
        return guarded

    return decorate


def posted(page: str, *arguments: str, **fixed: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A view that acts, and only on a POST: whoever opens its address is led to its page.

    An address like that stands in the browser after a refusal; reload, sign in, language and theme come back to it.
    The page is of the same venue; ``arguments`` are those it shares with the view, ``fixed`` its others.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                shared = {name: kwargs[name] for name in arguments}
                return redirect(reverse(page, kwargs={"code": code, **shared, **fixed}))
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return view(request, code, *args, **kwargs)

        guarded.page = page  # type: ignore[attr-defined]
        return guarded

    return decorate


def may_open(request: VenueRequest, address: str) -> bool:
    """Whether the reader's roles open the page of an address; which of its records they see is the page's to say."""
    try:
        view = resolve(urlsplit(address).path).func
    except Resolver404:
        return False
    needed: tuple[Capability, ...] = getattr(view, "capabilities", ())
    return not needed or not request.may.isdisjoint(needed)


def _to_sign_in(request: Any) -> HttpResponseBase:
    """To the sign-in, and from there to the page one was on: where it posts to is no page, and what was sent is lost.

    What asks for a part of a page is told; the page says so itself (`assets/forms.js`).
    """
    if request.htmx:
        return HttpResponse(status=_SIGNED_OUT)
    page = request.get_full_path()
    if request.method == "POST":
        messages.warning(request, _("You had been signed out before this was sent: it is not saved."))
        page = came_from(request, "/")
    return redirect_to_login(page)


def _admit(request: Any, code: str) -> None:
    """Note at the request which venue it is about, and what the person may do there."""
    memberships = list(Membership.objects.filter(user=request.user, venue__code=code).select_related("venue"))
    if not memberships:
        raise not_here()
    request.venue = memberships[0].venue
    request.roles = frozenset(Role(membership.role) for membership in memberships)
    request.may = capabilities_of(request.roles)
