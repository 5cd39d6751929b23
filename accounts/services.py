"""Writes to accounts by others than their own: made, given a link for a new password, signed out, unlocked."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.lockout import clear_lock
from accounts.models import AccountEvent, User


def make_account(*, username: str, name: str, by: User, now: datetime) -> User:
    """Make a user who can't sign in yet: the password is theirs alone to set, by ``password_link``.

    Raises ValidationError by field; names that differ only in case are the same.
    """
    user = User(username=User.normalize_username(username), name=name)
    user.set_unusable_password()
    user.full_clean()
    try:
        with transaction.atomic():
            user.save()
            _note(user, AccountEvent.Kind.MADE, by=by, now=now)
    except IntegrityError as error:  # somebody else took it this moment
        raise ValidationError({"username": _("This user name is taken; choose another.")}) from error
    return user


def password_link(user: User) -> str:
    """The address at which the person sets a password of their own: good for one use, for three days.

    Who makes it hands it over and never learns the password; nothing of it is kept.
    """
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def ask_new_password(*, user: User, by: User, now: datetime) -> str:
    """End the old password, with every session and earlier link, at once; the link for a new one."""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        held.set_unusable_password()  # a new mark each time: links made before are no longer good
        held.save(update_fields=["password"])
        get_adapter().end_sessions(UserSession.objects.filter(user=held))
        _note(held, AccountEvent.Kind.LINK, by=by, now=now)
    return password_link(held)


def end_sessions(*, user: User, by: User, now: datetime, only: int | None = None) -> int:
    """Sign somebody out everywhere, or of one session; returns how many sessions that were."""
    with transaction.atomic():
        found = UserSession.objects.filter(user=user)
        sessions = list(found if only is None else found.filter(pk=only))
        get_adapter().end_sessions(sessions)
        if sessions:
            _note(user, AccountEvent.Kind.SESSIONS, by=by, now=now)
    return len(sessions)


def unlock(*, user: User, by: User, now: datetime) -> bool:
    """Let somebody try again who is locked out after too many failures; whether there were any."""
    with transaction.atomic():
        cleared = clear_lock(user)
        if cleared:
            _note(user, AccountEvent.Kind.UNLOCKED, by=by, now=now)
    return cleared


def _note(user: User, kind: str, *, by: User, now: datetime) -> None:
    AccountEvent.objects.create(user=user, kind=kind, by=by, at=now)
