"""Writes to messages."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import User
from inbox.models import Message
from venues.models import Venue


def post(
    *,
    venue: Venue,
    users: Iterable[User],
    key: str,
    text: str,
    basis: Mapping[str, str],
    path: str = "",
    now: datetime,
) -> None:
    """Tell people of an occasion (``key``); who was told of it already is not told again."""
    Message.objects.bulk_create(
        [
            Message(user=user, venue=venue, key=key, text=text, basis=dict(basis), path=path, sent_at=now)
            for user in users
        ],
        ignore_conflicts=True,
    )


def mark_read(*, messages: Iterable[Message], now: datetime) -> None:
    """Note that messages were read; those that were stay as they were."""
    unread = [message.pk for message in messages if message.read_at is None]
    if unread:
        Message.objects.filter(pk__in=unread, read_at=None).update(read_at=now)
