"""The radar: each finding for a built case and none for an innocent one; phones, other venues, figures of payroll."""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from accounts.permissions import Role
from bookings.models import Booking
from comps.models import Comp
from dashboards.radar.costing import by_person, chart_of
from dashboards.radar.findings import Finding, FindingKind, Share, Subject, chance_of, findings_of, stands_out
from dashboards.radar.inputs import costs_of, facts_of
from dashboards.radar.month_facts import Booked, Cost, Facts, Given
from dashboards.radar.views import PAGE
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from tests.house import House
from tests.pages.looking import at as address_of, signed_in, somebody, text_of, tree
from tests.workbooks import person
from venues.services import count_change

DAY = date(2026, 9, 5)
NINE = datetime(2026, 9, 5, 13, tzinfo=UTC)
MONTH = CalendarMonth(2026, 9)
_keys = count(1)


def booked(who: int = 1, seconds: int = 3600, **more: Any) -> Booked:
    """An arrived booking of somebody, registered so many seconds before the arrival."""
    pk = next(_keys)
    values = {
        "pk": pk, "number": f"B{pk}", "day": DAY, "person": who, "table": f"T{pk}", "phone": f"1{pk:010}",
        "registered": NINE - timedelta(seconds=seconds), "arrived": NINE, "confirmed_by": None, "state": "arrived",
        "spend": Decimal(1000),
    }  # fmt: skip
    return Booked(**(values | more))


def comped(on: Booked, amount: str = "28", **more: Any) -> Given:
    values = {
        "number": f"S{next(_keys)}", "booking": on.pk, "person": on.person, "category": "snack", "item": "花生",
        "amount": Decimal(amount), "ground": "spend", "given": NINE,
    }  # fmt: skip
    return Given(**(values | more))


def found(bookings: Iterable[Booked], comps: Iterable[Given] = (), kind: FindingKind | None = None) -> list[Finding]:
    facts = Facts(10, Decimal("0.05"), ("snack", "fruit"), list(bookings), list(comps))
    return [one for one in findings_of(facts) if kind is None or one.kind == kind]


def others(number: int = 60) -> list[Booked]:
    """Bookings of many people, an hour before each arrival."""
    return [booked(100 + place % 6) for place in range(number)]


class TestJustBefore:
    def test_who_registers_just_before_the_arrival_stands_out_with_the_records(self) -> None:
        late = [booked(1, 660) for _each in range(7)]
        [one] = found([*others(), *late, *(booked(1) for _each in range(11))], kind=FindingKind.JUST_BEFORE)
        assert (one.key, one.own, one.rest) == (1, Share(7, 18), Share(0, 60))
        assert set(one.bookings) == set(late)

    @pytest.mark.parametrize(
        ("seconds", "is_found"), [(599, False), (600, True), (900, True), (901, False), (0, False), (-60, False)]
    )
    def test_the_window_is_from_the_lead_to_five_minutes_more(self, seconds: int, is_found: bool) -> None:
        rows = [*others(), *(booked(1, seconds) for _each in range(8))]
        assert bool(found(rows, kind=FindingKind.JUST_BEFORE)) == is_found

    def test_three_are_chance_four_are_not(self) -> None:
        for number, is_found in ((3, False), (4, True)):
            rows = [*others(), *(booked(1, 660) for _each in range(number)), booked(1)]
            assert bool(found(rows, kind=FindingKind.JUST_BEFORE)) == is_found

    def test_who_does_as_everybody_does_is_not_found(self) -> None:
        rows = [booked(who, 660 if turn % 3 else 3600) for who in range(1, 8) for turn in range(18)]
        assert not found(rows, kind=FindingKind.JUST_BEFORE)

    def test_a_booking_that_never_arrived_or_lacks_a_time_says_nothing(self) -> None:
        missing = [
            booked(1, 660, **more) for more in ({"state": "no_show"}, {"registered": None}) for _each in range(5)
        ]
        assert not found([*others(), *missing], kind=FindingKind.JUST_BEFORE)


class TestExact:
    @pytest.mark.parametrize(("seconds", "is_found"), [(599, False), (600, True), (659, True), (660, False)])
    def test_exactly_is_to_the_minute(self, seconds: int, is_found: bool) -> None:
        rows = [*others(), *(booked(1, seconds) for _each in range(5))]
        assert bool(found(rows, kind=FindingKind.EXACT)) == is_found

    def test_who_confirmed_them_stands_out_too(self) -> None:
        exact = [booked(number, 610, confirmed_by=7) for number in range(1, 6)]
        rest = [one._replace(confirmed_by=8) for one in others()]
        one = next(one for one in found([*rest, *exact], kind=FindingKind.EXACT) if one.subject == Subject.CONFIRMER)
        assert (one.key, one.own) == (7, Share(5, 5))
        assert one.people == {1, 2, 3, 4, 5}

    def test_who_confirmed_as_others_do_is_not_found(self) -> None:
        rows = [booked(who, 3600, confirmed_by=who % 2) for who in range(40)]
        assert not found(rows)


class TestPhones:
    def test_a_phone_under_two_managers_is_found_by_its_last_four_digits_alone(self) -> None:
        rows = [booked(who, phone="13912345678") for who in (1, 1, 2)]
        [one] = found([*others(), *rows], kind=FindingKind.PHONE)
        assert (one.key, one.own, one.people) == ("5678", Share(3, 2), {1, 2})
        assert "13912345678" not in repr(one)

    def test_a_guest_of_one_manager_is_nobodys_business(self) -> None:
        assert not found([*others(), *(booked(1, phone="13912345678") for _each in range(9))], kind=FindingKind.PHONE)

    def test_what_is_no_phone_is_not_compared(self) -> None:
        assert not found([booked(1, phone=""), booked(2, phone="")], kind=FindingKind.PHONE)


class TestComps:
    def test_comps_that_cluster_at_one_person_are_found_with_their_amount(self) -> None:
        own, rest = [booked(1) for _each in range(8)], others()
        [one] = found([*own, *rest], [comped(one) for one in (*own[:6], *rest[:6])], kind=FindingKind.COMPS)
        assert (one.subject, one.key, one.own, one.amount) == (Subject.PERSON, 1, Share(6, 8), Decimal(168))

    def test_several_comps_on_one_table_are_one_booking(self) -> None:
        own, rest = [booked(1) for _each in range(8)], others()
        assert not found([*own, *rest], [comped(own[0]) for _each in range(9)], kind=FindingKind.COMPS)

    def test_comps_that_cluster_at_a_table_are_found(self) -> None:
        own = [booked(place, table="V1") for place in range(1, 7)]
        rest = [one._replace(table=f"A{place % 9}") for place, one in enumerate(others())]
        shown = found([*own, *rest], [comped(one) for one in (*own, *rest[:5])], kind=FindingKind.COMPS)
        assert [(one.key, one.own) for one in shown if one.subject == Subject.TABLE] == [("V1", Share(6, 6))]

    def test_comps_spread_over_the_house_are_not_found(self) -> None:
        rows = [booked(who, table=f"T{who}") for who in range(1, 9) for _each in range(9)]
        assert not found(rows, [comped(one) for one in rows[::3]], kind=FindingKind.COMPS)


class TestLimit:
    def rows(self, amount: str, spend: str = "1000", number: int = 4) -> list[Finding]:
        own, rest = [booked(1, spend=Decimal(spend)) for _each in range(number)], others()
        comps = [comped(one, amount) for one in own] + [comped(one, "28") for one in rest[:20]]
        return found([*own, *rest], comps, kind=FindingKind.LIMIT)

    @pytest.mark.parametrize(
        ("amount", "is_found"), [("50", True), ("49", True), ("48.99", False), ("50.01", False), ("28", False)]
    )
    def test_the_limit_is_the_allowance_or_up_to_one_yuan_under_it(self, amount: str, is_found: bool) -> None:
        assert bool(self.rows(amount)) == is_found

    def test_the_allowance_is_rounded_as_the_rule_rounds_it(self) -> None:
        assert self.rows("33.33", "666.50")  # 33.325
        assert not self.rows("33.34", "666.50")

    def test_a_small_allowance_is_near_everything_and_says_nothing(self) -> None:
        assert not self.rows("9.50", "199.80")
        assert self.rows("10", "200")

    def test_two_are_chance(self) -> None:
        assert not self.rows("50", number=2)
        assert self.rows("50", number=3)

    def test_all_comps_on_a_booking_count_together_whoever_gives_them(self) -> None:
        own, rest = [booked(1) for _each in range(4)], others()
        comps = [comped(one, amount, person=who) for one in own for amount, who in (("20", 1), ("30", 2))]
        shown = found([*own, *rest], [*comps, *(comped(one) for one in rest[:20])], kind=FindingKind.LIMIT)
        assert {one.key for one in shown} == {1, 2}

    def test_what_is_not_settled_or_given_by_table_has_no_limit(self) -> None:
        own = [booked(1, spend=None) for _each in range(4)]
        assert not found([*own, *others()], [comped(one, "50") for one in own], kind=FindingKind.LIMIT)
        own = [booked(1) for _each in range(4)]
        assert not found([*own, *others()], [comped(one, "50", ground="daily") for one in own], kind=FindingKind.LIMIT)


def test_a_share_stands_out_from_twice_the_others_on() -> None:
    rest = Share(200, 1000)
    assert stands_out(Share(40, 100), rest, 4) is not None
    assert stands_out(Share(39, 100), rest, 4) is None
    assert stands_out(Share(4, 8), rest, 4) is None, "so many of so few are chance"


def test_the_chance_is_that_of_so_many_or_more() -> None:
    assert chance_of(Share(2, 2), Share(0, 0)) == pytest.approx(0.25)
    assert chance_of(Share(1, 2), Share(0, 0)) == pytest.approx(0.75)
    assert 0 <= chance_of(Share(5000, 20000), Share(10, 20000)) < 1e-100


def test_the_rate_adds_up_as_it_is_shown() -> None:
    cost = Cost(Decimal("1000.01"), Decimal("33.33"), Decimal("9999.99"))
    assert cost.parts == (Decimal("10.00"), Decimal("0.33"))
    assert cost.rate == Decimal("10.33")
    assert Cost(Decimal(3000), Decimal(5), Decimal(0)).rate is None
    assert Cost(None, Decimal(5), Decimal(10)).rate is None


# --- the pages ---


@pytest.fixture(scope="module")
def month(kept_house: House) -> House:
    """Two managers with sixteen bookings each: A's are registered at exactly ten minutes, with comps at the limit."""
    kept_house.bring({"员工": [person("A"), person("B")]})
    fill(kept_house)
    kept_house.run("2026-09")
    return kept_house


def fill(house: House) -> None:
    host = somebody(house, Role.HOST, "host")
    for number, seconds in (("A", 610), ("B", 5000)):
        employee = Employee.objects.get(venue=house.venue, number=number)
        for place in range(16):
            at = NINE + timedelta(days=place % 20)
            booking = Booking.objects.create(
                venue=house.venue, number=f"{house.code}-{number}{place}", business_day=at.date(), employee=employee,
                table=f"{number}{place}", guest_name="林先生", guest_phone=f"1391234{place:04}" if place < 2 else "",
                registered_at=at - timedelta(seconds=seconds), arrived_at=at, confirmed_by=host, state="arrived",
                spend=Decimal(2000), turn=1,
            )  # fmt: skip
            if (number == "A" and place < 5) or place == 9:
                Comp.objects.create(
                    venue=house.venue, number=f"{house.code}-S{number}{place}", booking=booking,
                    business_day=booking.business_day, employee=employee, category="fruit", item="果盘",
                    amount=Decimal(100) if number == "A" else Decimal(28), ground="spend", given_at=at,
                )  # fmt: skip
    count_change(house.venue, [MONTH])


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def page_of(house: House, name: str = "radar_month", month: str = "2026-09", language: str = "en", **query: Any) -> Any:
    return signed_in(owner(house), language).get(address_of(house, name, month), query)


def titles(page: Any) -> set[str]:
    return set(tree(page).xpath("//details[contains(@class, 'radar-finding')]//span[@class='tag']/text()"))


def test_each_finding_stands_with_its_figures_and_its_records(month: House) -> None:
    page = page_of(month)
    told = text_of(page)
    assert "16 of 16 bookings (100%) registered 10 to 15 minutes before, the others 0%" in told
    assert "16 of 16 bookings (100%) arrived at exactly 10 minutes, the others 0%" in told
    assert titles(page) == {
        "Registered just before the arrival", "Arrived at exactly the lead", "Comps that cluster",
        "Comps at exactly the limit", "One phone, several managers",
    }  # fmt: skip
    pk = Booking.objects.get(number="main-A3").pk
    assert tree(page).xpath(f"//details//a[contains(@href, '/bookings/{pk}/')]")


def test_it_says_that_nobody_is_accused(month: House) -> None:
    assert "Nobody is accused" in text_of(page_of(month))
    assert "不指控任何人" in text_of(page_of(month, language="zh-hans"))


def test_no_phone_stands_on_the_page_or_in_the_excel_whole(month: House) -> None:
    page = page_of(month).content.decode()
    assert "…0001" in page
    assert "13912340001" not in page
    cells = sheets(page_of(month, "radar_workbook"))
    assert "…0001" in cells
    assert "13912340001" not in cells


def sheets(answer: Any) -> str:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)


def test_the_findings_are_filtered_by_kind_and_by_person(month: House) -> None:
    assert titles(page_of(month, kind="limit")) == {"Comps at exactly the limit"}
    other = Employee.objects.get(number="B").pk
    assert titles(page_of(month, person=other)) == {"One phone, several managers"}
    for query in ({"kind": "nonsense"}, {"person": "x"}, {"person": "9" * 30}, {"page": "x"}):
        assert page_of(month, **query).status_code == 200


def test_the_excel_is_the_filtered_set_with_its_month_in_the_name(month: House) -> None:
    answer = page_of(month, "radar_workbook", kind="limit")
    assert 'filename="main-2026-09-radar.xlsx"' in answer["Content-Disposition"]
    told = sheets(answer)
    assert "Comps at exactly the limit" in told
    assert "One phone" not in told
    assert "main-A3" in told


def test_another_venues_records_are_never_among_them(month: House, tmp_path: Any) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("A"), person("B")]})
    before = page_of(month).content.decode()
    fill(other)
    after = page_of(month).content.decode()
    assert "other-A3" not in after
    assert text_of(page_of(month)).count("16 of 16") == before.count("16 of 16")
    assert len(facts_of(month.venue, MONTH).bookings) == 32


def test_a_month_changed_since_is_swept_anew(month: House) -> None:
    page_of(month)
    Comp.objects.all().delete()
    count_change(month.venue, [MONTH])
    assert "Comps at exactly the limit" not in titles(page_of(month))


def test_the_cost_is_that_of_the_months_payslips(month: House) -> None:
    facts = facts_of(month.venue, MONTH)
    costs = costs_of(month.venue, MONTH, facts.comps)
    slips = {slip.employee_id: slip for slip in month.current("2026-09").payslips.all()}
    assert {pk: (cost.pay, cost.sales) for pk, cost in costs.people.items()} == {
        pk: (slip.gross, slip.sales) for pk, slip in slips.items()
    }
    whole = costs.months[MONTH]
    assert whole.pay == sum(slip.gross for slip in slips.values())
    assert whole.sales == sum(slip.sales for slip in slips.values())
    assert whole.comps == sum(comp.amount for comp in Comp.objects.all()) == Decimal(628)
    chart = chart_of(costs, MONTH)
    assert chart.labels == ["2026-09"]
    assert sum(one.figures[0] for one in chart.series) == whole.rate  # type: ignore[misc]


def test_who_sold_nothing_stands_last_without_a_rate(month: House) -> None:
    Booking.objects.filter(employee__number="B").update(spend=Decimal(0))
    month.run("2026-09")
    rows = by_person(costs_of(month.venue, MONTH, []))
    assert [row.rate is None for row in rows] == [False, True]


def test_a_month_without_bookings_or_payroll_says_so(month: House) -> None:
    told = text_of(page_of(month, month="2026-03"))
    assert "no bookings yet" in told
    assert "no payroll yet" in told


def test_a_month_in_which_nothing_stands_out_says_so(month: House) -> None:
    Booking.objects.filter(employee__number="A").update(employee=Employee.objects.get(number="B"), guest_phone="")
    Comp.objects.all().delete()
    Booking.objects.update(registered_at=None)
    count_change(month.venue, [MONTH])
    assert "Nothing stands out" in text_of(page_of(month))


def test_the_radar_asks_as_often_for_many_findings_as_for_few(month: House) -> None:
    client, address = signed_in(owner(month)), address_of(month, "radar_month", "2026-09")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    usual = asked()
    staff = list(Employee.objects.filter(venue=month.venue))
    for place in range(40):
        for employee in staff:
            Booking.objects.create(
                venue=month.venue, number=f"P{place}-{employee.number}", business_day=DAY, employee=employee,
                guest_phone=f"137000{place:05}", state="no_show",
            )  # fmt: skip
    count_change(month.venue, [MONTH])
    assert asked() == usual <= 15
    assert len(tree(page_of(month)).xpath("//details[contains(@class, 'radar-finding')]")) == PAGE
    assert tree(page_of(month)).xpath("//a[@rel='next']")
