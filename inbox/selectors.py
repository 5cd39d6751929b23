"""Reads about messages."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from inbox.models import Message
from venues.models import Venue


def messages_to(user: User, venue: Venue) -> QuerySet[Message]:
    """What a person was told at a venue, the latest first."""
    return Message.objects.filter(user=user, venue=venue)


def told_of(*, venue: Venue, keys: Collection[str]) -> set[str]:
    """Those of some occasions of which somebody was told already."""
    return set(Message.objects.filter(venue=venue, key__in=keys).values_list("key", flat=True))


def unread(request: HttpRequest) -> dict[str, Any]:
    """For every template of a venue: how many messages wait, counted where it is shown."""
    venue = getattr(request, "venue", None)
    if venue is None:
        return {}
    waiting = Message.objects.filter(user=request.user.pk, venue=venue, read_at=None)
    return {"unread": SimpleLazyObject(waiting.count)}
