"""A large, lively month as an import workbook."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook

from rulebook.calendar import CalendarMonth, days_between

MONTH = CalendarMonth(2026, 10)


def write_month(path: Path, people: int, seed: int = 1) -> dict[str, int]:
    """Write a month of so many people (20 punches, 27 bookings, 9 comps each); returns the rows by sheet.

    One in five has a report and an unsettled booking, the first among them: every table of a run has rows.
    """
    rng = random.Random(seed)
    book = Workbook(write_only=True)
    staff, rests, punches, leaves, away, bookings, comps, reports, bonuses, withheld = (
        book.create_sheet(title)
        for title in ("员工", "休息", "打卡", "请假", "离岗", "订台", "签送", "违规", "奖金", "代扣")
    )
    staff.append(["工号", "姓名", "手机", "入职日期", "押金", "开户行", "银行卡号"])
    rests.append(["工号", "日期", "类型", "批准人"])
    punches.append(["工号", "营业日", "上班", "下班", "上班批准人", "下班批准人"])
    leaves.append(["工号", "类型", "开始日期", "结束日期", "申请时间", "批准人"])
    away.append(["工号", "营业日", "离开", "返回", "批准人"])
    bookings.append(
        ["订台号", "营业日", "工号", "台号", "客户姓名", "客户电话", "登记时间", "到店时间", "消费金额", "状态"]
    )
    comps.append(["签送号", "订台号", "工号", "品类", "金额", "依据", "时间"])
    reports.append(["违规号", "工号", "营业日", "条款", "金额"])
    bonuses.append(["工号", "月份", "事由", "金额"])
    withheld.append(["工号", "月份", "类型", "金额"])
    counts = {"订台": 0, "签送": 0, "打卡": 0}
    days = list(days_between(MONTH.first, MONTH.last))
    for index in range(people):
        number = f"M{index:05}"
        hired = date(2025, 1, 1) + timedelta(days=rng.randrange(600))
        staff.append([number, f"员工{index}", f"138{index:08}", hired, 1000, "工商银行", f"6222{index:015}"])
        worked = sorted(rng.sample(days, 20))
        for day in rng.sample([day for day in days if day not in worked], 3):
            rests.append([number, day, "工休", "王经理"])
        leave = next(day for day in days if day not in worked)
        leaves.append([number, "事假", leave, leave, datetime.combine(leave, time(12)), "王经理"])
        for day in worked:
            arrived = datetime.combine(day, time(19, 50)) + timedelta(seconds=rng.randrange(45 * 60))
            left: datetime | None = datetime.combine(day + timedelta(days=1), time(1, 45)) + timedelta(
                seconds=rng.randrange(1800)
            )
            if rng.random() < 0.01:
                left = None
            punches.append([number, day, arrived, left, None, "王经理" if rng.random() < 0.1 else None])
            counts["打卡"] += 1
        start = datetime.combine(worked[0], time(22))
        away.append([number, worked[0], start, start + timedelta(minutes=rng.randrange(10, 40)), None])
        mine = []
        for turn in range(27):
            day = rng.choice(worked)
            arrived = datetime.combine(day, time(20)) + timedelta(minutes=rng.randrange(180))
            counts["订台"] += 1
            booking = f"B{counts['订台']:07}"
            mine.append((booking, day))
            bookings.append([
                booking, day, number, f"V{rng.randrange(200)}", "林先生", f"139{rng.randrange(10**8):08}",
                arrived - timedelta(minutes=rng.randrange(5, 120)), arrived,
                None if index % 5 == turn == 0 else rng.randrange(20_000, 400_000) / 100, "到店",
            ])  # fmt: skip
        for booking, day in rng.choices(mine, k=9):
            counts["签送"] += 1
            at = datetime.combine(day, time(22)) + timedelta(seconds=rng.randrange(7000))
            ground = rng.choice(["消费", "每日"])
            comps.append(
                [f"C{counts['签送']:07}", booking, number, "小吃", rng.randrange(1000, 9000) / 100, ground, at]
            )
        if index % 5 == 0:
            reports.append([f"V{index:06}", number, rng.choice(worked), "4.1", 100])
        bonuses.append([number, str(MONTH), "业绩奖", rng.randrange(300_000, 900_000) / 100])
        withheld.append([number, str(MONTH), "社保", 380.5])
    book.save(path)
    return counts
