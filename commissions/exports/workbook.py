"""Write the payroll workbook: one generator of rows a sheet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from attendance.days import Mark, attended
from bookings.eligibility.reasons import reasons_text
from commissions.errors import NotComputed
from commissions.models import PayrollRun, Payslip
from commissions.month.review import GENERAL
from commissions.payslips.texts import hint_text, item_text, line_text
from commissions.selectors import lines_of, payslips_of, sale_lines_of
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from rulebook.pay import FIGURE, FIGURES, PayslipFigure
from staff.models import Employee
from storage import spreadsheets
from storage.spreadsheets import DAY, MONEY, NUMBER, SIGN, TEXT, Column, Note, PageSetup, write_sheets
from venues.models import Month
from venues.selectors import event_days_of
from violations.ledger.inputs import employment_facts

Rows = Iterator[list[Any] | Note]


@dataclass
class Exported:
    """A run that goes out, its payslips read once for all sheets."""

    run: PayrollRun

    @property
    def month(self) -> CalendarMonth:
        return self.run.month.calendar_month

    @cached_property
    def payslips(self) -> list[Payslip]:
        return payslips_of(self.run)

    @cached_property
    def shared_hints(self) -> list[list[Any]]:
        """What is told of everybody alike, since it is told of the month."""
        first = self.payslips[0].hints if self.payslips else []
        return [told for told in first if told[0] in GENERAL and all(told in one.hints for one in self.payslips)]


@dataclass(frozen=True)
class PayrollSheet:
    """A sheet of every run: its columns, where its rows come from, how it is printed."""

    title: str
    columns: Callable[[CalendarMonth], tuple[Column, ...]]
    rows: Callable[[Exported], Rows]
    ends_with_sum: bool = False
    paper: PageSetup = field(default_factory=PageSetup)


_STATUSES = {"active": "在职", "probation": "试用", "resigned": "辞职", "dismissed": "开除"}
_DAY_COUNTS = [figure for figure in FIGURES if not figure.is_money]
_EARNED = [figure for figure in FIGURES if figure.is_earned]
_TAKEN = [figure for figure in FIGURES if figure.is_money and not figure.is_earned]
_SIGNED_FOR = [FIGURE[name] for name in ("gross", "deductions", "withheld", "net")]
_SIGNS = {
    Mark.WORKED: ("√", "出勤"),
    Mark.REST: ("休", "休息"),
    Mark.ABSENCE: ("旷", "旷工"),
    Mark.PERSONAL: ("事", "事假"),
    Mark.SICK: ("病", "病假"),
    Mark.STATUTORY: ("法", "法定假"),
    Mark.LATE: ("迟", "迟到"),
    Mark.EARLY: ("早", "早退"),
    Mark.EXCEPTION: ("缺", "缺卡"),
}


class _Sums:
    """Figures of payslips, and what they come to."""

    def __init__(self, figures: Iterable[PayslipFigure]) -> None:
        self.fields = [figure.name for figure in figures]
        self.totals: list[Any] = [0] * len(self.fields)

    def of(self, payslip: Payslip) -> list[Any]:
        figures = [getattr(payslip, field) for field in self.fields]
        self.totals = [total + figure for total, figure in zip(self.totals, figures, strict=True)]
        return figures


def _payroll_rows(exported: Exported) -> Rows:
    sums = _Sums(FIGURES)
    for payslip in exported.payslips:
        hints = [hint_text(*told) for told in payslip.hints if told not in exported.shared_hints]
        yield [
            payslip.number, payslip.name, _STATUSES[payslip.status], *sums.of(payslip), payslip.pay_date,
            _("; ").join(hints),
        ]  # fmt: skip
    yield ["合计", None, None, *sums.totals, None, None]
    for told in exported.shared_hints:
        yield Note(capfirst(hint_text(*told)))


def _line_rows(exported: Exported) -> Rows:
    for line in lines_of(exported.run):
        yield [
            line.number, line.name, line.business_day, line.article, item_text(line), line.amount, line_text(line),
        ]  # fmt: skip


def _signing_rows(exported: Exported) -> Rows:
    sums = _Sums(_SIGNED_FOR)
    for place, payslip in enumerate(exported.payslips, 1):
        yield [place, payslip.number, payslip.name, *sums.of(payslip), None]
    yield ["合计", None, None, *sums.totals, None]


def _attendance_rows(exported: Exported) -> Rows:
    """The days as their facts stand, the sums as they were computed: they differ only where a draft is stale."""
    run, month = exported.run, exported.month
    people = Employee.objects.filter(payslips__run=run)
    days = attended(
        run.month.venue,
        month,
        run.provisional_day or month.last,
        {person.pk: employment_facts(person) for person in people},
        events=event_days_of(run.month.venue, month),
        policy=run.policy_version.policy,
    )
    signs = {mark.value: sign for mark, (sign, _word) in _SIGNS.items()}
    for payslip in exported.payslips:
        counts = [getattr(payslip, figure.name) for figure in _DAY_COUNTS]
        yield [payslip.number, payslip.name, *map(signs.get, days[payslip.employee_id].marks), *counts]


def _transfer_rows(exported: Exported) -> Rows:
    note = _("Wages %(month)s") % {"month": month_shown(exported.month)}
    for payslip in exported.payslips:
        if payslip.net > 0:
            yield [payslip.name, payslip.bank_account, payslip.bank_name, payslip.net, note]


def _booking_rows(exported: Exported) -> Rows:
    for sale in sale_lines_of(exported.run):
        yield [
            sale.booking, sale.business_day, sale.number, sale.name, sale.table, sale.spend,
            "否" if sale.reasons else "是", reasons_text(sale.reasons),
        ]  # fmt: skip


def _same(*columns: Column) -> Callable[[CalendarMonth], tuple[Column, ...]]:
    return lambda _month: columns


def _attendance_columns(month: CalendarMonth) -> tuple[Column, ...]:
    return (
        ("工号", TEXT, 8),
        ("姓名", TEXT, 8),
        *((str(number), SIGN, 2.5) for number in range(1, month.length + 1)),
        *((figure.heading, NUMBER, 4) for figure in _DAY_COUNTS),
    )


SHEETS = (
    PayrollSheet(
        "工资表",
        _same(
            ("工号", TEXT, 10), ("姓名", TEXT, 10), ("状态", TEXT, 7),
            *((figure.heading, NUMBER, 6.3) for figure in _DAY_COUNTS),
            *((figure.heading, MONEY, 11) for figure in (*_EARNED, *_TAKEN)),
            ("发放日", DAY, 11), ("提示", TEXT, 34),
        ),
        _payroll_rows,
        ends_with_sum=True,
        paper=PageSetup(breaks=(3 + len(_DAY_COUNTS) + len(_EARNED),), repeated=2, row_height=20),
    ),
    PayrollSheet(
        "工资明细",
        _same(
            ("工号", TEXT, 11), ("姓名", TEXT, 12), ("日期", DAY, 12), ("条款", TEXT, 10), ("项目", TEXT, 16),
            ("金额", MONEY, 12), ("说明", TEXT, 60),
        ),
        _line_rows,
    ),
    PayrollSheet(
        "签收表",
        _same(
            ("序号", NUMBER, 7), ("工号", TEXT, 12), ("姓名", TEXT, 18),
            *((figure.heading, MONEY, 15) for figure in _SIGNED_FOR),
            ("签名", TEXT, 32),
        ),
        _signing_rows,
        ends_with_sum=True,
        paper=PageSetup(row_height=24, has_borders=True),
    ),
    PayrollSheet(
        "考勤表",
        _attendance_columns,
        _attendance_rows,
        paper=PageSetup(repeated=2, row_height=18, foot="  ".join(f"{sign} {word}" for sign, word in _SIGNS.values())),
    ),
    PayrollSheet(
        "代发",
        _same(
            ("姓名", TEXT, 12), ("银行卡号", TEXT, 24), ("开户行", TEXT, 24), ("金额", MONEY, 14), ("备注", TEXT, 20)
        ),
        _transfer_rows,
    ),
    PayrollSheet(
        "订台业绩",
        _same(
            ("订台号", TEXT, 14), ("营业日", DAY, 12), ("工号", TEXT, 11), ("姓名", TEXT, 12), ("台号", TEXT, 8),
            ("消费金额", MONEY, 12), ("是否计入", TEXT, 9), ("原因", TEXT, 50),
        ),
        _booking_rows,
    ),
)  # fmt: skip


def sheets_of(run: PayrollRun, chosen: Iterable[PayrollSheet] = SHEETS) -> Iterator[spreadsheets.Sheet]:
    """A run's sheets, whose rows are read as they are written."""
    exported = Exported(run)
    for one in chosen:
        columns = one.columns(exported.month)
        yield spreadsheets.Sheet(one.title, columns, one.rows(exported), one.ends_with_sum, one.paper)


def write_payroll(run: PayrollRun, path: Path) -> None:
    """Write a run's workbook; a file that is there is replaced whole, or not at all."""
    _write(run, SHEETS, path)


def write_transfers(run: PayrollRun, path: Path) -> None:
    """Write the sheet for the bank alone (代发), of a locked month: a draft is never paid from."""
    if run.month.state == Month.State.OPEN:
        raise NotComputed(
            _("%(month)s is not locked; the sheet for the bank is made of what is frozen.")
            % {"month": month_shown(run.month.calendar_month)}
        )
    _write(run, [one for one in SHEETS if one.rows is _transfer_rows], path)


def _write(run: PayrollRun, chosen: Iterable[PayrollSheet], path: Path) -> None:
    month = run.month
    sheets = sheets_of(run, chosen)
    span = str(month.calendar_month)
    write_sheets(path, sheets, house=month.venue.name, span=span, check=lambda: _refuse_replaced(run))


def _refuse_replaced(run: PayrollRun) -> None:
    if not PayrollRun.objects.filter(pk=run.pk, is_current=True).exists():
        raise NotComputed(_("The month was computed anew while it was written; export it again."))
