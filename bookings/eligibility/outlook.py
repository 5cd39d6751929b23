"""Say whether a booking will count as sales, and until when what it lacks can be filled in (4.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bookings.eligibility.display import as_rule_sees
from bookings.eligibility.reasons import reason_words
from bookings.models import Booking
from pages.formats import clock, moment
from rulebook.policy import Policy
from rulebook.sales import BookingState, NotCounted, counts_from, lacks, rule_sale

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Outlook:
    """Whether a booking counts: ``css`` of the line, its words, and what mends it (``fill in``) where something can."""

    css: str
    text: str
    can_mend: bool = False


_LACKING = {
    NotCounted.NO_TABLE: lambda: _("No table"),
    NotCounted.NO_GUEST_NAME: lambda: _("No guest's name"),
    NotCounted.NO_GUEST_PHONE: lambda: _("No phone number"),
}


def outlook(booking: Booking, policy: Policy, now: datetime) -> Outlook:
    """Whether a booking counts, or will (4.3); what is known above this room (4.5) is not looked at."""
    if booking.state == BookingState.HELD:
        return _ahead(booking, policy, now)
    sale = rule_sale(as_rule_sees(booking), (), policy)
    if not sale.reasons:
        return Outlook("seated", _("It counts as sales."))
    if sale.reasons == (NotCounted.UNSETTLED,):
        return Outlook("seated", _("It counts as sales once it is settled."))
    if booking.state in (BookingState.CANCELLED, BookingState.NO_SHOW):
        return Outlook("free", _("It does not count: %(why)s.") % {"why": _(", ").join(reason_words(sale.reasons))})
    why = reason_words(reason for reason in sale.reasons if reason != NotCounted.UNSETTLED)
    return Outlook("now", _("It does not count: %(why)s.") % {"why": _(", ").join(why)})


def _ahead(booking: Booking, policy: Policy, now: datetime) -> Outlook:
    """A booking whose guest has not come: from when its arrival counts, or what it lacks and until when to add it."""
    missing = lacks(as_rule_sees(booking))
    if not missing:
        if booking.registered_at is None:
            return Outlook("now", _("It does not count: %(why)s.") % {"why": _("no registration time (4.3)")})
        return _registered(booking, counts_from(booking.registered_at, policy), now)
    what = _(", ").join(_LACKING[reason]() for reason in missing)
    if booking.announced_at is not None:  # what is filled in now is registered after the guest came
        return Outlook("now", _("%(what)s: it will not count as sales (4.3).") % {"what": what})
    left = minutes_left(booking, policy, now)
    if left is None:
        return Outlook("now", _("%(what)s: it will not count as sales (4.3).") % {"what": what}, True)
    if left < 0:
        late = _("%(what)s: it will not count as sales; filled in now, arrivals from %(time)s on do (4.3).")
        return Outlook("now", late % {"what": what, "time": clock(counts_from(now, policy))}, True)
    if left < 120:
        soon = _("%(what)s: in %(minutes)s min it no longer counts as sales (4.3).")
        return Outlook("now", soon % {"what": what, "minutes": left}, True)
    assert booking.expected_at is not None  # else there were no minutes left to count
    until = clock(booking.expected_at - policy.booking_lead_minutes * _MINUTE)
    return Outlook("waits", _("%(what)s: fill it in by %(time)s, or it does not count (4.3).") % {
        "what": what, "time": until,
    }, True)  # fmt: skip


def _registered(booking: Booking, since: datetime, now: datetime) -> Outlook:
    """A booking with nothing missing; announced, its guest has come at that time, whenever the host confirms."""
    if booking.announced_at is not None:
        if booking.announced_at >= since:
            return Outlook("held", _("Announced in time: it counts as sales once it is settled."))
        early = _("Announced at %(at)s, before %(time)s: it will not count as sales (4.3).")
        return Outlook("now", early % {"at": clock(booking.announced_at), "time": clock(since)})
    if now < since and (booking.expected_at is None or booking.expected_at - now < timedelta(hours=12)):
        soon = _("Arrivals from %(time)s on count as sales (4.3); a guest announced before then does not.")
        return Outlook("held", soon % {"time": clock(since)})
    return Outlook("held", _("Arrivals from %(time)s on count as sales (4.3).") % {"time": _near(since, booking)})


def minutes_left(booking: Booking, policy: Policy, now: datetime) -> int | None:
    """Whole minutes in which what is missing can still be filled in for the guest's expected time (4.3).

    Below 0 where it is too late; None without an expected time.
    """
    if booking.expected_at is None:
        return None
    return (booking.expected_at - policy.booking_lead_minutes * _MINUTE - now) // _MINUTE


def _near(at: datetime, booking: Booking) -> str:
    """A clock time; with its day where the booking was registered before its own."""
    is_near = booking.expected_at is None or booking.expected_at - at < timedelta(hours=12)
    return clock(at) if is_near else moment(at)
