"""The forms of signing in and of what secures it; where a secret could be guessed, axes counts each wrong one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User

_VALID_AT_ONCE = 3  # the app's codes of this half minute, the one before and the one after


@contextmanager
def limited(user: User) -> Iterator[None]:
    """Try a secret of a person: unheard while axes has them locked, counted where it is wrong."""
    request, credentials = context.request, {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # its middleware answers
        raise ValidationError(_("Too many attempts"))
    try:
        yield
    except ValidationError:
        AxesProxyHandler.user_login_failed(sender=User, credentials=credentials, request=request)
        raise


def _use_once(authenticator: Authenticator, code: str) -> None:
    """Refuse a code of the app that was used already, by whichever worker; recovery codes see to it themselves."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        digits = "".join(filter(str.isdecimal, code))
        used = held.data.get("used", [])
        if digits in used:
            raise get_adapter().validation_error("incorrect_code")
        held.data["used"] = [*used, digits][-_VALID_AT_ONCE:]
        held.save(update_fields=["data"])


class _Code:
    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        with limited(self.user):
            code: str = super().clean_code()  # type: ignore[misc]
            _use_once(self.authenticator, code)
        return code


class SignInCode(_Code, AuthenticateForm):
    """The second factor at the sign-in."""


class ConfirmingCode(_Code, ReauthenticateForm):
    """The second factor before something delicate."""


class SignIn(LoginForm):
    """User name and password; the name may be typed in any case and width."""

    def clean_login(self) -> str:
        typed: str = super().clean_login()
        user = User.objects.named(typed)
        return user.username if user else typed


class NewPassword(ChangePasswordForm):
    """Another password, for who knows the present one."""

    def clean_oldpassword(self) -> Any:
        with limited(self.user):
            return super().clean_oldpassword()


class EndSessions(ManageUserSessionsForm):
    """One's own sessions: the one named, or all but the present one."""

    session = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def save(self, request: Any) -> None:
        if self.cleaned_data["session"] is None:
            super().save(request)
        else:
            end_sessions(request, UserSession.objects.filter(user=request.user, pk=self.cleaned_data["session"]))
