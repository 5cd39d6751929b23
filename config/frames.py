"""Room for the frames of deep calls, in one piece."""

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_SLOTS = 66_000
"""A little over half a mebibyte: Python takes the next power of two for it, and the other half is the room."""


def with_room(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose calls in calls find their frames' memory there already.

    Python keeps frames in pieces of 16 KiB. Where calls go to and fro over the end of a piece, as they do in templates,
    each time a piece is asked of the system and given back: measured, up to a seventh of a page's time, a fifth of that
    of tests, whose calls lie deeper. A function that claims a large frame of its own gets one large piece, in which
    those of all that it calls have their place.
    """

    @wraps(function)
    def roomy(*given: P.args, **named: P.kwargs) -> R:
        return function(*given, **named)

    plain = cast(FunctionType, roomy)
    plain.__code__ = plain.__code__.replace(co_stacksize=_SLOTS)
    return roomy
