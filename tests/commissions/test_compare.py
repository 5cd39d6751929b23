"""Two drafts of a month compared line by line."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from commissions.models import Bonus, Payslip, Withholding
from commissions.month.comparison import Comparison, compare, drafts_of
from rulebook.calendar import CalendarMonth
from tests.house import AFTER, House
from tests.pages.looking import as_role, at, text_of, tree
from tests.workbooks import booking, person, punch
from venues.services import count_change, require_open_months

SEPTEMBER = CalendarMonth(2026, 9)
DAY = date(2026, 9, 5)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


@pytest.fixture(scope="module")
def drafted(kept_house: House) -> House:
    kept_house.bring({
        "员工": [person(), person("B"), person("C")],
        "制度": [
            {"参数": name, "生效月份": "2026-08", "值": value}
            for name, value in (("absence_forfeit_days", "31"), ("absence_fine", "1"))
        ],
        "打卡": [punch(DAY, number, 上班="20:10") for number in "ABC"],
        "代扣": [{"工号": number, "月份": "2026-09", "类型": "社保", "金额": 300} for number in "AB"],
    })  # fmt: skip
    kept_house.run("2026-09")
    return kept_house


def compared(house: House) -> Comparison:
    before, shown = drafts_of(house.venue, SEPTEMBER)
    assert before is not None
    assert shown is not None
    return compare(before, shown)


def told(found: Comparison) -> dict[str, list[tuple[str, str, Decimal | None, Decimal | None]]]:
    return {
        person.number: [(line.kind, line.article, line.before, line.after) for line in person.lines]
        for person in found.people
    }


def page(house: House, query: str = "", language: str = "en") -> Any:
    return as_role(house, Role.HR, language).get(at(house, "payroll_compare", SEPTEMBER) + query)


def test_a_line_that_came_went_or_changed_is_told_and_nothing_else(drafted: House) -> None:
    taken = Withholding.objects.filter(employee__venue=drafted.venue)
    taken.filter(employee__number="A").update(amount=Decimal("310.50"))
    taken.filter(employee__number="B").delete()
    drafted.bring({
        "奖金": [{"工号": "B", "月份": "2026-09", "事由": "全勤", "金额": 100}],
        "打卡": [punch(date(2026, 9, 6), "A", 上班="20:10")],
    })  # fmt: skip
    drafted.run("2026-09")
    fine, absence, cost = Decimal(-50), Decimal(-1), Decimal(-300)
    found = compared(drafted)
    assert told(found) == {
        "A": [
            ("+", "1.2.F", None, fine),
            ("~", "withheld", cost, Decimal("-310.50")),
            ("-", "1.2.D", absence, None),
        ],
        "B": [("+", "2.4", None, Decimal(100)), ("-", "withheld", cost, None)],
    }
    assert found.same == 1
    for person_ in found.people:
        assert person_.difference == sum(line.difference for line in person_.lines)
    sums = {change.column.name: change.difference for change in found.sums}
    assert sums["net"] == sum(person_.difference for person_ in found.people)
    assert sums["bonus"] == 100
    assert sums["deductions"] == -49, "more is taken: the difference is negative"
    assert sums["withheld"] == Decimal("289.50")


def test_a_fine_with_other_words_and_the_same_amount_has_changed(drafted: House) -> None:
    drafted.bring({"打卡": [punch(DAY, "A", 上班="20:12")]})
    drafted.run("2026-09")
    Payslip.objects.filter(number="A").update(digest="")  # as one from before digests were kept
    (person_,) = compared(drafted).people
    (line,) = person_.lines
    assert (line.kind, line.difference) == ("~", 0)
    assert line.ground != line.ground_before != ""


def test_who_is_in_one_draft_alone_is_told_with_all_their_lines(drafted: House) -> None:
    drafted.bring({"员工": [person("E")]})
    drafted.run("2026-09")
    drafted.bring({"员工": [person("D"), person("E", 离职日期=date(2026, 8, 31), 离职类型="辞职")]})
    drafted.run("2026-09")
    found = {person_.number: person_ for person_ in compared(drafted).people}
    assert set(found) == {"D", "E"}
    assert found["E"].after is None
    assert {line.kind for line in found["E"].lines} == {"-"}
    assert found["D"].before is None
    assert {line.kind for line in found["D"].lines} == {"+"}
    words = text_of(page(drafted))
    assert "new in this draft" in words
    assert "no longer in this draft" in words


def test_two_alike_bonuses_are_two_lines(drafted: House) -> None:
    """By their words; where these are alike too, by their number."""
    who = drafted.venue.employees.get(number="A")
    Bonus.objects.create(employee=who, month=SEPTEMBER.first, reason="奖", amount=10)
    count_change(drafted.venue, require_open_months(drafted.venue, [SEPTEMBER]))
    drafted.run("2026-09")
    Bonus.objects.create(employee=who, month=SEPTEMBER.first, reason="奖二", amount=10)
    drafted.run("2026-09")
    assert told(compared(drafted)) == {"A": [("+", "2.4", None, Decimal(10))]}


@pytest.mark.parametrize(("language", "words"), [("en", "There is one draft alone."), ("zh-hans", "现在只有一稿。")])
def test_one_draft_alone_is_said(drafted: House, language: str, words: str) -> None:
    assert words in text_of(page(drafted, language=language))
    assert tree(page(drafted)).xpath("//main//table") == []


def test_a_month_not_computed_is_said(house: House) -> None:
    house.bring({"员工": [person()]})
    assert "was not computed yet" in text_of(page(house))


def test_two_drafts_alike_are_said_to_be_so(drafted: House) -> None:
    drafted.run("2026-09")
    assert "Both drafts are alike: the payslips of 3 people, to the fen." in text_of(page(drafted))


def test_the_month_leads_here_once_there_are_two_drafts(drafted: House) -> None:
    def ways() -> list[str]:
        month = as_role(drafted, Role.HR).get(at(drafted, "payroll_month", SEPTEMBER))
        return tree(month).xpath(f"//a[@href='{at(drafted, 'payroll_compare', SEPTEMBER)}']/@href")

    assert ways() == []
    drafted.run("2026-09")
    assert len(ways()) == 1
    drafted.run("2026-09")
    assert len(ways()) == 1


def test_many_people_and_lines_need_no_more_queries(house: House) -> None:
    asked = []
    for people in (3, 60):
        numbers = [f"P{place:03}" for place in range(people)]
        house.bring({
            "员工": [person(number) for number in numbers],
            "订台": [booking(f"B{number}", DAY, number) for number in numbers],
        })  # fmt: skip
        house.run("2026-09")
        house.bring({"奖金": [{"工号": one, "月份": "2026-09", "事由": f"x{people}", "金额": 1} for one in numbers]})
        house.run("2026-09")
        hr, address = as_role(house, Role.HR), at(house, "payroll_compare", SEPTEMBER)
        with CaptureQueriesContext(connection) as queries:
            shown = hr.get(address)
        assert len(tree(shown).xpath("//tr[@class='compared-who']")) == min(people, 50)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 15
    assert len(tree(page(house, "?page=2")).xpath("//tr[@class='compared-who']")) == 10
