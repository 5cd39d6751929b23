"""The dashboard's figures are the payroll's of the same month, whatever its facts: found by hypothesis."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.extra.django import TestCase

from accounts.permissions import Role
from bookings.booking.services.reassignments import reassign_booking
from bookings.models import Booking
from commissions.models import PayslipLine, SaleLine
from commissions.selectors import current_run, payslips_of
from dashboards.team_month.figures import Fined, HouseMonth, mark_of
from dashboards.team_month.selectors import house_month, stamp_of
from rulebook.calendar import CalendarMonth, days_between
from rulebook.money import ZERO
from tests.house import AFTER, House
from tests.months import months
from tests.pages.looking import somebody
from tests.workbooks import booking, comp, person, punch
from venues.errors import Refused
from venues.models import Month
from venues.selectors import policy_of
from violations.ledger.derive import derive
from violations.ledger.inputs import employed_in, month_facts
from violations.models import Penalty

SEPTEMBER = CalendarMonth(2026, 9)
UNDER_WAY = datetime(2026, 9, 6, 14, tzinfo=UTC)  # the night of the 6th: the 5th has ended
PROFILE = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
_codes = count()


@contextmanager
def new_house(now: datetime = AFTER) -> Iterator[House]:
    cache.clear()  # the example before had the same keys
    with tempfile.TemporaryDirectory() as folder:
        yield House(Path(folder), f"staff-{next(_codes)}", now)


def seen(house: House) -> HouseMonth:
    """What the dashboard makes of September."""
    venue = house.venue
    return house_month(venue, SEPTEMBER, stamp_of(venue, SEPTEMBER, house.now))


def check(house: House) -> HouseMonth:
    """Hold the dashboard against the month's current payslips, line by line."""
    run = current_run(house.venue, SEPTEMBER)
    assert run is not None
    shown, slips = seen(house), payslips_of(run)
    assert [
        (one.pk, one.number, one.name, one.status, one.sales, one.target, one.commission, one.fines, one.expected,
         one.worked, one.personal)
        for one in shown.people
    ] == [
        (slip.employee_id, slip.number, slip.name, slip.status, slip.sales, slip.target, slip.commission, slip.fines,
         slip.expected_days, slip.worked_days, slip.personal_leave_days)
        for slip in slips
    ]  # fmt: skip
    lines = PayslipLine.objects.filter(payslip__run=run, item="fine")
    charged: dict[int, list[Fined]] = {one.pk: [] for one in shown.people}
    for line in lines.select_related("payslip"):
        assert line.business_day is not None
        charged[line.payslip.employee_id].append(Fined(line.business_day, line.article, -line.amount))
    assert {one.pk: sorted(one.fined) for one in shown.people} == {pk: sorted(found) for pk, found in charged.items()}

    daily = [ZERO] * SEPTEMBER.length
    for line in SaleLine.objects.filter(payslip__run=run).select_related("booking"):
        daily[line.booking.business_day.day - 1] += line.amount
    assert shown.daily == daily
    assert shown.sales == sum((slip.sales for slip in slips), ZERO) == sum(daily)
    check_days(house, shown)
    return shown


def check_days(house: House, shown: HouseMonth) -> None:
    venue = house.venue
    facts = month_facts(
        venue, SEPTEMBER, employed_in(venue, SEPTEMBER), policy=policy_of(venue, SEPTEMBER).policy, now=house.now
    )
    derived = derive(facts)
    for one in shown.people:
        marks = {day.day: mark_of(day) for day in derived[one.pk].days}
        calendar = days_between(SEPTEMBER.first, SEPTEMBER.last)
        assert one.marks == "".join(marks.get(day, "-") for day in calendar)


def handed_over(house: House) -> None:
    """The first booking that may be goes to somebody else: its sales move with it, its comps do not."""
    booking = Booking.objects.filter(venue=house.venue, state="arrived").order_by("number").first()
    other = None if booking is None else house.venue.employees.exclude(pk=booking.employee_id).order_by("number").last()
    if booking is not None and other is not None and other.hired_on <= booking.business_day:
        user = somebody(house, Role.FLOOR_MANAGER)
        with suppress(Refused):
            reassign_booking(booking=booking, to=other, user=user, reason="rightful owner", now=house.now)


class TheFiguresAreThePayrolls(TestCase):
    @PROFILE
    @given(months())
    def test_of_a_month_that_has_ended(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            house.run("2026-09")
            assert check(house).is_over

    @PROFILE
    @given(months())
    def test_of_a_month_under_way(self, sheets: Any) -> None:
        with new_house(UNDER_WAY) as house:
            house.bring(sheets)
            house.run("2026-09")
            shown = check(house)
            assert shown.days == 5
            assert shown.so_far == sum(shown.daily[:5]) == sum(one.so_far for one in shown.people)

    @PROFILE
    @given(months())
    def test_of_a_month_with_a_booking_handed_over_and_a_fine_waived(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            handed_over(house)
            house.run("2026-09")
            first = Penalty.objects.filter(employee__venue=house.venue, state="charged", amount__gt=0).first()
            if first is not None:
                user = somebody(house, Role.OWNER)
                first.state, first.waived_by = Penalty.State.WAIVED, user
                first.waived_at, first.waiver_reason = timezone.now(), "his first"
                first.save()
                house.run("2026-09")
            check(house)

    @PROFILE
    @given(months())
    def test_of_a_locked_month(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            run = house.run("2026-09")
            open_ones = seen(house)
            Month.objects.filter(pk=run.month_id).update(state=Month.State.LOCKED)
            shown = check(house)
            assert shown.people == open_ones.people
            # What is paid is what the payslips say, whatever becomes of the records.
            Booking.objects.filter(venue=house.venue).update(spend=Decimal(1))
            assert seen(house).sales == shown.sales


def on(day: int) -> date:
    return SEPTEMBER.first.replace(day=day)


ODD_BOOKINGS = {
    "a day voided by soliciting (4.5)": [booking("X", on(2))],
    "registered nine minutes before": [booking("X", on(3), 登记时间=f"{on(3)} 20:51")],
    "registered ten minutes before": [booking("X", on(3), 登记时间=f"{on(3)} 20:50")],
    "no table": [booking("X", on(3), 台号=None)],
    "no guest's name": [booking("X", on(3), 客户姓名=None)],
    "no phone": [booking("X", on(3), 客户电话=None)],
    "a phone that could not be dialled": [booking("X", on(3), 客户电话="139****8000")],
    "no registration": [booking("X", on(3), 登记时间=None)],
    "no arrival": [booking("X", on(3), 到店时间=None)],
    "not settled": [booking("X", on(3), 消费金额=None)],
    "cancelled": [booking("X", on(3), 状态="取消", 消费金额=None)],
    "never came": [booking("X", on(3), 状态="未到", 消费金额=None)],
}


@pytest.mark.parametrize("case", ODD_BOOKINGS)
def test_a_booking_counts_as_the_payroll_counts_it(house: House, case: str) -> None:
    house.bring({
        "员工": [person("A"), person("B")],
        "订台": [booking("1", on(1)), booking("2", on(2), "B", 台号="A2"), *ODD_BOOKINGS[case]],
        "违规": [{"违规号": "V", "工号": "A", "营业日": on(2), "条款": "4.5"}],
    })  # fmt: skip
    house.run("2026-09")
    shown = check(house)
    assert shown.sales == 2000 + 1000 * (case == "registered ten minutes before")


def test_a_booking_handed_over_takes_its_sales_along(house: House) -> None:
    house.bring({"员工": [person("A"), person("B")], "订台": [booking("1", on(1)), booking("2", on(2), "B")]})
    handed_over(house)
    house.run("2026-09")
    assert [one.sales for one in check(house).people] == [0, 2000]


COMPS = {
    "one of its table, by day": ([comp("S", "1", on(1), 依据="每日")], 0),
    "two of one table, by day": ([comp("S", "1", on(1), 依据="每日"), comp("T", "1", on(1), 依据="每日")], 20),
    "two of one table, another table there": (
        [comp("S", "1", on(2), 订台号="3", 依据="每日"), comp("T", "3", on(2), 依据="每日")],
        0,
    ),
    "on another's table, by day": ([comp("S", "2", on(1), 依据="每日")], 20),
    "on a table that is the giver's only later": ([comp("S", "1", on(1), "B", 依据="每日")], 20),
    "alcohol": ([comp("S", "1", on(1), 品类="酒水")], 20),
    "within 5% together": ([comp("S", "1", on(1), 金额=20), comp("T", "1", on(1), "B", 金额=30)], 0),
    "over 5% together": ([comp("S", "1", on(1), 金额=20), comp("T", "1", on(1), "B", 金额=31)], 2),
    "on a table never settled": ([comp("S", "5", on(4), 金额=500)], 0),
    "on a table whose guest never came": ([comp("S", "6", on(5))], 20),
}


@pytest.mark.parametrize("case", COMPS)
@pytest.mark.parametrize("hands_over", [False, True])
@pytest.mark.parametrize("daily", ["0", "1", "2"])
def test_a_comp_is_fined_as_the_ledger_fines_it(house: House, case: str, hands_over: bool, daily: str) -> None:
    given, fined = COMPS[case]
    house.bring({
        "员工": [person("A"), person("B")],
        "制度": [{"参数": "daily_comps_per_booking", "生效月份": "2026-09", "值": daily}],
        "订台": [
            booking("1", on(1)), booking("2", on(1), "B", 台号="A2"), booking("3", on(2)),
            booking("4", on(2), 台号="A2"), booking("5", on(4), 消费金额=None),
            booking("6", on(5), 状态="未到", 消费金额=None),
        ],
        "签送": given,
        "打卡": [punch(day, who) for day in days_between(SEPTEMBER.first, SEPTEMBER.last) for who in "AB"],
    })  # fmt: skip
    if hands_over:
        handed_over(house)
    house.run("2026-09")
    shown = check(house)
    if not hands_over and daily == "1":
        assert shown.fines == fined


def test_who_is_dismissed_is_charged_nothing_and_earns_nothing(house: House) -> None:
    house.bring({
        "员工": [person("A", 离职日期=on(20), 离职类型="开除", 押金=500)],
        "订台": [booking("1", on(1), 消费金额=90000)],
    })  # fmt: skip
    house.run("2026-09")
    one = check(house).people[0]
    assert (one.commission, one.fines, one.fined, one.sales) == (0, 0, [], 90000)


def test_an_event_day_voids_a_rest_and_a_plain_day_stays_worked(house: House) -> None:
    house.bring({
        "员工": [person("A")],
        "活动日": [{"日期": on(2)}],
        "休息": [{"工号": "A", "日期": on(day), "类型": "工休"} for day in (1, 2, 3)],
        "打卡": [
            punch(on(2)), punch(on(3)), punch(on(4), 上班="20:00:59", 下班="01:59:30"), punch(on(5), 上班="20:01"),
        ],
        "离岗": [{"工号": "A", "营业日": on(4), "离开": "22:00", "返回": "22:20"}],
    })  # fmt: skip
    house.run("2026-09")
    assert check(house).people[0].marks.startswith("rwrwla")
