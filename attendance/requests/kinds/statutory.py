"""Statutory leave: no deduction, and it may be asked for afterwards (1.2)."""

from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from attendance.requests.kinds.leave import LeaveOfDays
from rulebook.attendance import LeaveKind


class StatutoryLeave(LeaveOfDays):
    key = LeaveKind.STATUTORY.value
    word = gettext_lazy("statutory leave")
    icon = "flag"
    article = "1.2"
    note = gettext_lazy("Annual, marriage, maternity, bereavement, work injury: no deduction.")
    day_word = pgettext_lazy("day", "statutory")
    approved = gettext_noop("Your statutory leave from %(day)s to %(last_day)s is approved by %(by)s.")
    refused = gettext_noop("Your statutory leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s")
