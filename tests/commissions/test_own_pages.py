"""One's own pay as of today, fines, calendar and bookings: what they say, to whom, in how many queries."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions import Role
from pages.formats import yuan
from rulebook.calendar import CalendarMonth
from tests.commissions.test_runs import lively
from tests.house import House
from tests.pages.every_line import OCTOBER, brought, day
from tests.pages.looking import as_role, at, owning, somebody, text_of, tree
from tests.workbooks import booking, comp, person, punch
from venues.services import grant_role
from violations.models import Penalty

MOST = 15
NIGHT = datetime(2026, 10, 20, 15, tzinfo=UTC)
"""23:00 of 20 October at the venue: the 19th has ended, the 20th is under way."""


@pytest.fixture(scope="module")
def full(kept_house: House) -> House:
    """A month with every kind of line, looked at in its last third."""
    kept_house.now = NIGHT
    return brought(kept_house)


def asked(client: Client, address: str, **options: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address, **options)
    assert page.status_code == 200, address
    assert len(queries) <= MOST, (address, [query["sql"][:100] for query in queries])
    return len(queries)


def fine_of(number: str, article: str) -> Penalty:
    return Penalty.objects.get(employee__number=number, article=article)


def links(page: Any, part: str) -> list[str]:
    return [link for link in tree(page).xpath("//main//@href") if part in link]


class TestPay:
    def test_it_is_the_draft_of_the_same_moment_down_to_each_line(self, full: House) -> None:
        run = full.run(OCTOBER)
        slip = run.payslips.get(number="A")
        with time_machine.travel(NIGHT, tick=False):
            page = owning(full, "A", "en").get(at(full, "own_pay"))
        shown = list(tree(page).xpath("//main//details/summary/span[@class='num']/span/text()"))
        assert shown == [yuan(line.amount) for line in slip.lines.order_by("position")]
        whole, _point, fen = f"{slip.net:,.2f}".partition(".")
        assert tree(page).xpath("//span[@class='hero']")[0].text_content() == f"¥{whole}.{fen}"
        assert "Provisional" in text_of(page, "//main")
        assert "Sun 15 Nov" in text_of(page, "//main")

    def test_every_line_has_its_article_and_arithmetic_and_a_fine_leads_to_its_record(self, full: House) -> None:
        with time_machine.travel(NIGHT, tick=False):
            page = owning(full, "A", "en").get(at(full, "own_pay"))
        folds = tree(page).xpath("//main//details[contains(@class, 'unfold')]")
        assert folds
        for fold in folds:
            assert fold.xpath(".//dl[@class='evidence']"), fold.text_content()
            fine = fold.xpath(".//div/@hx-get")
            assert bool(fine) == bool(fold.get("id"))
            assert fine == fold.xpath(".//p/a/@href")

    def test_nothing_withheld_yet_says_that_hr_enters_it(self, full: House) -> None:
        with time_machine.travel(NIGHT, tick=False):
            assert "HR enters it" in text_of(owning(full, "B", "en").get(at(full, "own_pay")), "//main")
            assert "HR enters it" not in text_of(owning(full, "A", "en").get(at(full, "own_pay")), "//main")

    def test_what_only_the_supervisor_can_settle_is_told(self, full: House) -> None:
        full.bring({"打卡": [punch(day(15), "B", 下班=None)]})
        with time_machine.travel(NIGHT, tick=False):
            assert "no departure punch" in text_of(owning(full, "B", "en").get(at(full, "own_pay")), "//main")

    def test_one_absence_before_the_commission_is_lost_the_price_is_told(self, house: House) -> None:
        house.bring({
            "员工": [person()],
            "打卡": [punch(date(2026, 10, one)) for one in range(3, 20)],
            "订台": [booking("B1", day(3), 消费金额=81333.33)],
        })  # fmt: skip
        with time_machine.travel(NIGHT, tick=False):
            text = text_of(owning(house, "A", "en").get(at(house, "own_pay")), "//main")
        assert "One more absence, and this month's commission of ¥1,240.00 is lost (1.2.D)." in text

    def test_who_was_never_employed_is_told_what_belongs_here(self, house: House) -> None:
        house.bring({"员工": [person("B")]})
        page = as_role(house, Role.ACCOUNT_MANAGER, "en").get(at(house, "own_pay"))
        assert "No employment of yours is known here yet" in text_of(page, "//main")

    def test_who_left_keeps_the_payslips(self, full: House) -> None:
        with time_machine.travel(datetime(2026, 12, 3, tzinfo=UTC), tick=False):
            page = owning(full, "F", "en").get(at(full, "own_pay"))
        assert "You are not employed here this month" in text_of(page, "//main")
        assert len(links(page, "/payslips/")) == 2

    def test_with_several_employments_the_one_of_this_month_is_shown_and_payslips_name_theirs(
        self, full: House
    ) -> None:
        full.bring({"员工": [person("G", 入职日期="2026-11-02")]})
        user = somebody(full, Role.ACCOUNT_MANAGER, "twice")
        full.venue.employees.filter(number__in=("F", "G")).update(user=user)
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        full.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        full.run("2026-11")
        with time_machine.travel(full.now, tick=False):
            text = text_of(client.get(at(full, "own_pay")), "//main")
        assert "Pay as of today" in text
        assert "G Sales" in text
        assert "F Sales" in text


class TestFines:
    def test_every_fine_of_the_month_with_the_sum_of_those_charged(self, full: House) -> None:
        owner = User.objects.create(username="o", name="Owner")
        waived = fine_of("A", "4.6")
        Penalty.objects.filter(pk=waived.pk).update(
            state="waived", waived_by=owner, waived_at=NIGHT, waiver_reason="his mother"
        )
        with time_machine.travel(NIGHT, tick=False):
            page = owning(full, "A", "en").get(at(full, "own_fines"))
        rows = Penalty.objects.filter(employee__number="A", business_day__month=10).exclude(state="withdrawn")
        charged = sum((row.amount for row in rows if row.state == "charged"), Decimal(0))
        assert len(tree(page).xpath("//main//details")) == rows.count()
        assert text_of(page, "//p[@class='unfold-total']") == f"Charged this month {yuan(-charged)}"
        assert "Waived" in text_of(page, f"//details[@id='fine-{waived.pk}']/summary")

    @pytest.mark.parametrize("month", ["2026-13", "x", "", "２０２６-09", "1999-01", "2100-01"])
    def test_what_is_no_month_is_not_found(self, full: House, month: str) -> None:
        assert owning(full, "A").get(at(full, "own_fines"), {"month": month}).status_code == 404

    def test_one_fine_is_explained_down_to_who_entered_its_record(self, full: House) -> None:
        penalty = fine_of("A", "1.2.F")
        client = owning(full, "A", "en")
        whole = client.get(at(full, "own_fine", penalty.pk))
        part = client.get(at(full, "own_fine", penalty.pk), headers={"HX-Request": "true"})
        for page in (whole, part):
            text = text_of(page)
            for wanted in ("Article", "arrived 20:10", "Arithmetic", "−50.00", "Entered"):
                assert wanted in text
        assert b"<html" in whole.content
        assert b"<html" not in part.content

    @pytest.mark.parametrize(
        ("state", "says"),
        [
            ("waived", "Waived by Owner"),
            ("not_charged", "Not charged"),
            ("withdrawn", "The facts no longer imply this fine"),
        ],
    )
    def test_one_that_is_not_charged_says_why(self, full: House, state: str, says: str) -> None:
        owner = User.objects.create(username="o", name="Owner")
        penalty = fine_of("A", "4.6")
        Penalty.objects.filter(pk=penalty.pk).update(
            state=state, waived_by=owner, waived_at=NIGHT, withdrawn_at=NIGHT, waiver_reason="his mother"
        )
        text = text_of(owning(full, "A", "en").get(at(full, "own_fine", penalty.pk)))
        assert says in text
        assert "away from 21:00 to 21:25" in text

    def test_a_colleagues_fine_and_that_of_another_venue_are_not_there(self, full: House, tmp_path: Path) -> None:
        other = House(tmp_path, "other", now=NIGHT)
        brought(other)
        theirs = Penalty.objects.filter(employee__venue=other.venue)[0]
        colleagues = Penalty.objects.filter(employee__venue=full.venue, employee__number="C")[0]
        client = owning(full, "A")
        for penalty in (theirs, colleagues):
            assert client.get(at(full, "own_fine", penalty.pk)).status_code == 404
        user = User.objects.get(username="user-A")
        grant_role(venue=other.venue, user=user, role=Role.ACCOUNT_MANAGER)
        other.venue.employees.filter(number="A").update(user=user)
        mine_there = Penalty.objects.filter(employee__venue=other.venue, employee__number="A")[0]
        assert client.get(at(other, "own_fine", mine_there.pk)).status_code == 200
        assert client.get(at(full, "own_fine", mine_there.pk)).status_code == 404


class TestCalendar:
    def cells(self, page: Any) -> dict[str, str]:
        """Each day's link: its day of the month with what it says."""
        found = {}
        for link in tree(page).xpath("//a[contains(@class, 'day')][starts-with(@href, '#d')]"):
            words = " ".join(link.xpath(".//span[@class='day-word']/text()"))
            found[link.get("href")[-2:]] = words
        return found

    def look(self, house: House, number: str, month: str = OCTOBER, language: str = "en") -> Any:
        with time_machine.travel(NIGHT, tick=False):
            return owning(house, number, language).get(at(house, "own_calendar", month))

    def test_each_day_as_the_rulebook_decides_it(self, full: House) -> None:
        page = self.look(full, "A")
        cells = self.cells(page)
        assert len(cells) == 31
        wanted = {"01": "work", "02": "absent", "03": "late", "04": "early", "05": "leave", "06": "absent",
                  "07": "absent", "08": "absent", "09": "absent", "19": "work", "20": "", "31": ""}  # fmt: skip
        assert {number: cells[number] for number in wanted} == wanted

    def test_what_lies_behind_a_day_stands_below(self, full: House) -> None:
        page = self.look(full, "A")

        def behind(number: int) -> str:
            return text_of(page, f"//section[@id='d2026-10-{number:02}']")

        assert "rest void: event day (1.2.C)" in behind(2)
        assert "Event day: nobody rests" in behind(2)
        assert "arrived 20:10 left 02:00" in behind(3)
        assert "10 minutes late" in behind(3)
        assert "−¥50.00" in behind(3)
        assert "papers are missing" in behind(6)
        assert "not approved" in behind(7)
        assert "rest void: swap not approved (1.3)" in behind(9)
        assert "away from 21:00 to 21:25" in behind(10)
        assert "¥90,000.00" in behind(10)
        assert "registered too late" in behind(13)
        assert links(page, "/mine/fines/")

    def test_rests_and_leave_that_come_are_shown_and_use_up_the_allowance(self, house: House) -> None:
        house.bring({
            "员工": [person()],
            "打卡": [punch(day(19))],
            "休息": [{"工号": "A", "日期": day(1), "类型": "工休"}, {"工号": "A", "日期": day(25), "类型": "工休"}],
            "请假": [{
                "工号": "A", "类型": "事假", "开始日期": day(27), "结束日期": day(28), "申请时间": "2026-10-01 12:00",
                "批准人": "王",
            }],
        })  # fmt: skip
        page = self.look(house, "A")
        cells = self.cells(page)
        assert (cells["01"], cells["25"], cells["27"], cells["28"], cells["29"]) == (
            "rest",
            "rest",
            "leave",
            "leave",
            "",
        )
        assert "1 / 3 rest days" in text_of(page, "//dl[contains(@class, 'tiles')]")
        assert "1 not planned yet" in text_of(page, "//dl[contains(@class, 'tiles')]")

    def test_a_month_before_one_was_hired_is_empty_and_the_current_is_one_tap_away(self, full: House) -> None:
        assert "You were not employed" in text_of(self.look(full, "B", "2026-09"), "//main")
        with time_machine.travel(NIGHT, tick=False):
            answer = owning(full, "A").get(at(full, "own_calendar_current"))
        assert answer["Location"] == at(full, "own_calendar", OCTOBER)

    def test_days_before_hiring_are_out(self, full: House) -> None:
        assert set(list(self.cells(self.look(full, "B")).values())[:11]) == {""}


class TestBookings:
    def test_what_counts_and_what_does_not_with_the_reason_and_sums(self, full: House) -> None:
        page = owning(full, "A", "en").get(at(full, "own_bookings", OCTOBER))
        text = text_of(page, "//main")
        assert "¥91,000.00" in text
        for reason in ("cancelled", "no guest's name (4.3)", "registered too late", "soliciting outside the doors"):
            assert reason in text
        assert tree(page).xpath("//div[@class='section-head']//s/text()") == ["¥3,000.00"]
        assert "13900000000" not in text
        assert "0000" in text

    def test_nobody_elses_booking_is_there(self, full: House) -> None:
        text = text_of(owning(full, "C", "en").get(at(full, "own_bookings", OCTOBER)), "//main")
        assert "¥60,000.00" in text
        assert "¥90,000.00" not in text

    def test_a_month_without_any_says_what_belongs_here(self, full: House) -> None:
        text = text_of(owning(full, "E", "en").get(at(full, "own_bookings", OCTOBER)), "//main")
        assert "No booking in this month yet" in text


PAGES = (("own_pay", ()), ("own_fines", ()), ("own_calendar", (OCTOBER,)), ("own_bookings", (OCTOBER,)))


class TestQueries:
    def queries(self, house: House, number: str) -> list[int]:
        with time_machine.travel(NIGHT, tick=False):
            client = owning(house, number)
            found = [asked(client, at(house, name, *arguments)) for name, arguments in PAGES]
            fine = Penalty.objects.filter(employee__number=number, employee__venue=house.venue, article="3.2").first()
            return [*found, asked(client, at(house, "own_fine", fine.pk))] if fine else found

    def test_a_month_with_every_kind_of_line_needs_at_most_fifteen(self, full: House) -> None:
        before = self.queries(full, "A")
        full.bring({
            "订台": [booking(f"M{number}", day(18), "A") for number in range(9)],
            "签送": [comp(f"M{number}", f"M{number}", day(18), "A", 金额=500) for number in range(9)],
            "离岗": [{"工号": "A", "营业日": day(on), "离开": "21:00", "返回": "21:25"} for on in range(11, 19)],
        })  # fmt: skip
        assert self.queries(full, "A") == before

    @pytest.mark.django_db
    def test_as_many_for_3_people_as_for_30_and_for_one_month_as_for_several(self, tmp_path: Path) -> None:
        few, many = House(tmp_path, "few"), House(tmp_path, "many")
        few.bring(lively(3))
        few.run("2026-09")
        many.bring(lively(30))
        for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
            many.bring({"打卡": [punch(CalendarMonth.parse(month).last, "P001")]})
            many.run(month)
        assert self.queries(few, "P001") == self.queries(many, "P001")


def test_every_text_is_in_the_readers_language(full: House) -> None:
    """No place of a message stands unfilled, in either language, on any of one's own pages."""
    with time_machine.travel(NIGHT, tick=False):
        for language in ("zh-hans", "en"):
            client = owning(full, "A", language)
            for name, arguments in PAGES:
                page = client.get(at(full, name, *arguments))
                assert "%(" not in page.content.decode()
