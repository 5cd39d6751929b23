"""Bank accounts corrected after the lock: find those that differ from the frozen ones, take them over."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from commissions.errors import NotComputed
from commissions.models import AccountTakenOver, Payslip
from rulebook.calendar import CalendarMonth
from staff.models import masked
from venues.errors import Refused
from venues.models import Month, Venue
from venues.rights import refuse_changed, require

_LONGEST = 120


class OtherAccount(NamedTuple):
    """Somebody who is paid, and whose account is another than the one frozen at the lock; whole numbers."""

    payslip: int
    employee: int
    number: str
    name: str
    frozen: tuple[str, str]  # bank, account
    stands: tuple[str, str]

    @property
    def before(self) -> str:
        """The frozen account as pages show it."""
        return shown(*self.frozen)

    @property
    def after(self) -> str:
        """The account in the file as pages show it."""
        after = shown(*self.stands)
        return _("%(account)s, another number") % {"account": after} if after == self.before else after


def shown(bank: str, account: str) -> str:
    """A bank and an account by its last digits; nothing where neither is recorded."""
    return " ".join(filter(None, (bank, masked(account))))


def other_accounts(venue: Venue, month: CalendarMonth) -> list[OtherAccount]:
    """Who is paid of a locked month to another account than their file has now, by staff number; one query."""
    rows = Payslip.objects.filter(
        run__month__venue=venue, run__month__first_day=month.first, run__month__state=Month.State.LOCKED,
        run__is_current=True, net__gt=0,
    ).values_list(
        "pk", "employee_id", "number", "name", "bank_name", "bank_account", "employee__bank_name",
        "employee__bank_account",
    )  # fmt: skip
    found = [OtherAccount(*row[:4], row[4:6], row[6:]) for row in rows]
    return sorted((one for one in found if one.frozen != one.stands), key=lambda one: one.number)


def accounts_shown(found: list[OtherAccount]) -> dict[str, Any]:
    """What the page shows of other accounts, to be sealed: whoever takes them over means these."""
    return {"accounts": [f"{one.number}={one.frozen}>{one.stands}" for one in found]}


def take_over_accounts(*, venue: Venue, month: CalendarMonth, user: User, seen: str, now: datetime) -> int:
    """Pay a locked month to the accounts that the files have now; how many people's that changes.

    Each is noted with who did it. Refuses a month that is not locked, or is paid, and (ChangedMeanwhile) other accounts
    than were ``seen``.
    """
    require(user, Capability.MARK_PAID, venue)
    with transaction.atomic():
        row = Month.objects.select_for_update().filter(venue=venue, first_day=month.first).first()
        if row is None:
            raise NotComputed(_("This month was not run."))
        if row.state != Month.State.LOCKED:
            raise Refused(_("Only in a locked month that is not paid yet are accounts taken over."))
        found = other_accounts(venue, month)
        refuse_changed(seen, accounts_shown(found), what=_("The list of accounts"))
        for one in found:
            bank, account = one.stands
            Payslip.objects.filter(pk=one.payslip).update(bank_name=bank, bank_account=account)
        AccountTakenOver.objects.bulk_create(
            AccountTakenOver(
                month=row, employee_id=one.employee, user=user, at=now, before=one.before[:_LONGEST],
                after=shown(*one.stands)[:_LONGEST],
            )
            for one in found
        )  # fmt: skip
    return len(found)
