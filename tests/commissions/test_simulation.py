"""What a month would have paid under another policy is, line by line, what a run under it pays; nothing is written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from bench.house import NIGHT, fill
from commissions.engine import simulation
from commissions.engine.compute import digest_of
from commissions.engine.simulation import simulate
from commissions.models import Payslip
from rulebook.calendar import CalendarMonth, days_between
from rulebook.policy import Policy
from tests.house import House
from tests.months import months
from tests.supposing import DRAFTS, assert_as_a_run, supposed
from tests.workbooks import booking, person, punch
from venues.models import Venue
from violations.models import Penalty

SEPTEMBER = CalendarMonth.parse("2026-09")
_codes = count()


@contextmanager
def new_house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        yield House(Path(folder), f"supposed-{next(_codes)}")


PROFILE = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


class AnyMonth(TestCase):
    @PROFILE
    @given(months(), st.sampled_from(DRAFTS), st.booleans())
    def test_a_month_supposed_is_a_run_under_the_draft(self, sheets: Any, values: Any, is_waived: bool) -> None:
        with new_house() as house:
            house.bring(sheets)
            house.run("2026-09")
            if is_waived:
                waive_every_other(house)
            assert_as_a_run(house, "2026-09", values)

    @PROFILE
    @given(months(), st.integers(1, 2))
    def test_how_many_people_are_read_at_once_does_not_matter(self, sheets: Any, number: int) -> None:
        with new_house() as house:
            house.bring(sheets)
            whole = supposed(house, "2026-09", DRAFTS[0])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(simulation, "PEOPLE_AT_ONCE", number)
                assert supposed(house, "2026-09", DRAFTS[0]) == whole

    @PROFILE
    @given(months(), st.sampled_from(DRAFTS))
    def test_the_parts_of_everybody_make_their_difference(self, sheets: Any, values: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            told = supposed(house, "2026-09", values)
            for one in told.outcomes:
                assert sum((part.difference for part in one.parts), Decimal(0)) == one.difference
            assert sum((after - before for _name, before, after in told.sums), Decimal(0)) == told.difference


def waive_every_other(house: House) -> None:
    somebody = User.objects.get_or_create(username="owner")[0]
    pks = Penalty.objects.filter(employee__venue=house.venue).order_by("pk").values_list("pk", flat=True)
    Penalty.objects.filter(pk__in=list(pks)[::2]).update(
        state="waived", waived_by=somebody, waived_at=house.now, waiver_reason="x"
    )


@pytest.fixture(scope="module")
def month(kept_house: House) -> House:
    """A sells 45,000 and is late twice, B sells nothing; both come every day but for B's two absences."""
    days = list(days_between(SEPTEMBER.first, SEPTEMBER.last))
    kept_house.bring({
        "员工": [person("A"), person("B")],
        "打卡": [
            *(punch(day, "A", 上班="20:10" if day.day in (3, 4) else "20:00") for day in days),
            *(punch(day, "B") for day in days if day.day not in (8, 9)),
        ],
        "订台": [booking("1", days[0], "A", 消费金额="45000")],
    })  # fmt: skip
    return kept_house


def test_nothing_is_written(month: House) -> None:
    month.run("2026-09")
    with CaptureQueriesContext(connection) as queries:
        supposed(month, "2026-09", DRAFTS[1])
    assert {query["sql"].lstrip("(").split()[0] for query in queries} == {"SELECT"}


def test_who_gains_and_who_loses_the_largest_change_first(month: House) -> None:
    told = supposed(month, "2026-09", {"commission_rate": "0.05", "absence_fine": "300"})
    assert [(one.number, one.difference) for one in told.outcomes] == [("B", Decimal(-200)), ("A", Decimal(100))]
    assert [one.number for one in told.gaining] == ["A"]
    assert [one.number for one in told.losing] == ["B"]
    assert told.difference == Decimal(-100)


def test_the_lines_that_make_a_difference_are_told_by_kind(month: House) -> None:
    told = supposed(month, "2026-09", {"late_fine": "60", "commission_rate": "0.05"})
    parts = {part.article: part for part in next(one for one in told.outcomes if one.number == "A").parts}
    assert set(parts) == {"2.2", "1.2.F"}
    assert (parts["1.2.F"].sum_before, parts["1.2.F"].sum_after, len(parts["1.2.F"].after)) == (-100, -120, 2)
    assert parts["2.2"].difference == 100


def test_a_commission_forfeited_by_the_draft_is_told_with_its_line(month: House) -> None:
    late_is_absent = {"grace_minutes": "5", "absence_forfeit_days": "2"}
    told = supposed(month, "2026-09", late_is_absent)
    parts = {(part.item, part.article) for part in told.outcomes[0].parts}
    assert {("forfeit", "1.2.D"), ("commission", "2.2"), ("fine", "1.2.D"), ("fine", "1.2.F")} <= parts


def test_a_waived_fine_stays_waived(month: House) -> None:
    month.run("2026-09")
    waive_every_other(month)
    assert_as_a_run(month, "2026-09", {"late_fine": "500", "absence_fine": "500"})


def test_before_is_the_months_own_policy_whatever_is_stored(month: House) -> None:
    run = month.run("2026-09")
    told = supposed(month, "2026-09", DRAFTS[0])
    assert told.stored is not None
    assert (told.stored.net, told.stored.differing) == (told.before, 0)
    assert {digest_of(one.before) for one in told.outcomes} == set(
        Payslip.objects.filter(run=run).values_list("digest", flat=True)
    )


def test_a_draft_that_is_older_than_its_facts_is_told(month: House) -> None:
    month.run("2026-09")
    month.bring({"订台": [booking("2", SEPTEMBER.first, "A", 消费金额="1000")]})
    told = supposed(month, "2026-09", DRAFTS[0])
    assert told.stored is not None
    assert told.stored.differing == 1
    assert told.before == told.stored.net + 30


def test_a_month_never_computed_has_nothing_stored(month: House) -> None:
    assert supposed(month, "2026-09", DRAFTS[0]).stored is None
    assert Payslip.objects.count() == 0


def test_what_was_carried_in_is_the_month_befores_as_it_is_stored(month: House) -> None:
    month.bring({"员工": [person("A", 期初结转="3500.00", 期初月份="2026-09"), person("B")]})
    month.run("2026-09")
    assert_as_a_run(month, "2026-10", {"absence_fine": "1"})


def test_another_venue_is_not_read(month: House, tmp_path: Path) -> None:
    before = supposed(month, "2026-09", DRAFTS[0])
    other = House(tmp_path, "other")
    other.bring({"员工": [person("A"), person("X")], "订台": [booking("1", SEPTEMBER.first, "A", 消费金额="99000")]})
    assert supposed(month, "2026-09", DRAFTS[0]) == before


@pytest.mark.django_db
def test_the_number_of_queries_is_the_same_for_any_number_of_people_read_at_once() -> None:
    asked = []
    for people in (5, 60):
        fill(people, months=1, bookings=3, code=f"q{people}")
        venue = Venue.objects.get(code=f"q{people}")
        with CaptureQueriesContext(connection) as queries:
            simulate(venue, CalendarMonth.of(NIGHT.date()), Policy(), Policy().changed(DRAFTS[0]), now=NIGHT)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 9, asked
