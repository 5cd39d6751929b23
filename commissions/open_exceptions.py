"""What holds a month open, one class a kind: where it is found, how it is told, what settles it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Capability
from commissions.models import OpenException
from pages.formats import figure
from rulebook.attendance import Day, Verdict, is_in_use
from rulebook.pay import ExceptionKind, Open
from rulebook.reports import POACHING
from rulebook.sales import BookingState, awaits_spend, is_unsettled
from violations.ledger.facts import MonthFacts, PersonFacts


class SettlePage(NamedTuple):
    """Where an open thing is settled, who may, and what is done there; ``about`` is what its address names."""

    view: str
    capability: Capability
    act: Promise
    about: str  # booking, person_day, month, venue
    returns: bool = False  # it leads back to where one came from


SPEND = SettlePage(
    "booking_settle", Capability.SETTLE_BOOKINGS, gettext_lazy("Enter the spend"), "booking", returns=True
)
BOOKING = SettlePage("booking", Capability.CONFIRM_ARRIVALS, gettext_lazy("To the booking"), "booking", returns=True)
PUNCHES = SettlePage("person_day", Capability.RECORD_ATTENDANCE, gettext_lazy("To the day's punches"), "person_day")
AMOUNTS = SettlePage("payroll_amounts", Capability.ENTER_AMOUNTS, gettext_lazy("To the withholdings"), "month")
DECISION = SettlePage("tonight", Capability.DECIDE_REQUESTS, gettext_lazy("Decide it"), "venue")


class UnknownException(LookupError):
    """A row stores a kind of exception that nobody registered."""


class KindOfException(ABC):
    """One kind of exception; ``ref`` of an item names the record it is about."""

    kind: ExceptionKind
    page: SettlePage

    @abstractmethod
    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        """What of this kind is open in a person's month."""

    @abstractmethod
    def what(self, item: OpenException) -> str:
        """What is open and what settles it, for HR."""

    @abstractmethod
    def told(self, item: OpenException) -> str:
        """What is open and who settles it, for its own person."""

    def is_settled(self, item: Any) -> bool:
        """Whether it was settled since the draft; what hangs on more records is asked at the run.

        Of a row as ``commissions.month.review`` annotates it.
        """
        return False


class OnePunch(KindOfException):
    """A day with one side alone (chapter 1, step 5)."""

    kind = ExceptionKind.ONE_PUNCH
    page = PUNCHES

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        for day in days:
            if day.verdict == Verdict.EXCEPTION:
                yield Open(self.kind, day.day, _missing_side(person, day))

    def what(self, item: OpenException) -> str:
        if item.ref == "arrival":
            return _("no arrival punch; enter it, or the name of the supervisor who vouches for the arrival")
        return _("no departure punch; enter it, or the name of the supervisor who vouches for the departure")

    def told(self, item: OpenException) -> str:
        if item.ref == "arrival":
            return _("no arrival punch; your supervisor settles it")
        return _("no departure punch; your supervisor settles it")

    def is_settled(self, item: Any) -> bool:
        return bool(item.is_punched)


class Unsettled(KindOfException):
    """A guest came, and nobody entered the spend (chapter 2)."""

    kind = ExceptionKind.UNSETTLED
    page = SPEND

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        for booking in person.bookings:
            if is_unsettled(booking.state, booking.spend) and booking.day <= facts.decided:
                yield Open(self.kind, booking.day, booking.number)

    def what(self, item: OpenException) -> str:
        return _("booking %(number)s has no spend; enter what the guest spent") % {"number": item.ref}

    def told(self, item: OpenException) -> str:
        return _("booking %(number)s has no spend yet") % {"number": item.ref}

    def is_settled(self, item: Any) -> bool:
        return bool(item.is_spent or item.booking_state != BookingState.ARRIVED)


class Held(KindOfException):
    """A booking of a past day, neither arrived nor a no-show (chapter 2)."""

    kind = ExceptionKind.HELD
    page = BOOKING

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        for booking in person.bookings:
            if booking.state == BookingState.HELD and booking.day <= facts.decided:
                yield Open(self.kind, booking.day, booking.number)

    def what(self, item: OpenException) -> str:
        return _("booking %(number)s is still held; confirm the arrival, or mark it as a no-show") % {
            "number": item.ref
        }

    def told(self, item: OpenException) -> str:
        return _("booking %(number)s: it is not recorded whether the guest came") % {"number": item.ref}

    def is_settled(self, item: Any) -> bool:
        return bool(item.booking_state != BookingState.HELD)


class NotReturned(KindOfException):
    """A time off post without a return (4.6)."""

    kind = ExceptionKind.AWAY
    page = PUNCHES

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        for away in person.off_posts:
            if away.returned is None and away.day <= facts.decided and is_in_use(away.day, facts.in_use_from):
                yield Open(self.kind, away.day, clock_of(away.left, facts.zone))

    def what(self, item: OpenException) -> str:
        return _("off post from %(time)s without a return; enter when the person came back") % {"time": item.ref}

    def told(self, item: OpenException) -> str:
        return _("off post from %(time)s, no return recorded; your supervisor settles it") % {"time": item.ref}

    def is_settled(self, item: Any) -> bool:
        return not item.is_away


class PoachingWaits(KindOfException):
    """A table poached in this month whose booking is in a later one: nothing else would hold this month open (4.4)."""

    kind = ExceptionKind.POACHING_WAITS
    page = SPEND

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        for report in person.waiting_reports:
            if report.article == POACHING and awaits_spend(report.booking_state, report.booking_spend):
                yield Open(self.kind, report.day, report.booking)

    def what(self, item: OpenException) -> str:
        return _("the poached booking %(number)s has no spend; enter what the guest spent") % {"number": item.ref}

    def told(self, item: OpenException) -> str:
        return _("booking %(number)s has no spend yet") % {"number": item.ref}


class Withholdings(KindOfException):
    """More is withheld than the gross wages; the rulebook finds it while it computes the payslip."""

    kind = ExceptionKind.WITHHOLDINGS
    page = AMOUNTS

    def found(self, person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> Iterator[Open]:
        return iter(())

    def what(self, item: OpenException) -> str:
        return _("withholdings exceed the gross wages by %(amount)s; enter less") % {"amount": figure(item.ref)}

    def told(self, item: OpenException) -> str:
        return _("HR looks at the withholdings, they exceed the gross wages")


EXCEPTIONS: dict[str, KindOfException] = {
    one.kind.value: one for one in (OnePunch(), Unsettled(), Held(), NotReturned(), PoachingWaits(), Withholdings())
}
"""Every kind by the word that a row stores."""


def exception_kind(key: str) -> KindOfException:
    """The kind that a row stores by this word; an unknown one is an error."""
    try:
        return EXCEPTIONS[key]
    except KeyError:
        raise UnknownException(f"no kind of exception is called {key!r}") from None


def open_exceptions(person: PersonFacts, facts: MonthFacts, days: Sequence[Day]) -> list[Open]:
    """What must be settled before the month is locked, by day."""
    found = [item for kind in EXCEPTIONS.values() for item in kind.found(person, facts, days)]
    return sorted(found, key=lambda item: (item.day or facts.month.last, item.kind, item.ref))


def clock_of(instant: datetime, zone: tzinfo) -> str:
    """``21:33`` at the venue."""
    return f"{instant.astimezone(zone):%H:%M}"


def _missing_side(person: PersonFacts, day: Day) -> str:
    punch = next(punch for punch in person.punches if punch.day == day.day)
    return "departure" if punch.arrived or punch.arrival_vouched else "arrival"
