"""Articles 4.3 and 4.5: which bookings count as sales."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from rulebook.money import ZERO
from rulebook.phones import is_phone
from rulebook.policy import Policy


class BookingState(StrEnum):
    HELD = "held"  # 已订
    ARRIVED = "arrived"  # 到店
    CANCELLED = "cancelled"  # 取消
    NO_SHOW = "no_show"  # 未到


class NotCounted(StrEnum):
    """Why a booking does not count as sales."""

    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    NO_TABLE = "no_table"  # 4.3
    NO_GUEST_NAME = "no_guest_name"  # 4.3
    NO_GUEST_PHONE = "no_guest_phone"  # 4.3
    NO_REGISTRATION = "no_registration"  # 4.3
    NO_ARRIVAL = "no_arrival"  # 4.3
    REGISTERED_LATE = "registered_late"  # 4.3
    SOLICITING = "soliciting"  # 4.5
    UNSETTLED = "unsettled"


class Booking(NamedTuple):
    """A booking as the rules see it; ``spend`` in yuan, None until it is settled."""

    number: str
    day: date
    table: str
    guest_name: str
    guest_phone: str
    registered: datetime | None
    arrived: datetime | None
    spend: Decimal | None
    state: str


class Sale(NamedTuple):
    """What a booking counts: yuan, and the reasons where it counts nothing."""

    booking: Booking
    amount: Decimal
    reasons: tuple[NotCounted, ...]


def is_unsettled(state: str, spend: Decimal | None) -> bool:
    """An arrived booking with no spend (chapter 2): an exception, nothing that hangs on the spend is decided."""
    return spend is None and state == BookingState.ARRIVED


def awaits_spend(state: str, spend: Decimal | None) -> bool:
    """A booking whose spend may still come: what hangs on it waits."""
    return is_unsettled(state, spend) or state == BookingState.HELD


def lacks(booking: Booking) -> tuple[NotCounted, ...]:
    """What the booking does not state of what 4.3 asks for: table, guest's name, guest's phone."""
    reasons = []
    if not booking.table:
        reasons.append(NotCounted.NO_TABLE)
    if not booking.guest_name:
        reasons.append(NotCounted.NO_GUEST_NAME)
    if not is_phone(booking.guest_phone):
        reasons.append(NotCounted.NO_GUEST_PHONE)
    return tuple(reasons)


def counts_from(registered: datetime, policy: Policy) -> datetime:
    """The first moment at which a guest may arrive so that a booking registered then counts (4.3)."""
    return registered + timedelta(minutes=policy.booking_lead_minutes)


def rule_sale(booking: Booking, soliciting_days: Collection[date], policy: Policy) -> Sale:
    """Whether a booking counts as its person's sales, and how much (chapter 2, 4.3, 4.5)."""
    if booking.state == BookingState.HELD:
        return Sale(booking, ZERO, (NotCounted.HELD,))
    if booking.state == BookingState.CANCELLED:
        return Sale(booking, ZERO, (NotCounted.CANCELLED,))
    if booking.state == BookingState.NO_SHOW:
        return Sale(booking, ZERO, (NotCounted.NO_SHOW,))
    reasons = list(lacks(booking))
    if booking.registered is None:
        reasons.append(NotCounted.NO_REGISTRATION)
    if booking.arrived is None:
        reasons.append(NotCounted.NO_ARRIVAL)
    elif booking.registered is not None and booking.arrived < counts_from(booking.registered, policy):
        reasons.append(NotCounted.REGISTERED_LATE)
    if booking.day in soliciting_days:
        reasons.append(NotCounted.SOLICITING)
    if booking.spend is None:
        reasons.append(NotCounted.UNSETTLED)
    if reasons or booking.spend is None:
        return Sale(booking, ZERO, tuple(reasons))
    return Sale(booking, booking.spend, ())
