"""Ask for, approve, refuse comps (3.1, 3.2)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.models import Booking
from comps.message_kinds import APPROVED, REFUSED
from comps.models import Comp, CompItem, CompRequest
from comps.selectors import CompAllowance, allowance_for
from inbox.services import post
from pages.formats import yuan
from rulebook.calendar import CalendarMonth
from rulebook.clauses import percent
from rulebook.comps import Breach
from storage.history import save_traced
from storage.numbers import next_numbers
from venues.errors import Refused
from venues.models import Venue
from venues.rights import need_reason, refuse_changed, require
from venues.services import count_change, require_open_months


class CompRefused(Refused):
    """A comp outside the rules, refused before it is given; ``article`` is the one it would break."""

    def __init__(self, message: str, article: str) -> None:
        super().__init__(message)
        self.article = article


_ARTICLES = {
    Breach.CATEGORY: "3.1",
    Breach.NOT_ARRIVED: "3.2",
    Breach.NOT_OWN_TABLE: "3.1.B",
    Breach.OVER_SPEND_RATE: "3.1.A",
    Breach.OVER_DAILY_NUMBER: "3.1.B",
}


def ask_comp(
    *, booking: Booking, item: CompItem, ground: str, user: User, now: datetime, seen: str | None = None
) -> CompRequest:
    """Ask to give an item of the list on one's own table, by spend or by tables booked.

    Refuses (CompRefused) what the rules would fine: alcohol, a guest who has not come, more than is left. Refuses an
    item whose price is not as it was ``seen``.
    """
    require(user, Capability.BOOK_TABLES, booking.venue)
    if ground not in Comp.Ground.values:
        raise Refused(_("Choose by spend or by tables booked."))
    with transaction.atomic():
        held = _locked(booking)
        if held.employee.user_id != user.pk:
            raise CompRefused(_("Comps are asked for on one's own tables."), "3.1.B")
        if item.venue_id != held.venue_id or not item.is_active:
            raise Refused(_("This item is not in the list any more."))
        refuse_changed(seen, item.shown, item, what=f"{item.name} {yuan(item.price)}")
        _refuse_breach(allowance_for(held, held.employee), item.name, item.category, item.price, ground, now)
        asked = CompRequest(
            booking=held,
            employee=held.employee,
            item=item.name,
            category=item.category,
            amount=item.price,
            ground=ground,
            asked_at=now,
        )
        return save_traced(asked, by=user)


def decide_comp(
    *, asked: CompRequest, user: User, approve: bool, now: datetime, reason: str = "", seen: str | None = None
) -> CompRequest:
    """Give a comp that was asked for, or refuse it with a reason; never one's own.

    Giving measures it again: what has become a violation meanwhile is refused (CompRefused). A refusal is no fact: it
    is possible in a locked month too. Refused too is what is not as it was ``seen``.
    """
    venue = asked.booking.venue
    require(user, Capability.DECIDE_REQUESTS, venue)
    with transaction.atomic():
        booking = _locked(asked.booking) if approve else _as_it_stands(asked.booking)
        held = CompRequest.objects.select_for_update().get(pk=asked.pk)
        held.booking, giver = booking, asked.employee
        if giver.user_id == user.pk:
            raise Refused(_("Nobody decides on their own comp."))
        if held.state != CompRequest.State.WAITING:
            raise Refused(_("This comp is decided already: %(state)s.") % {"state": held.get_state_display()})
        refuse_changed(seen, held.shown, what=f"{held.item} {booking.table}".strip())
        if approve:
            room = allowance_for(booking, giver, without=held)
            _refuse_breach(room, held.item, held.category, held.amount, held.ground, now)
            held.comp = _give(held, user, now)
            held.state = CompRequest.State.APPROVED
            count_change(venue, [CalendarMonth.of(booking.business_day)])
        else:
            need_reason(reason, _("A refusal needs a reason."))
            held.state = CompRequest.State.REFUSED
        held.decided_at, held.decided_by, held.decision_reason = now, user, reason.strip()
        save_traced(held, by=user)
        _notify(held, now)
    return held


def withdraw_comp(*, asked: CompRequest, user: User) -> CompRequest:
    """Take back a comp one asked for, while nobody has decided."""
    with transaction.atomic():
        held = CompRequest.objects.select_for_update(of=("self",)).select_related("employee").get(pk=asked.pk)
        if held.employee.user_id != user.pk:
            raise Refused(_("Only who asked takes it back."))
        if held.state != CompRequest.State.WAITING:
            raise Refused(_("This comp is decided already: %(state)s.") % {"state": held.get_state_display()})
        held.state = CompRequest.State.WITHDRAWN
        return save_traced(held, by=user)


def _locked(booking: Booking) -> Booking:
    """The booking as it stands, with its month taken: comps on it and of its people take turns."""
    require_open_months(booking.venue, [CalendarMonth.of(booking.business_day)])
    return _as_it_stands(booking)


def _as_it_stands(booking: Booking) -> Booking:
    row: Booking = Booking.objects.select_related("employee", "venue").get(pk=booking.pk)
    return row


def _give(asked: CompRequest, user: User, now: datetime) -> Comp:
    booking = asked.booking
    comp = Comp(
        venue=booking.venue,
        number=_next_number(booking.venue, booking.business_day),
        booking=booking,
        business_day=booking.business_day,
        employee_id=asked.employee_id,
        category=asked.category,
        amount=asked.amount,
        ground=asked.ground,
        given_at=now,
        item=asked.item,
    )
    return save_traced(comp, by=user)


def _next_number(venue: Venue, day: date) -> str:
    """The next comp number of a day; its month is taken for update."""
    prefix = f"S{day:%y%m%d}-W"
    given = Comp.objects.filter(venue=venue, number__startswith=prefix).values_list("number", flat=True)
    return next_numbers(given, prefix)[0]


def _refuse_breach(room: CompAllowance, item: str, category: str, amount: Decimal, ground: str, now: datetime) -> None:
    breach = room.breach(category, amount, ground, now)
    if breach is not None:
        raise CompRefused(refusal(breach, room, item, category, amount), _ARTICLES[breach])


def refusal(breach: Breach, room: CompAllowance, item: str, category: str, amount: Decimal) -> str:
    """Why a comp is refused, with its article and what is left."""
    by_spend, by_table = room.allowances
    match breach:
        case Breach.CATEGORY:
            return _("%(category)s may not be comped (3.1).") % {"category": str(Comp.Category(category).label).title()}
        case Breach.NOT_ARRIVED:
            return _("A comp is given once the guest's arrival is confirmed (3.2).")
        case Breach.NOT_OWN_TABLE:
            return _("By tables booked one gives on one's own tables alone (3.1.B).")
        case Breach.OVER_SPEND_RATE:
            figures = {
                "left": yuan(Decimal(by_spend.left)),
                "rate": percent(room.policy.comp_spend_rate),
                "spend": yuan(room.spend),
                "item": item,
                "price": yuan(amount),
            }
            return (
                _("%(item)s is %(price)s; of %(rate)s of the spend of %(spend)s, %(left)s are left (3.1.A).") % figures
            )
    figures = {"used": str(by_table.used), "allowed": str(by_table.allowed)}
    return _("%(used)s of the %(allowed)s comps that your arrived tables allow today are given (3.1.B).") % figures


def _notify(asked: CompRequest, now: datetime) -> None:
    asker = asked.employee.user
    if asker is None:
        return
    booking = asked.booking
    post(
        venue=booking.venue,
        users=[asker],
        key=f"comp-{asked.pk}",
        kind=APPROVED if asked.state == CompRequest.State.APPROVED else REFUSED,
        basis={"item": asked.item, "table": booking.table or booking.number, "reason": asked.decision_reason},
        path=reverse("comp_ask", args=[booking.venue.code, booking.pk]),
        now=now,
    )
