"""What pay is told besides the ledger: a month's bonuses, withholdings and carried amounts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissions.models import Bonus, PayrollRun, Payslip, Withholding
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.pay import Entry
from rulebook.payday import pay_date, working_day_until
from rulebook.policy import Policy
from staff.models import Employee
from venues.models import Venue
from venues.selectors import calendar_of


@dataclass(frozen=True, slots=True)
class PayFacts:
    """Amounts in yuan by the person's primary key; a person without an entry has none."""

    bonuses: dict[int, list[Entry]]
    withholdings: dict[int, list[Entry]]
    carried_in: dict[int, Decimal]
    identities: dict[int, tuple[str, str, str]]  # name, bank, account


@dataclass(frozen=True, slots=True)
class PayDay:
    """When a month is paid; ``before`` is the working day before where the pay day is none."""

    due: date
    before: date | None


def pay_facts(venue: Venue, month: CalendarMonth, employee_ids: Sequence[int]) -> PayFacts:
    """The month's entries of these people."""
    bonuses: defaultdict[int, list[Entry]] = defaultdict(list)
    for person, reason, amount in Bonus.objects.filter(employee__in=employee_ids, month=month.first).values_list(
        "employee_id", "reason", "amount"
    ):
        bonuses[person].append(Entry(amount, "", reason))
    withholdings: defaultdict[int, list[Entry]] = defaultdict(list)
    for person, kind, reason, amount in Withholding.objects.filter(
        employee__in=employee_ids, month=month.first
    ).values_list("employee_id", "kind", "reason", "amount"):
        withholdings[person].append(Entry(amount, kind, reason))
    # Sorted here: the same order whatever the order of entry or the database's collation.
    for entries in bonuses.values():
        entries.sort(key=lambda entry: entry.reason)
    places = {kind: place for place, kind in enumerate(Withholding.Kind.values)}
    for entries in withholdings.values():
        entries.sort(key=lambda entry: (places[entry.kind], entry.reason))

    carried: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    identities = {}
    for person, name, bank, account, opening, opening_month in Employee.objects.filter(pk__in=employee_ids).values_list(
        "pk", "name", "bank_name", "bank_account", "opening_carry", "opening_month"
    ):
        identities[person] = (name, bank, account)
        if opening_month == month.first and opening is not None:
            carried[person] += opening
    for person, amount in Payslip.objects.filter(run=_run_before(venue, month), employee__in=employee_ids).values_list(
        "employee_id", "carried_out"
    ):
        carried[person] += amount
    return PayFacts(bonuses, withholdings, carried, identities)


def _run_before(venue: Venue, month: CalendarMonth) -> PayrollRun | None:
    """The visible run of the latest earlier month: what it carries on is charged in this one."""
    return (
        PayrollRun.objects.filter(month__venue=venue, month__first_day__lt=month.first, is_current=True)
        .order_by("-month__first_day")
        .first()
    )


def pay_day(venue: Venue, month: CalendarMonth, policy: Policy) -> PayDay:
    """When the month is paid, by the venue's calendar (2.2)."""
    due = pay_date(month, policy)
    paid = working_day_until(due, calendar_of(venue, month.first, due))
    return PayDay(due, paid if paid != due else None)
