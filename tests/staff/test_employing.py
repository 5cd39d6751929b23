"""Somebody joins; what a file says is corrected: refused where it can't be, traced where it is."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from commissions.records import records_of
from staff.errors import Unfit
from staff.models import Employee
from staff.selectors import next_number
from staff.services import change_file, hire
from tests.house import House
from tests.pages.looking import somebody
from tests.staff.conftest import of
from venues.errors import ChangedMeanwhile, MonthLocked, Refused
from venues.models import Month


def join(house: House, user: User, **given: Any) -> Employee:
    asked = {"number": "C", "name": "员工C", "hired_on": date(2026, 11, 16), **given}
    return hire(venue=house.venue, user=user, **asked)


def change(employee: Employee, by: User, reason: str = "looked at the card", **values: Any) -> Employee:
    return change_file(employee=employee, user=by, values=values, reason=reason, records=records_of)


def locked(house: House, month: str) -> None:
    Month.objects.update_or_create(
        venue=house.venue, first_day=date.fromisoformat(f"{month}-01"), defaults={"state": "locked"}
    )


class TestJoining:
    def test_who_joins_has_a_file_and_its_trace(self, staffed: House, hr: User) -> None:
        row = join(staffed, hr, deposit=Decimal(300), bank_account=" 6222 ", id_number="1101")
        row.refresh_from_db()
        assert (row.number, row.deposit, row.bank_account, row.id_number) == ("C", Decimal(300), "6222", "1101")
        assert row.history.get().history_user == hr

    @pytest.mark.parametrize("number", ["a", "Ａ", "A\u200b"])
    def test_a_staff_number_in_other_letters_is_taken(self, staffed: House, hr: User, number: str) -> None:
        with pytest.raises(Unfit, match="A"):
            join(staffed, hr, number=number)
        assert staffed.venue.employees.count() == 2

    def test_a_draft_of_the_month_of_joining_goes_stale_and_one_before_it_does_not(
        self, staffed: House, hr: User
    ) -> None:
        october, november = staffed.run("2026-10"), staffed.run("2026-11")
        join(staffed, hr)
        october.month.refresh_from_db()
        november.month.refresh_from_db()
        assert (october.is_stale, november.is_stale) == (False, True)

    @pytest.mark.parametrize("hired", [date(2026, 10, 31), date(2026, 9, 1)])
    def test_a_day_in_or_before_a_locked_month_is_refused(self, staffed: House, hr: User, hired: date) -> None:
        locked(staffed, "2026-10")
        with pytest.raises(MonthLocked):
            join(staffed, hr, hired_on=hired)
        assert join(staffed, hr, hired_on=date(2026, 11, 1)).pk

    def test_joining_makes_no_month(self, staffed: House, hr: User) -> None:
        before = Month.objects.count()
        join(staffed, hr, hired_on=date(2024, 5, 1))
        assert Month.objects.count() == before

    def test_a_number_that_is_taken_is_refused_at_its_field(self, staffed: House, hr: User) -> None:
        with pytest.raises(Unfit) as told:
            join(staffed, hr, number="A")
        assert told.value.field in ("number", "")
        assert Employee.objects.filter(venue=staffed.venue).count() == 2

    @pytest.mark.parametrize("role", [Role.FLOOR_MANAGER, Role.OWNER, Role.ACCOUNT_MANAGER])
    def test_who_does_not_keep_the_people_opens_no_file(self, staffed: House, role: Role) -> None:
        with pytest.raises(Refused):
            join(staffed, somebody(staffed, role))

    def test_nobody_opens_a_file_for_the_own_sign_in(self, staffed: House, hr: User) -> None:
        with pytest.raises(Refused, match="自己"):
            join(staffed, hr, sign_in=hr)

    @pytest.mark.parametrize(
        ("numbers", "suggested"),
        [
            ([], "001"), (["101", "102", "109"], "110"), (["M007", "M099", "X1"], "M100"), (["A", "B"], "001"),
            (["9", "10"], "11"), (["099"], "100"),
        ],
    )  # fmt: skip
    def test_the_next_free_number_is_suggested_as_the_house_writes_them(
        self, numbers: list[str], suggested: str
    ) -> None:
        assert next_number(numbers) == suggested


class TestSignIn:
    def test_a_sign_in_without_a_role_here_is_refused(self, staffed: House, hr: User) -> None:
        with pytest.raises(Unfit) as told:
            change(of(staffed, "A"), hr, user=User.objects.create(username="stranger"))
        assert told.value.field == "user"

    def test_a_sign_in_is_that_of_one_employment_at_a_time(self, staffed: House, hr: User) -> None:
        user = somebody(staffed, Role.ACCOUNT_MANAGER, "anna")
        change(of(staffed, "A"), hr, user=user)
        with pytest.raises(Unfit, match="A 员工A"):
            change(of(staffed, "B"), hr, user=user)

    def test_who_comes_back_signs_in_as_before(self, staffed: House, hr: User) -> None:
        user = somebody(staffed, Role.ACCOUNT_MANAGER, "anna")
        Employee.objects.filter(number="A").update(user=user, left_on=date(2026, 11, 15), exit_kind="resigned")
        assert join(staffed, hr, sign_in=user).user == user
        with pytest.raises(Unfit):
            join(staffed, hr, number="D", hired_on=date(2026, 11, 15), sign_in=user)

    def test_linking_a_sign_in_leaves_drafts_as_they_are(self, staffed: House, hr: User) -> None:
        run = staffed.run("2026-11")
        change(of(staffed, "A"), hr, reason="", user=somebody(staffed, Role.ACCOUNT_MANAGER, "anna"))
        run.month.refresh_from_db()
        assert not run.is_stale


class TestCorrecting:
    def test_a_change_tells_who_and_why(self, staffed: House, hr: User) -> None:
        change(of(staffed, "A"), hr, deposit=Decimal(600))
        last = of(staffed, "A").history.latest("history_id")
        assert (last.deposit, last.history_user, last.history_change_reason) == (600, hr, "looked at the card")

    @pytest.mark.parametrize(
        "values", [{"deposit": Decimal(1)}, {"hired_on": date(2025, 1, 2)}, {"bank_account": "1"}, {"id_number": "1"}]
    )
    def test_what_pay_or_identity_hangs_on_needs_a_reason(
        self, staffed: House, hr: User, values: dict[str, Any]
    ) -> None:
        with pytest.raises(Refused):
            change(of(staffed, "A"), hr, reason=" ", **values)
        assert of(staffed, "A").history.count() == 1

    def test_a_phone_needs_none(self, staffed: House, hr: User) -> None:
        assert change(of(staffed, "A"), hr, reason="", phone="139").phone == "139"

    def test_nothing_changed_leaves_no_trace(self, staffed: House, hr: User) -> None:
        change(of(staffed, "A"), hr, name="员工A", deposit=Decimal("500.00"))
        assert of(staffed, "A").history.count() == 1

    def test_nobody_changes_the_own_file(self, staffed: House, hr: User) -> None:
        Employee.objects.filter(number="A").update(user=hr)
        with pytest.raises(Refused, match="自己"):
            change(of(staffed, "A"), hr, deposit=Decimal(9999))
        with pytest.raises(Refused, match="自己"):
            change(of(staffed, "A"), hr, user=None)
        with pytest.raises(Refused, match="自己"):
            change(of(staffed, "B"), hr, user=hr)
        assert of(staffed, "A").deposit == 500

    def test_a_later_day_of_hiring_than_a_record_is_refused_at_its_field(self, staffed: House, hr: User) -> None:
        with pytest.raises(Unfit, match="打卡") as told:
            change(of(staffed, "A"), hr, hired_on=date(2026, 10, 6))
        assert told.value.field == "hired_on"
        assert change(of(staffed, "A"), hr, hired_on=date(2026, 10, 5)).hired_on == date(2026, 10, 5)

    def test_a_day_of_hiring_that_tells_on_a_locked_month_is_refused(self, staffed: House, hr: User) -> None:
        locked(staffed, "2026-09")
        with pytest.raises(MonthLocked):
            change(of(staffed, "B"), hr, hired_on=date(2026, 10, 1))

    def test_a_deposit_of_who_stays_may_change_beside_a_locked_month(self, staffed: House, hr: User) -> None:
        locked(staffed, "2026-10")
        assert change(of(staffed, "A"), hr, deposit=Decimal(700)).deposit == 700

    def test_a_deposit_of_who_left_in_a_locked_month_may_not(self, staffed: House, hr: User) -> None:
        Employee.objects.filter(number="B").update(left_on=date(2026, 10, 15), exit_kind="resigned")
        locked(staffed, "2026-10")
        with pytest.raises(MonthLocked):
            change(of(staffed, "B"), hr, deposit=Decimal(700))

    @pytest.mark.parametrize("values", [{"bank_account": "62"}, {"name": "员工甲"}, {"bank_name": "农业银行"}])
    def test_what_a_payslip_shows_makes_every_open_draft_stale(
        self, staffed: House, hr: User, values: dict[str, Any]
    ) -> None:
        october, november = staffed.run("2026-10"), staffed.run("2026-11")
        change(of(staffed, "A"), hr, **values)
        for run in (october, november):
            run.month.refresh_from_db()
            assert run.is_stale

    def test_a_change_over_somebody_elses_is_refused(self, staffed: House, hr: User) -> None:
        shown = of(staffed, "A")
        change(of(staffed, "A"), hr, deposit=Decimal(600))
        with pytest.raises(ChangedMeanwhile):
            change(shown, hr, phone="139")
        assert of(staffed, "A").deposit == 600

    def test_leaving_is_no_correction(self, staffed: House, hr: User) -> None:
        with pytest.raises(ValueError, match="left_on"):
            change(of(staffed, "A"), hr, left_on=date(2026, 11, 30))
