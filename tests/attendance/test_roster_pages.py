"""The pages of the roster, event days, the public calendar: looked at, clicked, refused."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Rest, RosterPublication
from inbox.models import Message
from tests.attendance.conftest import NOW, Team, november
from tests.house import House
from tests.pages.looking import as_role, at, signed_in, text_of, tree
from tests.pages.sending import form_to, forms_on
from tests.workbooks import person
from venues.models import CalendarDay, EventDay, Month

NOVEMBER = "2026-11"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def on_the_24th() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss(team: Team) -> Client:
    User.objects.update(last_login=NOW)  # who never signed in reads no message
    return signed_in(team.boss)


def click(team: Team, client: Client, act: str, number: str, day: int | str, **options: Any) -> Any:
    address = at(team.house, "roster_set", NOVEMBER) + options.pop("query", "")
    more = options.pop("more", {})
    return client.post(address, {act: f"{team.person(number).pk}:{day}"} | more, **options)


class TestMonth:
    def test_the_current_roster_is_the_business_months(self, team: Team, boss: Client) -> None:
        assert boss.get(at(team.house, "roster_current"))["Location"] == at(team.house, "roster", NOVEMBER)

    def test_the_grid_shows_people_by_days_with_marks_and_counts(self, team: Team, boss: Client) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28), name="周年庆")
        CalendarDay.objects.create(venue=team.venue, date=november(10), is_working=False, name="节")
        for number in "ABC":
            team.rest(number, 26)
        page = boss.get(at(team.house, "roster", NOVEMBER))
        assert len(tree(page).xpath("//table[@class='roster']/tbody/tr")) == 3
        heads = tree(page).xpath("//table[@class='roster']/thead/tr[1]/th")
        assert "活动日" in "".join(heads[28].itertext())
        assert heads[28].get("title") == "周年庆"
        assert "节" in "".join(heads[10].itertext())
        assert text_of(page, "//tr[@id='off']/td[26]") == "3! 人太多"
        assert text_of(page, "//tr[@id='off']/td[27]") == "0"
        assert "11月26日 周四 有 3 人休息，超过 1 人" in text_of(page)
        assert "平日休息的人超过 4 分之一" in text_of(page), "the rule of thumb is said"

    def test_hr_and_the_owner_look_and_have_nothing_to_click(self, team: Team) -> None:
        team.rest("A", 26)
        for role in (Role.HR, Role.OWNER):
            page = as_role(team.house, role).get(at(team.house, "roster", NOVEMBER))
            assert page.status_code == 200
            assert not tree(page).xpath("//table[@class='roster']//button")
            assert not tree(page).xpath("//*[@id='publication']//button")

    def test_a_locked_month_says_so_and_has_nothing_to_click(self, team: Team, boss: Client) -> None:
        Month.objects.create(venue=team.venue, first_day=november(1), state=Month.State.LOCKED)
        page = boss.get(at(team.house, "roster", NOVEMBER))
        assert "2026年11月已锁定" in text_of(page)
        assert not tree(page).xpath("//table[@class='roster']//button")

    def test_of_a_paid_month_nobody_is_sent_to_the_owner(self, team: Team, boss: Client) -> None:
        Month.objects.create(venue=team.venue, first_day=november(1), state=Month.State.PAID)
        said = text_of(boss.get(at(team.house, "roster", NOVEMBER)))
        assert "2026年11月工资已发放" in said
        assert "老板" not in said

    def test_a_month_without_anybody_says_what_belongs_here(self, team: Team, boss: Client) -> None:
        assert "没有在职的人" in text_of(boss.get(at(team.house, "roster", "2024-12")))

    def test_people_are_found_by_name_and_number_and_paged_by_fifty(self, team: Team, boss: Client) -> None:
        team.house.bring({"员工": [person(f"N{index:03}") for index in range(60)]})
        rows = "//table[@class='roster']/tbody/tr"
        address = at(team.house, "roster", NOVEMBER)
        assert len(tree(boss.get(address)).xpath(rows)) == 50
        assert len(tree(boss.get(f"{address}?page=2")).xpath(rows)) == 13
        assert len(tree(boss.get(f"{address}?q=n04")).xpath(rows)) == 10
        nobody = boss.get(f"{address}?q=zzz")
        assert "没有" in text_of(nobody, "//div[contains(@class, 'empty-state')]")

    def test_what_was_changed_is_told_with_who_before_and_after(self, team: Team, boss: Client) -> None:
        click(team, boss, "rest", "A", 26)
        click(team, boss, "work", "A", 26)
        boss.get(at(team.house, "event_day_new"), {"date": "2026-11-28", "name": "周年庆"})
        boss.post(at(team.house, "event_day_new"), {"date": "2026-11-28", "name": "周年庆"})
        boss.post(at(team.house, "event_day", november(28)), {"name": "店庆"})
        click(team, boss, "rest", "B", 27)
        boss.post(at(team.house, "roster_publish", NOVEMBER))
        page = boss.get(at(team.house, "roster", NOVEMBER))
        told = text_of(page, "//ul[contains(@class, 'changes')]")
        for words in (
            "A 员工A — → 11月26日 周四 工休",
            "A 员工A 11月26日 周四 工休 → —",
            "11月28日 周六 — → 活动日 周年庆",
            "11月28日 周六 活动日 周年庆 → 活动日 店庆",
            "通知 1 人",
        ):
            assert words in told, words
        assert told.count("王经理") == 6

    def test_a_swap_is_told_from_day_to_day(self, team: Team, boss: Client) -> None:
        team.rest("A", 26)
        rest = Rest.objects.get()
        rest.business_day, rest.kind = november(27), "swap"
        rest.save()
        told = text_of(boss.get(at(team.house, "roster", NOVEMBER)), "//ul[contains(@class, 'changes')]")
        assert "11月26日 周四 工休 → 11月27日 周五 换休" in told

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_it_is_whole_in_both_languages(self, team: Team, language: str) -> None:
        page = signed_in(team.boss, language).get(at(team.house, "roster", NOVEMBER))
        assert text_of(page, "//h1") == {"zh-hans": "排班 2026年11月", "en": "Roster November 2026"}[language]


class TestClick:
    def test_a_click_answers_with_the_row_the_counts_and_what_there_is_to_say(self, team: Team, boss: Client) -> None:
        page = click(team, boss, "rest", "A", 26, headers=HTMX)
        assert page["HX-Retarget"] == f"#p{team.person('A').pk}"
        told = page.content.decode()
        assert f'name="work" value="{team.person("A").pk}:26"' in told
        assert "员工A 11月26日 周四 工休" in told
        assert 'id="off" hx-swap-oob' in told
        assert "尚未发布" in told
        assert team.rests("A") == {november(26): "regular"}

    def test_a_refusal_comes_with_its_reason_and_marks_the_day(self, team: Team, boss: Client) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28))
        told = click(team, boss, "rest", "A", 28, headers=HTMX).content.decode()
        assert "notice error" in told
        assert "1.2.C" in told
        assert "is-refused" in told
        assert not team.rests("A")

    def test_too_many_off_is_a_warning_that_does_not_refuse(self, team: Team, boss: Client) -> None:
        team.rest("B", 28)
        told = click(team, boss, "rest", "A", 28, headers=HTMX).content.decode()
        assert "notice warning" in told
        assert "11月28日 周六 有 2 人休息，超过 1 人" in told
        assert team.rests("A")

    def test_leave_that_waits_is_a_warning(self, team: Team, boss: Client) -> None:
        team.leave(first=26, last=26)
        told = click(team, boss, "rest", "A", 26, headers=HTMX).content.decode()
        assert "这天有请假待批" in told

    def test_without_a_script_one_is_led_back_to_the_row_with_the_words(self, team: Team, boss: Client) -> None:
        page = click(team, boss, "rest", "A", 26, query="?page=1&q=A")
        assert page["Location"] == at(team.house, "roster", NOVEMBER) + f"?page=1&q=A#p{team.person('A').pk}"
        assert "员工A 11月26日 周四 工休。" in text_of(boss.get(page["Location"]))
        alone = click(team, boss, "work", "A", 26, more={"alone": "1"})
        assert alone["Location"] == at(team.house, "roster_person", NOVEMBER, team.person("A").pk)
        assert not team.rests("A")

    @pytest.mark.parametrize(
        "value", ["", "x:1", "{pk}:0", "{pk}:31", "{pk}:999999", "{pk}", "9" * 30 + ":1", "{pk}:٣"]
    )
    def test_nonsense_is_not_found(self, team: Team, boss: Client, value: str) -> None:
        address = at(team.house, "roster_set", NOVEMBER)
        assert boss.post(address, {"rest": value.format(pk=team.person("A").pk)}).status_code == 404

    def test_another_venues_people_are_not_found(self, team: Team, boss: Client, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person("X")]})
        pk = other.venue.employees.get().pk
        assert boss.post(at(team.house, "roster_set", NOVEMBER), {"rest": f"{pk}:26"}).status_code == 404
        assert boss.get(at(team.house, "roster_person", NOVEMBER, pk)).status_code == 404
        assert not Rest.objects.exists()

    def test_a_click_asks_the_database_as_often_for_3_people_as_for_60(self, team: Team, boss: Client) -> None:
        counts = []
        for _more in range(2):
            click(team, boss, "rest", "A", 26, headers=HTMX)
            with CaptureQueriesContext(connection) as queries:
                click(team, boss, "work", "A", 26, headers=HTMX)
            counts.append(len(queries))
            team.house.bring({"员工": [person(f"N{index:03}") for index in range(60)]})
        assert counts[0] == counts[1] <= 30


class TestPerson:
    def test_one_persons_days_are_buttons_on_the_days_to_come(self, team: Team, boss: Client) -> None:
        team.rest("A", 10, 26)
        page = boss.get(at(team.house, "roster_person", NOVEMBER, team.person("A").pk))
        buttons = tree(page).xpath("//table//button")
        assert [button.get("value").split(":")[1] for button in buttons] == [str(day) for day in range(24, 31)]
        assert [button.get("name") for button in buttons][2] == "work"
        assert text_of(page, "//dl//dd[1]").startswith("2 / 3")

    def test_the_answer_is_the_days_anew(self, team: Team, boss: Client) -> None:
        page = click(team, boss, "rest", "A", 26, more={"alone": "1"}, headers=HTMX)
        assert page["HX-Retarget"] == "#days"
        assert 'aria-pressed="true"' in page.content.decode()

    def test_who_is_not_employed_in_the_month_is_not_found(self, team: Team, boss: Client) -> None:
        assert boss.get(at(team.house, "roster_person", "2024-12", team.person("A").pk)).status_code == 404


class TestCopyAndPublish:
    def test_copying_shows_first_and_sets_then(self, team: Team, boss: Client) -> None:
        team.rest("A", 3, 29)
        address = at(team.house, "roster_copy", "2026-12")
        page = boss.get(address)
        assert "12月1日 周二" in text_of(page)
        assert "没有第五个周日" in text_of(page)
        assert not Rest.objects.filter(business_day__month=12).exists()
        assert "已排 1 天工休" in text_of(boss.post(address, follow=True))
        assert "能照搬的都已排好" in text_of(boss.get(address))

    def test_what_would_be_copied_is_shown_again_where_it_has_changed_since(self, team: Team, boss: Client) -> None:
        team.rest("A", 3)
        address = at(team.house, "roster_copy", "2026-12")
        form = form_to(boss.get(address), address, {})
        assert form is not None
        team.rest("B", 10)
        for sent in (form.values, {"seen": ""}):
            page = boss.post(address, sent, follow=True)
            assert "你打开以后，有人改过" in text_of(page)
            assert "12月8日 周二" in text_of(page)
        assert not Rest.objects.filter(business_day__month=12).exists()
        assert "已排 2 天工休" in text_of(boss.post(address, follow=True))
        assert "已排 0 天工休" in text_of(boss.post(address, form.values, follow=True)), "twice equals once"

    def test_publishing_says_how_many_were_told_and_again_nobody(self, team: Team, boss: Client) -> None:
        team.rest("A", 26)
        address = at(team.house, "roster_publish", NOVEMBER)
        assert "已发布，通知 1 人" in text_of(boss.post(address, follow=True))
        page = boss.get(at(team.house, "roster", NOVEMBER))
        assert "王经理 发布 此后没有变动" in text_of(page, "//*[@id='publication']")
        assert "不再重复通知" in text_of(boss.post(address, follow=True))
        assert RosterPublication.objects.count() == Message.objects.count() == 1
        click(team, boss, "rest", "B", 26)
        page = boss.get(at(team.house, "roster", NOVEMBER))
        assert "发布后 1 人有变动" in text_of(page, "//*[@id='publication']")

    def test_publishing_names_whom_no_message_reaches(self, team: Team, boss: Client) -> None:
        User.objects.filter(pk=team.user("B").pk).update(last_login=None)
        for number in "AB":
            team.rest(number, 26)
        told = text_of(boss.post(at(team.house, "roster_publish", NOVEMBER), follow=True))
        assert "已发布，通知 1 人" in told
        assert f"从未登录，看不到消息，请当面告知：{team.person('B').name}。" in told


class TestDays:
    def test_adding_an_event_day_says_first_whom_it_concerns(self, team: Team, boss: Client) -> None:
        team.rest("A", 28)
        team.rest("B", 28)
        page = boss.get(at(team.house, "event_day_new"), {"date": "2026-11-28", "name": "周年庆"})
        assert "2 人这天工休，将作废。 其中 2 人会收到通知。" in text_of(page)
        assert "员工A" in text_of(page)
        assert not EventDay.objects.exists()
        done = boss.post(at(team.house, "event_day_new"), {"date": "2026-11-28", "name": "周年庆"}, follow=True)
        assert "周年庆" in text_of(done, "//section[1]")
        assert Message.objects.count() == 2

    @pytest.mark.parametrize("name", ["event_day_new", "event_day"])
    def test_whom_no_message_of_an_event_day_reaches_is_named(self, team: Team, boss: Client, name: str) -> None:
        User.objects.filter(pk=team.user("B").pk).update(last_login=None)
        for number in "AB":
            team.rest(number, 28)
        day = november(28)
        if name == "event_day":
            EventDay.objects.create(venue=team.venue, date=day)
        page = boss.get(at(team.house, name, *([day] if name == "event_day" else [])), {"date": str(day)})
        assert "其中 1 人会收到通知。" in text_of(page)
        assert f"从未登录，看不到消息，请当面告知：{team.person('B').name}。" in text_of(page)

    def test_a_refused_event_day_comes_with_its_reason(self, team: Team, boss: Client) -> None:
        page = boss.get(at(team.house, "event_day_new"), {"date": "2026-11-20"}, follow=True)
        assert "11月20日 周五 已上班" in text_of(page)
        assert boss.get(at(team.house, "event_day_new"), {"date": "gestern"}).status_code == 422

    def test_an_event_day_is_renamed_and_taken_away(self, team: Team, boss: Client) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28))
        address = at(team.house, "event_day", november(28))
        boss.post(address, {"name": "周年庆"})
        assert EventDay.objects.get().name == "周年庆"
        boss.post(address, {"remove": "1"})
        assert not EventDay.objects.exists()
        assert boss.get(address).status_code == boss.post(address).status_code == 404

    def test_a_locked_month_has_no_buttons_and_refuses_the_post(self, team: Team, boss: Client) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28))
        Month.objects.create(venue=team.venue, first_day=november(1), state=Month.State.LOCKED)
        address = at(team.house, "event_day", november(28))
        assert not tree(boss.get(address)).xpath("//main//button")
        boss.post(address, {"remove": "1"})
        assert EventDay.objects.exists()

    def test_the_public_calendar_is_edited_and_filled_in(self, team: Team, boss: Client) -> None:
        day = date(2030, 1, 1)
        boss.post(at(team.house, "days_seed"), {"year": "2030"})
        assert "元旦" in text_of(boss.get(at(team.house, "days") + "?year=2030"))
        assert "没有调休上班日" not in text_of(boss.get(at(team.house, "days") + "?year=2026"))
        page = boss.post(at(team.house, "public_day_set"), {"date": "2030-01-01", "kind": "working", "name": "x"})
        assert page.status_code == 409, "that it stands there otherwise is asked about first"
        boss.post(at(team.house, "public_day_set"), forms_on(page)[0].values)
        assert CalendarDay.objects.get(date=day).is_working
        boss.post(at(team.house, "public_day", day), {"remove": "1"})
        assert not CalendarDay.objects.filter(date=day).exists()
        page = boss.post(at(team.house, "public_day_set"), {"date": "", "kind": "holiday"})
        assert page.status_code == 422
        assert boss.get(at(team.house, "public_day", day)).status_code == 404

    def test_a_year_without_make_up_days_says_when_they_are_known(self, team: Team, boss: Client) -> None:
        boss.post(at(team.house, "days_seed"), {"year": "2040"})
        assert "还没有调休上班日" in text_of(boss.get(at(team.house, "days") + "?year=2040"))

    def test_hr_looks_without_buttons(self, team: Team) -> None:
        EventDay.objects.create(venue=team.venue, date=november(28), name="周年庆")
        page = as_role(team.house, Role.HR).get(at(team.house, "days"))
        assert "周年庆" in text_of(page)
        assert not tree(page).xpath("//main//form")

    @pytest.mark.parametrize("year", ["0", "1999", "99999", "x", "2026.5"])
    def test_an_impossible_year_is_this_one(self, team: Team, boss: Client, year: str) -> None:
        page = boss.get(at(team.house, "days") + f"?year={year}")
        assert text_of(page, "//header//p[@class='sub']") == "2026"
