"""The pages of imports: a file sent, its preview, what became of those before."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found, not_here
from pages.downloads import excel_of, sheets_of
from rulebook.calendar import CalendarMonth
from storage.files import MEGABYTE
from storage.spreadsheets import NUMBER, TEXT, Sheet
from workbook.faults import MAX_ROWS, MAX_UNPACKED
from workbook.imports.dispatch import hand_over
from workbook.imports.forms import AgreedForm, FileForm
from workbook.imports.preview import month_ways
from workbook.imports.services import (
    KEPT,
    LARGEST,
    AlreadyImported,
    abandon,
    begin_check,
    begin_storing,
    is_cut_off,
    kept_faults,
    receive,
    sweep,
)
from workbook.models import Import
from workbook.services import Vouched
from workbook.sheets import SHEETS
from workbook.template import write_template

PAGE = 20
_LIMITS = {
    "megabytes": LARGEST // MEGABYTE,
    "unpacked": MAX_UNPACKED // MEGABYTE,
    "rows": f"{MAX_ROWS:,}",
    "days": KEPT.days,
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.IMPORT_WORKBOOK)
def imports(request: VenueRequest) -> HttpResponseBase:
    """The form to send a workbook with, and every import so far."""
    now = timezone.now()
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        with act(request, form, in_form="file") as attempt:
            taken = receive(
                venue=request.venue, user=request.user, sent=form.cleaned_data["file"], language=get_language() or "",
                now=now,
            )  # fmt: skip
        if attempt.is_done:
            hand_over(taken, clock=timezone.now)
            return redirect("import_preview", request.venue.code, taken.pk)
    if request.method == "GET":
        sweep(now=now)
    found = Import.objects.filter(venue=request.venue).select_related("user").defer("preview")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, *_sums(row)) for row in page],
        "limits": _LIMITS,
        "sheets": [sheet.title for sheet in SHEETS],
    }
    return render(request, "workbook/imports/imports.html", context, status=422 if form.errors else 200)


@require_safe
@at_venue(Capability.IMPORT_WORKBOOK)
def template(request: VenueRequest) -> HttpResponseBase:
    """The empty workbook to fill in."""
    return excel_of(write_template, name=f"{request.venue.code}-month-workbook.xlsx")


@require_safe
@never_cache
@at_venue(Capability.IMPORT_WORKBOOK)
def preview(request: VenueRequest, pk: int) -> HttpResponseBase:
    """What a file would change, what is wrong with it, or what became of it."""
    taken = _import(request, pk)
    new, changed = _sums(taken)
    shown = {sheet["title"]: sheet for sheet in taken.preview.get("sheets", ())}
    context = {
        "taken": taken,
        "is_own": taken.user_id == request.user.pk,
        "is_cut_off": is_cut_off(taken, timezone.now()),
        "sums": (new, changed),
        "counts": [
            (title, *taken.counts[title], shown.get(title))
            for title in (sheet.title for sheet in SHEETS)
            if any(taken.counts.get(title, ()))
        ],
        "faults": taken.preview.get("faults", ()),
        "stale": [CalendarMonth.parse(month) for month in taken.preview.get("stale", ())],
        "months": month_ways(request.venue, taken.months),
        "past": taken.preview.get("past", {}),
        "agreed_form": AgreedForm(),
        "may_vouch": Capability.RECORD_ATTENDANCE in request.may,
        "hints": taken.preview.get("hints", {}),
        "form": FileForm(),
        "limits": _LIMITS,
    }
    return render(request, "workbook/imports/preview.html", context)


@require_safe
@never_cache
@at_venue(Capability.IMPORT_WORKBOOK)
def faults(request: VenueRequest, pk: int) -> HttpResponseBase:
    """The faults of a file as Excel, to mend it by."""
    taken = _import(request, pk)
    if not taken.fault_file:
        raise not_here()
    columns = ((_("Sheet"), TEXT, 12), (_("Row"), NUMBER, 8), (_("Column"), TEXT, 16), (_("What is wrong"), TEXT, 90))
    rows = list(kept_faults(taken))
    if len(rows) < taken.fault_count:
        rows.append(["", None, "", _("… and %(count)s more") % {"count": f"{taken.fault_count - len(rows):,}"}])
    span = f"{timezone.localtime(taken.sent_at):%Y-%m-%d}"
    return sheets_of([Sheet(_("Faults"), columns, rows)], venue=request.venue, span=span, what="faults")


@posted("import_preview", "pk")
@at_venue(Capability.IMPORT_WORKBOOK)
def again(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Check a file again."""
    taken = _import(request, pk)

    def do() -> None:
        hand_over(begin_check(taken=taken, user=request.user, now=timezone.now()), clock=timezone.now)

    return _done(request, taken, do)


@posted("import_preview", "pk")
@at_venue(Capability.IMPORT_WORKBOOK)
def confirm(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Store what the preview showed."""
    taken = _import(request, pk)
    form = AgreedForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"agreed": "", "vouch_reason": ""}
    vouched = Vouched(frozenset(request.POST.getlist("vouch")), given["vouch_reason"])

    def do() -> None:
        begun = begin_storing(
            taken=taken, agreed=given["agreed"], user=request.user, now=timezone.now(), vouched=vouched
        )
        hand_over(begun, clock=timezone.now)

    return _done(request, taken, do)


@posted("import_preview", "pk")
@at_venue(Capability.IMPORT_WORKBOOK)
def throw_away(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Throw a file away."""
    taken = _import(request, pk)
    with act(request) as attempt:
        abandon(taken=taken, user=request.user, now=timezone.now())
        messages.success(request, _("%(name)s is thrown away; nothing of it was stored.") % {"name": taken.name})
    if not attempt.is_done:
        return redirect("import_preview", request.venue.code, pk)
    return redirect("import_page", request.venue.code)


def _done(request: VenueRequest, taken: Import, do: Callable[[], None]) -> HttpResponseBase:
    """Act on an import, and back to its page, which says what came of it."""
    with act(request):
        try:
            do()
        except AlreadyImported as refusal:
            messages.info(request, str(refusal))
    return redirect("import_preview", request.venue.code, taken.pk)


def _import(request: VenueRequest, pk: int) -> Import:
    """An import of this venue; another's does not exist here."""
    return found(Import.objects.filter(venue=request.venue).select_related("user"), pk=pk)


def _sums(taken: Import) -> tuple[int, int]:
    """How many rows an import adds and changes in all."""
    counts: Any = taken.counts.values()
    return sum(new for new, _changed, _same in counts), sum(changed for _new, changed, _same in counts)
