"""Sales: every booking of the month as the payroll counts it."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from bookings.eligibility.reasons import reason_words, reasons_text
from commissions.models import SaleLine
from dashboards.reports.parts import Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, cut
from pages.tables import holds
from rulebook.sales import NotCounted
from storage.money import MoneySum
from storage.spreadsheets import DAY, MONEY

_COUNTS, _NOT = "yes", "no"
_COLUMNS = (
    ReportColumn(name="name", label=gettext_lazy("Name"), width=12, look="", sorts=""),
    ReportColumn(name="day", label=gettext_lazy("Business day"), format=DAY, width=12, sorts="-"),
    ReportColumn(name="number", label=gettext_lazy("Staff number"), width=11, look="desk wide"),
    ReportColumn(name="booking", label=pgettext_lazy("number", "Booking"), width=14, look="desk wide"),
    ReportColumn(name="table", label=gettext_lazy("Table"), width=8),
    ReportColumn(
        name="spend", label=gettext_lazy("Spend (yuan)"), format=MONEY, width=12, look="desk", sorts="-", is_added=True
    ),
    ReportColumn(
        name="counted", label=gettext_lazy("Counted (yuan)"), format=MONEY, width=12, look="", sorts="-", is_added=True
    ),
    ReportColumn(name="counts", label=gettext_lazy("Counts"), width=9, look="desk wide"),
    ReportColumn(name="why", label=gettext_lazy("Why it does not count"), width=44, look="desk"),
)
_SORTED_BY = {"day": "booking__business_day", "name": "payslip__number", "spend": "booking__spend", "counted": "amount"}


def _answer(question: Question) -> Answer:
    found = SaleLine.objects.filter(payslip__run=question.run)
    if words := question.words():
        found = found.filter(holds(words, "payslip__name", "payslip__number", "payslip__employee__name_pinyin"))
    counts = question.given.get("counts")
    if counts:
        found = found.filter(reasons="") if counts == _COUNTS else found.exclude(reasons="")
    if reason := question.given.get("reason"):
        found = found.filter(reasons__contains=reason)
    sums = found.order_by().aggregate(spend=MoneySum("booking__spend"), counted=MoneySum("amount"))
    sign = "-" if question.is_descending else ""
    rows = found.order_by(
        f"{sign}{_SORTED_BY[question.sort]}", "booking__business_day", "booking__number"
    ).values_list(
        "payslip__name", "booking__business_day", "payslip__number", "booking__number", "booking__table",
        "booking__spend", "amount", "reasons", "payslip__employee_id",
    )  # fmt: skip

    def shape(row: Any) -> ReportRow:
        *values, reasons, employee = row
        return ReportRow([*values, _("no") if reasons else _("yes"), reasons_text(reasons)], employee, question.month)

    return Answer(_COLUMNS, found.count(), cut(rows, shape), sums)


SALES = ReportKind(
    slug="sales",
    title=gettext_lazy("Sales"),
    about=gettext_lazy("Every booking of the month: what it counts, and why where it counts nothing."),
    icon="chart-bar",
    filters=(
        Filter("q", gettext_lazy("Name or number")),
        Filter("counts", gettext_lazy("All bookings"), lambda: [(_COUNTS, _("Counts")), (_NOT, _("Does not count"))]),
        Filter(
            "reason",
            gettext_lazy("Every reason"),
            lambda: [(str(reason), reason_words([reason])[0]) for reason in NotCounted],
        ),
    ),
    default="-day",
    answer=_answer,
    columns=lambda _question: _COLUMNS,
)
