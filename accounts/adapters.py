"""Sign-in as this house has it: nobody signs up by themselves, second factors are kept encrypted."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.known_devices import remember_device
from accounts.lockout import clear_lock
from accounts.models import User
from accounts.requests import own_page
from storage.encrypted import decrypted, encrypted

logger = logging.getLogger(__name__)


class ClosedSignUp(DefaultAccountAdapter):
    """Accounts are made by the administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("The password is not right."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return bool(own_page(context.request, url))

    def get_password_change_redirect_url(self, request: Any) -> str:
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address as the proxies give it; of who came past them, the one they connect from."""
        try:
            address: str = super().get_client_ip(request)
        except ImproperlyConfigured:
            logger.warning("X-Forwarded-For names fewer proxies than TRUSTED_PROXIES.")
            address = request.META.get("REMOTE_ADDR", "")
            if not address:
                raise PermissionDenied from None
        return address

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        clear_lock(user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        remember_device(request, response, user)
        return response


class EncryptedFactors(DefaultMFAAdapter):
    """The keys of the authenticator apps, unreadable in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right, or was used already. Wait for the next one."),
    }

    def get_totp_issuer(self) -> str:
        return str(_("Taizhang"))

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)
