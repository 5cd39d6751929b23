"""Checks at the head of a service: the right, a reason, nothing changed meanwhile, meant."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability, capabilities_of
from storage.seals import changed_since, digest, seal
from venues.errors import ChangedMeanwhile, Doubtful, ReasonMissing, Refused
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


def need_reason(reason: str, what: str, field: str = "reason") -> str:
    """The reason without blanks around it; refuses (ReasonMissing) an empty one with these words, at this field."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(what, field)
    return reason


def shown_of(row: Model, names: Collection[str]) -> dict[str, Any]:
    """What a page shows of a row, by the names of its fields."""
    return {name: getattr(row, name) for name in names}


def refuse_changed(seen: str | None, stands: Mapping[str, Any], row: Model | None = None, *, what: str = "") -> None:
    """Refuse (ChangedMeanwhile) an act on what is no longer as its page showed it.

    ``seen`` is the seal (``storage.seals``) that the page's form brings back; None where no page stands between.
    ``stands`` is what the page shows as it is now, taken for update: of ``row`` where it is one's fields. ``what`` is
    how the page calls it, where that is other than the row's own name.
    """
    if seen is None:
        return
    names = changed_since(seen, stands)
    if names:
        said = _("This was changed since you opened it. Look at what stands now, then do it again if you mean it.")
        if what or row is not None:
            said = _(
                "%(what)s was changed since you opened it. Look at what stands now, then do it again if you mean it."
            ) % {"what": what or row}
        raise ChangedMeanwhile(
            said,
            changed={name: stands[name] for name in names},
            row=row,
            seal=seal(stands),
        )


def be_sure(sure: str | None, question: str, about: Mapping[str, Any]) -> None:
    """Ask once (Doubtful) whether something out of the usual is meant; None where no page stands between.

    ``about`` is what the question hangs on: where it is other than when it was asked, it is asked again.
    """
    if sure is None:
        return
    key = digest("sure", [f"{name}={digest(name, value)}" for name, value in about.items()])
    if sure != key:
        raise Doubtful(question, key)
