"""One phone, one guest: however it is spelled, also of what was stored before; two files merged and parted."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.permissions import Role
from bookings.models import Booking
from customers.models import Customer, Merger
from customers.services import guests_by_phone, known_guest, merge_guests, part_guests
from tests.house import House
from tests.nights import DAY
from tests.pages.looking import somebody
from tests.workbooks import booking, person
from venues.errors import Refused
from venues.models import Month

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
ONE, OTHER = "13800138000", "+852 9123 4567"
migration = import_module("customers.migrations.0003_one_guest_a_phone")


@pytest.fixture(scope="module")
def two(kept_house: House) -> House:
    """Two guests with a booking each."""
    kept_house.bring(
        {
            "员工": [person()],
            "订台": [
                booking("B1", DAY, 客户电话="138 0013 8000", 客户姓名="刘洋"),
                booking("B2", DAY, 客户电话=OTHER, 客户姓名="", 到店时间="22:00"),
            ],
        }
    )
    return kept_house


def guest(house: House, phone: str) -> Customer:
    return Customer.objects.get(venue=house.venue, phone=phone)


def merged(house: House, **more: Any) -> Merger:
    asked = {
        "guest": guest(house, "+85291234567"), "other": guest(house, ONE), "user": None, "reason": "同一人", "now": NOW,
    }  # fmt: skip
    return merge_guests(venue=house.venue, **{**asked, **more})


def of_bookings() -> list[str]:
    return list(Booking.objects.order_by("number").values_list("customer__phone", flat=True))


@pytest.mark.parametrize("spelling", ["138-0013-8000", "+8613800138000", "１３８００１３８０００"])
def test_a_guest_is_known_by_phone_in_whatever_spelling(two: House, spelling: str) -> None:
    assert known_guest(venue=two.venue, phone=spelling, name="", user=None) == guest(two, ONE)
    two.bring({"订台": [booking("B3", DAY, 客户电话=spelling, 台号="A2")]})
    assert Booking.objects.get(number="B3").customer == guest(two, ONE)


def test_of_what_is_no_phone_there_is_no_guest(two: House) -> None:
    assert known_guest(venue=two.venue, phone="无", name="刘", user=None) is None
    two.bring({"订台": [booking("B3", DAY, 客户电话="无", 台号="A2"), booking("B1", DAY, 客户电话="12345")]})
    assert set(Booking.objects.exclude(number="B2").values_list("customer", flat=True)) == {None}
    assert Booking.objects.get(number="B3").guest_phone == "无"


def test_the_database_keeps_one_guest_a_number(two: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(venue=two.venue, phone="+86 138-0013-8000")
    Customer.objects.create(venue=two.venue, phone="无")
    Customer.objects.create(venue=two.venue, phone="同上")


def test_the_older_stays_with_all_that_hangs_on_both_and_both_phones(two: House) -> None:
    merger = merged(two)
    kept = guest(two, ONE)
    assert (merger.kept, merger.moved) == (kept, {"bookings.booking.customer": [Booking.objects.get(number="B2").pk]})
    assert of_bookings() == [ONE, ONE]
    assert guests_by_phone(two.venue, [ONE, "+85291234567"]) == {ONE: kept.pk, "+85291234567": kept.pk}
    assert known_guest(venue=two.venue, phone=OTHER, name="", user=None) == kept
    past: Any = Customer.history
    assert past.filter(id=merger.other_id).latest("history_id").history_change_reason == "同一人"


def test_a_merger_is_undone_and_what_came_since_stays(two: House) -> None:
    merger = merged(two)
    two.bring({"订台": [booking("B3", DAY, 客户电话=OTHER, 台号="A2")]})
    assert of_bookings() == [ONE, ONE, ONE]
    part_guests(merger=merger, user=None, now=NOW + timedelta(days=7))
    assert of_bookings() == [ONE, "+85291234567", ONE]
    with pytest.raises(Refused, match="已撤销"):
        part_guests(merger=merger, user=None, now=NOW)


def test_after_seven_days_a_merger_stays(two: House) -> None:
    merger = merged(two)
    with pytest.raises(Refused, match="7 天内"):
        part_guests(merger=merger, user=None, now=NOW + timedelta(days=8))


def test_those_merged_before_go_along_and_come_back(two: House) -> None:
    first = merged(two)
    third = Customer.objects.create(venue=two.venue, phone="13900139000")
    Customer.objects.filter(pk=first.kept_id).update(merged_into=None)
    second = merge_guests(
        venue=two.venue, guest=third, other=guest(two, ONE), user=None, reason="同一人", now=NOW
    )  # fmt: skip
    assert second.kept == first.kept
    assert guests_by_phone(two.venue, ["13900139000", "+85291234567"]) == {
        "13900139000": first.kept_id, "+85291234567": first.kept_id,
    }  # fmt: skip


def test_a_merger_needs_a_manager_a_reason_and_two_guests(two: House) -> None:
    for role, may in ((Role.FLOOR_MANAGER, True), (Role.OWNER, True), (Role.HR, False), (Role.HOST, False)):
        if not may:
            with pytest.raises(Refused, match="没有这项权限"):
                merged(two, user=somebody(two, role))
    with pytest.raises(Refused, match="理由"):
        merged(two, reason=" ")
    with pytest.raises(Refused, match="两位客户"):
        merged(two, other=guest(two, "+85291234567"))
    assert merged(two, user=somebody(two, Role.FLOOR_MANAGER)).by is not None
    with pytest.raises(Refused, match="两位客户"):
        merged(two)


def test_two_who_have_one_phone_by_now_are_not_parted(two: House) -> None:
    merger = merged(two)
    guest(two, ONE)
    Customer.objects.filter(pk=merger.other_id).update(phone=ONE)
    with pytest.raises(Refused, match="另一位客户的电话"):
        part_guests(merger=merger, user=None, now=NOW)


def test_by_command_two_files_are_merged_and_parted(two: House, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("merge_customers", "138 0013 8000", OTHER, reason="同一人", lang="en")
    assert of_bookings() == [ONE, ONE]
    call_command("merge_customers", ONE, OTHER, undo=True, lang="en")
    assert of_bookings() == [ONE, "+85291234567"]
    assert "They are one customer now: 刘洋 13800138000." in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("merge_customers", ONE, "13700137000", reason="同一人", lang="en")


# --- what was stored before -------------------------------------------------------------------------------
@pytest.fixture
def before(two: House) -> House:
    """The guests as they were stored before phones were compared: one number three times, the oldest nameless."""
    for place, phone in enumerate(("+86 138 0013 8000", "138-0013-8000")):
        row = Customer.objects.create(venue=two.venue, phone=f"13{place}55550000", name="刘洋")
        Booking.objects.filter(number="B2").update(customer=row)
        Customer._base_manager.filter(pk=row.pk).update(phone=phone)
    Customer._base_manager.filter(phone=ONE).update(name="")
    Customer._base_manager.update(phone_key="", name_pinyin="")
    return two


def test_stored_spellings_of_one_phone_become_the_oldest_guest(
    before: House, capsys: pytest.CaptureFixture[str]
) -> None:
    migration.one_guest_a_phone(apps, None)
    kept = guest(before, ONE)
    assert (kept.name, kept.phone_key, kept.name_pinyin[:8]) == ("刘洋", ONE, "liu0yang")
    assert of_bookings() == [ONE, ONE]
    assert Merger.objects.count() == Customer.objects.filter(merged_into=kept).count() == 2
    assert "3 customers who have 1 phones between them are now 1." in capsys.readouterr().out
    migration.one_guest_a_phone(apps, None)
    assert Merger.objects.count() == 2


@pytest.mark.parametrize("is_open", [True, False])
def test_it_is_told_what_of_open_months_stops_counting(
    two: House, capsys: pytest.CaptureFixture[str], is_open: bool
) -> None:
    late = booking("B6", DAY, 客户电话="无", 台号="A5", 登记时间=f"{DAY} 20:55")
    none = [booking("B3", DAY, 客户电话="无", 台号="A2"), booking("B4", DAY, 客户电话="12345", 台号="A3"), late]
    two.bring({"订台": [*none, booking("B5", DAY, 客户电话="", 台号="A4")]})
    months = Month.objects.filter(venue=two.venue, first_day=DAY.replace(day=1))
    if not is_open:
        months.update(state=Month.State.LOCKED)
    revision = months.get().revision
    migration.tell_what_stops_counting(apps, None)
    said = capsys.readouterr().out
    assert ("main 2026-11: 2 bookings without a phone that could be dialled, ¥2,000.00, no" in said) is is_open
    assert (said == "") is not is_open
    assert months.get().revision == revision + is_open
