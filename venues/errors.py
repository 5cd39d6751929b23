"""What a service refuses, in words for people."""

from django.utils.functional import Promise


class Refused(Exception):
    """An act that the rules or the state of things do not allow; ``str()`` says why, in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class MonthLocked(Refused):
    """The month, or a later one that hangs on it, is locked."""


class PolicyInUse(Refused):
    """A policy version that a locked month used."""
