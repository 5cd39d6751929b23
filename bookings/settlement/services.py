"""Record what a table spends: its tab while the guests are there, its spend once settled."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.locking import AT_THE_TILL, OF_THE_TAB, locked, refuse_other, refuse_own
from bookings.models import Booking
from pages.formats import yuan
from rulebook.sales import BookingState
from storage.history import save_traced
from venues.errors import Refused
from venues.rights import be_sure, need_reason, require


def state_tab(*, booking: Booking, user: User, amount: Decimal, seen: str | None = None) -> Booking:
    """State what a seated table has spent so far, in yuan; what may be comped by spend is measured with it."""
    with locked(booking) as held:
        _refuse_settling(user, held, amount)
        if held.spend is not None:
            raise Refused(_("%(table)s is settled already.") % {"table": held.table or held.number})
        if held.tab == amount:
            return held
        refuse_other(seen, held, OF_THE_TAB)
        return save_traced(held, by=user, tab=amount)


def settle_booking(
    *,
    booking: Booking,
    user: User,
    amount: Decimal,
    reason: str = "",
    seen: str | None = None,
    sure: str | None = None,
) -> Booking:
    """State what the guests spent, in yuan: from now on it counts, and the table can turn.

    Another amount than the one settled before needs a reason. Another than the tab as it stands now is asked about
    (Doubtful); refuses (ChangedMeanwhile) a booking that is not as it was ``seen``.
    """
    with locked(booking) as held:
        _refuse_settling(user, held, amount)
        if held.spend == amount:
            return held
        refuse_other(seen, held, AT_THE_TILL)
        if held.spend is None and held.tab is not None and held.tab != amount:
            figures = {"table": held.table or held.number, "tab": yuan(held.tab), "amount": yuan(amount)}
            be_sure(
                sure,
                _("The tab of %(table)s stands at %(tab)s, you settle it at %(amount)s. Settle again if that is meant.")
                % figures,
                {"booking": held.pk, "tab": held.tab, "amount": amount},
            )
        if held.spend is not None:
            reason = need_reason(reason, _("Another amount than the one settled needs a reason."))
        return save_traced(held, by=user, reason=reason, spend=amount)


def _refuse_settling(user: User, booking: Booking, amount: Decimal) -> None:
    require(user, Capability.SETTLE_BOOKINGS, booking.venue)
    refuse_own(user, booking)
    if booking.state != BookingState.ARRIVED:
        raise Refused(_("Booking %(number)s has not arrived; confirm the arrival first.") % {"number": booking.number})
    if amount < 0:
        raise Refused(_("Amounts are not negative."))
