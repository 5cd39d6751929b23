"""Whom a message reaches: who has no sign-in, or never signed in, is told by word."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext

from accounts.models import User

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


def can_read(user: User | None) -> bool:
    """Whether somebody reads messages: they have a sign-in that works, and have used it."""
    return user is not None and user.is_active and user.last_login is not None


def reach_of(people: Iterable[tuple[str, User | None]]) -> Reach:
    """Whom of some people, by name and sign-in, a message reaches."""
    told, others = 0, []
    for name, user in people:
        if can_read(user):
            told += 1
        else:
            others.append(name)
    return Reach(told, tuple(others))


def by_word(names: Sequence[str]) -> str:
    """The sentence that names whom no message reaches; empty where there is nobody."""
    if not names:
        return ""
    named = _(", ").join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
    return ngettext(
        "%(count)s has never signed in and reads no message; tell them by word: %(names)s.",
        "%(count)s have never signed in and read no message; tell them by word: %(names)s.",
        len(names),
    ) % {"count": len(names), "names": named}


def told_or_not(name: str, user: User | None) -> str:
    """That a person is told, or that somebody must tell them by word."""
    if can_read(user):
        return _("%(person)s is told.") % {"person": name}
    return _("%(person)s has never signed in and reads no message; tell them by word.") % {"person": name}
