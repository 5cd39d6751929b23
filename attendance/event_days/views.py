"""The pages of event days, of the public calendar."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from attendance.event_days import services
from attendance.event_days.consequences import effects_of
from attendance.event_days.services import SHOWN as EVENT_SHOWN, refuse_unaddable
from attendance.requests.forms import EventDayForm, EventNameForm, PublicDayForm, YearForm
from attendance.roster.history import day_changes
from inbox.reach import reach_of
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found
from pages.converters import FIRST, LAST
from pages.edits import ASKED
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from venues.models import CalendarDay, EventDay
from venues.public_days import SETTERS, SHOWN, remove_public_day, seed_year, set_public_day
from venues.rights import shown_of
from venues.selectors import first_locked_from, named_days

LOOK = (*SETTERS, Capability.SEE_STAFF)


@require_safe
@never_cache
@at_venue(*LOOK)
def days(request: VenueRequest) -> HttpResponseBase:
    """A year's event days and public calendar."""
    return _days(request, _year(request), EventDayForm(), PublicDayForm())


def _days(
    request: VenueRequest, year: int, event_form: EventDayForm, public_form: PublicDayForm, status: int = 200
) -> HttpResponseBase:
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = named_days(request.venue, first, last)
    public = [one for one in found if not one.is_event]
    today = request.venue.day_at(timezone.now())
    context = {
        "year": year,
        "years": [other for other in (year - 1, year + 1) if FIRST.year < other < LAST.year],
        "events": [one for one in found if one.is_event],
        "public": public,
        "lacks_make_up": bool(public) and not any(one.is_working for one in public),
        "may_set": not request.may.isdisjoint(SETTERS),
        "event_form": event_form,
        "public_form": public_form,
        "changes": day_changes(request.venue, first, last),
        "past": [one for one in public if one.day < today],
        "coming": [one for one in public if one.day >= today],
        "today": today,
    }
    return render(request, "attendance/event_days/days.html", context, status=status)


def _year(request: VenueRequest) -> int:
    form = YearForm(request.GET or request.POST)
    if form.is_valid() and form.cleaned_data["year"]:
        return int(form.cleaned_data["year"])
    return request.venue.day_at(timezone.now()).year


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*SETTERS)
def add_event(request: VenueRequest) -> HttpResponseBase:
    """Whose rest days an event day would make void; then it is one."""
    form = EventDayForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _days(request, _year(request), form if form.data else EventDayForm(), PublicDayForm(), status=422)
    day, name = form.cleaned_data["date"], form.cleaned_data["name"]
    if request.method == "POST":
        with act(request):
            services.add_event_day(venue=request.venue, day=day, name=name, user=request.user, now=timezone.now())
            messages.success(request, _("%(day)s is an event day.") % {"day": shown(day)})
        return _to_year(request, day)
    with act(request) as attempt:
        refuse_unaddable(venue=request.venue, day=day, now=timezone.now())
    if not attempt.is_done:
        return _to_year(request, day)
    context = {
        "day": day,
        "name": name,
        "form": form,
        **_effects(request, day, is_event=True),
        "locked": first_locked_from(request.venue, CalendarMonth.of(day)),
    }
    return render(request, "attendance/event_days/event_new.html", context)


def _effects(request: VenueRequest, day: date, *, is_event: bool) -> dict[str, Any]:
    """Whose rest days change, and whom the message of it reaches."""
    effects = effects_of(request.venue, day, is_event=is_event)
    reach = reach_of(request.venue, [(one.employee.name, one.employee.user_id) for one in effects])
    return {"effects": effects, "reach": reach}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*SETTERS)
def event(request: VenueRequest, day: date) -> HttpResponseBase:
    """An event day: renamed, or taken away after what that does to rest days was said."""
    named = found(EventDay.objects.filter(venue=request.venue, date=day))
    sent = request.POST if request.method == "POST" else None
    form = EventNameForm(sent, initial={"name": named.name}, stands=shown_of(named, EVENT_SHOWN))
    if sent is not None and form.is_valid():
        answer = _change_event(request, day, form)
        if answer is not None:
            return answer
    context = {
        "event": named,
        "day": day,
        "form": form,
        **_effects(request, day, is_event=False),
        "locked": first_locked_from(request.venue, CalendarMonth.of(day)),
    }
    return render(request, "attendance/event_days/event.html", context, status=ASKED if form.question else 200)


def _change_event(request: VenueRequest, day: date, form: EventNameForm) -> HttpResponseBase | None:
    """Do it; None where the form asks once more."""
    seen, is_removed = form.cleaned_data["seen"], "remove" in request.POST
    with act(request, asks=None if is_removed else form, back=request.path if is_removed else "") as attempt:
        if is_removed:
            services.remove_event_day(venue=request.venue, day=day, user=request.user, now=timezone.now(), seen=seen)
            messages.success(request, _("%(day)s is no event day any more.") % {"day": shown(day)})
        else:
            name = form.cleaned_data["name"]
            services.rename_event_day(venue=request.venue, day=day, name=name, user=request.user, seen=seen)
            messages.success(request, _("The name is changed."))
    if form.question:
        return None
    return attempt.question or _to_year(request, day)


@posted("days")
@never_cache
@at_venue(*SETTERS)
def set_public(request: VenueRequest) -> HttpResponseBase:
    """Put a day into the public calendar, or change it."""
    form = PublicDayForm(request.POST)
    if not form.is_valid():
        return _days(request, _year(request), EventDayForm(), form, status=422)
    day = form.cleaned_data["date"]
    with act(request, asks=form):
        set_public_day(
            venue=request.venue,
            day=day,
            is_working=form.is_working,
            name=form.cleaned_data["name"],
            user=request.user,
            seen=form.cleaned_data["seen"],
        )
        messages.success(request, _("%(day)s stands in the calendar.") % {"day": shown(day)})
    if form.question:
        return render(request, "attendance/event_days/public_day.html", {"day": day, "form": form}, status=ASKED)
    return _to_year(request, day, "public")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*SETTERS)
def public_day(request: VenueRequest, day: date) -> HttpResponseBase:
    """A day of the public calendar: changed, taken out."""
    listed = found(CalendarDay.objects.filter(venue=request.venue, date=day))
    if request.method == "POST":
        if "remove" not in request.POST:
            return redirect("public_day", request.venue.code, day)
        with act(request, back=request.path) as attempt:
            remove_public_day(venue=request.venue, day=day, user=request.user, seen=request.POST.get("seen", ""))
            messages.success(request, _("%(day)s is out of the calendar.") % {"day": shown(day)})
        return attempt.question or _to_year(request, day, "public")
    initial = {"date": day, "kind": "working" if listed.is_working else "holiday", "name": listed.name}
    return render(
        request,
        "attendance/event_days/public_day.html",
        {"day": day, "form": PublicDayForm(initial=initial, stands=shown_of(listed, SHOWN))},
    )


@posted("days")
@never_cache
@at_venue(*SETTERS)
def seed(request: VenueRequest) -> HttpResponseBase:
    """Fill a year with the holidays that are known."""
    year = _year(request)
    with act(request):
        count = seed_year(venue=request.venue, year=year, user=request.user)
        told = ngettext("%(count)s day of %(year)s is new.", "%(count)s days of %(year)s are new.", count)
        messages.success(request, told % {"count": count, "year": year})
    return _to_year(request, date(year, 1, 1), "public")


def _to_year(request: VenueRequest, day: date, anchor: str = "") -> HttpResponseBase:
    query = f"?year={day.year}" + (f"#{anchor}" if anchor else "")
    return redirect(reverse("days", args=[request.venue.code]) + query)
