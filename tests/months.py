"""Hypothesis strategies: small months with every kind of fact near the rulebook's boundaries."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

PEOPLE = ("A", "B", "C")
DAYS = [date(2026, 9, day) for day in range(1, 9)]
APPROVER = st.sampled_from(["王经理", None])
AMOUNT = st.integers(0, 500_000).map(lambda fen: f"{fen // 100}.{fen % 100:02}")
SMALL = st.integers(0, 9_000).map(lambda fen: f"{fen // 100}.{fen % 100:02}")


def _clocks(*times: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*times, None])


def _row(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fields.items()}
    )


def _unique(rows: st.SearchStrategy[dict[str, Any]], *key: str, most: int = 12) -> st.SearchStrategy[list[Any]]:
    return st.lists(rows, max_size=most, unique_by=lambda row: tuple(row[name] for name in key))


def _numbered(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: f"{name[0]}{place:03}", **row} for place, row in enumerate(rows)]


_PERSON = st.sampled_from(PEOPLE)
_DAY = st.sampled_from(DAYS)
_EMPLOYEE = _row(
    入职日期=st.sampled_from([date(2025, 1, 1), date(2026, 8, 2)]),
    离职=st.sampled_from([None, None, ("2026-09-20", "辞职"), ("2026-09-20", "开除")]),
    押金=st.sampled_from([None, "500.00"]),
    期初结转=st.sampled_from([None, "123.45", "9000.00"]),
)
_PUNCH = _row(
    工号=_PERSON, 营业日=_DAY,
    上班=_clocks("19:55", "20:00:59", "20:30:59", "20:31"), 下班=_clocks("02:00", "01:59:30", "01:30", "01:28:59"),
    上班批准人=APPROVER, 下班批准人=APPROVER,
)  # fmt: skip
_LEAVE = _row(
    工号=_PERSON, 类型=st.sampled_from(["病假", "事假", "法定假", "陪客晚宴"]), 开始日期=_DAY, 天数=st.integers(0, 3),
    申请时间=st.sampled_from(["2026-08-31 12:00", "2026-09-03 19:59:59", "2026-09-03 20:00"]),
    批准人=APPROVER, 病历证明=st.sampled_from(["是", "否"]), 收据="是", 病假条="是",
)  # fmt: skip
_REST = _row(工号=_PERSON, 日期=_DAY, 类型=st.sampled_from(["工休", "排休", "换休"]), 批准人=APPROVER)
_OFF_POST = _row(
    工号=_PERSON, 营业日=_DAY, 离开=st.sampled_from(["19:50", "22:00", "01:45"]),
    返回=st.sampled_from(["02:20", "02:30"]), 批准人=APPROVER,
)  # fmt: skip
_BOOKING = _row(
    营业日=_DAY, 工号=_PERSON, 台号=st.sampled_from(["A1", "A2", None]), 客户姓名="林先生",
    客户电话=st.sampled_from(["13900000000", None]), 提前=st.sampled_from([9, 10, 60]),
    到店时间=st.sampled_from(["21:00", "23:30", "00:30"]), 消费金额=st.one_of(st.none(), AMOUNT, st.just("45000.00")),
    状态=st.sampled_from(["到店", "到店", "到店", "取消", "未到"]),
)  # fmt: skip
_COMP = _row(
    桌=st.integers(0, 11), 工号=_PERSON, 品类=st.sampled_from(["小吃", "果盘", "酒水"]), 金额=SMALL,
    依据=st.sampled_from(["消费", "每日"]), 时间=st.sampled_from(["22:00", "22:00", "23:00"]),
)  # fmt: skip
_REPORT = _row(
    工号=_PERSON, 营业日=_DAY, 条款=st.sampled_from(["4.1", "4.4", "4.5", "4.7", "5.F"]), 桌=st.integers(0, 11)
)
_POLICY = st.fixed_dictionaries(
    {},
    optional={
        "wage_guard": st.sampled_from(["off", "warn", "enforce"]),
        "minimum_wage": st.sampled_from(["", "2500"]),
        "base_on_shortfall": st.sampled_from(["full", "prorated", "none"]),
        "monthly_target": st.sampled_from(["0", "1000", "40000"]),
        "conduct_fine": st.just("20"),
        "daily_comps_per_booking": st.sampled_from(["0", "2"]),
    },
)


@st.composite
def months(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """A valid workbook of three people and September 2026."""
    employees = []
    for number in PEOPLE:
        about = draw(_EMPLOYEE)
        leaving = about.pop("离职")
        employees.append({
            "工号": number, "姓名": f"员工{number}", **about,
            "离职日期": leaving and leaving[0], "离职类型": leaving and leaving[1],
            "期初月份": about["期初结转"] and "2026-09",
        })  # fmt: skip
    leaves = []
    for row in draw(_unique(_LEAVE, "工号", "开始日期", "类型", most=5)):
        length = row.pop("天数")
        leaves.append({**row, "结束日期": row["开始日期"] + timedelta(days=length)})
    bookings = []
    for row in draw(st.lists(_BOOKING, min_size=1, max_size=12)):
        lead = row.pop("提前")
        hour, minute = map(int, row["到店时间"].split(":"))
        day = row["营业日"] + timedelta(days=hour < 12)
        at = timedelta(hours=hour, minutes=minute - lead)
        registered = f"{day + timedelta(days=at.days)} {at.seconds // 3600:02}:{at.seconds % 3600 // 60:02}"
        bookings.append({**row, "登记时间": registered})
    bookings = _numbered("订台号", bookings)
    comps = _numbered("签送号", draw(st.lists(_COMP, max_size=12)))
    reports = _numbered("违规号", draw(_unique(_REPORT, "工号", "条款", "桌", most=5)))
    seen = set()
    for row in (*comps, *reports):
        row["订台号"] = bookings[row.pop("桌") % len(bookings)]["订台号"]
    kept = []
    for row in reports:
        row["金额"] = "88.50" if row["条款"] == "4.1" else None
        if row["条款"] != "4.4" or (row["工号"], row["订台号"]) not in seen:
            kept.append(row)
        if row["条款"] == "4.4":
            seen.add((row["工号"], row["订台号"]))
    return {
        "员工": employees,
        "制度": [{"参数": name, "生效月份": "2026-09", "值": value} for name, value in draw(_POLICY).items()],
        "活动日": [{"日期": day} for day in draw(st.sets(_DAY, max_size=1))],
        "休息": draw(_unique(_REST, "工号", "日期")),
        "打卡": draw(_unique(_PUNCH, "工号", "营业日", most=20)),
        "请假": leaves,
        "离岗": draw(_unique(_OFF_POST, "工号", "营业日", "离开", most=5)),
        "订台": bookings,
        "签送": comps,
        "违规": kept,
        "奖金": [{"工号": "A", "月份": "2026-09", "事由": "奖", "金额": draw(SMALL)}],
        "代扣": [{"工号": "B", "月份": "2026-09", "类型": "社保", "金额": draw(AMOUNT)}],
    }  # fmt: skip
