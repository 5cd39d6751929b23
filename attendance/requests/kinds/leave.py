"""Leave from a day to a day: what its kinds have in common, and the page on which they are asked for."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.models import User
from attendance.locking import approver_name, refuse_not_employed
from attendance.models import Leave, Paper, Request
from attendance.request_kinds import KINDS, RequestKind, span
from attendance.requests.consequences import Clause, MonthsWithLeave
from attendance.requests.forms import day_field, reason_field
from attendance.requests.kinds.base import Draft, Values, next_shift
from attendance.requests.services.requests import (
    MOST_DAYS,
    Attachment,
    add_attachments,
    ask,
    asking,
    begin_of,
    refuse_far,
    refuse_locked,
    refuse_overlap,
)
from pages.formats import day as shown
from pages.forms import CleanedForm
from rulebook import attendance
from rulebook.attendance import LEAVE_RULES
from rulebook.calendar import CalendarMonth, days_between
from rulebook.policy import Policy
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused


class GrantedAsLeave(RequestKind):
    """What an approval writes as leave, asked for when it was asked: what came too late stays too late."""

    is_leave = True

    def grant(self, request: Request, user: User, why: str, now: datetime) -> None:
        """Write the leave; where papers are needed it waits for them: without them its days would be absences."""
        same = Leave.objects.filter(employee=request.employee, kind=request.kind)
        if same.filter(first_day__lte=request.last_day, last_day__gte=request.first_day).exists():
            raise Refused(_("There is leave of this kind on these days already."))
        papers = set(request.papers.values_list("kind", flat=True))
        missing = self.missing(list(papers))
        if missing:
            raise Refused(
                _("Not approved yet, still missing: %(papers)s (1.2.A). Approve once it is here.")
                % {"papers": _(", ").join(missing)}
            )
        leave = Leave(
            employee=request.employee,
            kind=request.kind,
            first_day=request.first_day,
            last_day=request.last_day,
            requested_at=request.asked_at,
            approver=approver_name(user),
            has_certificate=Paper.Kind.CERTIFICATE in papers,
            has_receipt=Paper.Kind.RECEIPT in papers,
            has_sick_note=Paper.Kind.SICK_NOTE in papers,
        )
        save_traced(leave, by=user, reason=why)


class LeaveOfDays(GrantedAsLeave):
    """A kind of leave over days; by itself without a deduction once it is approved."""

    takes_papers = True
    note: Promise  # what to know before it is chosen

    def check(self, employee: Employee, first: date, last: date, now: datetime) -> None:
        """Refuse leave that can't be asked for, with the reason and article."""
        if last < first:
            raise Refused(_("The last day lies before the first."))
        if (last - first).days >= MOST_DAYS:
            raise Refused(_("Leave is asked for over at most %(days)s days at a time.") % {"days": MOST_DAYS})
        refuse_far(first, now)
        refuse_not_employed(employee, first, last)
        refuse_locked(employee, first)
        if not LEAVE_RULES[self.key].may_follow and begin_of(employee, last) <= now:
            raise Refused(
                _(
                    "The shift of %(day)s has begun: leave is asked for before it (%(article)s). "
                    "It can begin the next day."
                )
                % {"day": shown(last), "article": self.article}
            )
        refuse_overlap(employee, self.key, first, last)

    def price(
        self, employee: Employee, first: date, last: date, now: datetime, papers: Collection[str] = ()
    ) -> list[Clause]:
        """What leave asked for now would cost once it is approved."""
        months, leave = self.supposed(employee, first, last, now)
        return [
            *self.too_late(months, leave),
            Clause(_("No deduction once it is approved."), self.article, "good"),
        ]

    def about(self, request: Request, policy: Policy) -> str:
        days = days_of(request)
        return ngettext(
            "%(days)s day, approved it costs nothing", "%(days)s days, approved they cost nothing", days
        ) % {"days": days}

    def supposed(
        self, employee: Employee, first: date, last: date, now: datetime
    ) -> tuple[MonthsWithLeave, attendance.Leave]:
        """The person's months, and this leave as approved with all its papers."""
        leave = attendance.Leave(self.key, first, last, now, approved=True, has_papers=True)
        return MonthsWithLeave(employee, first, last), leave

    def too_late(self, months: MonthsWithLeave, leave: attendance.Leave) -> list[Clause]:
        """That leave does not hold on days whose shift has begun, where there are such."""
        days = list(days_between(leave.first, leave.last))
        holds = [months.holds(leave, day) for day in days]
        if all(holds) or not any(holds):
            return []
        begins = next(day for day, held in zip(days, holds, strict=True) if held)
        text = _(
            "Asked for after a shift has begun: the leave holds from %(day)s on; "
            "before it, a day not worked is an absence."
        )
        return [Clause(text % {"day": shown(begins)}, self.article, "now")]

    def by_month(
        self,
        months: MonthsWithLeave,
        leave: attendance.Leave,
        clauses: Callable[[CalendarMonth, int, int, Policy], list[Clause]],
    ) -> list[Clause]:
        """What each month says that gets days of this leave: how many more, and how many it had."""
        found: list[Clause] = []
        verdict = LEAVE_RULES[self.key].verdict
        for month in months.months:
            before, after = months.verdicts(month), months.verdicts(month, leave)
            added = sum(one == verdict and before[day] != verdict for day, one in after.items())
            if added:
                had = Counter(before.values())[verdict] if verdict else 0
                found += clauses(month, added, had, months.policies[month])
        return found


def days_of(request: Request) -> int:
    """How many business days a request is about."""
    return sum(1 for _day in days_between(request.first_day, request.last_day))


def leave_kinds() -> list[LeaveOfDays]:
    """The kinds that are chosen from on the page for leave."""
    return [kind for kind in KINDS.values() if isinstance(kind, LeaveOfDays)]


def leave_kind(key: Any) -> LeaveOfDays:
    """The kind of leave that was chosen; refuses what is none."""
    found = KINDS.get(key)
    if not isinstance(found, LeaveOfDays):
        raise Refused(_("Choose sick, personal or statutory leave."))
    return found


def ask_leave(
    *,
    employee: Employee,
    user: User,
    kind: str,
    first: date,
    last: date,
    reason: str,
    now: datetime,
    papers: Sequence[Attachment] = (),
) -> Request:
    """Ask for leave from a day to a day, both included.

    Refuses leave asked for too late for every one of its days, and what overlaps leave of the same kind that one has
    or has asked for. Statutory leave may be asked for afterwards, as long as its month is open.
    """
    with asking(employee, user):
        leave_kind(kind).check(employee, first, last, now)
        asked = Request(employee=employee, kind=kind, first_day=first, last_day=last)
        ask(asked, user, reason, now)
        add_attachments(asked, user, papers, now)
    return asked


def _choices() -> list[tuple[str, Promise]]:
    return [(kind.key, kind.word) for kind in leave_kinds()]


class LeaveForm(CleanedForm):
    """Leave from a day to a day."""

    leave = forms.ChoiceField(label=gettext_lazy("Kind of leave"), choices=_choices, widget=forms.HiddenInput)
    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))
    reason = reason_field(gettext_lazy("Reason (may stay empty)"))


class LeaveDraft(Draft):
    """The page for leave; which kind is its first question."""

    title = tile = gettext_lazy("Leave")
    icon = "calendar-days"
    form = LeaveForm

    def initial(self, employee: Employee, now: datetime) -> dict[str, Any]:
        day = next_shift(employee, now)
        return {"first": day, "last": day}

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        leave_kind(values["leave"]).check(employee, values["first"], values["last"], now)

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return leave_kind(values["leave"]).price(employee, values["first"], values["last"], now)

    def summary(self, employee: Employee, values: Values) -> str:
        return f"{leave_kind(values['leave']).word} {span(values['first'], values['last'])}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return ask_leave(
            employee=employee,
            user=user,
            kind=values["leave"],
            first=values["first"],
            last=values["last"],
            reason=values["reason"],
            papers=papers,
            now=now,
        )
