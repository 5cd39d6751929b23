"""Decisions from the floor manager's queue, one or several at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import Request
from attendance.requests.services.decisions import decide
from bookings.door.services import confirm_arrival
from bookings.models import Booking
from comps.models import CompRequest
from comps.services import decide_comp
from dashboards.tonight.queue import ARRIVAL, COMP, REQUEST
from pages.acting import Attempt
from pages.converters import key_of
from storage.seals import opened_key
from venues.errors import Refused
from venues.models import Venue


@dataclass
class Outcome:
    """How many things were decided, and why the others were not."""

    done: int = 0
    refusals: list[Refused] = field(default_factory=list)


def decide_each(*, venue: Venue, user: User, keys: Iterable[str], approve: bool, reason: str, now: datetime) -> Outcome:
    """Decide things by their keys, each by itself: what can't be decided hinders no other.

    A key is the kind, the primary key, and the seal of what was shown: what has changed since is refused. Refusing
    needs a reason; an arrival can only be confirmed here. Keys of another venue, or nonsense, are unknown.
    """
    outcome = Outcome()
    for key in dict.fromkeys(keys):
        with Attempt() as attempt:
            _decide_one(venue, user, key, approve, reason, now)
            outcome.done += 1
        if attempt.refusal:
            outcome.refusals.append(attempt.refusal)
    return outcome


def _decide_one(venue: Venue, user: User, key: str, approve: bool, reason: str, now: datetime) -> None:
    what, seen = opened_key(key)
    kind, _colon, number = what.partition(":")
    pk = key_of(number) or 0
    if kind == ARRIVAL and approve:
        booking = Booking.objects.select_related("venue", "employee").filter(venue=venue, pk=pk).first()
        if booking is not None:
            confirm_arrival(booking=booking, user=user, now=now, seen=seen)
            return
    if kind == COMP:
        asked = (
            CompRequest.objects.select_related("booking__venue", "employee").filter(booking__venue=venue, pk=pk).first()
        )
        if asked is not None:
            decide_comp(asked=asked, user=user, approve=approve, reason=reason, now=now, seen=seen)
            return
    if kind == REQUEST:
        request = Request.objects.select_related("employee__venue").filter(employee__venue=venue, pk=pk).first()
        if request is not None:
            decide(request=request, user=user, approve=approve, reason=reason, now=now, seen=seen)
            return
    raise Refused(_("There is nothing here to decide; it may have been taken back."))
