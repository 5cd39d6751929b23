"""A fine as the rules derive it: one event, one article, one amount."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from rulebook.articles import order


class Fine(NamedTuple):
    """One event under one article.

    ``source`` names the record within the person's day (``day``, ``arrival``, ``departure``, or a kind of
    record with its key), so that person, day, article, source identify the fine for good. ``amount`` is in
    yuan, never negative; 0 for what is recorded and costs nothing. ``basis`` holds the arithmetic's figures as
    text or whole numbers.
    """

    day: date
    article: str
    source: str
    amount: Decimal
    basis: Mapping[str, Any]


def by_day(fine: Fine) -> tuple[date, int, str]:
    """The order in which fines are shown: by day, article, source."""
    return fine.day, order(fine.article), fine.source
