"""Keys are compared cleaned, in half width, without letter case; the spelling that was stored first stays."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bookings.models import Booking, Table
from commissions.models import Bonus
from rulebook.cleaning import KeyClash, as_stored, differs_in_case, folded, plain
from staff.models import Employee
from tests.house import House
from tests.workbook.rows import bonus, off_post, report, withheld
from tests.workbooks import booking, comp, person, punch
from workbook.faults import Fault, Faulty

DAY = date(2026, 9, 2)


@pytest.fixture(scope="module")
def stored(kept_house: House) -> House:
    kept_house.bring(
        {
            "员工": [person("E1")],
            "订台": [booking("B1", DAY, "E1", 台号="V1"), booking("B2", DAY, "E1", 台号="V2")],
            "奖金": [bonus(工号="E1", 事由="Full 全勤")],
            "代扣": [withheld(工号="E1", 事由="Tax")],
        }
    )
    return kept_house


def faults(house: House, sheets: dict[str, list[dict[str, Any]]]) -> list[Fault]:
    with pytest.raises(Faulty) as caught:
        house.bring(sheets)
    return caught.value.faults


@pytest.mark.parametrize("spelling", ["Ｂ１", "B1\u200b", " B1", "\u202dB1\u202c", "Ｂ１\ufeff"])
def test_a_key_in_another_width_updates_the_row_whose_spelling_stays(stored: House, spelling: str) -> None:
    summary = stored.bring({"订台": [booking(spelling, DAY, "E1", 台号="V1", 消费金额=2000)]})
    assert summary.counts["订台"] == (0, 1, 0)
    assert sorted(Booking.objects.values_list("number", "spend")) == [("B1", 2000), ("B2", 1000)]


def test_a_staff_number_that_lost_its_zeros_is_asked_about_and_no_second_person(stored: House) -> None:
    stored.bring({"员工": [person("001")]})
    (fault,) = faults(stored, {"员工": [person(1), person("12"), person("0012")]})  # type: ignore[arg-type]
    assert (fault.row, fault.heading) == (2, "工号")
    assert "001" in fault.message
    assert set(Employee.objects.values_list("number", flat=True)) == {"E1", "001"}


def test_references_are_found_in_any_width(stored: House) -> None:
    stored.bring(
        {
            "打卡": [punch(DAY, "Ｅ１")],
            "离岗": [off_post(DAY, 工号="E1\u200b")],
            "签送": [comp("S1", "Ｂ１", DAY, "Ｅ１")],
            "违规": [report("V1", "4.4", DAY, 工号="Ｅ１", 订台号="B1\u2060")],
            "员工": [person("Ｅ１", 姓名="改名")],
        }
    )
    assert list(Employee.objects.values_list("number", "name")) == [("E1", "改名")]
    assert Booking.objects.count() == 2


@pytest.mark.parametrize(
    ("sheet", "row", "heading", "named"),
    [
        ("员工", person("e1"), "工号", "E1"),
        ("打卡", punch(DAY, "ｅ１"), "工号", "E1"),
        ("订台", booking("b1", DAY, "E1", 台号="V1"), "订台号", "B1"),
        ("订台", booking("B3", DAY, "E1", 台号="v1"), "台号", "V1"),
        ("违规", report("V1", "4.4", DAY, 工号="E1", 订台号="b1"), "订台号", "B1"),
        ("奖金", bonus(工号="E1", 事由="full 全勤"), "事由", "Full 全勤"),
        ("代扣", withheld(工号="E1", 事由="TAX"), "事由", "Tax"),
    ],
)
def test_a_key_in_another_letter_case_is_a_fault_that_names_the_stored_one(
    stored: House, sheet: str, row: dict[str, Any], heading: str, named: str
) -> None:
    (fault,) = faults(stored, {sheet: [row]})
    assert (fault.sheet, fault.row, fault.heading) == (sheet, 2, heading)
    assert f"from {named} in the case" in fault.message


def test_a_reason_in_another_width_is_the_same_entry(stored: House) -> None:
    stored.bring({"奖金": [bonus(工号="E1", 事由="Ｆｕｌｌ\u3000全勤", 金额=300)]})
    assert list(Bonus.objects.values_list("reason", "amount")) == [("Full 全勤", 300)]


def test_tables_in_another_width_are_one_table_with_its_turns(stored: House) -> None:
    Table.objects.create(venue=stored.venue, code="K9", kind="booth", seats=4, column=1, row=1)
    stored.bring(
        {
            "订台": [
                booking("B7", DAY, "E1", 台号="Ｖ１", 到店时间="22:00"),
                booking("B8", DAY, "E1", 台号="Ｋ９"),
                booking("B9", DAY, "E1", 台号="新1", 到店时间="22:00"),
                booking("B10", DAY, "E1", 台号="新１", 到店时间="23:00"),
            ]
        }
    )
    found = {number: (table, turn) for number, table, turn in Booking.objects.values_list("number", "table", "turn")}
    assert found["B7"] == ("V1", 2)
    assert found["B8"] == ("K9", 1)
    assert (found["B9"], found["B10"]) == (("新1", 1), ("新1", 2))


def test_no_spelling_of_one_key_makes_two_rows_in_one_file(house: House) -> None:
    house.bring({"员工": [person("E1")]})
    for other in ("Ｂ１", "b1", "B1\u200b", "ｂ１"):
        (fault,) = faults(house, {"订台": [booking("B1", DAY, "E1"), booking(other, DAY, "E1")]})
        assert (fault.row, fault.heading) == (3, "订台号")
        assert "row 2" in fault.message
    (fault,) = faults(house, {"奖金": [bonus(工号="E1", 事由="A"), bonus(工号="E1", 事由="Ａ")]})
    assert (fault.row, fault.heading) == (3, "工号")


def test_of_two_stored_keys_alike_the_exact_one_is_meant_and_no_other(stored: House) -> None:
    Booking.objects.filter(number="B2").update(number="b1", table="V2")
    stored.bring({"订台": [booking("B1", DAY, "E1", 台号="V1", 消费金额=5)]})
    stored.bring({"订台": [booking("b1", DAY, "E1", 台号="V2", 消费金额=7)]})
    assert sorted(Booking.objects.values_list("number", "spend")) == [("B1", 5), ("b1", 7)]
    Booking.objects.filter(number="B1").update(number="B\u200b1")
    (fault,) = faults(stored, {"订台": [booking("Ｂ１", DAY, "E1", 台号="V1")]})
    assert "b1" in fault.message
    assert "U+200B" in fault.message


def test_a_row_stored_with_hidden_marks_before_is_updated_and_keeps_its_spelling(stored: House) -> None:
    Booking.objects.filter(number="B1").update(number="Ｂ\u200b１")
    stored.bring({"订台": [booking("B1", DAY, "E1", 台号="V1", 消费金额=5)]})
    assert sorted(Booking.objects.values_list("number", "spend")) == [("B2", 1000), ("Ｂ\u200b１", 5)]


def test_two_arrivals_at_one_table_in_one_second_are_hinted_at(stored: House) -> None:
    summary = stored.bring({"订台": [booking("B5", DAY, "E1", 台号="V1")]})
    (hint,) = summary.plan.hints
    assert (hint.sheet, hint.row, hint.heading) == ("订台", 2, "到店时间")
    assert "B1 came to V1" in hint.message
    assert not stored.bring({"订台": [booking("B6", DAY, "E1", 台号="V1", 到店时间="21:00:01")]}).plan.hints


@given(
    st.lists(st.sampled_from(["B1", "Ｂ１", "b1", "B1\u200b", "B2"]), min_size=1, max_size=4, unique=True), st.data()
)
@settings(max_examples=60)
def test_a_key_has_one_spelling_or_is_asked_about(stored_keys: list[str], data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(["B1", "Ｂ１", "b1", "B1\u200b", "B2", "ｂ２"]))
    alike = [key for key in stored_keys if folded(key) == folded(typed)]
    spelled = [key for key in alike if key in (typed, plain(typed))]
    if spelled or not alike or (len(alike) == 1 and not differs_in_case(typed, alike[0])):
        assert as_stored(typed, alike) in (spelled or alike or [None])
        return
    with pytest.raises(KeyClash) as clash:
        as_stored(typed, alike)
    assert set(clash.value.stored) == set(alike)


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("休息", {"工号": "R1", "日期": DAY, "类型": "工休"}),
        ("请假", {"工号": "R1", "开始日期": DAY, "类型": "法定假", "结束日期": DAY, "申请时间": "2026-09-01 12:00"}),
        ("打卡", punch(DAY, "R1")),
        ("", {}),
    ],
)
def test_who_comes_back_gets_a_new_number_whatever_tells_of_the_former_employment(
    house: House, sheet: str, row: dict[str, Any]
) -> None:
    house.given(
        {"员工": [person("R1", 离职日期=date(2026, 9, 10), 离职类型="辞职")], **({sheet: [row]} if sheet else {})}
    )
    if not sheet:
        house.run("2026-09")  # a draft alone
    found = faults(house, {"员工": [person("R1", 入职日期=date(2026, 11, 1), 离职日期=None, 离职类型=None)]})
    assert {fault.heading for fault in found} == {"入职日期"}
    assert "new staff number (工号)" in found[0].message
    house.given({"员工": [person("R2", 入职日期=date(2026, 11, 1))]})
