"""The pages on which the owner sets what may be given away, and its prices."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from comps.item_forms import ItemForm
from comps.listing import NEVER, SHOWN, add_item, change_item, seal_of, set_in_use
from comps.models import CompItem
from pages.access import VenueRequest, at_venue
from pages.acting import Attempt, found
from pages.changes import changes_of
from pages.edits import ask_page
from rulebook.policy import Policy
from venues.errors import ChangedMeanwhile
from venues.rights import shown_of
from venues.selectors import policy_of

_REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def items(request: VenueRequest) -> HttpResponseBase:
    """The list with its prices, and a form for one more."""
    policy = _policy(request)
    sent = request.POST if request.method == "POST" else None
    form = ItemForm(sent, categories=policy.comp_categories, stands={})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "category", "price")}
        with Attempt() as attempt:
            made = add_item(venue=request.venue, user=request.user, **given)
            messages.success(request, _("%(name)s is in the list.") % {"name": made.name})
        if attempt.is_done:
            return redirect("comp_items", request.venue.code)
        refusal = attempt.text
    found = list(CompItem.objects.filter(venue=request.venue))
    context = {
        "in_use": [(one, _why_not(one, policy)) for one in found if one.is_active],
        "out_of_use": [one for one in found if not one.is_active],
        "form": form,
        "refusal": refusal,
        "policy": policy,
    }
    return render(request, "comps/items.html", context, status=_REFUSED if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_HOUSE)
def item(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One item: its name, category, price, whether it is offered, what was changed of it."""
    listed = found(CompItem.objects.filter(venue=request.venue).select_related("venue"), pk=pk)
    policy = _policy(request)
    categories = {*policy.comp_categories, listed.category} - set(NEVER)
    initial = {"name": listed.name, "category": listed.category, "price": listed.price}
    more: dict[str, Any] = {"categories": sorted(categories), "stands": shown_of(listed, SHOWN)}
    form, refusal = ItemForm(initial=initial, **more), ""
    if request.method == "POST":
        what = request.POST.get("act", "")
        if what not in ("retire", "restore"):
            form = ItemForm(request.POST, **more)
        with Attempt(form if form.is_bound else None) as attempt:
            if done := _done(request, listed, form, what):
                messages.success(request, done)
                return redirect("comp_items", request.venue.code)
        if isinstance(attempt.refusal, ChangedMeanwhile):
            return ask_page(request, attempt.refusal, back=request.path)
        refusal = attempt.text
    context = {
        "item": listed,
        "form": form,
        "seen": seal_of(listed),
        "refusal": refusal,
        "why_not": _why_not(listed, policy),
        "is_never": listed.category in NEVER,
        "changes": changes_of(
            listed.history.select_related("history_user"), ("name", "category", "price", "is_active")
        ),
    }
    return render(request, "comps/item.html", context, status=_REFUSED if request.method == "POST" else 200)


def _done(request: VenueRequest, found: CompItem, form: ItemForm, act: str) -> str:
    """What was done, in words; empty where the form is not filled in right."""
    if act in ("retire", "restore"):
        seen = request.POST.get("seen", "")
        set_in_use(item=found, user=request.user, is_active=act == "restore", seen=seen)
        return (_("%(name)s is offered again.") if act == "restore" else _("%(name)s is out of use.")) % {
            "name": found.name
        }
    if not form.is_valid():
        return ""
    given = {name: form.cleaned_data[name] for name in ("name", "category", "price", "seen")}
    changed = change_item(item=found, user=request.user, **given)
    return _("%(name)s is changed.") % {"name": changed.name}


def _policy(request: VenueRequest) -> Policy:
    month = request.venue.month_at(timezone.now())
    return policy_of(request.venue, month).policy


def _why_not(one: CompItem, policy: Policy) -> str:
    """Why an item of the list is not offered (3.1); empty where it is."""
    if one.category in NEVER:
        return _("alcohol is never comped (3.1)")
    return "" if one.category in policy.comp_categories else _("not comped under the policy in force (3.1)")
