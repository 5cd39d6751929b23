"""The kinds of requests by the word that a row stores; what reads it need not know the kinds themselves."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from attendance.requests.kinds.base import RequestKind

KINDS: "dict[str, RequestKind]" = {}
"""Every kind, in the order in which they are listed; filled by ``attendance.requests.kinds``."""


class UnknownKind(LookupError):
    """A row stores a kind that nobody registered."""


def register(*kinds: "RequestKind") -> None:
    """Add kinds; a word that is taken is an error."""
    for kind in kinds:
        if kind.key in KINDS:
            raise ValueError(f"two kinds of requests are called {kind.key!r}")
        KINDS[kind.key] = kind


def kind_of(key: str) -> "RequestKind":
    """The kind that a row stores by this word; an unknown one is an error."""
    try:
        return KINDS[key]
    except KeyError:
        raise UnknownKind(f"no kind of request is called {key!r}") from None


def request_choices() -> list[tuple[str, Promise | str]]:
    """Every kind with its word, as a model's choices."""
    return [(kind.key, kind.word) for kind in KINDS.values()]


def leave_choices() -> list[tuple[str, Promise | str]]:
    """The kinds that are granted as leave, with their words, as a model's choices."""
    return [(kind.key, kind.word) for kind in KINDS.values() if kind.is_leave]
