"""Pages of errors: each says who can help."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.permissions import Role
from venues.models import Membership


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In both languages and from nothing but its template: of such a request nothing else is to be believed."""
    return HttpResponseBadRequest(_plain("400.html", request))


def permission_denied(request: Any, exception: Exception) -> HttpResponse:
    """Who gives the role that one lacks."""
    context: dict[str, Any] = {}
    venue = getattr(request, "venue", None)
    if venue is not None:
        labels = dict(Membership.Roles.choices)
        owners = Membership.objects.filter(venue=venue, role=Role.OWNER, user__is_active=True).select_related("user")
        context = {
            "roles": [labels[role.value] for role in Role if role in request.roles],
            "owners": [row.user.get_full_name() for row in owners.order_by("pk")],
        }
    return render(request, "403.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """In both languages and from nothing but its template: the database may be what is broken."""
    return HttpResponseServerError(_plain("500.html", request))


def _plain(template: str, request: HttpRequest) -> str:
    return render_to_string(template, {"request_id": getattr(request, "request_id", "")})
