"""A run handed out in chunks: whatever comes twice, late or never, it ends once and with the same figures."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings as project
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings

from commissions.errors import LeaseLost, NotOver, RunHeld
from commissions.models import PayrollRun, Payslip, PayslipLine, RunChunk
from commissions.runs import dispatch, services
from rulebook.calendar import CalendarMonth, days_between
from storage import jobs
from tests.commissions.test_runs import everything, lively
from tests.house import AFTER, House
from tests.workbooks import booking, person, punch
from venues.errors import MonthLocked
from venues.models import Month
from violations.models import Penalty

MONTH = CalendarMonth(2026, 9)
SEPTEMBER = str(MONTH)
LEASE = timedelta(seconds=120)
Started = list[int]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = AFTER

    def __call__(self) -> datetime:
        return self.now

    def to(self, seconds: float) -> None:
        """So many seconds after the beginning."""
        self.now = AFTER + timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def five_people(kept_house: House) -> House:
    """Five people with a fine, a booking and a draft."""
    numbers = "ABCDE"
    kept_house.bring({
        "员工": [person(number) for number in numbers],
        "打卡": [punch(day, number) for number in numbers for day in list(days_between(MONTH.first, MONTH.last))[2:]],
        "离岗": [
            {"工号": number, "营业日": MONTH.last, "离开": "21:00", "返回": "22:00"} for number in numbers
        ],
        "订台": [booking(f"B-{number}", MONTH.last, number, 台号=number) for number in numbers],
    })  # fmt: skip
    with override_settings(PAYROLL_CHUNK_SIZE=1):
        kept_house.run(SEPTEMBER)
    return kept_house


@pytest.fixture
def five(five_people: House, settings: Any) -> House:
    """The five; a chunk each."""
    settings.PAYROLL_CHUNK_SIZE = 1
    settings.PAYROLL_LEASE_SECONDS = LEASE.seconds
    return five_people


def begin(house: House, clock: Clock) -> tuple[PayrollRun, list[int]]:
    """A run that waits for those who compute it, and its chunks."""
    run = services.start_run(venue=house.venue, month=MONTH, clock=clock)
    return run, list(run.chunks.order_by("number").values_list("pk", flat=True))


def claim(run: PayrollRun, chunk_id: int, clock: Clock) -> RunChunk:
    chunk = services.claim_chunk(run, only=chunk_id, clock=clock)
    assert chunk is not None
    return chunk


def rows() -> Any:
    """Every row a run writes, with its key and its state."""
    return (
        sorted(PayrollRun.objects.values_list("pk", "state", "is_current", "lease_until", "failure")),
        sorted(RunChunk.objects.values_list("pk", "state", "token", "attempts", "lease_until"), key=str),
        sorted(Payslip.objects.values_list("pk", "run", "number", "net")),
        sorted(PayslipLine.objects.values_list("pk", "payslip", "position", "amount")),
        sorted(Penalty.objects.values_list("pk", "state", "amount", "derived_at", "withdrawn_at")),
    )


def done_of(run: PayrollRun) -> list[int]:
    return list(run.chunks.filter(state=RunChunk.State.DONE).order_by("number").values_list("number", flat=True))


class TestDeliveredTwice:
    def test_a_chunk_that_is_done_changes_nothing(self, five: House, clock: Clock) -> None:
        _run, chunks = begin(five, clock)
        services.work_chunk(chunks[0], clock=clock)
        before = rows()
        clock.to(seconds=3600)
        services.work_chunk(chunks[0], clock=clock)
        assert rows() == before

    def test_a_chunk_that_somebody_holds_changes_nothing(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        claim(run, chunks[0], clock)
        before = rows()
        clock.to(seconds=119)
        services.work_chunk(chunks[0], clock=clock)
        assert rows() == before

    def test_a_chunk_of_a_finished_run_changes_nothing(self, five: House, clock: Clock) -> None:
        _run, chunks = begin(five, clock)
        for chunk in chunks:
            services.work_chunk(chunk, clock=clock)
        before = rows()
        clock.to(seconds=3600)
        for chunk in chunks:
            services.work_chunk(chunk, clock=clock)
        assert rows() == before

    def test_a_chunk_of_an_abandoned_run_changes_nothing(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        PayrollRun.objects.filter(pk=run.pk).update(state=PayrollRun.State.ABANDONED)
        before = rows()
        services.work_chunk(chunks[0], clock=clock)
        assert rows() == before

    def test_a_chunk_that_no_longer_exists_changes_nothing(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        services.give_up(run)
        before = rows()
        services.work_chunk(chunks[0], clock=clock)
        assert rows() == before

    def test_a_holder_that_was_merely_slow_and_finishes_first_counts(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        slow = claim(run, chunks[0], clock)
        clock.to(seconds=121)
        assert chunks[0] in services.take_expired(run, clock=clock)
        services.compute_chunk(slow, clock=clock)
        before = rows()
        services.work_chunk(chunks[0], clock=clock)
        assert rows() == before
        assert done_of(run) == [0]

    def test_a_holder_that_was_slow_and_comes_second_writes_nothing(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        slow = claim(run, chunks[0], clock)
        clock.to(seconds=121)
        services.take_expired(run, clock=clock)
        services.work_chunk(chunks[0], clock=clock)
        before = rows()
        with pytest.raises(LeaseLost):
            services.compute_chunk(slow, clock=clock)
        assert rows() == before


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]])
def test_the_last_chunk_finishes_the_run_whichever_it_is(five: House, clock: Clock, order: list[int]) -> None:
    wanted, draft = everything(five, SEPTEMBER), five.current(SEPTEMBER)
    run, chunks = begin(five, clock)
    for place in order:
        assert five.current(SEPTEMBER).pk == draft.pk
        services.work_chunk(chunks[place], clock=clock)
    assert five.current(SEPTEMBER).pk == run.pk
    assert everything(five, SEPTEMBER) == wanted
    assert not PayrollRun.objects.filter(is_current=True).exclude(pk=run.pk).exists()


class TestTakeExpired:
    """What nobody works on any more is handed out again, and nothing else."""

    def test_claimed_or_handed_out_and_expired(self, five: House, clock: Clock) -> None:
        run, (done, lost, sent, held, unsent) = begin(five, clock)
        services.hand_out(run, [sent], now=clock())
        services.work_chunk(done, clock=clock)
        claim(run, lost, clock)
        clock.to(seconds=60)
        claim(run, held, clock)
        clock.to(seconds=119)
        assert services.take_expired(run, clock=clock) == []
        clock.to(seconds=121)
        assert services.take_expired(run, clock=clock) == [lost, sent]
        assert services.take_expired(run, clock=clock) == [], "they are handed out anew"
        clock.to(seconds=181)
        assert services.take_expired(run, clock=clock) == [held]
        assert not run.chunks.filter(pk=unsent, lease_until__isnull=False).exists()

    def test_never_handed_out_only_once_the_runs_own_lease_has_expired(self, five: House, clock: Clock) -> None:
        run, chunks = begin(five, clock)
        clock.to(seconds=60)
        claim(run, chunks[0], clock)  # which prolongs the run's lease
        clock.to(seconds=179)
        assert services.take_expired(run, clock=clock) == []
        clock.to(seconds=180)
        assert services.take_expired(run, clock=clock) == chunks

    def test_nothing_of_a_run_that_is_over(self, five: House, clock: Clock) -> None:
        run, _chunks = begin(five, clock)
        PayrollRun.objects.filter(pk=run.pk).update(state=PayrollRun.State.ABANDONED)
        clock.to(seconds=3600)
        assert services.take_expired(run, clock=clock) == []


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Rules that can't be applied, until it is undone."""

    def refuse(*_arguments: Any) -> None:
        raise ZeroDivisionError("no such rule")

    with monkeypatch.context() as patch:
        patch.setattr(services, "derive", refuse)
        yield patch


def test_a_chunk_that_fails_five_times_fails_the_run_and_the_draft_before_stands(
    five: House, clock: Clock, broken: pytest.MonkeyPatch
) -> None:
    draft, before = five.current(SEPTEMBER), everything(five, SEPTEMBER)
    run, chunks = begin(five, clock)
    for _attempt in range(5):
        with pytest.raises(ZeroDivisionError):
            services.work_chunk(chunks[0], clock=clock)
        run.refresh_from_db()
        assert run.state == PayrollRun.State.COMPUTING
        assert services.take_expired(run, clock=clock) == [chunks[0]], "handed out again at once"
    services.work_chunk(chunks[0], clock=clock)
    run.refresh_from_db()
    assert (run.state, run.failure) == (PayrollRun.State.FAILED, "ZeroDivisionError: no such rule")
    assert five.current(SEPTEMBER).pk == draft.pk
    assert everything(five, SEPTEMBER) == before
    broken.undo()
    five.run(SEPTEMBER)
    assert everything(five, SEPTEMBER) == before


def test_a_chunk_that_fails_once_is_computed_by_the_next_attempt(
    five: House, clock: Clock, broken: pytest.MonkeyPatch
) -> None:
    wanted = everything(five, SEPTEMBER)
    run, chunks = begin(five, clock)
    with pytest.raises(ZeroDivisionError):
        services.work_chunk(chunks[0], clock=clock)
    broken.undo()
    for chunk in chunks:
        services.work_chunk(chunk, clock=clock)
    assert five.current(SEPTEMBER).pk == run.pk
    assert everything(five, SEPTEMBER) == wanted


class TestWaitingForOthers:
    """One process computes what is left, and others may hold parts of it."""

    @pytest.fixture
    def meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
        """What happens the first time one waits."""

        def happens(act: Callable[[], Any]) -> None:
            acts = [act]
            monkeypatch.setattr(services.time, "sleep", lambda _seconds: acts.pop()())

        return happens

    def test_the_run_is_done_where_another_has_finished_it(
        self, five: House, clock: Clock, meanwhile: Callable[[Callable[[], Any]], None]
    ) -> None:
        run, chunks = begin(five, clock)
        others = claim(run, chunks[3], clock)

        def finish() -> None:
            services.compute_chunk(others, clock=clock)
            assert services.finish_run(run, clock=clock)

        meanwhile(finish)
        assert services.work_run(run, clock=clock) is True
        assert five.current(SEPTEMBER).pk == run.pk

    def test_a_chunk_handed_on_is_left_to_the_other_and_the_rest_goes_on(
        self,
        five: House,
        clock: Clock,
        meanwhile: Callable[[Callable[[], Any]], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        wanted, compute = everything(five, SEPTEMBER), services.compute_chunk
        run, chunks = begin(five, clock)
        taken: list[RunChunk] = []

        def slowly(chunk: RunChunk, **options: Any) -> None:
            if not taken:
                clock.to(seconds=121)
                taken.append(claim(run, chunk.pk, clock))
            compute(chunk, **options)

        monkeypatch.setattr(services, "compute_chunk", slowly)
        meanwhile(lambda: compute(taken[0], clock=clock))
        assert services.work_run(run, clock=clock) is True
        assert taken[0].pk == chunks[0]
        assert everything(five, SEPTEMBER) == wanted

    def test_a_run_given_up_says_so(
        self, five: House, clock: Clock, meanwhile: Callable[[Callable[[], Any]], None]
    ) -> None:
        run, chunks = begin(five, clock)
        claim(run, chunks[0], clock)
        meanwhile(lambda: services.give_up(run))
        with pytest.raises(LeaseLost):
            services.work_run(run, clock=clock)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[int]]]:
    """What is handed to those who compute, in place of handing it."""
    handed: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(dispatch, "send", lambda run_id, ids: handed.append((run_id, ids)))
    return handed


class TestSweep:
    def test_what_was_lost_is_sent_again_once(
        self, five: House, clock: Clock, sent: list[tuple[int, list[int]]]
    ) -> None:
        run, chunks = begin(five, clock)
        services.hand_out(run, chunks, now=clock())
        services.work_chunk(chunks[1], clock=clock)
        assert dispatch.sweep(clock=clock) == 0
        clock.to(seconds=121)
        assert dispatch.sweep(clock=clock) == 1
        assert dispatch.sweep(clock=clock) == 0
        assert sent == [(run.pk, [chunks[0], *chunks[2:]])]

    def test_a_run_of_which_only_the_end_is_lacking_is_finished(
        self, five: House, clock: Clock, sent: list[tuple[int, list[int]]]
    ) -> None:
        run, chunks = begin(five, clock)
        for chunk in chunks:
            services.compute_chunk(claim(run, chunk, clock), clock=clock)
        assert five.current(SEPTEMBER).pk != run.pk
        assert dispatch.sweep(clock=clock) == 1
        assert five.current(SEPTEMBER).pk == run.pk
        assert dispatch.sweep(clock=clock) == 0
        assert sent == []

    def test_a_month_locked_over_a_run_that_nobody_held_does_not_change(
        self, five: House, clock: Clock, sent: list[tuple[int, list[int]]]
    ) -> None:
        run, chunks = begin(five, clock)
        slow = claim(run, chunks[0], clock)
        for chunk in chunks[1:]:
            services.compute_chunk(claim(run, chunk, clock), clock=clock)
        clock.to(seconds=121)
        five.now = clock.now
        five.lock(SEPTEMBER)
        run.refresh_from_db()
        assert run.state == PayrollRun.State.ABANDONED
        before = rows()
        assert dispatch.sweep(clock=clock) == 0
        with pytest.raises(LeaseLost):
            services.compute_chunk(slow, clock=clock)
        services.work_chunk(chunks[0], clock=clock)
        RunChunk.objects.update(state=RunChunk.State.DONE)
        assert services.finish_run(run, clock=clock) is False
        RunChunk.objects.filter(pk=chunks[0]).update(state=RunChunk.State.CLAIMED)
        assert rows() == before
        assert sent == []


class TestBegin:
    """A page begins a run and does not wait for it."""

    @pytest.fixture
    def started(self, monkeypatch: pytest.MonkeyPatch) -> Started:
        """The runs for which a process would have been started."""
        started: Started = []
        monkeypatch.setattr(dispatch, "start_process", started.append)
        return started

    @pytest.fixture
    def broker(
        self, request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[socket.socket]:
        """A broker's address with nobody behind it: it refuses, or takes the call and never answers."""
        with closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            if request.param == "silent":
                listener.listen()
            settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
            queues = Celery("without", set_as_current=False)
            queues.config_from_object("django.conf:settings", namespace="CELERY")
            monkeypatch.setattr(jobs, "current_app", queues)
            yield listener

    def test_without_a_broker_a_process_starts_once_it_is_committed(
        self, five: House, clock: Clock, started: Started, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            run = dispatch.begin_run(venue=five.venue, month=MONTH, clock=clock)
            assert started == []
        assert started == [run.pk]
        assert run.chunks.count() == 5

    def test_what_is_not_committed_starts_nothing(
        self, five: House, clock: Clock, started: Started, django_capture_on_commit_callbacks: Any
    ) -> None:
        def undone() -> None:
            with transaction.atomic():
                dispatch.begin_run(venue=five.venue, month=MONTH, clock=clock)
                raise KeyError

        with django_capture_on_commit_callbacks(execute=True), pytest.raises(KeyError):
            undone()
        assert started == []
        assert not PayrollRun.objects.filter(state=PayrollRun.State.COMPUTING).exists()

    def test_a_month_with_nobody_employed_is_finished_at_once(
        self, house: House, clock: Clock, started: Started, django_capture_on_commit_callbacks: Any
    ) -> None:
        house.bring({"员工": [person(入职日期=MONTH.next.first)]})
        with django_capture_on_commit_callbacks(execute=True):
            run = dispatch.begin_run(venue=house.venue, month=MONTH, clock=clock)
        assert (run.state, run.is_current) == (PayrollRun.State.COMPLETE, True)
        assert house.figures(SEPTEMBER) == {}
        assert started == []

    def test_a_refusal_leaves_nothing_behind(
        self, five: House, clock: Clock, started: Started, django_capture_on_commit_callbacks: Any
    ) -> None:
        def refused(month: CalendarMonth, error: type[Exception]) -> None:
            before, months = rows(), Month.objects.count()
            with django_capture_on_commit_callbacks(execute=True), pytest.raises(error):
                dispatch.begin_run(venue=five.venue, month=month, clock=clock)
            assert (rows(), Month.objects.count()) == (before, months)

        refused(CalendarMonth(2030, 1), NotOver)
        five.lock(SEPTEMBER)
        refused(MONTH, MonthLocked)
        refused(CalendarMonth(2026, 8), MonthLocked)
        services.start_run(venue=five.venue, month=MONTH.next, clock=clock)
        refused(MONTH.next, RunHeld)
        assert started == []

    @pytest.mark.parametrize("broker", ["closed", "silent"], indirect=True)
    def test_a_broker_that_is_away_does_not_keep_the_page_and_the_run_stays_to_be_swept(
        self, five: House, clock: Clock, broker: socket.socket, settings: Any, monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        waits: list[float | None] = []
        connect = socket.socket.connect

        def calling(caller: socket.socket, address: Any) -> None:
            waits.append(caller.gettimeout())
            connect(caller, address)

        monkeypatch.setattr(socket.socket, "connect", calling)
        with django_capture_on_commit_callbacks(execute=True):
            run = dispatch.begin_run(venue=five.venue, month=MONTH, clock=clock)
        assert 1 <= len(waits) <= 4, waits
        assert set(waits) <= {settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"]}
        assert run.state == PayrollRun.State.COMPUTING
        assert services.take_expired(run, clock=clock) == []
        clock.to(seconds=121)
        assert len(services.take_expired(run, clock=clock)) == 5

    def test_a_process_is_started_where_the_data_folder_was_not_made_yet(
        self, five: House, clock: Clock, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commands: list[list[str]] = []
        monkeypatch.setattr(jobs.subprocess, "Popen", lambda command, **_options: commands.append(command))
        settings.DATA_DIR = tmp_path / "not" / "yet"
        run, chunks = begin(five, clock)
        dispatch.send(run.pk, chunks)
        assert [command[1:] for command in commands] == [[str(project.BASE_DIR / "manage.py"), "work_run", str(run.pk)]]


@pytest.mark.django_db
def test_a_chunk_handed_out_needs_as_many_queries_for_3_people_as_for_30(tmp_path: Path, clock: Clock) -> None:
    def queries_of(house: House) -> int:
        _run, (chunk,) = begin(house, clock)
        with CaptureQueriesContext(connection) as queries:
            services.work_chunk(chunk, clock=clock)
        return len(queries)

    few, many = House(tmp_path, "few"), House(tmp_path, "many")
    few.bring(lively(3))
    many.bring(lively(30))
    assert queries_of(few) == queries_of(many)
    assert queries_of(few) == queries_of(many), "run again"


class TestPastItsLease:
    """A holder that outlived its lease finishes in the moment another reaches for its chunk."""

    def finished_meanwhile(self, five: House, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str) -> PayrollRun:
        """Let the first chunk's old holder finish just before the function of that name writes."""
        run, chunks = begin(five, clock)
        held = claim(run, chunks[0], clock)
        clock.to(seconds=121)
        wanted = getattr(services, name)

        def late(*arguments: Any, **options: Any) -> Any:
            services.compute_chunk(held, clock=clock)
            return wanted(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(services, name, late)
            dispatch.sweep(clock=clock)
        return run

    def test_what_is_done_is_not_handed_out_again(
        self, five: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dispatch, "start_process", lambda run_id: None)
        run = self.finished_meanwhile(five, clock, monkeypatch, "hand_out")
        assert run.chunks.order_by("number").values_list("state", flat=True)[0] == RunChunk.State.DONE
