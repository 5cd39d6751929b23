"""Who may open a page of a venue."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.permissions import Capability, Role, capabilities_of
from accounts.requests import SignedInRequest
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


def _to_sign_in(request: Any) -> HttpResponseBase:
    """To the sign-in, and from there to the page one was on: where it posts to is no page, and what was sent is lost.

    What asks for a part of a page is told; the page says so itself (`assets/forms.js`).
    """
    if request.htmx:
        return HttpResponse(status=_SIGNED_OUT)
    page = request.get_full_path()
    if request.method == "POST":
        messages.warning(request, _("You had been signed out before this was sent: it is not saved."))
        came_from = request.headers.get("Referer", "")
        known = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        there = urlsplit(came_from)
        page = there.path + (f"?{there.query}" if there.query else "") if known else "/"
    return redirect_to_login(page)


def _admit(request: Any, code: str) -> None:
    """Note at the request which venue it is about, and what the person may do there."""
    memberships = list(Membership.objects.filter(user=request.user, venue__code=code).select_related("venue"))
    if not memberships:
        raise Http404(_("There is nothing here, or it is not yours to see."))
    request.venue = memberships[0].venue
    request.roles = frozenset(Role(membership.role) for membership in memberships)
    request.may = capabilities_of(request.roles)
