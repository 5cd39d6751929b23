"""Sick leave: three papers, else its days are absences (1.2.A)."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _, gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from attendance.models import Paper, Request
from attendance.requests.consequences import Clause
from attendance.requests.kinds.leave import LeaveOfDays, days_of
from pages.formats import month as month_shown, yuan
from rulebook.attendance import LeaveKind
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from staff.models import Employee


class SickLeave(LeaveOfDays):
    key = LeaveKind.SICK.value
    word = gettext_lazy("sick leave")
    icon = "heart"
    article = "1.2.A"
    note = gettext_lazy("Certificate, receipt and sick note, all three: no deduction.")
    day_word = pgettext_lazy("day", "sick")
    papers = (Paper.Kind.CERTIFICATE, Paper.Kind.RECEIPT, Paper.Kind.SICK_NOTE)
    approved = gettext_noop("Your sick leave from %(day)s to %(last_day)s is approved by %(by)s.")
    refused = gettext_noop("Your sick leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s")

    def price(
        self, employee: Employee, first: date, last: date, now: datetime, papers: Collection[str] = ()
    ) -> list[Clause]:
        months, leave = self.supposed(employee, first, last, now)
        clauses = self.too_late(months, leave)
        if papers and not self.missing(list(papers)):
            there = _("All three papers are there: no deduction once it is approved.")
            return [*clauses, Clause(there, self.article, "good")]
        clauses += self.by_month(months, leave, _of_month)
        return [*clauses, Clause(_("With all three papers there is no deduction."), self.article, "good")]

    def about(self, request: Request, policy: Policy) -> str:
        days = days_of(request)
        return ngettext(
            "%(days)s day; without all three papers it is an absence",
            "%(days)s days; without all three papers they are absences",
            days,
        ) % {"days": days}


def _of_month(month: CalendarMonth, added: int, _had: int, policy: Policy) -> list[Clause]:
    values = {
        "month": month_shown(month),
        "fine": yuan(policy.absence_fine),
        "days": added,
        "sum": yuan(policy.absence_fine * added),
        "most": policy.absence_forfeit_days,
    }
    text = ngettext(
        "%(month)s: where one of the three papers is missing, %(days)s workday is an absence of %(fine)s: %(sum)s.",
        "%(month)s: where one of the three papers is missing, %(days)s workdays are absences of %(fine)s: %(sum)s.",
        added,
    )
    if added >= policy.absence_forfeit_days:
        text += ngettext(
            " From %(most)s absence a month on its commission is lost too.",
            " From %(most)s absences a month on its commission is lost too.",
            policy.absence_forfeit_days,
        )
    return [Clause(text % values, "1.2.D", "waits")]
