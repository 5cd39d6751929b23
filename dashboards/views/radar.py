"""The pages of the leak radar."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from dashboards.radar.costing import by_person, chart_of, house_cost
from dashboards.radar.facts import Facts
from dashboards.radar.fetch import Costs, costs_of, facts_of, version_of
from dashboards.radar.findings import LEAST, Finding, Kind, findings_of
from dashboards.radar.showing import KINDS, names_for, people_named, share_text, shown
from pages.access import VenueRequest, at_venue
from pages.downloads import sheets_of
from rulebook.calendar import DAY, CalendarMonth, business_day
from storage.spreadsheets import MONEY, NUMBER, TEXT, Sheet

PAGE, PEOPLE_PAGE, FIRST_PEOPLE = 20, 50, 10
_KEPT = 600  # seconds


@dataclass(frozen=True)
class Swept:
    """A month as the radar has swept it; its ``facts`` are kept without bookings and comps."""

    facts: Facts
    has_bookings: bool
    findings: list[Finding]
    costs: Costs


@require_safe
@at_venue(Capability.SEE_RADAR)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the month under way."""
    today = business_day(timezone.now(), request.venue.zone)
    return redirect("radar_month", request.venue.code, CalendarMonth.of(today))


@require_safe
@never_cache
@at_venue(Capability.SEE_RADAR)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What is worth a look in a month, by kind and person; what the sales cost."""
    swept = _swept(request, month)
    found = _filtered(request, swept.findings)
    this_month = CalendarMonth.of(business_day(timezone.now(), request.venue.zone))
    is_cost = request.GET.get("view") == "cost"
    sees_pay = Capability.SEE_ALL_PAY in request.may
    concerned = {pk for finding in swept.findings for pk in finding.people}
    people = people_named(request.venue, concerned | set(swept.costs.people))
    counts = Counter(finding.kind for finding in swept.findings)
    person = _person(request)
    context: dict[str, Any] = {
        "month": month,
        "month_before": CalendarMonth.of(month.first - DAY),
        "month_after": month.next if month < this_month else None,
        "kinds": [(kind, *KINDS[kind], counts[kind]) for kind in Kind],
        "kind": _kind(request),
        "person": person,
        "people": [(pk, *named) for pk, named in people.items() if pk in concerned],
        "all": len(swept.findings),
        "is_cost": is_cost,
        "has_facts": swept.has_bookings,
        "lead": swept.facts.lead_minutes,
        "least": LEAST,
    }
    if sees_pay:
        rows, house = by_person(swept.costs, people), house_cost(swept.costs)
        context |= {
            "chart": chart_of(swept.costs, month),
            "costs": Paginator(rows, PEOPLE_PAGE).get_page(request.GET.get("page")) if is_cost else rows[:FIRST_PEOPLE],
            "more_people": len(rows) - FIRST_PEOPLE,
            "house": house,
            "house_rate": house.rate,
        }
    if not is_cost:
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        names = names_for(request.venue, page.object_list)
        context |= {"page": page, "findings": [shown(finding, swept.facts, names) for finding in page]}
    return render(request, "dashboards/radar.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_RADAR)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The filtered findings with all their records, as Excel; phones by their last four digits."""
    swept = _swept(request, month)
    found = _filtered(request, swept.findings)
    names = names_for(request.venue, found)
    told = [shown(finding, swept.facts, names, most=None) for finding in found]
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


def _swept(request: VenueRequest, month: CalendarMonth) -> Swept:
    """The month swept; kept until a fact, a policy or a payroll of the months shown changes."""
    key = f"radar:{version_of(request.venue, month)}"
    swept = cache.get(key)
    if swept is None:
        facts = facts_of(request.venue, month)
        costs = costs_of(request.venue, month, facts.comps)
        slim = replace(facts, bookings=[], comps=[])
        swept = Swept(slim, bool(facts.bookings), findings_of(facts), costs)
        cache.set(key, swept, timeout=_KEPT)
    return swept


def _filtered(request: VenueRequest, findings: list[Finding]) -> list[Finding]:
    kind, person = _kind(request), _person(request)
    return [one for one in findings if (not kind or one.kind == kind) and (person is None or person in one.people)]


def _kind(request: VenueRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in set(Kind) else ""


def _person(request: VenueRequest) -> int | None:
    asked = request.GET.get("person", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
