"""Refusals of payroll services."""

from venues.errors import Refused


class RunHeld(Refused):
    """Somebody else computes this month at the moment."""


class NotComputed(Refused):
    """The month was not run, or its draft is older than its facts."""


class NotInUse(Refused):
    """The month ends before the house is in use: it is not run."""


class NotOver(Refused):
    """The month has not begun, or has not ended."""


class EarlierMonthOpen(Refused):
    """An earlier month with facts is not locked."""


class LaterMonthLocked(Refused):
    """A later month is locked, and hangs on this one."""


class StillOpen(Refused):
    """Exceptions stand in the way of the lock; ``exceptions`` lists them."""

    def __init__(self, message: str, exceptions: list[str]) -> None:
        super().__init__(message)
        self.exceptions = exceptions


class NotAcknowledged(Refused):
    """Something odd about the month that nobody looked at yet."""


class DraftChanged(Refused):
    """The draft is another than the one that was shown."""


class LeaseLost(Refused):
    """Somebody else has taken this piece of work over."""
