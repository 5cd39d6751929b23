"""Find whom a message reaches; the others are told by word."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext

from venues.models import Membership, Venue

MOST_NAMED = 8
"""How many people are named before the rest is counted."""


class Reach(NamedTuple):
    """How many people a message reaches, and the names of those concerned whom it does not."""

    told: int
    others: tuple[str, ...] = ()

    @property
    def by_word(self) -> str:
        """A sentence that names those whom it does not reach; empty where it reaches all."""
        return by_word(self.others)


def readers_of(venue: Venue | int, users: Iterable[int | None]) -> frozenset[int]:
    """Those of some users, by their keys, who read the messages of a venue; one query.

    They have a role there, without which its pages are shut, and a sign-in that works and has been used.
    """
    found = Membership.objects.filter(venue=venue, user__in={user for user in users if user is not None})
    return frozenset(
        found.filter(user__is_active=True, user__last_login__isnull=False).values_list("user_id", flat=True)
    )


def can_read(venue: Venue, user: int | None) -> bool:
    """Whether somebody, by the key of their user, reads the messages of a venue."""
    return user is not None and user in readers_of(venue, [user])


def reach_of(venue: Venue, people: Collection[tuple[str, int | None]]) -> Reach:
    """Whom of some people, by name and key of their user, a message of a venue reaches; one query."""
    readers = readers_of(venue, (user for _name, user in people))
    others = tuple(name for name, user in people if user not in readers)
    return Reach(len(people) - len(others), others)


def by_word(names: Sequence[str]) -> str:
    """The sentence that names whom no message reaches; empty where there is nobody."""
    if not names:
        return ""
    named = _(", ").join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
    return ngettext(
        "%(count)s has no role here or has never signed in, and reads no message; tell them by word: %(names)s.",
        "%(count)s have no role here or have never signed in, and read no message; tell them by word: %(names)s.",
        len(names),
    ) % {"count": len(names), "names": named}


def told_or_not(venue: Venue, name: str, user: int | None) -> str:
    """That a person is told, or that somebody must tell them by word."""
    if can_read(venue, user):
        return _("%(person)s is told.") % {"person": name}
    return _("%(person)s has no role here or has never signed in, and reads no message; tell them by word.") % {
        "person": name
    }
