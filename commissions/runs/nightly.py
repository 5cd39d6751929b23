"""The nightly work: yesterday into the ledger, drafts on the 1st, a reminder on the 13th."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.permissions import Capability
from commissions.errors import RunHeld
from commissions.message_kinds import NOT_LOCKED, ONE_FINE, SEVERAL_FINES
from commissions.models import PayrollRun
from commissions.runs.services import Clock
from commissions.selectors import open_months_before
from inbox.services import post
from rulebook.attendance import is_run
from rulebook.calendar import DAY, CalendarMonth, days_between, last_ended
from rulebook.payday import pay_date
from venues.errors import MonthLocked
from venues.models import Venue
from venues.selectors import holders_of, policy_of
from violations.ledger.inputs import employed_in
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty

AFTER_NOON = timedelta(minutes=5)
"""How long after noon, when a business day ends (reading 6), its night's work begins."""
REMINDER_DAY = 13
NEW_FINES_DAYS = 7
"""How many days of work made up for are still told of: who was away longer is not flooded."""

Begin = Callable[..., Any]


@dataclass
class NightlyOutcome:
    """What was done for a venue."""

    venue: Venue
    day: date
    told: int = 0  # how many messages of new fines
    drafted: list[CalendarMonth] = field(default_factory=list)
    reminded: list[CalendarMonth] = field(default_factory=list)


def venues_due(now: datetime) -> list[Venue]:
    """The venues where it is past 12:05 and the day that ended at noon was not worked on yet.

    A night missed, because nothing ran, is made up for.
    """
    return [
        venue
        for venue in Venue.objects.order_by("code")
        if venue.reconciled_through is None or venue.reconciled_through < last_ended(now - AFTER_NOON, venue.zone)
    ]


def work_night(*, venue: Venue, clock: Clock, begin: Begin) -> NightlyOutcome:
    """Reconcile the ledger through the last ended business day, draft the month it ended, remind on the 13th.

    ``begin`` is what computes or hands out a run (``run_month``, ``begin_run``). Twice equals once.
    """
    now = clock()
    through = last_ended(now, venue.zone)
    since = venue.reconciled_through or through - DAY
    days = list(days_between(min(since + DAY, through), through))
    night = NightlyOutcome(venue, through)
    for month in sorted({CalendarMonth.of(day) for day in days}):
        reconcile_month(venue, month, now=now)
    fresh = [day for day in days if day > since]
    for day in fresh[-NEW_FINES_DAYS:]:
        night.told += _notify_fines(venue, day, now)
    for month in (CalendarMonth.of(day) for day in fresh if day == CalendarMonth.of(day).last):
        try:
            if _drafted(venue, month, clock, begin):
                night.drafted.append(month)
        except RunHeld:
            if _is_computed_short(venue, month):  # by a run that began before the month had ended: try again
                through = min(through, month.last - DAY)
    reminders = [day + DAY for day in fresh if (day + DAY).day == REMINDER_DAY]
    if reminders:  # made up for late, it is still the reminder of that 13th: the next one is not taken for sent
        night.reminded = _remind(venue, now, reminders[-1])
    Venue.objects.filter(pk=venue.pk).update(reconciled_through=through)
    return night


def _drafted(venue: Venue, month: CalendarMonth, clock: Clock, begin: Begin) -> bool:
    """Begin the draft run of a month that has ended; not where nobody worked or it is locked."""
    if not is_run(month, venue.in_use_from) or not employed_in(venue, month):
        return False
    try:
        begin(venue=venue, month=month, clock=clock)
    except MonthLocked:
        return False
    return True


def _is_computed_short(venue: Venue, month: CalendarMonth) -> bool:
    """Whether the run that holds a month leaves some of its days undecided."""
    held = PayrollRun.objects.filter(month__venue=venue, month__first_day=month.first, state=PayrollRun.State.COMPUTING)
    return held.filter(provisional_day__isnull=False).exists()


def _notify_fines(venue: Venue, day: date, now: datetime) -> int:
    """Tell everybody who was fined on a day that has ended, once; returns how many were."""
    rows = Penalty.objects.filter(
        employee__venue=venue,
        employee__user__is_active=True,
        business_day=day,
        state=Penalty.State.CHARGED,
        amount__gt=0,
    ).select_related("employee__user")
    fines: defaultdict[User, list[Decimal]] = defaultdict(list)
    for penalty in rows:
        if penalty.employee.user is not None:
            fines[penalty.employee.user].append(penalty.amount)
    month = CalendarMonth.of(day)
    for user, amounts in fines.items():
        post(
            venue=venue,
            users=[user],
            key=f"fines:{day}",
            kind=ONE_FINE if len(amounts) == 1 else SEVERAL_FINES,
            basis={"day": day.isoformat(), "count": str(len(amounts)), "amount": str(-sum(amounts))},
            path=f"{reverse('own_fines', args=[venue.code])}?month={month}#d{day}",
            now=now,
        )
    return len(fines)


def _remind(venue: Venue, now: datetime, today: date) -> list[CalendarMonth]:
    """Tell those who lock and those who sign which earlier months are not locked."""
    users = holders_of(venue, (Capability.LOCK_PAYROLL, Capability.REOPEN_MONTH))
    months = open_months_before(venue, CalendarMonth.of(today))
    for month in months:
        due = pay_date(month, policy_of(venue, month).policy)
        post(
            venue=venue,
            users=users,
            key=f"not-locked:{month}:{today:%Y-%m}",
            kind=NOT_LOCKED,
            basis={"month": str(month), "day": due.isoformat()},
            path=reverse("payroll_month", args=[venue.code, str(month)]),
            now=now,
        )
    return months
