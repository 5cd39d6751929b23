"""An account manager's night: the month so far as the payroll has it, the own tables, what waits."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.permissions import Role
from attendance.models import Leave, OffPost, Punch, Request, Rest
from bookings.booking.services.announcements import announce_arrival
from dashboards.my_night.selectors import OwnNight, own_night
from rulebook.calendar import last_ended
from tests.conftest import EXAMPLES
from tests.house import House
from tests.nights import DAY, EIGHT, at, employee_of, held, opened, seated, settled, user_of
from tests.pages.looking import as_role, at as address_of, signed_in, somebody, text_of
from violations.models import Penalty, Report


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def own(house: House, number: str = "A", minute: int = 100) -> OwnNight:
    employee = employee_of(house, number)
    return own_night(employee, DAY, user=user_of(house, number), now=at(minute))


def page(house: House, number: str = "A", language: str = "en", minute: int = 100) -> Any:
    with time_machine.travel(at(minute), tick=False):
        return signed_in(user_of(house, number), language).get(address_of(house, "my_night"))


def test_the_months_figures_are_the_payrolls(house: House) -> None:
    """For everybody of the example venue: sales, target, days worked, fines as the run has them."""
    house.bring(EXAMPLES / "2026-10-venue.xlsx")
    run = house.run("2026-10")
    day = last_ended(house.now, house.venue.zone)
    assert day > run.month.calendar_month.last
    for slip in run.payslips.select_related("employee__venue"):
        if slip.status == "dismissed":
            continue  # 4.9: that month's fines are not charged, and its sales pay nothing
        found = own_night(slip.employee, run.month.calendar_month.last, user=somebody(house, Role.HR), now=house.now)
        assert found.commission.sales == slip.sales
        assert found.commission.target == slip.target
        assert found.commission.paid == slip.commission
        assert found.worked == slip.worked_days
        assert found.fines == slip.fines


def test_a_fine_that_the_ledger_does_not_have_yet_counts_as_on_the_page_of_ones_own_fines(night: House) -> None:
    """Both follow the facts, not the ledger, which is brought in step once a night."""
    yesterday = DAY - timedelta(1)
    late = EIGHT - timedelta(1) + timedelta(minutes=20)
    Punch.objects.create(employee=employee_of(night, "A"), business_day=yesterday, arrived_at=late,
                         left_at=late + timedelta(hours=9))  # fmt: skip
    assert not Penalty.objects.exists()
    found = own(night)
    with time_machine.travel(at(100), tick=False):
        fines = signed_in(user_of(night, "A"), "en").get(address_of(night, "own_fines"))
    assert found.fines == -fines.context["total"]
    assert found.fines > 0
    assert found.fine_count == len([one for one, _text in fines.context["fines"] if one.fine.amount])


def test_sales_count_once_settled(night: House) -> None:
    seated(night, tab="5000")
    assert own(night).commission.sales == Decimal(0)
    settled(night, "A", "A2", spend="41000")
    found = own(night)
    assert found.commission.sales == Decimal("41000")
    assert found.commission.earned == Decimal("30.00")
    assert found.commission.forfeited_by == ("1.2.D",)  # nobody punched this month: absences
    assert found.commission.paid == 0
    assert found.commission.gap == 0


def test_what_can_still_be_mended_comes_first(night: House) -> None:
    settled(night, "A", "A1")
    held(night, "A", "A2", expected_at=at(150))
    seated(night, "A", "A3")
    held(night, "A", "B1", guest_phone="", expected_at=at(180))
    tables = own(night).tables
    assert [table.booking.table for table in tables] == ["B1", "A3", "A2", "A1"]
    assert tables[0].deadline is not None
    assert tables[0].deadline.left == 70


@pytest.mark.parametrize(("minute", "left"), [(100, "10"), (109, "1"), (110, "0")])
def test_a_booking_without_a_phone_says_how_long_it_can_be_completed(night: House, minute: int, left: str) -> None:
    held(night, guest_phone="", expected_at=at(120))
    assert f"will not count in {left} minute" in text_of(page(night, minute=minute))


def test_after_that_it_says_that_it_does_not_count(night: House) -> None:
    held(night, guest_phone="", expected_at=at(120))
    text = text_of(page(night, minute=111))
    assert "will not count (4.3)" in text
    assert "will not count in" not in text


def test_the_states_of_a_table_in_words(night: House) -> None:
    announce_arrival(booking=held(night), user=user_of(night, "A"), now=at(90))
    seated(night, "A", "A2", tab="2640")
    settled(night, "A", "A3", spend="512.30")
    text = text_of(page(night))
    for words in ("arrival waits to be confirmed", "open ¥2,640.00", "settled ¥512.30", "2 tables"):
        assert words in text


def test_a_swap_that_waits_for_ones_answer_is_shown_to_the_colleague_alone(night: House) -> None:
    for number, day in (("A", 25), ("B", 26)):
        Rest.objects.create(employee=employee_of(night, number), business_day=DAY.replace(day=day), kind="regular")
    Request.objects.create(
        employee=employee_of(night, "B"), colleague=employee_of(night, "A"), kind="swap", state="asked",
        first_day=DAY.replace(day=26), last_day=DAY.replace(day=26), other_day=DAY.replace(day=25), asked_at=at(0),
    )  # fmt: skip
    assert "wants to swap" in text_of(page(night, "A"))
    assert "wants to swap" not in text_of(page(night, "B"))
    assert "wants to swap" not in text_of(page(night, "C"))


def test_rests_left_are_the_allowance_less_the_valid_ones_so_far(night: House) -> None:
    assert own(night).rests_left == 3
    for day in (3, 10, 25):
        Rest.objects.create(employee=employee_of(night, "A"), business_day=DAY.replace(day=day), kind="regular")
    assert own(night).rests_left == 1


def test_somebody_elses_tables_are_not_shown(night: House) -> None:
    held(night, "B", "A2", guest_name="别人的客人")
    assert "别人的客人" not in text_of(page(night, "A"))


def test_without_tables_and_without_employment_the_page_says_what_to_do(night: House) -> None:
    assert "No table tonight yet" in text_of(page(night))
    night.venue.employees.filter(number="A").update(user=None)
    with time_machine.travel(at(0), tick=False):
        client = as_role(night, Role.ACCOUNT_MANAGER, "en")
        assert "No employment of yours" in text_of(client.get(address_of(night, "my_night")))


def test_the_page_needs_as_many_queries_for_few_tables_as_for_many(night: House) -> None:
    counted = []
    for table in ("A1", "A2"):
        held(night, "A", table)
        with time_machine.travel(at(100), tick=False):
            client = signed_in(user_of(night, "A"))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address_of(night, "my_night")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15, counted


def test_a_table_announced_before_it_counts_says_that_it_will_not_count(night: House) -> None:
    booking = held(night)
    announce_arrival(booking=booking, user=user_of(night, "A"), now=at(9))
    assert "will not count (4.3)" in text_of(page(night, minute=12))


class TestThePriceRightNow:
    """The same pure rules tell what being late or away costs, before it is too late."""

    @pytest.mark.parametrize(
        ("minute", "words"),
        [
            (-1, ""),
            (0, "not punched in yet; from 1 minute late"),
            (30, "30 minutes late, \u2212\u2060¥50.00 (1.2.F)"),
            (31, "31 minutes late is an absence, \u2212\u2060¥200.00 (1.2.D); number 1 this month"),
        ],
    )
    def test_who_is_not_punched_in_reads_what_it_costs(self, night: House, minute: int, words: str) -> None:
        night.venue.employees.filter(number="A").update(hired_on=DAY)  # no absences before
        with translation.override("en"):
            found = own(night, "A", minute).warning
        assert found.startswith(words)
        assert bool(found) == bool(words)

    def test_the_third_absence_takes_the_commission(self, night: House) -> None:
        night.venue.employees.filter(number="A").update(hired_on=DAY.replace(day=19))
        settled(night, spend="90000")
        with translation.override("en"):
            found = own(night, "A", 100).warning
        assert "number 3 this month" in found
        earned = own(night, "A", 100).commission.paid
        assert earned > 0
        assert f"the commission of ¥{earned:,.2f} is lost" in found

    def test_off_post_counts_down_and_then_costs(self, night: House) -> None:
        Punch.objects.create(employee=employee_of(night, "A"), business_day=DAY, arrived_at=at(0))
        assert own(night, "A", 50).warning == ""
        away = OffPost.objects.create(employee=employee_of(night, "A"), business_day=DAY, left_at=at(60))
        with translation.override("en"):
            assert own(night, "A", 74).warning.startswith(
                "off post for 14 minutes; from 20 min \u2212\u2060¥50.00 (4.6)"
            )
            assert own(night, "A", 80).warning.startswith("off post for 20 minutes, \u2212\u2060¥50.00 (4.6)")
        away.approver = "周敏"
        away.save()
        assert own(night, "A", 90).warning == ""

    def test_a_rest_leave_or_dinner_costs_nothing(self, night: House) -> None:
        Rest.objects.create(employee=employee_of(night, "A"), business_day=DAY, kind="regular")
        for number, kind in (("B", "personal"), ("C", "dinner")):
            Leave.objects.create(
                employee=employee_of(night, number), kind=kind, first_day=DAY, last_day=DAY, requested_at=at(-60),
                approver="周敏",
            )  # fmt: skip
        assert [own(night, number, 100).warning for number in "ABC"] == [""] * 3


def test_a_day_voided_by_soliciting_promises_no_sales(night: House) -> None:
    held(night)
    assert "None of your sales" not in text_of(page(night))
    Report.objects.create(
        venue=night.venue, number="R1", employee=employee_of(night, "A"), business_day=DAY, article="4.5"
    )
    text = text_of(page(night))
    assert "None of your sales of this business day count (4.5)." in text
    assert ", counts" not in text
