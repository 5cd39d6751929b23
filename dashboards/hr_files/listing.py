"""HR's list of people, and the form for somebody who joins."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Capability
from attendance.past_days.services import PastAnswer, with_past_days
from pages.access import VenueRequest, at_venue
from pages.acting import Attempt
from pages.edits import ASKED, AskedForm
from pages.tables import chosen_sort, holds, order_of, sought
from rulebook.calendar import CalendarMonth
from staff.errors import Unfit
from staff.forms import JoinerForm
from staff.models import Employee
from staff.register import GROUPS, LACKS, SORTS, counts_of, gaps_of, in_group, lacking, with_gaps
from staff.selectors import digest_of, next_number
from staff.services import hire
from staff.standing import BADGES, notice_given, standing_of
from storage.pinyin import key_of
from venues.models import Venue
from venues.selectors import policy_of

PAGE = 50


@require_safe
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def people(request: VenueRequest) -> HttpResponseBase:
    """Everybody's file at a glance: who is there, who comes and goes, what is missing."""
    today = request.venue.day_at(timezone.now())
    version = policy_of(request.venue, CalendarMonth.of(today))
    policy = version.policy
    asked = request.GET.get("who", "")
    group = asked if asked in GROUPS else "current"
    lack = request.GET.get("lacks", "") if request.GET.get("lacks", "") in LACKS else ""
    words = sought(request.GET.get("q", ""))
    found = with_gaps(Employee.objects.filter(venue=request.venue), today=today, version=digest_of(version))
    found = found.filter(in_group(group, today), lacking(lack, today=today, notice_days=policy.notice_days))
    if words:
        found = found.filter(holds(words, "name", "number", "name_pinyin"))
    name, is_descending = chosen_sort(request, SORTS, "number")
    column = F(SORTS[name])
    order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
    page = Paginator(found.order_by(order, "number"), PAGE).get_page(request.GET.get("page"))
    counts = counts_of(request.venue, today)
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {
                "person": person,
                "badge": BADGES[standing_of(person, today, policy)],
                "gaps": [] if person.left_on and person.left_on < today else list(gaps_of(person)),
                "notice": _short(person, policy.notice_days),
            }
            for person in page
        ],
        "groups": [(key, label, counts[key]) for key, label in GROUPS.items()],
        "group": group,
        "lacks": LACKS.items(),
        "lack": lack,
        "words": words,
        "is_filtered": bool(words or lack),
        "anybody": counts["all"],
        "heads": {name: order_of(request, name, default="number", first="") for name in SORTS},
        "notice_days": policy.notice_days,
    }
    return render(request, "dashboards/hr_files/list.html", context)


def _short(person: Employee, notice_days: int) -> int | None:
    """The days of a notice that is shorter than it should be (6.1): shown, it costs nothing."""
    given = notice_given(person)
    return given if given is not None and given < notice_days else None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_PEOPLE)
def new(request: VenueRequest) -> HttpResponseBase:
    """The file of somebody who joins; the next free number is suggested."""
    numbers = Employee.objects.filter(venue=request.venue).values_list("number", flat=True)
    today = request.venue.day_at(timezone.now())
    form = JoinerForm(
        request.POST if request.method == "POST" else None,
        initial={"number": next_number(numbers), "hired_on": today},
        users=users_of(request.venue),
    )
    if request.method == "POST" and form.is_valid():
        given = {field.name: form.cleaned_data[field.name] for field in form.asked}
        sign_in = given.pop("user")
        with Attempt(form) as attempt:
            row = with_past_days(
                lambda: hire(venue=request.venue, user=request.user, sign_in=sign_in, **given),
                before=None, user=request.user, answer=past_answer(form), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The file of %(person)s is open.") % {"person": row})
        if attempt.is_done:
            return redirect("person_file", request.venue.code, row.pk)
        if attempt.refusal:  # what is no value that does not fit is about the day: the month is locked
            form.refuse(attempt.refusal, otherwise=None if isinstance(attempt.refusal, Unfit) else "hired_on")
    return render(request, "dashboards/hr_files/new.html", {"form": form}, status=ASKED if form.question else 200)


def past_answer(form: AskedForm) -> PastAnswer:
    """What a form that may store days already past was answered about them."""
    given = form.cleaned_data
    return PastAnswer(given["sure"], given["vouch"], given["vouch_reason"])


def users_of(venue: Venue) -> list[User]:
    """Who signs in at a venue, by name."""
    found = User.objects.filter(memberships__venue=venue, is_active=True).distinct()
    return sorted(found, key=lambda user: (key_of(user.get_full_name()), user.pk))
