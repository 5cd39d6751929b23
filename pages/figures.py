"""A policy's figures in the reader's language."""

from collections.abc import Iterable, Sequence

from django.utils.functional import lazy

from pages.formats import in_chinese
from rulebook.clauses import with_unit
from rulebook.policy import PolicyError, parameters, read_value
from rulebook.texts import Text


def said(text: Text) -> str:
    """A rulebook text in the language in force."""
    return text.zh if in_chinese() else text.en


said_lazily = lazy(said, str)
"""A rulebook text as a constant of a module: said in the language of whoever reads it."""


def label_of(name: str) -> str:
    """What a parameter is called; its name where there is no such parameter any more."""
    return said(parameters()[name].label) if name in parameters() else name


def figure_of(name: str, stored: str) -> str:
    """A stored value as people read it; as it is stored where it can't be read any more."""
    try:
        return said(with_unit(name, read_value(name, stored)))
    except PolicyError:
        return stored


def changes_told(changes: Iterable[Sequence[str]]) -> str:
    """``底薪 3,000 元 → 3,200 元；…``: changes of figures, each with its name, the stored value before and after."""
    told = (f"{label_of(name)} {figure_of(name, before)} → {figure_of(name, after)}" for name, before, after in changes)
    return ("；" if in_chinese() else "; ").join(told)
