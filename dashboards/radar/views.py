"""The pages of the leak radar."""

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from dashboards.radar.costing import chart_of, house_cost
from dashboards.radar.display import KINDS, names_for, people_named, share_text, shown
from dashboards.radar.findings import FindingKind
from dashboards.radar.selectors import Entry, swept, unpacked
from pages.access import VenueRequest, at_venue
from pages.converters import key_of
from pages.downloads import sheets_of
from rulebook.calendar import CalendarMonth
from storage.spreadsheets import MONEY, NUMBER, TEXT, Sheet

PAGE, PEOPLE_PAGE, FIRST_PEOPLE = 12, 50, 10


@require_safe
@at_venue(Capability.SEE_RADAR)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the month under way."""
    today = request.venue.day_at(timezone.now())
    return redirect("radar_month", request.venue.code, CalendarMonth.of(today))


@require_safe
@never_cache
@at_venue(Capability.SEE_RADAR)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What is worth a look in a month, by kind and person; what the sales cost."""
    sweep = swept(request.venue, month)
    found = _filtered(request, sweep.entries)
    this_month = request.venue.month_at(timezone.now())
    is_cost = request.GET.get("view") == "cost"
    counts = Counter(entry.kind for entry in sweep.entries)
    concerned = set[int]().union(*(entry.people for entry in sweep.entries))
    ranking = sweep.ranking if Capability.SEE_ALL_PAY in request.may else []
    costs = Paginator(ranking, PEOPLE_PAGE if is_cost else FIRST_PEOPLE).get_page(
        request.GET.get("page") if is_cost else 1
    )
    people = people_named(request.venue, concerned | {row.person for row in costs})
    context: dict[str, Any] = {
        "month": month,
        "month_before": month.previous,
        "month_after": month.next if month < this_month else None,
        "kinds": [(kind, *KINDS[kind], counts[kind]) for kind in FindingKind],
        "kind": _kind(request),
        "person": _person(request),
        "people": _options([(pk, *named) for pk, named in people.items() if pk in concerned], _person(request)),
        "all": len(sweep.entries),
        "is_cost": is_cost,
        "has_facts": sweep.has_bookings,
        "lead": sweep.facts.lead_minutes,
    }
    if Capability.SEE_ALL_PAY in request.may:
        context |= {
            "chart": chart_of(sweep.costs, month),
            "costs": costs,
            "cost_rows": [(row, people.get(row.person, ("—", ""))[0]) for row in costs],
            "more_people": len(ranking) - FIRST_PEOPLE,
            "house": house_cost(sweep.costs),
        }
    if not is_cost:
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        findings = unpacked(page.object_list)
        names = names_for(request.venue, findings)
        context |= {"page": page, "findings": [shown(finding, sweep.facts, names) for finding in findings]}
    return render(request, "dashboards/radar/radar.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_RADAR)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The filtered findings with all their records, as Excel; phones by their last four digits."""
    sweep = swept(request.venue, month)
    found = unpacked(_filtered(request, sweep.entries))
    names = names_for(request.venue, found)
    told = [shown(finding, sweep.facts, names, most=None) for finding in found]
    findings = Sheet(
        _("Findings"),
        (
            (_("No."), NUMBER, 6), (_("Kind"), TEXT, 26), (_("Whom or what"), TEXT, 20), (_("Count"), NUMBER, 8),
            (_("Of"), NUMBER, 8), (_("The others"), TEXT, 12), (_("Comped"), MONEY, 12), (_("In words"), TEXT, 60),
        ),
        [
            (
                place, str(one.title), one.who, one.finding.own.count, one.finding.own.of,
                share_text(one.finding.rest.rate) if one.finding.rest.of else "", one.finding.amount, one.text,
            )
            for place, one in enumerate(told, 1)
        ],
    )  # fmt: skip
    records = Sheet(
        _("Records"),
        (
            (_("No."), NUMBER, 6), (_("Kind"), TEXT, 26), (_("Whom or what"), TEXT, 20), (_("Booking"), TEXT, 18),
            (_("Record"), TEXT, 90),
        ),
        list(_records(told)),
    )  # fmt: skip
    return sheets_of([findings, records], venue=request.venue, span=str(month), what="radar")


def _records(told: list[Any]) -> Iterator[tuple[Any, ...]]:
    for place, one in enumerate(told, 1):
        for record, cells in one.rows:
            said = _("; ").join(f"{head.label} {text}" for head, text in cells)
            yield place, str(one.title), one.who, record.number, said


def _options(people: list[tuple[int, str, str]], chosen: int | None) -> str:
    """People to choose from; in one go, as hundreds of them are most of what a template would do for the page."""
    return mark_safe(
        "".join(
            f'<option value="{pk}"{" selected" if pk == chosen else ""}>{escape(name)} {escape(number)}</option>'
            for pk, name, number in people
        )
    )


def _filtered(request: VenueRequest, entries: list[Entry]) -> list[Entry]:
    kind, person = _kind(request), _person(request)
    return [one for one in entries if (not kind or one.kind == kind) and (person is None or person in one.people)]


def _kind(request: VenueRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in set(FindingKind) else ""


def _person(request: VenueRequest) -> int | None:
    return key_of(request.GET.get("person"))
