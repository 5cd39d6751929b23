"""The address a request comes from: one reading for the limiter, the sessions and the logs."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Tell the client's address; of ``X-Forwarded-For`` only what the ``TRUSTED_PROXIES`` wrote is believed.

    None where it can't be told.
    """
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None
    return address
