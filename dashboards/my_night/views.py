"""An account manager's own night."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from dashboards.my_night.selectors import own_night
from pages.access import VenueRequest, at_venue
from staff.selectors import employment_of


@require_safe
@never_cache
@at_venue(Capability.BOOK_TABLES)
def night(request: VenueRequest) -> HttpResponseBase:
    """The month so far, tonight's tables, what waits."""
    now = timezone.now()
    day = request.venue.day_at(now)
    employee = employment_of(request.user, request.venue, day)
    context: dict[str, object] = {"day": day, "now": now}
    if employee is not None:
        employee.venue = request.venue
        context["night"] = own_night(employee, day, user=request.user, now=now)
    return render(request, "dashboards/my_night/my_night.html", context)
