"""Words of tonight's board: a line a person and a table, built at once instead of node by node."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext

from bookings.models import Booking
from pages.formats import MINUS, clock, whole_yuan, yuan
from rulebook.policy import Policy
from rulebook.prices import ABSENCE, LATE, OFF_POST, Price


class Act(NamedTuple):
    """A button: what it posts, what it says, for whom (said to who can't see its row), its class."""

    value: str
    label: str
    name: str
    look: str

    @property
    def spoken(self) -> str:
        return _("%(act)s: %(name)s") % {"act": self.label, "name": self.name}


def seats(count: int) -> str:
    return ngettext("%(n)s seat", "%(n)s seats", count) % {"n": count}


def taken(amount: Decimal) -> str:
    """What is taken away, in a figure that no line breaks."""
    return yuan(-amount).replace(MINUS, f"{MINUS}\u2060")


def warning(price: Price) -> str:
    """What being late or away costs the person who reads it: the fine, which of its kind it is, the commission lost."""
    figures = {"n": price.minutes, "fine": taken(price.amount), "article": price.article, "nth": price.nth}
    if price.article == ABSENCE:
        text = (
            ngettext(
                "%(n)s minute late is an absence, %(fine)s (%(article)s); number %(nth)s this month",
                "%(n)s minutes late is an absence, %(fine)s (%(article)s); number %(nth)s this month",
                price.minutes,
            )
            % figures
        )
        if price.lost:
            text += _(": the commission of %(lost)s is lost") % {"lost": yuan(price.lost)}
        return text
    if price.article == LATE:
        return (
            ngettext(
                "%(n)s minute late, %(fine)s (%(article)s)", "%(n)s minutes late, %(fine)s (%(article)s)", price.minutes
            )
            % figures
            + " · "
            + next_price_text(price)
        )
    if price.article:
        return (
            ngettext(
                "off post for %(n)s minute, %(fine)s (%(article)s)",
                "off post for %(n)s minutes, %(fine)s (%(article)s)",
                price.minutes,
            )
            % figures
        )
    if price.then is None:
        return ""
    then = {
        "n": price.minutes,
        "m": price.then.minutes,
        "fine": taken(price.then.amount),
        "article": price.then.article,
    }
    if price.then.article == OFF_POST:
        return (
            ngettext(
                "off post for %(n)s minute; from %(m)s min %(fine)s (%(article)s)",
                "off post for %(n)s minutes; from %(m)s min %(fine)s (%(article)s)",
                price.minutes,
            )
            % then
        )
    return _("not punched in yet; from %(m)s minute late %(fine)s (%(article)s)") % then


def tile_foot(booking: Booking) -> str:
    """What a tile says at its foot: the spend, the tab, or when the guests came or are expected."""
    if booking.spend is not None:
        return whole_yuan(booking.spend)
    if booking.tab is not None:
        return whole_yuan(booking.tab)
    at = booking.arrived_at or booking.expected_at
    return clock(at) if at else ""


def price_text(price: Price | None, policy: Policy, *, is_away: bool) -> str:
    """What it costs as it stands; for somebody away, from when on it costs."""
    if price is None:
        return ""
    if price.article == ABSENCE:
        figures = {"n": policy.grace_minutes, "fine": taken(price.amount), "article": ABSENCE}
        return _("over %(n)s min: an absence %(fine)s (%(article)s)") % figures
    if price.article:
        return f"{taken(price.amount)} ({price.article})"
    if price.then is not None and is_away:
        figures = {"n": price.then.minutes, "fine": taken(price.then.amount), "article": price.then.article}
        return _("from %(n)s min %(fine)s (%(article)s)") % figures
    return ""


def next_price_text(price: Price | None) -> str:
    """From when being late is an absence."""
    if price is None or price.article != LATE or price.then is None:
        return ""
    figures = {"n": price.then.minutes, "fine": taken(price.then.amount), "article": price.then.article}
    return _("from %(n)s min an absence %(fine)s (%(article)s)") % figures


def leave_word(kind: str) -> str:
    if kind == "sick":
        return _("sick leave")
    return _("personal leave") if kind == "personal" else _("statutory leave")
