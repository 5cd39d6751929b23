"""Personal leave: asked for before the shift, a fine a day (1.2.B)."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _, gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from attendance.models import Request
from attendance.requests.consequences import Clause
from attendance.requests.kinds.leave import LeaveOfDays, days_of
from pages.formats import month as month_shown, yuan
from rulebook.attendance import LeaveKind
from rulebook.calendar import CalendarMonth
from rulebook.policy import Policy
from staff.models import Employee


class PersonalLeave(LeaveOfDays):
    key = LeaveKind.PERSONAL.value
    word = gettext_lazy("personal leave")
    icon = "calendar-days"
    article = "1.2.B"
    note = gettext_lazy("Asked for before the shift; costs a fine a day.")
    day_word = pgettext_lazy("day", "leave")
    approved = gettext_noop("Your personal leave from %(day)s to %(last_day)s is approved by %(by)s.")
    refused = gettext_noop("Your personal leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s")

    def price(
        self, employee: Employee, first: date, last: date, now: datetime, papers: Collection[str] = ()
    ) -> list[Clause]:
        months, leave = self.supposed(employee, first, last, now)
        clauses = [*self.too_late(months, leave), *self.by_month(months, leave, _of_month)]
        return clauses or [Clause(_("Only rest days lie in this span: it costs nothing."), "1.2", "good")]

    def about(self, request: Request, policy: Policy) -> str:
        days = days_of(request)
        return ngettext(
            "%(days)s day, approved it costs up to %(fine)s",
            "%(days)s days, approved it costs up to %(fine)s",
            days,
        ) % {"days": days, "fine": yuan(policy.personal_leave_fine * days)}


def _of_month(month: CalendarMonth, added: int, had: int, policy: Policy) -> list[Clause]:
    total = had + added
    values = {
        "month": month_shown(month),
        "fine": yuan(policy.personal_leave_fine),
        "days": added,
        "sum": yuan(policy.personal_leave_fine * added),
        "total": total,
        "most": policy.personal_leave_forfeit_over,
    }
    cost = ngettext(
        "%(month)s: %(fine)s a day × %(days)s workday = %(sum)s; with it you have %(total)s this month.",
        "%(month)s: %(fine)s a day × %(days)s workdays = %(sum)s; with them you have %(total)s this month.",
        added,
    )
    if total > policy.personal_leave_forfeit_over:
        forfeit = ngettext(
            "More than %(most)s day in a month: the commission of %(month)s is lost.",
            "More than %(most)s days in a month: the commission of %(month)s is lost.",
            policy.personal_leave_forfeit_over,
        )
        return [Clause(cost % values, "1.2.B", "waits"), Clause(forfeit % values, "1.2.B", "now")]
    warning = ngettext(
        "Beyond %(most)s day in a month that month's commission is lost.",
        "Beyond %(most)s days in a month that month's commission is lost.",
        policy.personal_leave_forfeit_over,
    )
    return [Clause(cost % values, "1.2.B", "waits"), Clause(warning % values, "1.2.B", "quiet")]
