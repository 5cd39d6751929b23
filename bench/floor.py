"""The floor of a month's first run: the least that reading, deciding and writing its rows costs on PostgreSQL.

The same rows and columns that a run reads, by plain SELECTs on one psycopg connection, one a table for everybody
at once; the same pure functions that a run calls (``derive``, ``sales_of``, ``payslip_of``) on the same values; the
same rows that a run writes (penalties, payslips, lines, sale lines, open exceptions), one COPY a table, committed
in one transaction. No Django ORM, no chunk, no lock, no lease, no cipher: account numbers go from table to table
as the tokens they are, and the garbage collector is off. Cold: called once in a process that has computed nothing
before. Where the ledger is in step already, its rows are read, and none is written.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from commissions.engine.compute import payslip_of, sales_of
from commissions.engine.inputs import PayDay, PayFacts
from rulebook import attendance, comps, reports, sales
from rulebook.calendar import DAY, CalendarMonth, days_between, last_ended
from rulebook.money import ZERO
from rulebook.pay import FIGURES, Charge, Employment, Entry, Payslip, charges_wages
from rulebook.payday import pay_date, working_day_until
from rulebook.policy import Policy
from violations.ledger.derive import derive
from violations.ledger.facts import Derived, MonthFacts, PersonFacts

_FIGURES = [figure.name for figure in FIGURES if not figure.is_money]
_AMOUNTS = [figure.name for figure in FIGURES if figure.is_money]


@dataclass(slots=True)
class Read:
    """What the database told: the month's facts, what pay is told besides, and what stands in the ledger."""

    facts: MonthFacts
    entries: PayFacts
    due: PayDay
    ledger: list[tuple[Any, ...]]


@dataclass(slots=True)
class Written:
    """The rows of each table, as COPY takes them."""

    penalties: list[tuple[Any, ...]] = field(default_factory=list)
    payslips: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    sales: list[tuple[Any, ...]] = field(default_factory=list)
    open: list[tuple[Any, ...]] = field(default_factory=list)


def floor(address: str, run: int, venue: str, month: CalendarMonth, now: datetime) -> dict[str, float]:
    """Seconds of reading, computing, writing, and of all three.

    The connection is open, and the row of the run that the payslips belong to written, before the clock starts.
    """
    with psycopg.connect(address, options="-c timezone=UTC") as database:
        database.execute("SELECT 1")
        times = [time.perf_counter()]
        found = read(database, venue, month, now)
        times.append(time.perf_counter())
        facts, entries, due = found.facts, found.entries, found.due
        derived = derive(facts)
        sold = {pk: sales_of(person, facts) for pk, person in facts.people.items()}
        times.append(time.perf_counter())
        written = Written()
        charges = ledger_of(database, found, derived, now, written)
        times.append(time.perf_counter())
        slips = {
            pk: payslip_of(person, facts, derived[pk], sold[pk], charges[pk], entries, due)
            for pk, person in facts.people.items()
        }
        times.append(time.perf_counter())
        rows_of(database, run, found, slips, sold, written)
        write(database, written)
        database.commit()
        times.append(time.perf_counter())
    reading, one, charging, other, writing = (after - before for before, after in pairwise(times))
    return {
        "floor_s": times[-1] - times[0],
        "floor_reading_s": reading,
        "floor_computing_s": one + other,
        "floor_writing_s": charging + writing,
    }


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def fen(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def read(database: psycopg.Connection[Any], venue: str, month: CalendarMonth, now: datetime) -> Read:
    """Everything a run reads, by plain SELECTs."""

    def rows(sql: str, **values: Any) -> list[Any]:
        return database.execute(sql, known | values).fetchall()

    known: dict[str, Any] = {"venue": venue, "first": month.first, "last": month.last}
    known["venue"], zone_name = rows("SELECT id, timezone FROM venues_venue WHERE code = %(venue)s")[0]
    ((values,),) = rows(
        "SELECT values FROM venues_policyversion"
        " WHERE venue_id = %(venue)s AND coalesce(effective_from, '-infinity') <= %(first)s"
        " ORDER BY coalesce(effective_from, '-infinity') DESC LIMIT 1"
    )
    zone, policy = ZoneInfo(zone_name), Policy.from_values(values)
    facts = MonthFacts(
        month=month,
        zone=zone,
        policy=policy,
        decided=max(month.first - DAY, min(month.last, last_ended(now, zone))),
        event_days=frozenset(
            day
            for (day,) in rows(
                "SELECT date FROM venues_eventday WHERE venue_id = %(venue)s AND date BETWEEN %(first)s AND %(last)s"
            )
        ),
        shifts={day: attendance.shift_of(day, policy, zone) for day in days_between(month.first, month.last)},
    )
    people = facts.people
    identities, carried = {}, {}
    for pk, number, hired, left, exit_kind, noticed, deposit, name, bank, account, opening, opening_month in rows(
        "SELECT id, number, hired_on, left_on, exit_kind, noticed_on, deposit, name, bank_name, bank_account,"
        " opening_carry, opening_month FROM staff_employee"
        " WHERE venue_id = %(venue)s AND hired_on <= %(last)s AND (left_on IS NULL OR left_on >= %(first)s)"
    ):
        employment = Employment(hired, left, exit_kind, noticed, yuan(deposit) if deposit else ZERO)
        people[pk] = PersonFacts(id=pk, number=number, employment=employment)
        identities[pk] = (name, bank, account)
        if opening_month == month.first and opening is not None:
            carried[pk] = yuan(opening)
    known["people"] = list(people)
    of_these = "employee_id = ANY(%(people)s) AND business_day BETWEEN %(first)s AND %(last)s"
    for pk, day, kind, approver in rows(
        f"SELECT employee_id, business_day, kind, approver FROM attendance_rest WHERE {of_these}"
    ):
        people[pk].rests.append(attendance.Rest(day, kind, bool(approver)))
    for pk, day, arrived, left, vouched_in, vouched_out in rows(
        "SELECT employee_id, business_day, arrived_at, left_at, arrival_approver, departure_approver"
        f" FROM attendance_punch WHERE {of_these}"
    ):
        people[pk].punches.append(attendance.Punch(day, arrived, left, bool(vouched_in), bool(vouched_out)))
    for pk, kind, first, last, requested, approver, *papers in rows(
        "SELECT employee_id, kind, first_day, last_day, requested_at, approver, has_certificate, has_receipt,"
        " has_sick_note FROM attendance_leave"
        " WHERE employee_id = ANY(%(people)s) AND first_day <= %(last)s AND last_day >= %(first)s"
    ):
        people[pk].leaves.append(attendance.Leave(kind, first, last, requested, bool(approver), all(papers)))
    for record, pk, day, left, returned, approver in rows(
        f"SELECT id, employee_id, business_day, left_at, returned_at, approver FROM attendance_offpost WHERE {of_these}"
    ):
        source = f"off_post:{left:%Y-%m-%dT%H:%M:%SZ}"
        facts.records[source, pk] = record
        people[pk].off_posts.append(attendance.OffPost(source, day, left, returned, bool(approver)))
    for pk, number, booking, person, category, amount, ground, at in rows(
        "SELECT c.id, c.number, b.number, c.employee_id, c.category, c.amount, c.ground, c.given_at"
        " FROM comps_comp c JOIN bookings_booking b ON b.id = c.booking_id"
        " WHERE c.employee_id = ANY(%(people)s) AND c.business_day BETWEEN %(first)s AND %(last)s"
    ):
        facts.comps.append(comps.Comp(number, booking, person, category, yuan(amount), ground, at))
        facts.records[f"comp:{number}", person] = pk
    owners: defaultdict[int, list[tuple[datetime | None, int]]] = defaultdict(list)
    for booking, at, before, after in rows(
        "SELECT r.booking_id, r.at, r.from_employee_id, r.to_employee_id FROM bookings_reassignment r"
        " JOIN bookings_booking b ON b.id = r.booking_id"
        " WHERE b.venue_id = %(venue)s AND b.business_day BETWEEN %(first)s AND %(last)s ORDER BY r.at, r.id"
    ):
        if not owners[booking]:
            owners[booking].append((None, before))
        owners[booking].append((at, after))
    for pk, person, number, day, table, guest, phone, registered, arrived, spend, state in rows(
        'SELECT id, employee_id, number, business_day, "table", guest_name, guest_phone, registered_at, arrived_at,'
        f" spend, state FROM bookings_booking WHERE {of_these}"
    ):
        spent = None if spend is None else yuan(spend)
        one = sales.Booking(number, day, table, guest, phone, registered, arrived, spent, state)
        people[person].bookings.append(one)
        people[person].booking_ids[number] = pk
        spans = tuple(owners[pk]) if pk in owners else ((None, person),)
        facts.tables[number] = comps.CompTable(number, day, state, spent, spans)
    for pk, person, number, day, article, amount, booking, state, spend, booking_day in rows(
        "SELECT r.id, r.employee_id, r.number, r.business_day, r.article, r.amount, b.number, b.state, b.spend,"
        " b.business_day FROM violations_report r LEFT JOIN bookings_booking b ON b.id = r.booking_id"
        " WHERE r.employee_id = ANY(%(people)s) AND r.business_day BETWEEN %(first)s AND %(last)s"
    ):
        report = reports.Report(
            number, day, article, None if amount is None else yuan(amount),
            booking or "", state or "", None if spend is None else yuan(spend),
        )  # fmt: skip
        people[person].reports.append(report)
        facts.records[f"report:{number}", person] = pk
        if booking_day and booking_day > month.last:
            people[person].waiting_reports.append(report)
    bonuses: defaultdict[int, list[Entry]] = defaultdict(list)
    for person, reason, amount in rows(
        "SELECT employee_id, reason, amount FROM commissions_bonus"
        " WHERE employee_id = ANY(%(people)s) AND month = %(first)s ORDER BY reason"
    ):
        bonuses[person].append(Entry(yuan(amount), "", reason))
    withheld: defaultdict[int, list[Entry]] = defaultdict(list)
    for person, kind, reason, amount in rows(
        "SELECT employee_id, kind, reason, amount FROM commissions_withholding"
        " WHERE employee_id = ANY(%(people)s) AND month = %(first)s ORDER BY kind, reason"
    ):
        withheld[person].append(Entry(yuan(amount), kind, reason))
    for person, amount in rows(
        "SELECT p.employee_id, p.carried_out FROM commissions_payslip p WHERE p.run_id ="
        " (SELECT r.id FROM commissions_payrollrun r JOIN venues_month m ON m.id = r.month_id WHERE r.is_current"
        " AND m.venue_id = %(venue)s AND m.first_day < %(first)s ORDER BY m.first_day DESC LIMIT 1)"
    ):
        carried[person] = carried.get(person, ZERO) + yuan(amount)
    ledger = rows(
        "SELECT id, employee_id, business_day, article, source, amount, basis, state, off_post_id, comp_id, report_id"
        f" FROM violations_penalty WHERE {of_these}"
    )
    due = pay_date(month, policy)
    calendar = dict(
        rows(
            "SELECT date, is_working FROM venues_calendarday"
            " WHERE venue_id = %(venue)s AND date BETWEEN %(first)s AND %(due)s",
            due=due,
        )
    )
    paid = working_day_until(due, calendar)
    entries = PayFacts(bonuses, withheld, carried, identities)
    return Read(facts, entries, PayDay(due, paid if paid != due else None), ledger)


def reserve(database: psycopg.Connection[Any], table: str, count: int) -> Iterable[int]:
    sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return (pk for (pk,) in database.execute(sql, [table, count]).fetchall())


def ledger_of(
    database: psycopg.Connection[Any], found: Read, derived: Mapping[int, Derived], now: datetime, written: Written
) -> dict[int, list[Charge]]:
    """The rows of the penalties that the ledger lacks, and what all of them charge each person."""
    facts = found.facts
    held = {(person, day, article, source): pk for pk, person, day, article, source, *_ in found.ledger}
    count = sum(len(derived[pk].fines) for pk in facts.people) - len(held)
    fresh = iter(reserve(database, "violations_penalty", count))
    charges: dict[int, list[Charge]] = {}
    for person, known in facts.people.items():
        charges[person] = []
        charged = charges_wages(known.employment, facts.month, facts.policy)
        for fine in derived[person].fines:
            pk = held.get((person, fine.day, fine.article, fine.source))
            if pk is None:
                pk, kind = next(fresh), fine.source.partition(":")[0]
                record = facts.records.get((fine.source, person))
                written.penalties.append((
                    pk, person, fine.day, fine.article, fine.source, fen(fine.amount), json.dumps(fine.basis),
                    "charged" if charged else "not_charged", record if kind == "off_post" else None,
                    record if kind == "comp" else None, record if kind == "report" else None, now, "",
                ))  # fmt: skip
            if charged:
                charges[person].append(Charge(fine.day, fine.article, fine.amount, fine.basis, pk))
    return charges


def rows_of(
    database: psycopg.Connection[Any],
    run: int,
    found: Read,
    slips: dict[int, Payslip],
    sold: dict[int, list[sales.Sale]],
    written: Written,
) -> None:
    """The rows of the payslips, their lines, sale lines and open exceptions."""
    for pk, (person, slip) in zip(reserve(database, "commissions_payslip", len(slips)), slips.items(), strict=True):
        known = found.facts.people[person]
        hints = json.dumps([[told.hint.value, told.basis] for told in slip.hints])
        written.payslips.append((
            pk, run, person, known.number, *found.entries.identities[person], slip.status.value,
            *(getattr(slip, name) for name in _FIGURES), *(fen(getattr(slip, name)) for name in _AMOUNTS),
            found.due.due, hints,
        ))  # fmt: skip
        for position, line in enumerate(slip.lines):
            basis = json.dumps(line.basis)
            written.lines.append(
                (pk, position, line.item.value, line.article, line.day, fen(line.amount), basis, line.ref)
            )
        for sale in sold[person]:
            booking = known.booking_ids[sale.booking.number]
            written.sales.append((pk, booking, fen(sale.amount), ",".join(sale.reasons)))
        written.open.extend((pk, item.kind.value, item.day, item.ref) for item in slip.open)


def write(database: psycopg.Connection[Any], written: Written) -> None:
    """One COPY a table."""
    tables: Sequence[tuple[str, Sequence[str], list[tuple[Any, ...]]]] = (
        (
            "violations_penalty",
            ("id", "employee_id", "business_day", "article", "source", "amount", "basis", "state", "off_post_id",
             "comp_id", "report_id", "derived_at", "waiver_reason"),
            written.penalties,
        ),
        (
            "commissions_payslip",
            ("id", "run_id", "employee_id", "number", "name", "bank_name", "bank_account", "status", *_FIGURES,
             *_AMOUNTS, "pay_date", "hints"),
            written.payslips,
        ),
        (
            "commissions_payslipline",
            ("payslip_id", "position", "item", "article", "business_day", "amount", "basis", "penalty_id"),
            written.lines,
        ),
        ("commissions_saleline", ("payslip_id", "booking_id", "amount", "reasons"), written.sales),
        ("commissions_openexception", ("payslip_id", "kind", "business_day", "ref"), written.open),
    )  # fmt: skip
    for table, columns, rows in tables:
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with database.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)
