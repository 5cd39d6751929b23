"""Grant and take roles at a venue as its owner."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import CAPABILITIES, Capability, Role
from storage.history import traced
from venues.errors import Refused
from venues.models import Membership, Venue
from venues.rights import refuse_changed, require


def set_roles(
    *, venue: Venue, user: User, roles: Collection[Role], by: User, reason: str = "", seen: str | None = None
) -> bool:
    """Give somebody these roles at a venue and no others; whether that changed anything.

    None of them is to work there no longer. Nobody changes their own, and a venue is never without an owner who can
    sign in. Refuses (ChangedMeanwhile) roles that are not as they were ``seen``.
    """
    wanted = {role.value for role in roles}
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)  # two owners at once: one after the other
        require(by, Capability.MANAGE_USERS, venue)
        if user.pk == by.pk:
            raise Refused(_("Nobody changes their own roles; another owner does."))
        held = {row.role: row for row in Membership.objects.filter(venue=venue, user=user)}
        gone, new = held.keys() - wanted, wanted - held.keys()
        if gone or new:
            refuse_changed(seen, {"roles": sorted(held)})
        for role in sorted(gone):
            _traced(held[role], by, reason).delete()
        for role in sorted(new):
            _traced(Membership(venue=venue, user=user, role=role), by, reason).save()
        if gone and not _is_managed(venue):
            raise Refused(_("Somebody must remain who can give roles; give the owner's role to another first."))
    return bool(gone or new)


def _is_managed(venue: Venue) -> bool:
    roles = CAPABILITIES[Capability.MANAGE_USERS]
    return Membership.objects.filter(venue=venue, role__in=roles, user__is_active=True).exists()


def _traced(row: Membership, by: User, reason: str) -> Membership:
    traced(row, by=by, reason=reason)
    return row
