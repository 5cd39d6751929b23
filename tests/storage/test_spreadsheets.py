"""Workbooks going out: what a cell holds, how wide a sheet is on paper, what is left of one that is given up."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from storage.spreadsheets import (
    DAY,
    MONEY,
    NUMBER,
    RATE,
    SIGN,
    TEXT,
    Note,
    PageSetup,
    Sheet,
    printed_pages,
    write_sheets,
)


def written(folder: Path, *sheets: Sheet) -> list[Worksheet]:
    path = folder / "out.xlsx"
    write_sheets(path, sheets, house="main", span="2026-09")
    return load_workbook(path).worksheets


def column(folder: Path, number: str, *values: Any) -> list[Any]:
    (page,) = written(folder, Sheet("one", [("head", number, 12)], [[value] for value in values]))
    return list(page["A"][1:])


@pytest.mark.parametrize(
    ("number", "value", "read"),
    [
        (MONEY, Decimal("1234.50"), 1234.5), (MONEY, Decimal("-0.07"), -0.07), (MONEY, Decimal(0), 0),
        (MONEY, Decimal("1E+3"), 1000), (NUMBER, 7, 7), (RATE, Decimal("0.2568"), 0.2568),
        (DAY, date(2026, 9, 30), datetime(2026, 9, 30)), (DAY, date(2024, 2, 29), datetime(2024, 2, 29)),
    ],
)  # fmt: skip
def test_figures_are_numbers_and_days_are_dates(number: str, value: Any, read: Any, tmp_path: Path) -> None:
    (cell,) = column(tmp_path, number, value)
    assert cell.value == read
    assert cell.number_format == number
    assert cell.data_type in "nd"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("R&B <五号> \"桌\"", "R&B <五号> \"桌\""), ("  边上有空格 ", "  边上有空格 "), ("两\n行", "两\n行"),
        ("坏\x00字\x0b符\ufffe", "坏字符"), ("=1+1", "=1+1"), ("-5", "-5"), ("@a", "@a"), ("+1", "+1"),
        ("#N/A", "#N/A"), ("001", "001"), ("长" * 40_000, "长" * 32_767), ("𠮷野家😀", "𠮷野家😀"),
    ],
)  # fmt: skip
def test_text_stays_text_to_the_letter(text: str, read: str, tmp_path: Path) -> None:
    (cell,) = column(tmp_path, TEXT, text)
    assert (cell.value, cell.data_type) == (read, "s" if cell.data_type == "s" else "inlineStr")
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_what_excel_would_read_as_an_escape_is_escaped(tmp_path: Path) -> None:
    column(tmp_path, TEXT, "_x0041_")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml")


def test_what_is_empty_is_no_cell(tmp_path: Path) -> None:
    assert [cell.value for cell in column(tmp_path, TEXT, None, "", "a")] == [None, None, "a"]


def test_a_row_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        written(tmp_path, Sheet("one", [("a", TEXT, 8), ("b", TEXT, 8)], [["1"]]))


def test_a_title_that_excel_does_not_take_is_made_one(tmp_path: Path) -> None:
    (page,) = written(tmp_path, Sheet("In/out: " + "x" * 40, [("a", TEXT, 8)], []))
    assert page.title == "In out  " + "x" * 23


def test_an_amount_is_never_cut_off(tmp_path: Path) -> None:
    rows = [[Decimal("1234567890.12")], [Decimal(1)]]
    (page,) = written(tmp_path, Sheet("one", [("a", MONEY, 9)], rows))
    assert page.column_dimensions["A"].width >= len("1,234,567,890.12")


@pytest.mark.parametrize(
    ("ends_with_sum", "rows", "ref"), [(False, 2, "A1:A3"), (True, 2, "A1:A2"), (True, 0, "A1"), (False, 0, "A1")]
)
def test_the_filter_leaves_out_the_sum_and_what_stands_below(
    ends_with_sum: bool, rows: int, ref: str, tmp_path: Path
) -> None:
    table: list[Any] = [[number] for number in range(rows)]
    (page,) = written(tmp_path, Sheet("one", [("a", NUMBER, 8)], [*table, Note("below")], ends_with_sum))
    assert page.auto_filter.ref == ref
    assert [cell.value for cell in page["A"]][-2:] == [None, "below"]


LINE_OF_HAN = 15.8
"""Points that a line of Han takes on paper, where another font stands in for that of the workbook."""


def test_the_heads_have_room_for_two_lines(tmp_path: Path) -> None:
    (page,) = written(tmp_path, Sheet("one", [("应出勤", NUMBER, 4)], []))
    assert page.row_dimensions[1].height > LINE_OF_HAN * 2


@pytest.mark.parametrize("lines", [2, 3, 5])
def test_a_wrapped_text_touches_neither_line_of_its_row(lines: int, tmp_path: Path) -> None:
    (page,) = written(tmp_path, Sheet("one", [("a", TEXT, 22)], [["长" * 10 * lines]]))
    assert page.row_dimensions[2].height > LINE_OF_HAN * lines


def test_what_is_filled_in_by_hand_stands_off_its_lines(tmp_path: Path) -> None:
    paper = PageSetup(row_height=24, has_borders=True)
    columns = [("a", TEXT, 12), ("b", MONEY, 12)]
    (page,) = written(tmp_path, Sheet("one", columns, [["M01", Decimal(1)]], paper=paper))
    assert [cell.alignment.indent for cell in page[2]] == [1, 1]
    assert page["B2"].alignment.horizontal == "right"


def test_wrapped_text_has_the_height_of_its_lines(tmp_path: Path) -> None:
    (page,) = written(tmp_path, Sheet("one", [("a", TEXT, 10)], [["短"], ["长" * 30], ["a" * 10]]))
    assert page.row_dimensions[2].height is None
    assert page.row_dimensions[3].height >= LINE_OF_HAN * 6
    assert page.row_dimensions[4].height is None


@pytest.mark.parametrize(
    ("widths", "paper", "pages"),
    [
        ([100], PageSetup(), 1), ([100, 100], PageSetup(), 2), ([20] * 12, PageSetup(), 2),
        ([60, 60, 60], PageSetup(breaks=(1,)), 2),
        ([30, 120, 120], PageSetup(repeated=1), 2), ([200], PageSetup(), 1),
    ],
)  # fmt: skip
def test_columns_that_would_be_too_small_go_to_a_further_page(
    widths: Sequence[float], paper: PageSetup, pages: int
) -> None:
    found = printed_pages(widths, paper)
    assert len(found) == pages
    assert widths == [200] or max(found) <= 1


def test_a_sign_stands_in_the_middle(tmp_path: Path) -> None:
    assert column(tmp_path, SIGN, "√")[0].alignment.horizontal == "center"


def test_a_workbook_that_is_given_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> Iterator[list[int]]:
        yield [1]
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        written(tmp_path, Sheet("one", [("a", NUMBER, 8)], rows()))
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_read_by_its_owner_and_group_alone(tmp_path: Path) -> None:
    column(tmp_path, NUMBER, 1)
    assert (tmp_path / "out.xlsx").stat().st_mode & 0o777 == 0o640
