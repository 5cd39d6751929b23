"""A text shown to people, in both languages of the house."""

from typing import NamedTuple


class Text(NamedTuple):
    zh: str
    en: str
