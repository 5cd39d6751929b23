"""Manage the users of a venue as its owner."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability, Role
from accounts.services import ask_new_password, end_sessions, make_account, password_link, unlock
from staff.models import Employee
from staff.users.selectors import known_at, shared
from storage.history import save_traced
from venues.errors import Refused
from venues.memberships import set_roles
from venues.models import Membership, Venue
from venues.rights import require


def make_user(
    *,
    venue: Venue,
    username: str,
    name: str,
    roles: Collection[Role],
    employee: Employee | None,
    by: User,
    now: datetime,
) -> tuple[User, str]:
    """Make somebody who signs in at the venue, with the link at which they set their password.

    Raises ValidationError by field for the account.
    """
    require(by, Capability.MANAGE_USERS, venue)
    if not roles:
        raise Refused(_("Give at least one role."))
    with transaction.atomic():
        user = make_account(username=username, name=name, by=by, now=now)
        set_roles(venue=venue, user=user, roles=roles, by=by)
        if employee is not None:
            link_employee(venue=venue, user=user, employee=employee, by=by)
    return user, password_link(user)


def change_roles(
    *, venue: Venue, user: User, roles: Collection[Role], by: User, reason: str = "", seen: str | None = None
) -> bool:
    """Give somebody known at the venue these roles and no others; whether that changed anything."""
    _require_known(venue, user, by)
    return set_roles(venue=venue, user=user, roles=roles, by=by, reason=reason, seen=seen)


def link_employee(*, venue: Venue, user: User, employee: Employee, by: User) -> None:
    """Let an employment be this user's, who then sees its pay. Raises Refused where it is another's."""
    with transaction.atomic():
        _require_other(venue, user, by)
        held = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk, venue=venue)
        if held.user_id == user.pk:
            return
        if held.user_id is not None:
            raise Refused(_("%(employee)s is linked to somebody else; take that link away first.") % {"employee": held})
        if not Membership.objects.filter(venue=venue, user=user).exists():
            raise Refused(_("Who has no role here is linked to no staff number."))
        _set_user(held, user, by)


def unlink_employee(*, venue: Venue, user: User, employee: Employee, by: User) -> None:
    """Take an employment from a user, who no longer sees its pay."""
    with transaction.atomic():
        _require_other(venue, user, by)
        held = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk, venue=venue)
        if held.user_id == user.pk:
            _set_user(held, None, by)


def give_new_password(*, venue: Venue, user: User, by: User, now: datetime) -> str:
    """End somebody's password and sessions; the link at which they set a new one."""
    require_account(venue, user, by)
    return ask_new_password(user=user, by=by, now=now)


def sign_out(*, venue: Venue, user: User, by: User, now: datetime, only: int | None = None) -> int:
    """End somebody's sessions, or one; returns how many."""
    require_account(venue, user, by)
    return end_sessions(user=user, by=by, now=now, only=only)


def clear_lock(*, venue: Venue, user: User, by: User, now: datetime) -> bool:
    """Let somebody who is locked out try again; whether there was anything to forget."""
    require_account(venue, user, by)
    return unlock(user=user, by=by, now=now)


def require_account(venue: Venue, user: User, by: User) -> None:
    """Refuse what touches the account itself where it is not this venue's alone.

    Who sets a password could sign in as that person: an owner here must not reach another venue, or the
    administration, by it. The same holds for seeing from where they use it.
    """
    _require_other(venue, user, by)
    if not Membership.objects.filter(venue=venue, user=user).exists():
        raise Refused(_("%(person)s has no role here any more.") % {"person": user.get_full_name()})
    if shared(venue, [user]):
        raise Refused(
            _("%(person)s also works elsewhere or administers the site: password and sessions are their own to see to.")
            % {"person": user.get_full_name()}
        )


def _require_other(venue: Venue, user: User, by: User) -> None:
    _require_known(venue, user, by)
    if user.pk == by.pk:
        raise Refused(_("This is yourself: password and sessions are under Security, the rest another owner does."))


def _require_known(venue: Venue, user: User, by: User) -> None:
    require(by, Capability.MANAGE_USERS, venue)
    if not known_at(venue).filter(pk=user.pk).exists():
        raise Refused(_("This person never had a role here."))


def _set_user(employee: Employee, user: User | None, by: User) -> None:
    save_traced(employee, by=by, user=user)
