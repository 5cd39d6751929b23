"""Say what recording a violation will bring about, before it is recorded."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from bookings.eligibility.display import as_rule_sees
from bookings.models import Booking
from pages.formats import in_chinese, yuan
from rulebook.articles import ARTICLES, CONDUCT_ARTICLES
from rulebook.clauses import clause
from rulebook.money import ZERO
from rulebook.policy import Policy
from rulebook.reports import POACHING, SOLICITING, TIPS, Report, report_fine
from rulebook.sales import rule_sale
from rulebook.texts import Text


class Effect(NamedTuple):
    """What will follow: the fine in yuan (None while it waits for a spend), in words, and what the article says.

    ``key`` tells one effect from another: who saves has seen this one.
    """

    article: str
    fine: Decimal | None
    text: str
    clause: str

    @property
    def key(self) -> str:
        return f"{self.article}:{self.fine}:{self.text}"


def in_language(text: Text) -> str:
    """A rulebook text in the language in force."""
    return text.zh if in_chinese() else text.en


def title_of(article: str) -> str:
    """An article's title."""
    return in_language(ARTICLES[article].title)


def effect_of(
    *,
    article: str,
    day: date,
    policy: Policy,
    amount: Decimal | None = None,
    booking: Booking | None = None,
    sales_so_far: Decimal = ZERO,
) -> Effect:
    """What recording this would bring about, by the same rules as the ledger (4.1, 4.4, 4.5, 4.7, 4.8, 5).

    ``amount`` in yuan are the tips, ``sales_so_far`` what the person's bookings of that day count as yet.
    """
    said = clause(article, policy)
    report = Report("", day, article, amount)
    if booking is not None:
        report = report._replace(booking=booking.number, booking_state=booking.state, booking_spend=booking.spend)
    fine = report_fine(report, policy)
    charged = None if fine is None else fine.amount
    text = _text(article, charged, policy, booking, sales_so_far)
    return Effect(article, charged, text, "" if said is None else in_language(said))


def _text(article: str, fine: Decimal | None, policy: Policy, booking: Booking | None, sales_so_far: Decimal) -> str:
    if article == POACHING:
        if booking is None:
            return _("Choose the booking: the fine hangs on its spend.")
        shown = {"table": booking.table or booking.number, "multiple": f"{policy.poaching_multiple.normalize():f}"}
        if fine is None:
            return _("The fine waits for the spend of %(table)s, and will be %(multiple)s times that.") % shown
        return _("A fine of %(fine)s: %(multiple)s times the spend of %(table)s.") % {**shown, "fine": yuan(fine)}
    if article == TIPS:
        return _("A fine of %(fine)s: the tips that were not handed over.") % {"fine": yuan(fine or ZERO)}
    if article == SOLICITING:
        return _("The person's sales of the day, %(sales)s so far, will not count. No fine.") % {
            "sales": yuan(sales_so_far)
        }
    if article in CONDUCT_ARTICLES and fine:
        return _("Recorded, with a fine of %(fine)s.") % {"fine": yuan(fine)}
    if article in CONDUCT_ARTICLES:
        return _("Recorded and counted in appraisals; it costs nothing.")
    return _("Recorded; people decide about a dismissal. The record alone dismisses nobody and costs nothing.")


def sales_of(bookings: Iterable[Booking], soliciting_days: Iterable[date], policy: Policy) -> Decimal:
    """What some bookings of one person count as yet, in yuan (chapter 2, 4.3, 4.5)."""
    days = frozenset(soliciting_days)
    return sum((rule_sale(as_rule_sees(booking), days, policy).amount for booking in bookings), ZERO)
