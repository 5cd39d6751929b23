"""Price an act before it is done: being late, leaving, resting, a blank in a booking."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from rulebook.attendance import MINUTE, Shift, Verdict
from rulebook.money import ZERO
from rulebook.pay import commission_of
from rulebook.policy import Policy
from rulebook.sales import Booking, BookingState, NotCounted, counts_from, lacks

LATE, EARLY, ABSENCE, PERSONAL_LEAVE, OFF_POST, REGISTRATION = "1.2.F", "1.2.E", "1.2.D", "1.2.B", "4.6", "4.3"


class Step(NamedTuple):
    """From how many minutes on an act costs more, under which article, how many yuan then."""

    minutes: int
    article: str
    amount: Decimal


class Price(NamedTuple):
    """What an act costs.

    ``amount`` is the fine in yuan under ``article`` (empty where it costs nothing), ``lost`` the month's commission in
    yuan that is forfeited by it. ``nth`` is which of its kind it is in the month: the absence, or the last day of the
    leave; 0 where nothing is counted. ``minutes`` are those the act has lasted, ``then`` what the next step costs.
    """

    article: str
    amount: Decimal
    minutes: int = 0
    nth: int = 0
    lost: Decimal = ZERO
    forfeits: bool = False  # with it the month reaches the number from which commission is forfeited
    then: Step | None = None

    @property
    def total(self) -> Decimal:
        """The fine and the commission lost, in yuan."""
        return self.amount + self.lost


class Commission(NamedTuple):
    """A month's commission as it stands, in yuan; ``forfeited_by`` names the articles that take it away."""

    sales: Decimal
    target: Decimal
    earned: Decimal
    forfeited_by: tuple[str, ...]

    @property
    def paid(self) -> Decimal:
        return ZERO if self.forfeited_by else self.earned

    @property
    def gap(self) -> Decimal:
        """What is missing to the target; nothing where it is reached."""
        return max(ZERO, self.target - self.sales)

    @property
    def above(self) -> Decimal:
        """The sales above the target."""
        return max(ZERO, self.sales - self.target)


class Deadline(NamedTuple):
    """By when a booking must be complete so that it counts (4.3), and what does not count otherwise.

    ``by`` is the last moment at which filling in the blanks, which registers it anew, is in time; None where nobody
    knows when the guest comes. ``left`` are the whole minutes until then. ``lost`` is in yuan.
    """

    lacks: tuple[NotCounted, ...]
    by: datetime | None
    left: int
    is_past: bool
    lost: Decimal
    article: str = REGISTRATION


def commission_at(sales: Decimal, target: Decimal, counts: Mapping[Verdict, int], policy: Policy) -> Commission:
    """The commission at these sales and decided days by verdict (2.2, 1.2.B, 1.2.D)."""
    earned, forfeits = commission_of(sales, target, counts, policy)
    return Commission(sales, target, earned, tuple(line.article for line in forfeits))


def late_price(minutes: int, policy: Policy, *, absences: int = 0, commission: Decimal = ZERO) -> Price:
    """What it costs to arrive so many whole minutes late on a workday, not excused (1.2.F; past the grace 1.2.D).

    ``absences`` are those the month already has, ``commission`` what is paid as it stands, in yuan.
    """
    return _beyond_grace(minutes, LATE, policy.late_fine, policy, absences, commission)


def early_price(minutes: int, policy: Policy, *, absences: int = 0, commission: Decimal = ZERO) -> Price:
    """What it costs to leave so many whole minutes early, as ``late_price`` (1.2.E; past the grace 1.2.D)."""
    return _beyond_grace(minutes, EARLY, policy.early_fine, policy, absences, commission)


def _beyond_grace(
    minutes: int, article: str, fine: Decimal, policy: Policy, absences: int, commission: Decimal
) -> Price:
    grace = policy.grace_minutes
    if minutes > grace:
        return absence_price(policy, absences=absences, commission=commission)._replace(minutes=minutes)
    absent = Step(grace + 1, ABSENCE, policy.absence_fine)
    if minutes > 0:
        return Price(article, fine, minutes, then=absent)
    return Price("", ZERO, 0, then=Step(1, article, fine) if grace else absent)


def absence_price(policy: Policy, *, absences: int = 0, commission: Decimal = ZERO) -> Price:
    """What one more absence costs, the fine and from the third on the month's commission (1.2.D)."""
    nth = absences + 1
    forfeits = nth >= policy.absence_forfeit_days
    return Price(ABSENCE, policy.absence_fine, nth=nth, lost=commission if forfeits else ZERO, forfeits=forfeits)


def leave_price(days: int, taken: int, policy: Policy, *, commission: Decimal = ZERO) -> Price:
    """What personal leave of so many workdays costs, after ``taken`` days of it in the same month (1.2.B).

    ``days`` are those that will be decided as leave: neither rest days nor days worked all the same.
    """
    nth = taken + days
    forfeits = days > 0 and nth > policy.personal_leave_forfeit_over
    return Price(
        PERSONAL_LEAVE if days else "",
        policy.personal_leave_fine * days,
        nth=nth,
        lost=commission if forfeits else ZERO,
        forfeits=forfeits,
    )


def off_post_minutes(left: datetime, until: datetime, shift: Shift) -> int:
    """The whole minutes away within the shift, as 4.6 counts them."""
    return max(0, (min(until, shift.end) - max(left, shift.start)) // MINUTE)


def off_post_price(minutes: int, policy: Policy) -> Price:
    """What it costs to return after so many whole minutes of the shift away without approval (4.6)."""
    if minutes >= policy.off_post_minutes:
        return Price(OFF_POST, policy.off_post_fine, minutes)
    return Price("", ZERO, minutes, then=Step(policy.off_post_minutes, OFF_POST, policy.off_post_fine))


def booking_deadline(
    booking: Booking, policy: Policy, *, expected: datetime | None, now: datetime, at_stake: Decimal = ZERO
) -> Deadline | None:
    """By when a booking that is held or has arrived must be complete (4.3); None for one that counts as it stands.

    ``expected`` is when the guest is expected, until it is known when they came; ``at_stake`` what the table has
    spent or is thought to spend, in yuan. One with nothing missing that was registered too late for that moment has
    its deadline as well, a past one.
    """
    if booking.state not in (BookingState.HELD, BookingState.ARRIVED):
        return None
    comes = booking.arrived or expected
    missing = lacks(booking)
    if not missing:
        if booking.registered is None:
            missing = (NotCounted.NO_REGISTRATION,)
        elif comes is not None and comes < counts_from(booking.registered, policy):
            missing = (NotCounted.REGISTERED_LATE,)
        else:
            return None
    by = None if comes is None else comes - timedelta(minutes=policy.booking_lead_minutes)
    left = max(0, (by - now) // MINUTE) if by is not None else 0
    lost = at_stake if booking.spend is None else booking.spend
    return Deadline(missing, by, left, by is not None and now > by, lost)
