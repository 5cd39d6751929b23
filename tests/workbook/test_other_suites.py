"""Files of other writers are read alike: openpyxl, XlsxWriter, LibreOffice; their own marks refuse nothing."""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from xlsxwriter import Workbook as Written

from attendance.models import Punch
from bookings.models import Booking
from staff.models import Employee
from tests.house import House
from tests.workbooks import as_read, person, write_workbook
from workbook.checking.rows import parse
from workbook.faults import Faulty, Unreadable
from workbook.template import write_template

PEOPLE: list[list[Any]] = [
    ["工号", "姓名", "入职日期", "押金"],
    ["001", "甲", date(2026, 1, 1), 500],
    ["2", "乙", date(2026, 2, 3), 0.3],
]
PUNCHES: list[list[Any]] = [
    ["工号", "营业日", "上班", "下班"],
    ["001", date(2026, 9, 1), time(20, 0), timedelta(hours=26)],
    ["2", date(2026, 9, 1), datetime(2026, 9, 1, 20, 30), "次日02:00"],
]
SHEETS = {"员工": PEOPLE, "打卡": PUNCHES}


def by_openpyxl(path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in SHEETS.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def by_xlsxwriter(path: Path) -> Path:
    book = Written(str(path))
    day, moment, clock, hours = (
        book.add_format({"num_format": code, "align": "center", "bg_color": "#FFEE00"})
        for code in ('yyyy"年"m"月"d"日";@', "yyyy/m/d h:mm", "h:mm AM/PM", "[h]:mm")
    )
    for title, rows in SHEETS.items():
        page = book.add_worksheet(title)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(number, place, value, moment)
                elif isinstance(value, date):
                    page.write_datetime(number, place, value, day)
                elif isinstance(value, time):
                    page.write_datetime(number, place, value, clock)
                elif isinstance(value, timedelta):
                    page.write_number(number, place, value / timedelta(days=1), hours)
                else:
                    page.write(number, place, value)
    book.close()
    return path


def by_template(path: Path) -> Path:
    """The template, filled in where its headings stand."""
    write_template(path)
    book = load_workbook(path)
    for title, rows in SHEETS.items():
        page = book[title]
        places = {cell.value: cell.column for cell in page[1]}
        for number, row in enumerate(rows[1:], 2):
            for heading, value in zip(rows[0], row, strict=True):
                page.cell(number, places[heading], value)
    book.save(path)
    return path


def by_libreoffice(path: Path) -> Path:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("LibreOffice is not installed")
        pytest.skip("no LibreOffice on this machine")
    source = by_template(path.with_name("source.xlsx"))
    for target in ("ods", "xlsx"):
        done = subprocess.run(
            [
                office, "--headless", f"-env:UserInstallation=file://{path.parent}/profile", "--convert-to", target,
                "--outdir", str(path.parent / target), str(source),
            ],
            env=os.environ | {"HOME": str(path.parent)}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        source = path.parent / target / f"source.{target}"
    return source


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_template, by_libreoffice])
def test_what_every_writer_writes_is_read_alike(house: House, tmp_path: Path, write: Callable[[Path], Path]) -> None:
    house.bring(write(tmp_path / "file.xlsx"))
    people = Employee.objects.order_by("number").values_list("number", "name", "hired_on", "deposit")
    assert [(number, name, day, str(deposit)) for number, name, day, deposit in people] == [
        ("001", "甲", date(2026, 1, 1), "500.00"), ("2", "乙", date(2026, 2, 3), "0.30"),
    ]  # fmt: skip
    zone = house.venue.zone
    assert [
        [f"{moment.astimezone(zone):%d %H:%M}" for moment in (row.arrived_at, row.left_at)]
        for row in Punch.objects.order_by("employee__number")
    ] == [["01 20:00", "02 02:00"], ["01 20:30", "02 02:00"]]


def rewritten(path: Path, change: Callable[[str, str], str]) -> Path:
    """A workbook with its parts changed as texts, by their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name).decode()))
    path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<patternFill />', '<patternFill patternType="sparkles"/>'),
        ('<family val="2" />', '<family val="999"/>'),
        ("<border>", '<border diagonalUp="maybe">'),
        ("<cellStyles", '<colors><mruColors><color rgb="nonsense"/></mruColors></colors><cellStyles'),
        ('<name val="Calibri" />', ""),
        ("</styleSheet>", '<extLst><ext uri="x"/></extLst></styleSheet>'),
        ('<sz val="11" />', '<sz val="large"/>'),
    ],
)  # fmt: skip
def test_no_style_refuses_a_file(house: House, tmp_path: Path, old: str, new: str) -> None:
    path = by_openpyxl(tmp_path / "file.xlsx")
    house.bring(rewritten(path, lambda name, text: text.replace(old, new) if name == "xl/styles.xml" else text))
    assert Punch.objects.count() == 2


@pytest.mark.parametrize("title", ["打卡 ", "\u3000打卡", "打卡\u200b", "打卡 - 表格 1", "打卡 - Table 1"])
def test_a_sheets_name_is_cleaned(house: House, tmp_path: Path, title: str) -> None:
    path = by_openpyxl(tmp_path / "file.xlsx")
    house.bring(rewritten(path, lambda name, text: text.replace('name="打卡"', f'name="{title}"')))
    assert Punch.objects.count() == 2


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_of_a_suite_is_passed_over_and_one_of_ours_is_read(
    house: House, tmp_path: Path, state: str
) -> None:
    path = by_openpyxl(tmp_path / "file.xlsx")
    book = load_workbook(path)
    book.create_sheet("WpsReserved_CellImgList").append(["x"])
    book.create_sheet("导出摘要", 0).append(["工作表", "表格"])
    book["WpsReserved_CellImgList"].sheet_state = book["打卡"].sheet_state = state
    book.save(path)
    house.bring(path)
    assert Punch.objects.count() == 2


# --- merged ranges ----------------------------------------------------------------------------------------
def merged(tmp_path: Path, *ranges: str, sheet: str = "员工") -> Path:
    path = write_workbook(tmp_path / "merged.xlsx", {"员工": [person("1", 押金=5), person("2"), person("3")]})
    book = load_workbook(path)
    if sheet not in book.sheetnames:
        book.create_sheet(sheet)
    for one in ranges:
        book[sheet].merge_cells(one)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("said", "heading"),
    [
        ("D2:D4", "押金"),
        ("C3:D4", "入职日期"),
        ("B3:B4", "姓名"),
        ("A4:D4", "工号"),
        ("D1:D2", "押金"),
        ("D3:D9", "押金"),
        ("C3:Z3", "入职日期"),
    ],
)
def test_a_merged_range_below_the_headings_is_a_fault_that_names_it(
    house: House, tmp_path: Path, said: str, heading: str
) -> None:
    with pytest.raises(Faulty) as caught:
        house.bring(merged(tmp_path, said))
    (fault,) = caught.value.faults
    assert fault.heading == heading
    assert said in fault.message


@pytest.mark.parametrize("said", ["D:D", "C:Z", "2:3", "D4:D2", "d2:d4", "$D$2:$D$4"])
def test_a_merged_range_is_found_however_it_is_written(said: str) -> None:
    (grid,) = as_read({"员工": [person("1", 押金=5), person("2"), person("3")]})
    grid = grid._replace(merged=[said, "", "#REF!"])
    (fault,) = parse([grid], UTC, lambda step, done, total: None).faults
    assert said in fault.message


@pytest.mark.parametrize(("said", "sheet"), [("F2:F4", "员工"), ("D2:D2", "员工"), ("A1:C9", "说明")])
def test_a_merged_range_that_hides_no_value_is_none(house: House, tmp_path: Path, said: str, sheet: str) -> None:
    path = merged(tmp_path, said, sheet=sheet)
    house.bring(path)
    assert Employee.objects.count() == 3


# --- other kinds of files ---------------------------------------------------------------------------------
def archive(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return path


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("mimetype", "content.xml"), "save it in LibreOffice as Excel"),
        (("Index/Document.iwa", "Metadata/Properties.plist"), "export it from Numbers as Excel"),
        (("[Content_Types].xml", "xl/workbook.bin"), "binary workbook"),
        (("word/document.xml",), "save it as one in Excel, WPS or LibreOffice"),
    ],
)
def test_a_file_of_another_kind_is_told_its_way(
    house: House, tmp_path: Path, names: tuple[str, ...], says: str
) -> None:
    with pytest.raises(Unreadable, match=says):
        house.bring(archive(tmp_path / "file.xlsx", *names))


def test_a_file_refused_changes_nothing(house: House, tmp_path: Path) -> None:
    house.bring(by_openpyxl(tmp_path / "good.xlsx"))
    before = list(Employee.objects.values_list("number", "deposit")), Booking.objects.count()
    with pytest.raises(Faulty):
        house.bring(merged(tmp_path, "D2:D4"))
    assert (list(Employee.objects.values_list("number", "deposit")), Booking.objects.count()) == before
