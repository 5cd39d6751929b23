"""Files that are no workbook, are damaged, or mean harm: one clear sentence each, in bounded work and memory."""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from tests.house import House
from tests.workbook.apart import read_apart
from tests.workbook.work import MOST_ELEMENTS, MOST_UNPACKED, counted
from tests.workbooks import person, punch, write_workbook
from venues.models import Venue
from workbook.faults import MAX_ROWS, Faulty, Unreadable
from workbook.xlsx.reading import MAX_ENTRIES, open_workbook

MEMORY_MB = 256
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
HEADER = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">'
HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>工号</t></is></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>入职日期</t></is></c></row>'
)
PERSON = (
    '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>P{0}</t></is></c><c r="B{0}" t="inlineStr"><is><t>名</t></is></c>'
    '<c r="C{0}" t="inlineStr"><is><t>2025-01-01</t></is></c></row>'
)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_shared_texts(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A workbook's parts with the texts in its cells moved to the part that Excel keeps them in."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    moved = dict(parts)
    for name, content in parts.items():
        if name.startswith("xl/worksheets/"):
            text = re.sub(
                r'(<c r="\w+"(?: s="\d+")?) t="inlineStr"><is><t>([^<]*)</t></is></c>', share, content.decode()
            )
            moved[name] = text.encode()
    if texts:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        moved["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        moved["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'.encode()
    return moved


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A workbook of one person and one event day, its texts shared, as Excel writes them."""
    path = write_workbook(tmp_path / "good.xlsx", {"员工": [person()], "活动日": [{"日期": date(2026, 10, 1)}]})
    return pack(path, with_shared_texts(parts_of(path)))


@pytest.fixture
def rebuilt(good: Path) -> Callable[..., Path]:
    """The good workbook with some parts put in place of its own, or left out (None)."""

    def rebuild(changes: dict[str, str | bytes | None]) -> Path:
        parts = parts_of(good)
        for name, content in changes.items():
            if content is None:
                del parts[name]
            else:
                parts[name] = content.encode() if isinstance(content, str) else content
        return pack(good.with_name("other.xlsx"), parts)

    return rebuild


@pytest.fixture
def sheet(rebuilt: Callable[..., Path]) -> Callable[[str], Path]:
    """The good workbook with the rows of 员工 written by hand."""
    return lambda rows: rebuilt({SHEET: f"{HEADER}<sheetData>{rows}</sheetData></worksheet>"})


@pytest.fixture
def refused(house: House) -> Callable[..., str]:
    """Import a file that must be refused before much of it is read, in one sentence, storing nothing."""

    def refuse(path: Path) -> str:
        with counted() as work, pytest.raises((Unreadable, Faulty)) as caught:
            house.bring(path)
        assert work.unpacked <= MOST_UNPACKED
        assert work.elements <= MOST_ELEMENTS
        words = str(caught.value)
        assert "\n" not in words
        assert len(words) < 300
        assert "Traceback" not in words
        assert not Venue.objects.exists()
        return words

    return refuse


def refused_apart(path: Path) -> str:
    """Read a bomb: one sentence, after no more work than a workbook may be, in bounded memory."""
    told = read_apart(path)
    assert told["said"], "a bomb was read as if it were a workbook"
    assert "\n" not in told["said"]
    assert told["rows"] <= MAX_ROWS + 2  # and the headings of two sheets
    assert told["unpacked"] <= MOST_UNPACKED
    assert told["elements"] <= MOST_ELEMENTS
    assert told["mb"] < MEMORY_MB
    return told["said"]


# --- no workbook ------------------------------------------------------------------------------------------
def _document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


def _spreadsheet_of_another_program() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"hello", "is no Excel workbook"),
        ("工号,姓名\nA,张三\n".encode(), "is no Excel workbook"),
        (b"<html><table></table></html>", "is no Excel workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is no Excel workbook"),
        (b"%PDF-1.7", "is no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "old .xls or has a password"),
        (b"P", "is no Excel workbook"),
        (b"PK", "is damaged"),
        (b"PK\x03\x04" + bytes(500), "is damaged"),
        (_document(), "is no Excel workbook"),
        (_spreadsheet_of_another_program(), "is no Excel workbook"),
    ],
    ids=["empty", "text", "csv", "html", "png", "pdf", "xls", "one-byte", "two-bytes", "zip-head", "docx", "ods"],
)
def test_a_file_that_is_no_workbook_is_told_in_one_sentence(
    content: bytes, says: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    assert says in refused(path)


def test_a_missing_file_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "There is no file nothing.xlsx" in refused(tmp_path / "nothing.xlsx")
    assert "There is no file" in refused(tmp_path / "nofolder" / "a.xlsx")


def test_a_name_no_file_can_have_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    refused(tmp_path / "a\x00b.xlsx")
    with pytest.raises(Unreadable), open_workbook(tmp_path / ("x" * 400)):
        pass


def test_a_folder_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "is no file" in refused(tmp_path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(share: float, good: Path, refused: Callable[..., str]) -> None:
    content = good.read_bytes()
    good.write_bytes(content[: int(len(content) * share)])
    assert "is damaged" in refused(good)


def test_a_workbook_with_bytes_turned_over_is_refused_or_read_and_never_crashes(good: Path, house: House) -> None:
    content = good.read_bytes()
    dice = random.Random(7)
    for _round in range(150):
        broken = bytearray(content)
        for _time in range(dice.randint(1, 8)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        good.write_bytes(broken)
        with suppress(Unreadable, Faulty):
            house.bring(good, dry_run=True)


def test_a_zip_with_a_password_is_told(good: Path, refused: Callable[..., str]) -> None:
    content = bytearray(good.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + offset] |= 1
    good.write_bytes(content)
    assert "password" in refused(good)


def test_a_workbook_by_another_name_is_read(good: Path, house: House) -> None:
    house.bring(good.rename(good.with_suffix(".upload")))
    assert house.venue.employees.count() == 1


def test_a_strict_workbook_is_told_and_not_read_as_empty(
    good: Path, rebuilt: Callable[..., Path], refused: Callable[..., str]
) -> None:
    parts = {
        name: content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        for name, content in parts_of(good).items()
    }
    assert "Strict" in refused(rebuilt(parts))


# --- sheets -----------------------------------------------------------------------------------------------
def test_a_workbook_without_any_known_sheet_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"Sheet1": [{"工号": "A"}], "Sheet2": [{"x": 1}]})
    words = refused(path)
    assert "is no month workbook" in words
    assert "Sheet1、Sheet2" in words


def test_an_unknown_sheet_is_one_fault_naming_the_known_ones(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"员工": [person()], "打卡表": [punch(date(2026, 9, 1))] * 3})
    words = refused(path)
    assert words.startswith("打卡表!1: there is no such sheet")
    assert "打卡、" in words


@pytest.mark.parametrize("misnamed", ["员工表", "Sheet1"])
def test_a_misnamed_staff_sheet_does_not_make_every_number_unknown(
    misnamed: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    days = [punch(date(2026, 9, day)) for day in range(1, 20)]
    path = write_workbook(tmp_path / "a.xlsx", {misnamed: [person()], "打卡": days})
    assert refused(path).startswith(f"{misnamed}!1: ")


def test_a_sheet_that_stands_twice_is_told(
    rebuilt: Callable[..., Path], good: Path, refused: Callable[..., str]
) -> None:
    book = parts_of(good)["xl/workbook.xml"].decode()
    words = refused(rebuilt({"xl/workbook.xml": book.replace('name="活动日"', 'name="员工"')}))
    assert words.startswith("员工!1: this sheet stands twice")


def test_empty_sheets_notes_and_hidden_lists_are_passed_over(house: House, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Sheet1"
    book.create_sheet("说明")["A1"] = "anything"
    for name, state in (("_lists", "hidden"), ("_more", "veryHidden")):
        page = book.create_sheet(name)
        page["A1"], page.sheet_state = "anything", state
    page = book.create_sheet("员工")
    page.append(["工号", "姓名", "入职日期"])
    page.append(["A", "张三", date(2026, 1, 1)])
    chart = book.create_chartsheet("图表")
    chart.add_chart(BarChart())
    blank = book.create_sheet("空")
    blank["C7"], blank["D9"] = " ", None
    book.save(tmp_path / "a.xlsx")
    house.bring(tmp_path / "a.xlsx")
    assert house.venue.employees.count() == 1


def test_a_visible_sheet_with_an_underscore_is_a_fault(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"员工": [person()], "_lists": [{"x": 1}]})
    assert refused(path).startswith("_lists!1: there is no such sheet")


def test_a_hidden_sheet_without_an_underscore_is_read(house: House, tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("空")
    page = book.active
    page.title, page.sheet_state = "员工", "hidden"
    page.append(["工号", "姓名", "入职日期"])
    page.append(["A", "张三", date(2026, 1, 1)])
    book.save(tmp_path / "a.xlsx")
    house.bring(tmp_path / "a.xlsx")
    assert house.venue.employees.count() == 1


def test_a_sheet_named_but_not_there_is_damage_and_not_an_empty_sheet(
    rebuilt: Callable[..., Path], refused: Callable[..., str]
) -> None:
    assert "is damaged" in refused(rebuilt({"xl/worksheets/sheet2.xml": None}))


# --- headings and rows ------------------------------------------------------------------------------------
def _table(tmp_path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    book.active.title = "员工"
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    return tmp_path / "table.xlsx"


HIRED = date(2026, 1, 1)


def test_a_heading_that_stands_twice_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = _table(tmp_path, ["工号", "姓名", "入职日期", "手机", "手机"], ["A", "张三", HIRED, 1, 2])
    assert refused(path) == "员工!1 手机: this column stands twice; keep one"


def test_a_value_in_a_column_without_heading_is_told_once(tmp_path: Path, refused: Callable[..., str]) -> None:
    rows = [[f"A{row}", "张三", HIRED, None, "x"] for row in range(9)]
    path = _table(tmp_path, ["工号", "姓名", "入职日期"], *rows)
    assert refused(path) == "员工!2 E: a value in a column without a heading; give it a heading or delete it"


def test_an_unknown_heading_is_told_on_one_line(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = _table(tmp_path, ["工号", "姓名", "入职日期", "备注\n其他"], ["A", "张三", HIRED, "x"])
    assert refused(path).startswith("员工!1 备注 其他: there is no such column; the columns are 工号、姓名")


def test_a_missing_required_heading_is_told_once_for_the_sheet(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = _table(tmp_path, ["工号", "入职日期"], ["A", HIRED], ["B", HIRED])
    assert refused(path) == "员工!1 姓名: this column is required and missing"


def test_a_missing_key_column_does_not_make_every_number_unknown(tmp_path: Path, refused: Callable[..., str]) -> None:
    staff = {"姓名": "张三", "入职日期": HIRED}
    path = write_workbook(tmp_path / "a.xlsx", {"员工": [staff], "打卡": [punch(date(2026, 9, 1))]})
    assert refused(path) == "员工!1 工号: this column is required and missing"


def test_an_empty_first_row_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = _table(tmp_path, [], ["工号", "姓名", "入职日期"], ["A", "张三", HIRED])
    assert refused(path) == "员工!1: row 1 is empty; the headings should stand there"


def test_a_formula_for_a_heading_is_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = _table(tmp_path, ["工号", "姓名", "入职日期", '="手机"'], ["A", "张三", HIRED, 1])
    assert refused(path) == "员工!1 D: holds a formula; paste it as a value"


def test_rows_of_blanks_are_passed_over_and_rows_keep_their_numbers(
    tmp_path: Path, refused: Callable[..., str]
) -> None:
    path = _table(
        tmp_path, ["工号", "姓名", "入职日期"], [" ", None, "\u3000"], [], ["A", "张三", HIRED], ["B", "", HIRED]
    )
    assert refused(path) == "员工!5 姓名: is required and empty"


def test_a_row_with_values_out_to_the_last_column_is_one_fault(
    sheet: Callable[[str], Path], refused: Callable[..., str]
) -> None:
    row = PERSON.format(2).replace("</row>", '<c r="XFD2"><v>1</v></c></row>')
    assert refused(sheet(HEADINGS + row)).startswith("员工!2 XFD: a value in a column without a heading")


def test_a_row_formatted_out_to_the_last_column_is_no_fault(sheet: Callable[[str], Path], house: House) -> None:
    row = PERSON.format(2).replace("</row>", '<c r="XFD2" s="0"/></row>')
    house.bring(sheet(HEADINGS + row))
    assert house.venue.employees.count() == 1


def test_a_cell_beyond_the_last_column_is_damage(sheet: Callable[[str], Path], refused: Callable[..., str]) -> None:
    for place in ("XFE2", "ZZZZ2", "2", "A-1"):
        row = PERSON.format(2).replace("</row>", f'<c r="{place}"><v>1</v></c></row>')
        assert "is damaged" in refused(sheet(HEADINGS + row))


def test_rows_in_disorder_are_damage_and_not_left_out(
    sheet: Callable[[str], Path], refused: Callable[..., str]
) -> None:
    assert "is damaged" in refused(sheet(HEADINGS + PERSON.format(9) + PERSON.format(5)))
    assert "is damaged" in refused(sheet(HEADINGS + PERSON.format(2) + PERSON.format(2)))


def test_cells_without_places_are_read_in_order(sheet: Callable[[str], Path], house: House) -> None:
    bare = re.sub(r' r="\w+"', "", HEADINGS + PERSON.format(2))
    house.bring(sheet(bare))
    assert house.venue.employees.get().name == "名"


# --- damage inside ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/styles.xml", "<styleSheet><cellXfs"),
        ("xl/styles.xml", "not xml"),
        ("xl/workbook.xml", "<workbook/>x"),
        ("xl/workbook.xml", None),
        ("xl/_rels/workbook.xml.rels", None),
        ("[Content_Types].xml", "<Types/>"),
        ("xl/sharedStrings.xml", None),
        ("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>only one</t></si></sst>'),
        ("xl/sharedStrings.xml", "<sst"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1'><v>1</v>"),
        (SHEET, f"{HEADER}<sheetData><row r='one'><c r='A1'><v>1</v></c></row></sheetData></worksheet>"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1'><v>1,5</v></c></row></sheetData></worksheet>"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1' t='s'><v>-1</v></c></row></sheetData></worksheet>"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1' t='d'><v>soon</v></c></row></sheetData></worksheet>"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1' t='?'><v>1</v></c></row></sheetData></worksheet>"),
        (SHEET, f"{HEADER}<sheetData><row r='1'><c r='A1' s='x'><v>1</v></c></row></sheetData></worksheet>"),
        (SHEET, "\x00\x01\x02"),
        (SHEET, ""),
    ],
)
def test_a_broken_part_is_damage(
    part: str, content: str | None, rebuilt: Callable[..., Path], refused: Callable[..., str]
) -> None:
    assert "is damaged" in refused(rebuilt({part: content}))


def test_damage_at_the_end_of_a_sheet_stores_none_of_it(
    sheet: Callable[[str], Path], refused: Callable[..., str]
) -> None:
    rows = "".join(PERSON.format(row) for row in range(2, 3000))
    assert "is damaged" in refused(sheet(HEADINGS + rows + "<row r='oops'/>"))


def test_a_workbook_without_styles_is_read(rebuilt: Callable[..., Path], good: Path, house: House) -> None:
    types = parts_of(good)["[Content_Types].xml"].decode()
    types = re.sub(r'<Override PartName="/xl/styles.xml"[^>]*/>', "", types)
    rows = HEADINGS + PERSON.format(2)
    path = rebuilt(
        {
            "xl/styles.xml": None,
            "[Content_Types].xml": types,
            SHEET: f"{HEADER}<sheetData>{rows}</sheetData></worksheet>",
            "xl/worksheets/sheet2.xml": f"{HEADER}<sheetData/></worksheet>",
        }
    )
    house.bring(path)
    assert house.venue.employees.count() == 1


def test_a_date_that_excel_can_not_show_is_a_fault_of_its_cell(
    sheet: Callable[[str], Path], good: Path, refused: Callable[..., str]
) -> None:
    style = re.search(rb'<c r="C2" s="(\d+)"', parts_of(good)[SHEET])
    assert style is not None
    row = PERSON.format(2).replace(
        '<c r="C2" t="inlineStr"><is><t>2025-01-01</t></is></c>', f'<c r="C2" s="{int(style[1])}"><v>99999999</v></c>'
    )
    assert refused(sheet(HEADINGS + row)).startswith("员工!2 入职日期: «99999999» is no date")


def test_a_prefix_for_the_namespace_is_read(rebuilt: Callable[..., Path], house: House) -> None:
    rows = re.sub(r"<(/?)(\w)", r"<\1x:\2", HEADINGS + PERSON.format(2))
    house.bring(rebuilt({SHEET: f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'}))
    assert house.venue.employees.count() == 1


def test_rich_text_is_read_and_its_reading_aid_left_out(sheet: Callable[[str], Path], house: House) -> None:
    rich = "<is><r><t>张</t></r><r><t>三</t></r><rPh sb='0' eb='1'><t>zhang</t></rPh></is>"
    house.bring(sheet(HEADINGS + PERSON.format(2).replace("<is><t>名</t></is>", rich)))
    assert house.venue.employees.get().name == "张三"


# --- bombs ------------------------------------------------------------------------------------------------
def entities(deep: int = 30) -> str:
    lines = ['<!ENTITY e0 "ha">', *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, deep))]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_entities_that_multiply_are_refused(part: str, rebuilt: Callable[..., Path], good: Path) -> None:
    content = parts_of(good).get(part, b"").decode()
    body = re.sub(r"<\?xml[^>]*\?>", "", content)
    assert "is damaged" in refused_apart(
        rebuilt({part: entities() + re.sub(r"(<\w+[^>]*[^/]>)", r"\1&e29;", body, count=1)})
    )


def test_an_entity_that_names_a_file_is_refused(
    sheet: Callable[[str], Path], rebuilt: Callable[..., Path], refused: Callable[..., str]
) -> None:
    told = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>{HEADER[21:]}'
    rows = HEADINGS + PERSON.format(2).replace("名", "&f;")
    assert "is damaged" in refused(rebuilt({SHEET: f"{told}<sheetData>{rows}</sheetData></worksheet>"}))


class _Deflated:
    """Deflates each piece by itself: one that comes again and again is deflated once."""

    def __init__(self, deflate: Any) -> None:
        self.deflate, self.known = deflate, dict[bytes, bytes]()

    def compress(self, piece: bytes) -> bytes:
        if piece not in self.known:
            self.known[piece] = self.deflate.compress(piece) + self.deflate.flush(zlib.Z_FULL_FLUSH)
        return self.known[piece]

    def flush(self) -> bytes:
        end: bytes = self.deflate.flush()
        return end


def _stream(path: Path, good: Path, name: str, pieces: Iterator[bytes], *, are_alike: bool = False) -> Path:
    """The good workbook with one part written piece by piece; pieces that ``are_alike`` are deflated once."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in parts_of(good).items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as part:
            if are_alike:
                vars(part)["_compressor"] = _Deflated(vars(part)["_compressor"])
            for piece in pieces:
                part.write(piece)
    return path


def test_a_gigabyte_of_zeros_in_a_sheet_is_too_large(tmp_path: Path, good: Path) -> None:
    zeros = bytes(16 * 1024 * 1024)
    path = _stream(tmp_path / "bomb.xlsx", good, SHEET, (zeros for _time in range(64)), are_alike=True)
    assert "is too large" in refused_apart(path)


@pytest.mark.parametrize("name", [SHEET, "[Content_Types].xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_an_archive_that_lies_about_its_sizes_is_refused(name: str, tmp_path: Path, good: Path) -> None:
    zeros = bytes(16 * 1024 * 1024)
    path = _stream(tmp_path / "bomb.xlsx", good, name, (zeros for _time in range(32)), are_alike=True)
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02" + content[content.rindex(name.encode()) - 42 : content.rindex(name.encode())])
    content[start + 16 : start + 20] = struct.pack("<L", zlib.crc32(bytes(1000)))
    content[start + 24 : start + 28] = struct.pack("<L", 1000)
    path.write_bytes(content)
    refused_apart(path)


def test_more_entries_than_a_workbook_has_are_refused(tmp_path: Path, good: Path) -> None:
    parts = parts_of(good) | {f"xl/media/{place}.png": b"" for place in range(MAX_ENTRIES)}
    assert "is too large" in refused_apart(pack(tmp_path / "many.xlsx", parts))


def test_a_file_larger_than_what_it_may_unpack_to_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(60 * 1024 * 1024)
    assert "is too large" in refused_apart(path)


def _rows(count: int, row: str) -> str:
    return HEADINGS + PERSON.format(2) + "".join(row.format(number) for number in range(3, count))


@pytest.mark.parametrize(
    "row", ["<row/>", '<row r="{0}"/>', '<row r="{0}" ht="15"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>']
)
def test_a_million_empty_rows_are_refused(row: str, sheet: Callable[[str], Path]) -> None:
    said = refused_apart(sheet(_rows(1_000_000 if len(row) < 20 else 300_000, row)))
    assert "too large" in said or "员工 has more than 2,000 empty rows one after another; delete them" in said


def test_empty_rows_numbered_in_earnest_are_told_by_their_sheet(
    sheet: Callable[[str], Path], refused: Callable[..., str]
) -> None:
    said = refused(sheet(_rows(3_000, '<row r="{0}"/>')))
    assert said == "员工 has more than 2,000 empty rows one after another; delete them."


def test_a_row_a_million_rows_further_down_is_refused(
    sheet: Callable[[str], Path], refused: Callable[..., str]
) -> None:
    said = refused(sheet(HEADINGS + PERSON.format(2) + PERSON.format(1_048_576)))
    assert said == "员工 has more than 2,000 empty rows one after another; delete them."


def test_a_few_empty_rows_in_between_and_after_are_no_fault(sheet: Callable[[str], Path], house: House) -> None:
    rows = HEADINGS + PERSON.format(2) + '<row r="3"/>' + PERSON.format(1500) + '<row r="1501"/><row r="1048576"/>'
    house.bring(sheet(rows))
    assert house.venue.employees.count() == 2


@pytest.mark.parametrize("said", ["A1", "A1:XFD1048576", "A1:A99999999999", "A1:ZZZZ9", "nonsense", ""])
def test_what_a_sheet_says_of_its_size_does_not_matter(said: str, rebuilt: Callable[..., Path], house: House) -> None:
    rows = HEADINGS + PERSON.format(2) + PERSON.format(3)
    path = rebuilt({SHEET: f'{HEADER}<dimension ref="{said}"/><sheetData>{rows}</sheetData></worksheet>'})
    with counted() as work:
        house.bring(path)
    assert work.unpacked < 2 * sum(map(len, parts_of(path).values()))  # each part once, openpyxl's own once more
    assert house.venue.employees.count() == 2


def test_more_rows_than_allowed_are_refused(tmp_path: Path, good: Path) -> None:
    row = "<row><c><v>{0}</v></c></row>"
    pieces = (HEADER, "<sheetData>", HEADINGS, "".join(row.format(number) for number in range(MAX_ROWS + 1)))
    path = _stream(tmp_path / "rows.xlsx", good, SHEET, (piece.encode() for piece in pieces))
    assert refused_apart(path) == "rows.xlsx has more than 200,000 rows; split it into several files."


def test_the_rows_of_all_sheets_count_together(tmp_path: Path, good: Path) -> None:
    rows = "".join(f"<row><c><v>{number}</v></c></row>" for number in range(MAX_ROWS // 2 + 1))
    content = f"{HEADER}<sheetData>{HEADINGS}{rows}</sheetData></worksheet>".encode()
    parts = parts_of(good) | {SHEET: content, "xl/worksheets/sheet2.xml": content}
    assert "more than 200,000 rows" in refused_apart(pack(tmp_path / "rows.xlsx", parts))


def _noise(count: int) -> bytes:
    """What does not shrink: it hides a bomb from a look at the ratio."""
    return b"<!--" + random.Random(1).randbytes(count).hex().encode() + b"-->"


@pytest.mark.parametrize(
    ("part", "head", "piece", "times"),
    [
        (SHEET, f"{HEADER}<sheetData><row>", "<c/>", 8_000_000),
        (SHEET, f"{HEADER}<sheetData><row>", "<c><v>1</v></c>", 2_500_000),
        (SHEET, f"{HEADER}<sheetData>", "<x/>", 8_000_000),
        (SHEET, f"{HEADER}<sheetData>", "<x>", 8_000_000),
        (SHEET, f"{HEADER}<sheetData><row><c><v>", "1234567890", 4_000_000),
        (SHEET, f"{HEADER}<sheetData><row><c ", "a='' ", 8_000_000),
        (SHEET, HEADER, '<dataValidation sqref="A1"/>', 1_500_000),
        ("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">', "<si/>", 6_000_000),
        ("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>', "1234567890", 4_000_000),
        ("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>', "<xf/>", 6_000_000),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}"><sheets>', "<sheet/>", 5_000_000),
        ("[Content_Types].xml", "<Types>", "<Default/>", 4_000_000),
    ],
    ids=[
        "cells",
        "values",
        "unknown",
        "nested",
        "text",
        "attributes",
        "validations",
        "shared",
        "shared-text",
        "styles",
        "sheets",
        "types",
    ],
)
def test_a_bomb_within_the_size_allowed_takes_neither_memory_nor_time(
    part: str, head: str, piece: str, times: int, tmp_path: Path, good: Path
) -> None:
    pieces = iter([head.encode(), *([(piece * (times // 20)).encode()] * 20), _noise(150_000)])
    refused_apart(_stream(tmp_path / "bomb.xlsx", good, part, pieces))


def test_a_large_workbook_is_read_in_bounded_memory(tmp_path: Path, good: Path) -> None:
    rows = (PERSON.format(number).encode() for number in range(2, 60_000))
    head, tail = f"{HEADER}<sheetData>{HEADINGS}".encode(), b"</sheetData></worksheet>"
    path = _stream(tmp_path / "large.xlsx", good, SHEET, iter([head, *rows, tail]))
    told = read_apart(path)
    assert told["said"] == ""
    assert told["rows"] == 59_999 + 2
    assert told["mb"] < MEMORY_MB
