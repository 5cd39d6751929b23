"""A password of one's own, set at the link that the owner of the house hands over."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import HttpResponseBase
from django.urls import reverse_lazy

from accounts.known_devices import remember_device


class SetPassword(PasswordResetFromKeyView):
    """Who set it here is known on this device, so nobody nearby can lock them out of it."""

    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().form_valid(form)
        remember_device(self.request, response, self.reset_user)
        return response
