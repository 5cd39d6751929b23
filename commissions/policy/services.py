"""Read, state, take back the policy's versions; notify everybody of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from commissions.message_kinds import RULES_ANNOUNCED, RULES_TAKEN_BACK
from inbox.kinds import MessageKind
from inbox.reach import Reach, reach_of
from inbox.services import post
from pages.changes import Change
from pages.figures import figure_of, label_of
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy, parameters
from staff.models import Employee
from storage.history import traced
from venues.errors import Refused
from venues.models import Month, PolicyVersion, Venue
from venues.rights import need_reason, refuse_changed, require
from venues.selectors import holders_of, policy_of
from venues.services import remove_policy, set_policy

Values = Mapping[str, str]


class Touch(NamedTuple):
    """Who stated a figure, when, why; ``first`` is the month it holds from, None for the first version."""

    who: str
    at: datetime
    why: str
    first: CalendarMonth | None


@dataclass(frozen=True, slots=True)
class Version:
    """A policy version in its row: ``first`` None for the one without a beginning, ``last`` None for the latest.

    ``locked`` are the months of its span that are locked or paid.
    """

    number: int
    row: PolicyVersion
    first: CalendarMonth | None
    last: CalendarMonth | None
    locked: list[CalendarMonth]

    @property
    def policy(self) -> Policy:
        return self.row.policy

    def holds_in(self, month: CalendarMonth) -> bool:
        return (self.first is None or self.first <= month) and (self.last is None or month <= self.last)


class Versions:
    """A venue's policy versions, the first one first; two queries, one more for the history of their figures."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        rows = sorted(PolicyVersion.objects.filter(venue=venue), key=lambda row: row.effective_from or date.min)
        months = list(Month.objects.filter(venue=venue).order_by("first_day"))
        self.months = [row.calendar_month for row in months]
        self.locked = [row.calendar_month for row in months if row.state != Month.State.OPEN]
        firsts = [CalendarMonth.of(row.effective_from) if row.effective_from else None for row in rows]
        self.all: list[Version] = []
        for place, (row, first) in enumerate(zip(rows, firsts, strict=True)):
            following = firsts[place + 1] if place + 1 < len(firsts) else None
            last = following.previous if following else None
            locked = [one for one in self.locked if (first or one) <= one <= (last or one)]
            self.all.append(Version(place + 1, row, first, last, locked))

    @cached_property
    def _history(self) -> list[Any]:
        rows = PolicyVersion.history.filter(venue=self._venue).select_related("history_user")
        return sorted(rows, key=lambda row: (row.history_date, row.history_id))

    def made(self, version: Version) -> Touch | None:
        """Who stated a version last."""
        own = [row for row in self._history if row.id == version.row.pk]
        return _touch(own[-1], version.first) if own else None

    def in_force(self, month: CalendarMonth) -> Version:
        """The version that holds in a month."""
        return next(version for version in reversed(self.all) if version.holds_in(month))

    def stated_from(self, month: CalendarMonth) -> Version | None:
        """The version that begins with a month."""
        return next((version for version in self.all if version.first == month), None)

    def after(self, month: CalendarMonth) -> Version | None:
        """The next version that begins after a month."""
        return next((version for version in self.all if version.first is not None and version.first > month), None)

    def first_locked_from(self, month: CalendarMonth) -> CalendarMonth | None:
        """The earliest month from this one on that is locked or paid: its policy can't be changed any more."""
        return next((one for one in self.locked if one >= month), None)

    def touches(self, version: Version) -> dict[str, Touch]:
        """For each figure of a version that was ever stated: who did so last; the others have been so all along."""
        found: dict[str, Touch] = {}
        upto = self.all[: version.number]
        for place, one in reversed(list(enumerate(upto))):
            earlier = upto[place - 1].policy if place else Policy()
            differing = {name for name, _before, _after in changed_between(earlier, one.policy)}
            for row, name in self._stated(one, earlier):
                if name in differing and name not in found:
                    found[name] = _touch(row, one.first)
        return found

    def _stated(self, version: Version, earlier: Policy) -> list[tuple[Any, str]]:
        """Every statement of a figure in a version's history, the latest first."""
        stated = []
        before = earlier
        for row in self._history:
            if row.id == version.row.pk and row.history_type != "-":
                after = _policy_in(row)
                stated += [(row, name) for name, _before, _after in changed_between(before, after)]
                before = after
        return stated[::-1]

    def changes(self, only: Version | None = None) -> list[Change]:
        """Every change to the versions, or to one, the latest first; those taken back as well.

        A new version is told by what it changes in the one it was taken from.
        """
        told: list[Change] = []
        held: dict[int, tuple[date | None, Policy]] = {}
        for row in self._history:
            before = held[row.id][1] if row.id in held else _in_force(held.values(), row.effective_from)
            what: list[tuple[str, str, str]] = []
            if row.history_type == "-":
                held.pop(row.id, None)
            else:
                after = _policy_in(row)
                what = [
                    (label_of(name), figure_of(name, old), figure_of(name, new))
                    for name, old, new in changed_between(before, after)
                ]
                held[row.id] = (row.effective_from, after)
            if only is None or row.id == only.row.pk:
                reason = row.history_change_reason or ""
                told.append(Change(row.history_date, _name(row.history_user), reason, what, row.history_type))
        return told[::-1]


def _in_force(held: Iterable[tuple[date | None, Policy]], start: date | None) -> Policy:
    """The policy among these that holds on a day; the rulebook's own where none does."""
    until = [one for one in held if start is not None and (one[0] is None or one[0] <= start)]
    return max(until, key=lambda one: one[0] or date.min)[1] if until else Policy()


def _policy_in(row: Any) -> Policy:
    """The policy that a row of the history holds; parameters that are gone by now left out."""
    return Policy.from_values({name: text for name, text in row.values.items() if name in parameters()})


def _touch(row: Any, first: CalendarMonth | None) -> Touch:
    return Touch(_name(row.history_user), row.history_date, row.history_change_reason or "", first)


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else ""


def changed_between(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """The figures in which two policies differ: name, stored value before, after; in the rulebook's order."""
    old, new = before.as_values(), after.as_values()
    return [(name, old[name], new[name]) for name in new if getattr(before, name) != getattr(after, name)]


def state_policy(
    *,
    venue: Venue,
    user: User,
    month: CalendarMonth,
    values: Values,
    reason: str,
    now: datetime,
    seen: str | None = None,
) -> Reach:
    """State figures from a month's first day on, and tell everybody employed from then on (7.1); whom it reaches.

    Raises PolicyError for a value out of range, Refused without the right, without a reason, where nothing would
    change, where a locked month used what would change; ChangedMeanwhile where these figures are not as they were
    ``seen``.
    """
    require(user, Capability.SET_POLICY, venue)
    why = need_reason(reason, _("Say why the rules change."))
    with transaction.atomic():
        before = policy_of(venue, month).policy
        changes = changed_between(before, before.changed(values))
        if not changes:
            raise Refused(_("Nothing is changed: every figure is as it was."))
        stands = before.as_values()
        refuse_changed(seen, {name: stands[name] for name in values})
        _version, is_changed = set_policy(venue=venue, month=month, values=values, user=user, reason=why)
        if not is_changed:  # a second click stated the same this very moment
            return Reach(0)
        return announce(venue=venue, user=user, month=month, changes=changes, now=now)


def announce(
    *, venue: Venue, user: User, month: CalendarMonth, changes: Sequence[tuple[str, str, str]], now: datetime
) -> Reach:
    """Tell everybody employed from a month on, but for who stated them, of the figures stated from it (7.1).

    ``changes`` are the figures as they were stated, told where the months before had them already.
    """
    # Beside what held in the month before: who reads it need not know of what was stated in between.
    held = policy_of(venue, month.previous).policy
    stated = policy_of(venue, month).policy
    figures = changed_between(held, stated) or changes
    return _notify(venue, user, month, RULES_ANNOUNCED, figures, now) if figures else Reach(0)


def withdraw_policy(
    *, version: PolicyVersion, user: User, reason: str, now: datetime, seen: str | None = None
) -> Reach:
    """Take a version back that nothing used yet, and tell everybody; whom that reaches.

    Raises Refused without the right or a reason, PolicyInUse where a locked month or a payroll used it.
    """
    venue = version.venue
    require(user, Capability.SET_POLICY, venue)
    why = need_reason(reason, _("Say why it is taken back."))
    with transaction.atomic():
        traced(version, by=user, reason=why)
        starts = version.effective_from
        held = PolicyVersion.objects.select_for_update().filter(pk=version.pk).first()
        if held is None:
            raise Refused(_("Somebody else has taken it back already."))
        refuse_changed(seen, held.policy.as_values())
        remove_policy(version=version)
        return Reach(0) if starts is None else _notify(venue, user, CalendarMonth.of(starts), RULES_TAKEN_BACK, (), now)


def _notify(
    venue: Venue, by: User, month: CalendarMonth, kind: MessageKind, figures: Sequence[Sequence[str]], now: datetime
) -> Reach:
    """A message to everybody employed in the month or later, and to who reads the policy; whom it reaches."""
    employed = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=month.first), venue=venue)
    staff = [one for one in employed.select_related("user").order_by("number") if one.user_id != by.pk]
    readers = {user.pk: user for user in holders_of(venue, READERS) if user.pk != by.pk}
    users = [one.user for one in staff if one.user is not None and one.user.is_active]
    others = {user.pk: user for user in users if user.pk not in readers}
    basis: dict[str, Any] = {"month": str(month)}
    if figures:
        basis["figures"] = [list(change) for change in figures]
    said = hashlib.blake2b(repr((kind.text, figures, now.isoformat())).encode(), digest_size=8).hexdigest()
    key = f"policy:{month}:{said}"
    page = reverse("policy_version", args=[venue.code, month])
    post(venue=venue, users=readers.values(), key=key, kind=kind, basis=basis, path=page, now=now)
    post(venue=venue, users=others.values(), key=key, kind=kind, basis=basis, now=now)
    by_name: dict[str, tuple[str, int | None]] = {
        f"user {user.pk}": (user.get_full_name(), user.pk) for user in readers.values()
    }
    by_name |= {
        f"user {one.user_id}" if one.user_id else f"employee {one.pk}": (one.name, one.user_id) for one in staff
    }
    return reach_of(venue, by_name.values())


READERS = (Capability.SET_POLICY, Capability.SEE_ALL_PAY)
"""Who reads the policy's versions: who sets them, and who pays by them."""
