"""The generated venue: three months that hold what the rulebook speaks of, up to a moment."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from attendance.models import Leave, OffPost, Punch, Request, Rest
from attendance.selectors import waiting_requests_in
from bookings.door.services import confirm_arrival, mark_no_show
from bookings.models import Booking, Fixture, Table
from commissions.models import Payslip, PayslipLine, SaleLine
from commissions.selectors import current_run, exceptions_of, lines_of, payslips_of
from comps.models import Comp, CompRequest
from customers.models import Customer
from demo.life import Life, first_month, news
from demo.people import MODEL
from demo.services import seed_life, sign_ins
from rulebook.calendar import CalendarMonth, business_day, months_between
from staff.models import Employee
from tests.house import House
from venues.errors import Refused
from venues.models import EventDay, Membership, Month, Venue
from violations.models import Report

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 18, 22, 30, tzinfo=ZONE)
SEPTEMBER, OCTOBER, NOVEMBER = (CalendarMonth(2026, number) for number in (9, 10, 11))
MOMENTS = (
    NIGHT,
    datetime(2026, 11, 1, 13, tzinfo=ZONE),
    datetime(2026, 11, 1, 11, tzinfo=ZONE),
    datetime(2026, 10, 31, 23, 59, tzinfo=ZONE),
    datetime(2027, 1, 15, 4, tzinfo=ZONE),
    datetime(2027, 3, 1, 12, tzinfo=ZONE),
    datetime(2028, 2, 29, 21, tzinfo=ZONE),
)


# --- what is generated, without a database ----------------------------------------------------------------
def rows_at(now: datetime, seed: int = 1, anchor: CalendarMonth | None = None) -> dict[str, list[dict[str, Any]]]:
    life = Life(seed, anchor or first_month(now, ZONE), ZONE)
    return life.office(now) | life.floor(now)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_two_months_and_a_part_are_generated_and_nothing_after_now(now: datetime) -> None:
    rows = rows_at(now)
    today = business_day(now, ZONE)
    current = CalendarMonth.of(today)
    months = list(months_between(first_month(now, ZONE), current))
    assert len(months) == 3
    assert 22 <= len(rows["员工"]) <= 26
    for title, some in rows.items():
        for row in some:
            planned = title in ("休息", "活动日", "请假")
            for heading, value in row.items():
                if isinstance(value, datetime):
                    assert value <= now, (title, row)
                elif isinstance(value, date):
                    assert value <= (current.last if planned or heading == "离职日期" else today), (title, row)
    for title in ("打卡", "订台", "签送"):
        keys = [row.get("签送号") or row.get("订台号") or (row["工号"], row["营业日"]) for row in rows[title]]
        assert len(set(keys)) == len(keys)
    days = {row["营业日"] for row in rows["订台"]}
    assert {CalendarMonth.of(day) for day in days} >= set(months[:2])


def test_seed_and_first_month_alone_decide_what_happens() -> None:
    assert rows_at(NIGHT) == rows_at(NIGHT)
    assert rows_at(NIGHT, seed=2) != rows_at(NIGHT)
    later = rows_at(datetime(2026, 12, 20, 22, 30, tzinfo=ZONE), anchor=SEPTEMBER)
    for row in rows_at(datetime(2026, 11, 18, 11, tzinfo=ZONE))["订台"]:
        assert row in later["订台"]


def test_only_what_is_new_or_has_changed_is_news() -> None:
    row, paid = {"订台号": "1", "消费金额": None}, {"订台号": "1", "消费金额": 88}
    assert news({"订台": [row]}, {"订台": [row]}) == {}
    assert news({"订台": [row]}, {"订台": [paid]}) == {"订台": [paid]}
    assert news({}, {"订台": [row], "打卡": []}) == {"订台": [row]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_month_of_some_years_can_be_the_first(seed: int) -> None:
    for month in months_between(CalendarMonth(2026, 1), CalendarMonth(2028, 12)):
        life = Life(seed, month, ZONE)
        third = month.next.next
        assert life.office(datetime(third.year, third.number, 27, 12, tzinfo=ZONE))


# --- what is stored ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Venue]:
    """The venue at night in the middle of November, for all tests of this module; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed_life(code="demo", seed=1, now=NIGHT)
        transaction.set_rollback(True)


@pytest.fixture
def venue(seeded: Venue, db: None) -> Venue:
    """The seeded venue; what a test writes is taken back."""
    return seeded


def counts() -> list[int]:
    models: tuple[Any, ...] = (
        Employee, Rest, Punch, Leave, OffPost, Booking, Comp, Report, Customer, EventDay, Table, Fixture, Month, User,
        Membership, Payslip, PayslipLine, SaleLine,
    )  # fmt: skip
    histories = [model.history for model in models if hasattr(model, "history")]
    return [manager.count() for manager in (*(model.objects for model in models), *histories)]


def figures(venue: Venue) -> list[tuple[Any, ...]]:
    rows = Payslip.objects.filter(run__month__venue=venue).order_by("run__month__first_day", "number")
    return list(rows.values_list("run__month__first_day", "number", "sales", "fines", "net", "run__finished_at"))


def states(venue: Venue) -> list[tuple[str, str]]:
    return [(str(row.calendar_month), row.state) for row in Month.objects.filter(venue=venue).order_by("first_day")]


def test_ended_months_are_paid_but_for_the_latest_and_the_current_is_a_draft(venue: Venue) -> None:
    assert states(venue) == [("2026-09", "paid"), ("2026-10", "open"), ("2026-11", "open")]
    draft = current_run(venue, NOVEMBER)
    assert draft is not None
    assert not draft.is_stale
    assert draft.provisional_day == date(2026, 11, 17)
    assert {item.kind for item in exceptions_of(draft)} == {"one_punch", "unsettled"}


def test_the_latest_month_that_has_ended_waits_for_hr_with_three_things_to_settle(venue: Venue) -> None:
    draft = current_run(venue, OCTOBER)
    assert draft is not None
    assert not draft.is_stale
    assert draft.provisional_day is None
    assert sorted(item.kind for item in exceptions_of(draft)) == ["one_punch", "unsettled", "unsettled"]
    assert not waiting_requests_in(venue, OCTOBER).exists()


def test_the_floor_has_forty_tables_and_every_booking_stands_on_one(venue: Venue) -> None:
    tables = {table.code: table.kind for table in Table.objects.filter(venue=venue)}
    assert sorted(tables.values()) == ["bar"] * 14 + ["booth"] * 10 + ["table"] * 16
    assert set(Booking.objects.values_list("table", flat=True)) <= set(tables)
    assert Fixture.objects.filter(venue=venue, name="舞池").exists()
    assert Booking.objects.filter(turn=2).exists()


def test_tonight_is_under_way(venue: Venue) -> None:
    tonight = Booking.objects.filter(business_day=date(2026, 11, 18))
    assert tonight.filter(state="arrived", spend=None).exists()
    assert Punch.objects.filter(business_day=date(2026, 11, 18), arrived_at__isnull=False, left_at=None).count() > 15
    assert not Booking.objects.filter(arrived_at__gt=NIGHT).exists()
    assert not Comp.objects.filter(given_at__gt=NIGHT).exists()


def test_the_oddities_are_there(venue: Venue) -> None:
    for month in (SEPTEMBER, OCTOBER):
        run = current_run(venue, month)
        assert run is not None
        articles = {line.article for line in lines_of(run)}
        assert articles >= {"1.2.B", "1.2.D", "1.2.E", "1.2.F", "2.2", "2.4", "3.2", "4.4", "4.6", "withheld"}
        reasons = {
            reason for sale in SaleLine.objects.filter(payslip__run=run) for reason in sale.reasons.split(",") if reason
        }
        assert reasons >= {"cancelled", "no_show", "no_guest_phone", "registered_late", "soliciting"}
        hints = {hint for payslip in payslips_of(run) for hint, _basis in payslip.hints}
        assert "over_cap" in hints
        assert sum(payslip.sales > payslip.target for payslip in payslips_of(run)) >= 4
        assert EventDay.objects.filter(date__range=(month.first, month.last)).exists()
    october = {item.number: item for item in payslips_of(current_run(venue, OCTOBER))}  # type: ignore[arg-type]
    assert {item.status for item in october.values()} == {"active", "probation", "resigned", "dismissed"}
    assert october["106"].carried_in > 0
    assert {report.article[0] for report in Report.objects.all()} == {"4", "5"}
    voids = set(PayslipLine.objects.filter(basis__has_key="void_rest").values_list("basis__void_rest", flat=True))
    assert voids == {"event_day", "swap_not_approved"}
    assert set(Rest.objects.values_list("kind", flat=True)) == {"regular", "self", "swap"}
    assert set(Leave.objects.values_list("kind", flat=True)) == {"sick", "personal", "statutory", "dinner"}
    assert Leave.objects.filter(kind="sick", has_receipt=False).exists()
    assert Punch.objects.exclude(arrival_approver="").exists()
    assert Punch.objects.exclude(departure_approver="").exists()


def test_facts_say_who_entered_them(venue: Venue) -> None:
    assert {row.history_user.username for row in Rest.history.all()} == {"demo-hr"}
    imported = Booking.history.filter(history_change_reason__startswith="demo-1-")
    assert {row.history_user.username for row in imported} == {"demo-floor"}
    held = Booking.history.filter(state="held", history_type="+").select_related("history_user", "employee")
    assert held.exists()
    assert all(row.history_user_id == row.employee.user_id for row in held)


def test_the_night_under_way_has_tables_held_tabs_and_things_to_decide(venue: Venue) -> None:
    tonight = Booking.objects.filter(venue=venue, business_day=NIGHT.date())
    assert tonight.filter(state="held").exists()
    assert tonight.filter(state="arrived", spend=None).exclude(tab=None).exists()
    assert CompRequest.objects.filter(state="waiting").exists()
    assert set(Request.objects.values_list("state", flat=True)) == {"asked", "waiting"}


@pytest.mark.parametrize("came", [True, False])
def test_what_people_decided_on_the_pages_stays(venue: Venue, came: bool) -> None:
    held = Booking.objects.filter(venue=venue, state="held", announced_at=None).select_related("venue")[0]
    host = User.objects.get(username="demo-host")
    if came:
        confirm_arrival(booking=held, user=host, now=NIGHT)
    else:
        mark_no_show(booking=held, user=host)
    seed_life(code="demo", seed=1, now=NIGHT.replace(hour=23))
    held.refresh_from_db()
    assert (held.state, held.arrived_at) == (("arrived", NIGHT) if came else ("no_show", None))


def test_everybody_signs_in_as_themselves(venue: Venue) -> None:
    users = {user.username: (user.name, role) for user, role in sign_ins("a password of no one")}
    assert users["demo-hr"] == ("吴静", "hr")
    assert users["demo-floor"] == ("周敏", "floor_manager")
    assert all(name for name, _role in users.values())
    assert len(users) == 6
    model = Employee.objects.get(venue=venue, number=MODEL)
    assert model.user is not None
    assert (model.user.username, model.user.name) == ("demo-manager", model.name)
    assert not Employee.objects.filter(venue=venue, user=None).exists()
    assert not User.objects.get(username="demo-102").has_usable_password()
    assert User.objects.get(username="demo-owner").has_usable_password()


def test_a_second_call_changes_nothing(venue: Venue) -> None:
    before = counts(), figures(venue)
    seed_life(code="demo", seed=1, now=NIGHT)
    assert (counts(), figures(venue)) == before


def test_the_same_seed_gives_the_same_figures_at_another_venue(venue: Venue) -> None:
    other = seed_life(code="other", seed=1, now=NIGHT)
    assert figures(other) == figures(venue)


def test_an_hour_later_the_night_goes_on_and_what_people_changed_stays(venue: Venue) -> None:
    forgotten = Booking.objects.filter(business_day__lt=date(2026, 11, 17), state="arrived", spend=None)[0]
    Booking.objects.filter(pk=forgotten.pk).update(spend=500)
    before = Booking.objects.count()
    seed_life(code="demo", seed=1, now=NIGHT.replace(hour=23))
    assert Booking.objects.count() > before
    assert Booking.objects.get(pk=forgotten.pk).spend == 500


def test_after_the_month_is_over_it_waits_and_the_one_before_is_settled_locked_and_paid(venue: Venue) -> None:
    paid = [row for row in figures(venue) if row[0] < OCTOBER.first]
    seed_life(code="demo", seed=1, now=datetime(2026, 12, 1, 11, 59, tzinfo=ZONE))
    assert states(venue)[-1] == ("2026-11", "open")
    seed_life(code="demo", seed=1, now=datetime(2026, 12, 1, 12, tzinfo=ZONE))
    assert states(venue)[-3:] == [("2026-10", "paid"), ("2026-11", "open"), ("2026-12", "open")]
    assert [row for row in figures(venue) if row[0] < OCTOBER.first] == paid
    for month, left in ((OCTOBER, 0), (NOVEMBER, 3)):
        run = current_run(venue, month)
        assert run is not None
        assert len(exceptions_of(run)) == left


def test_a_month_that_people_locked_meanwhile_is_left_alone(venue: Venue) -> None:
    for month, state in ((OCTOBER, Month.State.PAID), (NOVEMBER, Month.State.LOCKED)):
        Month.objects.filter(venue=venue, first_day=month.first).update(state=state)
    before = Booking.objects.count()
    seed_life(code="demo", seed=1, now=datetime(2026, 12, 5, 12, tzinfo=ZONE))
    added = Booking.objects.order_by("-pk")[: Booking.objects.count() - before]
    assert {CalendarMonth.of(booking.business_day) for booking in added} == {CalendarMonth(2026, 12)}
    assert dict(states(venue))["2026-10"] == "paid"


def test_another_life_is_not_mixed_in(venue: Venue, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        seed_life(code="demo", seed=2, now=NIGHT)
    house = House(tmp_path)
    house.bring({"员工": [{"工号": "A", "姓名": "真人", "入职日期": date(2026, 1, 1)}]})
    with pytest.raises(Refused):
        seed_life(code=house.code, seed=1, now=NIGHT)
