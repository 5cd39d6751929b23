"""The pages on which HR enters bonuses and withholdings of a month."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from commissions.adjustments.forms import AmountForm
from commissions.adjustments.services import BONUS, SHOWN, amounts_of, enter_amount, remove_amount
from commissions.models import Bonus, Withholding
from pages.access import VenueRequest, at_venue
from pages.acting import act, found
from pages.edits import ASKED, ReasonForm
from pages.formats import month as in_words
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from staff.selectors import employed_between
from venues.models import Month
from venues.rights import shown_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.ENTER_AMOUNTS)
def amounts(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What is entered for a month, and a form for one more; ``?corrects=`` and ``?person=`` fill it."""
    rows = list(Month.objects.filter(venue=request.venue))
    state = next((row.state for row in rows if row.first_day == month.first), Month.State.OPEN)
    paid = [row.calendar_month for row in rows if row.state == Month.State.PAID and row.first_day < month.first]
    form = AmountForm(
        request.POST if request.method == "POST" else None,
        initial={"corrects": request.GET.get("corrects", ""), "employee": request.GET.get("person", "")},
        people=list(employed_between(request.venue, month.first, month.last)),
        paid=sorted(paid, reverse=True),
        names=in_words,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with act(request, form, in_form=True) as attempt:
            enter_amount(
                venue=request.venue,
                user=request.user,
                employee=given["employee"],
                month=month,
                kind=given["kind"],
                amount=given["amount"],
                reason=given["reason"],
                corrects=given.get("corrects"),
            )
            messages.success(request, _("Entered for %(person)s.") % {"person": given["employee"].name})
        if attempt.is_done:
            return redirect("payroll_amounts", request.venue.code, month)
    entries = amounts_of(request.venue, month)
    context = {
        "month": month,
        "form": form,
        "entries": entries,
        "total": sum((entry.amount for entry in entries), ZERO),
        "is_open": state == Month.State.OPEN,
    }
    return render(request, "commissions/adjustments/amounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.ENTER_AMOUNTS)
def remove(request: VenueRequest, month: CalendarMonth, kind: str, pk: int) -> HttpResponseBase:
    """An entry is taken back, with the reason."""
    model: Any = Bonus if kind == BONUS else Withholding
    rows = model.objects.select_related("employee__venue").filter(employee__venue=request.venue, month=month.first)
    entry: Bonus | Withholding = found(rows, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None, stands=shown_of(entry, SHOWN))
    if request.method == "POST" and form.is_valid():
        with act(request, form):
            given = form.cleaned_data
            remove_amount(row=entry, user=request.user, reason=given["reason"], seen=given["seen"])
            messages.success(request, _("Taken back."))
        if form.question is None and not form.errors:
            return redirect("payroll_amounts", request.venue.code, month)
    context = {"month": month, "entry": entry, "form": form}
    return render(
        request, "commissions/adjustments/amount_remove.html", context, status=ASKED if form.question else 200
    )
