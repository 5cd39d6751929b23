"""The pages of the door: who comes, who came, where they sit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from accounts.requests import came_from, following
from bookings.booking.services.holds import move_booking
from bookings.door.forms import AmountForm, ArrivalForm, DecisionForm, MoveForm, WalkInForm
from bookings.door.selectors import DoorTab, door_of, row_of, version_of
from bookings.door.services import confirm_arrival, correct_arrival, mark_no_show, reinstate_booking, seat_walk_in
from bookings.eligibility.display import standing_of
from bookings.locking import AT_THE_DOOR, AT_THE_TILL, OF_THE_TAB, WHO
from bookings.models import Booking
from bookings.selectors import bookings_on, plan_of
from bookings.settlement.services import settle_booking, state_tab
from pages.access import VenueRequest, at_venue, posted
from pages.acting import Attempt, form_page, found
from pages.formats import clock, yuan
from pages.tables import sought
from rulebook.calendar import CalendarMonth
from rulebook.sales import BookingState
from staff.selectors import employed_on
from venues.rights import shown_of
from venues.selectors import policy_of

_NO_CONTENT = 204


@require_safe
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def door(request: VenueRequest) -> HttpResponseBase:
    """Tonight's bookings; asked every ten seconds for what is new, which is mostly nothing."""
    now = timezone.now()
    query = sought(request.GET.get("q", ""))
    shown = _shown(request.GET.get("show", ""), query)
    asked = request.GET.get("version")
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if is_part and asked and asked == version_of(request.venue, request.venue.day_at(now), now):
        return HttpResponse(status=_NO_CONTENT)
    found = door_of(request.venue, request.user, now=now, shown=shown, query=query)
    here = f"{reverse('door', args=[request.venue.code])}?{urlencode({'show': shown, 'q': query})}"
    context = {"door": found, "now": now, "back": here, "may_settle": Capability.SETTLE_BOOKINGS in request.may}
    return render(request, "bookings/door/list.html" if is_part else "bookings/door/door.html", context)


def _shown(name: str, query: str) -> DoorTab:
    """What was chosen; who looks for somebody looks everywhere."""
    if name in set(DoorTab):
        return DoorTab(name)
    return DoorTab.ALL if query else DoorTab.HELD


@posted("booking", "pk")
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def arrive(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One tap: the guests of this booking are here."""
    now = timezone.now()
    booking = _booking(request, pk)
    seen = request.POST.get("seen", "")

    def save() -> Booking:
        return confirm_arrival(booking=booking, user=request.user, now=now, seen=seen)

    return _done(request, booking, save, now)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def no_show(request: VenueRequest, pk: int) -> HttpResponseBase:
    """The guests did not come; asked once more before the table is free."""
    booking = _booking(request, pk)
    form = DecisionForm(_sent(request), stands=shown_of(booking, AT_THE_DOOR))

    def save() -> str:
        given = form.cleaned_data
        mark_no_show(booking=booking, user=request.user, reason=given["reason"], seen=given["seen"])
        return _("%(table)s %(guest)s did not come; the table is free.") % _named(booking)

    return _page(request, "bookings/door/no_show.html", booking, form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def correct(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Another arrival time than the server's, with its reason: of guests to confirm, or of those who came."""
    now = timezone.now()
    booking = _booking(request, pk)
    known = booking.arrived_at or booking.announced_at or now
    form = ArrivalForm(
        _sent(request),
        initial={"at": timezone.localtime(known).time().replace(microsecond=0)},
        stands=shown_of(booking, AT_THE_DOOR),
        day=booking.business_day,
        zone=request.venue.zone,
    )

    def save() -> str:
        at = form.moment
        given = {name: form.cleaned_data[name] for name in ("reason", "seen", "sure")}
        if booking.state == BookingState.ARRIVED:
            changed = correct_arrival(booking=booking, user=request.user, now=now, at=at, **given)
        else:
            changed = confirm_arrival(booking=booking, user=request.user, now=now, at=at, **given)
        return _arrived(request, changed)

    return _page(request, "bookings/door/correct.html", booking, form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def reinstate(request: VenueRequest, pk: int) -> HttpResponseBase:
    """A booking that was cancelled, missed or confirmed by a wrong tap is held again."""
    booking = _booking(request, pk)
    form = DecisionForm(_sent(request), stands=shown_of(booking, AT_THE_DOOR))

    def save() -> str:
        given = form.cleaned_data
        reinstate_booking(booking=booking, user=request.user, reason=given["reason"], seen=given["seen"])
        return _("%(table)s is held for %(guest)s again.") % _named(booking)

    return _page(request, "bookings/door/reinstate.html", booking, form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def move(request: VenueRequest, pk: int) -> HttpResponseBase:
    """To another table: one tap on the plan."""
    booking = _booking(request, pk)
    form = MoveForm(_sent(request), stands=shown_of(booking, WHO))

    def save() -> str:
        before, given = booking.table, form.cleaned_data
        moved = move_booking(booking=booking, user=request.user, table=given["table"], seen=given["seen"])
        return _("%(guest)s moved from %(before)s to %(table)s.") % {**_named(moved), "before": before}

    return _page(request, "bookings/door/move.html", booking, form, save, lambda: _plan(request, booking))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.CONFIRM_ARRIVALS)
def walk_in(request: VenueRequest) -> HttpResponseBase:
    """Guests without a booking: a table, whose they are; said before that it does not count (4.3)."""
    now = timezone.now()
    people = employed_on(request.venue, request.venue.day_at(now)).exclude(user=request.user)
    initial = {"table": request.GET.get("table", "")}
    form = WalkInForm(people, _sent(request), initial=initial)

    def save() -> str:
        given = form.cleaned_data
        seated = seat_walk_in(
            venue=request.venue,
            employee=form.whose,
            user=request.user,
            table=given["table"],
            guest_name=given["guest_name"],
            guest_phone=given["guest_phone"],
            party_size=given["party_size"],
            now=now,
        )
        return _arrived(request, seated)

    return _page(request, "bookings/door/walk_in.html", None, form, save, lambda: _plan(request))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SETTLE_BOOKINGS)
def tab(request: VenueRequest, pk: int) -> HttpResponseBase:
    """What a seated table has spent so far."""
    booking = _booking(request, pk)
    form = _tab_form(booking, _sent(request))

    def save() -> str:
        amount = form.cleaned_data["amount"]
        state_tab(booking=booking, user=request.user, amount=amount, seen=form.cleaned_data["seen"])
        return _("%(table)s: %(amount)s so far.") % {**_named(booking), "amount": yuan(amount)}

    return _till(request, booking, form, save, _settle_form(booking, None))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.SETTLE_BOOKINGS)
def settle(request: VenueRequest, pk: int) -> HttpResponseBase:
    """What the guests spent: from now on it counts, and the table can turn."""
    booking = _booking(request, pk)
    form = _settle_form(booking, _sent(request))

    def save() -> str:
        given = form.cleaned_data
        done = settle_booking(
            booking=booking,
            user=request.user,
            amount=given["amount"],
            reason=given["reason"],
            seen=given["seen"],
            sure=given["sure"],
        )
        shown = {**_named(done), "amount": yuan(given["amount"]), "person": done.employee.name}
        standing = standing_of(done, _policy(done))
        if standing is not None and not standing.counts:
            return _("%(table)s is settled at %(amount)s and can turn; %(why)s.") % {**shown, "why": standing.text}
        if not _is_tonight(done):
            return _("%(table)s is settled at %(amount)s, which counts for %(person)s.") % shown
        return _("%(table)s is settled at %(amount)s, which counts for %(person)s; the table can turn.") % shown

    return _till(request, booking, form, save, _tab_form(booking, None))


def _tab_form(booking: Booking, sent: QueryDict | None) -> AmountForm:
    stands = shown_of(booking, OF_THE_TAB)
    return AmountForm(sent, prefix="tab", name="tab", initial={"amount": booking.tab}, stands=stands)


def _settle_form(booking: Booking, sent: QueryDict | None) -> AmountForm:
    known = booking.tab if booking.spend is None else booking.spend
    stands = shown_of(booking, AT_THE_TILL)
    return AmountForm(sent, prefix="settle", name="spend", initial={"amount": known}, stands=stands)


def _is_tonight(booking: Booking) -> bool:
    """Whether its night is under way: the table may turn, the tab still grow."""
    return booking.business_day >= booking.venue.day_at(timezone.now())


def _sent(request: VenueRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _bookings(request: VenueRequest) -> QuerySet[Booking]:
    return Booking.objects.filter(venue=request.venue).select_related("employee", "venue", "confirmed_by")


def _booking(request: VenueRequest, pk: int) -> Booking:
    """A booking of this venue; another's does not exist here."""
    return found(_bookings(request), pk=pk)


def _named(booking: Booking) -> dict[str, str]:
    return {"table": booking.table, "guest": booking.guest_name or booking.number}


def _policy(booking: Booking) -> Any:
    return policy_of(booking.venue, CalendarMonth.of(booking.business_day)).policy


def _arrived(request: VenueRequest, booking: Booking) -> str:
    """What is said once an arrival is confirmed: when, and whether the booking counts."""
    standing = standing_of(booking, _policy(booking))
    shown = _named(booking) | {"clock": clock(booking.arrived_at or timezone.now())}
    said = _("%(table)s %(guest)s arrived at %(clock)s") % shown
    return f"{said} · {standing.text}" if standing else said


def _plan(request: VenueRequest, booking: Booking | None = None) -> dict[str, Any]:
    """The floor plan of the booking's day, else of tonight, with what can be taken now."""
    now = timezone.now()
    day = booking.business_day if booking else request.venue.day_at(now)
    spots, fixtures = plan_of(request.venue, bookings_on(request.venue, day))
    tiles = [(spot, spot.state(now)) for spot in spots]
    return {"tiles": tiles, "fixtures": fixtures, "can_be_taken": sum(spot.can_be_booked() for spot in spots)}


def _back(request: VenueRequest) -> str:
    """The page somebody came from, where it is another one of ours; else the door."""
    back = following(request)
    if not back and request.method == "GET":
        back = came_from(request)
    is_other = back and back.partition("?")[0] != request.path
    return back if is_other else reverse("door", args=[request.venue.code])


def _done(request: VenueRequest, booking: Booking, do: Callable[[], Booking], now: datetime) -> HttpResponseBase:
    """Do it: a tap of htmx gets its row back, anything else the page it came from with what happened."""
    with Attempt() as attempt:
        booking = do()
    if not attempt.is_done:
        booking = _booking(request, booking.pk)
    refusal = attempt.text
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        else:
            messages.success(request, _arrived(request, booking))
        return redirect(_back(request))
    context = {
        "row": row_of(booking, user=request.user, policy=_policy(booking), now=now),
        "refusal": refusal,
        "said": "" if refusal else _arrived(request, booking),
        "back": _back(request),
        "may_settle": Capability.SETTLE_BOOKINGS in request.may,
    }
    return render(request, "bookings/door/row.html", context)


def _page(
    request: VenueRequest,
    template: str,
    booking: Booking | None,
    form: Any,
    save: Callable[[], str],
    more: Callable[[], dict[str, Any]] = dict,
) -> HttpResponseBase:
    """A page with one form, and back to where it was opened."""
    back = _back(request)

    def context() -> dict[str, Any]:
        is_own = booking is not None and booking.employee.user_id == request.user.pk
        return {"booking": booking, "back": back, "is_own": is_own, **more()}

    return form_page(request, form, template, context, save=save, to=back)


def _till(
    request: VenueRequest, booking: Booking, form: AmountForm, save: Callable[[], str], other: AmountForm
) -> HttpResponseBase:
    """The page of a table's spend: the tab so far and the settlement, one of them being sent."""
    forms_shown: dict[str, Any] = {"tab_form": form, "settle_form": other}
    if form.prefix == "settle":
        forms_shown = {"tab_form": other, "settle_form": form}
    standing = standing_of(booking, _policy(booking))
    forms_shown |= {"standing": standing, "is_tonight": _is_tonight(booking)}
    return _page(request, "bookings/door/settle.html", booking, form, save, lambda: forms_shown)
