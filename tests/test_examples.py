"""The examples, to the cent."""

from typing import Any, get_type_hints

import pytest

from commissions.errors import StillOpen
from commissions.models import PayslipLine
from commissions.selectors import exceptions_of
from rulebook.basis import (
    FINES,
    BaseBasis,
    CarriedBasis,
    CommissionBasis,
    EntryBasis,
    ForfeitBasis,
    Nothing,
    ReportBasis,
    WithheldBasis,
)
from tests.conftest import EXAMPLES
from tests.house import House, expected
from violations.models import Penalty

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


def _fits(basis: dict[str, Any], kind: type[Any]) -> bool:
    types = get_type_hints(kind)
    return kind.__required_keys__ <= set(basis) <= set(types) and all(
        isinstance(value, types[name]) for name, value in basis.items()
    )


LINES = {
    "base": BaseBasis,
    "commission": CommissionBasis,
    "forfeit": ForfeitBasis,
    "bonus": EntryBasis,
    "withheld": WithheldBasis,
    "carried_in": Nothing,
    "carried_out": CarriedBasis,
    "deposit": Nothing,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_fine_and_line_of_the_examples_rests_on_the_figures_of_its_article(house: House, name: str) -> None:
    house.by_file = True
    house.bring(EXAMPLES / f"{name}.xlsx")
    house.run(name[:7])
    fines = [(row.article, row.basis) for row in Penalty.objects.all()]
    lines = [(row.item, row.article, row.basis) for row in PayslipLine.objects.all()]
    assert fines
    assert {item for item, _article, _basis in lines} <= {*LINES, "fine"}
    assert [one for one in fines if not _fits(one[1], FINES.get(one[0], ReportBasis))] == []
    assert [
        one for one in lines if not _fits(one[2], LINES[one[0]] if one[0] in LINES else FINES.get(one[1], ReportBasis))
    ] == []
