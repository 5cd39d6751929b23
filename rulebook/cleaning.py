"""Clean typed text: one cleaning for files, forms, chat lines, searches, addresses.

Cleaning twice gives what cleaning once gave. Names and words keep their width, all else becomes half-width (NFKC).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

_IGNORED = (
    "\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f"  # control characters
    "\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164"
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3"
    "\\U0001d159\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"  # what stands for no character
)
_INVISIBLE = re.compile(f"[{_IGNORED}]")
_BRAILLE_BLANK = "\u2800"
_UNSEEN = re.compile(f"[{_IGNORED}{_BRAILLE_BLANK}]")
_BREAKS = re.compile("[\\t\\n\\v\\f\\r\\x85\\u2028\\u2029]+")
_LINE_ENDS = re.compile("\\r\\n|[\\v\\f\\r\\x85\\u2028\\u2029]")
_ODD = re.compile(f"[{_IGNORED}{_BRAILLE_BLANK}\\t\\n\\v\\f\\r\\x85\\u2028\\u2029]")

_DASH = "[\\-\u2010-\u2015\u2212\ufe58]"
_BETWEEN_DIGITS = re.compile(rf"\s|{_DASH}")
_AMOUNT = re.compile(r"(?:¥\s*)?(-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)(?:\s*元)?", re.ASCII)


def words(text: str) -> str:
    """A name or words on one line: what cannot be seen and blanks at the ends go, breaks become blanks."""
    if text.isascii() and text.isprintable():  # most of what comes in
        return text.strip()
    if _ODD.search(text):
        text = _INVISIBLE.sub("", _BREAKS.sub(" ", text)).replace(_BRAILLE_BLANK, " ")
    return text.strip()


def lines(text: str) -> str:
    """Words on several lines: like ``words``, but that lines stay, each ended by ``\\n``."""
    if _ODD.search(text):
        text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).replace(_BRAILLE_BLANK, " ")
    return text.strip()


def plain(text: str) -> str:
    """Anything but names and words (numbers, dates, codes, fixed words): half-width, on one line."""
    if text.isascii():
        return words(text)
    return words(unicodedata.normalize("NFKC", words(text)))


def folded(text: str) -> str:
    """A key as it is compared: cleaned, half-width, without letter case."""
    text = plain(text)
    if text.isascii():
        return text.lower()
    return settled(text, lambda typed: plain(typed.casefold()))


def differs_in_case(text: str, other: str) -> bool:
    """Whether two spellings of one key (``folded`` alike) differ in more than width and what cannot be seen."""
    return plain(text) != plain(other)


class KeyClash(ValueError):
    """A key that is like stored ones and none of them: ``stored`` says which."""

    def __init__(self, stored: Sequence[str]) -> None:
        super().__init__("、".join(stored))
        self.stored = tuple(sorted(stored))

    @property
    def is_case(self) -> bool:
        """Whether only the case of letters stands between it and the one that is stored."""
        return len(self.stored) == 1


def as_stored(typed: str, stored: Sequence[str]) -> str | None:
    """The spelling under which a key is stored, of those that are compared alike with it; None where there is none.

    One in another width, or with other invisible marks, is the same key. Raises KeyClash for one in another letter
    case, and where several are alike and none is exact.
    """
    for spelling in (typed, plain(typed)):
        if spelling in stored:
            return spelling
    if not stored:
        return None
    if len(stored) > 1 or differs_in_case(typed, stored[0]):
        raise KeyClash(stored)
    return stored[0]


def named(text: str) -> str:
    """A text in which every letter that cannot be seen is named: ``B1`` and a zero-width blank is ``B1«U+200B»``."""
    return _UNSEEN.sub(lambda found: f"«U+{ord(found[0]):04X}»", text)


def bare(text: str) -> str:
    """The number of a card or of an ID paper: without blanks and dashes, letters in capitals."""
    return settled(text, lambda typed: _BETWEEN_DIGITS.sub("", plain(typed)).upper())


def amount(text: str) -> str:
    """An amount of yuan as figures: without ¥, 元 and the commas of thousands; what is none stays as it is."""
    figures = plain(text)
    found = _AMOUNT.fullmatch(figures)
    return found[1].replace(",", "") if found else figures


def settled(text: str, step: Callable[[str], str]) -> str:
    """A text after as many steps as change it: what goes may leave letters side by side that NFKC joins."""
    while (other := step(text)) != text:
        text = other
    return text
