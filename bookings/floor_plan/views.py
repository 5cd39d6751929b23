"""The pages on which the owner sets the floor plan."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from bookings.floor_plan.display import changes_of_plan, changes_of_thing, drawing_of
from bookings.floor_plan.forms import FixtureForm, MoveForm, RetireForm, TableForm
from bookings.floor_plan.services.plans import Place
from bookings.floor_plan.services.things import (
    add_fixture,
    add_table,
    change_fixture,
    change_table,
    live_on,
    move_thing,
    planned_of,
    remove_fixture,
    retire_table,
)
from bookings.models import Fixture, Table
from pages.access import VenueRequest, at_venue, posted
from pages.acting import Attempt, act, found, not_here
from pages.edits import SEEN, SURE

_CELL = re.compile(r"([1-9]\d?)-([1-9]\d?)")
_REFUSED = 422


@require_safe
@never_cache
@at_venue(Capability.SET_HOUSE)
def floor_plan(request: VenueRequest) -> HttpResponseBase:
    """The plan: what stands where, what is out of use, what was changed."""
    return _page(request)


@posted("floor_plan")
@never_cache
@at_venue(Capability.SET_HOUSE)
def move(request: VenueRequest) -> HttpResponseBase:
    """A table or a fixture goes to another cell: dragged there, or chosen and the cell tapped."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _moved(request, None, "error", _("This was not understood; nothing was done."))
    given = form.cleaned_data
    thing = _thing(request, Table if given["kind"] == "table" else Fixture, given["thing"])
    column, row = form.target
    with Attempt() as attempt:
        moved = move_thing(thing=thing, user=request.user, column=column, row=row, seen=given["seen"])
    if not attempt.is_done:
        return _moved(request, thing, "error", attempt.text)
    where = {"name": moved, "column": moved.column, "row": moved.row}
    return _moved(request, moved, "success", _("%(name)s stands in column %(column)s, row %(row)s.") % where)


def _moved(request: VenueRequest, thing: Any, tag: str, text: str) -> HttpResponseBase:
    """The plan anew where the page asked for it, else the page."""
    if request.htmx:
        return _page(request, thing, notice=(tag, text), template="bookings/floor_plan/_floor.html")
    messages.add_message(request, messages.SUCCESS if tag == "success" else messages.ERROR, text)
    if thing is None:
        return redirect("floor_plan", request.venue.code)
    return redirect("table" if isinstance(thing, Table) else "fixture", request.venue.code, thing.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def new_table(request: VenueRequest) -> HttpResponseBase:
    """A table more."""
    column, row = _cell(request)
    first = {"kind": Table.Kind.TABLE, "seats": 4, "column": column, "row": row, "width": 1, "height": 1}
    form = TableForm(_sent(request), initial=first, stands={})

    def do() -> HttpResponseBase:
        made = add_table(venue=request.venue, user=request.user, table=form.planned)
        messages.success(request, _("%(name)s is in the plan.") % {"name": made})
        return redirect("floor_plan", request.venue.code)

    return _plan_with_form(request, form, do, adds="table")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def new_fixture(request: VenueRequest) -> HttpResponseBase:
    """A fixture more."""
    column, row = _cell(request)
    first = {"column": column, "row": row, "width": 1, "height": 1}
    form = FixtureForm(_sent(request), initial=first, stands={})

    def do() -> HttpResponseBase:
        made = add_fixture(venue=request.venue, user=request.user, fixture=form.planned)
        messages.success(request, _("%(name)s is in the plan.") % {"name": made})
        return redirect("floor_plan", request.venue.code)

    return _plan_with_form(request, form, do, adds="fixture")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def table(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One table: where it stands, what it is, what was changed of it."""
    found = _thing(request, Table, pk)
    form = TableForm(_sent(request), initial=_values(found, TableForm), stands=planned_of(found))

    def do() -> HttpResponseBase:
        changed = change_table(
            table=found,
            user=request.user,
            wanted=form.planned,
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        )
        messages.success(request, _("%(name)s is changed.") % {"name": changed})
        return redirect("table", request.venue.code, changed.pk)

    return _plan_with_form(request, form, do, chosen=found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def fixture(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One fixture: where it stands, what was changed of it."""
    found = _thing(request, Fixture, pk)
    form = FixtureForm(_sent(request), initial=_values(found, FixtureForm), stands=planned_of(found))

    def do() -> HttpResponseBase:
        seen = form.cleaned_data["seen"]
        changed = change_fixture(fixture=found, user=request.user, wanted=form.planned, seen=seen)
        messages.success(request, _("%(name)s is changed.") % {"name": changed})
        return redirect("fixture", request.venue.code, changed.pk)

    return _plan_with_form(request, form, do, chosen=found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def retire(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A table goes out of use, with the reason; what is booked on it stands in the way."""
    now = timezone.now()
    found = _thing(request, Table, pk)
    form = RetireForm(_sent(request), stands=planned_of(found))
    if request.method == "POST" and form.is_valid():
        with act(request, form) as attempt:
            given = {name: form.cleaned_data[name] for name in ("reason", "seen")}
            retire_table(table=found, user=request.user, now=now, **given)
            messages.success(request, _("%(name)s is out of use.") % {"name": found})
        if attempt.is_done:
            return redirect("floor_plan", request.venue.code)
    context = {
        "table": found,
        "form": form,
        "live": live_on(found, request.venue.day_at(now)),
    }
    return render(
        request, "bookings/floor_plan/table_retire.html", context, status=_REFUSED if request.method == "POST" else 200
    )


@posted("floor_plan")
@at_venue(Capability.SET_HOUSE)
def remove(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A fixture is taken away."""
    found = Fixture.objects.filter(venue=request.venue, pk=pk).select_related("venue").first()
    if found is not None:  # a second click finds it gone
        with act(request, back=reverse("fixture", args=[request.venue.code, pk])) as attempt:
            remove_fixture(fixture=found, user=request.user, seen=request.POST.get("seen", ""))
            messages.success(request, _("%(name)s is taken away.") % {"name": found})
        if attempt.question:
            return attempt.question
    elif not Fixture.history.filter(venue=request.venue, id=pk).exists():
        raise not_here()
    return redirect("floor_plan", request.venue.code)


def _plan_with_form(
    request: VenueRequest, form: Any, do: Callable[[], HttpResponseBase], *, chosen: Any = None, adds: str = ""
) -> HttpResponseBase:
    """The plan with a form beside it: shown, or acted upon; what is refused is said, and what was typed stays."""
    if request.method == "POST":
        with Attempt(form) as attempt:
            if form.is_valid():
                return do()
        return _page(request, chosen, form=form, adds=adds, refusal=attempt.text, status=_REFUSED)
    return _page(request, chosen, form=form, adds=adds)


def _page(
    request: VenueRequest,
    chosen: Any = None,
    *,
    form: forms.Form | None = None,
    adds: str = "",
    refusal: str = "",
    notice: tuple[str, str] | None = None,
    status: int = 200,
    template: str = "bookings/floor_plan/floor_plan.html",
) -> HttpResponse:
    if chosen is not None and form is None:
        kind = TableForm if isinstance(chosen, Table) else FixtureForm
        form = kind(initial=_values(chosen, kind), stands=planned_of(chosen))
    context = {
        "plan": drawing_of(request.venue, chosen),
        "form": form,
        "adds": adds,
        "kind": "table" if adds == "table" or isinstance(chosen, Table) else "fixture",
        "refusal": refusal,
        "new_cell": f"{form['column'].value()}-{form['row'].value()}" if form is not None and adds else "",
        "notice": notice,
        "changes": changes_of_thing(chosen) if chosen is not None else [],
        "plan_changes": [] if chosen is not None or adds else changes_of_plan(request.venue),
    }
    return render(request, template, context, status=status)


def _thing(request: VenueRequest, model: Any, pk: int) -> Any:
    """A table or a fixture of this venue; 404 for any other."""
    return found(model.objects.filter(venue=request.venue).select_related("venue"), pk=pk)


def _values(thing: Any, kind: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in kind.base_fields if name not in (SEEN, SURE)}


def _sent(request: VenueRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _cell(request: VenueRequest) -> tuple[int, int]:
    """The cell that was tapped; the first free one without."""
    found = _CELL.fullmatch(request.GET.get("cell", ""))
    if found and Place(column=int(found[1]), row=int(found[2])).is_on_the_grid:
        return int(found[1]), int(found[2])
    free = drawing_of(request.venue).first_free
    return free.column, free.row
