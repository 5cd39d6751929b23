"""Reads about accounts: how they sign in, where they are signed in, whether anything tells of them."""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists, ManyToOneRel, OuterRef, Q

from accounts.devices import device_of
from accounts.models import User

_NO_HISTORY = (Authenticator, EmailAddress, UserSession, User.groups.through, User.user_permissions.through)
"""What belongs to the account itself and goes with it."""


class LiveSession(NamedTuple):
    """Where somebody is signed in."""

    pk: int
    device: str
    ip: str
    begun_at: datetime
    used_at: datetime


def sessions_of(user: User, now: datetime) -> list[LiveSession]:
    """Somebody's sessions that still open pages, the last used first; not those a new password has ended."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk"))
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    hashes = {row.session_key: row.get_decoded().get(HASH_SESSION_KEY) for row in stored}
    valid = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return [
        LiveSession(row.pk, device_of(row.user_agent), row.ip, row.created_at, row.last_seen_at)
        for row in rows
        if hashes.get(row.session_key) in valid
    ]


def with_second_step(users: Collection[User]) -> set[int]:
    """Those of some users whose sign-in takes a code besides the password."""
    rows = Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP)
    return set(rows.values_list("user_id", flat=True))


def has_history(user: User) -> bool:
    """Whether somebody ever signed in, or any row tells of them or of what they did; in one query."""
    relations = (
        relation
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.related_model not in _NO_HISTORY
    )
    told = (
        Q(Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
        for relation in relations
    )
    return User.objects.filter(pk=user.pk).filter(reduce(or_, told, Q(last_login__isnull=False))).exists()
