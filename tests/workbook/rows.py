"""Rows of every sheet, and the counts of every table."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection

from tests.workbooks import booking, comp, person, punch

D1, D2, D3 = date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3)


def table_counts() -> dict[str, int]:
    """The rows of every table, history included."""
    tables = {model._meta.label: connection.ops.quote_name(model._meta.db_table) for model in apps.get_models()}
    counts = (f"SELECT '{label}', COUNT(*) FROM {table}" for label, table in tables.items())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def rest(day: Any = D1, number: str = "A", **more: Any) -> dict[str, Any]:
    return {"工号": number, "日期": day, "类型": "工休", **more}


def leave(first: Any = D1, last: Any = D2, **more: Any) -> dict[str, Any]:
    return {"工号": "A", "开始日期": first, "类型": "事假", "结束日期": last, "申请时间": "2026-08-31 15:00", **more}


def off_post(day: Any = D1, **more: Any) -> dict[str, Any]:
    return {"工号": "A", "离开": "22:00", "营业日": day, "返回": "22:30", **more}


def report(number: str = "V1", article: Any = "4.5", day: Any = D1, **more: Any) -> dict[str, Any]:
    return {"违规号": number, "工号": "A", "营业日": day, "条款": article, **more}


def bonus(month: Any = "2026-09", **more: Any) -> dict[str, Any]:
    return {"工号": "A", "月份": month, "事由": "全勤", "金额": 100, **more}


def withheld(month: Any = "2026-09", **more: Any) -> dict[str, Any]:
    return {"工号": "A", "月份": month, "类型": "社保", "金额": 100, **more}


def policy(parameter: Any = "base_pay", value: Any = "3500", month: Any = "2026-09") -> dict[str, Any]:
    return {"参数": parameter, "生效月份": month, "值": value}


def everything(**changes: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """A good row on every sheet; ``changes`` are made to the row of the sheet so named."""
    sheets = {
        "员工": person(),
        "制度": policy(),
        "活动日": {"日期": date(2026, 9, 30), "名称": "周年"},
        "休息": rest(D3),
        "打卡": punch(D1),
        "请假": leave(date(2026, 9, 7), date(2026, 9, 8)),
        "离岗": off_post(),
        "订台": booking("D1", D1),
        "签送": comp("S1", "D1", D1),
        "违规": report(),
        "奖金": bonus(),
        "代扣": withheld(),
    }
    return {title: [row | changes.get(title, {})] for title, row in sheets.items()}
