"""Send messages to people, and mark them read."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import User
from inbox.kinds import MessageKind
from inbox.models import Message
from venues.models import Venue


class Notification(NamedTuple):
    """What one person is told of an occasion: who, the occasion, its values, where it leads."""

    user: User
    key: str
    basis: Mapping[str, Any]
    path: str = ""


def post(
    *,
    venue: Venue,
    users: Iterable[User],
    key: str,
    kind: MessageKind,
    basis: Mapping[str, Any],
    path: str = "",
    now: datetime,
) -> None:
    """Tell people of an occasion (``key``); who was told of it already is not told again."""
    post_each(venue=venue, told=[Notification(user, key, basis, path) for user in users], kind=kind, now=now)


def post_each(*, venue: Venue, told: Iterable[Notification], kind: MessageKind, now: datetime) -> None:
    """Tell people each their own of an occasion, in one query; who was told of it already is not told again."""
    Message.objects.bulk_create(
        [
            Message(
                user=one.user,
                venue=venue,
                key=one.key,
                kind=kind.key,
                basis=kind.stored(one.basis),
                path=one.path,
                sent_at=now,
            )
            for one in told
        ],
        ignore_conflicts=True,
    )


def mark_read(*, messages: Iterable[Message], now: datetime) -> None:
    """Note that messages were read; those that were stay as they were."""
    unread = [message.pk for message in messages if message.read_at is None]
    if unread:
        Message.objects.filter(pk__in=unread, read_at=None).update(read_at=now)
