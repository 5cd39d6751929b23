"""The day from which a house is in use: days before it are neither worked nor absent (chapter 1)."""

from contextlib import suppress
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.permissions import Role
from attendance.days import attended
from commissions.engine.as_of_now import pay_of
from commissions.engine.simulation import simulate
from commissions.errors import NotInUse
from commissions.models import Payslip
from commissions.month.selectors import month_at_work
from commissions.selectors import open_months_before
from dashboards.night_close.services import closing_of
from rulebook.attendance import Rest, Verdict, decide_days, shift_of
from rulebook.calendar import CalendarMonth, days_between
from rulebook.policy import Policy
from storage.seals import seal
from tests.house import House
from tests.pages.looking import at as address_of, signed_in, somebody, text_of
from tests.workbooks import write_workbook
from venues.errors import MonthLocked
from venues.models import Month
from venues.rights import shown_of
from venues.services import SHOWN, set_in_use, set_venue
from violations.ledger.inputs import employment_facts
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty

SEPTEMBER, OCTOBER = CalendarMonth(2026, 9), CalendarMonth(2026, 10)
IN_USE = date(2026, 9, 28)
PEOPLE: dict[str, list[dict[str, Any]]] = {
    "员工": [
        {"工号": "A", "姓名": "甲", "入职日期": "2026-01-01"},
        {"工号": "B", "姓名": "乙", "入职日期": "2026-01-01"},
    ]
}
WITH_A_BONUS = PEOPLE | {"奖金": [{"工号": "A", "月份": "2026-09", "事由": "奖", "金额": 1}]}
SHEETS = PEOPLE | {
    "休息": [{"工号": "A", "日期": f"2026-09-{day}", "类型": "工休"} for day in ("05", "06", "29")],
    "打卡": [
        {"工号": "A", "营业日": "2026-09-10", "上班": "20:20", "下班": "02:00"},  # late
        {"工号": "A", "营业日": "2026-09-11", "上班": "20:00"},  # one side
        {"工号": "A", "营业日": "2026-09-28", "上班": "20:00", "下班": "02:00"},
    ],
    "离岗": [
        {"工号": "A", "营业日": "2026-09-10", "离开": "2026-09-10 21:00", "返回": "2026-09-10 22:00"},
        {"工号": "A", "营业日": "2026-09-28", "离开": "2026-09-28 21:00", "返回": "2026-09-28 22:00"},
    ],
    "订台": [
        {"订台号": "K1", "营业日": "2026-09-10", "工号": "A", "台号": "V1", "客户姓名": "客", "客户电话": "13800138000",
         "登记时间": "2026-09-10 18:00", "到店时间": "21:00", "消费金额": 50000, "状态": "到店"},
    ],
    "奖金": [{"工号": "A", "月份": "2026-09", "事由": "奖", "金额": 100}],
}  # fmt: skip


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def slip_of(house: House, number: str = "A") -> Payslip:
    return Payslip.objects.get(run=house.current("2026-09"), number=number)


def test_days_before_it_are_not_decided_but_rests_on_them_use_up_the_allowance() -> None:
    policy, days = Policy(monthly_rest_days=1), list(days_between(date(2026, 9, 1), date(2026, 9, 30)))
    rests = [Rest(date(2026, 9, 3), "regular", True), Rest(date(2026, 9, 29), "regular", True)]
    decided = decide_days(
        days, rests=rests, punches=(), leaves=(), event_days=(), policy=policy, in_use_from=IN_USE,
        shifts={day: shift_of(day, policy, UTC) for day in days},
    )  # fmt: skip
    assert [day.day for day in decided] == [date(2026, 9, day) for day in (28, 29, 30)]
    assert {day.verdict for day in decided} == {Verdict.ABSENCE}, "the rest of the 3rd has used up the allowance"


def test_before_it_nobody_is_fined_or_expected_and_all_else_of_the_month_counts_whole(house: House) -> None:
    house.bring(SHEETS, in_use_from=IN_USE)
    house.run("2026-09")
    slip = slip_of(house)
    assert (slip.expected_days, slip.worked_days, slip.rest_days, slip.absence_days) == (2, 1, 1, 1)
    assert (slip.sales, slip.target, slip.base, slip.bonus) == (50000, 40000, 3000, 100)
    assert {(line[0], line[1]) for line in house.lines("2026-09")["A"] if line[1].startswith("-")} == {
        ("1.2.D", "-200.00"), ("4.6", "-50.00"),
    }  # fmt: skip
    assert house.figures("2026-09")["A"]["例外"] == 0, "the day with one side lies before it"


def test_every_reader_of_a_month_has_it_from_the_one_decision(house: House) -> None:
    house.bring(SHEETS, in_use_from=IN_USE)
    house.run("2026-09")
    venue, run = house.venue, house.current("2026-09")
    slip = slip_of(house)
    person = venue.employees.get(number="A")
    now = pay_of(venue, person, SEPTEMBER, now=house.now)
    assert now is not None
    assert (now.payslip.net, now.payslip.expected_days) == (slip.net, 2)
    policy = run.policy_version.policy
    outcome = next(
        one for one in simulate(venue, SEPTEMBER, policy, policy, now=house.now).outcomes if one.number == "A"
    )
    assert outcome.before.net == slip.net
    reconcile_month(venue, SEPTEMBER, now=house.now)
    assert min(Penalty.objects.filter(employee=person).values_list("business_day", flat=True)) >= IN_USE
    marks = attended(
        venue, SEPTEMBER, SEPTEMBER.last, {person.pk: employment_facts(person)}, events=frozenset(), policy=policy
    )[person.pk]
    assert marks.marks == "-" * 27 + "wra"
    assert marks.counts == now.counts
    assert sorted(fine.article for fine in marks.fines) == ["1.2.D", "4.6"]


def test_months_that_end_before_it_are_not_run_and_stand_in_no_way(house: House) -> None:
    house.bring(SHEETS, in_use_from=date(2026, 10, 1))
    with pytest.raises(NotInUse):
        house.run("2026-09")
    assert open_months_before(house.venue, OCTOBER) == []
    assert month_at_work(house.venue, now=datetime(2026, 10, 9, tzinfo=UTC)) == OCTOBER
    house.run("2026-10")
    house.lock("2026-10")
    assert Month.objects.get(first_day="2026-10-01").state == Month.State.LOCKED


def test_a_draft_of_a_month_before_it_carries_nothing_on(house: House) -> None:
    house.bring(WITH_A_BONUS)
    house.run("2026-09")
    assert slip_of(house).carried_out > 0
    set_in_use(venue=house.venue, day=date(2026, 10, 1))
    house.run("2026-10")
    assert Payslip.objects.get(run=house.current("2026-10"), number="A").carried_in == 0


def test_another_day_makes_the_drafts_that_it_changes_stale(house: House) -> None:
    house.bring(SHEETS)
    house.run("2026-09")
    house.run("2026-10")
    set_in_use(venue=house.venue, day=date(2026, 10, 1))
    assert [house.current(month).is_stale for month in ("2026-09", "2026-10")] == [True, True]
    house.run("2026-10")
    set_in_use(venue=house.venue, day=date(2026, 10, 5))
    assert house.current("2026-10").is_stale


@pytest.mark.parametrize("day", [date(2026, 9, 2), date(2026, 10, 1), date(2026, 10, 20)])
def test_a_day_that_would_change_a_locked_month_is_refused(house: House, day: date) -> None:
    house.bring(WITH_A_BONUS)
    house.run("2026-09")
    house.lock("2026-09")
    with pytest.raises(MonthLocked):
        set_in_use(venue=house.venue, day=day)
    with pytest.raises(MonthLocked):
        house.bring(PEOPLE, in_use_from=day, dry_run=True)
    with pytest.raises(MonthLocked):
        house.bring({"奖金": [{"工号": "A", "月份": "2026-11", "事由": "奖", "金额": 1}]}, in_use_from=day)
    assert house.venue.in_use_from is None
    assert not Month.objects.filter(first_day="2026-11-01").exists(), "nothing of the file is stored"


def test_a_day_before_the_locked_months_changes_none_of_them(house: House) -> None:
    house.bring(WITH_A_BONUS, in_use_from=date(2026, 9, 1))
    house.run("2026-09")
    house.lock("2026-09")
    assert house.bring(PEOPLE, in_use_from=date(2026, 9, 1)).counts["员工"] == (0, 0, 2)
    assert set_in_use(venue=house.venue, day=date(2026, 8, 1)) is False or house.venue.in_use_from == date(2026, 8, 1)


def command(house: House, *more: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    path = write_workbook(house.path(), PEOPLE)
    with suppress(SystemExit):
        call_command("import_workbook", path, "--venue", house.code, "--lang", "en", *more, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_states_it(house: House) -> None:
    command(house, "--in-use-from", "2026-09-28")
    assert house.venue.in_use_from == IN_USE
    assert house.venue.history.first().in_use_from == IN_USE


def test_the_command_says_what_a_day_looks_like(house: House) -> None:
    assert "YYYY-MM-DD" in command(house, "--in-use-from", "28.9.2026")[1]


def settings_page(house: House, **data: Any) -> Any:
    client = signed_in(owner(house), "zh-hans")
    return (
        client.post(address_of(house, "venue_settings"), data)
        if data
        else client.get(address_of(house, "venue_settings"))
    )


def test_the_owner_states_it_on_the_settings_with_a_trace(house: House) -> None:
    house.bring(SHEETS)
    house.run("2026-09")
    sent = {"name": house.venue.name, "in_use_from": "2026-09-28", "seen": seal(shown_of(house.venue, SHOWN))}
    assert settings_page(house, **sent).status_code == 302
    assert house.venue.in_use_from == IN_USE
    assert house.current("2026-09").is_stale
    assert "9月28日" in text_of(settings_page(house), "//ul[contains(@class, 'changes')]")
    sent = {"name": house.venue.name, "in_use_from": "", "seen": seal(shown_of(house.venue, SHOWN))}
    assert settings_page(house, **sent).status_code == 302
    assert house.venue.in_use_from is None


def test_the_settings_refuse_what_would_change_a_locked_month(house: House) -> None:
    house.bring(WITH_A_BONUS)
    house.run("2026-09")
    house.lock("2026-09")
    sent = {"name": house.venue.name, "in_use_from": "2026-10-05", "seen": seal(shown_of(house.venue, SHOWN))}
    page = settings_page(house, **sent)
    assert page.status_code == 422
    assert "2026年9月" in text_of(page, "//div[contains(@class, 'notice')]")
    assert house.venue.in_use_from is None


def test_its_name_alone_is_changed_without_the_day(house: House) -> None:
    house.bring(PEOPLE, in_use_from=IN_USE)
    set_venue(venue=house.venue, user=owner(house), name="甲", timezone="Asia/Shanghai", seen=None)
    assert (house.venue.name, house.venue.in_use_from) == ("甲", IN_USE)


def test_the_page_of_a_month_before_it_says_so(house: House) -> None:
    house.bring(PEOPLE, in_use_from=date(2026, 10, 1))
    client = signed_in(somebody(house, Role.HR, "hr"), "zh-hans")
    assert "启用" in text_of(client.get(address_of(house, "payroll_month", SEPTEMBER)))


def test_a_night_before_it_misses_nobody(house: House) -> None:
    house.bring(PEOPLE, in_use_from=IN_USE)
    assert closing_of(house.venue, date(2026, 9, 27)).absent == []
    assert len(closing_of(house.venue, IN_USE).absent) == 2
