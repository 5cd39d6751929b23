"""Enter and remove bonuses and withholdings of a month (2.4), corrections among them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Capability
from commissions.models import Bonus, Withholding
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from rulebook.cleaning import folded
from rulebook.money import ZERO
from staff.models import Employee
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.models import Month, Venue
from venues.rights import need_reason, refuse_changed, require, shown_of
from venues.services import count_change, require_open_months

BONUS = "bonus"
KINDS: tuple[tuple[str, Promise | str], ...] = ((BONUS, gettext_lazy("bonus")), *Withholding.Kind.choices)
"""What can be entered: a bonus adds, every other kind takes away."""


SHOWN = ("reason", "amount", "corrects")
"""What its page shows of an entry."""


class Amount(NamedTuple):
    """An entry of a month, a bonus or a withholding; ``amount`` in yuan, negative where it takes away."""

    row: Bonus | Withholding
    kind: str
    label: Promise | str
    amount: Decimal

    @property
    def corrects(self) -> CalendarMonth | None:
        """The paid month that it corrects, where it does."""
        return CalendarMonth.of(self.row.corrects) if self.row.corrects else None


def amounts_of(venue: Venue, month: CalendarMonth) -> list[Amount]:
    """What was entered for a month, by staff number; two queries."""
    return sorted(_rows(venue, month), key=lambda entry: (entry.row.employee.number, entry.kind, entry.row.reason))


def _rows(venue: Venue, month: CalendarMonth) -> Iterator[Amount]:
    of_month = {"employee__venue": venue, "month": month.first}
    for bonus in Bonus.objects.filter(**of_month).select_related("employee"):
        yield Amount(bonus, BONUS, KINDS[0][1], bonus.amount)
    for taken in Withholding.objects.filter(**of_month).select_related("employee"):
        yield Amount(taken, taken.kind, taken.get_kind_display(), -taken.amount)


def corrections_of(employee: int, month: CalendarMonth) -> list[tuple[CalendarMonth, Decimal]]:
    """The corrections of a person's paid month: the month each stands in, its amount with its sign; one query."""
    of_this = {"employee": employee, "corrects": month.first}
    bonuses = Bonus.objects.filter(**of_this).annotate(adds=Value(True)).values_list("month", "amount", "adds")
    taken = Withholding.objects.filter(**of_this).annotate(adds=Value(False)).values_list("month", "amount", "adds")
    rows = sorted(bonuses.union(taken, all=True))
    return [(CalendarMonth.of(first), amount if adds else -amount) for first, amount, adds in rows]


def enter_amount(
    *,
    venue: Venue,
    user: User,
    employee: Employee,
    month: CalendarMonth,
    kind: str,
    amount: Decimal,
    reason: str,
    corrects: CalendarMonth | None = None,
) -> Bonus | Withholding:
    """Enter a bonus or a withholding of a month; ``amount`` in yuan above 0, ``corrects`` a paid month before it.

    Refuses the own pay, somebody not employed in the month, a locked month, the same entry twice, a correction of a
    month that is not paid (that one is reopened instead, or is still open) or in which the person was not employed.
    """
    require(user, Capability.ENTER_AMOUNTS, venue)
    _refuse_own(employee, user)
    if employee.venue_id != venue.pk or not _is_employed_in(employee, month):
        raise Refused(
            _("%(person)s is not employed in %(month)s.") % {"person": employee.name, "month": month_shown(month)}
        )
    if kind not in dict(KINDS):
        raise Refused(_("There is no such kind of entry."))
    if amount <= ZERO:
        raise Refused(_("The amount is above 0; what takes away is entered as a withholding."))
    if kind in (BONUS, Withholding.Kind.OTHER) or corrects is not None:
        reason = need_reason(reason, _("Say what it is for."))
    with transaction.atomic():
        require_open_months(venue, [month])
        if corrects is not None:
            _refuse_unpaid(venue, month, corrects)
            if not _is_employed_in(employee, corrects):
                raise Refused(
                    _("%(person)s is not employed in %(month)s.")
                    % {"person": employee.name, "month": month_shown(corrects)}
                )
        first = corrects.first if corrects else None
        _refuse_alike(employee, month, kind, reason)
        row: Bonus | Withholding
        if kind == BONUS:
            row = Bonus(employee=employee, month=month.first, reason=reason.strip(), amount=amount, corrects=first)
        else:
            row = Withholding(
                employee=employee, month=month.first, kind=kind, reason=reason.strip(), amount=amount, corrects=first
            )
        try:
            row.full_clean()
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        save_traced(row, by=user)
        count_change(venue, [month])
    return row


def _refuse_alike(employee: Employee, month: CalendarMonth, kind: str, reason: str) -> None:
    """Refuse an entry that stands already, for a reason written in another width or letter case."""
    of_month = {"employee": employee, "month": month.first}
    bonuses, taken = Bonus.objects.filter(**of_month), Withholding.objects.filter(**of_month, kind=kind)
    reasons = (bonuses if kind == BONUS else taken).values_list("reason", flat=True)
    other = next((one for one in reasons if folded(one) == folded(reason) and one != reason.strip()), None)
    if other is not None:
        raise Refused(_("«%(reason)s» is entered for %(person)s already.") % {"reason": other, "person": employee.name})


def remove_amount(*, row: Bonus | Withholding, user: User, reason: str, seen: str | None = None) -> None:
    """Take an entry back, with its reason kept in its history.

    Refuses the own pay, a locked month, and (ChangedMeanwhile) an entry that is not as it was ``seen``.
    """
    venue = row.employee.venue
    require(user, Capability.ENTER_AMOUNTS, venue)
    _refuse_own(row.employee, user)
    why = need_reason(reason, _("Say why it is taken back."))
    month = CalendarMonth.of(row.month)
    with transaction.atomic():
        require_open_months(venue, [month])
        held = type(row).objects.select_for_update().filter(pk=row.pk).first()
        if held is None:
            raise Refused(_("Somebody else has taken it back already."))
        refuse_changed(seen, shown_of(held, SHOWN), held)
        delete_traced(row, by=user, reason=why)
        count_change(venue, [month])


def _refuse_own(employee: Employee, user: User) -> None:
    if employee.user_id is not None and employee.user_id == user.pk:
        raise Refused(_("Nobody enters the own pay; a colleague does."))


def _refuse_unpaid(venue: Venue, month: CalendarMonth, corrects: CalendarMonth) -> None:
    if corrects >= month:
        raise Refused(_("A correction stands in a later month than the one it corrects."))
    paid = Month.objects.filter(venue=venue, first_day=corrects.first, state=Month.State.PAID)
    if not paid.exists():
        raise Refused(
            _("%(month)s is not paid: its facts can still be corrected themselves.") % {"month": month_shown(corrects)}
        )


def _is_employed_in(employee: Employee, month: CalendarMonth) -> bool:
    left: date | None = employee.left_on
    return employee.hired_on <= month.last and (left is None or left >= month.first)
