"""Sign-in as this house has it: nobody signs up by themselves, second factors are kept encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storage.encrypted import decrypted, encrypted


class ClosedSignUp(DefaultAccountAdapter):
    """Accounts are made by the administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("The password is not right."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def get_password_change_redirect_url(self, request: Any) -> str:
        return reverse("mfa_index")


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
