"""Generated life of a venue: what was recorded by a moment, as rows of the month workbook."""

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any

from demo.nights import Night, Visit, night_of
from demo.people import FLOOR_MANAGER, Employee, employ
from demo.script import Script, script_of
from demo.shifts import Shift, shifts_of, strolls_of
from rulebook.calendar import DAY, NOON, CalendarMonth, business_day, days_between, moment, months_between
from rulebook.identifiers import luhn_holds

Row = dict[str, Any]
Sheets = dict[str, list[Row]]
_MONTHS_SHOWN = 2  # complete ones before the current
_INSURANCE = Decimal("338.50")
_EVENT_BONUS = (500, 300, 200)


def first_month(now: datetime, zone: tzinfo) -> CalendarMonth:
    """The month with which a history that shows two complete months begins."""
    month = CalendarMonth.of(business_day(now, zone))
    for _step in range(_MONTHS_SHOWN):
        month = month.previous
    return month


class Life:
    """A venue's life from its first month on.

    What happens on a day follows from seed, first month and day alone; ``now`` only cuts off what is not
    known yet. Money is in whole yuan or Decimal, instants are aware.
    """

    def __init__(self, seed: int, anchor: CalendarMonth, zone: tzinfo) -> None:
        self.seed, self.anchor, self.zone = seed, anchor, zone
        self.staff = employ(anchor)
        self._script = cache(self._make_script)
        self._night = cache(self._make_night)
        self._shifts = cache(self._make_shifts)

    # --- what HR keeps ------------------------------------------------------------------------------------
    def office(self, now: datetime) -> Sheets:
        """People, policy, calendar, rosters, leave, bonuses, withholdings."""
        today = business_day(now, self.zone)
        staff = [each for each in self.staff if each.hired <= today]
        sheets: Sheets = {
            "员工": [self._person(each, today) for each in staff],
            "制度": [{"参数": "minimum_wage", "生效月份": str(self.anchor), "值": "2000"}],
            **{title: [] for title in ("活动日", "休息", "请假", "奖金", "代扣")},
        }
        numbers = {each.number for each in staff}
        for month in months_between(self.anchor, CalendarMonth.of(today)):
            script = self._script(month)
            sheets["活动日"] += [{"日期": day, "名称": name} for day, name in script.events.items()]
            sheets["休息"] += [
                {"工号": rest.number, "日期": rest.day, "类型": rest.kind, "批准人": rest.approver}
                for rest in script.rests
                if rest.number in numbers
            ]
            sheets["请假"] += self._leaves(script, now)
            sheets["奖金"] += self._bonuses(month, now)
            sheets["代扣"] += self._withholdings(month, staff, today)
        return sheets

    def _person(self, employee: Employee, today: date) -> Row:
        person, left, noticed = employee.person, employee.left, employee.noticed
        known = left is not None and (noticed or left) <= today
        return {
            "工号": person.number,
            "姓名": person.name,
            "手机": f"1980000{8_100 + employee.index * 37:04}",
            "入职日期": employee.hired,
            "离职日期": left if known else None,
            "离职类型": person.exit if known else None,
            "离职申请日期": noticed if known else None,
            "押金": 500,
            "开户行": "工商银行",
            "银行卡号": _card(f"6222000000000{employee.index + 1:03}00"),
            "期初结转": person.opening,
            "期初月份": str(self.anchor) if person.opening else None,
        }

    def _leaves(self, script: Script, now: datetime) -> Iterator[Row]:
        for leave in script.leaves:
            if leave.requested <= now:
                papers = ("是" if paper else "否" for paper in leave.papers)
                yield {
                    "工号": leave.number,
                    "开始日期": leave.first,
                    "类型": leave.kind,
                    "结束日期": leave.last,
                    "申请时间": leave.requested,
                    "批准人": leave.approver,
                    **dict(zip(("病历证明", "收据", "病假条"), papers, strict=True)),
                }

    def _bonuses(self, month: CalendarMonth, now: datetime) -> Iterator[Row]:
        """The three who sold most on the event night."""
        for day, name in self._script(month).events.items():
            if now < datetime.combine(day + DAY, NOON, self.zone):
                continue
            sold: dict[str, int] = {}
            for visit in self._night(day).visits:
                sold[visit.owner] = sold.get(visit.owner, 0) + (visit.spend or 0)
            best = sorted(sold, key=lambda number: (-sold[number], number))
            for place, (number, amount) in enumerate(zip(best, _EVENT_BONUS, strict=False), 1):
                yield {"工号": number, "月份": str(month), "事由": f"{name}冲量第 {place} 名", "金额": amount}

    def _withholdings(self, month: CalendarMonth, staff: list[Employee], today: date) -> Iterator[Row]:
        for employee in staff:
            if employee.works_in(month):
                yield {"工号": employee.number, "月份": str(month), "类型": "社保", "事由": "", "金额": _INSURANCE}
        if today >= month.first.replace(day=10):
            yield {"工号": "111", "月份": str(month), "类型": "预支", "事由": "月中预支", "金额": 800}

    # --- what the floor records ---------------------------------------------------------------------------
    def floor(self, now: datetime, settled: Collection[CalendarMonth] = ()) -> Sheets:
        """Punches, times away, bookings, comps, reports; nothing is missing of the months that are settled."""
        sheets: Sheets = {title: [] for title in ("打卡", "离岗", "订台", "签送", "违规")}
        for day in days_between(self.anchor.first, business_day(now, self.zone)):
            is_settled = CalendarMonth.of(day) in settled
            script, staff = self._script(CalendarMonth.of(day)), self._staff_on(day)
            for shift in self._shifts(day):
                sheets["打卡"] += self._punch(shift, now, is_settled)
            for away in strolls_of(day, staff, script, self._rng(day, "strolls")):
                left = moment(day, away.left, self.zone)
                back = left + timedelta(minutes=away.minutes)
                if back <= now and (away.number, day) not in script.off | script.absent:
                    sheets["离岗"].append(
                        {"工号": away.number, "离开": left, "营业日": day, "返回": back, "批准人": away.approver}
                    )
            night = self._night(day)
            sheets["订台"] += [self._booking(each, now, is_settled) for each in night.visits if each.known <= now]
            sheets["签送"] += _comps(night, now)
            sheets["违规"] += _reports(night, now)
        return sheets

    def _punch(self, shift: Shift, now: datetime, is_settled: bool) -> Iterator[Row]:
        arrived, left = (side if side and side <= now else None for side in (shift.arrived, shift.left))
        arrival, departure = shift.arrival_approver, shift.departure_approver
        if is_settled:
            arrival = arrival or (FLOOR_MANAGER if shift.arrived is None else "")
            departure = departure or (FLOOR_MANAGER if shift.left is None else "")
        elif moment(shift.day, time(2), self.zone) > now:
            departure = ""  # vouched for at the end of the shift
        if arrived or left:
            yield {
                "工号": shift.number,
                "营业日": shift.day,
                "上班": arrived,
                "下班": left,
                "上班批准人": arrival,
                "下班批准人": departure,
            }

    def _booking(self, visit: Visit, now: datetime, is_settled: bool) -> Row:
        known = visit.settled is not None and visit.settled <= now and (is_settled or not visit.forgotten)
        return {
            "订台号": visit.number,
            "营业日": visit.day,
            "工号": visit.owner,
            "台号": visit.table,
            "客户姓名": visit.guest.name,
            "客户电话": visit.guest.phone,
            "登记时间": visit.registered,
            "到店时间": visit.arrived,
            "消费金额": visit.spend if known else None,
            "状态": visit.state,
        }

    # --- the night that is under way ----------------------------------------------------------------------
    def expected(self, now: datetime) -> list[Visit]:
        """Tonight's bookings that are registered and whose guests have neither come nor been missed yet."""
        visits = self._night(business_day(now, self.zone)).visits
        return sorted((one for one in visits if one.registered <= now < one.known), key=lambda one: one.registered)

    def seated(self, now: datetime) -> list[Visit]:
        """Tonight's guests who are there, not settled yet."""
        visits = self._night(business_day(now, self.zone)).visits
        return [one for one in visits if one.arrived and one.settled and one.arrived <= now < one.settled]

    # --- how it comes about -------------------------------------------------------------------------------
    def _rng(self, day: date, subject: str) -> random.Random:
        return random.Random(f"{self.seed} {self.anchor} {day} {subject}")

    def _staff_on(self, day: date) -> tuple[Employee, ...]:
        return tuple(each for each in self.staff if each.works_on(day))

    def _make_script(self, month: CalendarMonth) -> Script:
        index = (month.year - self.anchor.year) * 12 + month.number - self.anchor.number
        staff = tuple(each for each in self.staff if each.works_in(month))
        return script_of(month, index, staff, self._rng(month.first, "script"), self.zone)

    def _make_shifts(self, day: date) -> list[Shift]:
        script = self._script(CalendarMonth.of(day))
        return list(shifts_of(day, self._staff_on(day), script, self._rng(day, "shifts"), self.zone))

    def _make_night(self, day: date) -> Night:
        script = self._script(CalendarMonth.of(day))
        return night_of(day, self._staff_on(day), script, self._rng(day, "night"), self.zone)


def news(before: Mapping[str, list[Row]], after: Mapping[str, list[Row]]) -> Sheets:
    """The rows that are new or have changed."""
    known = {title: {tuple(row.values()) for row in rows} for title, rows in before.items()}
    fresh = {
        title: [row for row in rows if tuple(row.values()) not in known.get(title, ())] for title, rows in after.items()
    }
    return {title: rows for title, rows in fresh.items() if rows}


def after(month: CalendarMonth, sheets: Mapping[str, list[Row]]) -> Sheets:
    """The rows that lie after a month, and those that belong to none."""
    return {title: [row for row in rows if _month_of(row) > month] for title, rows in sheets.items()}


_LEFT = {"打卡": 1, "订台": 2}
"""How many rows of a sheet stay open."""


def left_to_settle(mended: Sheets, month: CalendarMonth | None) -> Sheets:
    """What settles the ended months, but for a few things of one, which are left to whoever tries HR's part."""
    kept = dict(mended)
    for title, number in _LEFT.items():
        rows = kept.get(title, [])
        left = [row for row in rows if month is not None and _month_of(row) == month][-number:]
        kept[title] = [row for row in rows if row not in left]
    return kept


def _month_of(row: Row) -> CalendarMonth:
    """A row's month; a comp's is its booking's, whose number begins with the day."""
    if "签送号" in row:
        return CalendarMonth.of(datetime.strptime(row["订台号"][:6], "%y%m%d").date())
    for heading in ("营业日", "日期", "开始日期"):
        if heading in row:
            return CalendarMonth.of(row[heading])
    return CalendarMonth.parse(row["月份"]) if "月份" in row else CalendarMonth.of(date.max)


def _comps(night: Night, now: datetime) -> Iterator[Row]:
    for comp in night.given:
        if comp.at <= now:
            yield {
                "签送号": comp.number,
                "订台号": comp.booking,
                "工号": comp.giver,
                "品类": comp.category,
                "金额": comp.amount,
                "依据": comp.ground,
                "时间": comp.at,
                "品名": comp.item,
            }


def _reports(night: Night, now: datetime) -> Iterator[Row]:
    for report in night.reported:
        if report.at <= now:
            yield {
                "违规号": report.number,
                "工号": report.told.number,
                "营业日": report.told.day,
                "条款": report.told.article,
                "订台号": report.booking,
                "金额": report.told.amount,
                "说明": report.told.note,
            }


def _card(number: str) -> str:
    """The number of a bank card, its check digit added."""
    return next(card for digit in range(10) if luhn_holds(card := f"{number}{digit}"))
