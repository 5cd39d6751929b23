"""How a state is shown: one badge for all of them."""

from typing import NamedTuple

from django.utils.functional import Promise


class Badge(NamedTuple):
    """A state with the class of its colours, its word, its sign (a heroicon)."""

    css: str
    word: Promise | str
    icon: str
