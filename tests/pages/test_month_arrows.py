"""The arrows to the month before and after keep what is filtered by; page and day are the month's own."""

from datetime import date
from urllib.parse import parse_qs

import pytest
import time_machine
from django.test import Client
from lxml import html

from accounts.models import User
from accounts.permissions import Role
from bench.house import NIGHT
from tests.house import House
from tests.workbooks import person, punch
from venues.services import grant_role

FILTERS = {
    "ledger": "by=article&q=A&article=1.2.F&state=charged",
    "staff": "q=A&with=absences&sort=-fines",
    "payroll": "q=A&status=active",
    "roster": "q=A",
    "radar": "kind=late&person=A",
}
PAGES = {
    "ledger": "ledger/2026-10/", "staff": "staff/2026-10/", "payroll": "payroll/2026-10/", "roster": "roster/2026-10/",
    "radar": "radar/2026-10/",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def owner(kept_house: House) -> User:
    """Somebody in every role of the desk, at a house with people in three months."""
    kept_house.bring({"员工": [person(), person("B")], "打卡": [punch(date(2026, 10, 1), 上班="20:10")]})
    user = User.objects.create(username="everything", name="老板")
    for role in (Role.OWNER, Role.HR, Role.FLOOR_MANAGER):
        grant_role(venue=kept_house.venue, user=user, role=role)
    return user


@pytest.mark.parametrize("place", PAGES)
@time_machine.travel(NIGHT, tick=False)
def test_month_arrows_keep_the_filter(place: str, owner: User, client: Client) -> None:
    client.force_login(owner)
    answer = client.get(f"/v/main/{PAGES[place]}?{FILTERS[place]}&page=1")
    assert answer.status_code == 200
    for month in ("2026-09", "2026-11"):
        links = html.fromstring(answer.content).xpath(f"//a[contains(@href, '/{month}/')][.//svg]/@href")
        found = [parse_qs(link.partition("?")[2]) for link in links]
        assert parse_qs(FILTERS[place]) in found, links


@time_machine.travel(NIGHT, tick=False)
def test_the_day_of_a_ledger_stays_with_its_month(owner: User, client: Client) -> None:
    client.force_login(owner)
    page = html.fromstring(client.get("/v/main/ledger/2026-10/?day=2026-10-01&q=A").content)
    assert page.xpath("//a[contains(@href, '/2026-09/')]/@href") == ["/v/main/ledger/2026-09/?q=A"]
