"""The year to date: what each person sold and was paid, by the months' current payslips."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from commissions.models import Payslip
from dashboards.reports.parts import Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, listed
from pages.figures import said
from pages.tables import holds
from rulebook.calendar import CalendarMonth
from rulebook.pay import FIGURE, PayslipFigure
from storage.money import MoneySum
from storage.spreadsheets import MONEY, NUMBER, TEXT

_BY_MONTH = "month"
_HERE, _LEFT = "here", "left"
_SUMS = {
    "sales": "",
    "base": "desk wide",
    "commission": "desk",
    "bonus": "desk wide",
    "fines": "desk",
    "deductions": "desk",
    "withheld": "desk wide",
    "deposit": "desk wide",
    "net": "",
}
"""The figures of payslips that are added up, and on which screens they stand."""


def _in_yuan(figure: PayslipFigure) -> str:
    return _("%(figure)s (yuan)") % {"figure": said(figure.label)}


_FIGURES = [
    ReportColumn(
        name=name, label=lazy(_in_yuan, str)(FIGURE[name]), format=MONEY, width=14, look=look, sorts="-", is_added=True
    )
    for name, look in _SUMS.items()
]
_PEOPLE = (
    ReportColumn(name="name", label=gettext_lazy("Name"), width=12, look=""),
    ReportColumn(name="number", label=gettext_lazy("Staff number"), width=11, sorts=""),
    ReportColumn(
        name="months", label=pgettext_lazy("how many", "Months"), format=NUMBER, width=7, look="desk", sorts="-"
    ),
    *_FIGURES,
)
_MONTHS = (
    ReportColumn(name="month", label=gettext_lazy("Month"), format=TEXT, width=9, look="", sorts=""),
    ReportColumn(name="people", label=gettext_lazy("People"), format=NUMBER, width=7, look="desk", sorts="-"),
    *_FIGURES,
)


def months_of_year(question: Question) -> list[CalendarMonth]:
    """The months of the year through the one asked for."""
    return [CalendarMonth(question.month.year, number) for number in range(1, question.month.number + 1)]


def payslips_of_year(question: Question) -> QuerySet[Payslip]:
    """The payslips of these months' current runs."""
    months = months_of_year(question)
    return Payslip.objects.filter(
        run__is_current=True,
        run__month__venue=question.venue,
        run__month__first_day__range=(months[0].first, months[-1].first),
    )


def _answer(question: Question) -> Answer:
    found = payslips_of_year(question)
    if words := question.words():
        found = found.filter(holds(words, "employee__name", "employee__number", "employee__name_pinyin"))
    here = Q(employee__left_on=None) | Q(employee__left_on__gt=question.month.last)
    if status := question.given.get("status"):
        found = found.filter(here if status == _HERE else ~here)
    sums: dict[str, Any] = {f"sum_{name}": MoneySum(name) for name in _SUMS}
    if question.given.get("by") == _BY_MONTH:
        by_month: Any = found.order_by().values("run__month__first_day").annotate(count=Count("pk"), **sums)
        months = [
            ReportRow(
                [str(CalendarMonth.of(row["run__month__first_day"])), row["count"], *(row[name] for name in sums)]
            )
            for row in by_month
        ]
        return listed(_MONTHS, months, question)
    keys = ("employee_id", "employee__name", "employee__number")
    by_person = found.order_by("employee__number").values(*keys).annotate(count=Count("pk"), **sums)
    people = [
        ReportRow(
            [row["employee__name"], row["employee__number"], row["count"], *(row[name] for name in sums)],
            row["employee_id"],
        )
        for row in by_person
    ]
    return listed(_PEOPLE, people, question)


def _columns(question: Question) -> Sequence[ReportColumn]:
    return _MONTHS if question.given.get("by") == _BY_MONTH else _PEOPLE


YEAR = ReportKind(
    slug="year",
    title=gettext_lazy("Year to date"),
    about=gettext_lazy("What each sold and was paid since January, by the payslips that stand; also month by month."),
    icon="banknotes",
    filters=(
        Filter("q", gettext_lazy("Name or number")),
        Filter(
            "status",
            gettext_lazy("Everybody"),
            lambda: [(_HERE, _("Still employed")), (_LEFT, _("Have left"))],
        ),
        Filter("by", gettext_lazy("By person"), lambda: [(_BY_MONTH, _("By month"))]),
    ),
    default="number",
    answer=_answer,
    columns=_columns,
    is_of_year=True,
)
