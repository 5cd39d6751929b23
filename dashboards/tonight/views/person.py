"""One person's night: what was recorded of their attendance, corrected or taken back with a reason."""

from datetime import date, datetime, time

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from attendance.models import OffPost, Punch, Request
from attendance.punches.services import (
    OF_OFF_POST,
    approve_off_post,
    shown_of_side,
    state_punch,
    state_return,
    undo_punch,
    vouch,
)
from pages.access import VenueRequest, at_venue
from pages.acting import act, found, not_here
from pages.forms import CleanedForm
from rulebook.calendar import CalendarMonth, moment
from staff.models import Employee
from storage.seals import seal
from venues.errors import Refused
from venues.models import Month
from venues.rights import shown_of
from venues.selectors import locked_row_from
from venues.services import locked_message

_ON_A_SIDE, _AWAY = ("punch", "vouch", "undo"), ("approve", "back")


class CorrectionForm(CleanedForm):
    """What is corrected: a side of the day, or a time off post by its key; the time it states; why."""

    what = forms.ChoiceField(choices=[(word, word) for word in (*_ON_A_SIDE, *_AWAY)])
    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    side = forms.CharField(required=False, max_length=10)
    at = forms.TimeField(required=False)
    reason = forms.CharField(required=False, max_length=200)
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.RECORD_ATTENDANCE)
def person(request: VenueRequest, pk: int, day: date | None = None) -> HttpResponseBase:
    """Arrival, departure, times off post of a business day, tonight's unless another is named: each can be mended."""
    who = found(Employee.objects.select_related("venue").filter(venue=request.venue), pk=pk)
    now = timezone.now()
    tonight = request.venue.day_at(now)
    if day is not None and day > tonight:
        raise not_here()
    address = reverse("person_day", args=[request.venue.code, pk, day]) if day else ""
    address = address or reverse("tonight_person", args=[request.venue.code, pk])
    day = day or tonight
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("This was not understood; nothing was done."))
        else:
            with act(request, back=address) as attempt:
                _correct(request, who, day, now, **form.cleaned_data)
                messages.success(request, _("Entered for %(person)s.") % {"person": who.name})
            if attempt.question:
                return attempt.question
        return redirect(address)
    month, is_own = CalendarMonth.of(day), who.user_id == request.user.pk
    locked = locked_row_from(request.venue, month)
    punch = Punch.objects.filter(employee=who, business_day=day).first() or Punch(business_day=day)
    sides = [
        (side.value, side.label, at, approver, seal(shown_of_side(punch, side)))
        for side, at, approver in (
            (Request.Side.ARRIVAL, punch.arrived_at, punch.arrival_approver),
            (Request.Side.DEPARTURE, punch.left_at, punch.departure_approver),
        )
    ]
    away = OffPost.objects.filter(employee=who, business_day=day).order_by("left_at")
    context = {
        "who": who,
        "day": day,
        "is_tonight": day == tonight,
        "address_month": str(month),
        "pay_month": month if day != tonight and Capability.SEE_ALL_PAY in request.may else None,
        "sees_staff": Capability.SEE_STAFF in request.may,
        "sees_tonight": Capability.SEE_TONIGHT in request.may,
        "sides": sides,
        "away": [(one, seal(shown_of(one, (*OF_OFF_POST, "approver")))) for one in away],
        "is_own": is_own,
        "locked": _why_locked(month, locked) if locked else "",
        "may_correct": not is_own and locked is None,
        "may_report": Capability.REPORT_VIOLATIONS in request.may,
    }
    return render(request, "dashboards/tonight/person.html", context)


def _why_locked(month: CalendarMonth, row: Month) -> str:
    return locked_message(month, row.calendar_month, is_paid=row.state == Month.State.PAID)


def _correct(
    request: VenueRequest,
    who: Employee,
    day: date,
    now: datetime,
    what: str,
    pk: int | None,
    side: str,
    at: time | None,
    reason: str,
    seen: str,
) -> None:
    user = request.user
    instant = moment(day, at, request.venue.zone) if at else None
    if what in ("punch", "back") and instant is None:
        raise Refused(_("State the time."))
    if what in _AWAY:
        away = found(OffPost.objects.select_related("employee__venue").filter(employee=who), pk=pk)
        if what == "approve":
            approve_off_post(off_post=away, user=user, reason=reason, seen=seen)
        elif instant is not None:
            state_return(off_post=away, user=user, at=instant, now=now, reason=reason, seen=seen)
    elif what == "vouch":
        vouch(employee=who, user=user, day=day, side=side, reason=reason, seen=seen)
    elif what == "undo":
        undo_punch(employee=who, user=user, day=day, side=side, reason=reason, seen=seen)
    elif instant is not None:
        state_punch(employee=who, user=user, day=day, side=side, at=instant, now=now, reason=reason, seen=seen)
