"""The export is held against openpyxl writing the same: cell by cell, what both write is one."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bench.export import compare_export, write_with_openpyxl
from commissions.exports.workbook import sheets_of, write_payroll
from tests.conftest import EXAMPLES
from tests.house import House

pytestmark = pytest.mark.django_db


def cells(path: Path) -> dict[str, list[list[tuple[Any, str]]]]:
    book = load_workbook(path)
    return {
        page.title: [[(cell.value, cell.number_format if cell.value else "") for cell in row] for row in page.rows]
        for page in book
    }


def test_openpyxl_is_given_the_same_rows_and_formats(kept_house: House, tmp_path: Path) -> None:
    kept_house.bring(EXAMPLES / "2026-09-situations.xlsx")
    run = kept_house.run("2026-09")
    ours, theirs = tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    write_payroll(run, ours)
    write_with_openpyxl(theirs, list(sheets_of(run)))
    found, expected = cells(ours), cells(theirs)
    for title, rows in expected.items():
        for (head, *table), (our_head, *our_table) in [(rows, found[title])]:
            assert [value for value, _number in our_head] == [value for value, _number in head]
            assert our_table == table, title
    measured = compare_export(run, rounds=1)
    assert measured["export_ratio"] == measured["export_cpu_s"] / measured["export_openpyxl_s"]
