"""An exported payroll workbook back to the figures of the examples."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

COUNTS = ("旷工", "事假", "病假", "法定假", "应出勤", "休息", "实出勤")
AMOUNTS = (
    "计入业绩", "任务", "底薪", "提成", "奖金", "应发合计", "罚款", "上月结转", "扣款合计", "代扣",
    "结转下月", "押金退还", "实发",
)  # fmt: skip
NOT_FINES = {"2.1", "2.2", "2.3", "2.4", "deposit", "carried", "withheld"}


Rows = list[dict[str, Any]]


def all_rows(path: Path) -> dict[str, Rows]:
    """Every sheet's rows by heading."""
    sheets = {}
    for page in load_workbook(path):
        headings, *rows = page.iter_rows(values_only=True)
        sheets[page.title] = [dict(zip(headings, row, strict=True)) for row in rows]
    return sheets


def sheet_rows(path: Path, title: str) -> Rows:
    """A sheet's rows by heading."""
    return all_rows(path)[title]


def people_and_total(rows: Rows) -> tuple[Rows, dict[str, Any]]:
    """The rows of 工资表 by person, and their sum; what stands below is told of everybody."""
    place = next(place for place, row in enumerate(rows) if row["工号"] == "合计")
    return rows[:place], rows[place]


def yuan(value: Any) -> str:
    return f"{Decimal(str(value)):.2f}"


def exported_figures(path: Path) -> dict[str, dict[str, Any]]:
    """The figures of every person, in the form of ``expected.json`` without 例外."""
    return figures_of(all_rows(path))


def figures_of(sheets: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """The figures of every person, from the rows of an exported workbook."""
    figures: dict[str, dict[str, Any]] = {}
    people, _total = people_and_total(sheets["工资表"])
    for row in people:
        figures[row["工号"]] = {
            **{name: row[name] for name in COUNTS},
            **{name: yuan(row[name]) for name in AMOUNTS},
            "状态": row["状态"],
            "罚款明细": {},
        }
    fines: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in sheets["工资明细"]:
        if row["条款"] not in NOT_FINES and row["金额"]:
            fines[row["工号"], row["条款"]] -= Decimal(str(row["金额"]))
    for (person, article), amount in fines.items():
        figures[person]["罚款明细"][article] = yuan(amount)
    return figures
