"""The payroll workbook that goes out: one generator of rows a sheet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bookings.words import reasons_text
from commissions.errors import NotComputed
from commissions.explain import hint_texts, item_text, line_text
from commissions.models import PayrollRun
from commissions.selectors import lines_of, payslips_of, sale_lines_of
from rulebook.money import ZERO
from storage import spreadsheets
from storage.spreadsheets import DAY, MONEY, NUMBER, TEXT, Column, write_sheets
from venues.models import Month


@dataclass(frozen=True)
class Sheet:
    """A sheet of every run: its columns, and where its rows come from."""

    title: str
    columns: tuple[Column, ...]
    rows: Callable[[PayrollRun], Iterable[list[Any]]]
    ends_with_sum: bool = False


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
        ends_with_sum=True,
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
    _write(run, SHEETS, path)


def write_transfers(run: PayrollRun, path: Path) -> None:
    """Write the sheet for the bank alone (代发), of a locked month: a draft is never paid from."""
    if run.month.state == Month.State.OPEN:
        raise NotComputed(
            _("%(month)s is not locked; the sheet for the bank is made of what is frozen.")
            % {"month": run.month.calendar_month}
        )
    _write(run, [one for one in SHEETS if one.rows is _transfer_rows], path)


def _write(run: PayrollRun, chosen: Iterable[Sheet], path: Path) -> None:
    sheets = (spreadsheets.Sheet(one.title, one.columns, one.rows(run), one.ends_with_sum) for one in chosen)
    month = str(run.month.calendar_month)
    write_sheets(path, sheets, house=run.month.venue.name, span=month, check=lambda: _refuse_replaced(run))


def _refuse_replaced(run: PayrollRun) -> None:
    if not PayrollRun.objects.filter(pk=run.pk, is_current=True).exists():
        raise NotComputed(_("The month was computed anew while it was written; export it again."))
