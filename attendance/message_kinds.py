"""What people are told of rest days, event days and swaps; of decided requests each kind of request says it."""

from django.utils.translation import gettext_noop

from inbox.kinds import a_day, a_month, as_it_is, declare, some_days

ROSTER_FIRST = declare(
    "attendance.roster_first",
    gettext_noop("Your rest days in %(month)s: %(rest_days)s."),
    month=a_month,
    rest_days=some_days,
)
ROSTER_CHANGED = declare(
    "attendance.roster_changed",
    gettext_noop("Your rest days in %(month)s have changed: %(rest_days)s."),
    month=a_month,
    rest_days=some_days,
)
ROSTER_NONE_LEFT = declare(
    "attendance.roster_none_left",
    gettext_noop("Your rest days in %(month)s have changed: there are none now."),
    month=a_month,
)

EVENT_VOID = declare(
    "attendance.event_void",
    gettext_noop("%(day)s is an event day now: nobody rests (1.2.C). Void is your rest day %(void_days)s."),
    day=a_day,
    void_days=some_days,
)
EVENT_VOID_VALID = declare(
    "attendance.event_void_valid",
    gettext_noop(
        "%(day)s is an event day now: nobody rests (1.2.C). Void is your rest day %(void_days)s; "
        "instead counts %(valid_days)s."
    ),
    day=a_day,
    void_days=some_days,
    valid_days=some_days,
)
EVENT_VALID = declare(
    "attendance.event_valid",
    gettext_noop("%(day)s is no event day any more: your rest day %(valid_days)s counts again."),
    day=a_day,
    valid_days=some_days,
)
EVENT_VALID_VOID = declare(
    "attendance.event_valid_void",
    gettext_noop(
        "%(day)s is no event day any more: your rest day %(valid_days)s counts again, and %(void_days)s is past "
        "the month's allowance (1.2)."
    ),
    day=a_day,
    valid_days=some_days,
    void_days=some_days,
)

SWAP_ASKED = declare(
    "attendance.swap_asked",
    gettext_noop("%(asker)s asks to swap: your %(other_day)s ⇄ their %(day)s; your answer is awaited."),
    asker=as_it_is,
    other_day=a_day,
    day=a_day,
)
SWAP_AGREED = declare(
    "attendance.swap_agreed",
    gettext_noop("%(colleague)s agrees to the swap %(day)s ⇄ %(other_day)s; it now waits for the supervisor."),
    colleague=as_it_is,
    day=a_day,
    other_day=a_day,
)
SWAP_DECLINED = declare(
    "attendance.swap_declined",
    gettext_noop("%(colleague)s does not agree to the swap %(day)s ⇄ %(other_day)s."),
    colleague=as_it_is,
    day=a_day,
    other_day=a_day,
)
SWAP_WITHDRAWN = declare(
    "attendance.swap_withdrawn",
    gettext_noop("%(asker)s no longer asks for the swap %(day)s ⇄ %(other_day)s."),
    asker=as_it_is,
    day=a_day,
    other_day=a_day,
)
