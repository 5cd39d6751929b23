"""The floor manager's tonight: people, tables, decisions."""

import secrets
from datetime import datetime

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from attendance.models import OffPost
from attendance.punches.services import leave_post, punch_arrival, punch_departure, return_to_post
from attendance.selectors import SEES_REQUESTS
from dashboards.tonight.decisions import decide_each
from dashboards.tonight.selectors import board_of, stamp_of
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found, not_here, refuse
from pages.converters import key_of
from rulebook.cleaning import words
from staff.models import Employee
from venues.rights import refuse_changed

_A_MINUTE = 60
_NOTICES = "<!--notices-->"
_PUNCHES = {"arrive": punch_arrival, "depart": punch_departure, "leave": leave_post}


@require_safe
@never_cache
@at_venue(Capability.SEE_TONIGHT)
def tonight(request: VenueRequest) -> HttpResponseBase:
    """The night as it stands."""
    now = timezone.now()
    context = {
        "board": _board(request, now),
        "day": request.venue.day_at(now),
        "may_report": Capability.REPORT_VIOLATIONS in request.may,
        "may_close": Capability.CLOSE_NIGHT in request.may,
    }
    return render(request, "dashboards/tonight/tonight.html", context)


@require_safe
@never_cache
@at_venue(Capability.SEE_TONIGHT)
def poll(request: VenueRequest) -> HttpResponseBase:
    """The board anew, or nothing where it is as the asker has it."""
    now = timezone.now()
    day = request.venue.day_at(now)
    if request.GET.get("v") == stamp_of(request.venue, day).version(day, now):
        return HttpResponse(status=204)
    return HttpResponse(_board(request, now))


@posted("venue")
@at_venue(Capability.RECORD_ATTENDANCE)
def punch(request: VenueRequest) -> HttpResponseBase:
    """One tap: somebody has come, gone, left the post or returned; ``act`` is «what:who»."""
    what, _colon, number = request.POST.get("act", "").partition(":")
    pk = key_of(number) or 0
    now = timezone.now()
    day = request.venue.day_at(now)
    with act(request):
        refuse_changed(request.POST.get("seen"), {"day": day}, what=_("Tonight"))
        if what == "return":
            away = OffPost.objects.select_related("employee__venue").filter(employee__venue=request.venue)
            return_to_post(off_post=found(away, pk=pk), user=request.user, now=now)
        elif what in _PUNCHES:
            person = found(Employee.objects.select_related("venue").filter(venue=request.venue), pk=pk)
            _PUNCHES[what](employee=person, user=request.user, day=day, now=now)
        else:
            raise not_here()
    return _answer(request)


@posted("tonight")
@at_venue(Capability.DECIDE_REQUESTS)
def decide(request: VenueRequest) -> HttpResponseBase:
    """Decide one thing by its own button, or all that are ticked."""
    approve = bool(request.POST.get("approve") or request.POST.get("act") == "approve")
    one = request.POST.get("approve") or request.POST.get("refuse")
    keys = [one] if one else request.POST.getlist("item")
    if not keys:
        messages.info(request, _("Nothing is ticked."))
        return _answer(request)
    outcome = decide_each(
        venue=request.venue,
        user=request.user,
        keys=keys,
        approve=approve,
        reason=words(request.POST.get("reason", ""))[:200],  # no form has looked at it
        now=timezone.now(),
    )
    if outcome.done:
        text = ngettext("%(count)s decided.", "%(count)s decided.", outcome.done)
        messages.success(request, text % {"count": outcome.done})
    for refusal in outcome.refusals:
        refuse(request, refusal)
    return _answer(request)


def _answer(request: VenueRequest) -> HttpResponseBase:
    """The board anew to who has it open; else back to the page."""
    if request.htmx and Capability.SEE_TONIGHT in request.may:
        return HttpResponse(_board(request, timezone.now()))
    return redirect("tonight" if Capability.SEE_TONIGHT in request.may else "venue", request.venue.code)


def _board(request: VenueRequest, now: datetime) -> SafeString:
    """The board of the night; made once for all who look at the same records in the same minute alike.

    What belongs to one answer alone, its notices and the token of its forms, is put in afterwards. Where the token
    goes is marked anew each time: nobody can write the mark into a record and read a token there.
    """
    day = request.venue.day_at(now)
    stamp = stamp_of(request.venue, day)  # before the board: what changes while it is read shows at the next look
    version, shows_all = stamp.version(day, now), "everybody" in request.GET
    roles = ",".join(sorted(request.roles))
    key = f"board:{request.venue.pk}:{request.user.pk}:{roles}:{get_language()}:{version}:{shows_all}"
    made, mark = cache.get(key, (None, ""))
    if made is None:
        mark = secrets.token_hex(16)
        board = board_of(request.venue, day, stamp=stamp, user=request.user, now=now)
        board.shows_all = shows_all
        context = {
            "board": board,
            "venue": request.venue,
            "version": version,
            "person_base": reverse("tonight_person", args=[request.venue.code, 0]).removesuffix("0/"),
            "may_punch": Capability.RECORD_ATTENDANCE in request.may,
            "may_decide": Capability.DECIDE_REQUESTS in request.may,
            "csrf_token": mark,
            "may_open_requests": not SEES_REQUESTS.isdisjoint(request.may),
            "notices": _NOTICES,
        }
        made = render_to_string("dashboards/tonight/_board.html", context)
        cache.set(key, (made, mark), timeout=_A_MINUTE)
    notices = render_to_string("dashboards/tonight/_notices.html", {"messages": messages.get_messages(request)})
    return mark_safe(str(made).replace(_NOTICES, notices if request.htmx else "").replace(mark, get_token(request)))
