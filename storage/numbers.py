"""Running numbers of records: a prefix, then the place."""

from collections.abc import Iterable


def next_numbers(ever: Iterable[str], prefix: str, count: int = 1) -> list[str]:
    """The numbers that follow those given so far under a prefix, three digits or more: ``B-001``, ``B-002`` …

    Others that begin like it are passed over. Who asks holds what keeps two from asking at once.
    """
    places = (number[len(prefix) :] for number in ever if number.startswith(prefix))
    last = max((int(place) for place in places if place.isascii() and place.isdecimal()), default=0)
    return [f"{prefix}{last + step:03}" for step in range(1, count + 1)]
