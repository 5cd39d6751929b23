"""What people are told of reports and waivers."""

from django.utils.translation import gettext_noop

from inbox.kinds import a_day, an_amount, as_it_is, declare

REPORT_FINED = declare(
    "violations.report_fined",
    gettext_noop("%(day)s: recorded under %(article)s, %(amount)s. If that is wrong, speak to the floor manager."),
    day=a_day,
    article=as_it_is,
    amount=an_amount,
)
REPORT_WAITS = declare(
    "violations.report_waits",
    gettext_noop("%(day)s: recorded under %(article)s; the fine waits for the spend of booking %(booking)s."),
    day=a_day,
    article=as_it_is,
    booking=as_it_is,
)
REPORT_VOID = declare(
    "violations.report_void",
    gettext_noop("%(day)s: recorded under %(article)s; your sales of that day do not count."),
    day=a_day,
    article=as_it_is,
)
REPORT_TAKEN_BACK = declare(
    "violations.report_taken_back",
    gettext_noop("%(day)s: what was recorded under %(article)s (%(number)s) is taken back."),
    day=a_day,
    article=as_it_is,
    number=as_it_is,
)

WAIVED = declare(
    "violations.waived",
    gettext_noop("%(day)s: the fine under %(article)s, %(amount)s, is waived: %(reason)s"),
    day=a_day,
    article=as_it_is,
    amount=an_amount,
    reason=as_it_is,
)
WAIVER_TAKEN_BACK = declare(
    "violations.waiver_taken_back",
    gettext_noop("%(day)s: the fine under %(article)s, %(amount)s, is charged after all: %(reason)s"),
    day=a_day,
    article=as_it_is,
    amount=an_amount,
    reason=as_it_is,
)
