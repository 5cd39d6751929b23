"""The work of every noon: when it is due, what it drafts and whom it reminds, and that twice equals once."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permissions import Role
from commissions.models import PayrollRun
from commissions.runs import nightly, services
from commissions.runs.dispatch import begin_run
from commissions.runs.nightly import NightlyOutcome, venues_due, work_night
from commissions.runs.services import run_month, start_run
from inbox.models import Message
from rulebook.calendar import DAY, CalendarMonth, days_between
from tests.house import House
from tests.workbooks import person, punch
from venues.models import Venue
from venues.services import grant_role
from violations.models import Penalty

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEPTEMBER, OCTOBER = CalendarMonth(2026, 9), CalendarMonth(2026, 10)


def noon(day: date, minute: int = 5, zone: ZoneInfo = SHANGHAI) -> datetime:
    """So many minutes after noon of a day."""
    return datetime(day.year, day.month, day.day, 12, minute, tzinfo=zone)


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    """Two people at work in September; one of them was absent on the 3rd."""
    days = list(days_between(SEPTEMBER.first, SEPTEMBER.last))
    kept_house.bring({
        "员工": [person("A"), person("B")],
        "打卡": [punch(day, number) for number in "AB" for day in days if (number, day.day) != ("B", 3)],
    })  # fmt: skip
    return kept_house


def night_of(house: House, now: datetime, begin: Any = run_month) -> NightlyOutcome:
    return work_night(venue=house.venue, clock=lambda: now, begin=begin)


def worked_through(house: House, day: date) -> None:
    Venue.objects.filter(code=house.code).update(reconciled_through=day)


def user_with(house: House, role: Role, name: str = "") -> User:
    user = User.objects.create(username=name or role.value)
    grant_role(venue=house.venue, user=user, role=role)
    return user


class TestDue:
    """From 12:05 on, by the venue's own clock."""

    @pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kathmandu", "America/New_York"])
    def test_from_five_past_twelve_and_not_a_minute_before(self, house: House, zone: str) -> None:
        Venue.objects.update(timezone=zone)
        today, there = date(2026, 9, 20), ZoneInfo(zone)
        worked_through(house, today - 2 * DAY)
        assert venues_due(noon(today, 4, there)) == []
        assert venues_due(noon(today, 5, there)) == [house.venue]
        night_of(house, noon(today, 5, there))
        assert venues_due(noon(today, 59, there)) == []
        assert venues_due(noon(today + DAY, 4, there)) == []
        assert venues_due(noon(today + DAY, 5, there)) == [house.venue]

    def test_each_venue_at_its_own_noon(self, house: House) -> None:
        other = House(house.folder, "west")
        other.bring({"员工": [person()]})
        Venue.objects.filter(code="west").update(timezone="Asia/Kathmandu")
        today = date(2026, 9, 20)
        Venue.objects.update(reconciled_through=today - 2 * DAY)
        assert venues_due(noon(today)) == [house.venue]
        assert venues_due(noon(today, zone=ZoneInfo("Asia/Kathmandu"))) == [house.venue, other.venue]

    def test_a_venue_never_worked_on_is_due(self, house: House) -> None:
        assert venues_due(noon(date(2026, 9, 20), 0)) == [house.venue]


class TestLedger:
    def test_its_rows_are_there_without_any_run(self, house: House) -> None:
        Penalty.objects.all().delete()  # those of the import
        night_of(house, noon(date(2026, 9, 4)))
        assert not PayrollRun.objects.exists()
        assert list(Penalty.objects.values_list("employee__number", "business_day", "article")) == [
            ("B", date(2026, 9, 3), "1.2.D")
        ]

    def test_a_day_that_has_not_ended_is_not_decided(self, house: House) -> None:
        Penalty.objects.all().delete()
        night_of(house, noon(date(2026, 9, 4)) - timedelta(minutes=6))
        assert not Penalty.objects.exists()

    def test_nights_missed_are_made_up_for_in_every_month(self, house: House) -> None:
        Penalty.objects.all().delete()
        worked_through(house, date(2026, 9, 1))
        night = night_of(house, noon(date(2026, 10, 3)))
        assert night.day == date(2026, 10, 2)
        days = set(Penalty.objects.values_list("business_day", flat=True))
        assert {date(2026, 9, 3), date(2026, 10, 1), date(2026, 10, 2)} <= days

    def test_a_locked_month_is_left_as_it_is(self, house: House) -> None:
        house.run("2026-09")
        house.lock("2026-09")
        Penalty.objects.filter(business_day=date(2026, 9, 3)).update(amount=1)  # what an open month would mend
        night_of(house, noon(OCTOBER.first))
        assert [penalty.amount for penalty in Penalty.objects.filter(business_day=date(2026, 9, 3))] == [1]


class TestDraft:
    """On the 1st the month that has just ended is computed."""

    def test_on_the_first_for_the_month_just_ended(self, house: House) -> None:
        night = night_of(house, noon(OCTOBER.first))
        assert night.drafted == [SEPTEMBER]
        run = house.current("2026-09")
        assert run.provisional_day is None
        assert [slip.number for slip in run.payslips.order_by("number")] == ["A", "B"]

    @pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 2), date(2026, 9, 2)])
    def test_on_no_other_day(self, house: House, day: date) -> None:
        worked_through(house, day - 2 * DAY)
        assert night_of(house, noon(day)).drafted == []
        assert not PayrollRun.objects.exists()

    def test_a_first_that_was_missed_is_made_up_for(self, house: House) -> None:
        worked_through(house, date(2026, 9, 28))
        assert night_of(house, noon(date(2026, 10, 5))).drafted == [SEPTEMBER]

    def test_several_that_were_missed_in_order(self, house: House) -> None:
        worked_through(house, date(2026, 9, 28))
        night = night_of(house, noon(date(2026, 12, 1)))
        assert night.drafted == [SEPTEMBER, OCTOBER, OCTOBER.next]
        assert not any(house.current(str(month)).is_stale for month in night.drafted)

    def test_not_where_it_is_locked(self, house: House) -> None:
        house.run("2026-09")
        house.lock("2026-09")
        locked = house.current("2026-09")
        assert night_of(house, noon(OCTOBER.first)).drafted == []
        assert house.current("2026-09") == locked

    def test_not_where_nobody_was_employed(self, house: House) -> None:
        worked_through(house, date(2020, 1, 30))
        assert night_of(house, noon(date(2020, 2, 1))).drafted == []
        assert not PayrollRun.objects.exists()

    def test_not_where_somebody_computes_it(self, house: House) -> None:
        now = noon(OCTOBER.first)
        held = start_run(venue=house.venue, month=SEPTEMBER, clock=lambda: now)
        assert night_of(house, now).drafted == []
        assert list(PayrollRun.objects.all()) == [held]
        assert house.venue.reconciled_through == SEPTEMBER.last

    def test_it_may_be_handed_to_others(
        self, house: House, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        started: list[int] = []
        monkeypatch.setattr("commissions.runs.dispatch.start_process", started.append)
        with django_capture_on_commit_callbacks(execute=True):
            assert night_of(house, noon(OCTOBER.first), begin_run).drafted == [SEPTEMBER]
        assert started == [PayrollRun.objects.get(state=PayrollRun.State.COMPUTING).pk]

    def test_its_lease_goes_on_with_the_clock(
        self, house: House, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        """The ledger may have taken longer than a lease lasts."""
        now = [noon(OCTOBER.first)]
        reconcile = nightly.reconcile_month

        def at_length(*arguments: Any, **options: Any) -> None:
            reconcile(*arguments, **options)
            now[0] += timedelta(hours=1)

        monkeypatch.setattr(nightly, "reconcile_month", at_length)
        begun: list[PayrollRun] = []
        work_night(
            venue=house.venue, clock=lambda: now[0], begin=lambda **options: begun.append(services.start_run(**options))
        )
        assert begun[0].lease_until == now[0] + timedelta(seconds=settings.PAYROLL_LEASE_SECONDS)


class TestReminder:
    """On the 13th, of every earlier month that is not locked."""

    @pytest.fixture(autouse=True)
    def people(self, house: House) -> None:
        for role in Role:
            user_with(house, role)
        other = House(house.folder, "other")
        other.bring({"员工": [person()]})
        user_with(other, Role.HR, "elsewhere")
        User.objects.filter(pk=user_with(house, Role.HR, "gone").pk).update(is_active=False)

    def told(self) -> list[tuple[str, str]]:
        """Who was told of which month."""
        messages = Message.objects.select_related("user").order_by("pk")
        return sorted((message.user.username, message.basis["month"]) for message in messages)

    def test_to_hr_and_owner_only(self, house: House) -> None:
        night = night_of(house, noon(date(2026, 10, 13)))
        assert night.reminded == [SEPTEMBER]
        assert self.told() == [("hr", "2026-09"), ("owner", "2026-09")]
        message = Message.objects.first()
        assert message is not None
        assert (message.venue, message.path, message.read_at) == (
            house.venue,
            reverse("payroll_month", args=["main", "2026-09"]),
            None,
        )

    @pytest.mark.parametrize("day", [date(2026, 10, 12), date(2026, 10, 14)])
    def test_on_no_other_day(self, house: House, day: date) -> None:
        assert night_of(house, noon(day)).reminded == []
        assert self.told() == []

    def test_once_however_often_it_runs(self, house: House) -> None:
        day = date(2026, 10, 13)
        for minute in (5, 20, 35):
            night_of(house, noon(day, minute))
        worked_through(house, day - 3 * DAY)  # as if the first had been lost half-way
        night_of(house, noon(day, 50))
        assert self.told() == [("hr", "2026-09"), ("owner", "2026-09")]

    def test_for_every_earlier_month_with_facts_and_again_a_month_later(self, house: House) -> None:
        house.bring({"打卡": [punch(date(2026, 7, 1)), punch(date(2026, 10, 1))]})
        assert night_of(house, noon(date(2026, 10, 13))).reminded == [CalendarMonth(2026, 7), SEPTEMBER]
        worked_through(house, date(2026, 11, 11))
        night = night_of(house, noon(date(2026, 11, 13)))
        assert night.reminded == [CalendarMonth(2026, 7), SEPTEMBER, OCTOBER]
        assert len(self.told()) == 2 * 2 + 3 * 2

    def test_not_of_a_locked_month(self, house: House) -> None:
        house.run("2026-09")
        house.lock("2026-09")
        assert night_of(house, noon(date(2026, 10, 13))).reminded == []
        assert self.told() == []

    def test_one_that_was_missed_is_made_up_for(self, house: House) -> None:
        worked_through(house, date(2026, 10, 10))
        assert night_of(house, noon(date(2026, 10, 20))).reminded == [SEPTEMBER]

    def test_one_made_up_for_late_does_not_stand_for_the_next(self, house: House) -> None:
        house.bring({"打卡": [punch(date(2026, 10, 1))]})
        worked_through(house, date(2026, 10, 10))
        assert night_of(house, noon(date(2026, 11, 2))).reminded == [SEPTEMBER]
        worked_through(house, date(2026, 11, 11))
        night_of(house, noon(date(2026, 11, 13)))
        assert self.told() == sorted(
            (name, month) for name in ("hr", "owner") for month in ("2026-09", "2026-09", "2026-10")
        )

    def test_it_reads_in_the_readers_language(self, house: House) -> None:
        night_of(house, noon(date(2026, 10, 13)))
        message = Message.objects.first()
        with translation.override("en"):
            assert str(message) == "September 2026 is not locked yet; pay is due on 15 Oct 2026."
        with translation.override("zh-hans"):
            chinese = str(message)
        assert "2026年9月" in chinese
        assert "2026年10月15日" in chinese
        assert "锁定" in chinese


def test_a_run_left_behind_before_the_months_end_does_not_stand_for_its_draft(house: House) -> None:
    """A run of the last evening, whose process died and which is being computed again when the month has ended."""
    worked_through(house, date(2026, 9, 29))
    evening = datetime(2026, 9, 30, 23, tzinfo=SHANGHAI)
    left = start_run(venue=house.venue, month=SEPTEMBER, clock=lambda: evening)
    held_until = noon(date(2026, 10, 1), 10)
    PayrollRun.objects.filter(pk=left.pk).update(lease_until=held_until)
    night = night_of(house, noon(date(2026, 10, 1)))
    assert night.drafted == []
    assert house.venue.reconciled_through == date(2026, 9, 29)
    assert venues_due(noon(date(2026, 10, 1), 20)) == [house.venue]
    assert night_of(house, noon(date(2026, 10, 1), 20)).drafted == [SEPTEMBER]
    assert house.current("2026-09").provisional_day is None
    assert house.venue.reconciled_through == date(2026, 9, 30)


def test_twice_equals_once(house: House) -> None:
    user_with(house, Role.HR)
    worked_through(house, date(2026, 9, 27))
    now = noon(date(2026, 10, 14))
    night_of(house, now)

    def rows() -> Any:
        return (
            sorted(PayrollRun.objects.values_list("pk", "state", "is_current")),
            sorted(Penalty.objects.values_list("pk", "state", "amount", "derived_at")),
            sorted(Message.objects.values_list("pk", "user", "key", "sent_at")),
            house.venue.reconciled_through,
        )

    before = rows()
    again = night_of(house, now + timedelta(minutes=10))
    assert (again.drafted, again.reminded) == ([], [])
    assert rows() == before


@pytest.mark.parametrize(
    ("language", "month", "ledger", "draft", "reminder"),
    [
        (
            "en",
            "September 2026",
            "the ledger is in step with the facts through 2026-10-12",
            "is computed as a draft",
            "were reminded",
        ),
        ("zh", "2026年9月", "台账", "草稿", "提醒"),
    ],
)
def test_the_command_says_what_it_did(
    house: House, settings: Any, language: str, month: str, ledger: str, draft: str, reminder: str
) -> None:
    settings.PAYROLL_CHUNK_SIZE = 1
    worked_through(house, date(2026, 9, 29))
    out = StringIO()
    with time_machine.travel(noon(date(2026, 10, 13)), tick=False):
        call_command("nightly", lang=language, stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert all(words in line for words, line in zip((ledger, draft, reminder), lines, strict=True)), lines
    assert "2026-10-12" in lines[0]
    assert all(month in line for line in lines[1:])
    assert house.current("2026-09").payslips.count() == 2


def test_the_command_tends_what_was_left_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr("commissions.runs.dispatch.start_process", started.append)
    now = noon(date(2026, 10, 20))
    left = start_run(venue=house.venue, month=SEPTEMBER, clock=lambda: now - timedelta(hours=1))
    with time_machine.travel(now, tick=False):
        call_command("nightly", stdout=StringIO())
    assert started == [left.pk]


def test_one_venue_that_fails_does_not_keep_the_next_from_its_night(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("C")]})
    worked_through(house, date(2026, 10, 10))
    worked_through(other, date(2026, 10, 10))

    def broken(venue: Venue, month: CalendarMonth, *, now: datetime) -> None:
        if venue.code == "main":
            raise ArithmeticError("main does not add up")

    monkeypatch.setattr(nightly, "reconcile_month", broken)
    out, err = StringIO(), StringIO()
    travelled = time_machine.travel(noon(date(2026, 10, 20)), tick=False)
    with travelled, pytest.raises(ArithmeticError, match="main does not add up"):
        call_command("nightly", lang="en", stdout=out, stderr=err)
    assert "The nightly work failed for: main" in err.getvalue()
    assert other.venue.reconciled_through == date(2026, 10, 19)
    assert house.venue.reconciled_through == date(2026, 10, 10)
