"""The pages of what the owner sets: the way to each, the venue itself."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from dashboards.owner.forms import VenueForm
from dashboards.owner.overview import cards_of
from pages.access import VenueRequest, at_venue
from pages.acting import Attempt
from pages.changes import changes_of
from venues.models import Month
from venues.rights import shown_of
from venues.services import SHOWN, set_venue

_REFUSED = 422


@require_safe
@never_cache
@at_venue(Capability.SET_HOUSE)
def house(request: VenueRequest) -> HttpResponseBase:
    """What the owner sets, each with how it stands."""
    today = request.venue.day_at(timezone.now())
    return render(request, "dashboards/owner/house.html", {"cards": cards_of(request.venue, today)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def venue(request: VenueRequest) -> HttpResponseBase:
    """The venue's name and time zone, and the day from which it is in use."""
    stands = request.venue
    is_fixed = Month.objects.filter(venue=stands).exists()
    sent = None
    if request.method == "POST":
        sent = request.POST.copy()
        sent.setdefault("timezone", stands.timezone)  # not asked for where it stays
        sent.setdefault("in_use_from", stands.in_use_from.isoformat() if stands.in_use_from else "")
    shown = shown_of(stands, SHOWN)
    form, refusal = VenueForm(sent, initial=shown, stands=shown), ""
    if request.method == "POST" and form.is_valid():
        with Attempt(form) as attempt:
            given = {name: form.cleaned_data[name] for name in (*SHOWN, "seen")}
            changed = set_venue(venue=stands, user=request.user, **given)
            messages.success(request, _("%(name)s is changed.") % {"name": changed.name})
            return redirect("venue_settings", stands.code)
        refusal = attempt.text
    history = stands.history.select_related("history_user")
    context = {
        "form": form,
        "refusal": refusal,
        "is_fixed": is_fixed,
        "changes": changes_of(history, SHOWN),
    }
    return render(
        request, "dashboards/owner/venue_settings.html", context, status=_REFUSED if sent is not None else 200
    )
