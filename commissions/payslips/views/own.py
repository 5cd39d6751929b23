"""An account manager's own figures: pay as of today, fines, calendar, bookings."""

from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.engine.as_of_now import Today, current_of, pay_of
from commissions.engine.consequences import warnings_of
from commissions.models import OpenException
from commissions.payslips.bookings import sold_of
from commissions.payslips.calendar import calendar_of
from commissions.payslips.display import target_bar
from commissions.payslips.evidence import explain_fine, explain_standing, explain_today, withheld_clause
from commissions.payslips.texts import exception_told
from commissions.selectors import own_payslips
from pages.access import VenueRequest, at_venue
from pages.acting import found, not_here
from pages.converters import MonthConverter
from pages.formats import weekdays
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.pay import Hint
from staff.selectors import employments_of
from venues.selectors import policy_of
from violations.ledger.selectors import own_penalties
from violations.models import Penalty


@require_safe
@never_cache
@at_venue(Capability.SEE_OWN_PAY)
def pay(request: VenueRequest) -> HttpResponseBase:
    """One's own pay as of today, down to each line, and the payslips of the months before."""
    month = _this_month(request)
    today = _own(request, month)
    payslips = own_payslips(request.user, request.venue)
    context: dict[str, Any] = {
        "payslips": payslips,
        "has_several": len({payslip.number for payslip in payslips}) > 1,
        "month": month,
        "day": _today(request),
        "today": today,
    }
    if today is not None:
        slip = today.payslip
        exceptions = [OpenException(kind=item.kind, business_day=item.day, ref=item.ref) for item in slip.open]
        context |= {
            "slip": slip,
            "lines": explain_today(today),
            "withheld": withheld_clause(today.policy) if not slip.withheld else "",
            "is_dismissed": Hint.DISMISSED in {told.hint for told in slip.hints},
            "exceptions": [exception_told(item) for item in exceptions],
            "warnings": warnings_of(today),
            **target_bar(slip.sales, slip.target),
        }
    return render(request, "commissions/payslips/mine.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_OWN_PAY)
def fines(request: VenueRequest) -> HttpResponseBase:
    """Every fine of one's own month, with its article and arithmetic; the record behind it unfolds."""
    try:
        month = MonthConverter().to_python(request.GET["month"]) if "month" in request.GET else _this_month(request)
    except ValueError:
        raise not_here() from None
    today = _own(request, month)
    standing = today.fines if today else []
    shown = [(one, explain_standing(one, today.policy)) for one in standing] if today else []
    context = {**_months(month), "today": today, "fines": shown, "total": -today.fined if today else ZERO}
    return render(request, "commissions/payslips/fines.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_OWN_PAY)
def fine(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One fine of one's own, with all that it rests on; its evidence alone where a line unfolds."""
    penalty = found(own_penalties(request.user, request.venue).select_related("waived_by"), pk=pk)
    month = CalendarMonth.of(penalty.business_day)
    policy = policy_of(request.venue, month).policy
    context = {
        "penalty": penalty,
        "month": month,
        "one": explain_fine(penalty, policy, now=timezone.now()),
        "is_charged": penalty.state == Penalty.State.CHARGED,
    }
    return render(
        request, "commissions/payslips/_fine.html" if request.htmx else "commissions/payslips/fine.html", context
    )


@require_safe
@at_venue(Capability.SEE_OWN_PAY)
def current_calendar(request: VenueRequest) -> HttpResponseBase:
    """To the calendar of the month under way."""
    return redirect("own_calendar", request.venue.code, _this_month(request))


@require_safe
@never_cache
@at_venue(Capability.SEE_OWN_PAY)
def calendar(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The days of one's own month as the rulebook decides them, and what lies behind each."""
    today = _own(request, month)
    context = {**_months(month), "today": today}
    if today is not None:
        context |= {"calendar": calendar_of(today, _today(request)), "weekdays": weekdays()}
    return render(request, "commissions/payslips/calendar.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_OWN_PAY)
def bookings(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """One's own bookings of a month: those that count, and those that don't with the reason."""
    today = _own(request, month)
    context = {**_months(month), "today": today}
    if today is not None:
        context |= {"sold": sold_of(today.sales), **target_bar(today.payslip.sales, today.payslip.target)}
    return render(request, "commissions/payslips/booked.html", context)


def _today(request: VenueRequest) -> date:
    """The business day under way."""
    return request.venue.day_at(timezone.now())


def _this_month(request: VenueRequest) -> CalendarMonth:
    return CalendarMonth.of(_today(request))


def _own(request: VenueRequest, month: CalendarMonth) -> Today | None:
    """One's own month; None for who is not employed in it."""
    employee = current_of(employments_of(request.user, request.venue), month)
    return pay_of(request.venue, employee, month, now=timezone.now()) if employee else None


def _months(month: CalendarMonth) -> dict[str, Any]:
    return {"month": month, "month_before": month.previous, "month_after": month.next}
