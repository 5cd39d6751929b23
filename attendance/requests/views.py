"""The pages of requests: asked, answered, decided, with their papers."""

from datetime import date, datetime
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from attendance.models import Request
from attendance.request_kinds import kind_of
from attendance.requests.consequences import price_of_rest
from attendance.requests.forms import DecisionForm, PapersForm, RestForm
from attendance.requests.kinds import DRAFTS
from attendance.requests.kinds.base import Draft
from attendance.requests.kinds.leave import leave_kinds
from attendance.requests.kinds.swap import price_of_swap
from attendance.requests.services import decisions, requests as request_services
from attendance.requests.services.requests import MOST_PAPERS
from attendance.rest_days import services as rest_days_services
from attendance.rest_days.selectors import rest_month, swap_partners, swappable_days
from attendance.selectors import asking_employee, requests_of, visible_papers, visible_requests, waiting_for
from pages.access import VenueRequest, at_venue, posted
from pages.acting import Attempt, act, found, not_here
from pages.fields import Day
from pages.formats import day as shown, weekdays
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.files import TYPES

PAGE = 30
_REST = ("rest", gettext_lazy("Rest day"), "moon")
_OPEN = (Request.State.ASKED, Request.State.WAITING)


@require_safe
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def requests(request: VenueRequest) -> HttpResponseBase:
    """What one asked for with its state, the swaps that wait for one's answer, and what can be asked for."""
    page = Paginator(requests_of(request.user, request.venue), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "found": list(page), "to_answer": list(waiting_for(request.user, request.venue))}
    return render(request, "attendance/requests/requests.html", context | {"kinds": _tiles()})


def _tiles() -> list[tuple[str, Promise, str]]:
    """What can be asked for, each with its word and sign: leave, a rest day, then the others."""
    leave, *others = [(kind, draft.tile, draft.icon) for kind, draft in DRAFTS.items()]
    return [leave, _REST, *others]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def new(request: VenueRequest, kind: str) -> HttpResponseBase:
    """Ask for something: a question a screen, its price, then the one button that sends it."""
    now = timezone.now()
    if kind != "rest" and kind not in DRAFTS:
        raise not_here()
    employee = asking_employee(request.user, request.venue, request.venue.day_at(now))
    if employee is None:
        return render(request, "attendance/requests/not_employed.html")
    if kind == "rest":
        return _new_rest(request, employee, now)
    given = request.POST if request.method == "POST" else request.GET
    leaves = leave_kinds() if kind == "leave" else []
    if leaves and given.get("leave") not in [one.key for one in leaves]:
        return render(request, "attendance/requests/new_leave.html", {"leaves": leaves})
    if request.method == "POST":
        return _ask(request, DRAFTS[kind], kind, employee, now)
    if kind == "swap" and not all(request.GET.get(name) for name in ("day", "other_day", "colleague")):
        return _choose_swap(request, employee, now)
    return _draft(request, DRAFTS[kind], kind, employee, now)


def _draft(request: VenueRequest, draft: Draft, kind: str, employee: Employee, now: datetime) -> HttpResponseBase:
    """The form; once it was filled in and can be asked, what it costs and the button."""
    if kind != "swap" and "confirm" not in request.GET:
        initial = draft.initial(employee, now) | {
            name: request.GET[name] for name in draft.form.base_fields if name in request.GET
        }
        return _filling(request, draft, kind, draft.form(initial=initial))
    form = draft.form(request.GET)
    if not form.is_valid():
        return _filling(request, draft, kind, form)
    with act(request) as attempt:
        draft.check(employee, form.cleaned_data, now)
    if not attempt.is_done:
        return _refused(request, draft, kind, form)
    return _confirming(request, draft, kind, form, _papers(kind, form), employee, now)


def _papers(kind: str, form: forms.Form, request: VenueRequest | None = None) -> PapersForm | None:
    if kind != "leave":
        return None
    data = (request.POST, request.FILES) if request else ()
    return PapersForm(*data, kind=form.cleaned_data["leave"])


def _filling(
    request: VenueRequest, draft: Draft, kind: str, form: forms.Form, *, refused: bool = False
) -> HttpResponseBase:
    if kind == "swap":
        raise not_here()
    leave = str(form["leave"].value()) if kind == "leave" else ""
    context = {
        "draft": draft,
        "kind": kind,
        "form": form,
        "leave": kind_of(leave).word if leave else "",
        "refused": refused,
    }
    return render(request, "attendance/requests/new.html", context)


def _refused(
    request: VenueRequest, draft: Draft, kind: str, form: forms.Form, *, was_sent: bool = False
) -> HttpResponseBase:
    """The form as it was filled in; days to swap are chosen anew."""
    if kind == "swap":
        return redirect("request_new", request.venue.code, kind)
    return _filling(request, draft, kind, form, refused=was_sent)


def _confirming(
    request: VenueRequest,
    draft: Draft,
    kind: str,
    form: forms.Form,
    papers: PapersForm | None,
    employee: Employee,
    now: datetime,
) -> HttpResponseBase:
    context = {
        "draft": draft,
        "kind": kind,
        "form": form,
        "papers": papers,
        "most_papers": MOST_PAPERS,
        "summary": draft.summary(employee, form.cleaned_data),
        "clauses": draft.price(employee, form.cleaned_data, now),
    }
    return render(request, "attendance/requests/confirm.html", context)


def _ask(request: VenueRequest, draft: Draft, kind: str, employee: Employee, now: datetime) -> HttpResponseBase:
    form = draft.form(request.POST)
    if not form.is_valid():
        return _filling(request, draft, kind, form)
    papers = _papers(kind, form, request)
    if papers is not None and not papers.is_valid():
        return _confirming(request, draft, kind, form, papers, employee, now)
    with act(request) as attempt:
        attachments = papers.attachments if papers else []
        asked = draft.ask(employee, request.user, form.cleaned_data, attachments, now)
    if not attempt.is_done:
        return _refused(request, draft, kind, form, was_sent=True)
    if asked.state == Request.State.ASKED:
        messages.success(request, _("Asked. Once your colleague agrees, the supervisor decides."))
    else:
        messages.success(request, _("Asked. You will find the decision under messages."))
    return redirect("request", request.venue.code, asked.pk)


@require_safe
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def price(request: VenueRequest) -> HttpResponseBase:
    """What the form as it is filled in would cost, or why it can't be asked for: a part of its page."""
    now = timezone.now()
    draft = DRAFTS.get(request.GET.get("kind", ""))
    employee = asking_employee(request.user, request.venue, request.venue.day_at(now))
    context: dict[str, Any] = {"clauses": [], "refused": ""}
    if draft is None or employee is None:
        return render(request, "attendance/requests/_price.html", context)
    form = draft.form(request.GET)
    form.fields["reason"].required = False
    if form.is_valid():
        with Attempt() as attempt:
            draft.check(employee, form.cleaned_data, now)
            context["clauses"] = draft.price(employee, form.cleaned_data, now)
        context["refused"] = attempt.text
    return render(request, "attendance/requests/_price.html", context)


def _new_rest(request: VenueRequest, employee: Employee, now: datetime) -> HttpResponseBase:
    """Choose a rest day on the month's calendar; it needs nobody's word (1.2)."""
    today = request.venue.day_at(now)
    this = CalendarMonth.of(today)
    if request.method == "POST":
        form = RestForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose a day first."))
            return redirect(request.get_full_path())
        day = form.cleaned_data["day"]
        with act(request):
            rest_days_services.choose_rest(employee=employee, user=request.user, day=day, now=now)
            messages.success(request, _("%(day)s is your rest day.") % {"day": shown(day)})
        return redirect(request.get_full_path())
    month = this.next if request.GET.get("month") == str(this.next) else this
    found = rest_month(employee, month, now)
    blanks = found.cells[0].day.weekday() if found.cells else 0
    context = {"found": found, "clauses": price_of_rest(found), "months": (this, this.next), "today": today}
    return render(
        request, "attendance/requests/new_rest.html", context | {"blanks": range(blanks), "weekdays": weekdays()}
    )


@posted("request_new", kind="rest")
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def give_up(request: VenueRequest) -> HttpResponseBase:
    """Work on a day one had chosen to rest on."""
    now = timezone.now()
    form = RestForm(request.POST)
    employee = asking_employee(request.user, request.venue, request.venue.day_at(now))
    if employee is not None and form.is_valid():
        day = form.cleaned_data["day"]
        with act(request):
            rest_days_services.give_up_rest(employee=employee, user=request.user, day=day, now=now)
            messages.success(request, _("%(day)s is a workday again.") % {"day": shown(day)})
    return redirect("request_new", request.venue.code, "rest")


def _choose_swap(request: VenueRequest, employee: Employee, now: datetime) -> HttpResponseBase:
    """Choose one's own rest day, then the day wanted for it, then the colleague who rests on it."""
    day, other = _date(request.GET.get("day")), _date(request.GET.get("other_day"))
    context: dict[str, Any] = {"day": day, "other": other}
    if day is None:
        this = request.venue.month_at(now)
        context["days"] = [*swappable_days(employee, this, now), *swappable_days(employee, this.next, now)]
    else:
        partners = swap_partners(employee, day, now)
        counted: dict[date, int] = {}
        for partner in partners:
            counted[partner.day] = counted.get(partner.day, 0) + 1
        context["others"] = counted.items()
        context["partners"] = [partner for partner in partners if partner.day == other]
        if not context["partners"]:
            context["other"] = None
    return render(request, "attendance/requests/new_swap.html", context)


def _date(text: str | None) -> date | None:
    try:
        day: date | None = Day(required=False).clean(text)
    except forms.ValidationError:
        return None
    return day


@require_safe
@never_cache
@at_venue(Capability.MAKE_REQUESTS, Capability.DECIDE_REQUESTS, Capability.MANAGE_PEOPLE)
def show(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A request with its papers and its history, and what the reader may do about it."""
    return _shown(request, _visible(request, pk))


def _visible(request: VenueRequest, pk: int) -> Request:
    return found(visible_requests(request.user, request.venue, request.may), pk=pk)


def _shown(
    request: VenueRequest, asked: Request, papers_form: PapersForm | None = None, decision: DecisionForm | None = None
) -> HttpResponseBase:
    is_own = asked.employee.user_id == request.user.pk
    is_colleague = asked.colleague is not None and asked.colleague.user_id == request.user.pk
    is_open, takes_papers = asked.state in _OPEN, kind_of(asked.kind).takes_papers
    papers = list(asked.papers.all()) if takes_papers else []
    may_add = is_own and is_open and takes_papers and len(papers) < MOST_PAPERS
    decides = Capability.DECIDE_REQUESTS in request.may and asked.state == Request.State.WAITING
    may_answer = is_colleague and asked.state == Request.State.ASKED
    context = {
        "asked": asked,
        "papers": papers,
        "history": asked.history.select_related("history_user").order_by("-history_date", "-history_id"),
        "is_own": is_own,
        "may_answer": may_answer,
        "clauses": price_of_swap(day=asked.other_day, other_day=asked.first_day)
        if may_answer and asked.other_day
        else [],
        "may_withdraw": is_own and is_open,
        "papers_form": (papers_form or PapersForm(kind=asked.kind)) if may_add else None,
        "most_papers": MOST_PAPERS,
        "may_decide": decides and not is_own and not is_colleague,
        "own_decision": decides and (is_own or is_colleague),
        "missing": _(", ").join(kind_of(asked.kind).missing([paper.kind for paper in papers])),
        "decision": decision or DecisionForm(),
    }
    return render(request, "attendance/requests/request.html", context)


@posted("request", "pk")
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def withdraw(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Take back what one asked for."""
    asked = found(requests_of(request.user, request.venue), pk=pk)
    with act(request) as attempt:
        request_services.withdraw(request=asked, user=request.user, now=timezone.now())
        messages.success(request, _("Withdrawn."))
    return redirect("requests", request.venue.code) if attempt.is_done else redirect("request", request.venue.code, pk)


@posted("request", "pk")
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def answer(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Agree to swap rest days with a colleague, or decline."""
    to_answer = visible_requests(request.user, request.venue, ()).filter(colleague__user=request.user)
    asked = found(to_answer, pk=pk)
    agree = request.POST.get("answer") == "agree"
    with act(request):
        request_services.answer_swap(request=asked, user=request.user, agree=agree, now=timezone.now())
        messages.success(request, _("You agreed; the supervisor decides now.") if agree else _("You declined."))
    return redirect("request", request.venue.code, pk)


@posted("request", "pk")
@never_cache
@at_venue(Capability.MAKE_REQUESTS)
def add_papers(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Add papers to leave that one asked for."""
    asked = found(requests_of(request.user, request.venue), pk=pk)
    form = PapersForm(request.POST, request.FILES, kind=asked.kind)
    if not form.is_valid():
        return _shown(request, asked, form)
    with act(request):
        request_services.add_papers(request=asked, user=request.user, papers=form.attachments, now=timezone.now())
        messages.success(request, _("The papers are added."))
    return redirect("request", request.venue.code, pk)


@posted("request", "pk")
@never_cache
@at_venue(Capability.DECIDE_REQUESTS)
def decide(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Approve or refuse a request."""
    asked = _visible(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Approve or refuse; a reason has at most 200 characters."))
        return _shown(request, asked, decision=form)
    approve, reason = form.cleaned_data["decision"] == "approve", form.cleaned_data["reason"]
    with act(request, form) as attempt:
        decisions.decide(request=asked, user=request.user, approve=approve, reason=reason, now=timezone.now())
        messages.success(request, _("Approved.") if approve else _("Refused."))
    if not attempt.is_done:
        return _shown(request, _visible(request, pk), decision=form)
    return redirect("request", request.venue.code, pk)


@require_safe
@never_cache
@csp({"default-src": [NONE], "sandbox": True})
@at_venue(Capability.MAKE_REQUESTS, Capability.DECIDE_REQUESTS, Capability.MANAGE_PEOPLE)
def paper(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A photographed paper, for those entitled; a PDF is downloaded, as the sandbox would not show it."""
    paper = found(visible_papers(request.user, request.venue, request.may), pk=pk)
    end = str(paper.file.name).rpartition(".")[2]
    if end not in TYPES:
        raise not_here()
    try:
        content = paper.file.open("rb")
    except FileNotFoundError as error:
        raise not_here() from error
    response = FileResponse(
        content, as_attachment=end == "pdf", filename=f"{paper.kind}-{paper.pk}.{end}", content_type=TYPES[end]
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
