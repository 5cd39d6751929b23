"""The ledger's pages: filters, sums, Excel, one fine with its story and its waiver."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Punch
from commissions.models import Payslip
from dashboards.ledger.selectors import LedgerFilter, groups_of, ledger_of, sums_of
from tests.house import House
from tests.ledgers import ABSENT, AWAY, LATE, MONTH, SEPTEMBER, all_pages, at_month, brought, plain, sheets
from tests.months import months
from tests.pages.looking import amount, as_role, owning, somebody, text_of, tree
from tests.test_invariants import PROFILE, new_house
from tests.workbooks import person, punch
from venues.models import Month
from venues.services import grant_role
from violations.ledger.services.reconciliation import reconcile_month
from violations.ledger.services.waivers import waive
from violations.models import Penalty, Waiving

STATE = Penalty.State
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def month(kept_house: House) -> House:
    return brought(kept_house)


def fine(article: str, number: str = "A") -> Penalty:
    return Penalty.objects.select_related("employee__venue").get(article=article, employee__number=number)


def waived(house: House, article: str = "1.2.F", number: str = "A") -> Penalty:
    return waive(penalty=fine(article, number), user=somebody(house, Role.OWNER, "owner"), reason="初犯", now=house.now)


def listed(house: House, **query: str) -> list[tuple[str, str]]:
    """Who is fined under what on the page, without the foot: (number, article)."""
    page = as_role(house, Role.FLOOR_MANAGER).get(at_month(house, "ledger", MONTH, **query))
    assert page.status_code == 200
    rows = tree(page).xpath("//tbody[contains(@class, 'fine-row')]/tr[1]")
    return [(row.xpath("./th//small")[0].text, plain("".join(row.xpath("./td[2]/span")[0].itertext()))) for row in rows]


ALL = {
    ("A", "1.2.F"), ("A", "1.2.D"), ("A", "4.6"), ("A", "3.2"), ("A", "4.1"), ("A", "5.F"),
    ("B", "1.2.F"), ("B", "1.2.E"), ("B", "3.2"), ("C", "5.F"),
}  # fmt: skip


class TestList:
    def test_it_holds_every_fine_of_the_house_the_latest_first(self, month: House) -> None:
        found = listed(month)
        assert set(found) == ALL
        assert len(found) == len(ALL)
        assert {found[0][1], found[-1][1]} <= {"3.2", "4.1", "4.6", "5.F", "1.2.E", "1.2.F"}
        assert found[-1] in {("A", "1.2.F"), ("B", "1.2.E"), ("B", "1.2.F"), ("C", "5.F")}

    @pytest.mark.parametrize(
        ("query", "kept"),
        [
            ({"q": "员工A"}, {one for one in ALL if one[0] == "A"}),
            ({"q": "b"}, {one for one in ALL if one[0] == "B"}),
            ({"person": "A", "article": "1.2.F"}, {("A", "1.2.F")}),
            ({"article": "1.2.F"}, {("A", "1.2.F"), ("B", "1.2.F")}),
            ({"article": "1"}, {one for one in ALL if one[1].startswith("1.")}),
            ({"article": "5"}, {("A", "5.F"), ("C", "5.F")}),
            ({"day": str(ABSENT)}, {("A", "1.2.D")}),
            ({"day": str(LATE), "kind": "notes"}, {("C", "5.F")}),
            ({"kind": "notes"}, {("A", "5.F"), ("C", "5.F")}),
            ({"kind": "fines", "q": "C"}, set()),
            ({"state": "waived"}, {("B", "1.2.F")}),
            ({"state": "withdrawn"}, {("A", "1.2.F")}),
            ({"state": "charged", "article": "1.2.F"}, set()),
            ({"state": "not_charged"}, set()),
        ],
    )
    def test_filters(self, month: House, query: dict[str, str], kept: set[tuple[str, str]]) -> None:
        if "state" in query:
            waived(month, "1.2.F", "B")
            month.bring({"打卡": [punch(LATE, 上班批准人="王经理")]})
        found = listed(month, **query)
        assert set(found) == kept
        assert len(found) == len(kept)

    def test_what_is_withdrawn_is_not_shown_unless_asked_for(self, month: House) -> None:
        month.bring({"打卡": [punch(LATE, 上班批准人="王经理")]})
        assert ("A", "1.2.F") not in listed(month)

    @pytest.mark.parametrize(
        ("sort", "first"), [("-amount", ("A", "1.2.D")), ("person", ("A", "1.2.F")), ("article", ("A", "1.2.D"))]
    )
    def test_sorts(self, month: House, sort: str, first: tuple[str, str]) -> None:
        assert listed(month, sort=sort)[0] == first
        assert listed(month, sort="nonsense") == listed(month)

    def test_the_foot_sums_what_is_charged(self, month: House) -> None:
        client = as_role(month, Role.FLOOR_MANAGER)
        address = at_month(month, "ledger", MONTH, person="A")
        whole = amount(all_pages(client, address)[-1][-1])
        assert whole == Decimal(50 + 200 + 50 + 60 + 88)
        waived(month)
        assert amount(all_pages(client, address)[-1][-1]) == whole - 50

    @pytest.mark.parametrize("by", ["person", "article", "day"])
    def test_sums_by_person_article_and_day_add_up_and_lead_to_their_fines(self, month: House, by: str) -> None:
        waived(month, "4.6")
        client = as_role(month, Role.FLOOR_MANAGER)
        *rows, foot = all_pages(client, at_month(month, "ledger", MONTH, by=by))
        for place in range(1, 6):
            assert sum(amount(row[place]) for row in rows) == amount(foot[place])
        assert amount(foot[3]) == sums_of(ledger_of(month.venue, SEPTEMBER)).charged
        page = client.get(at_month(month, "ledger", MONTH, by=by))
        for link in tree(page).xpath("//tbody/tr/th//a/@href"):
            shown = all_pages(client, at_month(month, "ledger", MONTH) + link)
            assert len(shown) > 1

    def test_pages_of_fifty_hold_each_fine_once(self, house: House) -> None:
        house.bring({"员工": [person("A"), person("B"), person("C")]})
        reconcile_month(house.venue, SEPTEMBER, now=house.now)
        rows = all_pages(as_role(house, Role.OWNER), at_month(house, "ledger", MONTH, sort="article"))
        assert len(rows) == 91
        assert len({tuple(row) for row in rows}) == 91

    @pytest.mark.parametrize(
        "query",
        ["article=9", "day=2026-99-99", "state=x", "kind=x", "by=x", "sort=--", "page=x", "person=%00", "q=%25"],
    )
    def test_nonsense_is_no_error(self, month: House, query: str) -> None:
        page = as_role(month, Role.OWNER).get(at_month(month, "ledger", MONTH) + f"?{query}")
        assert page.status_code == 200

    def test_an_empty_month_says_where_fines_come_from(self, month: House) -> None:
        page = as_role(month, Role.OWNER).get(at_month(month, "ledger", "2026-01"))
        assert "本月没有罚款" in text_of(page)

    def test_another_venues_fines_are_not_in_it(self, month: House, tmp_path: Path) -> None:
        other = brought(House(tmp_path, "other"))
        Penalty.objects.filter(employee__venue=other.venue).update(amount=9999)
        assert set(listed(month)) == ALL
        assert "9,999" not in text_of(as_role(month, Role.OWNER).get(at_month(month, "ledger", MONTH)))


@pytest.mark.parametrize(
    "query",
    [{}, {"q": "A"}, {"article": "1"}, {"state": "waived"}, {"kind": "notes"}, {"day": str(AWAY), "sort": "amount"}],
)
def test_the_excel_is_what_the_page_shows(month: House, query: dict[str, str]) -> None:
    waived(month)
    client = as_role(month, Role.FLOOR_MANAGER)
    *rows, foot = all_pages(client, at_month(month, "ledger", MONTH, **query))
    answer = client.get(at_month(month, "ledger_workbook", MONTH, **query))
    assert answer["Content-Disposition"].endswith('"main-2026-09-ledger.xlsx"')
    found = sheets(answer)
    *lines, total = found["台账"]
    assert [
        (f"{name}{number}", f"{article}{plain(what)}", plain(ground or ""), plain(state), Decimal(str(costs)))
        for _day, number, name, article, what, ground, state, costs, *_more in lines
    ] == [(row[0], row[2], row[3], row[4], amount(row[5])) for row in rows]
    assert Decimal(str(total[8])) == amount(foot[-1])
    for by, title in (("person", "按人"), ("article", "按条款"), ("day", "按日")):
        page = all_pages(client, at_month(month, "ledger", MONTH, **(query | {"by": by, "sort": "key"})))
        figures = [[Decimal(str(value)) for value in line[-5:]] for line in found[title]]
        assert figures == [[amount(cell) for cell in row[-5:]] for row in page]


class AsThePayslips(TestCase):
    @settings(PROFILE)
    @given(months())
    def test_what_the_ledger_charges_is_what_the_payslips_take(self, sheets: Any) -> None:
        with new_house() as house:
            house.bring(sheets)
            house.run(MONTH)
            rows = LedgerFilter({}, ledger_of(house.venue, SEPTEMBER)).qs
            charged: defaultdict[str, Decimal] = defaultdict(Decimal)
            for row in groups_of(rows, "person"):
                charged[row["employee__number"]] = row["charged"]
            slips = Payslip.objects.filter(run=house.current(MONTH))
            assert {slip.number: slip.fines for slip in slips} == {slip.number: charged[slip.number] for slip in slips}
            total = sum((slip.fines for slip in slips), Decimal(0))
            assert sums_of(rows).charged == total
            for by in ("article", "day"):
                assert sum((row["charged"] for row in groups_of(rows, by)), Decimal(0)) == total


class TestInStep:
    def test_a_month_under_way_says_through_which_day_and_is_brought_further(self, house: House) -> None:
        house.now = datetime(2026, 9, 6, 12, tzinfo=UTC)
        days = [punch(day, 上班="20:10") for day in (LATE, ABSENT)]
        house.bring({"员工": [person(入职日期="2026-09-03")], "打卡": days})
        client = as_role(house, Role.FLOOR_MANAGER)
        address = at_month(house, "ledger", MONTH)

        def through(moment: datetime) -> str:
            with time_machine.travel(moment, tick=False):
                return text_of(client.get(address), "//div[@class='in-step']")

        assert "时已更新到" not in through(house.now)
        assert "9月5日" in through(house.now)
        assert "现在更新" not in through(house.now)
        later = datetime(2026, 9, 8, 12, tzinfo=UTC)
        assert "时已更新到 9月5日" in through(later)
        assert "现在更新" in through(later)
        before = Penalty.objects.count()
        with time_machine.travel(later, tick=False):
            page = client.post(at_month(house, "ledger_reconcile", MONTH), follow=True)
        assert "台账已按记录更新" in text_of(page)
        assert Penalty.objects.count() == before + 2, "two more days, absent"
        assert "9月7日" in through(later)
        assert "现在更新" not in through(later)

    def test_a_fact_entered_since_is_said(self, month: House) -> None:
        reconcile_month(month.venue, SEPTEMBER, now=month.now)
        Month.objects.filter(first_day=SEPTEMBER.first).update(revision=99)
        client = as_role(month, Role.OWNER)
        assert "现在更新" in text_of(client.get(at_month(month, "ledger", MONTH)))
        month.run(MONTH)
        assert "现在更新" not in text_of(client.get(at_month(month, "ledger", MONTH)))

    def test_a_locked_month_is_left_as_it_is(self, month: House) -> None:
        Month.objects.update(state=Month.State.LOCKED)
        Punch.objects.all().delete()
        before = list(Penalty.objects.order_by("pk").values())
        client = as_role(month, Role.OWNER)
        assert "现在更新" not in text_of(client.get(at_month(month, "ledger", MONTH)))
        client.post(at_month(month, "ledger_reconcile", MONTH))
        assert list(Penalty.objects.order_by("pk").values()) == before


class TestFine:
    def at(self, house: House, article: str = "1.2.F", name: str = "ledger_fine") -> str:
        return at_month(house, name, fine(article).pk)

    def send(
        self, client: Client, house: House, reason: str, name: str = "ledger_waive", article: str = "1.2.F"
    ) -> str:
        return text_of(client.post(self.at(house, article, name), {"reason": reason}, follow=True), "//main")

    def test_it_unfolds_in_order(self, month: House) -> None:
        with time_machine.travel(month.now + timedelta(hours=1), tick=False):
            page = as_role(month, Role.HR).get(self.at(month, "3.2"))
        assert [one.text for one in tree(page).xpath("//dl[@class='evidence']//dt")] == ["条款", "记录", "算式", "录入"]
        row = as_role(month, Role.HR).get(self.at(month, "3.2"), headers=HTMX)
        assert row.content.decode().strip().startswith('<tr class="unfolded">')

    def test_it_is_waived_with_a_reason_and_a_second_click_says_so(self, month: House) -> None:
        client = as_role(month, Role.FLOOR_MANAGER)
        page = text_of(client.get(self.at(month)), "//main")
        assert "不再扣 ¥50.00" in page
        assert fine("1.2.F").state == STATE.CHARGED
        assert "这个字段是必填项" in self.send(client, month, " ")
        assert fine("1.2.F").state == STATE.CHARGED
        assert "员工A 在这里没有角色或从未登录，看不到消息，请当面告知。" in self.send(client, month, "地铁停运")
        assert (fine("1.2.F").state, fine("1.2.F").waiver_reason) == (STATE.WAIVED, "地铁停运")
        again = self.send(client, month, "再来")
        assert "已于" in again
        assert Waiving.objects.count() == 1
        assert "地铁停运" in again, "its story says why"

    def test_the_owner_takes_it_back_and_nobody_else_is_offered_to(self, month: House) -> None:
        waived(month)
        floor = as_role(month, Role.FLOOR_MANAGER)
        assert not tree(floor.get(self.at(month))).xpath("//main//form")
        owner = as_role(month, Role.OWNER)
        assert self.at(month, name="ledger_restore") in tree(owner.get(self.at(month))).xpath("//main//form/@action")
        told = self.send(owner, month, "查实", "ledger_restore")
        assert fine("1.2.F").state == STATE.CHARGED
        for words in ("初犯", "查实", "免除 ¥50.00", "收回免除 ¥50.00"):
            assert words in told
        assert "没有免除" in self.send(owner, month, "再来", "ledger_restore")

    def test_who_signs_in_is_told(self, month: House) -> None:
        owning(month, "A")
        assert "已免除。 已通知员工A。" in self.send(as_role(month, Role.FLOOR_MANAGER), month, "地铁停运")

    @pytest.mark.parametrize(
        ("article", "words"),
        [("1.2.D", "满 3 天"), ("3.2", "额度不退回"), ("4.1", "考核照算"), ("4.6", "记录不变")],
    )
    def test_it_says_what_a_waiver_does_not_change(self, month: House, article: str, words: str) -> None:
        assert words in text_of(as_role(month, Role.OWNER).get(self.at(month, article)), "//ul[@class='follows']")

    def test_who_may_not_is_told_why_in_place_of_the_form(self, month: House) -> None:
        hr = as_role(month, Role.HR).get(self.at(month))
        assert not tree(hr).xpath("//main//form")
        own = owning(month, "A")
        grant_role(venue=month.venue, user=User.objects.get(username="user-A"), role=Role.FLOOR_MANAGER)
        assert "自己的罚款" in text_of(own.get(self.at(month)), "//main")
        Punch.history.update(history_user=somebody(month, Role.FLOOR_MANAGER))
        page = as_role(month, Role.FLOOR_MANAGER).get(self.at(month))
        assert "你录入" in text_of(page, "//main")
        assert not tree(page).xpath("//main//form")
        Month.objects.update(state=Month.State.LOCKED)
        assert "只有老板" in text_of(as_role(month, Role.OWNER).get(self.at(month)), "//main")
        assert "只有老板" in self.send(as_role(month, Role.OWNER), month, "x")

    @pytest.mark.parametrize("name", ["ledger_fine", "ledger_waive", "ledger_restore"])
    def test_another_venues_does_not_exist(self, month: House, tmp_path: Path, name: str) -> None:
        other = brought(House(tmp_path, "other"))
        pk = Penalty.objects.filter(employee__venue=other.venue)[0].pk
        client = as_role(month, Role.OWNER)
        send = client.get if name == "ledger_fine" else client.post
        for key in (pk, 0, 2**63, 10**30):
            assert send(at_month(month, name, key), {"reason": "x"}).status_code == 404
        assert not Waiving.objects.exists()

    def test_in_english_too(self, month: House) -> None:
        page = as_role(month, Role.OWNER, "en").get(self.at(month))
        assert "Waive ¥50.00" in text_of(page)
        assert "counted in appraisals" in text_of(page)


def test_the_floor_manager_sees_no_pay(month: House) -> None:
    month.run(MONTH)
    client = as_role(month, Role.FLOOR_MANAGER)
    pay = {
        f"{value:,.2f}" for slip in Payslip.objects.all() for value in (slip.net, slip.base, slip.commission) if value
    }
    addresses = [at_month(month, "ledger", MONTH, **query) for query in ({}, {"by": "person"}, {"by": "article"})]
    addresses += [at_month(month, "ledger_fine", pk) for pk in Penalty.objects.values_list("pk", flat=True)]
    for address in addresses:
        page = text_of(client.get(address))
        assert not [one for one in pay if one in page], address
        assert "payslip" not in client.get(address).content.decode().replace("payslips_", "")


def test_the_pages_ask_as_often_for_3_people_as_for_30(tmp_path: Path, db: None) -> None:
    asked = []
    for code, count in (("few", 3), ("many", 30)):
        house = House(tmp_path, code)
        house.bring(
            {"员工": [person(f"A{number:02}") for number in range(count)], "打卡": [punch(LATE, "A00", 上班="20:10")]}
        )
        house.run(MONTH)
        pk = Penalty.objects.get(employee__venue=house.venue, article="1.2.F").pk
        client = as_role(house, Role.OWNER)
        found = []
        for address in (
            at_month(house, "ledger", MONTH), at_month(house, "ledger", MONTH, by="person"),
            at_month(house, "ledger_workbook", MONTH), at_month(house, "ledger_fine", pk),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        asked.append(found)
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 15
