"""The pages of payroll: a month's run, its payslips."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from math import ceil
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from accounts.requests import own_page
from commissions.adjustments.services import corrections_of
from commissions.errors import RunHeld
from commissions.models import PayrollRun, Payslip
from commissions.month.bank_accounts import other_accounts
from commissions.month.confirmations import answer_to
from commissions.month.filters import SORTS, PayslipFilter
from commissions.month.forms import AnswerForm
from commissions.month.history import SENT, decisions_of
from commissions.month.review import GENERAL, Card, key_of, net_in
from commissions.month.selectors import (
    COLUMNS,
    KEPT,
    LINE,
    MonthPayroll,
    month_at_work,
    month_payroll,
    months_of,
    row_of,
    totals,
    version_of,
)
from commissions.payslips.display import target_bar
from commissions.payslips.evidence import dismissal_clause, explain
from commissions.payslips.texts import exception_shown, exception_told, hint_text
from commissions.runs.dispatch import begin_run, sweep
from commissions.selectors import visible_payslips
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found
from pages.formats import month as month_shown
from pages.tables import order_of
from rulebook.calendar import CalendarMonth
from rulebook.pay import Hint
from storage.seals import seal
from venues.models import Month

PAGE = 50
MOST_CARDS, MOST_SETTLE = 10, 20
MOST_KEYS = 500  # of what is looked at with one click: a form has at most 1,000 fields


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
    return render(request, "commissions/month/months.html", {"months": months_of(request.venue, now=timezone.now())})


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """A month's run: how far it is, what needs attention, the payslips with filters and totals."""
    now = timezone.now()
    payroll = month_payroll(request.venue, month, now=now, may_be_kept=True)
    settle = payroll.blocking
    most = None if "all" in request.GET else MOST_SETTLE
    shown = payroll.odd if "all" in request.GET else payroll.odd[:MOST_CARDS]
    waits = [card.key for card in shown if card.waits]
    decisions = decisions_of(payroll.row) if payroll.row else []
    context: dict[str, Any] = {
        "payroll": payroll,
        "month": month,
        "month_before": month.previous,
        "month_after": month.next if payroll.has_begun else None,
        "may_run": Capability.RUN_PAYROLL in request.may,
        "may_export": Capability.EXPORT_PAYROLL in request.may,
        "may_lock": Capability.LOCK_PAYROLL in request.may,
        "may_pay": Capability.MARK_PAID in request.may,
        "may_reopen": Capability.REOPEN_MONTH in request.may,
        "may_enter": Capability.ENTER_AMOUNTS in request.may,
        "to_settle": settle,
        "settle_shown": [(card, *_settled(request, month, card)) for card in settle[:most]],
        "seen": sum(bool(card.acknowledged_by) for card in payroll.odd),
        "cards": shown,
        "more_cards": len(payroll.odd) - len(shown),
        "waiting_keys": waits[:MOST_KEYS],
        "decisions": decisions,
        "other_accounts": len(other_accounts(request.venue, month)) if _is_locked(payroll) else 0,
        "asked": next((made for made in decisions if made.kind == SENT), None),
    }
    finished = payroll.run.finished_at if payroll.run else None
    context["seal"] = seal({"draft": payroll.run})
    context["is_asked_of_this"] = context["asked"] and finished is not None and context["asked"].at >= finished
    if payroll.computing:
        sweep()
        context |= _progress(payroll.computing, now)
    if payroll.run:
        odd = payroll.odd_people
        context |= {"odd": odd, "table": _kept_table(request, payroll, payroll.run, odd)}
    return render(request, "commissions/month/month.html", context)


def _is_locked(payroll: MonthPayroll) -> bool:
    """Whether the month is locked and not paid yet."""
    return payroll.row is not None and payroll.row.state == Month.State.LOCKED


def _kept_table(request: VenueRequest, payroll: MonthPayroll, run: PayrollRun, odd: Mapping[int, Card]) -> str:
    """The payslips with their filters, made anew whenever anything of them is another.

    The same for whoever may see the page, for there is nothing in it of the reader but the language and the view.
    """
    marks = sorted(
        (pk, card.icon, str(card.title), card.blocks, bool(card.acknowledged_by)) for pk, card in odd.items()
    )
    said = [(one.employee, one.state) for one in payroll.said]
    view = key_of(request.path, request.GET.urlencode(), marks, said)
    key = f"payslips:{version_of(payroll)}:{view}"
    found: str | None = cache.get(key)
    if found is None:
        found = render_to_string("commissions/month/_payslips.html", _table(request, payroll, run, odd), request)
        cache.set(key, found, timeout=KEPT)
    return found


def _table(request: VenueRequest, payroll: MonthPayroll, run: PayrollRun, odd: Mapping[int, Card]) -> dict[str, Any]:
    """What the payslips with their filters show, two queries."""
    filters = PayslipFilter(request.GET, Payslip.objects.filter(run=run), odd=odd.keys())
    count, sums = totals(filters.qs.order_by())
    slips = filters.qs.annotate(before=net_in(payroll.run_before)).values(*LINE, "before")
    page = Counted(slips, PAGE, count=count).get_page(request.GET.get("page"))
    return {
        "payroll": payroll,
        "month": payroll.month,
        "filters": filters,
        "page": page,
        "rows": list(_lines(payroll, odd, page)),
        "totals": sums,
        "statuses": Payslip.Statuses.choices,
        "heads": list(_heads(request)),
        "is_filtered": filters.is_filtered,
    }


def _lines(payroll: MonthPayroll, odd: Mapping[int, Card], slips: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The lines of the table: what a payslip's columns tell, its figures, its words, and what is odd about it."""
    statuses = {value: str(label) for value, label in Payslip.Statuses.choices}
    unfold = _("Lines of %(name)s")
    answers = {said.employee: said.state for said in payroll.said}
    for slip in slips:
        employee, before = slip["employee_id"], slip["before"]
        yield slip | {
            "address": reverse("payslip", args=[payroll.venue.code, payroll.month, employee]),
            "unfold": unfold % slip,
            "status": statuses[slip["status"]],
            "figures": row_of(slip),
            "change": slip["net"] - before if before is not None and payroll.is_whole else None,
            "answer": answers.get(employee, ""),
            "card": odd.get(employee),
        }


class Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many there are."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count


def _settled(request: VenueRequest, month: CalendarMonth, card: Card) -> tuple[str, Promise | str, str]:
    """The page that settles a card and what is done there; where the reader may not, whose page it is instead."""
    if card.way is None:
        return "", "", ""
    page = card.way.page
    if page.capability not in request.may:
        return "", "", _("HR settles it") if page.capability in _HRS else _("the floor manager settles it")
    named: dict[str, list[Any]] = {
        "month": [month],
        "person_day": [card.way.pk, card.way.day],
        "booking": [card.way.pk],
        "venue": [],
    }
    back = f"?next={request.path}" if page.returns else ""
    return reverse(page.view, args=[request.venue.code, *named[page.about]]) + back, page.act, ""


_HRS = (Capability.ENTER_AMOUNTS, Capability.SETTLE_BOOKINGS, Capability.RECORD_ATTENDANCE)


def _heads(request: VenueRequest) -> Iterator[dict[str, Any]]:
    """The columns of figures, each with where a click on its head leads: largest first, then smallest."""
    for column in COLUMNS:
        name = column.name
        head: dict[str, Any] = {"column": column}
        if name in SORTS:
            head |= order_of(request, name, anchor="#payslips")._asdict()
        yield head


def _progress(run: PayrollRun, now: datetime) -> dict[str, Any]:
    """How many are done, and the seconds that are left at that pace; none are told before the first is done."""
    done: int = run.done  # type: ignore[attr-defined]
    spent = (now - run.started_at).total_seconds()
    left = ceil(spent / done * (run.people - done)) if done and spent > 0 else None
    return {
        "computing": run,
        "done": done,
        "people": run.people,
        "seconds_left": left,
        "minutes_left": (left or 0) // 60,
    }


@posted("payroll_month", "month")
@at_venue(Capability.RUN_PAYROLL)
def start(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Begin a run; a second click is told that it has begun."""
    with act(request):
        try:
            begin_run(venue=request.venue, month=month, user=request.user)
        except RunHeld:
            messages.info(request, _("%(month)s is being computed already.") % {"month": month_shown(month)})
    return redirect("payroll_month", request.venue.code, month)


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY)
def progress(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """How far the run is, asked twice a second; once it is over the bar is full, then the page is shown anew."""
    now = timezone.now()
    payroll = month_payroll(request.venue, month, now=now, with_cards=False)
    if payroll.computing is not None:
        sweep()
        context = {"month": month, **_progress(payroll.computing, now)}
        return render(request, "commissions/month/_progress.html", context)
    if payroll.run is None or payroll.run != payroll.latest or not payroll.is_open or "over" in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    people = payroll.run.people
    context = {"month": month, "computing": payroll.run, "done": people, "people": people, "is_over": True}
    return render(request, "commissions/month/_progress.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_ALL_PAY, Capability.SEE_OWN_PAY)
def payslip(request: VenueRequest, month: CalendarMonth, employee: int) -> HttpResponseBase:
    """A payslip, each line with what it rests on; somebody else's does not exist for who may not see it."""
    visible = visible_payslips(request.user, request.venue, request.may)
    slip = found(visible, run__month__first_day=month.first, employee__pk=employee)
    sees_all = Capability.SEE_ALL_PAY in request.may
    told = {hint for hint, _basis in slip.hints}
    open_exceptions = slip.open_exceptions.all() if Hint.EXCEPTIONS in told else ()
    if request.htmx and "odd" in request.GET and sees_all:
        return render(request, "commissions/month/_odd.html", _odd_about(request, slip, month))
    context = {
        "payslip": slip,
        "explained": explain(slip),
        "month": month,
        "sees_all": sees_all,
        "is_open": slip.run.month.state == Month.State.OPEN,
        "dismissal": dismissal_clause(slip),
        "hints": [(hint_text(hint, basis), hint in GENERAL) for hint, basis in slip.hints if hint != Hint.EXCEPTIONS]
        if sees_all
        else [],
        "exceptions": [(exception_shown if sees_all else exception_told)(item) for item in open_exceptions],
        "answer": answer_to(slip),
        "answer_form": AnswerForm(initial={"digest": slip.digest}),
        "may_answer": slip.employee.user_id == request.user.pk
        and slip.run.month.state == Month.State.OPEN
        and slip.digest != ""
        and slip.run.provisional_day is None
        and not slip.run.is_stale,
        "corrections": corrections_of(slip.employee_id, month) if slip.run.month.state == Month.State.PAID else [],
        "leave_days": slip.leave_days,
        **target_bar(slip.sales, slip.target),
    }
    if request.htmx and "row" in request.GET:
        return render(request, "commissions/month/_row.html", context)
    return render(request, "commissions/month/payslip.html", context)


def _odd_about(request: VenueRequest, payslip: Payslip, month: CalendarMonth) -> dict[str, Any]:
    """What is odd about one person, beside the lines of the row; the page that the row is in, to come back to."""
    payroll = month_payroll(request.venue, month, now=timezone.now())
    cards = [card for card in payroll.cards if card.employee == payslip.employee_id]
    may_look = payroll.can_acknowledge and Capability.LOCK_PAYROLL in request.may
    return {
        "payslip": payslip,
        "month": month,
        "cards": cards,
        "waiting_keys": [card.key for card in cards if card.waits] if may_look else [],
        "view": own_page(request, request.htmx.current_url).partition("?")[2],
    }
