"""Refusals of the services that keep people's files."""

from django.utils.functional import Promise

from venues.errors import Refused


class Unfit(Refused):
    """A value that does not fit; ``field`` names it, empty where it is the whole."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.field = field
