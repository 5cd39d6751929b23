"""What a service asks before it acts: the right to do it, a reason."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability, capabilities_of
from venues.errors import Refused
from venues.models import Venue
from venues.selectors import may, roles_of


def require(user: User, capability: Capability, venue: Venue) -> None:
    """Refuse somebody who may not do this at the venue."""
    if not may(user, capability, venue):
        raise Refused(_("You may not do this at this venue."))


def require_one(user: User, capabilities: Collection[Capability], venue: Venue) -> None:
    """Refuse somebody who may do none of these things at the venue."""
    if not user.is_active or capabilities_of(roles_of(user, venue)).isdisjoint(capabilities):
        raise Refused(_("You may not do this at this venue."))


def need_reason(reason: str, what: str) -> str:
    """The reason without blanks around it; refuses an empty one with these words."""
    reason = reason.strip()
    if not reason:
        raise Refused(what)
    return reason
