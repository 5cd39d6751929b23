"""The page of one person, as managers read it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from attendance.selectors import SEES_REQUESTS, requests_at
from bookings.booking.selectors import SEES_ALL
from bookings.models import Booking
from commissions.engine.as_of_now import Today, pay_of
from commissions.models import Payslip
from commissions.payslips.bookings import sold_of
from commissions.payslips.calendar import calendar_of
from commissions.payslips.display import target_bar
from commissions.payslips.evidence import explain_standing
from dashboards.hr_files.selectors import file_of
from dashboards.person.history import GROUPS, month_changes
from pages.access import VenueRequest, at_venue
from pages.acting import not_here
from pages.converters import MonthConverter
from pages.formats import weekdays
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from staff.models import Employee
from staff.standing import BADGES, standing_of
from venues.selectors import policy_of
from violations.models import Penalty

PAGE = 30
TABS: dict[str, Promise | str] = {
    "calendar": gettext_lazy("Calendar"),
    "bookings": gettext_lazy("Bookings"),
    "ledger": gettext_lazy("Ledger"),
    "payslips": gettext_lazy("Payslips"),
    "requests": gettext_lazy("Requests"),
    "changes": gettext_lazy("Changes"),
}
"""The parts of the page; all but payslips and requests are of one month."""
_WITHOUT_MONTH = ("payslips", "requests")
_WITH_FIGURES = ("calendar", "bookings", "ledger")


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def person(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One person: who they are, a month's figures, and one part of the rest; the address keeps which."""
    who = file_of(request, pk)
    now = timezone.now()
    today = request.venue.day_at(now)
    sees_pay = Capability.SEE_ALL_PAY in request.may
    tabs = {key: label for key, label in TABS.items() if key != "payslips" or sees_pay}
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else "calendar"
    month = _month(request, who, today)
    context: dict[str, Any] = {
        "who": who,
        "is_own": who.user_id == request.user.pk,
        "month": month,
        "month_before": month.previous,
        "month_after": month.next,
        # As text: the address would take a month for several values.
        "address_before": str(month.previous),
        "address_after": str(month.next),
        "has_month": tab not in _WITHOUT_MONTH,
        "tabs": tabs.items(),
        "tab": tab,
        "months_employed": _months_employed(who, today),
        "sees_pay": sees_pay,
        "venue_address": reverse("venue", args=[request.venue.code]),
        "may_keep": Capability.MANAGE_PEOPLE in request.may,
        "may_correct": Capability.RECORD_ATTENDANCE in request.may and who.user_id != request.user.pk,
        "may_see_accesses": not {Capability.SEE_NUMBERS, Capability.MANAGE_USERS}.isdisjoint(request.may),
    }
    if tab in _WITH_FIGURES:
        stands = pay_of(request.venue, who, month, now=now)
        policy = stands.policy if stands else policy_of(request.venue, month).policy
        context["today"] = stands
        if stands is not None:
            context |= target_bar(stands.payslip.sales, stands.payslip.target)
            context["leave_days"] = (
                stands.payslip.personal_leave_days
                + stands.payslip.sick_leave_days
                + stands.payslip.statutory_leave_days
            )
            context |= _PARTS[tab](request, stands, today)
    else:
        policy = policy_of(request.venue, month).policy
        context |= _PARTS[tab](request, who, month)
    context["badge"] = BADGES[standing_of(who, today, policy)]
    return render(request, "dashboards/person/person.html", context)


def _month(request: VenueRequest, who: Employee, today: date) -> CalendarMonth:
    """The month of the address; else that of today, or the last or first one of the employment."""
    if "month" in request.GET:
        try:
            return MonthConverter().to_python(request.GET["month"])
        except ValueError:
            raise not_here() from None
    return CalendarMonth.of(max(who.hired_on, min(today, who.left_on or today)))


def _months_employed(who: Employee, today: date) -> int:
    """Whole months of employment so far."""
    last = min(today, who.left_on or today)
    months = (last.year - who.hired_on.year) * 12 + last.month - who.hired_on.month
    return max(0, months - (last.day < who.hired_on.day))


def _calendar(request: VenueRequest, stands: Today, today: date) -> dict[str, Any]:
    return {"calendar": calendar_of(stands, today, is_own=False), "weekdays": weekdays(), "last_day": today}


def _bookings(request: VenueRequest, stands: Today, today: date) -> dict[str, Any]:
    """What was sold; each booking leads to its page for who may open it."""
    sold = sold_of(stands.sales)
    shown = (*sold.counted, *sold.waiting, *sold.not_counted)
    if shown and not request.may.isdisjoint(SEES_ALL):
        numbers = [one.booking.number for one in shown]
        keys = dict(Booking.objects.filter(venue=request.venue, number__in=numbers).values_list("number", "pk"))
        for one in shown:
            one.address = reverse("booking", args=[request.venue.code, keys[one.booking.number]])
    return {"sold": sold}


def _ledger(request: VenueRequest, stands: Today, today: date) -> dict[str, Any]:
    """Every fine of the month, charged or not; who waived one and why."""
    pks = [one.penalty for one in stands.fines if one.penalty is not None and one.state == Penalty.State.WAIVED]
    waived = {row.pk: row for row in Penalty.objects.filter(pk__in=pks).select_related("waived_by")}
    fines = [
        (standing, explain_standing(standing, stands.policy), waived.get(standing.penalty or 0))
        for standing in stands.fines
    ]
    spared: Decimal = sum((one.fine.amount for one in stands.fines if not one.is_charged), ZERO)
    return {"fines": fines, "charged": -stands.fined, "spared": spared}


def _payslips(request: VenueRequest, who: Employee, month: CalendarMonth) -> dict[str, Any]:
    found = Payslip.objects.filter(employee=who, run__is_current=True).select_related("run__month")
    page = Paginator(found.order_by("-run__month__first_day"), PAGE).get_page(request.GET.get("page"))
    return {"page": page, "slips": [(slip, slip.run.month.calendar_month) for slip in page]}


def _requests(request: VenueRequest, who: Employee, month: CalendarMonth) -> dict[str, Any]:
    found = requests_at(request.venue).filter(employee=who).order_by("-asked_at", "-pk")
    may_open = not SEES_REQUESTS.isdisjoint(request.may)
    return {"page": Paginator(found, PAGE).get_page(request.GET.get("page")), "may_open": may_open}


def _changes(request: VenueRequest, who: Employee, month: CalendarMonth) -> dict[str, Any]:
    """The file's history, and that of the month's records; ``?of=`` shows one kind."""
    sees_pay = Capability.SEE_ALL_PAY in request.may
    groups = {key: label for key, label in GROUPS.items() if key != "amounts" or sees_pay}
    of = request.GET.get("of", "")
    found = month_changes(who, month, sees_pay=sees_pay, groups=(of,) if of in groups else tuple(groups))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "groups": groups.items(), "of": of if of in groups else ""}


_PARTS: dict[str, Any] = {
    "calendar": _calendar,
    "bookings": _bookings,
    "ledger": _ledger,
    "payslips": _payslips,
    "requests": _requests,
    "changes": _changes,
}
