"""The page on which two drafts of a month are compared."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.month.comparison import compare as compared, drafts_of
from pages.access import VenueRequest, at_venue
from rulebook.calendar import CalendarMonth

PAGE = 50


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def compare(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The month's draft against the one before it, by person and line; where there is no other, it says so."""
    before, shown = drafts_of(request.venue, month)
    context: dict[str, Any] = {"month": month, "shown": shown}
    if before is not None and shown is not None:
        found = compared(before, shown)
        context |= {"found": found, "page": Paginator(found.people, PAGE).get_page(request.GET.get("page"))}
    return render(request, "commissions/month/compare.html", context)
