"""The page on which an account manager asks for a comp."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from bookings.models import Booking
from comps.forms import CompForm
from comps.models import CompItem, CompRequest
from comps.selectors import allowance_for, comps_asked_on, items_of
from comps.services import CompRefused, ask_comp, withdraw_comp
from pages.access import VenueRequest, at_venue, posted
from pages.acting import Attempt, act, found
from rulebook.sales import BookingState


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.BOOK_TABLES)
def ask(request: VenueRequest, pk: int) -> HttpResponseBase:
    """What may be given on one's own table, and asking for it."""
    mine = Booking.objects.filter(venue=request.venue, employee__user=request.user, pk=pk)
    booking = found(mine.select_related("employee", "venue"))
    refusal, article, status = "", "", 200
    items = CompItem.objects.filter(venue=request.venue, is_active=True)
    form = CompForm(request.POST or None, items=items)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                ask_comp(booking=booking, user=request.user, now=timezone.now(), seen=form.seen, **form.cleaned_data)
                messages.success(request, _("Asked for. The floor manager decides."))
            if attempt.is_done:
                return redirect("comp_ask", request.venue.code, booking.pk)
            refusal = attempt.text
            article = attempt.refusal.article if isinstance(attempt.refusal, CompRefused) else ""
    room = allowance_for(booking, booking.employee)
    by_spend, by_table = room.allowances
    context = {
        "booking": booking,
        "form": form,
        "refusal": refusal,
        "article": article,
        "by_spend": by_spend,
        "by_table": by_table,
        "items": list(items_of(request.venue, room.policy)),
        "rate": room.policy.comp_spend_rate,
        "asked": list(comps_asked_on(booking, request.user)),
        "has_come": booking.state == BookingState.ARRIVED,
        "waiting": CompRequest.State.WAITING,
        "chosen": form.chosen,
        "ground": form["ground"].value() or ("spend" if by_spend.left else "daily"),
    }
    return render(request, "comps/ask.html", context, status=status)


@posted("venue")
@at_venue(Capability.BOOK_TABLES)
def withdraw(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Take back what one asked for."""
    mine = CompRequest.objects.filter(booking__venue=request.venue, employee__user=request.user, pk=pk)
    asked = found(mine)
    with act(request):
        withdraw_comp(asked=asked, user=request.user)
        messages.success(request, _("Taken back."))
    return redirect("comp_ask", request.venue.code, asked.booking_id)
