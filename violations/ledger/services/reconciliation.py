"""Reconcile the penalty ledger with the facts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from rulebook.calendar import CalendarMonth
from rulebook.fines import Fine
from rulebook.pay import Charge
from staff.models import Employee
from storage.rows import insert_rows, reserve_ids, update_rows
from venues.models import Month, Venue
from venues.selectors import policy_of
from violations.ledger.derive import derive
from violations.ledger.facts import Derived, MonthFacts
from violations.ledger.inputs import decided_in, employed_in, month_facts
from violations.ledger.selectors import derived_state, state_beside
from violations.models import Penalty, Reconciled

State = Penalty.State
_STANDING = (State.CHARGED, State.NOT_CHARGED, State.WAIVED)
_INSERTED = (
    "id", "employee", "business_day", "article", "source", "amount", "basis", "state",
    "off_post", "comp", "report", "derived_at", "waiver_reason",
)  # fmt: skip
_UPDATED = ("amount", "basis", "state", "off_post", "comp", "report", "derived_at", "withdrawn_at")


def reconcile_month(venue: Venue, month: CalendarMonth, *, now: datetime) -> None:
    """Bring a month's ledger in step with its facts; a locked month is left as it is. Twice equals once."""
    with transaction.atomic():
        row = _held(venue, month)
        ids = employed_in(venue, month)
        if _is_open(row):
            withdraw_strays(venue, month, ids, now=now)
    policy = policy_of(venue, month).policy
    for start in range(0, len(ids), settings.PAYROLL_CHUNK_SIZE):
        chunk = ids[start : start + settings.PAYROLL_CHUNK_SIZE]
        facts = month_facts(venue, month, chunk, policy=policy, now=now)
        derived = derive(facts)
        with transaction.atomic():
            if not _is_open(_held(venue, month)):
                return
            reconcile(facts, derived, now=now)
    if row is not None and _is_open(row):
        # By the revision from before the facts were read: what changed meanwhile is not in the ledger.
        in_step = {"revision": row.revision, "through": decided_in(month, now, venue.zone), "at": now}
        Reconciled.objects.update_or_create(month=row, defaults=in_step)


def _held(venue: Venue, month: CalendarMonth) -> Month | None:
    """A month's row, taken for update; None where nothing was written in it yet."""
    return Month.objects.select_for_update().filter(venue=venue, first_day=month.first).first()


def _is_open(row: Month | None) -> bool:
    """Whether a month may be written to."""
    return row is None or row.state == Month.State.OPEN


def withdraw_strays(venue: Venue, month: CalendarMonth, employed: Collection[int], *, now: datetime) -> None:
    """Withdraw the month's fines of people who turned out not to be employed in it; inside a transaction.

    ``employed`` are the primary keys of those who are, read in this transaction.
    """
    Penalty.objects.filter(
        employee__venue=venue,
        business_day__range=(month.first, month.last),
        state__in=_STANDING,
    ).exclude(employee__among=employed).update(state=State.WITHDRAWN, withdrawn_at=now)


def reconcile(facts: MonthFacts, derived: Mapping[int, Derived], *, now: datetime) -> dict[int, list[Charge]]:
    """Write what the ledger lacks, and return what it charges each person, in the order shown.

    Inside a transaction. New rows go in, changed rows are updated, rows no longer implied are withdrawn; waived
    ones stay waived, also when they went and came back. The people's rows are locked: two reconciliations of one
    person take turns.
    """
    ids = sorted(facts.people)
    list(Employee.objects.select_for_update(no_key=True).filter(pk__among=ids).order_by("pk").values_list("pk"))
    stored: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    rows = Penalty.objects.filter(
        employee__among=ids, business_day__range=(facts.month.first, facts.month.last)
    ).values_list(
        "pk", "employee_id", "business_day", "article", "source", "amount", "basis", "state",
        "off_post_id", "comp_id", "report_id", "waived_at",
    )  # fmt: skip
    waived = set()
    for pk, person, day, article, source, *rest, waived_at in rows:
        stored[person, day, article, source] = (pk, *rest)
        if waived_at is not None:
            waived.add(pk)

    new = sum(
        (person, fine.day, fine.article, fine.source) not in stored
        for person in facts.people
        for fine in derived[person].fines
    )
    fresh = iter(reserve_ids(Penalty, new) if new else ())
    inserts: list[list[Any]] = []
    updates: list[list[Any]] = []
    charges: dict[int, list[Charge]] = {}
    for person, known in facts.people.items():
        charges[person] = []
        state = derived_state(known, facts)
        for fine in derived[person].fines:
            basis = dict(fine.basis)
            wanted = [fine.amount, basis, state, *_records_of(fine, person, facts)]
            before = stored.pop((person, fine.day, fine.article, fine.source), None)
            if before is None:
                pk = next(fresh)
                inserts.append([pk, person, fine.day, fine.article, fine.source, *wanted, now, ""])
            else:
                pk, *held = before
                wanted[2] = state_beside(state, is_waived=pk in waived)
                if held != wanted:
                    updates.append([pk, *wanted, now, None])
            if wanted[2] == State.CHARGED:
                charges[person].append(Charge(fine.day, fine.article, fine.amount, basis, pk))
    for pk, amount, basis, old_state, *records in stored.values():
        if old_state in _STANDING:
            updates.append([pk, amount, basis, State.WITHDRAWN.value, *records, now, now])
    insert_rows(Penalty, _INSERTED, inserts)
    update_rows(Penalty, _UPDATED, updates)
    return charges


def _records_of(fine: Fine, person: int, facts: MonthFacts) -> list[int | None]:
    """The primary keys of the records behind a fine, in the order off-post, comp, report."""
    kind = fine.source.partition(":")[0]
    record = facts.records.get((fine.source, person))
    return [record if kind == name else None for name in ("off_post", "comp", "report")]
