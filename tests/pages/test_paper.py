"""What is printed from a page names the house and the month."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from lxml import html

from accounts.models import User
from accounts.permissions import Role
from bench.house import NIGHT
from tests.conftest import EXAMPLES
from tests.house import House
from tests.workbooks import person, punch
from venues.services import grant_role

pytestmark = pytest.mark.django_db
PRINTED = re.search(r"@media print \{\n(.*?)\n\}", (EXAMPLES.parent / "assets/desk.css").read_text(), re.DOTALL)


@pytest.mark.parametrize("page", ["ledger/2026-10/", "ledger/2026-10/?by=person", "staff/2026-10/", "radar/2026-10/"])
@time_machine.travel(NIGHT, tick=False)
def test_the_printed_page_has_house_and_month(page: str, house: House, client: Client) -> None:
    house.bring({"员工": [person()], "打卡": [punch(date(2026, 10, 1))]})
    house.venue.__class__.objects.update(name="澜夜")
    user = User.objects.create(username="owner")
    grant_role(venue=house.venue, user=user, role=Role.OWNER)
    client.force_login(user)
    (head,) = html.fromstring(client.get(f"/v/main/{page}").content).xpath("//header[@class='head']")
    assert head.xpath("p[@class='print-only']/text()") == ["澜夜"]
    assert "2026年10月" in head.text_content()


def test_the_head_of_a_page_is_printed_and_its_buttons_are_not() -> None:
    assert PRINTED is not None
    hidden = " ".join(re.findall(r"([^{}]*)\{ display: none !important; \}", PRINTED[1]))
    names = {name.strip() for name in hidden.replace("\n", ",").split(",")}
    assert ".head" not in names
    assert {".places", ".head-acts", ".account"} <= names
    assert ".head .print-only { display: block;" in PRINTED[1]
