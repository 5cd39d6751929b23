"""HR sends a month workbook with faults, reads them, mends the file, sees what would change and imports it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import CODE, DESK, PHONE, Enter, Site
from tests.workbooks import write_workbook

DAY = date(2026, 12, 3)
WORDS = {
    "zh-hans": {"send": "上传并检查", "faults": "错误清单", "confirm": "确认导入", "done": "已导入", "left": "待确认"},
    "en": {"send": "Check the file", "faults": "faults as Excel", "confirm": "Import all of it", "done": "imported"},
}  # fmt: skip


ID_NUMBERS = {"Nzh-hans": "110101199003090012", "Nen": "110101199003090039"}


def month(number: str, arrived: str) -> dict[str, Any]:
    person = {"工号": number, "姓名": f"新人{number}", "入职日期": date(2026, 11, 1), "身份证号": ID_NUMBERS[number]}
    punch = {"工号": number, "营业日": DAY, "上班": arrived, "下班": "02:00"}
    return {"员工": [person], "打卡": [punch]}


@pytest.mark.parametrize(("language", "screen"), [("zh-hans", DESK), ("en", PHONE)])
def test_a_workbook_with_faults_is_mended_previewed_and_imported(
    site: Site, enter: Enter, tmp_path: Path, language: str, screen: dict[str, int]
) -> None:
    words, number = WORDS[language], f"N{language}"
    wrong = write_workbook(tmp_path / "十二月.xlsx", month(number, "36:00"))
    page = enter("hr", language, screen=screen)
    page.goto(f"/v/{CODE}/import/")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name=words["send"]).click()

    fault = page.locator(".fault")
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text("打卡!2 上班")
    expect(fault).to_contain_text("36:00")
    with page.expect_download() as download:
        page.get_by_role("link", name=words["faults"]).click()
    download.value.save_as(tmp_path / "faults.xlsx")
    rows = list(load_workbook(tmp_path / "faults.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[1][:3] == ("打卡", 2, "上班")

    mended = write_workbook(tmp_path / "十二月.xlsx", month(number, "20:05"))
    page.locator("input[type=file]").set_input_files(mended)
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.locator(".import-counts tbody tr")).to_have_count(2)
    expect(page.locator("main")).not_to_contain_text(ID_NUMBERS[number])
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator(".import-verdict .state").first).to_have_text(words["done"])
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]

    page.goto(f"/v/{CODE}/import/")
    expect(page.locator(".imports .state").first).to_have_text(words["done"])
    stored = site.manage(
        "shell", "--verbosity", "0", "--command",
        "from attendance.models import Punch; "
        f"print(Punch.objects.filter(employee__number='{number}').count())",
    )  # fmt: skip
    assert stored.strip() == "1"


def test_a_large_workbook_is_worked_on_while_its_page_waits(enter: Enter, tmp_path: Path) -> None:
    people = [
        {"工号": f"L{n:05}", "姓名": f"名{n * 7919}", "入职日期": DAY, "手机": f"139{n * 7919 % 10**8:08}"}
        for n in range(12_000)
    ]  # fmt: skip
    large = write_workbook(tmp_path / "large.xlsx", {"员工": people})
    assert large.stat().st_size > 300_000
    page = enter("hr")
    page.goto(f"/v/{CODE}/import/")
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name=WORDS["zh-hans"]["send"]).click()
    expect(page.locator("#import progress")).to_be_visible()
    expect(page.locator(".import-verdict .state")).to_have_text(WORDS["zh-hans"]["left"], timeout=90_000)
