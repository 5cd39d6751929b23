"""A preview shows what would be stored: new rows with their values, changes, what each row would do to pay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from tests.house import House
from tests.pages.looking import as_role, at, text_of
from tests.pages.sending import forms_on
from tests.workbooks import Sheets, booking, comp, person, punch, write_workbook
from workbook.imports.preview import SHOWN_NEW, SHOWN_ROWS, preview_of
from workbook.models import Import

NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
DAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def now(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    kept_house.now = NOW
    kept_house.bring({"员工": [person(), person("B")], "打卡": [punch(date(2026, 11, 9))]})
    return kept_house


def shown(house: House, title: str, rows: list[dict[str, Any]], **more: list[dict[str, Any]]) -> dict[str, Any]:
    """The sheet as the preview shows it."""
    preview = preview_of(house.bring({title: rows, **more}, dry_run=True), now=NOW)
    return next(sheet for sheet in preview["sheets"] if sheet["title"] == title)


def effect(house: House, title: str, row: dict[str, Any], **more: list[dict[str, Any]]) -> str:
    (new,) = shown(house, title, [row], **more)["new"]
    return str(new["effect"])


def test_new_rows_are_shown_with_their_values_and_secret_numbers_masked(house: House) -> None:
    (new,) = shown(house, "员工", [person("N", 入职日期=date(2026, 11, 20), 押金=500, 银行卡号="6222020200112233")])[
        "new"
    ]
    assert (new["row"], new["key"]) == (2, "N")
    assert dict(new["cells"]) == {
        "姓名": "员工N", "入职日期": "2026-11-20", "押金": "500.00", "银行卡号": "••••2233",
    }  # fmt: skip


def test_a_changed_row_is_shown_before_and_after_with_what_it_does(house: House) -> None:
    house.bring({"订台": [booking("K1", DAY, 消费金额=3389)]})
    (row,) = shown(house, "订台", [booking("K1", DAY, 消费金额=3389, 客户电话=None)])["rows"]
    (cell,) = row["cells"]
    assert (cell[0], cell[2]) == ("客户电话", "")
    assert "does not count" in row["effect"]
    assert "¥3,389.00" in row["effect"]


@pytest.mark.parametrize(
    ("title", "row", "told"),
    [
        ("打卡", punch(DAY, 上班="20:20"), "¥50.00 (1.2.F)"),
        ("打卡", punch(DAY, 下班="01:50"), "¥50.00 (1.2.E)"),
        ("打卡", punch(DAY, 上班="21:00"), "¥200.00 (1.2.D)"),
        ("打卡", punch(DAY, 下班=None), "one side is missing"),
        ("打卡", punch(DAY), ""),
        ("休息", {"工号": "A", "日期": DAY, "类型": "换休"}, "¥200.00 (1.2.D)"),
        ("休息", {"工号": "A", "日期": DAY, "类型": "工休"}, ""),
        ("请假", {"工号": "A", "开始日期": DAY, "结束日期": date(2026, 11, 11), "类型": "事假",
                "申请时间": "2026-11-09 12:00", "批准人": "周经理"}, "2 fines, ¥600.00 (1.2.B)"),
        ("违规", {"违规号": "V1", "工号": "A", "营业日": DAY, "条款": "4.1", "金额": 88}, "¥88.00 (4.1)"),
        ("违规", {"违规号": "V1", "工号": "A", "营业日": DAY, "条款": "4.5"}, "the sales of that day do not count"),
    ],
)  # fmt: skip
def test_a_row_is_shown_with_what_it_does_to_pay(house: House, title: str, row: dict[str, Any], told: str) -> None:
    found = effect(house, title, row)
    assert told in found
    assert bool(found) == bool(told)


def test_a_punch_on_a_rest_day_of_the_same_file_costs_nothing(house: House) -> None:
    rest = [{"工号": "A", "日期": DAY, "类型": "工休"}]
    assert effect(house, "打卡", punch(DAY, 上班="20:20"), 休息=rest) == ""


def test_a_time_off_post_is_fined_where_its_day_was_worked(house: House) -> None:
    away = {"工号": "A", "营业日": DAY, "离开": f"{DAY} 21:00", "返回": f"{DAY} 21:30"}
    assert "¥50.00 (4.6)" in effect(house, "离岗", away, 打卡=[punch(DAY)])
    assert effect(house, "离岗", away | {"批准人": "周经理"}, 打卡=[punch(DAY)]) == ""


def test_alcohol_given_away_is_fined_twice_its_amount(house: House) -> None:
    table = [booking("K1", DAY)]
    assert "¥200.00 (3.2)" in effect(house, "签送", comp("S1", "K1", DAY, 品类="酒水", 金额=100), 订台=table)


def test_bookings_that_do_not_count_are_told_with_their_sum(house: House) -> None:
    rows = [
        booking("B07", DAY, 消费金额=3389, 客户电话=None),
        booking("B08", DAY, 台号="V9"),
        booking("B09", DAY, 状态="未到"),
    ]
    found = shown(house, "订台", rows)["uncounted"]
    assert (found["count"], found["amount"], found["more"]) == (1, "¥3,389.00", 0)
    ((row, key, text),) = found["shown"]
    assert (row, key) == (2, "B07")
    assert "¥3,389.00" in text


def test_a_day_of_soliciting_in_the_same_file_voids_its_bookings(house: House) -> None:
    report = [{"违规号": "V1", "工号": "A", "营业日": DAY, "条款": "4.5"}]
    assert shown(house, "订台", [booking("K1", DAY)], 违规=report)["uncounted"]["count"] == 1


def test_a_large_file_is_shown_in_part_by_a_constant_number_of_queries(house: House) -> None:
    days = [date(2026, 11, day) for day in range(1, 20)]

    def counted(tables: int) -> int:
        rows = [booking(f"{day}-{n}", day, 台号=f"T{n}", 客户电话=None) for day in days for n in range(tables)]
        punches = [punch(day, number, 上班="20:20") for day in days for number in ("A", "B")][: tables * 10]
        summary = house.bring({"订台": rows, "打卡": punches}, dry_run=True)
        with CaptureQueriesContext(connection) as queries:
            preview = preview_of(summary, now=NOW)
        found = next(sheet for sheet in preview["sheets"] if sheet["title"] == "订台")
        assert len(found["new"]) == min(len(rows), SHOWN_NEW)
        assert found["more_new"] == max(0, len(rows) - SHOWN_NEW)
        assert len(found["uncounted"]["shown"]) == min(len(rows), SHOWN_ROWS)
        return len(queries)

    assert counted(1) == counted(8) <= 8


def sent(house: House, sheets: Sheets) -> Any:
    hr = as_role(house, Role.HR)
    content = SimpleUploadedFile("十一月.xlsx", write_workbook(house.path(), sheets).read_bytes())
    hr.post(at(house, "import_page"), {"file": content})
    return hr.get(at(house, "import_preview", Import.objects.latest("pk").pk))


def test_the_page_shows_values_and_effects(house: House) -> None:
    told = text_of(sent(house, {"订台": [booking("B07", DAY, 消费金额=3389, 客户电话=None)]}), "//main")
    assert "消费金额 3,389.00" in told
    assert "不计入业绩" in told
    assert "1 单到店的订台不会计入业绩，共 ¥3,389.00" in told


@pytest.mark.parametrize(("run", "state"), [(True, "须重新计算"), (False, "尚未计算")])
def test_after_storing_it_leads_to_the_month_computed_or_stale(house: House, run: bool, state: str) -> None:
    if run:
        house.run("2026-11")
    page = sent(house, {"打卡": [punch(DAY)]})
    (form,) = [one for one in forms_on(page) if "agreed" in one.values]
    told = as_role(house, Role.HR).post(form.action, form.values, follow=True)
    assert state in text_of(told, "//ul[contains(@class, 'import-months')]")
    assert at(house, "payroll_month", "2026-11") in told.content.decode()
    if run:
        house.run("2026-11")
        again = as_role(house, Role.HR).get(at(house, "import_preview", Import.objects.latest("pk").pk))
        assert "已计算" in text_of(again, "//ul[contains(@class, 'import-months')]")
