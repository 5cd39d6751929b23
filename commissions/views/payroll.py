"""The pages of payroll: a month's run, its payslips."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Capability
from commissions.answers import answer_to
from commissions.dispatch import begin_run, sweep
from commissions.errors import RunHeld
from commissions.evidence import dismissal_clause, explain
from commissions.explain import exception_shown, exception_told, hint_text
from commissions.exports import write_payroll
from commissions.filters import SORTS, PayslipFilter
from commissions.forms import AnswerForm
from commissions.models import Payslip
from commissions.overview import (
    COLUMNS,
    GENERAL,
    Card,
    MonthPayroll,
    month_at_work,
    month_payroll,
    months_of,
    net_before,
    row_of,
    target_bar,
    totals,
)
from commissions.runs import progress_of
from commissions.selectors import current_run, visible_payslips
from pages.access import VenueRequest, at_venue
from pages.downloads import excel_of
from pages.tables import order_of
from rulebook.calendar import DAY, CalendarMonth
from rulebook.pay import Hint
from venues.errors import Refused
from venues.models import Month

PAGE = 50
MOST_CARDS = 9


@require_safe
@at_venue(Capability.SEE_ALL_PAY)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the month that is being worked on."""
    return redirect("payroll_month", request.venue.code, month_at_work(request.venue, now=timezone.now()))


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def months(request: VenueRequest) -> HttpResponseBase:
    """Every month with its state."""
    return render(request, "commissions/months.html", {"months": months_of(request.venue, now=timezone.now())})


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """A month's run: how far it is, what needs attention, the payslips with filters and totals."""
    payroll = month_payroll(request.venue, month, now=timezone.now())
    shown = payroll.cards if "all" in request.GET else payroll.cards[:MOST_CARDS]
    context: dict[str, Any] = {
        "payroll": payroll,
        "month": month,
        "month_before": CalendarMonth.of(month.first - DAY),
        "month_after": month.next if payroll.has_begun else None,
        "may_run": Capability.RUN_PAYROLL in request.may,
        "may_export": Capability.EXPORT_PAYROLL in request.may,
        "may_lock": Capability.LOCK_PAYROLL in request.may,
        "may_pay": Capability.MARK_PAID in request.may,
        "may_reopen": Capability.REOPEN_MONTH in request.may,
        "may_enter": Capability.ENTER_AMOUNTS in request.may,
        "cards": [(card, *_settled(request, month, card)) for card in shown],
        "more_cards": len(payroll.cards) - len(shown),
        "shown_keys": [card.key for card in shown if card.waits],
        "changes": _changes(payroll),
        "month_at_work": month_at_work(request.venue, now=timezone.now()),
    }
    if payroll.computing:
        sweep()
        context |= _progress(payroll.computing)
    if payroll.run:
        payslips = Payslip.objects.filter(run=payroll.run)
        odd = payroll.odd_people
        filters = PayslipFilter(request.GET, payslips.order_by("number"), odd=odd)
        page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
        before = net_before(payroll.run)
        context |= {
            "filters": filters,
            "odd": odd,
            "page": page,
            "rows": [
                (
                    slip,
                    row_of(vars(slip)),
                    slip.net - before[slip.employee_id] if slip.employee_id in before else None,
                )
                for slip in page
            ],
            "totals": totals(filters.qs.order_by()),
            "statuses": Payslip.Statuses.choices,
            "heads": list(_heads(request)),
            "is_filtered": filters.is_filtered,
        }
    return render(request, "commissions/month.html", context)


_PAGES = {
    "booking": ("booking_settle", Capability.SETTLE_BOOKINGS),
    "held": ("booking", Capability.CONFIRM_ARRIVALS),
    "day": ("person_day", Capability.RECORD_ATTENDANCE),
    "amounts": ("payroll_amounts", Capability.ENTER_AMOUNTS),
    "request": ("tonight", Capability.DECIDE_REQUESTS),
}
"""Where a thing is settled, and who may."""


def _settled(request: VenueRequest, month: CalendarMonth, card: Card) -> tuple[str, str]:
    """The address of the page that settles a card, and whose it is where the reader may not; empty without one."""
    if card.way is None:
        return "", ""
    name, capability = _PAGES[card.way.kind]
    if capability not in request.may:
        return "", _("HR settles it") if capability == Capability.ENTER_AMOUNTS else _("the floor manager settles it")
    arguments: list[Any] = [request.venue.code]
    if name == "payroll_amounts":
        arguments.append(month)
    elif name == "person_day":
        arguments += [card.way.pk, card.way.day]
    elif name != "tonight":
        arguments.append(card.way.pk)
    return reverse(name, args=arguments), ""


def _changes(payroll: MonthPayroll) -> list[dict[str, Any]]:
    """Every lock, reopening and payment of the month, the latest first: who, when, why."""
    if payroll.row is None:
        return []
    rows = payroll.row.history.select_related("history_user").order_by("history_date", "history_id")
    found, state = [], Month.State.OPEN.value
    for row in rows:
        if row.state == state:
            continue
        label = _("reopened") if row.state == Month.State.OPEN else row.get_state_display()
        who = row.history_user
        found.append(
            {
                "label": label,
                "at": row.history_date,
                "by": (who.get_full_name() or who.username) if who else _("by command"),
                "reason": row.history_change_reason or "",
                "paid_on": row.paid_on,
            }
        )
        state = row.state
    return found[::-1]


def _heads(request: VenueRequest) -> Iterator[dict[str, Any]]:
    """The columns of figures, each with where a click on its head leads: largest first, then smallest."""
    for column in COLUMNS:
        name = column.name
        head: dict[str, Any] = {"column": column}
        if name in SORTS:
            head |= order_of(request, name, anchor="#payslips")._asdict()
        yield head


def _progress(run: Any) -> dict[str, Any]:
    done, people = progress_of(run)
    return {"computing": run, "done": done, "people": people}


@require_POST
@at_venue(Capability.RUN_PAYROLL)
def start(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Begin a run; a second click is told that it has begun."""
    try:
        begin_run(venue=request.venue, month=month, user=request.user)
    except RunHeld:
        messages.info(request, _("%(month)s is being computed already.") % {"month": month})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("payroll_month", request.venue.code, month)


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def progress(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """How far the run is, asked twice a second; once it is over the bar is full, then the page is shown anew."""
    payroll = month_payroll(request.venue, month, now=timezone.now(), with_cards=False)
    if payroll.computing is not None:
        sweep()
        context = {"month": month, **_progress(payroll.computing)}
        return render(request, "commissions/_progress.html", context)
    if payroll.run is None or payroll.run != payroll.latest or not payroll.is_open or "over" in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    people = payroll.run.people
    context = {"month": month, "computing": payroll.run, "done": people, "people": people, "is_over": True}
    return render(request, "commissions/_progress.html", context)


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The Excel of the month's current payslips."""
    run = current_run(request.venue, month)
    if run is None:
        messages.error(request, _("%(month)s was not run.") % {"month": month})
        return redirect("payroll_month", request.venue.code, month)
    draft = "-draft" if run.month.state == Month.State.OPEN else ""
    name = f"{request.venue.code}-{month}-payroll{draft}.xlsx"
    try:
        return excel_of(lambda path: write_payroll(run, path), name=name)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("payroll_month", request.venue.code, month)


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY, Capability.SEE_OWN_PAY)
def payslip(request: VenueRequest, month: CalendarMonth, employee: int) -> HttpResponseBase:
    """A payslip, each line with what it rests on; somebody else's does not exist for who may not see it."""
    found = (
        visible_payslips(request.user, request.venue, request.may)
        .filter(run__month__first_day=month.first, employee__pk=employee)
        .first()
    )
    if found is None:
        raise Http404(_("There is nothing here, or it is not yours to see."))
    sees_all = Capability.SEE_ALL_PAY in request.may
    told = {hint for hint, _basis in found.hints}
    open_exceptions = found.open_exceptions.all() if Hint.EXCEPTIONS in told else ()
    in_row = bool(request.htmx) and "row" in request.GET
    context = {
        "payslip": found,
        "explained": explain(found),
        "month": month,
        "sees_all": sees_all,
        "is_open": found.run.month.state == Month.State.OPEN,
        "dismissal": dismissal_clause(found),
        "hints": [(hint_text(hint, basis), hint in GENERAL) for hint, basis in found.hints if hint != Hint.EXCEPTIONS]
        if sees_all
        else [],
        "exceptions": [(exception_shown if sees_all else exception_told)(item) for item in open_exceptions],
        "answer": answer_to(found),
        "answer_form": AnswerForm(initial={"digest": found.digest}),
        "may_answer": found.employee.user_id == request.user.pk
        and found.run.month.state == Month.State.OPEN
        and found.run.provisional_day is None
        and not found.run.is_stale,
        "leave_days": found.personal_leave_days + found.sick_leave_days + found.statutory_leave_days,
        **target_bar(found.sales, found.target),
    }
    return render(request, "commissions/_row.html" if in_row else "commissions/payslip.html", context)
