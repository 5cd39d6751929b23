"""The page of messages."""

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.selectors import messages_to
from inbox.services import mark_read
from pages.access import VenueRequest, at_venue, may_open

PAGE = 50


@require_safe
@never_cache
@at_venue()
def messages(request: VenueRequest) -> HttpResponseBase:
    """One's own messages; looked at is read."""
    page = Paginator(messages_to(request.user, request.venue), PAGE).get_page(request.GET.get("page"))
    found = list(page)
    if request.method == "GET":
        mark_read(messages=found, now=timezone.now())
    # Whoever has another role by now is told all the same, and led nowhere that is shut to them.
    shown = [(message, message.path if may_open(request, message.path) else "") for message in found]
    return render(request, "inbox/messages.html", {"page": page, "found": shown})
