"""A month whose ledger has every kind of fine, and its pages and Excel read back."""

import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from pages.formats import figure, short_day
from rulebook.calendar import CalendarMonth, days_between
from tests.house import House
from tests.pages.looking import squeezed, tree
from tests.workbooks import booking, comp, person, punch

SEPTEMBER = CalendarMonth(2026, 9)
MONTH = "2026-09"
LATE, ABSENT, AWAY = date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 5)


def brought(house: House, **options: Any) -> House:
    """September of A, B and C: A is late, absent, off post, comps too much, keeps tips; B and C a little of it."""
    days = [day for day in days_between(SEPTEMBER.first, SEPTEMBER.last) if day not in (LATE, ABSENT)]
    house.bring({
        "员工": [person("A"), person("B"), person("C")],
        "打卡": [*(punch(day, one) for day in days for one in "ABC"), punch(LATE, 上班="20:10"),
               punch(LATE, "B", 上班="20:20", 下班="01:50"), punch(ABSENT, "B"), punch(LATE, "C"), punch(ABSENT, "C")],
        "离岗": [{"工号": "A", "营业日": AWAY, "离开": "22:00", "返回": "22:40"}],
        "订台": [booking("B1", AWAY, 消费金额=1000), booking("B2", AWAY, "B", 消费金额=45000, 台号="A2"),
               booking("B3", LATE, "B", 状态="取消", 消费金额=None, 到店时间=None),
               booking("B4", LATE, 登记时间="2026-09-03 20:55")],
        "签送": [comp("S1", "B1", AWAY, 金额=80), comp("S2", "B2", AWAY, "B", 金额=10),
               comp("S3", "B2", AWAY, "B", 依据="每日"), comp("S4", "B2", AWAY, "B", 依据="每日", 品类="果盘")],
        "违规": [{"违规号": "V1", "工号": "A", "营业日": AWAY, "条款": "4.1", "金额": 88, "说明": "小费"},
               {"违规号": "V2", "工号": "A", "营业日": AWAY, "条款": "5.F", "说明": "工牌"},
               {"违规号": "V3", "工号": "C", "营业日": LATE, "条款": "5.F", "说明": "工牌"}],
    }, **options)  # fmt: skip
    return house


def all_pages(client: Client, address: str) -> list[list[str]]:
    """The rows of a page's table, through all its pages, as shown on the desk; the foot last."""
    rows: list[list[str]] = []
    number = 1
    while True:
        joint = "&" if "?" in address else "?"
        page = client.get(f"{address}{joint}page={number}")
        assert page.status_code == 200
        found = tree(page)
        for small in found.xpath("//main//*[contains(@class, 'phone') or contains(@class, 'chip')]"):
            small.drop_tree()
        rows += [cells(row) for row in found.xpath("//main//table/tbody/tr")]
        feet = [cells(row) for row in found.xpath("//main//table/tfoot/tr")]
        if not found.xpath("//nav[@class='pager']//a[@rel='next']"):
            return rows + feet
        number += 1


def cells(row: Any) -> list[str]:
    return [plain("".join(cell.itertext())) for cell in row.xpath("./th | ./td")]


def plain(text: str) -> str:
    return re.sub(r"\s+|·", "", squeezed(text))


def shown(value: Any) -> str:
    """A value of an Excel as the page shows it."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return short_day(value.date())
    if isinstance(value, float):
        return figure(Decimal(repr(value)))
    return plain(str(value))


def sheets(answer: Any) -> dict[str, list[list[Any]]]:
    """An Excel answer's sheets, without their heads."""
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return {page.title: [list(row) for row in page.iter_rows(min_row=2, values_only=True)] for page in book}


def at_month(house: House, name: str, *args: Any, **query: str) -> str:
    """An address of the house with a query."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(name, args=[house.code, *args]) + (f"?{asked}" if asked else "")
