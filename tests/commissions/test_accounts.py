"""A bank account corrected after the lock is seen before payment, and taken over by a button."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.permissions import Role
from commissions.models import AccountTakenOver, Payslip
from commissions.month.bank_accounts import accounts_shown, other_accounts, take_over_accounts
from commissions.month.services import mark_paid
from rulebook.calendar import CalendarMonth
from storage.seals import seal
from tests.figures import sheet_rows
from tests.house import AFTER, House
from tests.pages.looking import as_role, at, somebody, text_of
from tests.pages.sending import form_to
from tests.workbooks import person
from venues.errors import ChangedMeanwhile, Refused

SEPTEMBER = CalendarMonth(2026, 9)
OLD, NEW = "6222020200112233", "6217001234567890"


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture(scope="module")
def locked(kept_house: House) -> House:
    """September, locked: A is paid to one account, B to another, C to none."""
    kept_house.bring({
        "员工": [person(银行卡号=OLD, 开户行="招商银行"), person("B", 银行卡号="6222020200445566"), person("C")],
        "制度": [{"参数": "absence_fine", "生效月份": "2026-09", "值": "0"}],
        "奖金": [{"工号": "A", "月份": "2026-09", "事由": "奖", "金额": 1}],
    })  # fmt: skip
    kept_house.run("2026-09")
    kept_house.lock("2026-09")
    return kept_house


def correct(house: House, number: str = "A", account: str = NEW) -> None:
    employee = house.venue.employees.get(number=number)
    employee.bank_account = account
    employee.save()


def hr_of(house: House) -> User:
    return somebody(house, Role.HR)


def take_over(house: House, seen: str | None = None) -> int:
    shown = seal(accounts_shown(other_accounts(house.venue, SEPTEMBER))) if seen is None else seen
    return take_over_accounts(venue=house.venue, month=SEPTEMBER, user=hr_of(house), seen=shown, now=house.now)


def bank_sheet(house: House) -> dict[str, Any]:
    return {row["姓名"]: row["银行卡号"] for row in sheet_rows(house.export("2026-09"), "代发")}


def test_nothing_differs_after_a_lock(locked: House) -> None:
    assert other_accounts(locked.venue, SEPTEMBER) == []
    page = as_role(locked, Role.HR, "en").get(at(locked, "payroll_paid", SEPTEMBER))
    assert "Corrected after the lock" not in text_of(page)


def test_the_page_before_payment_and_the_month_say_whose_differ_by_their_last_digits(locked: House) -> None:
    correct(locked)
    correct(locked, "C", "6217009999990001")
    hr = as_role(locked, Role.HR, "en")
    told = text_of(hr.get(at(locked, "payroll_paid", SEPTEMBER)), "//section[@id='accounts']")
    assert "•••• 2233 → 招商银行 •••• 7890" in told
    assert "— → •••• 0001" in told
    assert "•••• 5566" not in told
    for page in (hr.get(at(locked, "payroll_paid", SEPTEMBER)), hr.get(at(locked, "payroll_month", SEPTEMBER))):
        assert NEW not in page.content.decode()
    assert "2 people were corrected" in text_of(hr.get(at(locked, "payroll_month", SEPTEMBER)))


def test_the_button_takes_them_over_and_the_sheet_for_the_bank_holds_them(locked: House) -> None:
    correct(locked)
    before = Payslip.objects.get(number="A").net
    assert OLD in bank_sheet(locked).values()
    hr, address = as_role(locked, Role.HR, "en"), at(locked, "payroll_accounts", SEPTEMBER)
    form = form_to(hr.get(at(locked, "payroll_paid", SEPTEMBER)), address, {})
    assert form is not None
    told = text_of(hr.post(address, form.values, follow=True), "//main")
    assert "Corrected after the lock" not in told
    assert NEW in bank_sheet(locked).values()
    assert OLD not in bank_sheet(locked).values()
    assert Payslip.objects.get(number="A").net == before
    noted = AccountTakenOver.objects.get()
    assert (noted.employee.number, noted.before, noted.after) == ("A", "招商银行 •••• 2233", "招商银行 •••• 7890")
    trail = text_of(hr.get(at(locked, "payroll_month", SEPTEMBER)), "//section[@aria-labelledby='decisions']")
    assert "Bank account taken over" in trail
    assert "•••• 2233 → 招商银行 •••• 7890" in trail


def test_twice_equals_once(locked: House) -> None:
    correct(locked)
    assert take_over(locked) == 1
    assert take_over(locked) == 0
    assert AccountTakenOver.objects.count() == 1


def test_other_accounts_than_were_shown_are_not_taken_over(locked: House) -> None:
    correct(locked)
    seen = seal(accounts_shown(other_accounts(locked.venue, SEPTEMBER)))
    correct(locked, account="6217001111111111")
    for sent in (seen, ""):
        with pytest.raises(ChangedMeanwhile):
            take_over(locked, sent)
    assert Payslip.objects.get(number="A").bank_account == OLD


def test_a_month_that_is_paid_or_open_keeps_its_accounts(locked: House) -> None:
    correct(locked)
    seen = seal(accounts_shown(other_accounts(locked.venue, SEPTEMBER)))
    mark_paid(venue=locked.venue, month=SEPTEMBER, user=hr_of(locked), on=SEPTEMBER.next.first, now=locked.now)
    with pytest.raises(Refused):
        take_over(locked, seen)
    locked.venue.months.update(state="open", paid_on=None)
    with pytest.raises(Refused):
        take_over(locked, seen)
    assert Payslip.objects.get(number="A").bank_account == OLD


@pytest.mark.parametrize("role", [Role.OWNER, Role.FLOOR_MANAGER, Role.ACCOUNT_MANAGER])
def test_only_who_marks_paid_takes_over(locked: House, role: Role) -> None:
    correct(locked)
    with pytest.raises(Refused):
        take_over_accounts(
            venue=locked.venue, month=SEPTEMBER, user=somebody(locked, role), seen="", now=locked.now
        )  # fmt: skip
