"""The page that closes a night."""

from datetime import date, datetime, time

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from attendance.models import OffPost
from attendance.punches.services import punch_departure, state_punch, state_return, vouch
from bookings.door.services import confirm_arrival, mark_no_show
from bookings.models import Booking
from dashboards.night_close.services import NIGHT_SHOWN, close_night, closing_of
from pages.access import VenueRequest, at_venue
from pages.acting import act, found, not_here
from pages.formats import clock, day as shown_day
from pages.forms import CleanedForm
from rulebook.calendar import moment
from staff.models import Employee
from storage.seals import seal
from venues.errors import Refused
from venues.models import Night
from venues.rights import shown_of


class ActForm(CleanedForm):
    """One thing to settle: what, on which record, at what time, why."""

    what = forms.ChoiceField(
        choices=[(word, word) for word in ("out_all", "punch", "vouch", "back", "arrived", "no_show", "close")]
    )
    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    side = forms.CharField(required=False, max_length=10)
    at = forms.TimeField(required=False)
    reason = forms.CharField(required=False, max_length=200)
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    sure = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CLOSE_NIGHT)
def close(request: VenueRequest, day: date | None = None) -> HttpResponseBase:
    """What is open of a night, each with what settles it; then the night is closed."""
    now = timezone.now()
    tonight = request.venue.day_at(now)
    day = day or tonight
    if day > tonight:
        raise not_here()
    if request.method == "POST":
        form = ActForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("This was not understood; nothing was done."))
        else:
            with act(request, back=request.path) as attempt:
                _settle(request, day, now, **form.cleaned_data)
            if attempt.question:
                return attempt.question
        return redirect("close_night_of", request.venue.code, day)
    closing = closing_of(request.venue, day)
    context = {"closing": closing, "day": day, "now": now, "is_over": now >= closing.shift_end, "tonight": tonight}
    context["seen"] = seal(shown_of(closing.closed or Night(), NIGHT_SHOWN))
    return render(request, "dashboards/night_close/close.html", context)


def _settle(
    request: VenueRequest,
    day: date,
    now: datetime,
    what: str,
    pk: int | None,
    side: str,
    at: time | None,
    reason: str,
    seen: str,
    sure: str,
) -> None:
    venue, user = request.venue, request.user
    instant = moment(day, at, venue.zone) if at else None
    match what:
        case "out_all":
            _all_out(request, day, now)
        case "punch" | "vouch":
            person = found(Employee.objects.select_related("venue").filter(venue=venue), pk=pk)
            if what == "vouch":
                vouch(employee=person, user=user, day=day, side=side, reason=reason, seen=seen)
            elif instant is None:
                raise Refused(_("State the time."))
            else:
                state_punch(
                    employee=person, user=user, day=day, side=side, at=instant, now=now, reason=reason, seen=seen
                )
            messages.success(request, _("Entered for %(person)s.") % {"person": person.name})
        case "back":
            away = found(OffPost.objects.select_related("employee__venue").filter(employee__venue=venue), pk=pk)
            if instant is None:
                raise Refused(_("State the time."))
            state_return(off_post=away, user=user, at=instant, now=now, reason=reason, seen=seen)
            messages.success(request, _("Entered for %(person)s.") % {"person": away.employee.name})
        case "arrived" | "no_show":
            booking = found(Booking.objects.select_related("venue", "employee").filter(venue=venue), pk=pk)
            if what == "no_show":
                mark_no_show(booking=booking, user=user, reason=reason, seen=seen)
                told = _("%(table)s %(guest)s did not come; the table is free.")
                messages.success(request, told % {"table": booking.table, "guest": booking.guest_name})
            elif instant is None and booking.announced_at is None:
                raise Refused(_("State the time."))  # now is not when they came
            else:
                came = confirm_arrival(
                    booking=booking, user=user, now=now, at=instant, reason=reason, seen=seen, sure=sure
                )
                told = _("%(table)s %(guest)s arrived at %(clock)s")
                shown = {"table": came.table, "guest": came.guest_name, "clock": clock(came.arrived_at or now)}
                messages.success(request, told % shown)
        case "close":
            night = close_night(venue=venue, day=day, user=user, now=now, note=reason, seen=seen)
            if night.left_open:
                messages.warning(
                    request,
                    ngettext(
                        "%(day)s is closed; %(count)s thing stays open and holds the month's lock until settled.",
                        "%(day)s is closed; %(count)s things stay open and hold the month's lock until settled.",
                        night.left_open,
                    )
                    % {"day": shown_day(day), "count": night.left_open},
                )
            else:
                messages.success(request, _("%(day)s is closed; nothing is open.") % {"day": shown_day(day)})


def _all_out(request: VenueRequest, day: date, now: datetime) -> None:
    """Everybody who came and was not punched out has gone now; what can't be done is told one by one."""
    done, closing = 0, closing_of(request.venue, day)
    if now < closing.shift_end:
        raise Refused(_("The shift has not ended; nobody is sent home before."))
    for one in closing.punches:
        if one.side != "departure":
            continue
        one.employee.venue = request.venue
        with act(request):
            punch_departure(employee=one.employee, user=request.user, day=day, now=now)
            done += 1
    if done:
        messages.success(
            request,
            ngettext("%(count)s person is punched out.", "%(count)s people are punched out.", done) % {"count": done},
        )
