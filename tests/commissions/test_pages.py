"""The pages of payroll: a month's run and what they show of it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.permissions import Role
from bookings.models import Booking
from commissions.exports import views as export_views
from commissions.models import Acknowledgement, PayrollRun, Payslip
from commissions.month.selectors import month_payroll
from commissions.month.views import overview as views
from commissions.runs import dispatch, services
from pages.formats import MINUS
from rulebook.calendar import CalendarMonth
from tests.conftest import EXAMPLES
from tests.figures import exported_figures
from tests.house import AFTER, House
from tests.pages.every_line import CHINESE, ENGLISH, MONTH, OCTOBER, sheets
from tests.pages.looking import as_role, at, figures_on, owning, payslip_at, people_on, squeezed, text_of, tree
from tests.workbooks import booking, person, punch
from venues.models import Month, Venue

SEPTEMBER = "2026-09"
HTMX = {"HX-Request": "true"}
KEPT_APART = ("staffed", "crowded")
State = PayrollRun.State
Sent = list[int]


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    """The months of the tests are over."""
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The runs handed out, in place of processes for them."""
    handed: Sent = []
    monkeypatch.setattr(dispatch, "start_process", handed.append)
    return handed


@pytest.fixture(scope="module")
def staffed(kept_house: House) -> House:
    with time_machine.travel(AFTER, tick=False):
        kept_house.bring({"员工": [person(), person("B")], "打卡": [punch(date(2026, 9, 1))]})
    return kept_house


def free_absence() -> list[dict[str, Any]]:
    """Who does not punch loses nothing."""
    values = {"absence_fine": "0", "absence_forfeit_days": "31"}
    return [{"参数": name, "生效月份": "2026-08", "值": value} for name, value in values.items()]


def crowd(number: int) -> dict[str, list[dict[str, Any]]]:
    """So many people, some on probation, some who have left, with sales that differ but for some."""
    numbers = [f"P{place:03}" for place in range(number)]
    left = {"离职日期": date(2026, 9, 30), "离职类型": "辞职", "离职申请日期": date(2026, 8, 1), "押金": 500}
    return {
        "员工": [
            person(
                one,
                姓名=f"Name{place}",
                **(left if place % 9 == 0 else {}),
                **({"入职日期": date(2026, 9, 10)} if place % 7 == 3 else {}),
            )
            for place, one in enumerate(numbers)
        ],
        "制度": free_absence(),
        "违规": [
            {"违规号": one, "工号": one, "营业日": date(2026, 9, 20), "条款": "4.1", "金额": 2000 + place}
            for place, one in enumerate(numbers)
            if place % 4 == 0
        ],
        "订台": [
            booking(f"B{one}", date(2026, 9, 20), one, 消费金额=None if place == 8 else 37000 + place // 2 * 311.13)
            for place, one in enumerate(numbers)
        ],
        "奖金": [{"工号": one, "月份": SEPTEMBER, "事由": "x", "金额": 7.01} for one in numbers[::3]],
        "代扣": [{"工号": one, "月份": SEPTEMBER, "类型": "社保", "金额": 3.33} for one in numbers[::2]],
    }


@pytest.fixture(scope="module")
def crowded(kept_house: House) -> House:
    with time_machine.travel(AFTER, tick=False):
        kept_house.bring(crowd(63))
        kept_house.run(SEPTEMBER)
    return kept_house


def month_page(house: House, query: str = "", month: str = SEPTEMBER, language: str = "en") -> Any:
    page = as_role(house, Role.HR, language).get(at(house, "payroll_month", month) + query)
    assert page.status_code == 200
    return page


def begin(house: House, client: Client, month: str = SEPTEMBER) -> Any:
    return client.post(at(house, "payroll_start", month), follow=True)


class TestBeginning:
    def test_a_run_is_begun_and_handed_out_once_it_is_committed(
        self, staffed: House, sent: Sent, django_capture_on_commit_callbacks: Any
    ) -> None:
        hr = as_role(staffed, Role.HR)
        with django_capture_on_commit_callbacks() as callbacks:
            page = hr.post(at(staffed, "payroll_start", SEPTEMBER))
        assert page.status_code == 302
        assert page["Location"] == at(staffed, "payroll_month", SEPTEMBER)
        assert sent == []
        for callback in callbacks:
            callback()
        run = PayrollRun.objects.get()
        assert sent == [run.pk]
        assert run.state == State.COMPUTING
        assert run.started_by is not None
        assert run.started_by.username == "hr"
        assert run.month.calendar_month == CalendarMonth.parse(SEPTEMBER)

    def test_a_run_whose_beginning_is_rolled_back_is_not_handed_out(
        self, staffed: House, sent: Sent, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            begin(staffed, as_role(staffed, Role.HR))
            transaction.set_rollback(True)
        assert sent == []
        assert not PayrollRun.objects.exists()

    def test_a_second_click_is_told_in_words_and_changes_nothing(
        self, staffed: House, sent: Sent, django_capture_on_commit_callbacks: Any
    ) -> None:
        hr = as_role(staffed, Role.HR, "en")
        with django_capture_on_commit_callbacks(execute=True):
            begin(staffed, hr)
            before = list(PayrollRun.objects.values())
            page = begin(staffed, hr)
        assert "is being computed" in text_of(page, "//main/div[contains(@class, 'notice')]")
        assert list(PayrollRun.objects.values()) == before
        assert len(sent) == 1

    def test_a_month_that_has_not_begun_is_refused_in_words(self, staffed: House, sent: Sent) -> None:
        page = begin(staffed, as_role(staffed, Role.HR, "en"), "2027-08")
        assert "August 2027 has not begun" in text_of(page, "//main/div[contains(@class, 'error')]")
        assert not PayrollRun.objects.exists()

    def test_a_locked_month_is_refused_in_words_and_offers_no_button(self, staffed: House, sent: Sent) -> None:
        staffed.run(SEPTEMBER)
        staffed.lock(SEPTEMBER)
        hr = as_role(staffed, Role.HR, "en")
        page = begin(staffed, hr)
        assert "September 2026 is locked" in text_of(page, "//main/div[contains(@class, 'error')]")
        assert tree(page).xpath("//form[contains(@action, '/start/')]") == []
        assert PayrollRun.objects.count() == 1

    def test_a_month_in_which_nobody_was_employed_is_done_at_once(self, house: House, sent: Sent) -> None:
        house.bring({"员工": [person(入职日期=date(2026, 11, 1))]})
        page = begin(house, as_role(house, Role.HR, "en"))
        assert "Nobody was employed in this month." in text_of(page)
        assert sent == []
        assert "2026" in text_of(as_role(house, Role.HR).get(at(house, "payroll_months")))
        assert house.current(SEPTEMBER).people == 0

    def test_only_who_may_begin_one_sees_the_button(self, staffed: House) -> None:
        button = "//form[contains(@action, '/start/')]"
        assert len(tree(month_page(staffed)).xpath(button)) == 1
        owners = as_role(staffed, Role.OWNER).get(at(staffed, "payroll_month", SEPTEMBER))
        assert tree(owners).xpath(button) == []


class TestProgress:
    @pytest.fixture
    def begun(self, staffed: House, sent: Sent, settings: Any) -> PayrollRun:
        settings.PAYROLL_CHUNK_SIZE = 1
        return dispatch.begin_run(venue=staffed.venue, month=CalendarMonth.parse(SEPTEMBER))

    def compute_one(self, run: PayrollRun) -> None:
        chunk = services.claim_chunk(run)
        assert chunk is not None
        services.compute_chunk(chunk)

    def asked(self, house: House, query: str = "") -> Any:
        return as_role(house, Role.HR, "en").get(at(house, "payroll_progress", SEPTEMBER) + query, headers=HTMX)

    def test_the_bar_shows_the_people_done_and_asks_again(self, staffed: House, begun: PayrollRun) -> None:
        self.compute_one(begun)
        for page in (self.asked(staffed), month_page(staffed)):
            (bar,) = tree(page).xpath("//progress")
            assert (bar.get("value"), bar.get("max")) == ("1", "2")
            (section,) = tree(page).xpath("//*[@id='progress']")
            assert section.get("hx-get") == at(staffed, "payroll_progress", SEPTEMBER)
            assert "load" in section.get("hx-trigger")
            assert "1 of 2 people" in squeezed("".join(section.itertext()))

    def test_once_it_is_over_the_bar_is_full_then_the_page_is_shown_anew(
        self, staffed: House, begun: PayrollRun
    ) -> None:
        self.compute_one(begun)
        self.compute_one(begun)
        assert services.finish_run(begun)
        full = tree(self.asked(staffed))
        assert [(bar.get("value"), bar.get("max")) for bar in full.xpath("//progress")] == [("2", "2")]
        address = full.xpath("//@hx-get")[0]
        assert address.startswith(at(staffed, "payroll_progress", SEPTEMBER))
        page = self.asked(staffed, f"?{address.partition('?')[2]}")
        assert (page["HX-Refresh"], page.content) == ("true", b"")
        assert people_on(month_page(staffed)) == ["A", "B"]

    def test_asking_finishes_a_run_that_only_lacks_its_end(self, staffed: House, begun: PayrollRun) -> None:
        self.compute_one(begun)
        self.compute_one(begun)
        self.asked(staffed)
        begun.refresh_from_db()
        assert begun.state == State.COMPLETE
        assert self.asked(staffed, "?over")["HX-Refresh"] == "true"

    def test_asking_sends_again_what_was_lost(self, staffed: House, begun: PayrollRun, sent: Sent, now: Any) -> None:
        sent.clear()
        self.asked(staffed)
        assert sent == []
        now.shift(timedelta(hours=1))
        month_page(staffed)
        assert sent == [begun.pk]

    def test_the_draft_before_stays_meanwhile(self, staffed: House, sent: Sent) -> None:
        staffed.run(SEPTEMBER)
        dispatch.begin_run(venue=staffed.venue, month=CalendarMonth.parse(SEPTEMBER))
        page = month_page(staffed)
        assert people_on(page) == ["A", "B"]
        assert len(tree(page).xpath("//progress")) == 1
        assert tree(page).xpath("//form[contains(@action, '/start/')]") == []

    def test_a_run_left_over_a_locked_month_is_shown_to_nobody(self, staffed: House, sent: Sent, now: Any) -> None:
        """It stands still for good: a bar that never moves would ask for ever."""
        staffed.run(SEPTEMBER)
        dispatch.begin_run(venue=staffed.venue, month=CalendarMonth.parse(SEPTEMBER))
        staffed.now = AFTER + timedelta(hours=1)
        staffed.lock(SEPTEMBER)
        assert tree(month_page(staffed)).xpath("//progress") == []
        assert self.asked(staffed)["HX-Refresh"] == "true"
        months = as_role(staffed, Role.HR, "en").get(at(staffed, "payroll_months"))
        assert "computing" not in text_of(months)

    def test_a_run_that_failed_shows_its_words(self, staffed: House, begun: PayrollRun) -> None:
        PayrollRun.objects.update(state=State.FAILED, failure="Worker out of memory <x>")
        notice = text_of(month_page(staffed), "//*[@role='alert']")
        assert "The last computation failed." in notice
        assert "Worker out of memory <x>" in notice
        assert self.asked(staffed)["HX-Refresh"] == "true"

    def test_a_later_run_that_is_complete_ends_the_notice(self, staffed: House, begun: PayrollRun) -> None:
        PayrollRun.objects.update(state=State.FAILED, started_at=AFTER - timedelta(hours=1))
        staffed.run(SEPTEMBER)
        assert "failed" not in text_of(month_page(staffed))


class TestStale:
    WORDS = "Facts have changed since this was computed."

    def test_a_draft_older_than_its_facts_says_so(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        assert self.WORDS not in text_of(month_page(staffed))
        staffed.bring({"打卡": [punch(date(2026, 9, 2))]})
        assert self.WORDS in text_of(month_page(staffed))
        staffed.run(SEPTEMBER)
        assert self.WORDS not in text_of(month_page(staffed))

    def test_a_locked_month_is_never_stale(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        staffed.lock(SEPTEMBER)
        Month.objects.update(revision=1000)
        assert self.WORDS not in text_of(month_page(staffed))


class TestFilters:
    def numbers(self, house: House, query: str) -> list[str]:
        found: list[str] = []
        page = month_page(house, query)
        for number in range(1, page.context["page"].paginator.num_pages + 1):
            found += people_on(month_page(house, f"{query}{'&' if query else '?'}page={number}"))
        return found

    def wanted(self, fits: Callable[[Payslip], bool]) -> set[str]:
        return {slip.number for slip in Payslip.objects.all() if fits(slip)}

    @pytest.mark.parametrize("query", ["?q=P017", "?q=p017", "?q=Name17", "?q=%20name17%20"])
    def test_by_name_or_number(self, crowded: House, query: str) -> None:
        assert self.numbers(crowded, query) == ["P017"]

    def test_by_a_part_of_the_name(self, crowded: House) -> None:
        assert set(self.numbers(crowded, "?q=Name2")) == self.wanted(lambda slip: "Name2" in slip.name)

    @pytest.mark.parametrize("status", ["active", "probation", "resigned"])
    def test_by_status(self, crowded: House, status: str) -> None:
        wanted = self.wanted(lambda slip: slip.status == status)
        assert wanted
        assert set(self.numbers(crowded, f"?status={status}")) == wanted

    def test_by_oddity(self, crowded: House) -> None:
        kinds = {"over_cap", "carried", "left_over", "forfeited"}
        first, last = date(2026, 9, 1), date(2026, 9, 30)
        wanted = self.wanted(
            lambda slip: (
                any(hint in kinds for hint, _basis in slip.hints)
                or slip.open_exceptions.exists()
                or slip.employee.hired_on >= first
                or slip.employee.left_on == last
                or not slip.net
            )
        )
        assert "P008" in wanted
        assert set(self.numbers(crowded, "?odd=true")) == wanted

    def test_several_at_once(self, crowded: House) -> None:
        found = self.numbers(crowded, "?q=Name&status=resigned&odd=true&sort=-net")
        assert set(found) == set(self.numbers(crowded, "?odd=true")) & self.wanted(
            lambda slip: slip.status == "resigned"
        )

    @pytest.mark.parametrize("column", ["number", "sales", "gross", "deductions", "net"])
    @pytest.mark.parametrize("sign", ["", "-"])
    def test_a_column_is_sorted_both_ways_over_all_pages(self, crowded: House, column: str, sign: str) -> None:
        found = self.numbers(crowded, f"?sort={sign}{column}")
        figures = {slip.number: getattr(slip, column) for slip in Payslip.objects.all()}
        assert [figures[number] for number in found] == sorted(figures.values(), reverse=bool(sign))
        assert sorted(found) == sorted(figures), "everybody once"

    def test_who_is_alike_stands_by_number(self, house: House) -> None:
        house.bring({"员工": [person(f"P{place:03}") for place in reversed(range(60))]})
        house.run(SEPTEMBER)
        assert self.numbers(house, "?sort=-net") == [f"P{place:03}" for place in range(60)]

    def test_a_head_leads_to_the_largest_first_then_to_the_smallest(self, crowded: House) -> None:
        def head(query: str) -> Any:
            heads = tree(month_page(crowded, query)).xpath("//thead//th[contains(., 'Net pay')]")
            return heads[0].get("aria-sort"), heads[0].xpath("./a/@href")[0]

        assert head("?q=Name&page=2") == (None, "?q=Name&sort=-net#payslips")
        assert head("?sort=-net") == ("descending", "?sort=net#payslips")
        assert head("?sort=net") == ("ascending", "?sort=-net#payslips")

    @pytest.mark.parametrize(
        "query",
        [
            "?sort=foo&page=999&status=x&odd=maybe", "?sort=-&page=-1", "?sort=net,-net,foo", "?page=x", "?page=0",
            "?status=%00&q=%00", "?q=" + "x" * 5000, "?q=%27%22%3Cb%3E", "?sort=&status=&odd=&q=", "?sort=run__id",
            "?sort=bank_account",
        ],
    )  # fmt: skip
    def test_nonsense_in_the_address_shows_something_sensible(self, crowded: House, query: str) -> None:
        page = month_page(crowded, query)
        assert people_on(page) or "Nobody fits this filter." in text_of(page)

    def test_what_is_not_known_does_not_filter(self, crowded: House) -> None:
        assert figures_on(month_page(crowded, "?sort=foo&status=x"))["sum"] == figures_on(month_page(crowded))["sum"]

    @pytest.mark.parametrize(("given", "is_on"), [("true", True), ("false", False), ("", False), ("maybe", True)])
    def test_the_box_is_ticked_where_the_filter_is_on(self, crowded: House, given: str, is_on: bool) -> None:
        page = month_page(crowded, f"?odd={given}")
        assert bool(tree(page).xpath("//input[@name='odd']/@checked")) is is_on
        count = page.context["page"].paginator.count
        assert (count < 63) is is_on

    def test_nobody_who_fits_is_said_with_the_way_back(self, crowded: House) -> None:
        page = month_page(crowded, "?q=nobody")
        assert "Nobody fits this filter." in text_of(page)
        assert "Nobody was employed" not in text_of(page)

    def test_paging_keeps_the_filters(self, crowded: House) -> None:
        query = "?q=Name&sort=-net"
        page = month_page(crowded, query)
        assert len(people_on(page)) == views.PAGE
        (following,) = tree(page).xpath("//a[@rel='next']/@href")
        assert set(following.removeprefix("?").removesuffix("#payslips").split("&")) == {
            "q=Name",
            "sort=-net",
            "page=2",
        }
        second = month_page(crowded, following)
        assert len(people_on(second)) == 63 - views.PAGE
        assert tree(second).xpath("//a[@rel='next']") == []
        assert "q=Name" in tree(second).xpath("//a[@rel='prev']/@href")[0]

    def test_filtering_keeps_the_order_and_begins_at_the_first_page(self, crowded: House) -> None:
        form = tree(month_page(crowded, "?sort=-net&page=2&q=Name")).xpath("//form[@role='search']")[0]
        assert form.xpath(".//input[@name='sort']/@value") == ["-net"]
        assert form.xpath(".//input[@name='page']") == []
        assert form.xpath(".//input[@name='q']/@value") == ["Name"]


class TestFigures:
    @pytest.mark.parametrize("query", ["", "?status=resigned", "?q=Name1&sort=net", "?odd=true"])
    def test_the_totals_are_those_of_everybody_who_fits_on_all_pages(self, crowded: House, query: str) -> None:
        first = month_page(crowded, query)
        pages = range(1, first.context["page"].paginator.num_pages + 1)
        rows: dict[str, list[Decimal]] = {}
        sums = []
        for number in pages:
            figures = figures_on(month_page(crowded, f"{query}{'&' if query else '?'}page={number}"))
            sums.append(figures.pop("sum"))
            rows |= figures
        totals = [sum(column) for column in zip(*rows.values(), strict=True)]
        totals[1] = Decimal(0)  # targets are not added up
        assert sums == [totals] * len(pages)
        assert len(rows) == first.context["page"].paginator.count

    def test_the_figures_are_those_of_the_exported_workbook(self, crowded: House) -> None:
        exported = exported_figures(crowded.export(SEPTEMBER))
        headings = ("计入业绩", "任务", "底薪", "提成", "奖金", "应发合计", "代扣", "扣款合计", "押金退还", "实发")
        shown = figures_on(month_page(crowded)) | figures_on(month_page(crowded, "?page=2"))
        del shown["sum"]
        assert set(shown) == set(exported)
        for number, figures in shown.items():
            wanted = [Decimal(exported[number][heading]) for heading in headings]
            wanted[6:8] = [-wanted[6], -wanted[7]]
            assert figures == wanted, number

    def test_the_months_page_has_the_net_of_the_run(self, crowded: House) -> None:
        net = figures_on(month_page(crowded))["sum"][-1]
        page = as_role(crowded, Role.HR).get(at(crowded, "payroll_months"))
        (row,) = [row for row in tree(page).xpath("//tbody/tr") if "9月" in "".join(row.itertext())]
        assert f"{net:,.2f}" in squeezed("".join(row.itertext()))

    def test_a_payslips_lines_add_up_to_its_net(self, crowded: House) -> None:
        client = as_role(crowded, Role.HR)
        page = client.get(payslip_at(crowded, SEPTEMBER, "P000"))
        lines = [
            squeezed("".join(cell.itertext())) for cell in tree(page).xpath("//details/summary/span[@class='num']")
        ]
        amounts = [Decimal(line.replace(MINUS, "-").replace("¥", "").replace(",", "")) for line in lines]
        assert sum(amounts) == Payslip.objects.get(number="P000").net

    def test_the_change_to_last_month_is_the_difference_of_both_nets(self, staffed: House) -> None:
        staffed.bring({
            "员工": [person("C", 入职日期=date(2026, 9, 1))],
            "制度": free_absence(),
            "奖金": [{"工号": "A", "月份": "2026-08", "事由": "x", "金额": 100}],
        })  # fmt: skip
        staffed.run("2026-08")
        staffed.run(SEPTEMBER)
        rows = tree(month_page(staffed)).xpath("//tbody[@class='slip']/tr")
        changes = [squeezed("".join(row.xpath("./td")[-2].itertext())) for row in rows]
        assert changes == ["—", f"{MINUS}100.00", "0.00"]  # C has joined, and stands first


class TestMoney:
    def test_what_is_taken_away_has_a_true_minus_and_never_a_hyphen(self, house: House) -> None:
        house.bring(sheets())
        house.run(OCTOBER)
        client = as_role(house, Role.HR)
        for address in (at(house, "payroll_month", MONTH), payslip_at(house, OCTOBER, "A")):
            page = text_of(client.get(address))
            assert not re.search(r"-¥|-\d[\d,]*\.\d\d", page)
            assert re.search(rf"{MINUS}¥?\d[\d,]*\.\d\d", page)

    def test_amounts_have_separators_and_two_places(self, house: House) -> None:
        house.bring(sheets())
        house.run(OCTOBER)
        page = text_of(as_role(house, Role.HR).get(payslip_at(house, OCTOBER, "A")), "//main")
        amounts = re.findall(r"¥\s?[\d,]+(?:\s?\.\d+)?", page)
        assert f"{MINUS}¥4,000.00" in page
        assert "¥1,785.00" in page
        assert all(re.fullmatch(r"¥\s?\d{1,3}(,\d{3})*\s?\.\d\d", found) for found in amounts), amounts


class TestAttention:
    @pytest.fixture
    def odd(self, house: House) -> House:
        house.bring({
            "员工": [person("A"), person("B"), person("C", 离职日期=date(2026, 9, 20), 离职类型="辞职")],
            "订台": [booking("X", date(2026, 9, 5), "B", 消费金额=None)],
            "打卡": [punch(date(2026, 9, 3), "C", 下班=None)],
        })  # fmt: skip
        house.run(SEPTEMBER)
        return house

    def cards(self, page: Any) -> list[str]:
        return [squeezed(" ".join(card.itertext())) for card in tree(page).xpath("//li[contains(@class, 'attention')]")]

    def test_what_must_be_settled_comes_first_then_the_gravest(self, odd: House) -> None:
        page = month_page(odd)
        assert page.content.index(b'id="settle"') < page.content.index(b'id="attention"')
        titles = [card.split(" to look at")[0] for card in self.cards(page)]
        order = [
            "Wage guard", "Carried on", "Left over", "Commission forfeited", "Notice", "Zero pay", "Left",
        ]  # fmt: skip
        assert titles
        assert [order.index(title) for title in titles] == sorted(order.index(title) for title in titles)

    def test_what_must_be_settled_says_who_when_and_what_and_leads_to_the_page_that_settles_it(
        self, odd: House
    ) -> None:
        rows = tree(month_page(odd)).xpath("//ul[contains(@class, 'settle')]/li")
        words = [squeezed(" ".join(row.itertext())) for row in rows]
        assert len(words) == 2
        booked, punched = (
            next(row for row, said in zip(rows, words, strict=True) if part in said)
            for part in ("has no spend", "no departure punch")
        )
        assert "员工C C" in squeezed(" ".join(punched.itertext()))
        assert "Thu 3 Sep" in squeezed(" ".join(punched.itertext()))
        who = odd.venue.employees.get(number="C").pk
        assert punched.xpath(".//a/@href") == [
            payslip_at(odd, SEPTEMBER, "C"),
            at(odd, "person_day", who, "2026-09-03"),
        ]
        settle = at(odd, "booking_settle", Booking.objects.get(number="X").pk)
        assert booked.xpath(".//a/@href")[1] == f"{settle}?next={at(odd, 'payroll_month', SEPTEMBER)}"

    def test_who_may_not_settle_it_is_told_whose_page_it_is(self, odd: House) -> None:
        page = as_role(odd, Role.OWNER, "en").get(at(odd, "payroll_month", SEPTEMBER))
        rows = tree(page).xpath("//ul[contains(@class, 'settle')]/li")
        assert len(rows) == 2
        for row in rows:
            assert len(row.xpath(".//a")) == 1
            assert "HR settles it" in squeezed(" ".join(row.itertext()))

    def test_as_many_as_fit_are_shown_and_the_rest_are_counted(self, crowded: House) -> None:
        page = month_page(crowded)
        every = page.context["payroll"].odd
        assert len(every) > views.MOST_CARDS
        assert len(self.cards(page)) == views.MOST_CARDS
        assert f"Show all {len(every)}" in text_of(page)
        assert len(self.cards(month_page(crowded, "?all"))) == len(every)

    def test_a_month_with_nothing_odd_has_no_cards(self, house: House) -> None:
        house.bring({
            "员工": [person()],
            "打卡": [punch(date(2026, 9, day)) for day in range(1, 31)],
        })  # fmt: skip
        house.run(SEPTEMBER)
        assert self.cards(month_page(house)) == []

    def test_the_steps_say_how_far_the_month_is(self, odd: House) -> None:
        def current(page: Any) -> str:
            return text_of(page, "//li[@aria-current='step']")

        assert "Facts complete" in current(month_page(odd))
        assert "2 exceptions open" in current(month_page(odd))
        odd.bring({
            "订台": [booking("X", date(2026, 9, 5), "B", 消费金额=5)], "打卡": [punch(date(2026, 9, 3), "C")],
        })  # fmt: skip
        odd.run(SEPTEMBER)
        assert "Looked at" in current(month_page(odd))
        odd.lock(SEPTEMBER)
        done = tree(month_page(odd)).xpath("//li[contains(@class, 'is-done')]")
        assert len(done) == 4


class TestEmpty:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_month_without_a_run_offers_one(self, staffed: House, language: str) -> None:
        page = month_page(staffed, language=language)
        assert tree(page).xpath("//table") == []
        assert len(tree(page).xpath("//form[contains(@action, '/start/')]")) == 1
        assert tree(page).xpath("//a[@download]") == []

    def test_a_month_that_has_not_begun_says_so(self, staffed: House) -> None:
        page = month_page(staffed, month="2027-08")
        assert "begun" in text_of(page, "//main")
        assert tree(page).xpath("//form[contains(@action, '/start/')]") == []

    def test_a_venue_with_nothing_in_it_has_pages(self, house: House) -> None:
        house.bring({"员工": [person()]})
        hr = as_role(house, Role.HR)
        assert hr.get(at(house, "payroll_months")).status_code == 200
        assert hr.get(at(house, "payroll_current"), follow=True).status_code == 200
        assert "Payslips appear here once" in text_of(owning(house, "A", "en").get(at(house, "own_pay")))

    def test_the_month_at_work_is_the_last_one_over_while_it_is_open(self, house: House) -> None:
        house.bring({"员工": [person()], "打卡": [punch(date(2027, 5, 31)), punch(date(2027, 5, 1))]})
        hr = as_role(house, Role.HR)
        assert hr.get(at(house, "payroll_current"))["Location"] == at(house, "payroll_month", "2027-05")
        house.run("2027-05")
        Month.objects.filter(first_day=date(2027, 5, 1)).update(state=Month.State.LOCKED)
        assert hr.get(at(house, "payroll_current"))["Location"] == at(house, "payroll_month", "2027-06")


class TestWorkbook:
    def test_it_is_an_excel_with_the_venues_code_and_the_month_in_its_name(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        page = as_role(staffed, Role.HR).get(at(staffed, "payroll_workbook", SEPTEMBER))
        assert page["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert page["Content-Disposition"] == 'attachment; filename="main-2026-09-payroll-draft.xlsx"'
        book = load_workbook(BytesIO(b"".join(page.streaming_content)))
        assert book.sheetnames == ["工资表", "工资明细", "签收表", "考勤表", "代发", "订台业绩"]

    def test_a_locked_months_is_no_draft(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        staffed.lock(SEPTEMBER)
        page = as_role(staffed, Role.OWNER).get(at(staffed, "payroll_workbook", SEPTEMBER))
        assert page["Content-Disposition"] == 'attachment; filename="main-2026-09-payroll.xlsx"'

    def test_where_there_is_no_run_it_says_so_on_the_months_page(self, staffed: House) -> None:
        page = as_role(staffed, Role.HR, "en").get(at(staffed, "payroll_workbook", SEPTEMBER), follow=True)
        assert page.redirect_chain == [(at(staffed, "payroll_month", SEPTEMBER), 302)]
        assert "was not run" in text_of(page, "//div[contains(@class, 'notice')]")

    def test_one_that_was_computed_anew_meanwhile_says_so(
        self, staffed: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staffed.run(SEPTEMBER)
        stale = staffed.current(SEPTEMBER)
        staffed.run(SEPTEMBER)
        monkeypatch.setattr(export_views, "current_run", lambda venue, month: stale)
        page = as_role(staffed, Role.HR, "en").get(at(staffed, "payroll_workbook", SEPTEMBER), follow=True)
        assert "export it again" in text_of(page, "//div[contains(@class, 'notice')]")


ENTERED = re.compile(r"\bN?[A-F]\b|\b[A-Z]+\d+\b|main(-\d+\.xlsx)?|\b(hr|user-[A-F])\b|\d+\.([A-G]\b|xlsx)|¥", re.ASCII)
CHINESE_LETTERS = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")


class TestLanguages:
    def texts(self, house: House, language: str) -> Iterator[tuple[str, str]]:
        words = ENGLISH if language == "en" else CHINESE
        house.bring(sheets(words))
        house.run(SEPTEMBER)
        house.run(OCTOBER)
        hr, manager = as_role(house, Role.HR, language), owning(house, "A", language)
        pages = [(client, payslip_at(house, OCTOBER, number)) for client, number in [(hr, one) for one in "BCDEF"]] + [
            (manager, payslip_at(house, OCTOBER, "A"))
        ]
        pages += [
            (hr, at(house, "payroll_months")),
            (hr, at(house, "payroll_month", MONTH)),
            (hr, at(house, "payroll_month", MONTH) + "?q=zzz"),
            (hr, at(house, "payroll_month", "2026-08")),
            (hr, at(house, "payroll_month", "2027-08")),
            (hr, at(house, "messages")),
            (manager, at(house, "own_pay")),
            (hr, reverse("home") + "?all"),
        ]
        for client, address in pages:
            page = client.get(address)
            assert page.status_code == 200
            found = tree(page)
            labels = found.xpath("//@aria-label | //@placeholder | //title/text()")
            for switch in found.xpath("//button[@name='language'] | //a[@class='mark'] | //script"):
                switch.getparent().remove(switch)
            yield address, squeezed(" ".join([*found.itertext(), *labels]))

    def test_an_english_page_has_no_chinese_letter(self, house: House) -> None:
        for address, text in self.texts(house, "en"):
            assert CHINESE_LETTERS.findall(text) == [], (address, text)

    def test_a_chinese_page_has_no_english_word(self, house: House) -> None:
        for address, text in self.texts(house, "zh-hans"):
            words = re.findall(r"[A-Za-z]{2,}", ENTERED.sub(" ", text))
            assert set(words) <= {"Excel"}, (address, words)

    @pytest.mark.parametrize("example", ["2026-09-situations", "2026-10-venue"])
    def test_the_examples_have_no_english_word_in_chinese(self, house: House, example: str) -> None:
        month = example[:7]
        house.bring(EXAMPLES / f"{example}.xlsx")
        house.run(month)
        hr = as_role(house, Role.HR)
        addresses = [
            payslip_at(house, month, slip.number) for slip in Payslip.objects.select_related("run").order_by("number")
        ]
        for address in (at(house, "payroll_month", month), *addresses):
            words = re.findall(r"[A-Za-z]{2,}", ENTERED.sub(" ", text_of(hr.get(address), "//main")))
            assert set(words) <= {"Excel", "situations", "venue", "xlsx"}, (address, words)  # the files are so named

    def test_every_state_of_a_month_is_in_the_readers_language(self, staffed: House, sent: Sent) -> None:
        """Under way, computed again, stale, failed, locked, refused."""

        def check() -> None:
            hr = {language: as_role(staffed, Role.HR, language) for language in ("en", "zh-hans")}
            for name in ("payroll_months", "payroll_month"):
                address = at(staffed, name, *([SEPTEMBER] if name == "payroll_month" else []))
                english = text_of(hr["en"].get(address), "//main").replace("员工", "")
                chinese = text_of(hr["zh-hans"].get(address), "//main")
                assert CHINESE_LETTERS.findall(english) == [], english
                assert re.findall(r"[A-Za-z]{2,}", ENTERED.sub(" ", chinese)) == [], chinese

        september = CalendarMonth.parse(SEPTEMBER)
        staffed.now = datetime(2026, 9, 10, 3, tzinfo=UTC)
        staffed.run(SEPTEMBER)
        check()
        staffed.bring({"打卡": [punch(date(2026, 9, 2))]})
        check()
        begun = dispatch.begin_run(venue=staffed.venue, month=september)
        check()
        PayrollRun.objects.filter(pk=begun.pk).update(state=State.FAILED, failure="1")
        check()
        staffed.now = AFTER
        staffed.run(SEPTEMBER)
        staffed.lock(SEPTEMBER)
        check()
        for language in ("en", "zh-hans"):
            page = begin(staffed, as_role(staffed, Role.HR, language))
            told = text_of(page, "//main/div[contains(@class, 'error')]")
            assert told
            assert bool(CHINESE_LETTERS.search(told)) is (language != "en")

    def test_a_page_says_its_language(self, staffed: House) -> None:
        for language in ("zh-hans", "en"):
            assert tree(month_page(staffed, language=language)).get("lang") == language


class TestVenueTime:
    def test_moments_are_the_venues_own(self, house: House, tmp_path: Path) -> None:
        """21:00 in Tokyo where it is 20:00 in Shanghai and 12:00 UTC."""
        house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1))]})
        Venue.objects.update(timezone="Asia/Tokyo")
        house.run(SEPTEMBER)
        hr = as_role(house, Role.HR)
        for address in (
            at(house, "payroll_month", SEPTEMBER),
            at(house, "payroll_months"),
            payslip_at(house, SEPTEMBER, "A"),
        ):
            text = text_of(hr.get(address))
            assert "6月1日 21:00" in text, address
            assert "20:00" not in re.sub("02:00|打卡.*", "", text.split("怎么来的")[0]), address

    def test_the_day_that_is_decided_is_the_venues(self, house: House, now: Any) -> None:
        """At 23:30 UTC on 30 September it is past noon of the 1st in Auckland alone."""
        house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1))]})
        now.move_to(datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
        house.now = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
        assert "the month is under way" in text_of(month_page(house))
        Venue.objects.update(timezone="Pacific/Auckland")
        assert "the month is under way" not in text_of(month_page(house))


class TestRow:
    def test_a_row_of_the_table_unfolds_to_the_payslips_lines(self, house: House) -> None:
        house.bring(sheets())
        house.run(OCTOBER)
        client = as_role(house, Role.HR)
        address = payslip_at(house, OCTOBER, "A")
        row = client.get(f"{address}?row", headers=HTMX)
        assert "<html" not in row.content.decode()
        whole = client.get(address)
        names = "//span[@class='unfold-name']/text()"
        assert sorted(tree(row).xpath(names)) == sorted(tree(whole).xpath(names))
        heads = len(tree(month_page(house, month=OCTOBER)).xpath("//thead/tr/th"))
        assert int(tree(row).xpath("//td/@colspan")[0]) == heads

    def test_what_is_odd_stands_beside_the_lines_with_the_button_for_who_locks(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        card = month_payroll(staffed.venue, CalendarMonth(2026, 9), now=AFTER).unacknowledged[0]
        address = at(staffed, "payslip", SEPTEMBER, card.employee) + "?odd"
        page = f"http://testserver{at(staffed, 'payroll_month', SEPTEMBER)}?sort=-net&q=A"
        client = as_role(staffed, Role.HR, "en")
        with CaptureQueriesContext(connection) as queries:
            row = client.get(address, headers=HTMX | {"HX-Current-URL": page})
        assert len(queries) <= 15
        (form,) = tree(row).xpath("//form")
        given = {name: form.xpath(f".//input[@name='{name}']/@value") for name in ("key", "view", "at")}
        assert card.key in given["key"]
        assert card.figure in text_of(row, "//div")
        told = client.post(form.get("action"), given | {"key": []})
        assert told["Location"] == at(staffed, "payroll_month", SEPTEMBER) + "?sort=-net&q=A#payslips"
        for nonsense in ("http://[", "http://elsewhere.example/?sort=-net", "%"):
            (form,) = tree(client.get(address, headers=HTMX | {"HX-Current-URL": nonsense})).xpath("//form")
            assert form.xpath(".//input[@name='view']/@value") == [""], nonsense
        client.post(form.get("action"), given)
        row = client.get(address, headers=HTMX)
        assert tree(row).xpath("//form") == []
        assert "looked at by" in text_of(row, "//div")
        Acknowledgement.objects.all().delete()
        owner = as_role(staffed, Role.OWNER, "en").get(address, headers=HTMX)
        assert tree(owner).xpath("//form") == []

    def test_without_htmx_the_address_gives_the_whole_page(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        page = as_role(staffed, Role.HR).get(payslip_at(staffed, SEPTEMBER, "A") + "?row")
        assert "<html" in page.content.decode()


class TestPayslip:
    def test_who_was_dismissed_reads_the_article_not_that_nothing_was_earned(self, house: House) -> None:
        dismissed = {"离职日期": date(2026, 9, 18), "离职类型": "开除"}
        house.bring({"员工": [person(**dismissed)], "打卡": [punch(date(2026, 9, 1))]})
        house.run(SEPTEMBER)
        own = text_of(owning(house, "A", "en").get(payslip_at(house, SEPTEMBER, "A")))
        assert "On dismissal the deposit alone is paid" in own
        assert "Nothing was earned" not in own
        assert "Interim Provisions" not in own, "hints of the law are the house's"

    def test_a_payslip_older_than_its_facts_says_so_to_its_person_too(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        address = payslip_at(staffed, SEPTEMBER, "A")
        said = "Facts have changed since this was computed"
        assert said not in text_of(owning(staffed, "A", "en").get(address))
        staffed.bring({"打卡": [punch(date(2026, 9, 1), 上班="20:10")]})
        assert said in text_of(owning(staffed, "A", "en").get(address))

    def test_an_open_exception_tells_its_person_who_settles_it_and_hr_how(self, house: House) -> None:
        house.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1), 下班=None)]})
        house.run(SEPTEMBER)
        address = payslip_at(house, SEPTEMBER, "A")
        assert "your supervisor settles it" in text_of(owning(house, "A", "en").get(address))
        assert "enter it, or the name of the supervisor" in text_of(as_role(house, Role.HR, "en").get(address))

    def test_sales_below_the_target_open_to_their_bookings_and_what_did_not_count(self, staffed: House) -> None:
        day = date(2026, 9, 1)
        staffed.bring({"订台": [booking("B1", day, 消费金额=900), booking("B2", day, 消费金额=70, 客户电话=None)]})
        staffed.run(SEPTEMBER)
        page = owning(staffed, "A", "en").get(payslip_at(staffed, SEPTEMBER, "A"))
        assert "1 counts 1 does not" in text_of(page)
        assert "no guest's phone (4.3)" in text_of(page)
        assert "70.00" in text_of(page)

    def test_two_employments_at_one_venue_are_told_apart(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        client = owning(staffed, "A")
        user = staffed.venue.employees.get(number="A").user
        staffed.venue.employees.filter(number="B").update(user=user)
        rows = tree(client.get(at(staffed, "own_pay"))).xpath("//a[contains(@class, 'list-row')]//small")
        assert [squeezed(row.text_content())[0] for row in rows] == ["A", "B"]


def test_a_run_begun_by_a_host_whose_clock_is_behind_is_shown(staffed: House, sent: Sent) -> None:
    staffed.run(SEPTEMBER)
    begun = dispatch.begin_run(venue=staffed.venue, month=CalendarMonth.parse(SEPTEMBER))
    PayrollRun.objects.filter(pk=begun.pk).update(started_at=AFTER - timedelta(minutes=1))
    assert len(tree(month_page(staffed)).xpath("//progress")) == 1


@pytest.mark.parametrize("edge", ["2000-01", "2099-12"])
def test_a_month_at_the_edge_of_the_calendar_is_not_found(staffed: House, edge: str) -> None:
    client = as_role(staffed, Role.HR)
    assert client.get(at(staffed, "payroll_month", SEPTEMBER).replace(SEPTEMBER, edge)).status_code == 404


class TestEndedSession:
    """Signing in again leads to the page one was on, never to a part of it or to where it posts."""

    def test_a_button_pressed_leads_to_sign_in_and_back_to_the_month(self, staffed: House) -> None:
        month = at(staffed, "payroll_month", SEPTEMBER)
        answer = Client().post(
            at(staffed, "payroll_start", SEPTEMBER), headers={"referer": f"http://testserver{month}"}
        )
        assert answer["Location"] == f"{reverse('account_login')}?next={month}"

    @pytest.mark.parametrize("referer", ["", "https://elsewhere.example/v/"])
    def test_one_pressed_from_nowhere_or_elsewhere_leads_to_the_beginning(self, staffed: House, referer: str) -> None:
        answer = Client().post(at(staffed, "payroll_start", SEPTEMBER), headers={"referer": referer})
        assert answer["Location"] == f"{reverse('account_login')}?next=/"

    def test_what_was_sent_signed_out_is_said_not_to_be_saved(self, staffed: House) -> None:
        client, month = Client(), at(staffed, "payroll_month", SEPTEMBER)
        there = {"referer": f"http://testserver{month}?odd=true"}
        answer = client.post(at(staffed, "payroll_start", SEPTEMBER), headers=there)
        assert answer["Location"] == f"{reverse('account_login')}?{urlencode({'next': month + '?odd=true'}, safe='/')}"
        page = client.get(answer["Location"], headers={"accept-language": "en"})
        assert tree(page).xpath("//*[contains(@class, 'notice') and contains(@class, 'warning')]")

    def test_a_part_of_a_page_is_not_replaced_by_the_sign_in(self, staffed: House) -> None:
        month = at(staffed, "payroll_month", SEPTEMBER)
        headers = HTMX | {"HX-Current-URL": f"http://testserver{month}"}
        answer = Client().get(at(staffed, "payroll_progress", SEPTEMBER), headers=headers)
        assert answer.status_code == 401
        assert answer.content == b""

    def test_a_form_without_its_cookie_is_answered_on_a_page_of_the_house(self, staffed: House) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(owning(staffed, "A") and staffed.venue.employees.get(number="A").user)
        answer = client.post(at(staffed, "payroll_start", SEPTEMBER))
        assert answer.status_code == 403
        assert "DEBUG" not in answer.content.decode()
        assert tree(answer).xpath("//h1/text()") == ["请再试一次"]


class TestClosed:
    def test_a_month_before_a_locked_one_offers_no_button_and_says_why(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        staffed.lock(SEPTEMBER)
        page = month_page(staffed, month="2026-08")
        assert tree(page).xpath("//form[contains(@action, '/start/')]") == []
        assert "was not computed before September 2026 was locked" in text_of(page)

    def test_what_is_the_months_own_stays_when_a_filter_finds_nobody(self, staffed: House) -> None:
        staffed.run(SEPTEMBER)
        assert "pay day Thu 15 Oct" in text_of(month_page(staffed, "?q=nobody"))
