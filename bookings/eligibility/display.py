"""Say whether a booking whose guests have come counts under 4.3."""

from copy import copy
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.models import Booking
from pages.formats import clock, moment
from rulebook import sales
from rulebook.policy import Policy
from rulebook.sales import BookingState, NotCounted

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_BLANKS = {
    NotCounted.NO_TABLE: gettext_lazy("no table"),
    NotCounted.NO_GUEST_NAME: gettext_lazy("no guest's name"),
    NotCounted.NO_GUEST_PHONE: gettext_lazy("no guest's phone"),
    NotCounted.NO_REGISTRATION: gettext_lazy("no registration time"),
    NotCounted.NO_ARRIVAL: gettext_lazy("no arrival time"),
}


class SalesEligibility(NamedTuple):
    """Whether a booking counts, and why, in a line."""

    counts: bool
    text: str


def as_rule_sees(booking: Booking) -> sales.Booking:
    """A booking as plain values, for the rules of chapter 4."""
    return sales.Booking(
        booking.number,
        booking.business_day,
        booking.table,
        booking.guest_name,
        booking.guest_phone,
        booking.registered_at,
        booking.arrived_at,
        booking.spend,
        booking.state,
    )


def standing_of(booking: Booking, policy: Policy) -> SalesEligibility | None:
    """How a booking stands under 4.3 once its guests have come; None until then.

    Neither its spend nor what else may void its day (4.5) is looked at: both may still come.
    """
    if booking.state != BookingState.ARRIVED:
        return None
    reasons = sales.rule_sale(as_rule_sees(booking), (), policy).reasons
    blanks = [str(_BLANKS[reason]) for reason in reasons if reason in _BLANKS]
    if blanks:
        return SalesEligibility(False, _("%(what)s: it does not count (4.3)") % {"what": _(", ").join(blanks)})
    assert booking.registered_at is not None  # else it would be a blank
    assert booking.arrived_at is not None
    ahead = booking.arrived_at - booking.registered_at
    if NotCounted.REGISTERED_LATE in reasons:
        return SalesEligibility(False, _late(ahead))
    shown = {"clock": _registered(booking.registered_at, booking.arrived_at), "ahead": _long(ahead)}
    return SalesEligibility(True, _("registered %(clock)s, %(ahead)s ahead: it counts") % shown)


def standing_if_arrived(booking: Booking, at: datetime, policy: Policy) -> SalesEligibility:
    """How a booking that is held will stand once its guests are confirmed to have come at a moment."""
    come = copy(booking)
    come.state, come.arrived_at = BookingState.ARRIVED.value, at
    found = standing_of(come, policy)
    assert found is not None  # it has arrived
    return found


def _late(ahead: timedelta) -> str:
    if ahead < timedelta():
        return _("registered after the arrival: it does not count (4.3)")
    if ahead < timedelta(seconds=1):
        return _("registered as the guests came: it does not count (4.3)")
    minutes, seconds = divmod(int(ahead.total_seconds()), 60)
    return _("registered only %(minutes)s min %(seconds)s s ahead: it does not count (4.3)") % {
        "minutes": minutes,
        "seconds": seconds,
    }


def _registered(at: datetime, arrived: datetime) -> str:
    """The clock time; with its day where that is not the arrival's."""
    same_day = timezone.localtime(at).date() == timezone.localtime(arrived).date()
    return clock(at) if same_day or arrived - at < 6 * _HOUR else moment(at)


def _long(ahead: timedelta) -> str:
    """How long before the arrival: whole minutes; hours where those are many, then days."""
    if ahead < 2 * _HOUR:
        return _("%(minutes)s min") % {"minutes": ahead // _MINUTE}
    if ahead < 48 * _HOUR:
        return _("%(hours)s h") % {"hours": ahead // _HOUR}
    days = ahead // (24 * _HOUR)
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
