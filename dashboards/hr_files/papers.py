"""The papers, undertakings, hidden numbers of a file: added, removed, looked at."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Capability, Role
from commissions.payslips.texts import in_language
from dashboards.hr_files.selectors import file_of
from pages.access import VenueRequest, at_venue
from pages.acting import act, form_page, found, not_here
from pages.converters import key_of
from rulebook.articles import ARTICLES
from rulebook.clauses import clause
from staff.forms import PaperForm, UndertakingForm, WhyForm
from staff.models import Paper, SensitiveAccess, Undertaking
from staff.services import (
    add_paper,
    record_undertaking,
    remove_paper,
    remove_undertaking,
    reveal_number,
    reveal_paper,
)
from storage.files import TYPES
from venues.models import PolicyVersion, Venue
from venues.selectors import policy_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SEE_NUMBERS)
def numbers(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A number in full, once, for who asks for it; that they looked is noted. Nothing is shown unasked."""
    who = file_of(request, pk)
    if request.method != "POST":
        return redirect("person_file", request.venue.code, pk)
    what = request.POST.get("what", "")
    with act(request) as attempt:
        number = reveal_number(employee=who, user=request.user, what=what, now=timezone.now())
    if not attempt.is_done:
        return redirect("person_file", request.venue.code, pk)
    context = {"who": who, "number": number, "label": SensitiveAccess.What(what).label}
    return render(request, "dashboards/hr_files/number.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_NUMBERS, Capability.MANAGE_USERS)
def access_log(request: VenueRequest) -> HttpResponseBase:
    """Every look at a number or a paper of the venue's people, or of one (``?person=``), the latest first."""
    found = SensitiveAccess.objects.filter(employee__venue=request.venue).select_related("user", "employee")
    of, asked = None, key_of(request.GET.get("person"))
    if asked is not None:
        of = file_of(request, asked)
        found = found.filter(employee=of)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "of": of, "may_manage": Capability.MANAGE_PEOPLE in request.may}
    return render(request, "dashboards/hr_files/access_log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def new(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A paper is added to a file."""
    who = file_of(request, pk)
    now = timezone.now()
    initial = {"kind": request.GET.get("kind", ""), "dated_on": now.astimezone(request.venue.zone).date()}
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm(initial=initial)

    def save() -> str:
        add_paper(employee=who, user=request.user, now=now, **form.cleaned_data)
        return _("Added to the file.")

    to = reverse("person_file", args=[request.venue.code, pk])
    return form_page(request, form, "dashboards/hr_files/paper_new.html", {"who": who}, save=save, to=to, in_form=True)


def _paper_of(request: VenueRequest, pk: int, paper: int) -> Paper:
    return found(Paper.objects.select_related("employee__venue"), employee__venue=request.venue, employee=pk, pk=paper)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SEE_NUMBERS)
def show(request: VenueRequest, pk: int, paper: int) -> HttpResponseBase:
    """A paper as it was photographed, for who asks for it; papers bear the numbers, so each look is noted."""
    found = _paper_of(request, pk, paper)
    if request.method != "POST":
        return redirect("person_file", request.venue.code, pk)
    end = str(found.file.name).rpartition(".")[2]
    with act(request) as attempt:
        content = reveal_paper(paper=found, user=request.user, now=timezone.now())
    if not attempt.is_done:
        return redirect("person_file", request.venue.code, pk)
    if end not in TYPES:
        raise not_here()
    name = f"{found.kind}-{found.pk}.{end}"
    response = FileResponse(content, as_attachment=end == "pdf", filename=name, content_type=TYPES[end])
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def remove(request: VenueRequest, pk: int, paper: int) -> HttpResponseBase:
    """A paper is removed from a file, with the reason."""
    found = _paper_of(request, pk, paper)
    form = WhyForm(request.POST if request.method == "POST" else None)

    def save() -> str:
        remove_paper(paper=found, user=request.user, reason=form.cleaned_data["reason"])
        return _("Removed from the file.")

    context = {"who": found.employee, "what": found.get_kind_display(), "on": found.dated_on}
    to = reverse("person_file", args=[request.venue.code, pk])
    return form_page(request, form, "dashboards/hr_files/remove.html", context, save=save, to=to, in_form=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def undertaking(request: VenueRequest, pk: int) -> HttpResponseBase:
    """That a person signed a version of the rulebook is recorded (7.1)."""
    who = file_of(request, pk)
    now = timezone.now()
    today = now.astimezone(request.venue.zone).date()
    versions = list(PolicyVersion.objects.filter(venue=request.venue).order_by("-effective_from", "-pk"))
    in_force = policy_of(request.venue, request.venue.month_at(now))
    form = UndertakingForm(
        request.POST if request.method == "POST" else None,
        versions=versions,
        initial={"version": in_force.pk, "signed_on": today, "countersigned_by": _owner_of(request.venue)},
    )

    def save() -> str:
        record_undertaking(employee=who, user=request.user, now=now, **form.cleaned_data)
        return _("Recorded.")

    to = reverse("person_file", args=[request.venue.code, pk])
    return form_page(
        request, form, "dashboards/hr_files/undertaking.html", {"who": who}, save=save, to=to, in_form=True
    )


def _owner_of(venue: Venue) -> str:
    owner = User.objects.filter(memberships__venue=venue, memberships__role=Role.OWNER, is_active=True).first()
    return owner.get_full_name()[:60] if owner else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def unsign(request: VenueRequest, pk: int, signed: int) -> HttpResponseBase:
    """What was recorded by mistake is taken back, with the reason."""
    signing = found(
        Undertaking.objects.select_related("employee__venue"), employee__venue=request.venue, employee=pk, pk=signed
    )
    form = WhyForm(request.POST if request.method == "POST" else None)

    def save() -> str:
        remove_undertaking(undertaking=signing, user=request.user, reason=form.cleaned_data["reason"])
        return _("Removed from the file.")

    context = {"who": signing.employee, "what": _("undertaking"), "on": signing.signed_on}
    to = reverse("person_file", args=[request.venue.code, pk])
    return form_page(request, form, "dashboards/hr_files/remove.html", context, save=save, to=to, in_form=True)


@require_safe
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def undertaking_print(request: VenueRequest, pk: int) -> HttpResponseBase:
    """The undertaking under the rules in force, as a document to sign (7.1)."""
    who = file_of(request, pk)
    now = timezone.now()
    version = policy_of(request.venue, request.venue.month_at(now))
    context = {
        "who": who,
        "version": version,
        "clauses": list(_clauses(version)),
        "promises": _PROMISES,
        "today": now.astimezone(request.venue.zone).date(),
    }
    return render(request, "dashboards/hr_files/undertaking_print.html", context)


def _clauses(version: PolicyVersion) -> Iterator[tuple[str, str]]:
    """What the articles say with the figures of a version; articles that say the same stand together."""
    said = [(code, clause(code, version.policy)) for code in ARTICLES if code[0].isdecimal()]
    texts = [(code, in_language(text)) for code, text in said if text is not None]
    for text, alike in groupby(texts, key=itemgetter(1)):
        codes = [code for code, _text in alike]
        yield codes[0] if len(codes) == 1 else f"{codes[0]}–{codes[-1]}", text


_PROMISES = (
    gettext_lazy("What I have declared of myself is true."),
    gettext_lazy("I accept the rules of the house and its discipline, training and probation."),
    gettext_lazy("I answer for losses that I cause."),
    gettext_lazy("I will sign a contract with the house, and work for no one else."),
)
