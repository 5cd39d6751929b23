"""The owner drafts a policy, sees what it would have paid, sets it; a month that is locked refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CODE, DESK, PASSWORD, Enter, Site, fresh, served
from tests.conftest import EXAMPLES
from tests.databases import Templates

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
OWNER = f"""
from accounts.models import User
from accounts.permissions import Role
from rulebook.calendar import CalendarMonth
from commissions.runs.services import run_month
from venues.models import Venue
from venues.services import grant_role
venue = Venue.objects.get(code="{CODE}")
user = User.objects.create(username="owner", name="高远")
user.set_password("{PASSWORD}")
user.save()
grant_role(venue=venue, user=user, role=Role.OWNER)
run_month(venue=venue, month=CalendarMonth(2026, 10))
"""
REALLY = f"""
from decimal import Decimal
from commissions.models import Payslip
from commissions.runs.services import run_month
from rulebook.calendar import CalendarMonth
from venues.models import Venue
from venues.services import set_policy
venue, month = Venue.objects.get(code="{CODE}"), CalendarMonth(2026, 10)
set_policy(venue=venue, month=month, values={{"commission_rate": "0.045", "late_fine": "60", "absence_fine": "250"}})
run = run_month(venue=venue, month=month)
for number, net in Payslip.objects.filter(run=run).values_list("number", "net"):
    print(number, net)
"""
LOCK = f"""
from venues.models import Month
Month.objects.filter(venue__code="{CODE}", first_day="2026-10-01").update(state="locked")
"""


@pytest.fixture(scope="module")
def owned(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Path) -> Iterator[Site]:
    """The October example, computed and open, on 20 November."""
    with fresh(templates, tmp_path_factory.mktemp("policy"), statics=statics, at=NOW) as site:
        site.manage("import_workbook", str(EXAMPLES / "2026-10-venue.xlsx"), "--venue", CODE)
        site.manage("shell", "--command", OWNER)
        with served(site):
            yield site


def amount(text: str) -> Decimal:
    return Decimal(text.replace("\u2212", "-").replace(",", "").replace("¥", "").replace("+", "").strip())


def draft(page: Page) -> None:
    """From the policy's page to what the draft would have paid; a wrong figure is told on the way."""
    page.get_by_role("link", name="制度", exact=True).click()
    page.get_by_role("link", name="新版本").click()
    expect(page.get_by_label("生效月份")).to_have_value("2026-12")
    page.get_by_label("超额提成比例").fill("450")
    page.get_by_label("迟到每次扣款").fill("60")
    page.get_by_label("旷工每天扣款").fill("250")
    page.get_by_role("button", name="照这样发").click()
    expect(page.locator("#row-commission_rate")).to_contain_text("应为 0 到 100 的百分数")
    expect(page.get_by_label("迟到每次扣款")).to_have_value("60")
    page.get_by_label("超额提成比例").fill("4.5%")
    page.get_by_role("button", name="照这样发").click()
    expect(page.locator("h1")).to_contain_text("照这样发")


def test_a_draft_is_tried_on_last_month_as_a_run_pays_then_set_and_a_locked_month_refuses(
    owned: Site, entrance: Enter
) -> None:
    page = entrance(owned, "owner", "zh-hans", DESK)
    draft(page)
    expect(page.locator("#would-title")).to_contain_text("2026年10月")
    expect(page.locator(".policy-changes li")).to_have_count(3)
    after = amount(page.locator(".would-parts tfoot td").nth(1).inner_text())
    shown = {}
    for row in page.locator(".would-people .unfold").all():
        number = row.locator("small").first.inner_text()
        shown[number] = amount(row.locator(".unfold-ground").first.inner_text().partition("→")[2])
    page.locator(".would-people .unfold").first.locator("summary").click()
    expect(page.locator(".would-people .would-lines").first).to_be_visible()
    address = page.url

    page.locator("input[name=reason]").fill("旺季留人")
    page.get_by_role("button", name="定为新制度").click()
    expect(page.locator(".notice").first).to_contain_text("2026年12月起生效")
    expect(page.get_by_label("超额提成比例")).to_have_value("4.5")
    page.goto(f"/v/{CODE}/policy/")
    expect(page.locator(".policy-versions li").first).to_contain_text("2026年12月起")
    expect(page.locator(".policy-versions li").first).to_contain_text("旺季留人")

    really = dict(line.split() for line in owned.manage("shell", "-v0", "--command", REALLY).splitlines())
    assert after == sum(map(Decimal, really.values()))
    assert shown
    assert {number: Decimal(really[number]) for number in shown} == shown

    owned.manage("shell", "--command", LOCK)
    page.goto(f"/v/{CODE}/policy/2026-10/")
    expect(page.locator(".notice").first).to_contain_text("2026年10月已按这套制度锁定")
    expect(page.locator("main form")).to_have_count(0)
    page.goto(address.replace("2026-12", "2026-10").replace("0.045", "0.06"))
    expect(page.locator(".notice.error")).to_contain_text("已按现行制度锁定")
    expect(page.get_by_role("button", name="定为新制度")).to_have_count(0)
