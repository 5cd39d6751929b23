"""Read what pay takes besides the ledger: a month's bonuses, withholdings, carried amounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value

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


def pay_facts(
    venue: Venue, month: CalendarMonth, employee_ids: Sequence[int], *, people: Iterable[Employee] | None = None
) -> PayFacts:
    """The month's entries of these people; ``people`` are their rows, where somebody has read them already."""
    bonuses: defaultdict[int, list[Entry]] = defaultdict(list)
    withholdings: defaultdict[int, list[Entry]] = defaultdict(list)
    carried: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    of_these = {"employee__among": employee_ids, "month": month.first}
    entered = {"why": F("reason"), "puts_right": F("corrects"), "yuan": F("amount")}
    rows = _part(Bonus.objects.filter(**of_these), _BONUS, **entered).union(
        _part(Withholding.objects.filter(**of_these), _WITHHELD, of_kind=F("kind"), **entered),
        _part(
            Payslip.objects.filter(run=_run_before(venue, month), employee__among=employee_ids),
            _CARRIED,
            yuan=F("carried_out"),
        ),
        all=True,
    )
    for what, person, kind, reason, corrects, amount in rows:
        if what in (_BONUS, _WITHHELD):
            entry = Entry(amount, kind, reason, str(CalendarMonth.of(corrects)) if corrects else "")
            (bonuses if what == _BONUS else withholdings)[person].append(entry)
        else:
            carried[person] += amount
    # Sorted here: the same order whatever the order of entry or the database's collation.
    for entries in bonuses.values():
        entries.sort(key=lambda entry: entry.reason)
    places = {kind: place for place, kind in enumerate(Withholding.Kind.values)}
    for entries in withholdings.values():
        entries.sort(key=lambda entry: (places[entry.kind], entry.reason))

    identities = {}
    columns = ("pk", "name", "bank_name", "bank_account", "opening_carry", "opening_month")
    known: Iterable[tuple[Any, ...]] = (
        Employee.objects.filter(pk__among=employee_ids).values_list(*columns)
        if people is None
        else ([getattr(person, column) for column in columns] for person in people)  # type: ignore[misc]
    )
    for pk, name, bank, account, opening, opening_month in known:
        identities[pk] = (name, bank, account)
        if opening_month == month.first and opening is not None:
            carried[pk] += opening
    return PayFacts(bonuses, withholdings, carried, identities)


_BONUS, _WITHHELD, _CARRIED = "bonus", "withheld", "carried"


def _part(rows: QuerySet[Any], what: str, **columns: Any) -> Any:
    """One kind of entry as a part of their union, which takes the types of its columns from the first."""
    padding = {"of_kind": _NO_WORD, "why": _NO_WORD, "puts_right": _NO_DAY}
    named = {"what": Value(what, output_field=CharField())}
    return rows.annotate(**(named | padding | columns)).order_by().values_list("what", "employee_id", *_COLUMNS)


_NO_WORD = Value("", output_field=CharField())
_NO_DAY = Value(None, output_field=DateField())
_COLUMNS = ("of_kind", "why", "puts_right", "yuan")


def _run_before(venue: Venue, month: CalendarMonth) -> Any:
    """The visible run of the latest earlier month that is run: what it carries on is charged in this one."""
    runs = PayrollRun.objects.filter(month__venue=venue, month__first_day__lt=month.first, is_current=True)
    if venue.in_use_from is not None:
        runs = runs.filter(month__first_day__gte=CalendarMonth.of(venue.in_use_from).first)
    return runs.order_by("-month__first_day").values("pk")[:1]


def pay_day(
    venue: Venue, month: CalendarMonth, policy: Policy, *, calendar: Mapping[date, bool] | None = None
) -> PayDay:
    """When the month is paid, by the venue's calendar (2.2), given where somebody has read it already."""
    due = pay_date(month, policy)
    paid = working_day_until(due, calendar_of(venue, month.first, due) if calendar is None else calendar)
    return PayDay(due, paid if paid != due else None)
