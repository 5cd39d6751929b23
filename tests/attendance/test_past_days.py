"""Somebody stored with days already past: who would be fined, how many days, how much; vouched for in one step."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.permissions import Role
from attendance.models import Punch
from attendance.past_days.selectors import past_of_employee
from commissions.engine.as_of_now import pay_of
from rulebook.attendance import Verdict
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, somebody, text_of
from tests.pages.sending import forms_on
from tests.workbooks import person, punch
from venues.models import PolicyVersion

NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)  # half past noon: the 19th has ended
NOVEMBER = CalendarMonth(2026, 11)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    kept_house.now = NOW
    kept_house.bring({"员工": [person(), person("B")], "打卡": [punch(date(2026, 10, 5)), punch(date(2026, 11, 10))]})
    return kept_house


def joined(house: House, **more: Any) -> Any:
    given = {"number": "N", "name": "新人", "hired_on": "2026-11-16"} | more
    return as_role(house, Role.HR).post(at(house, "person_new"), given)


def answered(house: House, page: Any, **more: Any) -> Any:
    (form,) = [one for one in forms_on(page) if "hired_on" in one.values]
    return as_role(house, Role.HR).post(at(house, "person_new"), form.values | more)


def test_a_joiner_with_past_days_is_asked_about_and_not_stored(house: House) -> None:
    page = joined(house)
    assert page.status_code == 409
    told = text_of(page, "//*[@data-question]")
    assert "4 天" in told
    assert "¥800.00" in told
    assert not Employee.objects.filter(number="N").exists()


def test_the_question_says_what_the_rules_then_charge(house: House) -> None:
    answered(house, joined(house))
    employee = Employee.objects.get(number="N")
    past = past_of_employee(employee, None, now=NOW)
    today = pay_of(house.venue, employee, NOVEMBER, now=NOW)
    assert today is not None
    assert (past.amount, len(past.days)) == (today.fined, today.counts[Verdict.ABSENCE])


def test_said_once_more_it_is_meant(house: House) -> None:
    page = answered(house, joined(house))
    assert page.status_code == 302
    assert Employee.objects.filter(number="N").exists()
    assert not Punch.objects.filter(employee__number="N").exists()


def test_another_day_of_hiring_is_asked_about_anew(house: House) -> None:
    assert answered(house, joined(house), hired_on="2026-11-17").status_code == 409


def test_the_days_are_vouched_for_in_one_step_with_the_reason_in_the_trail(house: House) -> None:
    page = answered(house, joined(house), vouch="on", vouch_reason="搬店,纸上有")
    assert page.status_code == 302
    employee = Employee.objects.get(number="N")
    today = pay_of(house.venue, employee, NOVEMBER, now=NOW)
    assert today is not None
    assert (today.fined, today.counts[Verdict.WORKED]) == (0, 4)
    hr = somebody(house, Role.HR)
    for one in Punch.objects.filter(employee=employee):
        assert one.arrival_approver == one.departure_approver == hr.get_full_name()
        assert (one.history.get().history_user, one.history.get().history_change_reason) == (hr, "搬店,纸上有")


def test_vouching_needs_a_reason(house: House) -> None:
    page = answered(house, joined(house), vouch="on")
    assert "理由" in text_of(page, "//ul[contains(@class, 'errorlist')]")
    assert "vouch_reason" in page.content.decode()
    assert not Employee.objects.filter(number="N").exists()


def test_who_joins_today_is_not_asked_about(house: House) -> None:
    assert joined(house, hired_on="2026-11-20").status_code == 302


def test_days_before_the_house_is_in_use_are_not_asked_about(house: House) -> None:
    house.venue.__class__.objects.update(in_use_from=date(2026, 11, 18))
    assert "2 天" in text_of(joined(house), "//*[@data-question]")
    house.venue.__class__.objects.update(in_use_from=date(2026, 11, 20))
    assert joined(house).status_code == 302


def test_the_fine_is_that_of_each_days_policy(house: House) -> None:
    version = PolicyVersion.objects.get()
    values = version.policy.changed({"absence_fine": "0"}).as_values()
    PolicyVersion.objects.create(venue=house.venue, effective_from=date(2026, 11, 1), values=values)
    assert joined(house).status_code == 302
    told = text_of(joined(house, number="M", hired_on="2026-10-30"), "//*[@data-question]")
    assert "2 天" in told
    assert "¥400.00" in told


def test_a_file_whose_hiring_moves_back_is_asked_about_the_days_it_adds(house: House) -> None:
    joined(house, hired_on="2026-11-20")
    employee = Employee.objects.get(number="N")
    hr, address = as_role(house, Role.HR), at(house, "person_file", employee.pk)
    (form,) = [one for one in forms_on(hr.get(address)) if "hired_on" in one.values]
    page = hr.post(address, form.values | {"hired_on": "2026-11-18", "reason": "更正"})
    assert page.status_code == 409
    assert "2 天" in text_of(page, "//*[@data-question]")
    (form,) = [one for one in forms_on(page) if "hired_on" in one.values]
    assert hr.post(address, form.values | {"vouch": "on", "vouch_reason": "在"}).status_code == 302
    employee.refresh_from_db()
    assert employee.hired_on == date(2026, 11, 18)
    assert Punch.objects.filter(employee=employee).count() == 2


def test_who_stays_after_all_is_asked_about_the_days_since(house: House) -> None:
    employee = Employee.objects.get(number="B")
    Employee.objects.filter(pk=employee.pk).update(left_on=date(2026, 11, 12), exit_kind="resigned")
    hr, address = as_role(house, Role.HR), at(house, "person_stay", employee.pk)
    (form,) = [one for one in forms_on(hr.get(address)) if "reason" in one.values]
    page = hr.post(address, form.values | {"reason": "留下"})
    assert "7 天" in text_of(page, "//*[@data-question]")
    (form,) = [one for one in forms_on(page) if "reason" in one.values]
    assert hr.post(address, form.values).status_code == 302
    employee.refresh_from_db()
    assert employee.left_on is None


def test_more_days_than_a_year_are_not_vouched_for_in_one_step(house: House) -> None:
    house.venue.months.create(venue=house.venue, first_day=date(2025, 9, 1))
    page = answered(house, joined(house, hired_on="2025-09-01"), vouch="on", vouch_reason="在")
    assert "启用日" in text_of(page, "//ul[contains(@class, 'errorlist')]")
    assert not Employee.objects.filter(number="N").exists()
