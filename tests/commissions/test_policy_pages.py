"""The pages of the policy: read in full, drafted with nothing lost, tried on a month, stated, taken back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.permissions import Role
from inbox.models import Message
from rulebook.calendar import CalendarMonth, days_between
from rulebook.policy import Policy, parameters
from tests.house import House
from tests.pages.looking import as_role, at, somebody, text_of, tree
from tests.workbooks import booking, person, punch
from venues.models import Month, PolicyVersion
from venues.selectors import policy_of
from venues.services import set_policy

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (CalendarMonth.parse(f"2026-{month:02}") for month in (9, 10, 11, 12))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def october(kept_house: House) -> House:
    """September is locked; in October A sells 45,000, B is absent twice; November runs, on its 20th."""
    kept_house.bring({
        "员工": [person("A"), person("B")],
        "打卡": [
            punch(day, number)
            for number in "AB" for day in days_between(OCTOBER.first, OCTOBER.last) if number == "A" or day.day > 2
        ],
        "订台": [booking("1", OCTOBER.first, "A", 消费金额="45000")],
    })  # fmt: skip
    Month.objects.create(venue=kept_house.venue, first_day=SEPTEMBER.first, state=Month.State.LOCKED)
    kept_house.now = NOW
    kept_house.run("2026-10")
    somebody(kept_house, Role.HR)
    return kept_house


@pytest.fixture
def house(october: House) -> Iterator[House]:
    """October's house, on the 20th of November."""
    with time_machine.travel(NOW, tick=False):
        yield october


def owner(house: House, language: str = "en") -> Client:
    return as_role(house, Role.OWNER, language)


def filled(**changed: Any) -> dict[str, Any]:
    """What the form of December sends where nothing but this was typed."""
    given: dict[str, Any] = {"month": "2026-12"}
    for name, parameter in parameters().items():
        text = parameter.kind.write(parameter.default)
        if name.endswith("_rate"):
            text = str(parameter.default * 100)
        given[name] = text.split(",") if name == "comp_categories" else text
    return given | changed


class TestReading:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_every_figure_stands_with_its_article_its_value_and_what_the_law_says(
        self, house: House, language: str
    ) -> None:
        page = owner(house, language).get(at(house, "policy"))
        text = text_of(page, "//main")
        place = 1 if language == "en" else 0
        for parameter in parameters().values():
            assert parameter.label[place] in text
            assert parameter.article in text
        for words in (("300 元", "300 yuan"), ("《劳动法》第 38 条", "Labour Law, art. 38"), ("20:31", "20:31")):
            assert words[place] in text

    def test_a_figure_off_its_default_says_so_and_who_stated_it(self, house: House) -> None:
        set_policy(venue=house.venue, month=OCTOBER, values={"late_fine": "66"}, user=somebody(house, Role.OWNER))
        row = text_of(owner(house).get(at(house, "policy")), "//*[@id='late_fine']")
        assert "66 yuan" in row
        assert "default 50 yuan" in row
        assert "owner" in row

    def test_a_search_leaves_the_figures_that_have_to_do_with_it(self, house: House) -> None:
        page = owner(house).get(at(house, "policy"), {"q": "1.2.f"})
        assert len(tree(page).xpath("//*[@class='policy-figures']/div")) == 2
        assert "No figure has to do with this." in text_of(owner(house).get(at(house, "policy"), {"q": "zzz"}))

    def test_hr_reads_and_sets_nothing(self, house: House) -> None:
        client = as_role(house, Role.HR, "en")
        page = client.get(at(house, "policy"))
        assert "New version" not in text_of(page)
        page = client.get(at(house, "policy_version", DECEMBER))
        assert page.status_code == 200
        assert not tree(page).xpath("//main//input")
        assert client.post(at(house, "policy_version", DECEMBER), filled(late_fine="1")).status_code == 403

    def test_a_locked_months_page_says_why_it_stays_and_leads_to_the_next_free_one(self, house: House) -> None:
        page = owner(house).get(at(house, "policy_version", SEPTEMBER))
        assert "September 2026 is locked with these rules" in text_of(page)
        assert not tree(page).xpath("//main//form")
        assert tree(page).xpath(f"//main//a[@href='{at(house, 'policy_version', DECEMBER)}']")


class TestDrafting:
    def test_what_is_typed_leads_to_what_it_would_have_paid_with_nothing_stored(self, house: House) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled(commission_rate="4%", late_fine="60"))
        assert page.status_code == 302
        assert page["Location"] == at(house, "policy_try", DECEMBER) + "?late_fine=60.00&commission_rate=0.04"
        assert PolicyVersion.objects.count() == 1

    @pytest.mark.parametrize(
        ("name", "text", "error"),
        [
            ("late_fine", "-1", "an amount that is not negative"),
            ("late_fine", "", "an amount that is not negative"),
            ("commission_rate", "101", "From 0 to 100 percent"),
            ("commission_rate", "1e999999999", "From 0 to 100 percent"),
            ("monthly_rest_days", "9" * 5000, "a whole number from 0 to 31"),
            ("shift_start", "11:00", "from 12:00 to 23:59"),
            ("shift_end", "19:00", "the shift should end after it starts"),
            ("wage_guard", "maybe", "Select a valid choice"),
            ("comp_categories", ["alcohol"], "Select a valid choice"),
        ],
    )
    def test_a_wrong_figure_is_told_beside_its_field_and_nothing_typed_is_lost(
        self, house: House, name: str, text: Any, error: str
    ) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled(absence_fine="321", **{name: text}))
        assert page.status_code == 422
        assert error in text_of(page, f"//*[@id='row-{name}']")
        assert tree(page).xpath("//input[@name='absence_fine']/@value") == ["321"]
        if isinstance(text, str) and name not in ("wage_guard",):
            assert tree(page).xpath(f"//input[@name='{name}']/@value") in ([text], [] if not text else [text])

    @pytest.mark.parametrize(
        ("name", "typed", "stored"),
        [
            ("base_pay", "３,２００ 元", "3200.00"),
            ("commission_rate", "３．５％", "0.035"),
            ("monthly_rest_days", "4 天", "4"),
            ("comp_fine_multiple", "2.5 倍", "2.5"),
            ("minimum_wage", "¥2420", "2420.00"),
            ("comp_categories", ["fruit"], "fruit"),
            ("comp_categories", [], ""),
            ("wage_guard", "enforce", "enforce"),
        ],
    )
    def test_figures_are_read_as_people_type_them(self, house: House, name: str, typed: Any, stored: str) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled(**{name: typed}))
        assert page.status_code == 302
        draft = Client().get(page["Location"]).wsgi_request.GET
        assert dict(draft.items()) == {name: stored}

    def test_what_changes_nothing_is_told(self, house: House) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled())
        assert page.status_code == 422
        assert "Nothing is changed" in text_of(page)

    def test_a_month_that_was_locked_meanwhile_is_told_at_its_field_with_nothing_lost(self, house: House) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled(month="2026-09", late_fine="61"))
        assert page.status_code == 422
        assert "September 2026 is locked" in text_of(page)
        assert tree(page).xpath("//input[@name='late_fine']/@value") == ["61"]

    def test_back_from_the_trial_the_figures_are_as_they_were_typed(self, house: House) -> None:
        tried = owner(house).get(at(house, "policy_try", DECEMBER), {"commission_rate": "0.045", "late_fine": "60.00"})
        back = tree(tried).xpath("//section//a[contains(., 'Back to the figures')]/@href")[0]
        page = owner(house).get(back)
        assert tree(page).xpath("//input[@name='commission_rate']/@value") == ["4.5"]
        assert tree(page).xpath("//input[@name='late_fine']/@value") == ["60"]
        assert len(tree(page).xpath("//*[contains(@class, 'is-changed')]")) == 2

    def test_a_month_that_has_begun_is_warned_of(self, house: House) -> None:
        assert "has begun" in text_of(
            owner(house).get(at(house, "policy_version", NOVEMBER)), "//*[@class='notice waits']"
        )

    def test_a_later_version_is_told_of(self, house: House) -> None:
        set_policy(venue=house.venue, month=DECEMBER.next, values={"late_fine": "60"})
        page = owner(house).get(at(house, "policy_version", DECEMBER))
        assert "A version from January 2027 is set already" in text_of(page)


class TestTrying:
    def tried(self, house: House, language: str = "en", **query: str) -> Any:
        return owner(house, language).get(at(house, "policy_try", DECEMBER), query)

    def test_last_month_is_told_in_total_by_part_and_by_person(self, house: House) -> None:
        page = self.tried(house, commission_rate="0.05", absence_fine="250")
        text = text_of(page, "//main")
        assert "October 2026 under this draft" in text
        assert "0.00" in text
        assert "2 people" in text
        assert "1 gain" in text
        assert "1 lose" in text
        people = [text_of(page, f"(//details[@class='unfold'])[{place}]") for place in (1, 2)]
        assert people[0].startswith("员工A A ¥3,150.00 → ¥3,250.00 +100.00")
        assert "Absence 1.2.D −¥400.00 2 times → −¥500.00 2 times −100.00" in people[1]

    @pytest.mark.parametrize(("who", "number"), [("gain", "A"), ("lose", "B")])
    def test_who_gains_and_who_loses_are_shown_alone(self, house: House, who: str, number: str) -> None:
        page = self.tried(house, commission_rate="0.05", absence_fine="250", who=who)
        rows = tree(page).xpath("//details[@class='unfold']/summary//small")
        assert [row.text for row in rows] == [number]

    def test_another_month_is_chosen(self, house: House) -> None:
        assert "November 2026 under this draft" in text_of(self.tried(house, late_fine="1", of="2026-11"))
        assert "through" in text_of(self.tried(house, late_fine="1", of="2026-11"))
        assert self.tried(house, late_fine="1", of="2027-01").status_code == 404
        assert "October 2026 under this draft" in text_of(self.tried(house, late_fine="1", of="nonsense"))

    def test_what_the_draft_invites_and_no_longer_invites(self, house: House) -> None:
        page = self.tried(house, absence_fine="400", booking_lead_minutes="0")
        text = text_of(page, "//main")
        assert "every walk-in can be made one's own" in text
        assert "No longer invited" in text

    def test_figures_that_cannot_be_read_or_change_nothing_lead_back(self, house: House) -> None:
        for query in ({}, {"late_fine": "x"}, {"late_fine": "50"}, {"shift_end": "19:00"}, {"nonsense": "1"}):
            page = self.tried(house, **query)
            assert page.status_code == 302
            assert page["Location"] == at(house, "policy_version", DECEMBER)

    def test_a_stored_draft_older_than_its_facts_is_told(self, house: House) -> None:
        house.bring({"订台": [booking("2", OCTOBER.first, "A", 消费金额="1000")]})
        assert "facts have changed since, for 1 person" in text_of(self.tried(house, late_fine="1"))

    def test_it_is_the_owners_alone(self, house: House) -> None:
        for role in (Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER, Role.HR):
            page = as_role(house, role).get(at(house, "policy_try", DECEMBER), {"late_fine": "1"})
            assert page.status_code == 403


class TestStating:
    def state(self, house: House, month: CalendarMonth, reason: str = "留人") -> Any:
        address = at(house, "policy_try", month) + "?commission_rate=0.05"
        return owner(house).post(address, {"reason": reason})

    def test_it_holds_from_its_month_and_is_told_and_a_second_click_changes_nothing(self, house: House) -> None:
        page = self.state(house, DECEMBER)
        assert page.status_code == 302
        assert policy_of(house.venue, DECEMBER).policy == Policy().changed({"commission_rate": "0.05"})
        assert policy_of(house.venue, NOVEMBER).policy == Policy()
        count = Message.objects.count()
        assert count
        assert self.state(house, DECEMBER).status_code == 302
        assert (PolicyVersion.objects.count(), Message.objects.count()) == (2, count)

    def test_whom_no_message_reaches_is_named(self, house: House) -> None:
        names = list(house.venue.employees.filter(user=None).values_list("name", flat=True))
        assert names
        for name, query in (("policy_try", "?commission_rate=0.05"), ("policy_remove", "")):
            address = at(house, name, DECEMBER) + query
            said = text_of(owner(house).post(address, {"reason": "留人"}, follow=True))
            assert set(names) <= set(re.split("[,. ]+", said.partition("tell them by word:")[2])), address

    def test_without_a_reason_it_is_asked_for(self, house: House) -> None:
        page = self.state(house, DECEMBER, "")
        assert page.status_code == 422
        assert PolicyVersion.objects.count() == 1

    def test_a_locked_month_refuses_with_its_reason_and_the_way_out(self, house: House) -> None:
        page = self.state(house, SEPTEMBER)
        assert page.status_code == 422
        assert "September 2026 is locked with the policy in force" in text_of(page)
        assert "Choose a later month" in text_of(page)
        assert PolicyVersion.objects.count() == 1

    def test_a_version_is_taken_back_with_a_reason(self, house: House) -> None:
        self.state(house, DECEMBER)
        address = at(house, "policy_remove", DECEMBER)
        assert "5% → 3%" in text_of(owner(house).get(address), "//main")
        assert owner(house).post(address, {"reason": ""}).status_code == 422
        assert owner(house).post(address, {"reason": "错了"}).status_code == 302
        assert PolicyVersion.objects.count() == 1
        assert owner(house).get(address).status_code == 404

    def test_one_that_a_locked_month_used_is_not_and_says_so(self, house: House) -> None:
        set_policy(venue=house.venue, month=OCTOBER, values={"late_fine": "60"})
        Month.objects.filter(venue=house.venue, first_day=OCTOBER.first).update(state=Month.State.LOCKED)
        page = owner(house).post(at(house, "policy_remove", OCTOBER), {"reason": "x"})
        assert page.status_code == 422
        assert "October 2026 is locked" in text_of(page)
        assert "Take back" not in text_of(owner(house).get(at(house, "policy_version", OCTOBER)))

    def test_the_month_drafted_is_the_one_chosen_in_the_form(self, house: House) -> None:
        page = owner(house).post(at(house, "policy_version", DECEMBER), filled(month="2027-03", late_fine="60"))
        assert page["Location"].startswith("/v/main/policy/2027-03/try/")
