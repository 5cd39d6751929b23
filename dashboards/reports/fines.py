"""Fines: the month's ledger, fine by fine."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from commissions.payslips.texts import fine_text, title_of
from dashboards.ledger.selectors import CHARGED, SORTS, LedgerFilter, article_choices, ledger_of, ordered, state_text
from dashboards.reports.parts import Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, cut
from rulebook.money import ZERO
from storage.money import MoneySum
from storage.spreadsheets import DAY, MONEY
from violations.models import Penalty

State = Penalty.State
_COLUMNS = (
    ReportColumn(name="name", label=gettext_lazy("Name"), width=12, look=""),
    ReportColumn(name="day", label=gettext_lazy("Business day"), format=DAY, width=12, sorts="-"),
    ReportColumn(name="person", label=gettext_lazy("Staff number"), width=11, look="desk wide", sorts=""),
    ReportColumn(name="article", label=gettext_lazy("Article"), width=8, sorts=""),
    ReportColumn(name="what", label=pgettext_lazy("fine", "What"), width=16),
    ReportColumn(name="ground", label=gettext_lazy("Ground"), width=44, look="desk wide"),
    ReportColumn(name="state", label=gettext_lazy("State"), width=12),
    ReportColumn(name="amount", label=gettext_lazy("Fine (yuan)"), format=MONEY, width=12, sorts="-", is_added=True),
    ReportColumn(name="charged", label=gettext_lazy("Charged (yuan)"), format=MONEY, width=12, look="", is_added=True),
    ReportColumn(name="reason", label=gettext_lazy("Reason of the waiver"), width=30, look="desk wide"),
)


def _answer(question: Question) -> Answer:
    found = LedgerFilter(dict(question.given), ledger_of(question.venue, question.month)).qs
    sums = found.order_by().aggregate(whole=MoneySum("amount"), charged=MoneySum("amount", filter=CHARGED))
    sort = question.sort if question.sort in SORTS else "day"
    rows = ordered(found, sort, is_descending=question.is_descending).values_list(
        "employee__name", "business_day", "employee__number", "article", "basis", "state", "amount", "waiver_reason",
        "employee_id",
    )  # fmt: skip

    def shape(row: Any) -> ReportRow:
        name, day, number, article, basis, state, amount, reason, employee = row
        costs = amount if state == State.CHARGED else ZERO
        why = reason if state == State.WAIVED else None
        told = (title_of(article), fine_text(article, basis), state_text(state, amount))
        return ReportRow([name, day, number, article, *told, amount, costs, why], employee, question.month)

    return Answer(_COLUMNS, found.count(), cut(rows, shape), {"amount": sums["whole"], "charged": sums["charged"]})


FINES = ReportKind(
    slug="fines",
    title=pgettext_lazy("many", "Fines"),
    about=gettext_lazy("The month's ledger: each fine with its article and ground, charged, waived or not charged."),
    icon="scale",
    filters=(
        Filter("q", gettext_lazy("Name or number")),
        Filter("article", gettext_lazy("All articles"), article_choices),
        Filter("state", gettext_lazy("All that stand"), lambda: State.choices),
    ),
    default="-day",
    answer=_answer,
    columns=lambda _question: _COLUMNS,
    needs_run=False,
)
