"""Files as other suites make them, by command and by page: right, or one sentence that says what it is and the way."""

import io
import os
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from openpyxl.utils import get_column_letter
from xlsxwriter import Workbook as Written

from accounts.permissions import Role
from attendance.models import Punch
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, text_of
from tests.workbook.test_other_suites import by_openpyxl, by_template, rewritten
from tests.workbooks import person, write_workbook
from workbook.faults import Faulty
from workbook.models import Import

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
EXCEL_DAY, MAC_DAY = date(1899, 12, 30), date(1904, 1, 1)


Capsys = pytest.CaptureFixture[str]


def refused(path: Path, lang: str, capsys: Capsys) -> str:
    """What the command says of a file that it refuses."""
    with pytest.raises(SystemExit):
        call_command("import_workbook", str(path), lang=lang)
    return capsys.readouterr().err.strip()


def serial(day: date, epoch: date = EXCEL_DAY) -> int:
    return (day - epoch).days


def people_and_punches(house: House) -> tuple[list[tuple[str, ...]], list[list[str]]]:
    """What was stored: people, and the days and times of their punches as the house's clock shows them."""
    people = [
        (one.number, one.name, one.hired_on.isoformat(), str(one.deposit))
        for one in Employee.objects.order_by("number")
    ]
    zone = house.venue.zone
    punches = [
        [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in (one.arrived_at, one.left_at)]
        for one in Punch.objects.order_by("employee__number")
    ]
    return people, punches


PEOPLE = [("001", "甲", "2026-01-01", "500.00"), ("2", "乙", "2026-02-03", "0.30")]
PUNCHES = [["09-01 20:00", "09-02 02:00"], ["09-01 20:30", "09-02 02:00"]]


# --- files that are none of ours --------------------------------------------------------------------------
def compound(*streams: str) -> bytes:
    """A compound file of Office with empty streams of these names: a header, a table of sectors, the directory."""
    entries = b""
    for place, (name, kind) in enumerate([("Root Entry", 5), *((name, 2) for name in streams)]):
        encoded = name.encode("utf-16-le")
        child = 1 if place == 0 and streams else 0xFFFFFFFF
        beside = place + 1 if 0 < place < len(streams) else 0xFFFFFFFF
        entries += encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
        entries += struct.pack("<III", 0xFFFFFFFF, beside, child) + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    directory = entries.ljust(-(-len(entries) // 512) * 512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    table = struct.pack("<I", 0xFFFFFFFD) + b"\xff" * 508
    return header.ljust(512, b"\xff") + table + directory


def archive(**parts: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "."), content)
    return packed.getvalue()


CSV = "工号,姓名,入职日期\n001,甲,2026-01-01\n"
HTML = '<meta charset="utf-8"><table border="1"><tr><td>工号</td><td>姓名</td></tr></table>'
OLD_XML = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
)
FLAT = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
MHTML = "MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related"


class Foreign(NamedTuple):
    content: bytes
    english: str
    chinese: str


FOREIGN = {
    "a password": Foreign(compound("EncryptionInfo", "EncryptedPackage"), "has a password", "设有密码"),
    "an old book": Foreign(compound("Workbook"), "is an old workbook (.xls or .et)", "旧版工作簿"),
    "an older book": Foreign(compound("Book"), "is an old workbook (.xls or .et)", "旧版工作簿"),
    "another compound": Foreign(compound("WordDocument"), "is an old .xls or has a password", "旧版 .xls 或设有密码"),
    "a binary book": Foreign(
        archive(**{"[Content_Types]__xml": "<Types/>", "xl/workbook__bin": ""}), "binary workbook", "二进制"
    ),
    "of LibreOffice": Foreign(archive(mimetype="x", content__xml="<x/>"), "save it in LibreOffice", "LibreOffice"),
    "flat of LibreOffice": Foreign(FLAT.encode(), "save it in LibreOffice", "LibreOffice"),
    "of Numbers": Foreign(archive(**{"Index/Document__iwa": ""}), "export it from Numbers", "Numbers"),
    "csv": Foreign(CSV.encode(), "a table as text (.csv)", "文本表格 (.csv)"),
    "csv of Excel": Foreign(CSV.encode("utf-8-sig"), "a table as text (.csv)", "文本表格 (.csv)"),
    "csv of WPS": Foreign(CSV.encode("gb18030"), "a table as text (.csv)", "文本表格 (.csv)"),
    "text with tabs": Foreign(CSV.replace(",", "\t").encode(), "a table as text (.csv)", "文本表格 (.csv)"),
    "Unicode text": Foreign(CSV.replace(",", "\t").encode("utf-16"), "a table as text (.csv)", "文本表格 (.csv)"),
    "long csv": Foreign(("姓名," * 2000).encode(), "a table as text (.csv)", "文本表格 (.csv)"),
    "html": Foreign(HTML.encode(), "a web page under its name", "网页"),
    "html of GB": Foreign(HTML.replace("utf-8", "gb2312").encode("gb18030"), "a web page under its name", "网页"),
    "html in 16 bit": Foreign(HTML.encode("utf-16"), "a web page under its name", "网页"),
    "mhtml": Foreign(MHTML.encode(), "a web page under its name", "网页"),
    "xml of 2003": Foreign(OLD_XML.encode(), "an XML spreadsheet of 2003", "2003 版 XML 表格"),
    "pdf": Foreign(b"%PDF-1.7\n%\xe2\xe3,\xcf", "is no Excel workbook", "不是 Excel 工作簿"),
    "picture": Foreign(b"\xff\xd8\xff\xe0\0\x10JFIF,\0", "is no Excel workbook", "不是 Excel 工作簿"),
}


@pytest.mark.parametrize("name", ["九月.xlsx", "九月.xls"])
@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_file_of_another_kind_is_told_by_the_command_in_one_sentence_with_its_way(
    house: House, tmp_path: Path, foreign: Foreign, name: str, capsys: Capsys
) -> None:
    path = tmp_path / name
    path.write_bytes(foreign.content)
    for lang, words in (("en", foreign.english), ("zh-hans", foreign.chinese)):
        said = refused(path, lang, capsys)
        assert words in said
        assert said.startswith(name)
        assert ".xlsx)" in said or "as .xlsx" in said or "为 .xlsx" in said or "不带密码的 .xlsx" in said
        assert "\n" not in said
    assert not Employee.objects.exists()


@pytest.fixture
def hr(house: House, tmp_path: Path, settings: Any) -> Client:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    house.bring({"员工": [person("HR1")]})
    return as_role(house, Role.HR)


def send(client: Client, house: House, content: bytes, name: str = "九月.xlsx") -> Any:
    return client.post(at(house, "import_page"), {"file": SimpleUploadedFile(name, content)}, follow=True)


@pytest.mark.parametrize("name", ["九月.xlsx", "九月.xls"])
def test_a_file_of_another_kind_is_told_at_its_field_in_the_users_language(hr: Client, house: House, name: str) -> None:
    for foreign in FOREIGN.values():
        page = send(hr, house, foreign.content, name)
        assert page.status_code == 422
        assert foreign.chinese in text_of(page, "//ul[@class='errorlist']")
    assert not Import.objects.exists()


def test_macros_do_not_keep_a_workbook_from_the_page(hr: Client, house: House, tmp_path: Path) -> None:
    path = rewritten(
        by_openpyxl(tmp_path / "file.xlsx"),
        lambda name, text: text.replace(
            f"{KINDS}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        ),
    )
    send(hr, house, path.read_bytes(), "九月.xlsm")
    taken = Import.objects.get()
    assert (taken.state, taken.name) == ("previewed", "九月.xlsm")


@pytest.mark.parametrize("name", ["\U0001f4c4" * 200 + ".xlsx", "表" * 200 + ".xlsx", "九月", "." * 90])
def test_a_files_name_may_be_as_long_and_as_odd_as_it_likes(
    hr: Client, house: House, tmp_path: Path, name: str
) -> None:
    send(hr, house, by_openpyxl(tmp_path / "file.xlsx").read_bytes(), name)
    taken = Import.objects.get()
    assert taken.state == "previewed"
    assert len(taken.name.encode()) <= 255


def office(path: Path, kind: str, folder: Path) -> Path:
    """A workbook converted by LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("LibreOffice is not installed")
        pytest.skip("no LibreOffice on this machine")
    done = subprocess.run(
        [
            program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
            "--outdir", str(folder / kind), str(path),
        ],
        env=os.environ | {"HOME": str(folder)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / kind / f"{path.stem}.{kind}"


def test_what_libreoffice_writes_in_other_forms_is_read_or_told(house: House, tmp_path: Path, capsys: Capsys) -> None:
    source = by_template(tmp_path / "source.xlsx")
    for kind, words in (
        ("xls", "is an old workbook"), ("ods", "save it in LibreOffice"), ("fods", "save it in LibreOffice"),
        ("html", "a web page under its name"), ("csv", "a table as text"),
    ):  # fmt: skip
        path = office(source, kind, tmp_path)
        assert words in refused(path.rename(path.with_suffix(".xlsx")), "en", capsys)
    house.bring(office(source, "xlsm", tmp_path))
    assert people_and_punches(house) == (PEOPLE, PUNCHES)


# --- dates from 1904 on -----------------------------------------------------------------------------------
def test_dates_and_times_from_1904_on_are_the_days_that_are_shown(house: House, tmp_path: Path) -> None:
    book = Written(str(tmp_path / "mac.xlsx"), {"date_1904": True})
    day, moment, clock, hours = (
        book.add_format({"num_format": code}) for code in ("yyyy/m/d", "yyyy/m/d h:mm", "h:mm", "[h]:mm")
    )
    people = book.add_worksheet("员工")
    people.write_row(0, 0, ["工号", "姓名", "入职日期", "押金"])
    for row, (number, name, hired, deposit) in enumerate(
        [("001", "甲", date(2026, 1, 1), 500), ("2", "乙", date(2026, 2, 3), 0.3)], 1
    ):
        people.write_row(row, 0, [number, name])
        people.write_datetime(row, 2, hired, day)
        people.write_number(row, 3, deposit)
    punches = book.add_worksheet("打卡")
    punches.write_row(0, 0, ["工号", "营业日", "上班", "下班"])
    for row, number in ((1, "001"), (2, "2")):
        punches.write(row, 0, number)
        punches.write_datetime(row, 1, date(2026, 9, 1), day)
    punches.write_number(1, 2, 20 / 24, clock)
    punches.write_number(1, 3, 26 / 24, hours)
    punches.write_datetime(2, 2, datetime(2026, 9, 1, 20, 30), moment)
    punches.write_number(2, 3, 26 / 24, clock)  # a cell of hours, past midnight
    book.close()
    assert b"date1904" in zipfile.ZipFile(tmp_path / "mac.xlsx").read("xl/workbook.xml")
    house.bring(tmp_path / "mac.xlsx")
    assert people_and_punches(house) == (PEOPLE, PUNCHES)


# --- as WPS and Numbers write them ------------------------------------------------------------------------
class Page(NamedTuple):
    """A sheet by hand: its name, its rows of (value, style), what stands behind the rows, whether it is hidden."""

    title: str
    rows: list[list[Any]]
    behind: str = ""
    is_hidden: bool = False
    root: str = ""


class Hand(NamedTuple):
    """A workbook by hand, as a suite packs it."""

    pages: list[Page]
    styles: str
    workbook: str = ""
    shared: bool = True
    more: dict[str, str] = {}
    relations: str = ""


def cell(value: Any, place: str, texts: list[str] | None) -> str:
    value, style = value if isinstance(value, tuple) else (value, 0)
    if value is None:
        return f'<c r="{place}" s="{style}"/>'
    if not isinstance(value, str):
        return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'
    if texts is None:
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{value}</t></is></c>'
    texts.append(value)
    return f'<c r="{place}" s="{style}" t="s"><v>{len(texts) - 1}</v></c>'


def by_hand(path: Path, hand: Hand) -> Path:
    texts: list[str] | None = [] if hand.shared else None
    parts: dict[str, str] = {}
    for number, page in enumerate(hand.pages, 1):
        rows = "".join(
            f'<row r="{row}" spans="1:{len(values)}" ht="20" customHeight="1">'
            + "".join(cell(value, f"{get_column_letter(place)}{row}", texts) for place, value in enumerate(values, 1))
            + "</row>"
            for row, values in enumerate(page.rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}" {page.root}><sheetPr/>'
            f'<dimension ref="A2:IV65536"/><sheetData>{rows}</sheetData>{page.behind}</worksheet>'
        )
    sheets = "".join(
        f'<sheet name="{page.title}" sheetId="{number}" state="{"hidden" if page.is_hidden else "visible"}"'
        f' r:id="rId{number}"/>'
        for number, page in enumerate(hand.pages, 1)
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{hand.workbook}<sheets>{sheets}</sheets></workbook>'
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(hand.pages) + 1)
    )
    relations += f'<Relationship Id="rId98" Type="{RELATIONS}/styles" Target="styles.xml"/>{hand.relations}'
    if texts is not None:
        relations += f'<Relationship Id="rId99" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'  # without counts
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument"'
        f' Target="xl/workbook.xml"/></Relationships>'
    )
    parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{hand.styles}</styleSheet>'
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/></Types>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (parts | hand.more).items():
            packed.writestr(name, content)
    return path


def styles(*codes: str, first: int) -> str:
    """Number formats and a style for each; style 0 has none."""
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for number, code in enumerate(codes, first)
    )
    cells = "".join(f'<xf numFmtId="{number}" xfId="0"/>' for number in (0, *range(first, first + len(codes))))
    return f'<numFmts count="{len(codes)}">{formats}</numFmts><cellXfs>{cells}</cellXfs>'


WPS = 'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
LISTS = (
    '<mergeCells count="0"/><extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1>'
    "<xm:f>WpsReserved!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>C2:C9</xm:sqref></x14:dataValidation>"
    "</x14:dataValidations></ext></extLst>"
)


def as_wps(pages: list[Page]) -> Hand:
    """As WPS packs a workbook: its own namespace, parts and hidden sheet, formats numbered from 176."""
    return Hand(
        [
            *(page._replace(root=WPS, behind=LISTS) for page in pages),
            Page("WpsReserved_CellImgList", [["ID_1"]], is_hidden=True),
        ],
        styles(
            "yyyy/m/d;@", "h:mm;@", '[$-804]yyyy"年"m"月"d"日";@', "000", r"yyyy\-mm\-dd\ hh:mm:ss", '"￥"#,##0.00_ ',
            first=176,
        ),
        workbook='<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/>',
        more={
            "docProps/app.xml": "<Properties><Application>WPS 表格</Application></Properties>",
            "docProps/custom.xml": "<Properties><property name='KSOProductBuildVer'/></Properties>",
            "xl\\cellimages.xml": f"<etc:cellImages {WPS}/>",
        },
        relations='<Relationship Id="rId9" Type="http://www.wps.cn/officeDocument/2020/cellImage"'
        ' Target="cellimages.xml"/>',
    )  # fmt: skip


def test_a_workbook_as_wps_packs_it_is_read(house: House, tmp_path: Path) -> None:
    first = serial(date(2026, 9, 1))
    hand = as_wps([
        Page("员工", [
            ["工号", "姓名", "入职日期", "押金", (None, 1)],
            [(1, 4), "甲", (serial(date(2026, 1, 1)), 3), (500, 6)], ["2", "乙", (serial(date(2026, 2, 3)), 1), 0.3],
            [(None, 1)] * 4,
        ]),
        Page("打卡", [
            ["工号", "营业日", "上班", "下班"],
            [(1, 4), (first, 1), (20 / 24, 2), (26 / 24, 2)],
            ["2", (first, 3), (first + 20.5 / 24, 5), "次日02:00"],
        ]),
    ])  # fmt: skip
    house.bring(by_hand(tmp_path / "wps.xlsx", hand))
    assert people_and_punches(house) == (PEOPLE, PUNCHES)


def test_a_picture_in_a_cell_of_wps_is_told_by_its_cell(house: House, tmp_path: Path) -> None:
    path = by_hand(tmp_path / "wps.xlsx", as_wps([Page("员工", [["工号", "姓名", "入职日期"], ["A", "甲", "图"]])]))
    picture = '<c r="C2" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    path = rewritten(path, lambda name, text: re.sub(r'<c r="C2".*?</c>', lambda _found: picture, text))
    with pytest.raises(Faulty) as caught:
        house.bring(path)
    assert str(caught.value) == "员工!2 入职日期: holds a formula; paste it as a value"


SUMMARY = "This document was exported from Numbers. Each table was converted to an Excel worksheet."


def as_numbers(pages: list[Page], summary: str = "Export Summary") -> Hand:
    """As Numbers exports: a summary before the sheets, a sheet a table, texts without counts, formats of its own."""
    told = Page(summary, [[SUMMARY], ["Numbers Sheet Name", "Numbers Table Name", "Excel Worksheet Name"]])
    drawings = Page("员工 - Drawings", [])
    return Hand(
        [told, *pages, drawings],
        '<fonts count="0"/><fills><fill/></fills>'
        + styles("yyyy-m-d", 'yyyy"年"m"月"d"日"', 'm"/"d"/"yy" "h":"mm" "AM/PM', 'h":"mm', first=59),
        more={"docProps/app.xml": "<Properties><Application>Numbers</Application></Properties>"},
    )


@pytest.mark.parametrize(
    ("people", "punches", "summary"),
    [
        ("员工 - 表格 1", "打卡 - 表格 1", "导出摘要"),
        ("员工 - Table 1", "打卡 - Table 1-1", "Export Summary"),
        ("工作表 1 - 员工", "工作表 1 - 打卡", "导出摘要"),
        ("Sheet 1 - 员工", "Sheet 2 - 打卡", "Export Summary"),
        ("员工 - 员工", "打卡", "Export Summary"),
    ],
)
@pytest.mark.parametrize("epoch", [EXCEL_DAY, MAC_DAY])
def test_a_workbook_as_numbers_exports_it_is_read(
    house: House, tmp_path: Path, people: str, punches: str, summary: str, epoch: date
) -> None:
    first = serial(date(2026, 9, 1), epoch)
    hand = as_numbers(
        [
            Page(people, [
                [("工号", 1), "姓名", "入职日期", "押金"],
                ["001", "甲", (serial(date(2026, 1, 1), epoch), 1), 500],
                ["2", "乙", (float(serial(date(2026, 2, 3), epoch)), 2), 0.3], [(None, 2)] * 4,
            ]),
            Page(punches, [
                ["工号", "营业日", "上班", "下班"],
                ["001", (first, 2), (first + 20 / 24, 4), (first + 26 / 24, 3)],
                ["2", (first, 1), (first + 20.5 / 24, 3), "次日02:00"],
            ]),
        ],
        summary,
    )  # fmt: skip
    if epoch is MAC_DAY:
        hand = hand._replace(workbook='<workbookPr date1904="1"/>')
    house.bring(by_hand(tmp_path / "numbers.xlsx", hand))
    assert people_and_punches(house) == (PEOPLE, PUNCHES)


def test_a_time_that_was_typed_in_numbers_on_another_day_is_told_by_that_day(house: House, tmp_path: Path) -> None:
    """Numbers keeps the day on which a bare time was typed: it shows 20:00, and is another day's."""
    first, typed = serial(date(2026, 9, 1)), serial(date(2026, 9, 20))
    hand = as_numbers([
        Page("员工 - 表格 1", [["工号", "姓名", "入职日期"], ["A", "甲", "2026-01-01"]]),
        Page("打卡 - 表格 1", [["工号", "营业日", "上班"], ["A", (first, 1), (typed + 20 / 24, 4)]]),
    ])  # fmt: skip
    with pytest.raises(Faulty) as caught:
        house.bring(by_hand(tmp_path / "numbers.xlsx", hand))
    assert str(caught.value).startswith("打卡!2 上班: belongs to the business day 2026-09-20, not 2026-09-01")


@pytest.mark.parametrize("above", [[["表格 1"]], [["澜夜 2026年9月 员工"], []], [["员工"], ["制表", "甲"]]])
def test_headings_below_a_title_are_one_fault_that_says_where_they_stand(
    house: House, tmp_path: Path, above: list[list[Any]]
) -> None:
    rows = [*above, ["工号", "姓名", "入职日期"], *(["", "", "2026-01-01"] for _time in range(9))]
    hand = as_numbers(
        [Page("员工 - 表格 1", rows, behind='<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>')]
    )
    with pytest.raises(Faulty) as caught:
        house.bring(by_hand(tmp_path / "titled.xlsx", hand))
    assert str(caught.value) == (
        f"员工!1: the headings stand in row {len(above) + 1}, below a title; delete the rows above them"
        " (from Numbers: export without the names of tables)"
    )


@pytest.mark.parametrize("title", ["员工 - 备份", "工作表 1 - 名单", "打卡 - 员工"])
def test_a_sheet_that_only_looks_like_one_of_numbers_is_unknown(house: House, tmp_path: Path, title: str) -> None:
    path = write_workbook(tmp_path / "file.xlsx", {"员工": [person()], title: [person("B")]})
    with pytest.raises(Faulty, match="there is no such sheet"):
        house.bring(path)


# --- strict -----------------------------------------------------------------------------------------------
STRICT = [
    (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
]


@pytest.mark.parametrize(("lang", "words"), [("en", "is a Strict Open XML workbook"), ("zh-hans", "Strict")])
def test_a_strict_workbook_is_told_with_its_way(
    house: House, tmp_path: Path, lang: str, words: str, capsys: Capsys
) -> None:
    def strictly(name: str, text: str) -> str:
        for old, new in STRICT:
            text = text.replace(old, new)
        return text.replace('<worksheet xmlns="', '<worksheet conformance="strict" xmlns="')

    path = rewritten(by_openpyxl(tmp_path / "strict.xlsx"), strictly)
    said = refused(path, lang, capsys)
    assert words in said
    assert ".xlsx" in said.removeprefix(path.name)


@pytest.mark.parametrize("write", [by_openpyxl, by_template])
def test_a_prefix_before_every_element_changes_nothing(
    house: House, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    """As the Open XML SDK writes: ``<x:row>``, with the namespace named."""

    def prefixed(name: str, text: str) -> str:
        if f'xmlns="{MAIN}"' not in text:
            return text
        text = re.sub(r"<(/?)(?=[A-Za-z])(?![\w]+:)", r"<\1x:", text)
        return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    with translation.override("en"):
        house.bring(rewritten(write(tmp_path / "file.xlsx"), prefixed))
    assert people_and_punches(house) == (PEOPLE, PUNCHES)


def test_hours_of_a_duration_are_hours_in_either_calendar() -> None:
    """The serials that the tests above write by hand are those of Excel's own calendars."""
    assert serial(date(2026, 9, 1)) - serial(date(2026, 9, 1), MAC_DAY) == 1462
    assert EXCEL_DAY + timedelta(days=46266) == date(2026, 9, 1)
