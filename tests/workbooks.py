"""Workbooks for tests: sheets as lists of rows, written as Excel reads them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from workbook.xlsx.reading import Grid
from workbook.xlsx.streams import Cell

Sheets = Mapping[str, Sequence[Mapping[str, Any]]]


def write_workbook(path: Path, sheets: Sheets) -> Path:
    """Write rows of heading → value; the headings of a sheet are those its rows use."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        page.append(headings)
        for row in rows:
            page.append([row.get(heading) for heading in headings])
    if not book.sheetnames:
        book.create_sheet("说明")
    book.save(path)
    return path


def as_read(sheets: Sheets) -> list[Grid]:
    """What reading the file of ``write_workbook`` yields, without the file."""
    return [Grid(title, _rows(rows)) for title, rows in sheets.items()]


def _rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, dict[int, Cell]]]:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    if not headings:
        return
    yield 1, {place: Cell(heading) for place, heading in enumerate(headings)}
    for number, row in enumerate(rows, 2):
        held = {place: row.get(heading) for place, heading in enumerate(headings)}
        yield number, {place: Cell(_as_read(value)) for place, value in held.items() if value not in (None, "")}


def _as_read(value: Any) -> Any:
    """Dates come back as moments, amounts as numbers."""
    if isinstance(value, Decimal):
        return float(value)
    return datetime.combine(value, time()) if type(value) is date else value


def person(number: str = "A", **more: Any) -> dict[str, Any]:
    """A row of 员工, employed for long."""
    return {"工号": number, "姓名": f"员工{number}", "入职日期": date(2025, 1, 1), **more}


def punch(day: date, number: str = "A", **more: Any) -> dict[str, Any]:
    """A row of 打卡, on time on both sides."""
    return {"工号": number, "营业日": day, "上班": "20:00", "下班": "02:00", **more}


def booking(number: str, day: date, employee: str = "A", **more: Any) -> dict[str, Any]:
    """A row of 订台 that counts."""
    return {
        "订台号": number,
        "营业日": day,
        "工号": employee,
        "台号": "A1",
        "客户姓名": "林先生",
        "客户电话": "13900000000",
        "登记时间": f"{day} 18:00",
        "到店时间": "21:00",
        "消费金额": 1000,
        "状态": "到店",
        **more,
    }


def comp(number: str, on: str, day: date, employee: str = "A", **more: Any) -> dict[str, Any]:
    """A row of 签送 by spend."""
    return {
        "签送号": number,
        "订台号": on,
        "工号": employee,
        "品类": "小吃",
        "金额": 10,
        "依据": "消费",
        "时间": f"{day} 22:00",
        **more,
    }
