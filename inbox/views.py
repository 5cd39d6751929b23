"""The page of messages."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.selectors import messages_to
from inbox.services import mark_read
from pages.access import VenueRequest, at_venue


@require_safe
@never_cache
@at_venue()
def messages(request: VenueRequest) -> HttpResponseBase:
    """One's own messages; looked at is read."""
    found = messages_to(request.user, request.venue)
    if request.method == "GET" and any(message.read_at is None for message in found):
        mark_read(user=request.user, venue=request.venue, now=timezone.now())
    return render(request, "inbox/messages.html", {"found": found})
