"""What someone sees after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedInRequest
from venues.selectors import memberships_of


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Who one is here, and the way out."""
    return render(request, "dashboards/home.html", {"memberships": memberships_of(request.user)})
