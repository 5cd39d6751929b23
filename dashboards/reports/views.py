"""The pages of the reports, and their Excel."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.month.selectors import month_at_work
from commissions.selectors import current_run
from dashboards.ledger.selectors import in_step
from dashboards.reports import KINDS, Answer, Question, ReportColumn, ReportKind, ReportRow, sheet_of
from dashboards.reports.basis import standing_of, standings_of_year
from dashboards.reports.parts import SHEET
from pages.access import VenueRequest, at_venue
from pages.acting import not_here
from pages.converters import MonthConverter
from pages.downloads import sheets_of
from pages.formats import month as month_shown, short_day
from pages.tables import chosen_sort, order_of
from pages.templatetags.shown import cell, dotted
from rulebook.calendar import CalendarMonth
from storage.spreadsheets import MONEY, NUMBER
from venues.models import Month

PAGE = 50
_NOTHING, _ZERO = mark_safe('<span class="third">—</span>'), mark_safe('<span class="zero">0</span>')


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def index(request: VenueRequest) -> HttpResponseBase:
    """The reports there are, of a month."""
    month = _month(request)
    context = {**_months(request, month), "kinds": KINDS.values(), "standing": standing_of(_question(request, month))}
    return render(request, "dashboards/reports/reports.html", context)


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def report(request: VenueRequest, kind: str) -> HttpResponseBase:
    """A report of a month on the screen: filtered, sorted, paged, summed."""
    asked, question = _asked(request, kind)
    lacks_run = asked.needs_run and not asked.is_of_year and question.run is None
    context: dict[str, Any] = {
        **_months(request, question.month),
        "kind": asked,
        "standing": standing_of(question),
        "lacks_run": lacks_run,
        "fields": [
            (one, list(one.choices()) if one.choices else None, question.given.get(one.name, ""))
            for one in asked.filters
        ],
        "is_filtered": any(value for name, value in question.given.items() if name != "by"),
        "plain": _plain(question),
    }
    if asked.is_of_year:
        standings = standings_of_year(question)
        context |= {
            "standings": standings,
            "drafts": [one for one in standings if one.run and not one.closed],
            "missing": [one.month for one in standings if not one.run],
        }
    if not asked.needs_run:
        context["step"] = in_step(request.venue, question.month, question.row, now=question.now)
    if not lacks_run:
        answer = asked.answer(question)
        pages: Any = Paginator(answer, PAGE)  # type: ignore[arg-type]
        page = pages.get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "count": len(answer),
            "heads": [
                (column, _order(request, column, asked, question)) for column in answer.columns if column.look != SHEET
            ],
            "rows": [(_cells(answer, row.values), _below(answer, row), row) for row in page],
            "foot": _cells(answer, answer.foot),
        }
    return render(request, "dashboards/reports/report.html", context)


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def workbook(request: VenueRequest, kind: str) -> HttpResponseBase:
    """The Excel of what the page shows under the same filters."""
    asked, question = _asked(request, kind)
    if asked.needs_run and not asked.is_of_year and question.run is None:
        messages.error(request, _("%(month)s was not run.") % {"month": month_shown(question.month)})
        return redirect(f"{reverse('report', args=[request.venue.code, kind])}?month={question.month}")
    is_draft = asked.needs_run and not standing_of(question).closed
    answer: Answer = asked.answer(question)
    what = f"{asked.slug}-draft" if is_draft else asked.slug
    return sheets_of([sheet_of(asked, answer)], venue=request.venue, span=str(question.month), what=what)


def _cells(answer: Answer, values: Sequence[Any]) -> list[tuple[ReportColumn, Any]]:
    """The values that the screen shows, in words, each with its column."""
    cells = zip(answer.columns, values, strict=True)
    return [(column, _shown(column, value)) for column, value in cells if column.look != SHEET]


def _shown(column: ReportColumn, value: Any) -> str:
    """A value as the screen shows it, safe for the page; here, a template a cell would take most of the time."""
    if value is None:
        return _NOTHING if column.is_figure else ""
    if column.format == MONEY:
        return cell(value)
    if column.format == NUMBER:
        return format_html("{}", value) if value else _ZERO
    return short_day(value) if isinstance(value, date) else dotted(value)


def _below(answer: Answer, row: ReportRow) -> list[tuple[ReportColumn, Any]]:
    """What a phone shows below the first column, in place of columns: words and days, no figures."""
    return [
        (column, value)
        for column, value in _cells(answer, row.values)
        if column.look == "desk" and not column.is_figure and value
    ]


def _asked(request: VenueRequest, slug: str) -> tuple[ReportKind, Question]:
    """The report that an address names, and what is asked of it; what is unknown filters nothing."""
    kind = KINDS.get(slug)
    if kind is None:
        raise not_here()
    given = {}
    for one in kind.filters:
        value = request.GET.get(one.name, "").strip()
        if value and (one.choices is None or value in _values(one.choices())):
            given[one.name] = value
    question = _question(request, _month(request), given)
    known = [column.name for column in kind.columns(question) if column.sorts is not None]
    default = _default(kind, known)
    sort, is_descending = chosen_sort(request, known, default)
    return kind, Question(**{**vars(question), "sort": sort, "is_descending": is_descending})


def _values(choices: Any) -> set[str]:
    """The values of choices, some of them in groups."""
    found = set()
    for value, label in choices:
        found |= {inner for inner, _words in label} if isinstance(label, list) else {value}
    return found


def _default(kind: ReportKind, known: list[str]) -> str:
    return kind.default if kind.default.removeprefix("-") in known else known[0]


def _question(request: VenueRequest, month: CalendarMonth, given: dict[str, str] | None = None) -> Question:
    run = current_run(request.venue, month)
    row = run.month if run else Month.objects.filter(venue=request.venue, first_day=month.first).first()
    return Question(venue=request.venue, month=month, row=row, run=run, now=timezone.now(), given=given or {})


def _month(request: VenueRequest) -> CalendarMonth:
    """The month of the address; the one HR works on where it names none."""
    if "month" not in request.GET:
        return month_at_work(request.venue, now=timezone.now())
    try:
        return MonthConverter().to_python(request.GET["month"])
    except ValueError:
        raise not_here() from None


def _months(request: VenueRequest, month: CalendarMonth) -> dict[str, Any]:
    today = request.venue.month_at(timezone.now())

    def to(other: CalendarMonth) -> str:
        query: QueryDict = request.GET.copy()
        query.pop("page", None)
        query["month"] = str(other)
        return f"?{query.urlencode()}"

    before = month.previous
    return {
        "month": month,
        "month_before": before,
        "before": to(before),
        "month_after": month.next,
        "after": to(month.next) if month < today else "",
    }


def _plain(question: Question) -> str:
    """The report without its filters, in the same grouping."""
    by = question.given.get("by")
    return f"?month={question.month}" + (f"&by={by}" if by else "")


def _order(request: VenueRequest, column: ReportColumn, kind: ReportKind, question: Question) -> Any:
    """Where a click on a head leads; None where the column does not sort."""
    if column.sorts is None:
        return None
    known = [one.name for one in kind.columns(question) if one.sorts is not None]
    return order_of(request, column.name, default=_default(kind, known), first=column.sorts)
