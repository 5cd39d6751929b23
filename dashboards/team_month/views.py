"""The staff dashboard: everyone's month."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.models import Payslip
from dashboards.team_month.charts import charts_of, fined_articles, lack_chart, reach_chart
from dashboards.team_month.day_marks import legend, span_words, strip_of
from dashboards.team_month.exports import staff_sheet
from dashboards.team_month.figures import HouseMonth, PersonMonth
from dashboards.team_month.selectors import CacheVersion, house_month, stamp_of
from dashboards.team_month.table import (
    ASCENDING,
    DEFAULT_SORT,
    View,
    chosen_people,
    last_passed,
    scale_of,
    sorts_for,
    totals_of,
    view_of,
)
from pages.access import VenueRequest, at_venue
from pages.downloads import sheets_of
from pages.tables import Order, order_of
from rulebook.calendar import CalendarMonth

PAGE = 50
_KEPT = 600  # seconds


_HEADS: dict[str, Promise | str] = {
    "sales": _("Sales"),
    "name": _("Name"),
    "number": _("Staff number"),
    "share": _("Of target"),
    "gap": _("Gap"),
    "commission": _("Commission"),
    "same_day": _("vs the same day last month"),
    "before": _("vs last month"),
    "missed": pgettext_lazy("days", "Absences"),
    "worked": _("Attendance"),
    "fines": _("Fines"),
}
"""What can be sorted by, as the phone's choice names it."""
STATUSES = (
    ("employed", pgettext_lazy("people", "Employed")),
    ("probation", pgettext_lazy("people", "In probation")),
    ("leavers", pgettext_lazy("people", "Leavers")),
)
GOALS = (("passed", _("Past the target")), ("not_passed", _("Not past it yet")))
HAVING = (
    ("fines", pgettext_lazy("people", "With fines")),
    ("absences", pgettext_lazy("people", "With absences")),
    ("exceptions", pgettext_lazy("people", "With open days")),
)


@require_safe
@at_venue(Capability.SEE_STAFF)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the month under way."""
    return redirect("staff_month", request.venue.code, _month_under_way(request, timezone.now()))


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Everyone's month: key figures, leaderboard, charts."""
    now = timezone.now()
    under_way = _month_under_way(request, now)
    context: dict[str, Any] = {
        "month": month,
        "month_before": month.previous,
        "month_after": month.next if month < under_way else None,
        "under_way": under_way,
        "has_begun": month <= under_way,
        "shows_charts": request.GET.get("view") == "charts",
    }
    if month <= under_way:
        context["shown"] = _shown(request, month, now)
    return render(request, "dashboards/team_month/staff.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The Excel of the people on the screen, in their order."""
    now = timezone.now()
    if month > _month_under_way(request, now):
        return redirect("staff_month", request.venue.code, month)
    sees_pay = Capability.SEE_ALL_PAY in request.may
    house = house_month(request.venue, month, stamp_of(request.venue, month, now))
    people = chosen_people(house, view_of(request, sees_pay=sees_pay))
    sheet = staff_sheet(house, people, sees_pay=sees_pay)
    return sheets_of([sheet], venue=request.venue, span=str(month), what="staff")


def _month_under_way(request: VenueRequest, now: datetime) -> CalendarMonth:
    return request.venue.month_at(now)


def _shown(request: VenueRequest, month: CalendarMonth, now: datetime) -> SafeString:
    """The page's content; made once for all who may see the same, while the records stand as they are."""
    stamp = stamp_of(request.venue, month, now)  # before the figures: what changes meanwhile shows at the next look
    may = ",".join(sorted(request.may))
    asked = f"{may}:{get_language()}:{request.GET.urlencode()}"
    key = f"staff-page:{request.venue.pk}:{stamp.version(month)}:{hashlib.sha256(asked.encode()).hexdigest()}"
    made = cache.get(key)
    if made is None:
        made = _made(request, month, stamp)
        cache.set(key, made, timeout=_KEPT)
    return mark_safe(str(made))


def _made(request: VenueRequest, month: CalendarMonth, stamp: CacheVersion) -> str:
    house = house_month(request.venue, month, stamp)
    context: dict[str, Any] = {
        "venue": request.venue,
        "month": month,
        "house": house,
        "sees_pay": Capability.SEE_ALL_PAY in request.may,
        "ledger": reverse("ledger", args=[request.venue.code, month]),
        **_most_fined(house),
    }
    if request.GET.get("view") == "charts":
        context["charts"] = charts_of(house, context["ledger"])
        return _rendered("dashboards/team_month/_charts.html", context, request)
    context |= _leaderboard(request, house)
    return _rendered("dashboards/team_month/_staff.html", context, request)


def _rendered(name: str, context: dict[str, Any], request: VenueRequest) -> str:
    """A part that is kept: it knows the address asked for, and nothing else that belongs to one answer alone."""
    known = Context(context)
    known.request = request  # type: ignore[attr-defined]
    return str(get_template(name).template.render(known))  # type: ignore[attr-defined]


def _most_fined(house: HouseMonth) -> dict[str, Any]:
    most = house.most_fined
    return {"most_fined": most, "most_share": most.fines / house.fines if most else None}


def _leaderboard(request: VenueRequest, house: HouseMonth) -> dict[str, Any]:
    sees_pay = Capability.SEE_ALL_PAY in request.may
    view = view_of(request, sees_pay=sees_pay)
    people = chosen_people(house, view)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    statuses = dict(Payslip.Statuses.choices)
    articles = fined_articles(house)
    heads = _heads(request, sees_pay)
    return {
        "view": view,
        "page": page,
        "rows": [_row(request, house, one, statuses) for one in page],
        "last_passed": last_passed(people, view),
        "totals": totals_of(people, house),
        "scale": scale_of(house),
        "heads": heads,
        "sorts": _sorts(heads, view),
        "days_head": span_words(house.month, house.through),
        "legend": legend(),
        "statuses": STATUSES,
        "goals": GOALS,
        "having": HAVING,
        "reach": reach_chart(house),
        "lack": lack_chart(house),
        "articles": articles,
        "dearest": articles[0].amount if articles else None,
    }


def _row(request: VenueRequest, house: HouseMonth, one: PersonMonth, statuses: dict[str, Any]) -> dict[str, Any]:
    return {
        "one": one,
        "rank": house.ranks[one.pk],
        "address": reverse("person", args=[request.venue.code, one.pk]) + f"?month={house.month}",
        "status": statuses[one.status] if one.status != Payslip.Statuses.ACTIVE else "",
        "strip": strip_of(one, house.month, house.days),
    }


def _heads(request: VenueRequest, sees_pay: bool) -> dict[str, Order]:
    """Where a click on each head leads; the first sorts names from the smallest, figures from the largest on."""
    return {
        name: order_of(request, name, default=DEFAULT_SORT, anchor="#people", first="" if name in ASCENDING else "-")
        for name in _HEADS
        if name in sorts_for(sees_pay)
    }


def _sorts(heads: Iterable[str], view: View) -> list[tuple[str, str, bool]]:
    """The orders to choose from without heads, the one in force among them: value, words, whether it is in force."""
    found = []
    for name in heads:
        usual = name not in ASCENDING
        is_chosen = name == view.sort
        is_descending = view.is_descending if is_chosen else usual
        label = str(_HEADS[name]) + ("" if is_descending == usual else " ↑" if usual else " ↓")
        found.append((f"-{name}" if is_descending else name, label, is_chosen))
    return found
