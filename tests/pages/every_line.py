"""Two months with every kind of payslip line, each of its figures known."""

from datetime import date
from typing import Any

from rulebook.articles import CONDUCT_ARTICLES
from rulebook.calendar import CalendarMonth, days_between
from tests.house import House
from tests.workbooks import booking, comp, person, punch

BEFORE, MONTH = CalendarMonth(2026, 9), CalendarMonth(2026, 10)
OCTOBER = str(MONTH)
ENGLISH = {"bonus": "Best seller", "advance": "Moving", "chief": "Wang", "guest": "Lin", "note": "Seen", "item": "Nuts"}
CHINESE = {"bonus": "冠军", "advance": "搬家", "chief": "王", "guest": "林先生", "note": "有人看见", "item": "坚果"}
ABSENT = {2, 5, 6, 7, 8, 9}


def day(number: int) -> date:
    return date(2026, 10, number)


def _leave(number: str, kind: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    return {
        "工号": number, "类型": kind, "开始日期": day(first), "结束日期": day(last), "申请时间": "2026-09-30 12:00",
        **more,
    }  # fmt: skip


def sheets(words: dict[str, str] = CHINESE, prefix: str = "A") -> dict[str, list[dict[str, Any]]]:
    """What was recorded of A, who has every line, B, C, D, E and F, who have the rest."""
    a, b, c, d, e, f = (letter if prefix == "A" else f"{prefix}{letter}" for letter in "ABCDEF")
    guest = {"客户姓名": words["guest"]}
    a_punches = [
        punch(on, a, 上班批准人=words["chief"] if on == day(20) else None)
        for on in days_between(MONTH.first, MONTH.last)
        if on.day not in ABSENT | {3, 4}
    ]
    spans = {b: (day(12), MONTH.last), d: (MONTH.first, MONTH.last), f: (MONTH.first, day(20))}
    others = [punch(on, who) for who, span in spans.items() for on in days_between(*span)]
    return {
        "员工": [
            person(a, 离职日期=MONTH.last, 离职类型="辞职", 离职申请日期=date(2026, 9, 1), 押金=500, 姓名=f"N{a}"),
            person(b, 入职日期=date(2026, 10, 12), 姓名=f"N{b}"),
            person(c, 姓名=f"N{c}"),
            person(d, 姓名=f"N{d}"),
            person(e, 期初结转=123.45, 期初月份=OCTOBER, 姓名=f"N{e}"),
            person(f, 离职日期=day(20), 离职类型="开除", 押金=800, 姓名=f"N{f}"),
        ],
        "制度": [
            {"参数": name, "生效月份": "2026-09", "值": value}
            for name, value in {
                "conduct_fine": "20", "absence_forfeit_days": "10", "base_on_shortfall": "prorated",
                "commission_rate": "0.035",
            }.items()
        ],
        "活动日": [{"日期": day(2)}],
        "休息": [
            {"工号": a, "日期": day(2), "类型": "工休"},
            {"工号": a, "日期": day(9), "类型": "换休"},
        ],
        "打卡": [
            *a_punches, *others,
            punch(day(3), a, 上班="20:10"), punch(day(4), a, 下班="01:45"), punch(day(8), a, 上班="20:45"),
        ],
        "请假": [
            _leave(a, "事假", 5, 5, 批准人=words["chief"]),
            _leave(a, "病假", 6, 6, 批准人=words["chief"], 病历证明="是", 收据="否", 病假条="否"),
            _leave(a, "事假", 7, 7),
            _leave(c, "事假", 1, 6, 批准人=words["chief"]),
        ],
        "离岗": [{"工号": a, "营业日": day(10), "离开": "21:00", "返回": "21:25"}],
        "订台": [
            booking(f"{prefix}1", day(10), a, 消费金额=90000, **guest),
            booking(f"{prefix}2", day(11), a, 状态="取消", 消费金额=None, **guest),
            booking(f"{prefix}3", day(12), a, 客户姓名=None),
            booking(f"{prefix}4", day(13), a, 登记时间="2026-10-13 20:55", **guest),
            booking(f"{prefix}5", day(14), a, **guest),
            booking(f"{prefix}6", day(15), d, 消费金额=2000, **guest),
            booking(f"{prefix}7", day(16), a, 消费金额=1000, **guest),
            booking(f"{prefix}8", day(17), c, 消费金额=60000, **guest),
            booking(f"{prefix}9", day(18), b, 消费金额=10000, **guest),
        ],
        "签送": [
            comp(f"{prefix}1", f"{prefix}7", day(16), a, 品类="酒水", 金额=30, 品名=words["item"]),
            comp(f"{prefix}2", f"{prefix}2", day(11), a, 金额=20),
            comp(f"{prefix}3", f"{prefix}6", day(15), a, 依据="每日", 金额=15),
            comp(f"{prefix}4", f"{prefix}7", day(16), a, 金额=40),
            comp(f"{prefix}5", f"{prefix}7", day(16), a, 金额=25.5, 时间="2026-10-16 23:00"),
            comp(f"{prefix}6", f"{prefix}1", day(10), a, 依据="每日", 金额=12),
            comp(f"{prefix}7", f"{prefix}1", day(10), a, 依据="每日", 金额=13, 时间="2026-10-10 23:00"),
        ],
        "违规": [
            {"违规号": f"{prefix}1", "工号": a, "营业日": day(10), "条款": "4.1", "金额": 88.5, "说明": words["note"]},
            {"违规号": f"{prefix}2", "工号": a, "营业日": day(15), "条款": "4.4", "订台号": f"{prefix}6"},
            {"违规号": f"{prefix}3", "工号": a, "营业日": day(14), "条款": "4.5"},
            *(
                {"违规号": f"{prefix}{article}", "工号": a, "营业日": day(18), "条款": article}
                for article in CONDUCT_ARTICLES
            ),
        ],
        "奖金": [{"工号": a, "月份": OCTOBER, "事由": words["bonus"], "金额": 500}],
        "代扣": [
            {"工号": a, "月份": OCTOBER, "类型": "社保", "金额": 100},
            {"工号": d, "月份": OCTOBER, "类型": "预支", "事由": words["advance"], "金额": 5000},
        ],
    }  # fmt: skip


def brought(house: House, words: dict[str, str] = CHINESE, **options: Any) -> House:
    """The house with these months imported and computed."""
    house.bring(sheets(words), **options)
    house.run(str(BEFORE))
    house.run(OCTOBER)
    return house
