"""The pages of the policy: its versions, a new one, what it would have paid, taking one back."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from commissions.engine.simulation import Part, Simulation, simulate
from commissions.payslips.texts import item_text, line_text
from commissions.policy.display import chapters_of, hints_beside, hints_of_the_whole, invited_anew, invited_by
from commissions.policy.forms import PolicyForm, StatingForm
from commissions.policy.services import READERS, Version, Versions, changed_between, state_policy, withdraw_policy
from inbox.reach import Reach
from pages.access import VenueRequest, at_venue
from pages.acting import Attempt, act, not_here
from pages.converters import MonthConverter
from pages.figures import figure_of, label_of, said
from pages.formats import month as in_words
from pages.tables import sought
from rulebook.articles import ARTICLES
from rulebook.calendar import CalendarMonth, add_months
from rulebook.pay import Item, Line
from rulebook.policy import Policy, PolicyError, parameters
from venues.rights import refuse_changed

AHEAD = 12
"""From how many months to come a version may be stated."""
BACK = 12
"""Of how many months back it is told what they would have paid."""
PAGE = 50
CHANGES = 12


@require_safe
@never_cache
@at_venue(*READERS)
def policy(request: VenueRequest) -> HttpResponseBase:
    """The policy in force today in full, its versions, what its figures invite, who changed what."""
    this_month = _this_month(request)
    versions = Versions(request.venue)
    held = versions.in_force(this_month)
    asked = sought(request.GET.get("q", ""))
    changes = versions.changes()
    context = {
        "this_month": this_month,
        "held": held,
        "versions": [
            (one, _state(one, this_month), _page_month(one, this_month), versions.made(one))
            for one in reversed(versions.all)
        ],
        "chapters": chapters_of(held.policy, touches=versions.touches(held), sought=asked),
        "sought": asked,
        "invited": invited_by(held.policy),
        "general": hints_of_the_whole(held.policy),
        "changes": changes if "all" in request.GET else changes[:CHANGES],
        "more_changes": 0 if "all" in request.GET else max(0, len(changes) - CHANGES),
        "may_set": Capability.SET_POLICY in request.may,
        "new_month": _first_free(versions, this_month),
    }
    return render(request, "commissions/policy/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*READERS)
def version(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The policy of a month beside today's: a form where it may still be stated, to be looked at where it may not."""
    may_set = Capability.SET_POLICY in request.may
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    this_month = _this_month(request)
    versions = Versions(request.venue)
    months = _months(versions, this_month)
    chosen = _month_of(request.POST.get("month", ""), month)
    base = versions.in_force(chosen)
    locked = versions.first_locked_from(chosen)
    status = 200
    form = None
    if may_set and (locked is None or request.method == "POST"):
        form = PolicyForm(
            request.POST if request.method == "POST" else None,
            policy=_filled(base.policy, request),
            months=[(str(one), _label(one, this_month)) for one in sorted({*months, chosen})],
            chosen=str(chosen),
            stands=versions.in_force(month).policy,
        )
    if request.method == "POST" and form is not None:
        status = 422
        is_valid = form.is_valid()
        if locked is not None:
            form.add_error("month", _locked_words(locked))
        elif is_valid:
            changes = {name: after for name, _old, after in _changes(base.policy, form.values)}
            with Attempt(form) as attempt:
                refuse_changed(form.cleaned_data["seen"], versions.in_force(month).policy.as_values())
            if attempt.is_done:
                if changes:
                    return redirect(_try_page(request, chosen, changes))
                form.add_error(None, _("Nothing is changed: every figure is as it was."))
    today = versions.in_force(this_month)
    own = versions.stated_from(chosen)
    shown = _filled(base.policy, request) if form is not None else base.policy
    context = {
        "month": chosen,
        "this_month": this_month,
        "form": form,
        "base": base,
        "own": own,
        "today": today,
        "is_today": base is today,
        "state": _state(base, this_month),
        "chapters": chapters_of(
            shown,
            touches=versions.touches(base),
            today=today.policy,
            form=form,
            sought="" if form else sought(request.GET.get("q", "")),  # a form is sent whole
        ),
        "differing": len(changed_between(today.policy, shown)),
        "locked": locked,
        "new_month": _first_free(versions, this_month),
        "later": versions.after(chosen),
        "may_set": may_set,
        "may_remove": may_set and own is not None and locked is None,
        "changes": versions.changes(own) if own else [],
    }
    return render(request, "commissions/policy/version.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_POLICY)
def attempt(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What a past month would have paid under the figures in the address, and the button that states them."""
    if Capability.SEE_ALL_PAY not in request.may:
        raise PermissionDenied
    values = _named(request)
    form_page = reverse("policy_version", args=[request.venue.code, month])
    this_month = _this_month(request)
    versions = Versions(request.venue)
    base = versions.in_force(month).policy
    try:
        draft = base.changed(values)
    except PolicyError as error:
        messages.error(request, f"{label_of(error.parameter)}: {said(error.text)}")
        return redirect(form_page)
    changes = changed_between(base, draft)
    if not changes:
        messages.info(request, _("Nothing is changed: every figure is as it was."))
        return redirect(form_page)
    status = 200
    stands = {name: old for name, old, _new in changes}
    reason = StatingForm(request.POST if request.method == "POST" else None, stands=stands)
    if request.method == "POST":
        status = 422
        if reason.is_valid():
            with act(request, reason, in_form=True) as attempt:
                reach = state_policy(
                    seen=reason.cleaned_data["seen"],
                    venue=request.venue,
                    user=request.user,
                    month=month,
                    values=values,
                    reason=reason.cleaned_data["reason"],
                    now=timezone.now(),
                )
            if attempt.is_done:
                done = _("Set from %(month)s.") % {"month": in_words(month)}
                messages.success(request, f"{done} {_told(reach)}".strip())
                if reach.others:
                    messages.warning(request, reach.by_word)
                return redirect(form_page)
    began = perf_counter()
    of = _month_of(request.GET.get("of", ""), this_month.previous)
    if of > this_month:
        raise not_here()
    simulated = simulate(request.venue, of, versions.in_force(of).policy, draft, now=timezone.now())
    rows = {"gain": simulated.gaining, "lose": simulated.losing}.get(request.GET.get("who", ""), simulated.changed)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    come, gone = invited_anew(base, draft)
    context = {
        "month": month,
        "this_month": this_month,
        "has_begun": month <= this_month,
        "changes": [(name, label_of(name), parameters()[name].article, figure_of(name, old), figure_of(name, new))
                    for name, old, new in changes],
        "back": f"{form_page}?{urlencode(values)}",
        "of": of,
        "of_months": _past_months(versions, this_month),
        "simulated": simulated,
        "sums": _sums(simulated),
        "other_changes": _between(simulated.actual, base),
        "page": page,
        "people": [(one, [_part(part) for part in one.parts]) for one in page],
        "who": request.GET.get("who", ""),
        "come": come,
        "gone": gone,
        "hints": hints_beside(draft, {name for name, _old, _new in changes}),
        "locked": versions.first_locked_from(month),
        "own": versions.stated_from(month),
        "later": versions.after(month),
        "reason": reason,
        "kept": urlencode(values),
        "kept_values": list(values.items()),
        "seconds": perf_counter() - began,
    }  # fmt: skip
    return render(request, "commissions/policy/try.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_POLICY)
def remove(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """A version that nothing used is taken back, with the reason."""
    versions = Versions(request.venue)
    own = versions.stated_from(month)
    if own is None:
        raise not_here()
    sent = request.POST if request.method == "POST" else None
    form = StatingForm(sent, stands=own.policy.as_values())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with act(request, form, in_form=True) as attempt:
                reach = withdraw_policy(
                    version=own.row,
                    user=request.user,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                    seen=form.cleaned_data["seen"],
                )
            if attempt.is_done:
                messages.success(request, f"{_('Taken back.')} {_told(reach)}".strip())
                if reach.others:
                    messages.warning(request, reach.by_word)
                return redirect("policy", request.venue.code)
    before = versions.in_force(month.previous).policy
    context = {
        "month": month,
        "own": own,
        "changes": [
            (label_of(name), figure_of(name, old), figure_of(name, new))
            for name, old, new in changed_between(own.policy, before)
        ],
        "form": form,
    }
    return render(request, "commissions/policy/remove.html", context, status=status)


def _told(reach: Reach) -> str:
    if not reach.told:
        return ""
    told = ngettext("%(count)s person was told.", "%(count)s people were told.", reach.told)
    return told % {"count": reach.told}


def _this_month(request: VenueRequest) -> CalendarMonth:
    return request.venue.month_at(timezone.now())


def _month_of(text: str, otherwise: CalendarMonth) -> CalendarMonth:
    """A month as the address has it; another where there is none in it."""
    try:
        return MonthConverter().to_python(text)
    except ValueError:
        return otherwise


def _later(month: CalendarMonth, months: int) -> CalendarMonth:
    return CalendarMonth.of(add_months(month.first, months))


def _first_free(versions: Versions, this_month: CalendarMonth) -> CalendarMonth:
    """The month to come that a new version begins with unless another is chosen: one that has none yet."""
    locked = versions.locked[-1].next if versions.locked else this_month.next
    month = max(this_month.next, locked)
    while versions.stated_from(month) is not None:
        month = month.next
    return month


def _months(versions: Versions, this_month: CalendarMonth) -> list[CalendarMonth]:
    """From which months a version may be stated: those to come, and those that no lock keeps as they are."""
    first = versions.locked[-1].next if versions.locked else this_month
    first = max(first, _later(this_month, -2))
    months = [first]
    while months[-1] < _later(this_month, AHEAD):
        months.append(months[-1].next)
    return months


def _past_months(versions: Versions, this_month: CalendarMonth) -> list[CalendarMonth]:
    """The months that a policy is tried on, the latest first: those with something in them, and the one before this."""
    known = {one for one in versions.months if _later(this_month, -BACK) <= one <= this_month}
    return sorted(known | {this_month.previous}, reverse=True)


def _label(month: CalendarMonth, this_month: CalendarMonth) -> str:
    if month > this_month:
        return in_words(month)
    return _("%(month)s (has begun)") % {"month": in_words(month)}


def _state(one: Version, this_month: CalendarMonth) -> str:
    if one.holds_in(this_month):
        return "now"
    return "past" if one.last is not None and one.last < this_month else "coming"


def _page_month(one: Version, this_month: CalendarMonth) -> CalendarMonth:
    """The month under which a version's page stands: its first; for the one without a beginning a month it holds in."""
    if one.first is not None:
        return one.first
    return this_month if one.last is None else min(one.last, this_month)


def _locked_words(locked: CalendarMonth) -> str:
    return _("%(month)s is locked with the policy in force; state the change from a later month.") % {
        "month": in_words(locked)
    }


def _named(request: VenueRequest) -> dict[str, str]:
    """The figures that the address names."""
    return {name: request.GET[name] for name in parameters() if name in request.GET}


def _filled(base: Policy, request: VenueRequest) -> Policy:
    """The policy with the figures that the address names; as it is where one of them can't be read."""
    try:
        return base.changed(_named(request))
    except PolicyError:
        return base


def _changes(base: Policy, values: Any) -> list[tuple[str, str, str]]:
    return changed_between(base, Policy.from_values(values))


def _try_page(request: VenueRequest, month: CalendarMonth, changes: dict[str, str]) -> str:
    return f"{reverse('policy_try', args=[request.venue.code, month])}?{urlencode(changes)}"


def _between(actual: Policy, base: Policy) -> list[str]:
    """The figures in which the month tried on differs from the draft's own beginning."""
    return [label_of(name) for name, _old, _new in changed_between(actual, base)]


def _sums(simulated: Simulation) -> Iterator[tuple[str, Any, Any, Any]]:
    """The columns that add to the net pay in words, before, after, difference."""
    labels = {
        "base": said(ARTICLES["2.1"].title),
        "commission": said(ARTICLES["2.2"].title),
        "bonus": said(ARTICLES["2.4"].title),
        "deductions": _("Deductions"),
        "withheld": said(ARTICLES["withheld"].title),
        "deposit": said(ARTICLES["deposit"].title),
    }
    for name, before, after in simulated.sums:
        yield labels[name], before, after, after - before


def _part(part: Part) -> dict[str, Any]:
    """A kind of lines that makes a difference: what it is, how each side comes about, the sums."""
    one: Line = (*part.after, *part.before)[0]
    return {
        "title": said(ARTICLES["2.1"].title) if part.item == Item.BASE else item_text(one),
        "article": part.article,
        "before": _ground(part.before),
        "after": _ground(part.after),
        "part": part,
    }


def _ground(lines: Any) -> str:
    """How the lines of a kind came about: the arithmetic of a single one, else how many there are."""
    if not lines:
        return ""
    if len(lines) == 1:
        return line_text(lines[0])
    return ngettext("%(count)s time", "%(count)s times", len(lines)) % {"count": len(lines)}
