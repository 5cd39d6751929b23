"""A payroll run: all or nothing to its readers, one at a time, the same again, in a constant number of queries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissions.errors import LeaseLost, NotOver, RunHeld
from commissions.models import OpenException, PayrollRun, Payslip, PayslipLine, SaleLine
from commissions.runs import services
from commissions.selectors import current_run
from rulebook.calendar import CalendarMonth, days_between
from tests.conftest import EXAMPLES
from tests.house import AFTER, House
from tests.workbooks import booking, comp, person, punch
from venues.errors import MonthLocked
from violations.models import Penalty

MONTH = CalendarMonth(2026, 9)
OCTOBER = "2026-10"
RESULTS = (Payslip, PayslipLine, SaleLine, OpenException)


@pytest.fixture(scope="module")
def example(kept_house: House) -> House:
    kept_house.bring(EXAMPLES / "2026-10-venue.xlsx")
    return kept_house


def everything(house: House, month: str) -> Any:
    """All that a run's readers see, without keys and times."""
    run = house.current(month)
    payslips = Payslip.objects.filter(run=run).order_by("number")
    skipped = {"id", "run", "employee", "bank_account"}
    names = [field.name for field in Payslip._meta.fields if field.name not in skipped]
    return (
        list(payslips.values_list(*names)),
        sorted(
            PayslipLine.objects.filter(payslip__run=run).values_list(
                "payslip__number", "position", "item", "article", "business_day", "amount"
            ),
            key=str,
        ),
        sorted(SaleLine.objects.filter(payslip__run=run).values_list("booking__number", "amount", "reasons")),
    )


def test_running_again_gives_the_same_and_leaves_one_draft_besides(example: House) -> None:
    example.run(OCTOBER)
    first = everything(example, OCTOBER)
    counts = [model.objects.count() for model in RESULTS]
    penalties = Penalty.objects.count()
    for _again in range(2):  # the draft before is kept, the one before it is not
        example.run(OCTOBER)
        assert everything(example, OCTOBER) == first
        assert [model.objects.count() for model in RESULTS] == [2 * count for count in counts]
        assert Penalty.objects.count() == penalties
        assert PayrollRun.objects.count() == 2


def test_a_draft_being_read_is_read_to_its_end_while_the_next_one_appears(example: House) -> None:
    reading = example.run(OCTOBER)
    example.run(OCTOBER)
    assert not PayrollRun.objects.get(pk=reading.pk).is_current
    slip = Payslip.objects.filter(run=reading).first()
    assert slip is not None
    assert sum(slip.lines.values_list("amount", flat=True)) == slip.net


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_size_of_chunks_does_not_matter(example: House, settings: Any, size: int) -> None:
    example.run(OCTOBER)
    wanted = everything(example, OCTOBER)
    settings.PAYROLL_CHUNK_SIZE = size
    example.run(OCTOBER)
    assert everything(example, OCTOBER) == wanted


def test_until_the_last_chunk_is_done_the_draft_before_stands(example: House, settings: Any) -> None:
    example.run(OCTOBER)
    before = everything(example, OCTOBER)
    settings.PAYROLL_CHUNK_SIZE = 20
    run = services.start_run(venue=example.venue, month=CalendarMonth(2026, 10), clock=lambda: AFTER)
    chunk = services.claim_chunk(run, clock=lambda: AFTER)
    assert chunk is not None
    services.compute_chunk(chunk, clock=lambda: AFTER)
    assert services.finish_run(run, clock=lambda: AFTER) is False
    assert services.progress_of(run) == (20, 30)
    assert everything(example, OCTOBER) == before


def test_a_second_run_is_told_who_holds_the_month(example: House) -> None:
    run = services.start_run(venue=example.venue, month=CalendarMonth(2026, 10), clock=lambda: AFTER)
    with pytest.raises(RunHeld) as refusal:
        example.run(OCTOBER)
    assert run.holder in str(refusal.value)
    assert "2026年10月" in str(refusal.value)


def test_a_run_whose_lease_has_expired_is_taken_over_and_its_holder_can_write_no_more(example: House) -> None:
    month = CalendarMonth(2026, 10)
    lost = services.start_run(venue=example.venue, month=month, clock=lambda: AFTER)
    chunk = services.claim_chunk(lost, clock=lambda: AFTER)
    assert chunk is not None
    later = AFTER + timedelta(hours=1)
    run = services.run_month(venue=example.venue, month=month, clock=lambda: later)
    assert run.is_current
    with pytest.raises(LeaseLost):
        services.compute_chunk(chunk, clock=lambda: later)
    with pytest.raises(LeaseLost):
        services.claim_chunk(lost, clock=lambda: later)
    assert Payslip.objects.count() == 30


def test_a_chunk_claimed_and_left_is_computed_once_its_lease_has_expired(example: House) -> None:
    run = services.start_run(venue=example.venue, month=CalendarMonth(2026, 10), clock=lambda: AFTER)
    left = services.claim_chunk(run, clock=lambda: AFTER)
    assert left is not None
    assert services.claim_chunk(run, clock=lambda: AFTER) is None
    later = AFTER + timedelta(hours=1)
    again = services.claim_chunk(run, clock=lambda: later)
    assert again is not None
    assert again.pk == left.pk
    with pytest.raises(LeaseLost):
        services.compute_chunk(left, clock=lambda: later)
    services.compute_chunk(again, clock=lambda: later)
    assert services.finish_run(run, clock=lambda: later) is True


def test_a_chunk_computed_twice_replaces_its_own_rows(example: House) -> None:
    run = services.start_run(venue=example.venue, month=CalendarMonth(2026, 10), clock=lambda: AFTER)
    chunk = services.claim_chunk(run, clock=lambda: AFTER)
    assert chunk is not None
    services.compute_chunk(chunk, clock=lambda: AFTER)
    counts = [model.objects.count() for model in RESULTS]
    services.compute_chunk(chunk, clock=lambda: AFTER)
    assert [model.objects.count() for model in RESULTS] == counts


def test_an_import_in_the_middle_of_a_run_makes_it_stale_and_does_not_break_it(house: House) -> None:
    house.bring({"员工": [person("A"), person("B")], "打卡": [punch(MONTH.first)]})
    run = services.start_run(venue=house.venue, month=MONTH, clock=lambda: AFTER)
    chunk = services.claim_chunk(run, clock=lambda: AFTER)
    assert chunk is not None
    house.bring({"员工": [person("B", 入职日期=date(2026, 10, 1))]})
    services.compute_chunk(chunk, clock=lambda: AFTER)
    assert services.finish_run(run, clock=lambda: AFTER)
    assert house.current("2026-09").is_stale
    assert [slip.number for slip in house.current("2026-09").payslips.all()] == ["A"]


def test_an_interrupted_run_lets_the_month_go_and_the_draft_before_it_stands(
    example: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    example.run(OCTOBER)
    before = everything(example, OCTOBER)

    def interrupted(*_arguments: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(services, "finish_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            example.run(OCTOBER)
    assert everything(example, OCTOBER) == before
    assert PayrollRun.objects.filter(state=PayrollRun.State.ABANDONED).count() == 1
    example.run(OCTOBER)
    assert example.current(OCTOBER).payslips.count() == 30


def test_a_run_that_was_taken_over_says_so_and_leaves_the_others_draft(
    example: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    month, compute = CalendarMonth(2026, 10), services.compute_chunk

    def slowly(chunk: Any, **options: Any) -> None:
        compute(chunk, **options)
        with monkeypatch.context() as patch:
            patch.setattr(services, "compute_chunk", compute)
            services.run_month(venue=example.venue, month=month, clock=lambda: AFTER + timedelta(hours=1))

    with monkeypatch.context() as patch:
        patch.setattr(services, "compute_chunk", slowly)
        with pytest.raises(LeaseLost):
            services.run_month(venue=example.venue, month=month, clock=lambda: AFTER)
    assert Payslip.objects.count() == 30
    assert example.current(OCTOBER).payslips.count() == 30


def test_a_locked_month_is_not_run(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(MONTH.first)]})
    house.run("2026-09")
    house.lock("2026-09")
    with pytest.raises(MonthLocked):
        house.run("2026-09")


def test_a_month_that_has_not_begun_is_not_run(house: House) -> None:
    house.bring({"员工": [person()]})
    with pytest.raises(NotOver):
        house.run("2027-07")


def test_running_a_month_again_makes_later_drafts_stale(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(MONTH.first), punch(MONTH.next.first)]})
    house.run("2026-09")
    house.run("2026-10")
    assert not house.current("2026-10").is_stale
    house.run("2026-09")
    assert house.current("2026-10").is_stale


def test_a_changed_fact_makes_the_draft_stale_and_another_month_does_not(house: House) -> None:
    house.bring({"员工": [person()], "打卡": [punch(MONTH.first)]})
    house.run("2026-09")
    house.bring({"打卡": [punch(MONTH.next.first)]})
    assert not house.current("2026-09").is_stale
    house.bring({"打卡": [punch(MONTH.last)]})
    assert house.current("2026-09").is_stale


class TestProvisional:
    """Reading 5: days that have not ended are not decided."""

    @pytest.fixture
    def running(self, house: House) -> House:
        house.now = datetime(2026, 9, 10, 3, 59, 59, tzinfo=UTC)  # 11:59:59 in Shanghai: the 9th has not ended
        days = list(days_between(date(2026, 9, 1), date(2026, 9, 7)))
        house.bring({
            "员工": [person()],
            "打卡": [punch(day) for day in days],
            "订台": [booking("B1", date(2026, 9, 9), 消费金额=None), booking("B2", date(2026, 9, 9), 消费金额=41000)],
        })  # fmt: skip
        return house

    def test_days_that_have_not_ended_are_not_decided(self, running: House) -> None:
        running.run("2026-09")
        figures = running.figures("2026-09")["A"]
        assert (figures["实出勤"], figures["旷工"], figures["应出勤"]) == (7, 1, 8)
        assert (figures["任务"], figures["底薪"], figures["计入业绩"]) == ("40000.00", "3000.00", "41000.00")
        assert figures["例外"] == 0
        assert running.current("2026-09").provisional_day == date(2026, 9, 8)

    def test_at_noon_the_day_is_decided(self, running: House) -> None:
        running.now += timedelta(seconds=1)
        running.run("2026-09")
        figures = running.figures("2026-09")["A"]
        assert (figures["旷工"], figures["例外"]) == (2, 1)

    def test_a_month_still_running_is_marked_and_not_locked(self, running: House) -> None:
        run = running.run("2026-09")
        assert ["provisional", {"day": "2026-09-08"}] in Payslip.objects.get(run=run).hints
        with pytest.raises(NotOver):
            running.lock("2026-09")


def lively(people: int) -> dict[str, list[dict[str, Any]]]:
    """A month of so many people with every kind of fact."""
    day, other = date(2026, 9, 3), date(2026, 9, 4)
    numbers = [f"P{number:03}" for number in range(people)]
    return {
        "员工": [person(number, 期初结转=5, 期初月份="2026-09") for number in numbers],
        "休息": [{"工号": number, "日期": date(2026, 9, 1), "类型": "工休"} for number in numbers],
        "打卡": [punch(each, number, 上班="20:10") for number in numbers for each in (day, other)],
        "请假": [
            {
                "工号": number, "类型": "事假", "开始日期": date(2026, 9, 8), "结束日期": date(2026, 9, 9),
                "申请时间": "2026-09-01 10:00", "批准人": "王",
            }
            for number in numbers
        ],
        "离岗": [{"工号": number, "营业日": day, "离开": "21:00", "返回": "22:00"} for number in numbers],
        "订台": [booking(f"B-{number}", day, number, 台号=number) for number in numbers],
        "签送": [
            comp(f"C-{number}", f"B-{number}", day, numbers[place - 1], 金额=60)
            for place, number in enumerate(numbers)
        ],
        "违规": [
            {"违规号": f"V-{number}", "工号": number, "营业日": day, "条款": "4.4", "订台号": f"B-{number}"}
            for number in numbers
        ],
        "奖金": [{"工号": number, "月份": "2026-09", "事由": "奖", "金额": 5} for number in numbers],
        "代扣": [{"工号": number, "月份": "2026-09", "类型": "社保", "金额": 5} for number in numbers],
    }  # fmt: skip


def queries_of(house: House) -> int:
    with CaptureQueriesContext(connection) as queries:
        house.run("2026-09")
    return len(queries)


@pytest.mark.django_db
def test_a_chunk_needs_as_many_queries_for_3_people_as_for_300(tmp_path: Any, settings: Any) -> None:
    settings.PAYROLL_CHUNK_SIZE = 300
    few, many = House(tmp_path, "few"), House(tmp_path, "many")
    few.bring(lively(3))
    many.bring(lively(300))
    assert queries_of(few) == queries_of(many)
    assert queries_of(few) == queries_of(many), "run again"


def test_nobody_employed_gives_an_empty_payroll(house: House) -> None:
    house.bring({"员工": [person(入职日期=date(2026, 11, 1))]})
    house.run("2026-09")
    assert house.figures("2026-09") == {}
    assert current_run(house.venue, MONTH) is not None
