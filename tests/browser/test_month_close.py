"""HR takes a month with open exceptions to locked, exported and paid; what turns up afterwards is corrected."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.evening import NIGHT
from tests.browser.serving import CODE, DESK, PHONE, Site, fresh, served
from tests.browser.test_payroll import amount
from tests.databases import Templates
from tests.figures import all_rows, people_and_total, yuan

MONTH, LATER = f"/v/{CODE}/payroll/2026-10/", f"/v/{CODE}/payroll/2026-11/"
HEADINGS = ("计入业绩", "任务", "底薪", "提成", "奖金", "应发合计", "代扣", "扣款合计", "押金退还", "实发")


@pytest.fixture(scope="module")
def october(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Path) -> Iterator[Site]:
    with fresh(templates, tmp_path_factory.mktemp("october"), statics=statics, at=NIGHT) as site:
        site.manage("shell", "--command", "from tests.browser.october import begin; begin()")
        with served(site):
            yield site


@pytest.fixture
def enter(october: Site, entrance: Callable[..., Page]) -> Callable[..., Page]:
    return lambda name, screen=DESK: entrance(october, name, "zh-hans", screen)


def compute(page: Page, month: str = MONTH) -> None:
    page.goto(month)
    page.get_by_role("button", name=re.compile("^(重新)?计算$")).click()
    expect(page.locator("#progress")).to_have_count(0, timeout=60_000)
    expect(page.locator("tbody.slip")).to_have_count(3)


def told(page: Page, words: str) -> None:
    expect(page.locator("main > .notice").first).to_contain_text(words)


def settle(page: Page) -> None:
    """Each open thing by the button on its row, and back."""
    expect(page.locator(".settle li")).to_have_count(2)
    page.get_by_role("link", name="录消费").click()
    page.locator("input[name=settle-amount]").fill("2888.00")
    page.locator("form:has(input[name=settle-amount]) .main-act").click()
    expect(page).to_have_url(re.compile(re.escape(MONTH)))
    page.get_by_role("link", name="看当日打卡").click()
    departure = page.locator("form:has(input[name=side][value=departure])")
    departure.locator("input[name=at]").fill("02:10")
    departure.locator("input[name=reason]").fill("忘打卡，监控为证")
    departure.get_by_role("button", name="录入").click()
    expect(page.locator("main")).to_contain_text("02:10")


def look_at_all(page: Page) -> None:
    """The odd things one by one, and what is left together."""
    page.goto(MONTH)
    waits = page.locator(".attention:not(.looked-at)")
    before = waits.count()
    assert before > 1
    expect(page.get_by_role("button", name=re.compile("先看完"))).to_be_disabled()
    waits.first.get_by_role("button", name="看过了").click()
    expect(waits).to_have_count(before - 1)
    while waits.count() > 1:
        page.get_by_role("button", name=re.compile("件都看过了")).click()
    if waits.count():
        waits.first.get_by_role("button", name="看过了").click()
    expect(waits).to_have_count(0)


def lock(page: Page) -> None:
    page.get_by_role("link", name="锁定本月").click()
    page.get_by_role("button", name="锁定本月").click()
    told(page, "已锁定")


def answer(page: Page, *, words: str = "") -> None:
    """On the phone: the message, the payslip it leads to, the answer."""
    page.goto(f"/v/{CODE}/messages/")
    page.get_by_role("link", name=re.compile("工资草稿")).first.click()
    expect(page.get_by_role("heading", name="这份草稿对吗？")).to_be_visible()
    if not words:
        page.get_by_role("button", name="没问题，确认").click()
        told(page, "你已确认这份草稿")
        return
    page.get_by_text("不对，有异议").click()
    page.locator("textarea").fill(words)
    page.get_by_role("button", name="把异议交给人事").click()
    told(page, "已送到人事")


def refused(page: Page, site: Site, words: str) -> None:
    """A fact of the month is refused on its page, with the way out; what was typed stays."""
    booking = site.manage(
        "shell", "--verbosity", "0", "--command",
        "from bookings.models import Booking; print(Booking.objects.get(number='101-0').pk)",
    ).strip()  # fmt: skip
    page.goto(f"/v/{CODE}/bookings/{booking}/settle/")
    page.locator("input[name=settle-amount]").fill("1.00")
    page.locator("input[name=settle-reason]").fill("试一试")
    page.locator("form:has(input[name=settle-amount]) .main-act").click()
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("input[name=settle-amount]")).to_have_value("1.00")


def downloaded(page: Page, link: str, folder: Path) -> dict[str, list[dict[str, object]]]:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return all_rows(path)


def shown(page: Page) -> dict[str, list[Decimal]]:
    """The figures of the table by staff number."""
    rows = page.locator("tbody.slip tr:first-child").evaluate_all(
        "rows => rows.map(row => [row.querySelector('small').innerText.slice(0, 3),"
        " [...row.querySelectorAll('td.num')].map(cell => cell.innerText)])"
    )
    return {number: [abs(amount(cell)) for cell in cells[: len(HEADINGS)]] for number, cells in rows}


def test_hr_takes_a_month_from_open_exceptions_to_paid_and_what_turns_up_later_is_corrected(
    enter: Callable[..., Page], october: Site, tmp_path: Path
) -> None:
    hr = enter("hr")
    compute(hr)
    settle(hr)
    hr.goto(MONTH)
    expect(hr.locator(".notice.waits[role=status]")).to_contain_text("重新计算")
    compute(hr)
    expect(hr.locator(".settle")).to_have_count(0)

    hr.get_by_role("link", name="与前稿比").click()
    expect(hr.locator(".compared-who")).to_have_count(1)  # whose table was settled
    hr.go_back()

    anna, bella = enter("anna", PHONE), enter("bella", PHONE)
    hr.get_by_role("button", name="请各人确认").click()
    told(hr, "已请 2 人确认")
    expect(hr.locator("main")).to_contain_text("从未登录，看不到消息，请当面告知：孙悦")
    answer(anna)
    answer(bella, words="10 月 15 日我没有迟到")
    hr.goto(MONTH)
    expect(hr.locator("tbody.slip", has_text="刘洋").locator(".said")).to_have_text(re.compile("已确认"))
    expect(hr.locator("tbody.slip", has_text="王佳怡").locator(".said")).to_have_text(re.compile("有异议"))
    expect(hr.locator("tbody.slip", has_text="孙悦").locator(".said")).to_have_text(re.compile("未回"))
    expect(hr.locator(".attention").first).to_contain_text("10 月 15 日我没有迟到")

    look_at_all(hr)
    lock(hr)

    refused(hr, october, "2026年10月已锁定。只有老板能解锁，并须写明原因。")
    owner = enter("owner")
    owner.goto(MONTH)
    owner.get_by_role("link", name="解锁本月").click()
    owner.locator("input[name=reason]").fill("漏录社保")
    owner.get_by_role("button", name="解锁本月").click()
    told(owner, "已解锁")

    hr.goto(f"{MONTH}amounts/")
    hr.locator("select[name=employee]").select_option(label="刘洋 101")
    hr.locator("select[name=kind]").select_option("social_insurance")
    hr.locator("input[name=amount]").fill("338.50")
    hr.get_by_role("button", name="录入").click()
    expect(hr.locator("table")).to_contain_text("338.50")
    compute(hr)
    lock(hr)

    sheets = downloaded(hr, "Excel", tmp_path)
    people, _total = people_and_total(sheets["工资表"])
    figures = shown(hr)
    assert figures == {str(row["工号"]): [Decimal(yuan(row[heading])) for heading in HEADINGS] for row in people}
    transfers = downloaded(hr, "银行代发表", tmp_path)
    assert set(transfers) == {"代发"}
    assert sorted(Decimal(yuan(row["金额"])) for row in transfers["代发"]) == sorted(
        row[-1] for row in figures.values()
    )

    hr.get_by_role("link", name="标为已发放").click()
    hr.locator("input[name=on]").fill("2026-11-13")
    hr.get_by_role("button", name="标为已发放").click()
    told(hr, "已标为发放")
    expect(hr.locator(".stages")).to_contain_text("11月13日")

    hr.get_by_role("link", name="在 2026年11月更正").click()
    hr.locator("select[name=employee]").select_option(label="王佳怡 102")
    hr.locator("input[name=amount]").fill("50")
    hr.locator("input[name=reason]").fill("10 月 15 日未迟到")
    hr.get_by_role("button", name="录入").click()
    compute(hr, LATER)
    hr.locator("tbody.slip", has_text="王佳怡").get_by_role("link").click()
    line = hr.locator("details.unfold", has_text="更正已发放的 2026年10月")
    line.locator("summary").click()
    expect(line.locator(".result .num")).to_have_text("50.00")
    line.get_by_role("link").click()
    expect(hr).to_have_url(re.compile("/payslips/2026-10/"))
    expect(hr.locator("main")).to_contain_text("已在 2026年11月更正")

    hr.goto(MONTH)
    decided = hr.locator("section[aria-labelledby=decisions] .list-main > strong")
    expect(decided).to_have_text(["在以后的月份更正", "已发放", "已锁定", "已解锁", "已锁定", "已请各人确认"])

    refused(hr, october, "2026年10月工资已发放，不再更改；有错由人事在以后的月份更正。")
