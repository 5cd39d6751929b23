"""Heads of tables that sort, with the view kept in the address."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q
from django.http import HttpRequest

from rulebook import cleaning
from storage import pinyin

_SOUNDED = "name_pinyin"


class Order(NamedTuple):
    """Where a click on a head leads, and how its column stands now: ``ascending``, ``descending`` or empty."""

    address: str
    order: str


def order_of(request: HttpRequest, name: str, *, default: str = "", anchor: str = "", first: str = "-") -> Order:
    """The head of a column that sorts by ``?sort=name`` or ``?sort=-name``.

    The first click sorts as ``first`` says (``-``: the largest on top), the next the other way round; the rest of the
    view in the address stays, but for its page.
    """
    chosen = request.GET.get("sort", "") or default
    other = "" if first else "-"
    query = request.GET.copy()
    query["sort"] = f"{other}{name}" if chosen == f"{first}{name}" else f"{first}{name}"
    query.pop("page", None)
    order = {name: "ascending", f"-{name}": "descending"}.get(chosen, "")
    return Order(f"?{query.urlencode()}{anchor}", order)


def chosen_sort(request: HttpRequest, known: Collection[str], default: str) -> tuple[str, bool]:
    """The column to sort by, and whether from the largest on; what is not known is the default."""
    for sort in (request.GET.get("sort", ""), default):
        name = sort.removeprefix("-")
        if name in known:
            return name, sort.startswith("-")
    raise ValueError(default)


def sought(text: str) -> str:
    """What somebody looks for (``?q=``): without what nobody sees, of a sane length."""
    return cleaning.words(text)[:60].strip()


def holds(text: str, *fields: str) -> Q:
    """That one of these fields holds what somebody looks for, typed in full width or not.

    Of a key of names (``…name_pinyin``) that a name is meant by its sound.
    """
    found, sound = Q(), pinyin.sought(text)
    by_sound = [field for field in fields if field.endswith(_SOUNDED)]
    fields = tuple(field for field in fields if field not in by_sound)
    if sound:
        for field in by_sound:
            found |= Q(**{f"{field}__contains": sound})
    for spelling in dict.fromkeys((text, cleaning.plain(text))):
        for field in fields:
            found |= Q(**{f"{field}__icontains": spelling})
    return found


def is_in(text: str, *words: str) -> bool:
    """Whether one of these words holds what somebody looks for, in whatever width and case, or is sounded so."""
    key = cleaning.folded(text)
    return any(key in cleaning.folded(word) or pinyin.is_found(text, word) for word in words)
