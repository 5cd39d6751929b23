"""Who may open a page of a venue."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.utils import timezone
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


View = Callable[Concatenate[VenueRequest, ...], HttpResponseBase]


def at_venue(*capabilities: Capability) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A page of a venue for those who may do one of these things there; for all who work there if none is named.

    Its address names the venue's code. Who does not work there gets 404: the venue is none of their business;
    who does, but may not, gets 403. Times are the venue's while the page is made.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: Any, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _admit(request, code)
            if capabilities and request.may.isdisjoint(capabilities):
                raise PermissionDenied
            with timezone.override(request.venue.zone):
                return view(request, *args, **kwargs)

        guarded.capabilities = capabilities  # type: ignore[attr-defined]
        return guarded

    return decorate


def _admit(request: Any, code: str) -> None:
    """Note at the request which venue it is about, and what the person may do there."""
    memberships = list(Membership.objects.filter(user=request.user, venue__code=code).select_related("venue"))
    if not memberships:
        raise Http404(_("There is nothing here, or it is not yours to see."))
    request.venue = memberships[0].venue
    request.roles = frozenset(Role(membership.role) for membership in memberships)
    request.may = capabilities_of(request.roles)
