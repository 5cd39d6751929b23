"""The pages of a month's roster: looked at, set by clicks, copied, published."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap, retarget

from accounts.permissions import Capability
from attendance.roster.copy_plan import month_before, plan_copy
from attendance.roster.grid import LEGEND, Roster, people_of, roster_of, rule_of_thumb, said_of_crowd
from attendance.roster.history import roster_changes
from attendance.roster.publications import Published, latest_of, publications_of, published_of
from attendance.roster.services import copies, publications, rests
from inbox.reach import by_word
from pages.access import VenueRequest, at_venue, posted
from pages.acting import Attempt, act, not_here
from pages.converters import key_of
from pages.formats import day as shown_day, month as month_shown, weekdays
from pages.tables import is_in, sought
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.errors import MonthLocked
from venues.models import Month
from venues.selectors import first_locked_from, locked_row_from

PAGE = 50
LOOK = (Capability.SET_ROSTER, Capability.SEE_STAFF)


@require_safe
@never_cache
@at_venue(*LOOK)
def current(request: VenueRequest) -> HttpResponseBase:
    """To the roster of the month under way."""
    today = request.venue.day_at(timezone.now())
    return redirect("roster", request.venue.code, CalendarMonth.of(today))


@require_safe
@never_cache
@at_venue(*LOOK)
def month(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """A month: people by days on the desk, people with their rest days on the phone."""
    everybody = people_of(request.venue, month)
    words = sought(request.GET.get("q", ""))
    found = [one for one in everybody if is_in(words, f"{one.number} {one.name}", one.name)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    locked = locked_row_from(request.venue, month)
    roster = _roster(request, month, list(page), everybody, locked)
    made = publications_of(request.venue, month)
    published = published_of(roster.people, roster.valid, made[0] if made else None)
    context = _context(request, roster, published, locked) | {
        "page": page,
        "words": words,
        "legend": LEGEND,
        "changes": roster_changes(request.venue, month.first, month.last, made),
        "weeks": _weeks(roster.heads),
        "weekdays": weekdays(),
        "query": request.GET.urlencode(),
        "crowded": [said_of_crowd(head) for head in roster.crowded],
        "rule_of_thumb": rule_of_thumb(),
    }
    return render(request, "attendance/roster/roster.html", context)


@require_safe
@never_cache
@at_venue(*LOOK)
def person(request: VenueRequest, month: CalendarMonth, pk: int) -> HttpResponseBase:
    """One person's month, a day a button; on the phone it is the roster."""
    everybody = people_of(request.venue, month)
    place = next((place for place, one in enumerate(everybody) if one.pk == pk), None)
    if place is None:
        raise not_here()
    locked = locked_row_from(request.venue, month)
    roster = _roster(request, month, [everybody[place]], everybody, locked)
    published = published_of(roster.people, roster.valid, latest_of(request.venue, month))
    context = _context(request, roster, published, locked) | {
        "before": everybody[place - 1] if place else None,
        "after": everybody[place + 1] if place + 1 < len(everybody) else None,
        "crowded": [said_of_crowd(head) for head in roster.crowded],
    }
    return render(request, "attendance/roster/person.html", context | _person_context(roster))


class _Click(NamedTuple):
    """What a click asks for: a rest day, or work, for whom, when."""

    act: str
    employee: Employee
    day: date


@posted("roster", "month")
@never_cache
@at_venue(Capability.SET_ROSTER)
def set_day(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Set or take back one rest day; answers with the row, the counts of the days, what there is to say."""
    now = timezone.now()
    is_alone = "alone" in request.POST  # clicked on the page of one person
    click = _clicked(request, month)
    with Attempt() as attempt:
        if click.act == "rest":
            rests.set_rest(employee=click.employee, user=request.user, day=click.day, now=now)
        else:
            rests.take_back_rest(employee=click.employee, user=request.user, day=click.day, now=now)
    told, level = (_done(click), messages.SUCCESS) if attempt.is_done else (attempt.text, messages.ERROR)
    if not request.htmx:
        return _back(request, month, click, told, level, is_alone)
    locked = locked_row_from(request.venue, month)
    roster = _roster(request, month, [click.employee], None, locked)
    published = published_of(roster.people, roster.valid, latest_of(request.venue, month))
    warning = _warning(roster, click) if level == messages.SUCCESS else ""
    context = _context(request, roster, published, locked) | {
        "told": warning or told,
        "level": "error" if level == messages.ERROR else "warning" if warning else "success",
        "row": roster.rows[0] if roster.rows else None,
        "refused_day": click.day if level == messages.ERROR else None,
        "crowded": [said_of_crowd(head) for head in roster.crowded],
    }
    if is_alone:
        answer = render(request, "attendance/roster/_person_answer.html", context | _person_context(roster))
        return reswap(retarget(answer, "#days"), "outerHTML")
    answer = render(request, "attendance/roster/_answer.html", context)
    return reswap(retarget(answer, f"#p{click.employee.pk}"), "outerHTML")


def _clicked(request: VenueRequest, month: CalendarMonth) -> _Click:
    """What was clicked; 404 for what is no cell of this month."""
    act = "rest" if "rest" in request.POST else "work"
    number, _colon, day = request.POST.get(act, "").partition(":")
    cell = key_of(day) or 0
    employee = Employee.objects.filter(venue=request.venue, pk=key_of(number) or 0).first()
    if employee is None or not 1 <= cell <= month.length:
        raise not_here()
    employee.venue = request.venue
    return _Click(act, employee, date(month.year, month.number, cell))


def _done(click: _Click) -> str:
    text = _("%(person)s rests on %(day)s.") if click.act == "rest" else _("%(person)s works on %(day)s.")
    return text % {"person": click.employee.name, "day": shown_day(click.day)}


def _warning(roster: Roster, click: _Click) -> str:
    """What there is to mind with a rest day that was set; empty where there is nothing."""
    head = roster.head(click.day)
    minded = [said_of_crowd(head)] if head.has_too_many else []
    if any(row.cells[click.day.day - 1].note for row in roster.rows):
        minded.append(_("Leave is asked for on this day, not decided yet."))
    if click.act != "rest" or not minded:
        return ""
    return _("%(done)s Mind: %(what)s") % {"done": _done(click), "what": " ".join(minded)}


def _back(
    request: VenueRequest, month: CalendarMonth, click: _Click, told: str, level: int, is_alone: bool
) -> HttpResponseBase:
    """To where the click was made, without a script."""
    if level == messages.SUCCESS:
        roster = roster_of(request.venue, month, timezone.now(), shown=[click.employee])
        if warning := _warning(roster, click):
            told, level = warning, messages.WARNING
    messages.add_message(request, level, told)
    if is_alone:
        return redirect("roster_person", request.venue.code, month, click.employee.pk)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('roster', args=[request.venue.code, month])}{query}#p{click.employee.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SET_ROSTER)
def copy(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """What the month before would give, what is left out and why; then it is set."""
    now = timezone.now()
    if request.method == "POST":
        with act(request) as attempt:
            seen = request.POST.get("seen", "")
            plan = copies.copy_roster(venue=request.venue, month=month, user=request.user, now=now, seen=seen)
            told = ngettext("%(count)s rest day is set.", "%(count)s rest days are set.", plan.count)
            messages.success(request, told % {"count": plan.count})
        if attempt.is_done or isinstance(attempt.refusal, MonthLocked):
            return redirect("roster", request.venue.code, month)
        return redirect("roster_copy", request.venue.code, month)
    plan = plan_copy(request.venue, month, now, reader=request.user.pk)
    context = {
        "plan": plan,
        "month": month,
        "locked": first_locked_from(request.venue, month),
        "crowded": [said_of_crowd(head) for head in plan.crowded],
    }
    return render(request, "attendance/roster/copy.html", context)


@posted("roster", "month")
@never_cache
@at_venue(Capability.SET_ROSTER)
def publish(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """Tell everybody whose rest days are new or changed."""
    with act(request):
        made = publications.publish_roster(venue=request.venue, month=month, user=request.user, now=timezone.now())
        if made is None:
            messages.info(request, _("Nothing has changed since it was published; nobody was told again."))
        else:
            publication, silent = made
            told = ngettext(
                "Published: %(count)s person was told.", "Published: %(count)s people were told.", publication.told
            )
            messages.success(request, told % {"count": publication.told})
            if silent:
                messages.warning(request, by_word([person.name for person in silent]))
    return redirect("roster", request.venue.code, month)


def _roster(
    request: VenueRequest,
    month: CalendarMonth,
    shown: Sequence[Employee],
    people: list[Employee] | None,
    locked: Month | None,
) -> Roster:
    return roster_of(
        request.venue,
        month,
        timezone.now(),
        shown=shown,
        people=people,
        reader=request.user.pk,
        may_set=Capability.SET_ROSTER in request.may and locked is None,
    )


def _context(request: VenueRequest, roster: Roster, published: Published, locked: Month | None) -> dict[str, Any]:
    """What every page of a month shows."""
    month = roster.month
    return {
        "roster": roster,
        "month": month,
        "month_before": month_before(month),
        "month_after": month.next,
        "published": published,
        "locked": locked,
        "locked_text": _locked_text(month, locked),
        "may_set": Capability.SET_ROSTER in request.may and locked is None,
        "set_address": reverse("roster_set", args=[request.venue.code, month]),
    }


def _locked_text(month: CalendarMonth, locked: Month | None) -> str:
    if locked is None:
        return ""
    if locked.calendar_month != month:
        return _("%(locked)s is locked, and this month comes before it: its roster stays as it is.") % {
            "locked": month_shown(locked.calendar_month)
        }
    if locked.state == Month.State.PAID:
        return _("%(month)s is paid: its roster stays as it is.") % {"month": month_shown(month)}
    return _("%(month)s is locked: its roster stays as it is. Only the owner reopens a month, with a reason.") % {
        "month": month_shown(month)
    }


def _person_context(roster: Roster) -> dict[str, Any]:
    row = roster.rows[0]
    return {"row": row, "weeks": _weeks(row.cells), "weekdays": weekdays()}


def _weeks(days: Sequence[Any]) -> list[list[Any]]:
    """The days of a month by weeks from Monday, None where a day is another month's."""
    cells = [None] * days[0].day.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
