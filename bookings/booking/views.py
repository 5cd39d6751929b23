"""The pages on which an account manager books tables and looks after the own bookings."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Capability
from accounts.requests import following
from bookings.booking.chat_line import parse_line
from bookings.booking.forms import (
    MOST_PEOPLE,
    NEW,
    OTHER,
    BookingForm,
    CancelForm,
    ChangeForm,
    half_hours,
    slots,
    tapped,
)
from bookings.booking.history import history_of
from bookings.booking.selectors import SEES_ALL, bookings_open_to, guests_for, own_hold, plan_for
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import TableTaken, book_table, cancel_booking, change_booking
from bookings.eligibility.outlook import outlook
from bookings.locking import EDITED, WHO
from bookings.models import Booking
from bookings.selectors import bookings_on
from customers.selectors import guests_of
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, form_page, found
from pages.converters import key_of
from pages.edits import ASKED
from pages.formats import clock, day as in_words
from pages.tables import sought
from rulebook.calendar import DAY, NOON, CalendarMonth
from rulebook.phones import compared
from rulebook.policy import Policy
from rulebook.sales import BookingState, counts_from
from staff.models import Employee
from staff.selectors import employment_of
from storage.seals import opened_key
from venues.models import Venue
from venues.rights import shown_of
from venues.selectors import policy_of

FARTHEST = timedelta(days=60)
MORNING = time(6)
PEOPLE, USUAL_PEOPLE = range(1, 31), 4


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.BOOK_TABLES)
def book(request: VenueRequest, day: date | None = None) -> HttpResponseBase:
    """The floor plan of a day, and what is asked once a table is tapped; tonight's unless another day is named.

    In the morning it is the coming night's.
    """
    now = timezone.now()
    tonight = request.venue.day_at(now)
    usual = _usual_day(now, request.venue)
    if "on" in request.GET:
        return _to_day(request, usual)
    if day is not None and not tonight <= day <= tonight + FARTHEST:
        messages.error(
            request, _("Tables are booked for tonight and the next %(days)s days.") % {"days": FARTHEST.days}
        )
        return redirect("book", request.venue.code)
    page = _BookingPage(request, day or usual, tonight, now)
    if request.method != "POST" or page.employee is None:
        return page.shown(page.form(initial={"table": request.GET.get("table", "")}))
    if "paste" in request.POST:
        return page.pasted(request.POST.get("line", ""))
    return page.booked(page.employee, page.form(request.POST))


def _usual_day(now: datetime, venue: Venue) -> date:
    """The night that is booked where none is named: tonight; in the morning, before its business day ends, the next."""
    tonight = venue.day_at(now)
    return tonight + DAY if MORNING <= now.astimezone(venue.zone).time() < NOON else tonight


def _to_day(request: VenueRequest, usual: date) -> HttpResponseBase:
    try:
        wanted = parse_date(request.GET["on"])
    except ValueError:
        wanted = None
    if wanted is None or wanted == usual or not 2000 < wanted.year < 2099:
        return redirect("book", request.venue.code)
    return redirect("book_day", request.venue.code, wanted)


class _BookingPage:
    """One request for the page of booking a table."""

    def __init__(self, request: VenueRequest, day: date, tonight: date, now: datetime) -> None:
        self.request, self.venue, self.day, self.tonight, self.now = request, request.venue, day, tonight, now
        self.policy: Policy = policy_of(self.venue, CalendarMonth.of(day)).policy
        self.employee = employment_of(request.user, self.venue, day)

    @property
    def shift(self) -> tuple[time, time]:
        return self.policy.shift_start, self.policy.shift_end

    def form(self, data: Any = None, initial: dict[str, Any] | None = None) -> BookingForm:
        offered = half_hours(self.day, self.now, self.shift, self.venue)
        usual = {"slot": clock(offered[0]), "party_size": USUAL_PEOPLE}
        own = guests_of(self.request.user, self.venue)
        return BookingForm(data, initial=usual | (initial or {}), venue=self.venue, day=self.day, guests=own)

    def shown(self, form: BookingForm, *, taken: TableTaken | None = None, status: int = 200) -> HttpResponseBase:
        request, bookings = self.request, list(bookings_on(self.venue, self.day))
        plan = plan_for(request.user, self.venue, bookings, self.now)
        chosen = opened_key(str(form["guest"].value() or ""))[0]
        query = str(form["q"].value() or "")
        is_new = chosen == NEW or bool(form["guest_name"].value() or form["guest_phone"].value())
        table = "" if taken else str(form["table"].value() or "")
        offered = half_hours(self.day, self.now, self.shift, self.venue)
        context = {
            "day": self.day,
            "is_tonight": self.day == self.tonight,
            "tonight": self.tonight,
            "farthest": self.tonight + FARTHEST,
            "employee": self.employee,
            "plan": plan,
            "form": form,
            "table": table if table in plan.free() else "",
            "seats": plan.seats(table),
            "slots": _with(slots(offered, None, self.venue), form["slot"].value()),
            "other": OTHER,
            "people": _people(form["party_size"].value()),
            "guests": guests_for(request.user, self.venue, query, chosen=chosen, bookings=bookings),
            "query": query,
            "is_new": is_new and not chosen.isdecimal(),
            "now": self.now,
            "counts_from": counts_from(self.now, self.policy),
            "policy": self.policy,
            "taken": taken,
        }
        return render(request, "bookings/booking/book.html", context, status=status)

    def pasted(self, line: str) -> HttpResponseBase:
        """The form filled from a line of a chat; nothing is booked yet."""
        bookings = bookings_on(self.venue, self.day)
        plan = plan_for(self.request.user, self.venue, bookings, self.now)
        found = parse_line(line, plan.codes, self.day, self.venue.zone, self.shift)
        if found.table and found.table not in plan.free():
            messages.warning(self.request, _("%(table)s is taken; tap another table.") % {"table": found.table})
        if not any(found[:5]):
            messages.warning(self.request, _("Nothing in this line could be read; fill in the fields yourself."))
        initial: dict[str, Any] = {"table": found.table, "note": found.rest}
        if found.expected_at is not None:
            initial["slot"] = clock(found.expected_at)
        if found.party_size is not None:
            initial["party_size"] = found.party_size
        own = guests_of(self.request.user, self.venue)
        key = compared(found.guest_phone)
        is_known = Q(phone_key=key) | Q(merged__phone_key=key) if key else Q(name=found.guest_name)
        is_named = found.guest_name or found.guest_phone
        keys = list(own.filter(is_known).values_list("pk", flat=True)[:2]) if is_named else []
        if len(keys) == 1:
            initial["guest"] = str(keys[0])
        elif found.guest_name or found.guest_phone:
            typed = found.guest_name or found.guest_phone  # what was read stands in the field one looks at
            initial |= {"guest": NEW, "q": typed, "guest_name": found.guest_name, "guest_phone": found.guest_phone}
        return self.shown(self.form(initial=initial))

    def booked(self, employee: Employee, form: BookingForm) -> HttpResponseBase:
        """Book it; what can't be is shown again with everything that was typed."""
        if not form.is_valid():
            return self.shown(form)
        asked = form.cleaned_data
        name, phone, table = asked["guest_name"], asked["guest_phone"], asked["table"]
        with act(self.request, asks=form) as attempt:
            try:
                booking = book_table(
                    venue=self.venue,
                    employee=employee,
                    user=self.request.user,
                    table=table,
                    day=self.day,
                    guest_name=name,
                    guest_phone=phone,
                    expected_at=asked["expected_at"],
                    party_size=asked["party_size"],
                    note=asked["note"],
                    now=self.now,
                    tapped_at=tapped(asked["tapped_at"], self.now),
                    sure=asked["sure"],
                )
            except TableTaken as taken:
                own = own_hold(self.request.user, self.venue, table, self.day, name, phone)
                if own is None:
                    return self.shown(form, taken=taken, status=409)
                messages.info(self.request, _("%(table)s is booked for this guest already.") % {"table": table})
                return redirect("booking", self.venue.code, own.pk)
        if not attempt.is_done:
            return self.shown(form, status=ASKED if form.question else 200)
        messages.success(self.request, _booked_words(booking))
        return redirect("booking", self.venue.code, booking.pk)


def _booked_words(booking: Booking) -> str:
    parts = [booking.table, booking.guest_name or booking.guest_phone]
    if booking.expected_at is not None:
        parts.append(clock(booking.expected_at))
    return _("Booked: %(what)s, %(day)s.") % {"what": " ".join(parts), "day": in_words(booking.business_day)}


def _people(chosen: Any) -> list[str]:
    """How many people may be chosen, and how many were beside it; what is no number of people is chosen anew."""
    number = key_of(str(chosen))
    return _with(PEOPLE, number if number is not None and number <= MOST_PEOPLE else None)


def _with(offered: Sequence[Any], chosen: Any) -> list[Any]:
    """What is offered, and what was chosen beside it."""
    known = [str(one) for one in offered]
    return known if chosen in (None, "", OTHER) or str(chosen) in known else [*known, str(chosen)]


@require_safe
@never_cache
@at_venue(Capability.BOOK_TABLES)
def guests(request: VenueRequest) -> HttpResponseBase:
    """The own guests that a query finds, as choices."""
    query = sought(request.GET.get("q", ""))
    chosen = opened_key(request.GET.get("guest", ""))[0]
    tonight = request.venue.day_at(timezone.now())
    own = bookings_on(request.venue, tonight).filter(employee__user=request.user)
    found = guests_for(request.user, request.venue, query, chosen=chosen if not query else "", bookings=own)
    context = {"guests": found, "query": query, "is_new": chosen == NEW, "chosen": chosen}
    return render(request, "bookings/booking/_guests.html", context)


# --- one booking ------------------------------------------------------------------------------------------
_OWN_OR_DOOR = (Capability.BOOK_TABLES, Capability.CONFIRM_ARRIVALS)


def _booking(request: VenueRequest, pk: int) -> Booking:
    """The booking, if it stands for this person or they see the night's; else there is none."""
    sees_all = not request.may.isdisjoint(SEES_ALL)
    return found(bookings_open_to(request.user, request.venue, all_of_them=sees_all), pk=pk)


def _policy(booking: Booking) -> Policy:
    return policy_of(booking.venue, CalendarMonth.of(booking.business_day)).policy


@require_safe
@never_cache
@at_venue(*_OWN_OR_DOOR, Capability.SEE_TONIGHT)
def show(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One booking: who comes when, whether it counts, what happened to it."""
    booking, now = _booking(request, pk), timezone.now()
    is_held = booking.state == BookingState.HELD
    is_tonight = booking.business_day == request.venue.day_at(now)
    context = {
        "booking": booking,
        "outlook": outlook(booking, _policy(booking), now),
        "changes": history_of(booking),
        "is_own": booking.employee.user_id == request.user.pk,
        "is_held": is_held,
        "is_seated": booking.state == BookingState.ARRIVED and booking.spend is None,
        "is_gone": booking.state in (BookingState.CANCELLED, BookingState.NO_SHOW),
        "is_tonight": is_tonight,
        "may_confirm": Capability.CONFIRM_ARRIVALS in request.may,
        "may_settle": Capability.SETTLE_BOOKINGS in request.may,
        "may_change": not request.may.isdisjoint(_OWN_OR_DOOR),
        "can_announce": is_held and is_tonight and booking.announced_at is None,
    }
    return render(request, "bookings/booking/booking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*_OWN_OR_DOOR)
def change(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Another table, guest or time for a booking that is held."""
    booking, now = _booking(request, pk), timezone.now()
    if booking.state != BookingState.HELD:
        messages.error(request, _("This booking can't be changed any more."))
        return redirect("booking", request.venue.code, pk)
    policy = _policy(booking)
    usual = {
        "table": booking.table,
        "guest_name": booking.guest_name,
        "guest_phone": booking.guest_phone,
        "slot": clock(booking.expected_at) if booking.expected_at else "",
        "party_size": booking.party_size,
        "note": booking.note,
    }
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial=usual,
        venue=booking.venue,
        day=booking.business_day,
        stands=shown_of(booking, EDITED),
    )
    taken, status = None, 200
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        with act(request, asks=form):
            try:
                change_booking(
                    booking=booking,
                    user=request.user,
                    now=now,
                    table=asked["table"],
                    guest_name=asked["guest_name"],
                    guest_phone=asked["guest_phone"],
                    expected_at=asked["expected_at"],
                    party_size=asked["party_size"],
                    note=asked["note"],
                    seen=asked["seen"],
                    sure=asked["sure"],
                )
            except TableTaken as refused:
                taken = refused
            else:
                messages.success(request, _("The booking is changed."))
                return redirect("booking", request.venue.code, pk)
        if taken or form.question:
            status = ASKED
    bookings = list(bookings_on(request.venue, booking.business_day))
    plan = plan_for(request.user, request.venue, bookings, now)
    shift = (policy.shift_start, policy.shift_end)
    offered = slots(half_hours(booking.business_day, now, shift, booking.venue), booking.expected_at, booking.venue)
    context = {
        "booking": booking,
        "form": form,
        "tables": [code for code in plan.codes if code == booking.table or code in plan.free()],
        "slots": _with(offered, form["slot"].value()),
        "other": OTHER,
        "people": _people(form["party_size"].value()),
        "lacks": not booking.guest_name or not booking.guest_phone,
        "counts_from": counts_from(now, policy),
        "taken": taken,
    }
    return render(request, "bookings/booking/change.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(*_OWN_OR_DOOR)
def cancel(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Cancel a booking that is held, with the reason."""
    booking = _booking(request, pk)
    if booking.state != BookingState.HELD:
        messages.error(request, _("This booking can't be cancelled any more."))
        return redirect("booking", request.venue.code, pk)
    form = CancelForm(request.POST if request.method == "POST" else None, stands=shown_of(booking, WHO))

    def save() -> str:
        given = form.cleaned_data
        cancel_booking(booking=booking, user=request.user, reason=given["reason"], seen=given["seen"])
        return _("Cancelled; %(table)s is free again.") % {"table": booking.table}

    to = reverse("booking", args=[request.venue.code, pk])
    return form_page(request, form, "bookings/booking/cancel.html", {"booking": booking}, save=save, to=to)


@posted("booking", "pk")
@never_cache
@at_venue(*_OWN_OR_DOOR)
def announce(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Tell the door that the guest is here; back to ``next``, else to the booking."""
    booking = _booking(request, pk)
    with act(request):
        announce_arrival(booking=booking, user=request.user, now=timezone.now())
        messages.success(request, _("The door is told; somebody there confirms the arrival."))
    return redirect(following(request) or reverse("booking", args=[request.venue.code, pk]))
