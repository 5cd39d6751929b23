"""A seal tells which values changed, and none of them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from accounts.permissions import Role
from storage.seals import changed_since, seal

VALUES = {"name": "林先生", "amount": Decimal("5.00"), "at": datetime(2026, 11, 21, 13, tzinfo=UTC), "note": None}


def test_what_is_as_it_was_is_not_changed_however_it_is_written() -> None:
    shanghai = timezone(timedelta(hours=8))
    same = VALUES | {"amount": Decimal(5), "at": datetime(2026, 11, 21, 21, tzinfo=shanghai), "note": ""}
    assert changed_since(seal(VALUES), same) == []
    assert changed_since(seal({"roles": ["hr", "owner"]}), {"roles": [Role.OWNER, Role.HR]}) == []


def test_each_value_that_is_another_is_named() -> None:
    assert changed_since(seal(VALUES), VALUES | {"name": "林太太", "note": "x"}) == ["name", "note"]


@pytest.mark.parametrize("sealed", ["", "x", "name-", "name-000000000000.amount", "\0", "." * 100])
def test_a_text_that_is_no_seal_vouches_for_nothing(sealed: str) -> None:
    assert changed_since(sealed, VALUES) == list(VALUES)


def test_a_seal_says_nothing_of_its_values_and_the_same_value_is_another_under_another_name() -> None:
    assert "林先生" not in seal(VALUES)
    one, other = seal({"a": "x"}), seal({"b": "x"})
    assert one.rpartition("-")[2] != other.rpartition("-")[2]
