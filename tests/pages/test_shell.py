"""What stands around every page: the ways from here, the theme, the language, pages that are not there."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from tests.house import House
from tests.pages.looking import as_role, at, owning, payslip_at, signed_in, somebody, text_of, tree
from tests.workbooks import person, punch

MONTH = "2026-09"
PLACES = {
    Role.ACCOUNT_MANAGER: ["my_night", "book", "own_pay", "messages"],
    Role.HOST: ["door", "messages"],
    Role.FLOOR_MANAGER: ["tonight", "door", "staff_current", "roster_current", "ledger_current", "messages"],
    Role.HR: [
        "payroll_current", "staff_current", "people", "roster_current", "ledger_current", "reports", "import_page",
        "messages",
    ],
    Role.OWNER: [
        "payroll_current", "tonight", "staff_current", "roster_current", "ledger_current", "reports", "policy",
        "house", "radar", "messages",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def run(kept_house: House) -> House:
    kept_house.bring({"员工": [person(), person("B")], "打卡": [punch(date(2026, 9, 1))]})
    kept_house.run(MONTH)
    return kept_house


class TestPlaces:
    @pytest.mark.parametrize("role", PLACES)
    def test_a_role_is_led_to_what_it_may_open_and_begins_at_the_first(self, run: House, role: Role) -> None:
        client = as_role(run, role)
        wanted = [at(run, name) for name in PLACES[role]]
        page = client.get(at(run, "messages"))
        assert tree(page).xpath("//nav[@class='places']/a[starts-with(@class, 'place')]/@href") == wanted
        assert client.get(at(run, "venue"))["Location"] == wanted[0]

    @pytest.mark.parametrize(
        ("name", "role", "place"),
        [
            ("payroll_month", Role.HR, "payroll_current"),
            ("payroll_months", Role.HR, "payroll_current"),
            ("payslip", Role.HR, "payroll_current"),
            ("payslip", Role.ACCOUNT_MANAGER, "own_pay"),
            ("own_pay", Role.ACCOUNT_MANAGER, "own_pay"),
            ("messages", Role.HR, "messages"),
        ],
    )
    def test_the_place_one_is_at_is_marked(self, run: House, name: str, role: Role, place: str) -> None:
        client = owning(run, "A") if role == Role.ACCOUNT_MANAGER else as_role(run, role)
        addresses = {"payslip": payslip_at(run, MONTH, "A"), "payroll_month": at(run, "payroll_month", MONTH)}
        page = client.get(addresses[name] if name in addresses else at(run, name))
        marked = tree(page).xpath("//nav//a[@aria-current='page']/@href")  # in the rail, and behind «More» on phones
        assert set(marked) == {at(run, place)}

    def test_a_payslip_leads_back_to_where_its_reader_comes_from(self, run: House) -> None:
        address, back = payslip_at(run, MONTH, "A"), "//a[contains(@class, 'back')]/@href"
        assert tree(as_role(run, Role.HR).get(address)).xpath(back) == [at(run, "payroll_month", MONTH)]
        assert tree(owning(run, "A").get(address)).xpath(back) == [at(run, "own_pay")]

    def test_ones_own_pay_lists_ones_own_alone_the_latest_first(self, run: House) -> None:
        run.run("2026-10")
        page = owning(run, "A").get(at(run, "own_pay"))
        links = [link for link in tree(page).xpath("//main//a/@href") if "/payslips/" in link]
        assert list(dict.fromkeys(links)) == [payslip_at(run, month, "A") for month in ("2026-10", MONTH)]


class TestTheme:
    def choose(self, client: Client, theme: str, following: str = "/sign-in/") -> Any:
        return client.post(reverse("set_theme"), {"theme": theme, "next": following})

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_the_theme_chosen_stays(self, db: None, theme: str) -> None:
        client = Client()
        assert self.choose(client, theme)["Location"] == "/sign-in/"
        assert tree(client.get("/sign-in/")).get("data-bs-theme") == theme

    @pytest.mark.parametrize("theme", ["system", "", "<x>"])
    def test_anything_else_follows_the_system(self, db: None, theme: str) -> None:
        client = Client()
        self.choose(client, "dark")
        self.choose(client, theme)
        assert tree(client.get("/sign-in/")).get("data-bs-theme") is None

    def test_a_cookie_with_nonsense_follows_the_system(self, db: None) -> None:
        client = Client()
        client.cookies["theme"] = '"><script>'
        assert tree(client.get("/sign-in/")).get("data-bs-theme") is None

    @pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""])
    def test_it_leads_to_no_other_site(self, db: None, following: str) -> None:
        assert self.choose(Client(), "dark", following)["Location"] == "/"


class TestNotThere:
    @pytest.mark.parametrize(("language", "word"), [("en", "Not found"), ("zh-hans", "找不到页面")])
    def test_what_is_not_there_says_so_with_a_way_on(self, run: House, language: str, word: str) -> None:
        page = as_role(run, Role.HR, language).get("/v/main/nothing/")
        assert page.status_code == 404
        assert word in text_of(page)
        assert tree(page).xpath("//main//a/@href") == [reverse("home")]

    def test_what_is_not_allowed_says_so_with_a_way_on(self, run: House) -> None:
        page = as_role(run, Role.HOST, "en").get(at(run, "payroll_month", MONTH))
        assert page.status_code == 403
        assert "As host you can't open this page." in text_of(page)
        assert tree(page).xpath("//main//a/@href") == [reverse("home")]

    def test_another_venues_page_does_not_name_the_venue(self, run: House) -> None:
        run.venue.__class__.objects.update(name="Secret House")
        page = signed_in(somebody(run, None, "stranger")).get(at(run, "payroll_month", MONTH))
        assert page.status_code == 404
        assert "Secret House" not in page.content.decode()

    def test_who_has_no_role_is_told_whom_to_ask(self, run: House) -> None:
        page = signed_in(somebody(run, None, "stranger"), "en").get(reverse("home"))
        assert "You have no role at any venue yet." in text_of(page)

    def test_who_works_at_two_venues_chooses(self, run: House, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person()]})
        user = somebody(run, Role.HR)
        somebody(other, Role.HOST, user.username)
        page = signed_in(user).get(reverse("home"))
        assert tree(page).xpath("//a[contains(@class, 'venue-card')]/@href") == ["/v/main/", "/v/other/"]


def test_what_a_page_says_of_a_failure_is_in_each_readers_language(db: None) -> None:
    """Whoever read it before in this process."""
    for language, word in (("zh-hans", "没有网络"), ("en", "No network"), ("zh-hans", "没有网络")):
        page = signed_in(None, language).get(reverse("account_login"))
        said = tree(page).xpath("string(//template[@id='failures']/*[@data-failure='offline'])")
        assert said.strip().startswith(word), (language, said)
