"""Sign-in as this house has it: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignUp(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False
