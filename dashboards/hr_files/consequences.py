"""What a leaving means, said before the act."""

import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _, ngettext

from attendance.models import Leave, Rest
from commissions.engine.as_of_now import pay_of
from commissions.payslips.texts import hint_text, in_language
from pages.formats import long_day, month as in_words, yuan
from rulebook.calendar import CalendarMonth
from rulebook.clauses import clause
from rulebook.pay import Hint
from staff.models import Employee

_TOLD = (Hint.WAGES_WITHHELD, Hint.LEFT_OVER, Hint.NO_NOTICE, Hint.SHORT_NOTICE)


@dataclass
class Meaning:
    """What follows from a leaving: sentences, warnings, the last payslip as it would stand now."""

    month: CalendarMonth
    says: list[str] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)
    figures: list[tuple[str, Decimal]] = field(default_factory=list)
    net: Decimal | None = None


def meaning_of(employee: Employee, *, last_day: date, kind: str, noticed_on: date | None, now: datetime) -> Meaning:
    """What it means that a person leaves so: computed by the rules as a run would, nothing is stored."""
    leaver = copy.copy(employee)
    leaver.left_on, leaver.exit_kind, leaver.noticed_on = last_day, kind, noticed_on
    month = CalendarMonth.of(last_day)
    meaning = Meaning(month)
    found = pay_of(employee.venue, leaver, month, now=now)
    if found is None:
        return meaning
    slip, policy = found.payslip, found.policy
    meaning.says.append(
        _("%(month)s is the last payslip, paid on %(day)s.")
        % {"month": in_words(month), "day": long_day(found.due.due)}
    )
    dismissal = clause("4.9", policy)
    if dismissal is not None and Hint.DISMISSED in {told.hint for told in slip.hints}:
        meaning.warns.append(f"{in_language(dismissal)} (4.9)")
    if slip.deposit:
        meaning.says.append(_("The deposit of %(amount)s is returned with it.") % {"amount": yuan(slip.deposit)})
    else:
        meaning.says.append(_("No deposit is recorded: none is returned."))
    meaning.warns += [hint_text(told.hint, told.basis) for told in slip.hints if told.hint in _TOLD]
    if employee.venue.month_at(now) >= month:
        meaning.figures = [
            (_("Base pay"), slip.base),
            (_("Commission"), slip.commission),
            (_("Bonuses"), slip.bonus),
            (_("Deductions"), -slip.deductions),
            (_("Withheld"), -slip.withheld),
            (_("Deposit returned"), slip.deposit),
        ]
        meaning.net = slip.net
    lapse = Rest.objects.filter(employee=employee, business_day__gt=last_day).count()
    lapse += Leave.objects.filter(employee=employee, last_day__gt=last_day).count()
    if lapse:
        meaning.says.append(
            ngettext(
                "%(count)s rest or leave planned after that day counts for nothing.",
                "%(count)s rests and leaves planned after that day count for nothing.",
                lapse,
            )
            % {"count": lapse}
        )
    if employee.user is not None:
        meaning.says.append(
            _("%(name)s can sign in as before; the owner takes the role away.")
            % {"name": employee.user.get_full_name()}
        )
    return meaning
