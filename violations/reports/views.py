"""The pages of recording violations: one at a time, the nightly check, what was recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import messages
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from bookings.models import Booking
from inbox.reach import reach_of, told_or_not
from pages.access import VenueRequest, at_venue
from pages.acting import act, found, not_here
from pages.converters import DayConverter, key_of
from pages.edits import ASKED
from rulebook.articles import CONDUCT_ARTICLES, REPORTED_ARTICLES
from rulebook.calendar import DAY, CalendarMonth
from rulebook.money import ZERO
from rulebook.reports import POACHING, SOLICITING
from staff.models import Employee
from storage.files import TYPES
from venues.rights import shown_of
from venues.selectors import policy_of
from violations.models import Report
from violations.reports.consequences import Effect, effect_of, title_of
from violations.reports.forms import ReportForm, WithdrawForm
from violations.reports.selectors import people_of, recorded_on, sales_on, tables_of, visible_reports
from violations.reports.services import SHOWN, conduct_of, record_conduct, record_report, withdraw_report

_LARGEST_AMOUNT = Decimal(10) ** 9


@dataclass
class _About:
    """What a report that is being written is about, so far; all of it may still be missing."""

    tonight: date
    day: date
    on_shift: list[Employee]
    others: list[Employee]
    bookings: list[Booking]
    given: Mapping[str, str]

    def form(self, *args: Any, **options: Any) -> ReportForm:
        return ReportForm(
            *args,
            on_shift=self.on_shift,
            others=self.others,
            bookings=self.bookings,
            tonight=self.tonight,
            **options,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.REPORT_VIOLATIONS)
def new(request: VenueRequest) -> HttpResponseBase:
    """Record a violation: its effect is shown before it is saved, without a script by a step of its own."""
    now = timezone.now()
    about = _about(request, request.POST if request.method == "POST" else request.GET)
    effect = _effect(request, about)
    if request.method == "POST":
        form = about.form(request.POST, request.FILES)
        if form.is_valid() and effect is not None:
            if request.POST.get("seen") == effect.key:
                with act(request, asks=form) as attempt:
                    report = _record(request, form, now)
                if attempt.is_done:
                    shown = {"number": report.number, "person": report.employee.name, "effect": effect.text}
                    messages.success(request, _("%(number)s is recorded of %(person)s. %(effect)s") % shown)
                    _by_word(request, [report.employee])
                    return redirect("violations_tonight", request.venue.code)
                if form.question and request.FILES:
                    messages.warning(request, _("Choose the photo again: it is sent only with what is saved."))
            else:
                messages.warning(request, _("Look at what follows from it, then save once more."))
                if request.FILES:
                    messages.warning(request, _("Choose the photo again: it is sent only with what is saved."))
    else:
        form = about.form(initial={**about.given, "day": about.day})
    return render(
        request, "violations/reports/new.html", {"form": form, "effect": effect}, status=ASKED if form.question else 200
    )


@require_safe
@never_cache
@at_venue(Capability.REPORT_VIOLATIONS)
def effect(request: VenueRequest) -> HttpResponseBase:
    """The part of the page that says what will follow, as the form is filled in."""
    about = _about(request, request.GET)
    form = about.form(initial={**about.given, "day": about.day})
    return render(request, "violations/reports/about.html", {"form": form, "effect": _effect(request, about)})


@require_safe
@never_cache
@at_venue(Capability.REPORT_VIOLATIONS)
def tonight(request: VenueRequest) -> HttpResponseBase:
    """What was recorded of a business day, tonight's unless another is named."""
    last = request.venue.day_at(timezone.now())
    day = min(_day(request.GET.get("day", "")) or last, last)
    context = {
        "day": day,
        "day_before": day - DAY,
        "day_after": day + DAY if day < last else None,
        "recorded": [(one, title_of(one.report.article)) for one in recorded_on(request.venue, day)],
    }
    return render(request, "violations/reports/tonight.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.REPORT_VIOLATIONS)
def checklist(request: VenueRequest) -> HttpResponseBase:
    """The nightly check: people by the articles of chapter 5, saved at once; saved again it doubles nothing."""
    now = timezone.now()
    last = request.venue.day_at(now)
    given = request.POST if request.method == "POST" else request.GET
    day = min(_day(given.get("day", "")) or last, last)
    on_shift, others = people_of(request.venue, day, but=request.user)
    shows_all = "all" in given
    people = on_shift + others if shows_all else on_shift
    if request.method == "POST":
        by_key = {str(person.pk): person for person in (*on_shift, *others)}
        told = (mark.partition(":") for mark in request.POST.getlist("mark"))
        marks = [(by_key[key], article) for key, _colon, article in told if key in by_key]
        with act(request) as attempt:
            made = record_conduct(venue=request.venue, user=request.user, day=day, marks=marks, now=now)
        if attempt.is_done:
            text = ngettext("%(count)s note is recorded.", "%(count)s notes are recorded.", len(made))
            messages.success(request, text % {"count": len(made)})
            _by_word(request, [report.employee for report in made])
            return redirect("violations_tonight", request.venue.code)
    known = set(conduct_of(request.venue, day))
    context = {
        "day": day,
        "articles": [(article, title_of(article)) for article in CONDUCT_ARTICLES],
        "rows": [
            (person, [(article, title_of(article), (person.pk, article) in known) for article in CONDUCT_ARTICLES])
            for person in people
        ],
        "shows_all": shows_all,
        "others": len(others),
    }
    return render(request, "violations/reports/checklist.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.REPORT_VIOLATIONS)
def withdraw(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Take back what was recorded by mistake, with the reason."""
    report = _report(request, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None, stands=shown_of(report, SHOWN))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason", "seen")}
        with act(request, form) as attempt:
            withdraw_report(report=report, user=request.user, now=timezone.now(), **given)
            messages.success(request, _("%(number)s is taken back.") % {"number": report.number})
        if attempt.is_done:
            _by_word(request, [report.employee])
            return redirect("violations_tonight", request.venue.code)
    context = {
        "report": report,
        "title": title_of(report.article),
        "form": form,
        "told": told_or_not(request.venue, report.employee.name, report.employee.user_id),
    }
    return render(request, "violations/reports/withdraw.html", context, status=ASKED if form.question else 200)


@require_safe
@never_cache
@csp({"default-src": [NONE], "sandbox": True})
@at_venue()
def photo(request: VenueRequest, pk: int) -> HttpResponseBase:
    """The photo of a report, for who records, who sees all pay, and the person themself."""
    report = _report(request, pk)
    if not report.photo:
        raise not_here()
    end = (report.photo.name or "").rpartition(".")[2]
    try:
        content = report.photo.open("rb")
    except FileNotFoundError as error:
        raise not_here() from error
    return FileResponse(content, filename=f"{report.number}.{end}", content_type=TYPES[end])


def _by_word(request: VenueRequest, people: Iterable[Employee]) -> None:
    """Say whom no message reaches; one query."""
    reach = reach_of(request.venue, {person.pk: (person.name, person.user_id) for person in people}.values())
    if reach.others:
        messages.warning(request, reach.by_word)


def _record(request: VenueRequest, form: ReportForm, now: Any) -> Report:
    given = form.cleaned_data
    return record_report(
        venue=request.venue,
        employee=form.who,
        user=request.user,
        day=given["day"],
        article=given["article"],
        now=now,
        booking=form.which,
        amount=given["amount"],
        note=given["note"],
        photo=given["photo"],
        sure=given["sure"],
    )


def _about(request: VenueRequest, given: Mapping[str, str]) -> _About:
    """What is known so far of what is being recorded: the day, who was there, which tables were taken."""
    last = request.venue.day_at(timezone.now())
    named = key_of(given.get("booking", ""))
    day = _day(given.get("day", ""))
    chosen = None
    if named is not None:
        found = Booking.objects.filter(venue=request.venue, pk=named).select_related("employee")
        chosen = found.first()
    day = min(day or (chosen.business_day if chosen else last), last)
    bookings = tables_of(request.venue, day)
    if chosen is not None and chosen not in bookings:
        bookings.insert(0, chosen)
    return _About(last, day, *people_of(request.venue, day, but=request.user), bookings, _known(given))


def _known(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "") for name in ("article", "employee", "booking", "amount", "note")}


def _effect(request: VenueRequest, about: _About) -> Effect | None:
    """What will follow from what is filled in so far; None until an article is chosen."""
    article = about.given["article"]
    if article not in REPORTED_ARTICLES:
        return None
    policy = policy_of(request.venue, CalendarMonth.of(about.day)).policy
    people = {str(person.pk): person for person in (*about.on_shift, *about.others)}
    employee = people.get(about.given["employee"])
    so_far = ZERO
    if article == SOLICITING and employee is not None:
        so_far = sales_on(employee, about.day, policy)
    booking = next((one for one in about.bookings if str(one.pk) == about.given["booking"]), None)
    return effect_of(
        article=article,
        day=about.day,
        policy=policy,
        amount=_amount(about.given["amount"]),
        booking=booking if article == POACHING else None,
        sales_so_far=so_far,
    )


def _report(request: VenueRequest, pk: int) -> Report:
    """A report one may look at; somebody else's or another venue's does not exist."""
    return found(visible_reports(request.user, request.venue, request.may), pk=pk)


def _day(text: str) -> date | None:
    try:
        return DayConverter().to_python(text)
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and ZERO <= amount < _LARGEST_AMOUNT else None
