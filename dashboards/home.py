"""Where somebody's work begins."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from pages.access import VenueRequest, at_venue
from pages.navigation import first_place
from venues.selectors import memberships_of


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """The venues one works at; straight to the only one."""
    memberships = memberships_of(request.user)
    venues = [(venue, list(rows)) for venue, rows in groupby(memberships, key=lambda row: row.venue)]
    if len(venues) == 1 and "all" not in request.GET:
        return redirect("venue", venues[0][0].code)
    return render(request, "dashboards/home.html", {"venues": venues})


@require_safe
@at_venue()
def venue(request: VenueRequest) -> HttpResponseBase:
    """To the first place of one's work here."""
    return redirect(first_place(request.venue, request.may))
