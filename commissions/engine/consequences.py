"""Say what one more late arrival, absence, … would cost beyond its fine."""

from django.utils.translation import gettext as _

from commissions.engine.as_of_now import Today
from pages.formats import yuan
from rulebook.attendance import Verdict
from rulebook.prices import absence_price, leave_price


def warnings_of(today: Today) -> list[str]:
    """What one more absence or day of personal leave would cost this month beyond its fine (1.2.D, 1.2.B)."""
    counts, policy, commission = today.counts, today.policy, today.commission.paid
    if not commission:
        return []
    absence = absence_price(policy, absences=counts[Verdict.ABSENCE], commission=commission)
    leave = leave_price(1, counts[Verdict.PERSONAL], policy, commission=commission)
    told = {"amount": yuan(commission)}
    found = []
    if absence.lost and counts[Verdict.ABSENCE]:
        found.append(_("One more absence, and this month's commission of %(amount)s is lost (1.2.D).") % told)
    if leave.lost and counts[Verdict.PERSONAL]:
        found.append(
            _("One more day of personal leave, and this month's commission of %(amount)s is lost (1.2.B).") % told
        )
    return found
