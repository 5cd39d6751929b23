"""Payslips as documents: A4, a page each."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.models import PayslipLine
from commissions.payslips.texts import item_text, line_text
from commissions.selectors import visible_payslips
from pages.access import VenueRequest, at_venue
from pages.acting import not_here
from pages.converters import key_of
from rulebook.calendar import CalendarMonth
from venues.models import Month


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY, Capability.SEE_OWN_PAY)
def payslips(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The month's payslips one may see, or one of them (``?person=``), all in one print."""
    found = visible_payslips(request.user, request.venue, request.may).filter(run__month__first_day=month.first)
    person = request.GET.get("person", "")
    if person:
        found = found.filter(employee=key_of(person))
    slips = list(found.order_by("number", "pk"))
    if not slips:
        raise not_here()
    lines: dict[int, list[dict[str, Any]]] = {slip.pk: [] for slip in slips}
    printed = PayslipLine.objects.filter(payslip__in=found.order_by().values("pk"))
    for line in printed.order_by("payslip", "position"):
        lines[line.payslip_id].append({"line": line, "item": item_text(line), "ground": line_text(line)})
    context = {
        "month": month,
        "sheets": [(slip, lines[slip.pk]) for slip in slips],
        "is_draft": slips[0].run.month.state == Month.State.OPEN,
        "back": slips[0] if person else None,
        "sees_all": Capability.SEE_ALL_PAY in request.may,
    }
    return render(request, "commissions/payslips/print.html", context)
