"""What is read is what openpyxl reads, cell by cell."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from tests.conftest import EXAMPLES
from tests.pages import every_line
from tests.test_payslips import cases, sheets_of
from tests.workbooks import as_read, person, write_workbook
from workbook.checking.rows import parse
from workbook.template import write_template
from workbook.xlsx.reading import open_workbook

VALUES = [
    "text", "有 空格 ", "<&>'\"", 0, 1, -7, 1.5, 35.55, 1e-7, 123456789012345, True, False,
    date(2026, 9, 1), datetime(2026, 9, 1, 20, 30, 59), time(20, 0), time(1, 59, 30), timedelta(hours=25, minutes=30),
    "=1+1", "#N/A",
]  # fmt: skip


def ours(path: Path) -> dict[str, dict[tuple[int, int], Any]]:
    with open_workbook(path) as grids:
        return {
            grid.title: {(number, place): cell.value for number, cells in grid.rows for place, cell in cells.items()}
            for grid in grids
        }


def theirs(path: Path) -> dict[str, dict[tuple[int, int], Any]]:
    return {
        page.title: {
            (cell.row, cell.column - 1): cell.value
            for row in page.iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        }
        for page in load_workbook(path)
        if page.title != "说明" and not (page.title.startswith("_") and page.sheet_state != "visible")
    }


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.xlsx")), ids=lambda path: path.name)
def test_the_examples_are_read_as_openpyxl_reads_them(path: Path) -> None:
    assert ours(path) == theirs(path)


def test_the_template_is_read_as_openpyxl_reads_it(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    assert ours(tmp_path / "template.xlsx") == theirs(tmp_path / "template.xlsx")


@pytest.mark.parametrize("write_only", [False, True])
def test_every_kind_of_value_is_read_as_openpyxl_reads_it(tmp_path: Path, write_only: bool) -> None:
    book = Workbook(write_only=write_only)
    page = book.create_sheet("员工")
    page.append(VALUES)
    page.append([None, "x", None, None, 5])
    page.append([])
    page.append(["last"])
    book.save(tmp_path / "values.xlsx")
    found, wanted = ours(tmp_path / "values.xlsx")["员工"], theirs(tmp_path / "values.xlsx")["员工"]
    formula = (1, VALUES.index("=1+1"))
    assert wanted.pop(formula) == "=1+1"
    assert found.pop(formula) is not None
    assert found == wanted


def test_dates_of_1904_are_read_by_their_own_epoch(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    page = book.create_sheet("员工")
    page.append([date(2026, 9, 1), datetime(2026, 9, 1, 20, 0)])
    book.save(tmp_path / "mac.xlsx")
    assert ours(tmp_path / "mac.xlsx")["员工"] == {
        (1, 0): datetime(2026, 9, 1), (1, 1): datetime(2026, 9, 1, 20, 0),
    }  # fmt: skip


def test_sheets_given_without_a_file_are_those_that_its_file_would_hold(tmp_path: Path) -> None:
    """What tests of other subjects begin with is what an import reads."""
    given = {"every line": every_line.sheets(), "a sheet without rows": {"员工": [person()], "打卡": []}} | {
        case.values[0]["rule"]: sheets_of(case.values[0], case.values[0].get("months") or ["2026-09"])
        for case in list(cases())[::20]
    }
    for rule, sheets in given.items():
        with open_workbook(write_workbook(tmp_path / "month.xlsx", sheets)) as grids:
            read = parse(grids, ZoneInfo("Asia/Shanghai"), lambda *told: None)
        found = parse(as_read(sheets), ZoneInfo("Asia/Shanghai"), lambda *told: None)
        assert found == read, rule
        assert not found.faults
