"""Which phones could be dialled (4.3), by the worked cases of ``phones.yaml``."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml
from hypothesis import given, strategies as st

from rulebook import cleaning, phones
from rulebook.sales import Booking, NotCounted, lacks

TYPED = st.one_of(st.text(), st.text(alphabet="+01386 -.()８６\u200b²①", max_size=20), st.from_regex(r"\+?[0-9]{0,16}"))


def _cases() -> Iterator[Any]:
    text = (Path(__file__).parent / "phones.yaml").read_text(encoding="utf-8")
    for group in yaml.safe_load(text):
        for typed, (kept, compared) in group["cases"].items():
            yield pytest.param(typed, kept, compared, id=cleaning.named(typed).encode("unicode_escape").decode())


@pytest.mark.parametrize(("typed", "kept", "compared"), list(_cases()))
def test_a_phone_is_kept_and_compared_as_the_table_says(typed: str, kept: str, compared: str) -> None:
    assert (phones.spelled(typed), phones.compared(typed)) == (kept, compared)
    assert phones.is_phone(typed) is (compared != "")


@given(TYPED)
def test_every_spelling_of_a_phone_is_compared_alike(text: str) -> None:
    kept = phones.spelled(text)
    assert phones.spelled(kept) == kept
    assert phones.compared(kept) == phones.compared(text)
    if phones.is_phone(text):
        assert phones.is_phone(phones.compared(text).replace("+", "00", 1)) or phones.compared(text).startswith("1")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_is_a_phone_to_the_library_too(phone: str) -> None:
    number = phonenumbers.parse(phone, phones.HOME)
    assert phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    assert phones._number(phone) == phones.compared(phone) == phone


@pytest.mark.parametrize(
    ("phone", "reasons"),
    [("138-0013-8000", ()), ("无", (NotCounted.NO_GUEST_PHONE,)), ("12345", (NotCounted.NO_GUEST_PHONE,))],
)
def test_what_could_not_be_dialled_is_no_phone_of_a_booking(phone: str, reasons: tuple[NotCounted, ...]) -> None:
    at = datetime(2026, 9, 1, 12)
    booking = Booking("B1", date(2026, 9, 1), "A1", "林先生", phone, at, at, Decimal(100), "arrived")
    assert lacks(booking) == reasons
