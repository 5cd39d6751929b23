"""HR's file of a person: shown, corrected; the person leaves, or stays after all."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from attendance.past_days.services import with_past_days
from commissions.records import records_of
from dashboards.hr_files.consequences import meaning_of
from dashboards.hr_files.history import file_changes
from dashboards.hr_files.listing import past_answer, users_of
from dashboards.hr_files.selectors import file_of
from pages.access import VenueRequest, at_venue
from pages.acting import Attempt, act
from pages.edits import ASKED, resent
from rulebook.calendar import CalendarMonth
from staff.employment import employment_facts
from staff.forms import FileForm, LeavingForm, StayForm
from staff.identity import doubts_about, identities_of
from staff.locking import EMPLOYMENT, refuse_outside
from staff.models import Employee, Paper, SensitiveAccess, Undertaking
from staff.register import gaps_of, with_gaps
from staff.selectors import digest_of
from staff.services import change_file, let_go, withdraw_leaving
from staff.services.departures import check_leaving
from staff.services.employments import SHOWN
from staff.standing import BADGES, EmploymentStatus, notice_given, standing_of
from venues.errors import Doubtful, Refused
from venues.rights import shown_of
from venues.selectors import policy_of

MOST_CHANGES, MOST_ACCESSES = 20, 5


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def file(request: VenueRequest, pk: int) -> HttpResponseBase:
    """All that the house keeps of a person, and the form that corrects it."""
    who = file_of(request, pk)
    before = employment_facts(who)
    is_own = who.user_id == request.user.pk
    history = list(who.history.select_related("history_user", "user").order_by("-history_date", "-history_id"))
    form = FileForm(
        request.POST if request.method == "POST" and not is_own else None,
        employee=who,
        stands=shown_of(who, SHOWN),
        users=users_of(request.venue),
    )
    if request.method == "POST":
        if is_own:
            messages.error(request, _("Nobody keeps their own file; a colleague does."))
            return redirect("person_file", request.venue.code, pk)
        if form.is_valid():
            with act(request, form, in_form=True) as attempt:
                with_past_days(
                    lambda: change_file(
                        employee=who,
                        user=request.user,
                        values=form.values,
                        reason=form.cleaned_data["reason"],
                        records=records_of,
                        seen=form.cleaned_data["seen"],
                    ),
                    before=before,
                    user=request.user,
                    answer=past_answer(form),
                    now=timezone.now(),
                )
                messages.success(request, _("Saved."))
            if attempt.is_done:
                return redirect("person_file", request.venue.code, pk)
    context = _shown(request, who, form, history)
    return render(request, "dashboards/hr_files/file.html", context, status=ASKED if form.question else 200)


def _shown(request: VenueRequest, who: Employee, form: FileForm, history: list[Any]) -> dict[str, Any]:
    today = request.venue.day_at(timezone.now())
    version = policy_of(request.venue, CalendarMonth.of(today))
    digest = digest_of(version)
    papers = list(Paper.objects.filter(employee=who).select_related("added_by"))
    signed = list(Undertaking.objects.filter(employee=who).select_related("recorded_by"))
    looks = list(SensitiveAccess.objects.filter(employee=who).select_related("user")[: MOST_ACCESSES + 1])
    given = notice_given(who)
    changes = file_changes(history)
    stands = standing_of(who, today, version.policy)
    held = with_gaps(Employee.objects.filter(pk=who.pk), today=today, version=digest).get()
    return {
        "who": who,
        "form": form,
        "is_own": who.user_id == request.user.pk,
        "badge": BADGES[stands],
        "today": today,
        "papers": [(paper, paper.expires_on is not None and paper.expires_on < today) for paper in papers],
        "doubts": [doubt.text for doubt in doubts_about(identities_of(request.venue).values(), [who.number])],
        "gaps": list(gaps_of(held)) if stands != EmploymentStatus.LEFT else [],
        "signed": [(one, one.version_digest == digest) for one in signed],
        "has_signed": any(one.version_digest == digest for one in signed),
        "version": version,
        "looks": looks[:MOST_ACCESSES],
        "more_accesses": len(looks) > MOST_ACCESSES,
        "notice": given,
        "notice_days": version.policy.notice_days,
        "is_short": given is not None and given < version.policy.notice_days,
        "may_see_numbers": Capability.SEE_NUMBERS in request.may,
        "changes": changes[:MOST_CHANGES],
        "more_changes": len(changes) > MOST_CHANGES,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def leave(request: VenueRequest, pk: int) -> HttpResponseBase:
    """That a person leaves: first what it means is shown, then it is entered."""
    who = file_of(request, pk)
    now = timezone.now()
    initial = {
        "left_on": who.left_on or request.venue.day_at(now),
        "exit_kind": who.exit_kind or Employee.Exits.RESIGNED,
        "noticed_on": who.noticed_on,
    }
    sent = request.POST if request.method == "POST" else None
    form = LeavingForm(sent, initial=initial, stands=shown_of(who, EMPLOYMENT))
    meaning = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked: dict[str, Any] = {
            "last_day": given["left_on"],
            "kind": given["exit_kind"],
            "noticed_on": given["noticed_on"],
        }
        with Attempt(form) as attempt:
            if given["read"] != form.stated or "back" in request.POST:
                meaning = _what_it_means(request, who, asked)
                form.data = resent(form.data, {"read": form.stated})
            else:
                seen, why = given["seen"], given["reason"]
                with_past_days(
                    lambda: let_go(employee=who, user=request.user, reason=why, records=records_of, seen=seen, **asked),
                    before=employment_facts(who), user=request.user, answer=past_answer(form), now=now,
                )  # fmt: skip
                messages.success(request, _("Entered: %(person)s leaves.") % {"person": who.name})
                return redirect("person_file", request.venue.code, pk)
        if isinstance(attempt.asked, Doubtful):
            meaning = _what_it_means(request, who, asked)
        if attempt.refusal:  # a last day that does not fit the day of hiring is about the last day
            form.refuse(attempt.refusal, otherwise="left_on" if attempt.refusal.field == "hired_on" else None)
    context = {
        "who": who,
        "form": form,
        "meaning": meaning,
        "is_own": who.user_id == request.user.pk,
        "policy": policy_of(request.venue, request.venue.month_at(now)).policy,
    }
    return render(request, "dashboards/hr_files/leave.html", context, status=ASKED if form.question else 200)


def _what_it_means(request: VenueRequest, who: Employee, asked: dict[str, Any]) -> Any:
    """What would be refused is refused here already."""
    if who.user_id == request.user.pk:
        raise Refused(_("Nobody keeps their own file; a colleague does."))
    check_leaving(who, asked["last_day"], asked["kind"], asked["noticed_on"])
    leaver = Employee(venue=request.venue, number=who.number, hired_on=who.hired_on, left_on=asked["last_day"])
    refuse_outside(leaver, records_of)
    return meaning_of(who, now=timezone.now(), **asked)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def stay(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A leaving is taken back, with the reason."""
    who = file_of(request, pk)
    form = StayForm(request.POST if request.method == "POST" else None, stands=shown_of(who, EMPLOYMENT))
    if request.method == "POST" and form.is_valid():
        with act(request, form, in_form=True) as attempt:
            seen, why = form.cleaned_data["seen"], form.cleaned_data["reason"]
            with_past_days(
                lambda: withdraw_leaving(employee=who, user=request.user, reason=why, records=records_of, seen=seen),
                before=employment_facts(who), user=request.user, answer=past_answer(form), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("%(person)s stays.") % {"person": who.name})
        if attempt.is_done:
            return redirect("person_file", request.venue.code, pk)
    context = {"who": who, "form": form}
    return render(request, "dashboards/hr_files/stay.html", context, status=ASKED if form.question else 200)
