"""The examples, to the cent."""

import pytest

from commissions.errors import StillOpen
from commissions.selectors import exceptions_of
from tests.conftest import EXAMPLES
from tests.house import House, expected

NAMES = ("2026-09-situations", "2026-10-venue")


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_every_expected_figure_and_locks_once_settled(house: House, name: str) -> None:
    month = name[:7]
    house.by_file = True
    house.bring(EXAMPLES / f"{name}.xlsx")
    house.run(month)
    wanted = expected(EXAMPLES / f"{name}.expected.json")
    assert house.figures(month) == wanted

    with pytest.raises(StillOpen) as refusal:
        house.lock(month)
    assert len(refusal.value.exceptions) == sum(person["例外"] for person in wanted.values())
    listed = [f"{item.payslip.number} " for item in exceptions_of(house.current(month))]
    assert all(line.startswith(start) for line, start in zip(refusal.value.exceptions, listed, strict=True))

    house.bring(EXAMPLES / f"{name}.settled.xlsx")
    house.run(month)
    house.lock(month)
    assert house.figures(month) == expected(EXAMPLES / f"{name}.settled.expected.json")
