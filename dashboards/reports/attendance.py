"""Attendance: each person's days of the month as the payroll decided them, with lateness from the ledger."""

from collections import defaultdict

from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from commissions.models import Payslip
from dashboards.ledger.selectors import ledger_of
from dashboards.reports.parts import Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, listed
from pages.tables import holds
from storage.spreadsheets import NUMBER
from violations.models import Penalty

_DAYS = (
    ("expected", "expected_days", gettext_lazy("Days due"), ""),
    ("worked", "worked_days", gettext_lazy("Worked"), ""),
    ("rest", "rest_days", pgettext_lazy("days", "Rest"), "desk"),
    ("absence", "absence_days", pgettext_lazy("days", "Absent"), ""),
    ("personal", "personal_leave_days", pgettext_lazy("days", "Personal leave"), "desk"),
    ("sick", "sick_leave_days", pgettext_lazy("days", "Sick leave"), "desk"),
    ("statutory", "statutory_leave_days", pgettext_lazy("days", "Statutory leave"), "desk wide"),
)
_MISSED = (
    ("late", gettext_lazy("Late, times"), "desk"),
    ("late_minutes", gettext_lazy("Late, minutes"), "desk wide"),
    ("early", gettext_lazy("Early, times"), "desk"),
    ("early_minutes", gettext_lazy("Early, minutes"), "desk wide"),
)
_COLUMNS = (
    ReportColumn(name="name", label=gettext_lazy("Name"), width=12, look=""),
    ReportColumn(name="number", label=gettext_lazy("Staff number"), width=11, look="desk", sorts=""),
    ReportColumn(name="status", label=gettext_lazy("Status"), width=8, look="desk wide"),
    *(
        ReportColumn(name=name, label=label, format=NUMBER, width=8, look=look, sorts="-", is_added=True)
        for name, _field, label, look in _DAYS
    ),
    *(
        ReportColumn(name=name, label=label, format=NUMBER, width=9, look=look, sorts="-", is_added=True)
        for name, label, look in _MISSED
    ),
)
_ABSENT, _LATE, _LEAVE = "absent", "late", "leave"


def _answer(question: Question) -> Answer:
    found = Payslip.objects.filter(run=question.run)
    if words := question.words():
        found = found.filter(holds(words, "name", "number", "employee__name_pinyin"))
    if status := question.given.get("status"):
        found = found.filter(status=status)
    missed = _missed(question)
    rows = []
    fields = [field for _name, field, _label, _look in _DAYS]
    for pk, name, number, status, *days in found.order_by("number").values_list(
        "employee_id", "name", "number", "status", *fields
    ):
        late = missed.get(pk, (0, 0, 0, 0))
        _due, _worked, _rest, absent, *leave = days
        only = question.given.get("only")
        fits = {_ABSENT: absent, _LATE: late[0] or late[2], _LEAVE: any(leave)}
        if not only or fits[only]:
            shown = str(Payslip.Statuses(status).label)
            rows.append(ReportRow([name, number, shown, *days, *late], pk, question.month))
    return listed(_COLUMNS, rows, question)


def _missed(question: Question) -> dict[int, tuple[int, int, int, int]]:
    """How often and by how many minutes each was late and early within the grace, waived or not; one query."""
    rows = ledger_of(question.venue, question.month).filter(article__in=("1.2.E", "1.2.F"))
    counted: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for pk, article, basis in rows.exclude(state=Penalty.State.WITHDRAWN).values_list(
        "employee_id", "article", "basis"
    ):
        place = 0 if article == "1.2.F" else 2
        counted[pk][place] += 1
        counted[pk][place + 1] += int(basis["minutes"])
    return {pk: (times[0], times[1], times[2], times[3]) for pk, times in counted.items()}


ATTENDANCE = ReportKind(
    slug="attendance",
    title=gettext_lazy("Attendance"),
    about=gettext_lazy("Everybody's days: due, worked, rest, absent, leave; how often and how long late or early."),
    icon="calendar-days",
    filters=(
        Filter("q", gettext_lazy("Name or number")),
        Filter("status", gettext_lazy("All statuses"), lambda: Payslip.Statuses.choices),
        Filter(
            "only",
            gettext_lazy("Everybody"),
            lambda: [
                (_ABSENT, _("Who was absent")),
                (_LATE, _("Who was late or left early")),
                (_LEAVE, _("Who had leave")),
            ],
        ),
    ),
    default="number",
    answer=_answer,
    columns=lambda _question: _COLUMNS,
)
