"""The pages on which a month is looked at, sent to its people, locked, reopened, paid."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from commissions.errors import StillOpen
from commissions.models import DraftSent, Payslip
from commissions.month.bank_accounts import accounts_shown, other_accounts, take_over_accounts
from commissions.month.confirmations import answer_draft, send_draft
from commissions.month.forms import AnswerForm, MonthForm, PaidForm, ReopeningForm
from commissions.month.selectors import month_payroll, totals
from commissions.month.services import acknowledge, lock_acknowledged, mark_paid, reopen_month
from commissions.selectors import drafted, visible_payslips
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found
from pages.edits import ASKED
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from storage.seals import seal
from venues.models import Month

MOST_NAMES = 5


@posted("payroll_month", "month")
@at_venue(Capability.LOCK_PAYROLL)
def acknowledged(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """One odd thing, or all that the page showed, was looked at."""
    with act(request):
        done = acknowledge(
            venue=request.venue, month=month, user=request.user, keys=request.POST.getlist("key"), now=timezone.now()
        )
        if done == 0:
            messages.info(request, _("The draft has changed; look at what it shows now."))
    view = QueryDict(request.POST.get("view", "")).urlencode()  # the page as it was filtered and sorted
    at = "payslips" if request.POST.get("at") == "payslips" else "attention"
    address = reverse("payroll_month", args=[request.venue.code, month])
    return redirect(f"{address}{'?' if view else ''}{view}#{at}")


@posted("payroll_month", "month")
@at_venue(Capability.RUN_PAYROLL)
def send(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Everybody is asked to confirm the draft."""
    with act(request):
        reach = send_draft(
            venue=request.venue, month=month, user=request.user, now=timezone.now(), seen=request.POST.get("seen", "")
        )
        if reach is None:
            messages.info(request, _("Everybody was asked about this draft already; another one is asked about anew."))
        else:
            if reach.told:
                text = ngettext("%(count)s person was asked.", "%(count)s people were asked.", reach.told)
                messages.success(request, text % {"count": reach.told})
            if reach.others:
                messages.warning(request, reach.by_word)
    return redirect("payroll_month", request.venue.code, month)


@posted("payslip", "month", "employee")
@at_venue(Capability.SEE_OWN_PAY)
def answer(request: VenueRequest, month: CalendarMonth, employee: int) -> HttpResponseBase:
    """The person confirms the draft of the own payslip, or objects."""
    own = visible_payslips(request.user, request.venue, ())
    payslip = found(own, run__month__first_day=month.first, employee__pk=employee)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This was not understood; nothing was done."))
        return redirect("payslip", request.venue.code, month, employee)
    given = form.cleaned_data
    is_right = given["answer"] == "right"
    with act(request):
        answer_draft(
            payslip=payslip,
            user=request.user,
            digest=given["digest"],
            is_right=is_right,
            words=given["words"],
            now=timezone.now(),
        )
        messages.success(
            request, _("You have confirmed this draft.") if is_right else _("HR has your objection, with your words.")
        )
    return redirect("payslip", request.venue.code, month, employee)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.LOCK_PAYROLL)
def lock(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What is frozen, in figures; then the month is locked."""
    form = MonthForm(_sent(request), stands=drafted(request.venue, month))
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["seen"]
        with act(request, asks=form):
            try:
                lock_acknowledged(venue=request.venue, month=month, user=request.user, now=timezone.now(), seen=seen)
            except StillOpen as refusal:
                messages.error(request, " · ".join([str(refusal), *refusal.exceptions[:3]]))
            else:
                told = _("%(month)s is locked. The Excel holds the sheet for the bank.")
                messages.success(request, told % {"month": month_shown(month)})
    payroll = month_payroll(request.venue, month, now=timezone.now())
    if (form.is_bound and not form.question) or payroll.run is None or not payroll.is_open:
        return redirect("payroll_month", request.venue.code, month)
    people, sums = totals(Payslip.objects.filter(run=payroll.run))
    paid_out = Payslip.objects.filter(run=payroll.run, net__gt=0).order_by("number")
    names = [name for name, account in paid_out.values_list("name", "bank_account") if not account]
    context = {
        "month": month,
        "payroll": payroll,
        "form": form,
        "totals": sums,
        "people": people,
        "is_asked": DraftSent.objects.filter(month=payroll.row).exists(),
        "without_account": len(names),
        "names": pgettext("between names", ", ").join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else ""),
    }
    return render(request, "commissions/month/lock.html", context, status=ASKED if form.question else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.REOPEN_MONTH)
def reopen(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """A locked month is opened again, by the owner, with the reason."""
    form = ReopeningForm(_sent(request), stands=drafted(request.venue, month))

    def do() -> str:
        given = form.cleaned_data
        reopen_month(
            venue=request.venue, month=month, user=request.user, reason=given["reason"], now=timezone.now(),
            seen=given["seen"],
        )  # fmt: skip
        return _("%(month)s is open again.") % {"month": month_shown(month)}

    return _acted(request, month, form, do, "commissions/month/reopen.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MARK_PAID)
def paid(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The day on which a locked month was paid."""
    now = timezone.now()
    payroll = month_payroll(request.venue, month, now=now)
    today = request.venue.day_at(now)
    usual = min(payroll.pay_date or today, today)
    form = PaidForm(_sent(request), stands=drafted(request.venue, month), initial={"on": usual})

    def do() -> str:
        given = form.cleaned_data
        mark_paid(venue=request.venue, month=month, user=request.user, on=given["on"], now=now, seen=given["seen"])
        return _("%(month)s is marked as paid.") % {"month": month_shown(month)}

    return _acted(request, month, form, do, "commissions/month/paid.html", lambda: _accounts(request, month))


def _accounts(request: VenueRequest, month: CalendarMonth) -> dict[str, Any]:
    """Whose bank account was corrected since the lock, for the page before payment."""
    found = other_accounts(request.venue, month)
    return {"accounts": found, "accounts_seal": seal(accounts_shown(found))}


@posted("payroll_paid", "month")
@at_venue(Capability.MARK_PAID)
def accounts(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The accounts corrected since the lock are taken over."""
    with act(request):
        done = take_over_accounts(
            venue=request.venue, month=month, user=request.user, seen=request.POST.get("seen", ""), now=timezone.now()
        )
        if done:
            text = ngettext(
                "%(count)s account was taken over; the sheet for the bank holds it.",
                "%(count)s accounts were taken over; the sheet for the bank holds them.",
                done,
            )
            messages.success(request, text % {"count": done})
        else:
            messages.info(request, _("No account differs from the one frozen at the lock."))
    return redirect("payroll_paid", request.venue.code, month)


def _row(request: VenueRequest, month: CalendarMonth) -> Month | None:
    return Month.objects.filter(venue=request.venue, first_day=month.first).first()


def _sent(request: VenueRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _acted(
    request: VenueRequest,
    month: CalendarMonth,
    form: MonthForm,
    do: Callable[[], str],
    template: str,
    more: Callable[[], dict[str, Any]] = dict,
) -> HttpResponseBase:
    """The page that asks once more before it acts; what has changed since is shown, and asked anew.

    A month in another state than locked has nothing to ask.
    """
    if form.is_bound and form.is_valid():
        with act(request, form, in_form=True) as attempt:
            messages.success(request, do())
        if attempt.is_done:
            return redirect("payroll_month", request.venue.code, month)
    row = _row(request, month)
    if row is None or row.state != Month.State.LOCKED:
        for told in form.non_field_errors():
            messages.error(request, str(told))
        if not form.non_field_errors():
            messages.info(request, _("%(month)s is not locked, or is paid already.") % {"month": month_shown(month)})
        return redirect("payroll_month", request.venue.code, month)
    return render(request, template, {"month": month, "form": form, **more()}, status=ASKED if form.question else 200)
