"""The one cleaning of what comes in, by the worked cases of ``cleaning.yaml``."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from rulebook import cleaning, phones

KINDS: dict[str, Callable[[str], str]] = {
    "names": cleaning.words,
    "lines": cleaning.lines,
    "plain": cleaning.plain,
    "keys": cleaning.folded,
    "phones": phones.spelled,
    "numbers": cleaning.bare,
    "amounts": cleaning.amount,
}
ODD = "\u200b\u202e\ufeff\u3000\u2800\u00ad\u0007\x1f\n\t\u2028Ａａ１ß①ﬁ㍿⽇\u0345\u0308¨İǅＫ-—.,¥元86+0138"


def _cases() -> Iterator[Any]:
    text = (Path(__file__).parent / "cleaning.yaml").read_text(encoding="utf-8")
    for group in yaml.safe_load(text):
        for typed, kept in group["cases"].items():
            yield pytest.param(group["kind"], typed, kept, id=f"{group['kind']}: {cleaning.named(typed)!a}")


@pytest.mark.parametrize(("kind", "typed", "kept"), list(_cases()))
def test_what_comes_in_is_cleaned_as_the_table_says(kind: str, typed: str, kept: str) -> None:
    assert KINDS[kind](typed) == kept


@given(st.one_of(st.text(), st.text(alphabet=ODD)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in KINDS.values():
        once = clean(text)
        assert clean(once) == once


@given(st.one_of(st.text(), st.text(alphabet=ODD)))
def test_every_spelling_of_a_key_is_compared_alike(text: str) -> None:
    key = cleaning.folded(text)
    for spelling in (
        cleaning.plain(text),
        cleaning.words(text),
        f" \u200b{text}\u3000",
        cleaning.plain(text).casefold(),
    ):
        assert cleaning.folded(spelling) == key


def test_a_letter_that_nobody_sees_is_named() -> None:
    assert cleaning.named("B1\u200b") == "B1«U+200B»"
    assert cleaning.named("\U000e0020") == "«U+E0020»"
    assert cleaning.named("B\u28001\ufffc") == "B«U+2800»1«U+FFFC»"
    assert cleaning.named("B 1") == "B 1"


def test_width_and_what_cannot_be_seen_are_no_case() -> None:
    assert not cleaning.differs_in_case("Ｂ１\u200b", "B1")
    assert cleaning.differs_in_case("ｂ１", "B1")
