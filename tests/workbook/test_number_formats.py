"""Number formats: which make dates and hours of numbers, and what a cell shows by them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.house import House
from tests.workbooks import booking, person, punch
from workbook.checking.rows import parse
from workbook.faults import Faulty
from workbook.services import import_parsed
from workbook.xlsx.formats import built_in, number_format
from workbook.xlsx.reading import Grid
from workbook.xlsx.streams import Cell

DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", 1.005, "1.005"),
        ("General", 1234.5600000001, "1234.56"),
        ("General", 46266, "46266"),
        ("000", 1, "001"),
        ("00000", 123456, "123456"),
        ('"E"000', 1, "E001"),
        ("000-0000-0000", 13800138000, "138-0013-8000"),
        ("0.00", 5, "5.00"),
        ("#,##0", 1234567, "1,234,567"),
        ('¥#,##0.00', 1200, "¥1,200.00"),
        ("[$¥-804]#,##0.00;[Red]-x", -5.5, "-¥5.50"),
        ("0%", 0.2, "20%"),
        ("0.00E+00", 13800138000, "13800138000"),
        ("yyyy-mm-dd h:mm:ss", datetime(2026, 9, 1, 20, 5, 9), "2026-09-01 20:05:09"),
        ('yyyy"年"m"月"d"日"', datetime(2026, 9, 1), "2026年9月1日"),
        ("[$-804]yyyy/m/d;@", datetime(2026, 9, 1), "2026/9/1"),
        ("mmm-yy", datetime(2026, 9, 1), "Sep-26"),
        ("h:mm AM/PM", time(20), "8:00 PM"),
        ("上午/下午h时mm分", time(20, 1), "下午8时01分"),
        ("mm:ss", time(0, 5, 7), "05:07"),
        ("[h]:mm:ss", timedelta(hours=26, minutes=3), "26:03:00"),
    ],
)  # fmt: skip
def test_a_cell_shows_what_its_format_makes_of_it(code: str, value: Any, shown: str) -> None:
    assert number_format(code).shows(value) == shown


@pytest.mark.parametrize(
    "code", ["yyyy/m/d", "h:mm", "[h]:mm", "m月d日", 'yyyy"年"', "[$-F800]dddd, mmmm dd, yyyy", "e/m/d"]
)
def test_a_format_of_dates_or_hours_makes_them(code: str) -> None:
    assert number_format(code).is_date


@pytest.mark.parametrize(
    "code", ["General", "@", "0", '0"d"', "0\\h", "[Red]0.00", "_ * #,##0.00_ ", "0.00E+00", '"day"0', ""]
)
def test_another_format_makes_no_dates(code: str) -> None:
    assert not number_format(code).is_date


def test_the_formats_that_files_name_by_number_alone() -> None:
    assert [number for number in range(60) if built_in(number).is_date] == [
        *range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59),
    ]  # fmt: skip


def test_only_whole_numbers_in_other_letters_pad() -> None:
    assert [code for code in ("0", "000", "0.00", "#,##0", '"E"0', "General", "0%") if number_format(code).pads] == [
        "000", '"E"0',
    ]  # fmt: skip


def bring(house: House, sheets: dict[str, list[dict[str, Any]]]) -> None:
    """Import cells that are given as they are."""
    grids = []
    for title, rows in sheets.items():
        heads = list(rows[0])
        cells = [(1, {place: Cell(head) for place, head in enumerate(heads)})]
        for number, row in enumerate(rows, 2):
            found = {
                place: row[head] if isinstance(row[head], Cell) else Cell(row[head]) for place, head in enumerate(heads)
            }
            cells.append((number, found))
        grids.append(Grid(title, iter(cells)))
    parsed = parse(grids, ZoneInfo("Asia/Shanghai"), lambda *told: None)
    import_parsed(parsed, "cells.xlsx", venue_code=house.code, now=house.now)


def padded(value: int, code: str = "000") -> Cell:
    return Cell(value, format=number_format(code))


def test_a_number_shown_with_zeros_is_the_key_that_it_shows(house: House) -> None:
    day = datetime(2026, 9, 1)
    bring(
        house,
        {
            "员工": [person(padded(7), 姓名="甲", 入职日期=day)],
            "打卡": [punch("2026-09-01", "007")],
            "订台": [booking(padded(1), "2026-09-01", padded(7), 台号=padded(8, '"V"00'))],
        },
    )  # fmt: skip
    (row,) = house.venue.bookings.all()
    assert (row.number, row.employee.number, row.table) == ("001", "007", "V08")


def test_where_only_the_bare_number_is_stored_a_fault_says_so(house: House) -> None:
    house.given({"员工": [person("7")]})
    with pytest.raises(Faulty) as caught:
        bring(house, {"打卡": [punch("2026-09-01", padded(7))]})
    (fault,) = caught.value.faults
    assert (fault.sheet, fault.row, fault.heading) == ("打卡", 2, "工号")
    assert "«007»" in fault.message
    assert "7 is stored" in fault.message


def test_hours_past_midnight_are_the_next_calendar_day(house: House) -> None:
    hours = Cell(timedelta(hours=26), format=number_format("[h]:mm"))
    bring(house, {"员工": [person(入职日期="2026-01-01")], "打卡": [punch("2026-09-01", 下班=hours)]})
    (row,) = house.venue.employees.get().punches.all()
    assert f"{row.left_at.astimezone(house.venue.zone):%Y-%m-%d %H:%M}" == "2026-09-02 02:00"


def test_a_fault_shows_what_the_cell_shows(house: House) -> None:
    cell = Cell(time(20), format=number_format("h:mm AM/PM"))
    with pytest.raises(Faulty) as caught:
        bring(house, {"员工": [person(入职日期=cell, 押金=Cell(1234.5600000001))]})
    assert [fault.message.partition(" is no")[0] for fault in caught.value.faults] == [
        "«8:00 PM»", "«1234.56 (stored as 1234.5600000001)»",
    ]  # fmt: skip
