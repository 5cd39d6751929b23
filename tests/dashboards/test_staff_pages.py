"""The staff dashboard's pages: what they show, in which order, to whom, and what the Excel repeats."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from accounts.permissions import Role
from attendance.models import Punch
from bookings.models import Booking
from commissions.selectors import payslips_of
from dashboards.team_month.charts import charts_of
from dashboards.team_month.figures import HouseMonth
from dashboards.team_month.selectors import house_month, stamp_of
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from tests.house import AFTER, House
from tests.pages.every_line import MONTH, OCTOBER, sheets
from tests.pages.looking import amount, as_role, at, squeezed, text_of, tree
from tests.workbooks import booking, person, punch
from venues.services import count_change

UNDER_WAY = datetime(2026, 10, 12, 14, tzinfo=UTC)  # the night of the 12th
SEPTEMBER = CalendarMonth(2026, 9)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    """The months of the tests are over."""
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


@pytest.fixture(scope="module")
def october(kept_house: House) -> House:
    kept_house.bring(sheets())
    kept_house.run(OCTOBER)
    return kept_house


@pytest.fixture
def many(house: House) -> House:
    """Sixty people, each with a booking of a hundred yuan more than the one before."""
    numbers = [f"P{index:02}" for index in range(60)]
    house.bring({
        "员工": [person(number) for number in numbers],
        "订台": [
            booking(f"B{place}", MONTH.first, number, 台号=f"T{place}", 消费金额=100 * place)
            for place, number in enumerate(numbers)
        ],
    })  # fmt: skip
    return house


def seen(house: House, month: CalendarMonth = MONTH, moment: datetime = AFTER) -> HouseMonth:
    return house_month(house.venue, month, stamp_of(house.venue, month, moment))


def looked(house: House, query: str = "", role: Role = Role.HR, month: str = OCTOBER, language: str = "zh-hans") -> Any:
    page = as_role(house, role, language).get(at(house, "staff_month", month) + query)
    assert page.status_code == 200
    return page


def names_on(page: Any) -> list[str]:
    return [squeezed(link.text) for link in tree(page).xpath("//table[contains(@class,'staff-table')]/tbody//th/a")]


def column(page: Any, look: str, part: str = "tbody") -> list[str]:
    cells = tree(page).xpath(f"//table[contains(@class,'staff-table')]/{part}/tr/td[contains(@class,'{look}')]")
    for cell in cells:
        for label in cell.xpath(".//small | .//*[@class='visually-hidden']"):
            label.text = ""
    return [squeezed("".join(cell.itertext())) for cell in cells]


def workbook(client: Client, house: House, query: str = "", month: str = OCTOBER) -> tuple[str, list[tuple[Any, ...]]]:
    """The name of the Excel, and its rows with the head."""
    answer = client.get(at(house, "staff_workbook", month) + query)
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.getvalue())).worksheets[0]
    return answer.headers["Content-Disposition"], list(sheet.iter_rows(values_only=True))


def test_the_key_figures_are_the_payrolls(october: House) -> None:
    slips = payslips_of(october.current(OCTOBER))
    keys = tree(looked(october)).xpath(
        "//dl[@class='key-figures']//dd[contains(@class,'key') and not(contains(@class,'note'))]"
    )
    sales, share, passed, attendance, fines = ("".join(key.itertext()).strip() for key in keys)
    sold, target = sum(slip.sales for slip in slips), sum((slip.target for slip in slips), ZERO)
    assert amount(sales) == sold.quantize(Decimal(1))
    assert share == f"{sold / target * 100:.1f}%"
    assert passed == f"{sum(slip.sales >= slip.target for slip in slips)} / {len(slips)}"
    assert attendance == f"{sum(slip.worked_days for slip in slips)} / {sum(slip.expected_days for slip in slips)}"
    assert -amount(fines) == sum(slip.fines for slip in slips)


def test_each_row_is_a_payslip(october: House) -> None:
    slips = {slip.name: slip for slip in payslips_of(october.current(OCTOBER))}
    page = looked(october)
    shown = zip(
        names_on(page), column(page, "sold"), column(page, "paid"), column(page, "was-there"), column(page, "fined"),
        strict=True,
    )  # fmt: skip
    assert len(slips) == 6
    for name, sold, paid, worked, fined in shown:
        slip = slips[name]
        assert (amount(sold), amount(paid), -amount(fined)) == (
            slip.sales.quantize(Decimal(1)),
            slip.commission,
            slip.fines,
        )
        assert worked == f"{slip.worked_days}/{slip.expected_days}"


def test_the_largest_sales_stand_on_top_and_a_heavier_line_follows_the_last_who_passed(house: House) -> None:
    house.bring({
        "员工": [person(number) for number in "ABC"],
        "订台": [
            booking("1", MONTH.first, "A", 消费金额=50000), booking("2", MONTH.first, "B", 消费金额=40000, 台号="A2"),
            booking("3", MONTH.first, "C", 消费金额=39999, 台号="A3"),
        ],
    })  # fmt: skip
    page = looked(house)
    assert names_on(page) == ["员工A", "员工B", "员工C"]
    line = "//tr[contains(@class,'last-passed')]//th/a"
    assert [link.text for link in tree(page).xpath(line)] == ["员工B"]  # the target reached is the target passed
    assert tree(looked(house, "?sort=name")).xpath(line) == []


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", lambda one: one.name), ("sales", lambda one: one.sales), ("share", lambda one: one.share),
        ("gap", lambda one: one.gap), ("commission", lambda one: one.commission), ("fines", lambda one: one.fines),
        ("worked", lambda one: one.worked), ("missed", lambda one: one.marks.count("a")),
    ],
)  # fmt: skip
def test_every_column_sorts_both_ways(october: House, sort: str, key: Any) -> None:
    by_name = {one.name: key(one) for one in seen(october).people}
    up = [by_name[name] for name in names_on(looked(october, f"?sort={sort}"))]
    down = [by_name[name] for name in names_on(looked(october, f"?sort=-{sort}"))]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert len(up) == 6
    assert tree(looked(october, f"?sort=-{sort}")).xpath("//th[@aria-sort='descending']")


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("q=nb", lambda one: one.name == "NB"),
        ("status=employed", lambda one: one.status in ("active", "probation")),
        ("status=probation", lambda one: one.status == "probation"),
        ("status=leavers", lambda one: one.status in ("resigned", "dismissed")),
        ("goal=passed", lambda one: one.sales >= one.target),
        ("goal=not_passed", lambda one: one.sales < one.target),
        ("with=fines", lambda one: one.fines > 0),
        ("with=absences", lambda one: "a" in one.marks),
        ("with=exceptions", lambda one: "x" in one.marks),
        ("status=leavers&with=fines", lambda one: one.status in ("resigned", "dismissed") and one.fines > 0),
        ("status=nonsense&sort=-nonsense&page=nonsense", lambda one: True),
    ],
)  # fmt: skip
def test_a_filter_leaves_those_whom_it_names_and_sums_them(october: House, query: str, holds: Any) -> None:
    wanted = [one for one in seen(october).people if holds(one)]
    page = looked(october, f"?{query}")
    assert sorted(names_on(page)) == sorted(one.name for one in wanted)
    if wanted:
        assert amount(column(page, "sold", "tfoot")[0]) == sum(one.sales for one in wanted).quantize(Decimal(1))
        assert -amount(column(page, "fined", "tfoot")[0]) == sum((one.fines for one in wanted), ZERO)
    _name, (_head, *rows, total) = workbook(as_role(october, Role.HR), october, f"?{query}")
    assert [row[2] for row in rows] == names_on(page)
    assert Decimal(str(total[4])) == sum((one.sales for one in wanted), ZERO)


def test_nobody_fits_and_the_way_back_is_shown(october: House) -> None:
    page = looked(october, "?q=nobody&sort=name")
    assert "没有符合筛选条件的人" in text_of(page)
    assert "?sort=name#people" in tree(page).xpath("//div[@class='empty-state']//a/@href")


def test_more_than_fifty_are_paged_and_ranked_over_all(many: House) -> None:
    first, second = looked(many), looked(many, "?page=2")
    assert len(names_on(first)) == 50
    assert len(names_on(second)) == 10
    assert column(second, "rank")[0] == "51"
    assert column(looked(many, "?q=P00"), "rank") == ["60"]
    assert "?page=2#people" in tree(first).xpath("//nav[@class='pager']//a/@href")
    _name, rows = workbook(as_role(many, Role.HR), many, "?page=2")
    assert len(rows) == 62


def test_the_excel_is_the_screen(october: House) -> None:
    page = looked(october, "?sort=-fines")
    name, (head, *rows, total) = workbook(as_role(october, Role.HR), october, "?sort=-fines")
    assert name == f'attachment; filename="{october.code}-{OCTOBER}-staff.xlsx"'
    places = {heading: place for place, heading in enumerate(head)}
    assert [row[places["姓名"]] for row in rows] == names_on(page)

    def exact(heading: str) -> list[Decimal]:
        return [Decimal(str(row[places[heading]] or 0)) for row in (*rows, total)]

    def shown(look: str) -> list[Decimal]:
        return [amount(text.replace("+", "")) for text in column(page, look) + column(page, look, "tfoot")]

    assert [round(value) for value in exact("业绩")] == shown("sold")
    assert exact("提成") == shown("paid")
    assert [-value for value in exact("罚款")] == shown("fined")
    assert [f"{row[places['实出勤']]}/{row[places['应出勤']]}" for row in rows] == column(page, "was-there")


def test_the_floor_manager_sees_no_commission_anywhere(october: House) -> None:
    commissions = [one.commission for one in seen(october).people if one.commission]
    assert commissions
    client = as_role(october, Role.FLOOR_MANAGER)
    for query in ("", "?view=charts", "?sort=-commission", "?sort=commission&with=fines"):
        said = looked(october, query, Role.FLOOR_MANAGER).content.decode()
        assert "提成" not in said
        assert "commission" not in said.replace("sort=commission", "").replace("sort=-commission", "")  # as asked for
        assert all(f"{value:,.2f}" not in said for value in commissions)
    _name, (head, *_rows) = workbook(client, october, "?sort=-commission")
    assert "提成" not in head
    assert "提成" in workbook(as_role(october, Role.OWNER), october)[1][0]
    # nor does the order of the rows tell it
    assert names_on(looked(october, "?sort=commission", Role.FLOOR_MANAGER)) == names_on(looked(october))


def test_what_hr_has_looked_at_is_not_what_the_floor_manager_is_shown(october: House) -> None:
    assert "提成" in text_of(looked(october, role=Role.HR))
    assert "提成" not in text_of(looked(october, role=Role.FLOOR_MANAGER))


def test_a_change_of_the_month_shows_at_the_next_look(october: House) -> None:
    before = seen(october).sales
    assert f"¥{before:,.0f}" in text_of(looked(october))
    Booking.objects.filter(venue=october.venue, spend__gt=0, state="arrived").update(spend=Decimal(7))
    assert f"¥{before:,.0f}" in text_of(looked(october))  # nothing has told of it
    count_change(october.venue, [MONTH])
    assert seen(october).sales != before
    assert f"¥{seen(october).sales:,.0f}" in text_of(looked(october))


def test_a_month_under_way_tells_how_far_it_is_and_what_tonight_adds(october: House, now: Any) -> None:
    now.move_to(UNDER_WAY)
    tonight = MONTH.first.replace(day=12)
    october.bring({"订台": [booking("tonight", tonight, "A", 消费金额=1680, 台号="Z1")]})
    shown = seen(october, moment=UNDER_WAY)
    assert (shown.days, shown.tonight, shown.daily[11]) == (11, shown.sales - shown.so_far, 1680)
    text = text_of(looked(october, language="en"))
    assert "Through business day Sun 11 Oct" in text.replace("through", "Through")
    assert "11 of 31 days" in text
    assert f"sales with ¥{shown.tonight:,.0f} settled tonight" in text
    assert shown.so_far < shown.sales


def test_the_same_day_of_the_month_before_is_the_day_of_that_number(house: House, now: Any) -> None:
    house.bring({
        "员工": [person("A"), person("B", 入职日期=MONTH.first)],
        "订台": [
            booking("1", SEPTEMBER.first, "A", 消费金额=100), booking("2", SEPTEMBER.last, "A", 消费金额=1000),
            booking("3", MONTH.first, "A", 消费金额=300), booking("4", MONTH.first, "B", 消费金额=50, 台号="A2"),
        ],
    })  # fmt: skip
    now.move_to(UNDER_WAY)
    a, b = seen(house, moment=UNDER_WAY).people
    assert (a.to_same_day, a.to_before, b.to_same_day, b.to_before) == (200, -800, None, None)
    assert column(looked(house, "?q=B"), "changed") == ["—", "—"]
    now.move_to(AFTER)
    over = seen(house)
    assert (over.people[0].to_same_day, over.same_day) == (-800, SEPTEMBER.last)


def test_beside_last_month_the_foot_of_the_table_says_what_the_key_figure_says(house: House, now: Any) -> None:
    """Both hold the house against the house: who left had sold, who joined has nothing to compare."""
    house.bring({
        "员工": [
            person("A"), person("B", 入职日期=MONTH.first),
            person("C", 离职日期=SEPTEMBER.last, 离职类型="辞职", 离职申请日期=SEPTEMBER.first),
        ],
        "订台": [
            booking("1", SEPTEMBER.first, "A", 消费金额=100),
            booking("2", SEPTEMBER.first, "C", 消费金额=1000, 台号="A2"),
            booking("3", MONTH.first, "A", 消费金额=300), booking("4", MONTH.first, "B", 消费金额=50, 台号="A3"),
        ],
    })  # fmt: skip
    for moment in (UNDER_WAY, AFTER):
        now.move_to(moment)
        page = looked(house, language="en")
        key = text_of(page, "(//dl[@class='key-figures']//dd[@class='key-note'])[1]/b")
        assert key == "−¥750"
        assert column(page, "changed", "tfoot")[0] == key
        if moment is UNDER_WAY:  # beside the whole of it too
            assert column(page, "changed-whole", "tfoot")[0] == key
    assert column(looked(house, "?q=A"), "changed", "tfoot")[0] == "+¥200", "of some it is theirs"


def test_a_month_without_anybody_says_so(house: House) -> None:
    house.bring({})
    for query in ("", "?view=charts", "?q=x"):
        assert looked(house, query).status_code == 200
    assert "这个月没有在职人员" in text_of(looked(house)) or "没有" in text_of(looked(house))
    assert len(workbook(as_role(house, Role.HR), house)[1]) == 2


def test_a_month_that_has_not_begun_leads_back(october: House, now: Any) -> None:
    now.move_to(UNDER_WAY)
    page = looked(october, month="2026-11")
    assert "这个月还没有开始" in text_of(page)
    assert at(october, "staff_month", OCTOBER) in tree(page).xpath("//main//a/@href")
    answer = as_role(october, Role.HR).get(at(october, "staff_workbook", "2026-11"))
    assert answer.status_code == 302


def test_the_first_night_of_a_month_has_no_day_to_tell_of(october: House, now: Any) -> None:
    now.move_to(datetime(2026, 10, 1, 14, tzinfo=UTC))
    for query in ("", "?view=charts"):
        assert "还没有结束的营业日" in text_of(looked(october, query))


def test_before_a_day_has_ended_nothing_is_held_against_the_month_before(house: House, now: Any) -> None:
    house.bring({
        "员工": [person("A"), person("B")],
        "订台": [booking("S1", SEPTEMBER.first, 消费金额=9000), booking("O1", MONTH.first, 消费金额=700)],
    })  # fmt: skip
    now.move_to(datetime(2026, 10, 1, 16, tzinfo=UTC))
    page = looked(house)
    assert column(page, "changed") == ["—", "−¥8,300", "—", "¥0"], "then the whole month"
    _name, (head, *rows) = workbook(as_role(house, Role.HR), house, "")
    assert [row[head.index("较上月同日")] for row in rows] == [None, None, None]
    assert rows[0][head.index("比上月")] == -8300


def test_the_dashboard_leads_to_the_month_under_way(october: House, now: Any) -> None:
    now.move_to(UNDER_WAY)
    answer = as_role(october, Role.FLOOR_MANAGER).get(at(october, "staff_current"))
    assert answer.headers["Location"] == at(october, "staff_month", OCTOBER)


def test_each_row_leads_to_its_person(october: House) -> None:
    client = as_role(october, Role.HR)
    links = tree(looked(october)).xpath("//table[contains(@class,'staff-table')]/tbody//th/a/@href")
    assert len(links) == 6
    assert {client.get(link).status_code for link in links} == {200}


def test_a_strip_says_its_days_in_words(october: House) -> None:
    strips = tree(looked(october, "?q=NA")).xpath("//td[@class='days']/svg")
    said = strips[0].get("aria-label")
    person_a = next(one for one in seen(october).people if one.name == "NA")
    assert f"出勤 {person_a.marks.count('w')}" in said
    assert f"旷工 {person_a.marks.count('a')}" in said


def test_each_chart_is_its_table_and_its_sum_the_key_figure(october: House) -> None:
    shown = seen(october)
    page = tree(looked(october, "?view=charts"))
    charts = {chart.key: chart for chart in charts_of(shown, "")}
    assert list(charts) == ["reach", "daily", "people", "weekdays", "attendance", "lack", "fines"]
    for key, chart in charts.items():
        section = page.xpath(f"//section[@aria-labelledby='{key}-title']")[0]
        drawn = json.loads(page.xpath(f"//script[@id='{key}-data']")[0].text)
        rows = section.xpath(".//tbody/tr")
        series = [place for place, one in enumerate(chart.series) if one.is_drawn]
        assert len(rows) == len(chart.labels) >= len(drawn["labels"]) > 0
        for place, row in enumerate(rows[: len(drawn["labels"])]):
            cells = [squeezed("".join(cell.itertext())) for cell in row.xpath("./td")]
            figures = [drawn["series"][number]["figures"][place] for number in range(len(series))]
            in_table = [None if cells[one] == "—" else amount(cells[one]) for one in series]
            assert in_table == [None if figure is None else Decimal(figure) for figure in figures], key
        assert section.xpath(".//h2")[0].text == chart.question
        assert chart.answer

    def sums(key: str, *places: int) -> Decimal:
        foot = page.xpath(f"//section[@aria-labelledby='{key}-title']//tfoot//td")
        return sum((amount("".join(foot[place].itertext())) for place in places), ZERO)

    assert sums("daily", 0) == sums("people", 0, 1) == sums("weekdays", 1) == shown.sales
    last = [figure for figure in charts["reach"].series[0].figures if figure is not None][-1]
    assert last == shown.sales
    assert sums("attendance", 0) == sums("lack", 0) == shown.worked
    assert sums("attendance", 4) == sums("lack", 3) == shown.absences
    assert sums("fines", 0) == shown.fines


def test_the_answer_names_the_day_on_which_the_target_was_reached_or_will_be(house: House, now: Any) -> None:
    house.bring({
        "员工": [person("A")],
        "打卡": [punch(MONTH.first)],
        "订台": [booking(str(day), MONTH.first.replace(day=day), 消费金额=3000) for day in range(1, 12)],
    })  # fmt: skip
    now.move_to(UNDER_WAY)
    # 33,000 in 11 nights; 40,000 on the 14th at 3,000 a night
    answer = "//section[@aria-labelledby='reach-title']/p"
    assert text_of(looked(house), answer) == "照目前日均 ¥3,000，约 10月14日 周三。"
    now.move_to(AFTER)
    assert text_of(looked(house), answer) == "没有到，差 ¥7,000。"
    Booking.objects.filter(number="5").update(spend=Decimal(25000))
    count_change(house.venue, [MONTH])
    assert text_of(looked(house), answer) == "10月6日 周二已到。"


def test_it_speaks_english_and_chinese(october: House) -> None:
    assert "Who is past the target" in text_of(looked(october, language="en"))
    assert "谁过线，谁还差多少？" in text_of(looked(october))


def test_another_venues_people_are_not_here(october: House) -> None:
    other = House(october.folder, "other", AFTER)
    other.bring({"员工": [person("Z9")], "订台": [booking("1", MONTH.first, "Z9")], "打卡": [punch(MONTH.first, "Z9")]})
    assert seen(other).sales == 1000
    assert "Z9" not in text_of(looked(october))
    assert len(seen(october).people) == 6
    assert Punch.objects.filter(employee__venue=other.venue).count() == seen(other).worked == 1
