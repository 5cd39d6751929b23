"""Open a venue; state its policy; lock its months for writing."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import EllipsisType

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability, Role
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from storage.history import save_traced, traced
from venues.errors import MonthLocked, PolicyInUse, Refused
from venues.models import CalendarDay, Membership, Month, PolicyVersion, Venue, is_timezone
from venues.rights import refuse_changed, require, shown_of
from venues.seed import known_days
from venues.selectors import first_locked_from, in_use_touches, policy_of
from venues.words import month as month_shown

CALENDAR_YEARS = range(-1, 2)
SHOWN = ("name", "timezone", "in_use_from")
"""What its settings show of a venue."""


def create_venue(*, code: str, name: str, today: date, timezone: str = "Asia/Shanghai") -> Venue:
    """Open a venue with the default policy and the public holidays of the years around today."""
    with transaction.atomic():
        venue = Venue(code=code, name=name, timezone=timezone)
        venue.full_clean()
        venue.save()
        PolicyVersion.objects.create(venue=venue, values=Policy().as_values())
        years = [today.year + offset for offset in CALENDAR_YEARS]
        CalendarDay.objects.bulk_create(known_days(venue, years))
    return venue


def grant_role(*, venue: Venue, user: User, role: Role) -> Membership:
    """Give a person a role at a venue; again changes nothing."""
    return Membership.objects.get_or_create(venue=venue, user=user, role=role.value)[0]


def require_open_months(venue: Venue, months: Iterable[CalendarMonth]) -> dict[CalendarMonth, Month]:
    """Take the months' rows for update, in order, making those that are missing; inside a transaction.

    Refuses (MonthLocked) where one of them, or a later month that hangs on what it carries on, is locked.
    """
    wanted = sorted(set(months))
    if not wanted:
        return {}
    Month.objects.bulk_create([Month(venue=venue, first_day=month.first) for month in wanted], ignore_conflicts=True)
    taken = {row.calendar_month: row for row in lock_month_rows_from(venue, wanted[0])}
    for month in sorted(taken):
        if taken[month].state != Month.State.OPEN:
            raise MonthLocked(locked_message(wanted[0], month, is_paid=taken[month].state == Month.State.PAID))
    return {month: taken[month] for month in wanted}


def lock_month_rows_from(venue: Venue, first: CalendarMonth) -> list[Month]:
    """Take every month from one on for update, in order, whatever its state; inside a transaction."""
    rows = Month.objects.select_for_update().filter(venue=venue, first_day__gte=first.first)
    return list(rows.order_by("first_day"))


def require_open_months_from(venue: Venue, first: CalendarMonth) -> None:
    """Take every month from one on for update, making none; inside a transaction.

    For what tells on all of them, as an employment does. Refuses (MonthLocked) where one is locked.
    """
    _refuse_locked(lock_month_rows_from(venue, first), first)


def refuse_locked_from(venue: Venue, first: CalendarMonth) -> None:
    """As ``require_open_months_from``, with nothing taken: for what is only checked yet."""
    _refuse_locked(Month.objects.filter(venue=venue, first_day__gte=first.first).order_by("first_day"), first)


def _refuse_locked(rows: Iterable[Month], first: CalendarMonth) -> None:
    for row in rows:
        if row.state != Month.State.OPEN:
            month = row.calendar_month
            raise MonthLocked(locked_message(first, month, is_paid=row.state == Month.State.PAID))


def locked_message(wanted: CalendarMonth, locked: CalendarMonth, *, is_paid: bool) -> str:
    """Why a month can't be written to, and the way out."""
    if locked == wanted and is_paid:
        return _("%(month)s is paid and stays as it is; HR puts it right by a correction in a later month.") % {
            "month": month_shown(locked)
        }
    if locked == wanted:
        return _("%(month)s is locked. Only the owner reopens it, with a reason.") % {"month": month_shown(locked)}
    months = {"locked": month_shown(locked), "month": month_shown(wanted)}
    if is_paid:
        return (
            _(
                "%(locked)s is paid, and what %(month)s carries on would change it; HR puts it right by a correction "
                "in a later month."
            )
            % months
        )
    return (
        _(
            "%(locked)s is locked, and what %(month)s carries on would change it. Only the owner reopens a month, with "
            "a reason."
        )
        % months
    )


def count_change(venue: Venue, months: Iterable[CalendarMonth]) -> None:
    """Count a change to months already taken: drafts of them computed before are stale."""
    firsts = [month.first for month in months]
    Month.objects.filter(venue=venue, first_day__in=firsts).update(revision=F("revision") + 1)


def count_people(venue: Venue) -> None:
    """Count a change to a venue's people that no draft tells of: what is kept of them is read anew."""
    Venue.objects.filter(pk=venue.pk).update(revision=F("revision") + 1)


def count_change_from(venue: Venue, first: CalendarMonth) -> None:
    """Count a change to a venue's people, calendar or policy: drafts of open months from then on are stale."""
    count_people(venue)
    Month.objects.filter(venue=venue, state=Month.State.OPEN, first_day__gte=first.first).update(
        revision=F("revision") + 1
    )


def set_policy(
    *,
    venue: Venue,
    month: CalendarMonth,
    values: Mapping[str, str],
    user: User | None = None,
    reason: str = "",
) -> tuple[PolicyVersion, bool]:
    """State parameters from a month's first day on; returns the version and whether it changed anything.

    A month that has a version keeps what is not named; a new version takes it from the one in force before,
    once. Raises PolicyError for a value out of range, PolicyInUse where a locked month used the version that
    would change.
    """
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        version = PolicyVersion.objects.filter(venue=venue, effective_from=month.first).first()
        before = version.policy if version else policy_of(venue, month).policy
        policy = before.changed(values)
        if version is not None and policy == before:
            return version, False
        refuse_policy_in_use(venue, month)
        if version is None:
            version = PolicyVersion(venue=venue, effective_from=month.first)
        version.values = policy.as_values()
        save_traced(version, by=user, reason=reason)
        count_change_from(venue, month)
    return version, True


def refuse_policy_in_use(venue: Venue, month: CalendarMonth) -> None:
    """Refuse (PolicyInUse) a change to the policy from a month where that month or a later one is locked.

    The venue and the months are taken for update: what is decided here holds until the transaction ends.
    """
    Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
    lock_month_rows_from(venue, month)
    locked = first_locked_from(venue, month)
    if locked is not None:
        raise PolicyInUse(
            _("%(month)s is locked with the policy in force; state the change from a later month.")
            % {"month": month_shown(locked)}
        )


def remove_policy(*, version: PolicyVersion) -> None:
    """Remove a version that no locked month used; the first version stays."""
    with transaction.atomic():
        if version.effective_from is None:
            raise PolicyInUse(_("The version without a beginning stays."))
        month = CalendarMonth.of(version.effective_from)
        refuse_policy_in_use(version.venue, month)
        if version.runs.exists():
            raise PolicyInUse(_("A payroll was computed with this version; state new values instead."))
        version.delete()
        count_change_from(version.venue, month)


def move_state(month: Month, *, to: Month.State, reason: str) -> None:
    """Set the state of a month already taken for update, with the reason in its history."""
    month.state = to
    month._change_reason = reason[:100]  # type: ignore[attr-defined]
    month.save(update_fields=["state", "paid_on"])


def set_venue(
    *,
    venue: Venue,
    user: User,
    name: str,
    timezone: str,
    seen: str | None,
    in_use_from: date | EllipsisType | None = ...,
    reason: str = "",
) -> Venue:
    """State a venue's name, its time zone and the day from which it is in use; ``...`` leaves that day as it is.

    Refuses a name of nothing, an unknown zone, another zone once a month was written to (its business days hang on
    it), a day in use that would change a locked month (MonthLocked), and (ChangedMeanwhile) a venue that is not as it
    was ``seen``; the same again changes nothing.
    """
    require(user, Capability.SET_HOUSE, venue)
    name = name.strip()
    with transaction.atomic():
        held = Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        day = held.in_use_from if isinstance(in_use_from, EllipsisType) else in_use_from
        if (held.name, held.timezone, held.in_use_from) == (name, timezone, day):
            return held
        if not name:
            raise Refused(_("A venue needs a name."))
        if not is_timezone(timezone):
            raise Refused(_("%(name)s is not a time zone.") % {"name": timezone})
        refuse_changed(seen, shown_of(held, SHOWN), held)
        if timezone != held.timezone and Month.objects.filter(venue=held).exists():
            raise Refused(
                _("Months of this venue are written to: another time zone would move their business days. It stays.")
            )
        if day != held.in_use_from:
            state_in_use(held, day)
        held.name, held.timezone, held.in_use_from = name, timezone, day
        _keep(held, user, reason)
    return held


def set_in_use(*, venue: Venue, day: date, user: User | None = None, reason: str = "") -> bool:
    """State the day from which a venue is in use, as an import does; whether that changed anything.

    Refuses (MonthLocked) where a locked month would change.
    """
    with transaction.atomic():
        held = Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        if held.in_use_from == day:
            return False
        state_in_use(held, day)
        held.in_use_from = venue.in_use_from = day
        _keep(held, user, reason)
    return True


def state_in_use(venue: Venue, day: date | None) -> None:
    """Take the months that another day in use tells on, and count the change: their drafts are stale.

    Refuses (MonthLocked) where one is locked; inside a transaction.
    """
    first = in_use_touches(venue, day)
    if first is None:
        count_people(venue)
    else:
        require_open_months_from(venue, first)
        count_change_from(venue, first)


def _keep(held: Venue, user: User | None, reason: str) -> None:
    """Save what is stated of a venue taken for update, with who and why in its history."""
    traced(held, by=user, reason=reason)
    held.save(update_fields=["name", "timezone", "in_use_from"])  # others count in the rest meanwhile
