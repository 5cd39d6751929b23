"""HR computes a month and looks at it; an account manager reads the own payslip."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CODE, PHONE, Enter, Site
from tests.conftest import EXAMPLES
from tests.figures import all_rows, people_and_total, sheet_rows, yuan

MONTH = f"/v/{CODE}/payroll/2026-10/"
WORDS = {
    "zh-hans": {"compute": r"^(重新)?计算$", "computing": "正在计算", "late": "迟到", "entered": "录入"},
    "en": {"compute": r"^Compute( again)?$", "computing": "Computing", "late": "Lateness", "entered": "Entered"},
}


def amount(text: str) -> Decimal:
    """A figure as a page shows it."""
    return Decimal(text.replace("\u2212", "-").replace(",", "").replace("¥", "").strip())


def compute(page: Page, words: dict[str, str]) -> None:
    page.goto(MONTH)
    page.get_by_role("button", name=re.compile(words["compute"])).click()
    bar = page.locator("#progress progress")
    expect(bar).to_be_visible()
    expect(page.locator("#progress")).to_contain_text(words["computing"])
    assert bar.get_attribute("max") == "30"
    expect(page.locator("#progress progress[value='30']")).to_be_visible(timeout=60_000)
    expect(page.locator("#progress")).to_have_count(0, timeout=60_000)
    expect(page.locator("tbody.slip")).to_have_count(30)


@pytest.mark.parametrize("language", WORDS)
def test_hr_computes_a_month_unfolds_a_fine_to_its_punch_and_finds_the_figures_in_the_workbook(
    enter: Enter, tmp_path: Path, language: str
) -> None:
    words = WORDS[language]
    page = enter("hr", language)
    compute(page, words)

    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == f"{CODE}-2026-10-payroll-draft.xlsx"
    path = tmp_path / "payroll.xlsx"
    download.value.save_as(path)
    sheets = all_rows(path)
    people, total = people_and_total(sheets["工资表"])
    shown = page.locator("tbody.slip tr:first-child").evaluate_all(
        "rows => rows.map(row => [row.querySelector('small').innerText, row.querySelector('td.net').innerText])"
    )
    assert {number.split()[0][:6]: str(amount(net)) for number, net in shown} == {
        row["工号"]: yuan(row["实发"]) for row in people
    }
    foot = [amount(text) for text in page.locator("tfoot td.num").all_inner_texts() if text]
    headings = ("计入业绩", "底薪", "提成", "奖金", "应发合计", "代扣", "扣款合计", "押金退还", "实发")
    assert [abs(figure) for figure in foot] == [Decimal(yuan(total[heading])) for heading in headings]

    late = next(row for row in sheets["工资明细"] if row["条款"] == "1.2.F")
    punch = next(
        row
        for row in sheet_rows(EXAMPLES / "2026-10-venue.xlsx", "打卡")
        if (row["工号"], row["营业日"]) == (late["工号"], late["日期"])
    )
    page.get_by_role("searchbox").fill(late["工号"])
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("tbody.slip")).to_have_count(1)
    page.locator(".btn-unfold").click()
    fine = page.locator(".unfolded details").filter(has=page.locator("summary", has_text=words["late"])).first
    fine.locator("summary").click()
    expect(fine).to_contain_text("1.2.F")
    expect(fine).to_contain_text(f"{punch['上班']:%H:%M}")
    expect(fine).to_contain_text(words["entered"])
    assert amount(fine.locator("summary .num").inner_text()) == Decimal(yuan(late["金额"]))
    assert amount(fine.locator(".result .num").inner_text()) == Decimal(yuan(late["金额"]))
    page.locator(".btn-unfold").click()
    expect(fine).to_be_hidden()


def test_a_run_goes_on_while_the_server_is_reloaded(enter: Enter, site: Site) -> None:
    page = enter("hr")
    page.goto(MONTH)
    page.get_by_role("button", name=re.compile(WORDS["zh-hans"]["compute"])).click()
    expect(page.locator("#progress")).to_be_visible()
    site.reload()
    expect(page.locator("#progress progress[value='30']")).to_be_visible(timeout=60_000)
    expect(page.locator("#progress")).to_have_count(0, timeout=60_000)
    expect(page.locator("tbody.slip")).to_have_count(30)


def test_a_month_is_computed_and_a_line_unfolded_without_javascript(enter: Enter) -> None:
    page = enter("hr", java_script_enabled=False)
    page.goto(MONTH)
    page.get_by_role("button", name=re.compile(WORDS["zh-hans"]["compute"])).click()
    for _ in range(120):
        if page.locator("#progress").count() == 0:
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("tbody.slip a").first.click()
    line = page.locator("details.unfold").first
    line.locator("summary").click()
    expect(line.locator(".evidence")).to_be_visible()


@pytest.mark.parametrize("language", WORDS)
def test_on_a_phone_an_account_manager_reads_the_own_payslip_and_no_colleagues(
    enter: Enter, site: Site, language: str
) -> None:
    site.manage("run_payroll", "2026-10", "--venue", CODE)
    page = enter("anna", language, screen=PHONE, has_touch=True)
    page.goto(f"/v/{CODE}/mine/")
    link = page.locator("main .list-row[href*='/payslips/2026-10/']")
    net = amount(link.locator(".num").inner_text())
    link.tap()
    page.wait_for_url("**/payslips/2026-10/*/")
    assert amount(page.locator(".hero").inner_text()) == net
    lines = [amount(text) for text in page.locator(".payslip-lines summary .num").all_inner_texts()]
    assert sum(lines) == net
    page.locator("details.unfold > summary").first.tap()
    expect(page.locator("details.unfold .evidence").first).to_be_visible()
    mine = re.search(r"/payslips/2026-10/(\d+)/$", page.url)
    assert mine is not None
    for other in (int(mine[1]) + 1, int(mine[1]) + 2):
        answer = page.goto(f"/v/{CODE}/payslips/2026-10/{other}/")
        assert answer is not None
        assert answer.status == 404
    answer = page.goto(MONTH)
    assert answer is not None
    assert answer.status == 403


@pytest.mark.parametrize("width", [360, 390])
def test_no_page_scrolls_sideways_on_a_phone(enter: Enter, site: Site, width: int) -> None:
    site.manage("run_payroll", "2026-10", "--venue", CODE)
    for name, paths in {
        "hr": (f"/v/{CODE}/payroll/months/", f"/v/{CODE}/messages/", "/?all", MONTH),
        "anna": ("/?all", f"/v/{CODE}/mine/"),
    }.items():
        for language in WORDS:
            page = enter(name, language, screen={"width": width, "height": 780})
            for path in paths:
                page.goto(path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, language)
            page.locator("main a[href*='/payslips/']:not([href*=print])").first.click()
            page.wait_for_url(re.compile(r"/payslips/2026-10/\d+/$"))
            expect(page.locator("details.unfold > summary").first).to_be_visible()
            for fold in page.locator("details.unfold > summary").all():
                fold.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, language)


def test_the_theme_follows_the_system_until_one_is_chosen_and_signing_out_ends_it(enter: Enter) -> None:
    page = enter("hr", color_scheme="dark")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.locator(".account summary").click()
    page.get_by_role("button", name="深色").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.locator(".account summary").click()
    page.get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    page.goto(MONTH)
    assert "/sign-in/" in page.url
