"""The generated night that is under way: tables held and seated, comps and requests that wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from attendance.models import Request, Rest
from attendance.requests.kinds.leave import ask_leave
from attendance.requests.kinds.swap import ask_swap
from attendance.requests.services.decisions import decide
from attendance.requests.services.requests import answer_swap
from attendance.selectors import waiting_requests_in
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import TableTaken, book_table
from bookings.models import Booking
from bookings.settlement.services import state_tab
from comps.models import Comp, CompItem, CompRequest
from comps.services import ask_comp
from demo.life import Life
from demo.nights import Visit
from rulebook.calendar import DAY, CalendarMonth
from rulebook.sales import BookingState
from staff.models import Employee
from venues.errors import Refused
from venues.models import Venue

ITEMS = (
    ("大果盘", "fruit", 128),
    ("时令果盘", "fruit", 88),
    ("花生", "snack", 28),
    ("爆米花", "snack", 40),
    ("薯条拼盘", "snack", 58),
    ("鸭舌", "snack", 68),
)
_QUARTER, _SOON = timedelta(minutes=15), timedelta(minutes=12)


def set_items(venue: Venue) -> None:
    """The house's list of comps, where it has none."""
    if not CompItem.objects.filter(venue=venue).exists():
        for name, category, price in ITEMS:
            CompItem.objects.create(venue=venue, name=name, category=Comp.Category(category), price=Decimal(price))


def make_tonight(venue: Venue, life: Life, *, floor: User, now: datetime) -> None:
    """Hold the tables of guests who are still to come, state the tabs of those who are there, ask for this and that.

    Again changes nothing: what is there stays.
    """
    set_items(venue)
    people = {person.number: person for person in Employee.objects.filter(venue=venue).select_related("user", "venue")}
    tonight = Booking.objects.filter(venue=venue, business_day=venue.day_at(now))
    known = {booking.number: booking for booking in tonight.select_related("venue", "employee")}
    for visit in life.expected(now):
        if visit.number not in known:
            _hold(venue, visit, people[visit.owner], now)
    for visit in life.seated(now):
        booking = known.get(visit.number)
        is_seated = booking is not None and booking.state == BookingState.ARRIVED
        if booking is not None and is_seated and booking.tab is None and booking.spend is None:
            state_tab(booking=booking, user=floor, amount=_so_far(visit, now))
    _ask_for_comps(venue, now)
    _ask_for_days(venue, people, now)


def decided_by_people(venue: Venue) -> set[str]:
    """The numbers of the bookings held here that somebody confirmed, cancelled or missed on the pages."""
    held_here = Booking.objects.filter(venue=venue, expected_at__isnull=False)
    confirmed = held_here.filter(confirmed_by__isnull=False)
    gone = Booking.history.filter(
        venue=venue, expected_at__isnull=False, state__in=(BookingState.CANCELLED.value, BookingState.NO_SHOW.value)
    ).exclude(history_change_reason__startswith="demo-")
    return {*confirmed.values_list("number", flat=True), *gone.values_list("number", flat=True)}


def _hold(venue: Venue, visit: Visit, person: Employee, now: datetime) -> None:
    expected = visit.known - (timedelta(minutes=90) if visit.state == "未到" else timedelta())
    expected -= timedelta(minutes=expected.minute % 15, seconds=expected.second)
    if person.user is None:
        return
    try:
        booking = book_table(
            venue=venue,
            employee=person,
            user=person.user,
            table=visit.table,
            day=visit.day,
            guest_name=visit.guest.name,
            guest_phone=visit.guest.phone,
            expected_at=max(expected, visit.registered),
            party_size=2 + len(visit.number) % 3 + int(visit.number[-1]) % 5,
            now=visit.registered,
            number=visit.number,
        )
    except TableTaken:
        return  # a second turn: registered once the first is settled
    if visit.arrived is not None and visit.arrived - now <= _SOON:
        announce_arrival(booking=booking, user=person.user, now=now)


def _so_far(visit: Visit, now: datetime) -> Decimal:
    """The part of the spend that fits the time they have been there, in tens of yuan."""
    assert visit.arrived is not None
    assert visit.settled is not None
    share = (now - visit.arrived) / (visit.settled - visit.arrived)
    return Decimal(int((visit.spend or 0) * max(share, 0)) // 10 * 10)


def decide_what_waits(venue: Venue, month: CalendarMonth, *, floor: User, now: datetime) -> None:
    """Decide the requests about a month that is settled: approved, or refused where that is not possible any more."""
    for request in waiting_requests_in(venue, month):
        try:
            decide(request=request, user=floor, approve=True, now=now)
        except Refused as refusal:
            decide(request=request, user=floor, approve=False, reason=str(refusal), now=now)


def _ask_for_comps(venue: Venue, now: datetime) -> None:
    """One comp that waits, on the table with the largest tab."""
    if CompRequest.objects.filter(booking__venue=venue).exists():
        return
    seated = Booking.objects.filter(
        venue=venue, business_day=venue.day_at(now), state=BookingState.ARRIVED.value, spend=None
    )
    booking = seated.exclude(tab=None).exclude(employee__user=None).select_related("employee__user", "venue")
    for found in booking.order_by("-tab")[:1]:
        for ground in ("spend", "daily"):
            for item in CompItem.objects.filter(venue=venue).order_by("-price"):
                try:
                    ask_comp(booking=found, item=item, ground=ground, user=found.employee.user, now=now)
                except Refused:
                    continue
                return


def _ask_for_days(venue: Venue, people: dict[str, Employee], now: datetime) -> None:
    """Leave and a swap that wait, and a swap that waits for the colleague."""
    if Request.objects.filter(employee__venue=venue).exists():
        return
    today = venue.day_at(now)
    asker = people["107"]
    if asker.user is not None:
        ask_leave(
            employee=asker, user=asker.user, kind="personal", first=today + 3 * DAY, last=today + 3 * DAY,
            reason="家里有事", now=now,
        )  # fmt: skip
    for place, (one, other) in enumerate(_swaps(venue, now)):
        mine, theirs = one.employee, other.employee
        if place > 1 or mine.user is None or theirs.user is None:
            return
        try:
            asked = ask_swap(
                employee=mine, user=mine.user, day=one.business_day, colleague=theirs, other_day=other.business_day,
                reason="", now=now,
            )  # fmt: skip
            if place == 0:
                answer_swap(request=asked, user=theirs.user, agree=True, now=now)
        except Refused:
            continue


def _swaps(venue: Venue, now: datetime) -> Iterator[tuple[Rest, Rest]]:
    """Pairs of coming rest days of this month that two people might exchange."""
    today = venue.day_at(now)
    coming = list(
        Rest.objects.filter(
            employee__venue=venue,
            business_day__gt=today,
            business_day__lte=CalendarMonth.of(today).last,
            kind="regular",
        )
        .select_related("employee__user", "employee__venue")
        .order_by("business_day", "employee__number")
    )
    while len(coming) > 1:
        one = coming.pop(0)
        other = next((rest for rest in coming if rest.business_day != one.business_day), None)
        if other is None:
            return
        coming.remove(other)
        yield one, other
