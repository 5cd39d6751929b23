"""What people are told of pay: drafts, objections, months, rules, the night's fines."""

from django.utils.translation import gettext_noop

from inbox.kinds import a_day, a_month, an_amount, as_it_is, declare, figures

DRAFT_SENT = declare(
    "commissions.draft_sent",
    gettext_noop("The draft of your pay for %(month)s is there: %(amount)s. Look at it, then confirm or object."),
    month=a_month,
    amount=an_amount,
)
OBJECTED = declare(
    "commissions.objected",
    gettext_noop("%(name)s objects to the draft of %(month)s: %(words)s"),
    name=as_it_is,
    month=a_month,
    words=as_it_is,
)
REOPENED = declare(
    "commissions.reopened",
    gettext_noop("%(name)s has reopened %(month)s: %(reason)s"),
    name=as_it_is,
    month=a_month,
    reason=as_it_is,
)
NOT_LOCKED = declare(
    "commissions.not_locked",
    gettext_noop("%(month)s is not locked yet; pay is due on %(day)s."),
    month=a_month,
    day=a_day,
)

RULES_ANNOUNCED = declare(
    "commissions.rules_announced",
    gettext_noop("New rules from %(month)s: %(figures)s"),
    month=a_month,
    figures=figures,
)
RULES_TAKEN_BACK = declare(
    "commissions.rules_taken_back",
    gettext_noop("The new rules announced from %(month)s are taken back; what held before goes on."),
    month=a_month,
)

ONE_FINE = declare("commissions.one_fine", gettext_noop("%(day)s: a fine, %(amount)s"), day=a_day, amount=an_amount)
SEVERAL_FINES = declare(
    "commissions.several_fines",
    gettext_noop("%(day)s: %(count)s fines, %(amount)s"),
    day=a_day,
    count=as_it_is,
    amount=an_amount,
)
