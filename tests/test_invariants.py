"""What holds of every month, whatever its facts: found by hypothesis, not by example."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.models import Payslip, PayslipLine, SaleLine
from comps.models import Comp
from rulebook.calendar import CalendarMonth
from tests.figures import all_rows, figures_of
from tests.house import House
from tests.months import months
from tests.test_payslips import AMOUNTS
from venues.errors import MonthLocked
from venues.models import Month
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty, Report
from workbook.faults import Faulty

MONTH = "2026-09"
TITLES = ("工资表", "工资明细", "代发")
PROFILE = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
_codes = count()


@contextmanager
def new_house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        yield House(Path(folder), f"house-{next(_codes)}")


def result(house: House) -> Any:
    """Everything a month's export says."""
    return all_rows(house.export(MONTH))


def computed(sheets: dict[str, list[dict[str, Any]]]) -> Any:
    with new_house() as house:
        house.bring(sheets)
        house.run(MONTH)
        return result(house)


class Invariants(TestCase):
    @PROFILE
    @given(months())
    def test_lines_add_up_and_columns_agree(self, sheets: Any) -> None:
        sheets = computed(sheets)
        payroll, lines, transfers, figures = *(sheets[title] for title in TITLES), figures_of(sheets)
        for row in payroll[:-1]:
            amounts = {name: Decimal(figures[row["工号"]][name]) for name in AMOUNTS}
            own = [Decimal(str(line["金额"])) for line in lines if line["工号"] == row["工号"]]
            assert sum(own) == amounts["实发"]
            assert amounts["应发合计"] == amounts["底薪"] + amounts["提成"] + amounts["奖金"]
            assert amounts["罚款"] + amounts["上月结转"] == amounts["扣款合计"] + amounts["结转下月"]
            assert amounts["实发"] == amounts["应发合计"] - amounts["扣款合计"] - amounts["代扣"] + amounts["押金退还"]
            assert amounts["实发"] >= amounts["押金退还"] >= 0
            assert sum(map(Decimal, figures[row["工号"]]["罚款明细"].values())) == amounts["罚款"]
        assert sum(row["金额"] for row in transfers) == sum(row["实发"] for row in payroll[:-1])

    @PROFILE
    @given(months())
    def test_twice_is_once(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            house.run(MONTH)
            once, ledger = result(house), list(Penalty.objects.order_by("pk").values())
            again = house.bring(sheets)
            assert all(new == changed == 0 for new, changed, _same in again.counts.values())
            assert not house.current(MONTH).is_stale
            reconcile_month(house.venue, CalendarMonth.parse(MONTH), now=house.now)
            house.run(MONTH)
            assert result(house) == once
            assert list(Penalty.objects.order_by("pk").values()) == ledger

    @PROFILE
    @given(months(), st.randoms(use_true_random=False))
    def test_the_order_of_rows_columns_and_sheets_does_not_matter(self, sheets: Any, random: Any) -> None:
        titles = list(sheets)
        random.shuffle(titles)
        shuffled = {}
        for title in titles:
            rows = list(sheets[title])
            random.shuffle(rows)
            headings = [heading for row in rows[:1] for heading in row]
            random.shuffle(headings)
            shuffled[title] = [{heading: row[heading] for heading in headings} for row in rows]
        assert computed(shuffled) == computed(sheets)

    @PROFILE
    @given(months(), st.integers(1, 4), st.randoms(use_true_random=False))
    def test_the_split_of_the_import_into_files_does_not_matter(self, sheets: Any, parts: int, random: Any) -> None:
        whole = computed(sheets)
        with new_house() as house:
            house.bring({title: sheets[title] for title in ("员工", "制度", "活动日")})
            for titles in (("休息", "打卡", "请假", "离岗", "奖金", "代扣"), ("订台",), ("签送", "违规")):
                pieces: list[dict[str, list[Any]]] = [{} for _ in range(parts)]
                for title in titles:
                    for row in sheets[title]:
                        random.choice(pieces).setdefault(title, []).append(row)
                for piece in pieces:
                    house.bring(piece)
            house.run(MONTH)
            assert result(house) == whole

    @PROFILE
    @given(months(), st.integers(1, 3))
    def test_the_size_of_chunks_does_not_matter(self, sheets: Any, size: int) -> None:
        whole = computed(sheets)
        with override_settings(PAYROLL_CHUNK_SIZE=size):
            assert computed(sheets) == whole

    @PROFILE
    @given(months(), months())
    def test_a_locked_month_never_changes(self, sheets: Any, others: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            run = house.run(MONTH)
            before = result(house)
            Month.objects.filter(pk=run.month_id).update(state=Month.State.LOCKED)
            tables = (Payslip, PayslipLine, SaleLine, Penalty, Rest, Punch, Leave, OffPost, Booking, Comp, Report)
            rows = [list(model.objects.order_by("pk").values()) for model in tables]
            with suppress(Faulty):
                house.bring(others)
            with pytest.raises(MonthLocked):
                house.run(MONTH)
            assert result(house) == before
            assert rows == [list(model.objects.order_by("pk").values()) for model in tables]

    @PROFILE
    @given(months())
    def test_another_venue_with_the_same_keys_changes_nothing(self, sheets: Any) -> None:
        with new_house() as other:
            other.bring({**sheets, "订台": [{**row, "消费金额": "1.00"} for row in sheets["订台"]]})
            other.run(MONTH)
            mine = computed(sheets)
        assert mine == computed(sheets)
