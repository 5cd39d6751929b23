"""What a service asks before it acts: the right to do it, a reason."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from venues.errors import Refused
from venues.models import Venue
from venues.selectors import may


def require(user: User, capability: Capability, venue: Venue) -> None:
    """Refuse somebody who may not do this at the venue."""
    if not may(user, capability, venue):
        raise Refused(_("You may not do this at this venue."))


def need_reason(reason: str, what: str) -> str:
    """The reason without blanks around it; refuses an empty one with these words."""
    reason = reason.strip()
    if not reason:
        raise Refused(what)
    return reason
