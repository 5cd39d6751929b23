"""The pages of the ledger: a month's fines of the house, one fine with its evidence, its waiver."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.payslips.evidence import explain_fine
from commissions.payslips.texts import fine_text, title_of
from dashboards.ledger.fine import can_restore, can_waive, story_of, what_follows
from dashboards.ledger.selectors import (
    DAY_OF,
    GROUP_SORTS,
    GROUPS,
    SORTS,
    LedgerFilter,
    article_choices,
    group_of,
    groups_of,
    in_step,
    ledger_of,
    ledger_sheets,
    ordered,
    sums_of,
)
from inbox.reach import can_read, told_or_not
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found
from pages.downloads import sheets_of
from pages.edits import ASKED, ReasonForm
from pages.tables import chosen_sort, order_of
from rulebook.calendar import CalendarMonth
from venues.models import Month
from venues.rights import shown_of
from venues.selectors import policy_of
from violations.ledger.services.reconciliation import reconcile_month
from violations.ledger.services.waivers import SHOWN, take_back, waive
from violations.models import Penalty

PAGE = 50
State = Penalty.State
_GROUP_HEADS = (
    ("fines", pgettext_lazy("many", "Fines"), ""),
    ("notes", pgettext_lazy("conduct", "Notes"), "desk"),
    ("charged", gettext_lazy("Charged (yuan)"), ""),
    ("waived", gettext_lazy("Waived (yuan)"), "desk"),
    ("not_charged", gettext_lazy("Not charged (yuan)"), "desk wide"),
)


@require_safe
@at_venue(Capability.SEE_STAFF)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the month under way."""
    month = request.venue.month_at(timezone.now())
    return redirect("ledger", request.venue.code, month)


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The fines of a month one by one, or what they come to by person, article or day."""
    now = timezone.now()
    filters = LedgerFilter(request.GET, ledger_of(request.venue, month))
    found = filters.qs
    by = request.GET.get("by", "")
    by = by if by in GROUPS else ""
    row = Month.objects.filter(venue=request.venue, first_day=month.first).first()
    context: dict[str, Any] = {
        "month": month,
        "month_before": month.previous,
        "month_after": month.next if request.venue.day_at(now) >= month.next.first else None,
        "state": row.state if row else Month.State.OPEN.value,
        "state_label": row.get_state_display() if row else "",
        "step": in_step(request.venue, month, row, now=now),
        "filters": filters,
        "chosen": {name: filters.chosen(name) for name in filters.filters},
        "articles": article_choices(),
        "states": State.choices,
        "tabs": list(_tabs(request, by)),
        "by": by,
        "sums": sums_of(found),
    }
    if by:
        sort, is_descending = chosen_sort(request, GROUP_SORTS, "key" if by == DAY_OF else "-charged")
        page = Paginator(groups_of(found, by, sort, is_descending=is_descending), PAGE).get_page(
            request.GET.get("page")
        )
        rows: list[Any] = [
            (group, _narrowed(request, by, group.value)) for group in (group_of(by, one) for one in page)
        ]
        context["heads"] = list(_group_heads(request, by))
    else:
        sort, is_descending = chosen_sort(request, SORTS, "-day")
        fines = ordered(found.select_related("employee"), sort, is_descending=is_descending)
        page = Paginator(fines, PAGE).get_page(request.GET.get("page"))
        rows = [(one, title_of(one.article), fine_text(one.article, one.basis)) for one in page]
        context["heads"] = {
            name: order_of(request, name, default="-day", first="-" if name in ("day", "amount") else "")
            for name in SORTS
        }
    context |= {"page": page, "rows": rows}
    return render(request, "dashboards/ledger/ledger.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The Excel of what the page shows under the same filter."""
    found = LedgerFilter(request.GET, ledger_of(request.venue, month)).qs
    sort, is_descending = chosen_sort(request, SORTS, "-day")
    rows = ordered(found, sort, is_descending=is_descending)
    return sheets_of(ledger_sheets(rows), venue=request.venue, span=str(month), what="ledger")


@posted("ledger", "month")
@at_venue(Capability.SEE_STAFF)
def reconcile(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The ledger is brought in step with the facts as they are now; twice equals once."""
    reconcile_month(request.venue, month, now=timezone.now())
    messages.success(request, _("The ledger is in step with the records."))
    return redirect("ledger", request.venue.code, month)


@require_safe
@never_cache
@at_venue(Capability.SEE_STAFF)
def fine(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One fine with all that it rests on and what became of it; its evidence alone where a row unfolds."""
    penalty = _fine(request, pk)
    return _shown(request, penalty, ReasonForm(stands=shown_of(penalty, SHOWN)))


@posted("ledger_fine", "pk")
@at_venue(Capability.WAIVE_FINES)
def waived(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A fine is waived, with the reason."""
    penalty, form = _fine(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, penalty, form)
    with act(request, form):
        given = {name: form.cleaned_data[name] for name in ("reason", "seen")}
        waive(penalty=penalty, user=request.user, now=timezone.now(), **given)
        _done(request, penalty, _("Waived."))
    if form.question or form.errors:
        return _shown(request, penalty, form)
    return redirect("ledger_fine", request.venue.code, pk)


@posted("ledger_fine", "pk")
@at_venue(Capability.RESTORE_FINES)
def restored(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A waiver is taken back, with the reason."""
    penalty, form = _fine(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, penalty, form)
    with act(request, form):
        given = {name: form.cleaned_data[name] for name in ("reason", "seen")}
        take_back(penalty=penalty, user=request.user, now=timezone.now(), **given)
        _done(request, penalty, _("The waiver is taken back."))
    if form.question or form.errors:
        return _shown(request, penalty, form)
    return redirect("ledger_fine", request.venue.code, pk)


def _done(request: VenueRequest, penalty: Penalty, done: str) -> None:
    """Say what was done, and that the person is told, or must be by word."""
    person = penalty.employee
    level = messages.SUCCESS if can_read(request.venue, person.user_id) else messages.WARNING
    messages.add_message(request, level, f"{done} {told_or_not(request.venue, person.name, person.user_id)}")


def _fine(request: VenueRequest, pk: int) -> Penalty:
    """A fine of the venue; another's does not exist."""
    rows = Penalty.objects.filter(employee__venue=request.venue)
    return found(
        rows.select_related("employee__venue", "employee__user", "off_post", "report__booking", "waived_by"), pk=pk
    )


def _shown(request: VenueRequest, penalty: Penalty, form: ReasonForm) -> HttpResponseBase:
    month = CalendarMonth.of(penalty.business_day)
    policy = policy_of(request.venue, month).policy
    context: dict[str, Any] = {
        "penalty": penalty,
        "month": month,
        "one": explain_fine(penalty, policy, now=timezone.now()),
        "is_charged": penalty.state == State.CHARGED,
    }
    if request.htmx and request.method == "GET":
        return render(request, "dashboards/ledger/_row.html", context)
    may_waive, may_restore = Capability.WAIVE_FINES in request.may, Capability.RESTORE_FINES in request.may
    is_waived = penalty.state == State.WAIVED
    context |= {
        "story": story_of(penalty),
        "form": form,
        "asks": (is_waived and may_restore) or (not is_waived and may_waive and penalty.state == State.CHARGED),
        "why_not": (can_restore if is_waived else can_waive)(penalty, request.user),
        "follows": what_follows(penalty, policy),
    }
    return render(request, "dashboards/ledger/fine.html", context, status=ASKED if form.question else 200)


def _tabs(request: VenueRequest, by: str) -> Iterator[tuple[str, Any, bool]]:
    """The ways to look at the same fines: address, words, whether it is this one."""
    for value, words in (
        ("", _("One by one")),
        ("person", _("By person")),
        ("article", _("By article")),
        ("day", _("By day")),
    ):
        query = request.GET.copy()
        for name in ("page", "sort", "by"):
            query.pop(name, None)
        if value:
            query["by"] = value
        yield f"?{query.urlencode()}", words, value == by


def _narrowed(request: VenueRequest, by: str, value: str) -> str:
    """The fines of one group, one by one, with the other filters kept."""
    query = request.GET.copy()
    for name in ("page", "sort", "by"):
        query.pop(name, None)
    query[by] = value
    return f"?{query.urlencode()}"


def _group_heads(request: VenueRequest, by: str) -> Iterator[tuple[Any, str, Any]]:
    words = {"person": _("Name"), "article": _("Article"), "day": _("Business day")}
    default = "key" if by == DAY_OF else "-charged"
    yield words[by], "", order_of(request, "key", default=default, first="")
    for name, label, look in _GROUP_HEADS:
        yield label, look, order_of(request, name, default=default)
