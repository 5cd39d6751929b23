"""Reads about those who sign in at a venue."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.lockout import locked_out
from accounts.models import AccountEvent, User
from accounts.permissions import Role
from accounts.selectors import with_second_step
from pages.changes import Change
from staff.models import Employee
from venues.models import Membership, Venue


@dataclass
class Worker:
    """Somebody who signs in at a venue, or once did; ``is_shared``: the account is not this venue's alone."""

    user: User
    roles: list[str] = field(default_factory=list)
    employments: list[Employee] = field(default_factory=list)
    has_second_step: bool = False
    is_locked_out: bool = False
    is_shared: bool = False

    @property
    def role_labels(self) -> list[str]:
        labels = dict(Membership.Roles.choices)
        return [str(labels[role.value]) for role in Role if role.value in self.roles]


def people_of(venue: Venue, *, left: bool = False) -> QuerySet[User]:
    """Those with a role at a venue; or those who had one and have none now."""
    here = Membership.objects.filter(venue=venue).values("user")
    if not left:
        return User.objects.filter(pk__in=here).order_by("name_pinyin", "name", "username")
    once = Membership.history.filter(venue_id=venue.pk).values("user_id")
    return User.objects.filter(pk__in=once).exclude(pk__in=here).order_by("name_pinyin", "name", "username")


def known_at(venue: Venue) -> QuerySet[User]:
    """Those who have or had a role at a venue."""
    return User.objects.filter(
        Q(pk__in=Membership.objects.filter(venue=venue).values("user"))
        | Q(pk__in=Membership.history.filter(venue_id=venue.pk).values("user_id"))
    )


def workers(venue: Venue, users: Collection[User], now: datetime) -> list[Worker]:
    """What an owner sees of some users; what belongs to the account itself only where it is the venue's alone."""
    found = {user.pk: Worker(user) for user in users}
    elsewhere = shared(venue, users)
    for user_id, role in Membership.objects.filter(venue=venue, user__in=users).values_list("user_id", "role"):
        found[user_id].roles.append(role)
    employees = Employee.objects.filter(venue=venue, user__in=users).defer("id_number", "bank_account")
    for employee in employees.order_by("-hired_on", "-pk"):
        found[employee.user_id or 0].employments.append(employee)
    second, locked = with_second_step(users), locked_out(users, now)
    for pk, one in found.items():
        one.is_shared = pk in elsewhere
        one.has_second_step, one.is_locked_out = pk in second, pk in locked
    return list(found.values())


def shared(venue: Venue, users: Collection[User]) -> set[int]:
    """Those whose account is not this venue's alone: who work elsewhere too, or administer the site."""
    elsewhere = set(Membership.objects.filter(user__in=users).exclude(venue=venue).values_list("user_id", flat=True))
    employed = Employee.objects.filter(user__in=users).exclude(venue=venue).values_list("user_id", flat=True)
    return elsewhere | set(employed) | {user.pk for user in users if user.is_staff or user.is_superuser}


def roles_at(venue: Venue, user: User) -> list[str]:
    """The roles somebody has at a venue."""
    return sorted(Membership.objects.filter(venue=venue, user=user).values_list("role", flat=True))


def linkable(venue: Venue, user: User | None) -> list[Employee]:
    """The employments at a venue that are nobody's yet, or this user's, by staff number."""
    free = Q(user=None) if user is None else Q(user=None) | Q(user=user)
    return list(Employee.objects.filter(free, venue=venue).defer("id_number", "bank_account").order_by("number"))


# --- what was done ----------------------------------------------------------------------------------------
def changes_of_user(venue: Venue, user: User, *, is_shared: bool) -> list[Change]:
    """Roles given and taken, staff numbers linked, acts on the account; the latest first."""
    found = [*_roles(venue, user), *_links(venue, user)]
    if not is_shared:
        events = AccountEvent.objects.filter(user=user).select_related("by")
        found += [Change(one.at, one.by.get_full_name(), one.get_kind_display(), (), "~") for one in events]
    return sorted(found, key=lambda change: change.at, reverse=True)


def _roles(venue: Venue, user: User) -> Iterator[Change]:
    labels = dict(Membership.Roles.choices)
    rows = Membership.history.filter(venue_id=venue.pk, user_id=user.pk).select_related("history_user")
    for row in rows.order_by("history_date", "history_id"):
        role = str(labels.get(row.role, row.role))
        what = (_("role"), role, "—") if row.history_type == "-" else (_("role"), "—", role)
        yield _change(row, row.history_user, what)


def _links(venue: Venue, user: User) -> Iterator[Change]:
    """When an employment became this user's, and when it ceased to be."""
    history: Any = Employee.history
    ever = history.filter(venue_id=venue.pk, user_id=user.pk).values("id")
    rows = history.filter(id__in=ever).defer("id_number", "bank_account").select_related("history_user")
    before: defaultdict[int, int | None] = defaultdict(lambda: None)
    for row in rows.order_by("history_date", "history_id"):
        was, now = before[row.id] == user.pk, row.user_id == user.pk
        before[row.id] = row.user_id
        if was != now:
            number = f"{row.number} {row.name}"
            yield _change(row, row.history_user, (_("staff number"), *(("—", number) if now else (number, "—"))))


def _change(row: Any, who: User | None, what: tuple[str, str, str]) -> Change:
    return Change(row.history_date, who.get_full_name() if who else "", row.history_change_reason or "", (what,), "~")
