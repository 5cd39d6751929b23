"""The payroll workbook that goes out: one generator of rows a sheet, written by one writer."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bookings.words import reasons_text
from commissions.errors import NotComputed
from commissions.explain import hint_texts, item_text, line_text
from commissions.models import PayrollRun
from commissions.selectors import lines_of, payslips_of, sale_lines_of
from rulebook.money import ZERO

TEXT, MONEY, DAY, NUMBER = "@", "#,##0.00", "yyyy-mm-dd", "0"
_FORMULA_STARTS = ("=", "+", "-", "@")
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E7ECF0")
_HEAD_ALIGNMENT = Alignment(horizontal="center", vertical="center")


@dataclass(frozen=True)
class Sheet:
    """A sheet going out: its columns as (heading, number format, width), and where its rows come from."""

    title: str
    columns: tuple[tuple[str, str, int], ...]
    rows: Callable[[PayrollRun], Iterable[list[Any]]]


_STATUSES = {"active": "在职", "probation": "试用", "resigned": "辞职", "dismissed": "开除"}
_PAYROLL_SUMS = (
    ("应出勤", "expected_days", NUMBER),
    ("实出勤", "worked_days", NUMBER),
    ("休息", "rest_days", NUMBER),
    ("旷工", "absence_days", NUMBER),
    ("事假", "personal_leave_days", NUMBER),
    ("病假", "sick_leave_days", NUMBER),
    ("法定假", "statutory_leave_days", NUMBER),
    ("计入业绩", "sales", MONEY),
    ("任务", "target", MONEY),
    ("底薪", "base", MONEY),
    ("提成", "commission", MONEY),
    ("奖金", "bonus", MONEY),
    ("应发合计", "gross", MONEY),
    ("罚款", "fines", MONEY),
    ("上月结转", "carried_in", MONEY),
    ("扣款合计", "deductions", MONEY),
    ("代扣", "withheld", MONEY),
    ("结转下月", "carried_out", MONEY),
    ("押金退还", "deposit", MONEY),
    ("实发", "net", MONEY),
)


def _payroll_rows(run: PayrollRun) -> Iterator[list[Any]]:
    fields = [field for _heading, field, _format in _PAYROLL_SUMS]
    sums: list[Any] = [0 if number == NUMBER else ZERO for _heading, _field, number in _PAYROLL_SUMS]
    for payslip in payslips_of(run):
        figures = [getattr(payslip, field) for field in fields]
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        hints = _("; ").join(hint_texts(payslip))
        yield [payslip.number, payslip.name, _STATUSES[payslip.status], *figures, payslip.pay_date, hints]
    yield ["合计", None, None, *sums, None, None]


def _line_rows(run: PayrollRun) -> Iterator[list[Any]]:
    for line in lines_of(run):
        yield [
            line.number, line.name, line.business_day, line.article, item_text(line), line.amount, line_text(line),
        ]  # fmt: skip


def _transfer_rows(run: PayrollRun) -> Iterator[list[Any]]:
    note = _("Wages %(month)s") % {"month": run.month.calendar_month}
    for payslip in payslips_of(run):
        if payslip.net > 0:
            yield [payslip.name, payslip.bank_account, payslip.bank_name, payslip.net, note]


def _booking_rows(run: PayrollRun) -> Iterator[list[Any]]:
    for sale in sale_lines_of(run):
        yield [
            sale.booking, sale.business_day, sale.number, sale.name, sale.table, sale.spend,
            "否" if sale.reasons else "是", reasons_text(sale.reasons),
        ]  # fmt: skip


SHEETS = (
    Sheet(
        "工资表",
        (
            ("工号", TEXT, 11),
            ("姓名", TEXT, 12),
            ("状态", TEXT, 7),
            *((heading, number, 8 if number == NUMBER else 12) for heading, _field, number in _PAYROLL_SUMS),
            ("发放日", DAY, 12),
            ("提示", TEXT, 60),
        ),
        _payroll_rows,
    ),
    Sheet(
        "工资明细",
        (
            ("工号", TEXT, 11), ("姓名", TEXT, 12), ("日期", DAY, 12), ("条款", TEXT, 10), ("项目", TEXT, 16),
            ("金额", MONEY, 12), ("说明", TEXT, 60),
        ),
        _line_rows,
    ),
    Sheet(
        "代发",
        (("姓名", TEXT, 12), ("银行卡号", TEXT, 24), ("开户行", TEXT, 24), ("金额", MONEY, 14), ("备注", TEXT, 20)),
        _transfer_rows,
    ),
    Sheet(
        "订台业绩",
        (
            ("订台号", TEXT, 14), ("营业日", DAY, 12), ("工号", TEXT, 11), ("姓名", TEXT, 12), ("台号", TEXT, 8),
            ("消费金额", MONEY, 12), ("是否计入", TEXT, 9), ("原因", TEXT, 50),
        ),
        _booking_rows,
    ),
)  # fmt: skip


def write_payroll(run: PayrollRun, path: Path) -> None:
    """Write a run's workbook; a file that is there is replaced whole, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".xlsx", delete=False) as draft:
        partial = Path(draft.name)
    try:
        book = Workbook(write_only=True)
        for sheet in SHEETS:
            _write_sheet(book, sheet, run)
        book.save(partial)
        if not PayrollRun.objects.filter(pk=run.pk, is_current=True).exists():
            raise NotComputed(_("The month was computed anew while it was written; export it again."))
        partial.chmod(0o640)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_sheet(book: Workbook, sheet: Sheet, run: PayrollRun) -> None:
    page: Any = book.create_sheet(sheet.title)
    last = get_column_letter(len(sheet.columns))
    page.freeze_panes = "A2"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    page.oddHeader.left.text = _header_text(run.month.venue.name)
    page.oddHeader.center.text = sheet.title
    page.oddHeader.right.text = str(run.month.calendar_month)
    page.oddFooter.center.text = "&P / &N"
    for place, (_heading, _format, width) in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.append([_head_cell(page, heading) for heading, _format, _width in sheet.columns])
    formats = [number for _heading, number, _width in sheet.columns]
    rows = 1
    for row in sheet.rows(run):
        page.append([_cell(page, value, number) for value, number in zip(row, formats, strict=True)])
        rows += 1
    filtered = rows - 1 if sheet.title == "工资表" else rows
    page.auto_filter.ref = f"A1:{last}{max(filtered, 1)}"


def _head_cell(page: Any, heading: str) -> Any:
    cell = WriteOnlyCell(page, heading)
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    return cell


def _cell(page: Any, value: str | int | Decimal | date | None, number: str) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        cell: Any = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        cell.number_format = number
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(_FORMULA_STARTS) and text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _header_text(text: str) -> str:
    """A page header reads ``&`` as a code; doubled it is itself."""
    return ILLEGAL_CHARACTERS_RE.sub("", text).replace("&", "&&")
