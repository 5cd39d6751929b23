"""Run a payroll: start it, cut it into chunks, compute under leases, make it visible at once."""

import os
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from commissions.engine.compute import digest_of, payslip_of, sales_of
from commissions.engine.inputs import pay_day, pay_facts
from commissions.errors import LeaseLost, NotInUse, NotOver, RunHeld
from commissions.models import OpenException, PayrollRun, Payslip, PayslipLine, RunChunk, SaleLine
from pages.formats import long_day, month as month_shown
from rulebook import pay
from rulebook.attendance import is_run
from rulebook.calendar import CalendarMonth, last_ended
from rulebook.sales import Sale
from storage.garbage import no_garbage_collection
from storage.rows import delete_rows, insert_rows, reserve_ids
from venues.models import Month, Venue
from venues.selectors import policy_of
from venues.services import lock_month_rows_from, require_open_months
from violations.ledger.derive import derive
from violations.ledger.facts import PersonFacts
from violations.ledger.inputs import employed_in, month_facts
from violations.ledger.services.reconciliation import reconcile, withdraw_strays

Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]
State = PayrollRun.State

ATTEMPTS = 5
"""How often one chunk is tried before its run has failed."""
_PATIENCE = 0.2  # seconds between two looks at chunks that others hold

PAYSLIP = ("status", *(figure.name for figure in pay.FIGURES))
"""What is stored of a payslip besides its lines."""


def run_month(
    *,
    venue: Venue,
    month: CalendarMonth,
    user: User | None = None,
    clock: Clock = timezone.now,
    progress: Progress | None = None,
) -> PayrollRun:
    """Compute a month's draft payslips in this process, and make them the month's current ones.

    Raises MonthLocked, NotOver (the month has not begun), RunHeld (somebody else computes it) or LeaseLost
    (somebody else took it over).
    """
    run = start_run(venue=venue, month=month, user=user, clock=clock)
    finished = False
    try:
        finished = work_run(run, clock=clock, progress=progress)
    finally:
        if not finished:  # interrupted: the month is free for the next run at once
            give_up(run)
    run.refresh_from_db()
    return run


def work_run(run: PayrollRun, *, clock: Clock = timezone.now, progress: Progress | None = None) -> bool:
    """Compute what is left of a run, wait for what others hold of it, and finish it.

    Raises LeaseLost where the run is over without having been finished.
    """
    while True:
        try:
            while (chunk := claim_chunk(run, clock=clock)) is not None:
                with suppress(LeaseLost):  # handed on meanwhile; whether the run goes on, the next claim tells
                    _attempt(chunk, clock=clock)
                if progress is not None:
                    progress(*progress_of(run))
        except LeaseLost:
            if PayrollRun.objects.filter(pk=run.pk, state=State.COMPLETE).exists():
                return True  # somebody else found the last chunk done
            raise
        if finish_run(run, clock=clock):
            return True
        time.sleep(_PATIENCE)


def work_chunk(chunk_id: int, *, clock: Clock = timezone.now) -> None:
    """Compute one chunk that was handed out, and finish its run where it was the last one.

    A copy of a chunk that is held, done or of a run that is over changes nothing.
    """
    run = PayrollRun.objects.filter(chunks=chunk_id).first()
    if run is None:
        return
    try:
        chunk = claim_chunk(run, only=chunk_id, clock=clock)
        if chunk is not None:
            _attempt(chunk, clock=clock)
    except LeaseLost:
        return
    if not run.chunks.exclude(state=RunChunk.State.DONE).exists():
        finish_run(run, clock=clock)


def _attempt(chunk: RunChunk, *, clock: Clock) -> None:
    """Compute a claimed chunk; where that fails, say so at the run and let the chunk go for another attempt."""
    try:
        compute_chunk(chunk, clock=clock)
    except LeaseLost:
        raise
    except Exception as error:
        PayrollRun.objects.filter(pk=chunk.run_id, state=State.COMPUTING).update(
            failure=f"{type(error).__name__}: {error}"[:1000]
        )
        RunChunk.objects.filter(pk=chunk.pk, token=chunk.token).update(lease_until=clock())
        raise


def holder_label() -> str:
    """Who computes, for the one who is told to wait."""
    return f"{socket.gethostname()}, pid {os.getpid()}"


def start_run(
    *, venue: Venue, month: CalendarMonth, user: User | None = None, clock: Clock = timezone.now
) -> PayrollRun:
    """Begin a run and cut it into chunks, or take over one whose lease has expired."""
    now = clock()
    if not is_run(month, venue.in_use_from):
        raise NotInUse(before_use(venue, month))
    if month.first > venue.day_at(now):
        raise NotOver(_("%(month)s has not begun.") % {"month": month_shown(month)})
    with transaction.atomic():
        row = require_open_months(venue, [month])[month]
        held = PayrollRun.objects.select_for_update(no_key=True).filter(month=row, state=State.COMPUTING).first()
        if held is not None:
            if held.lease_until > now:
                raise RunHeld(
                    _("%(month)s is being computed since %(since)s by %(holder)s.")
                    % {
                        "month": month_shown(month),
                        "since": held.started_at.astimezone(venue.zone).strftime("%H:%M:%S"),
                        "holder": held.holder,
                    }
                )
            abandon(held)
        ids = employed_in(venue, month)
        withdraw_strays(venue, month, ids, now=now)
        decided = last_ended(now, venue.zone)
        run = PayrollRun.objects.create(
            month=row,
            policy_version=policy_of(venue, month),
            as_of=now,
            provisional_day=decided if decided < month.last else None,
            revision=row.revision,
            people=len(ids),
            holder=holder_label(),
            lease_until=_lease(now),
            started_by=user,
            started_at=now,
        )
        size = settings.PAYROLL_CHUNK_SIZE
        RunChunk.objects.bulk_create(
            RunChunk(run=run, number=number, employee_ids=part, people=len(part))
            for number, part in enumerate(ids[start : start + size] for start in range(0, len(ids), size))
        )
    return run


def before_use(venue: Venue, month: CalendarMonth) -> str:
    """Why a month is not run that ends before the house is in use."""
    assert venue.in_use_from is not None
    return _("%(month)s ends before the house is in use (from %(day)s): it is not run.") % {
        "month": month_shown(month),
        "day": long_day(venue.in_use_from),
    }


def abandon(run: PayrollRun, state: PayrollRun.State = State.ABANDONED) -> None:
    """Give up an unfinished run, with everything it wrote; inside a transaction, its row locked."""
    # Whoever still writes a chunk holds its row: wait for them, so that nothing of theirs is left behind.
    list(run.chunks.select_for_update().order_by("number").values_list("pk"))
    _delete_payslips(run)
    run.chunks.all().delete()
    run.state = state
    run.save(update_fields=["state"])


def give_up(run: PayrollRun) -> None:
    """Abandon a run if it is still computing; the draft before it stands."""
    with transaction.atomic():
        locked = _computing(run)
        if locked is not None:
            abandon(locked)


def _computing(run: PayrollRun) -> PayrollRun | None:
    """A run's row taken for update, where it still computes; inside a transaction.

    A month may be locked over a run that nobody holds any more: such a run stands still.
    """
    going = PayrollRun.objects.filter(state=State.COMPUTING, month__state=Month.State.OPEN)
    return going.select_for_update(of=("self",), no_key=True).filter(pk=run.pk).first()


def claim_chunk(run: PayrollRun, *, only: int | None = None, clock: Clock = timezone.now) -> RunChunk | None:
    """Take the next chunk (or the one asked for) that nobody holds, under a lease; None where there is none.

    Raises LeaseLost where the run is over; a chunk that failed too often ends it.
    """
    now = clock()
    with transaction.atomic():
        locked = _computing(run)
        if locked is None:
            raise LeaseLost(_("This run was taken over, or is over."))
        free = run.chunks.exclude(state=RunChunk.State.DONE).exclude(state=RunChunk.State.CLAIMED, lease_until__gt=now)
        if only is not None:
            free = free.filter(pk=only)
        # Taken for update: a holder past its lease may be about to finish it.
        chunk = free.select_for_update(of=("self",)).order_by("number").first()
        if chunk is None:
            return None
        exhausted = chunk.attempts >= ATTEMPTS
        if exhausted:
            abandon(locked, State.FAILED)
        else:
            chunk.attempts += 1
            chunk.state, chunk.token, chunk.lease_until = RunChunk.State.CLAIMED, uuid.uuid4(), _lease(now)
            chunk.save(update_fields=["attempts", "state", "token", "lease_until"])
            locked.lease_until, locked.holder = _lease(now), holder_label()
            locked.save(update_fields=["lease_until", "holder"])
    if exhausted:
        raise LeaseLost(_("This run failed: a part of it could not be computed."))
    return chunk


def is_left(now: datetime) -> Q:
    """A chunk that nobody works on any more, if it is not done."""
    return Q(lease_until__lte=now) | Q(lease_until=None, run__lease_until__lte=now)


def take_expired(run: PayrollRun, *, clock: Clock = timezone.now) -> list[int]:
    """The chunks of a run that nobody works on any more, to be handed out (again) under a new lease.

    Those are: claimed or handed out, and the lease expired; never handed out, and the run's own expired.
    """
    now = clock()
    chunks = RunChunk.objects.filter(is_left(now), run=run.pk, run__state=State.COMPUTING).exclude(
        state=RunChunk.State.DONE
    )
    if not chunks.exists():  # looked at often: no lock where there is nothing to do
        return []
    with transaction.atomic():
        locked = _computing(run)
        if locked is None:
            return []
        ids = list(chunks.order_by("number").values_list("pk", flat=True))
        if ids:
            hand_out(locked, ids, now=now)
    return ids


def hand_out(run: PayrollRun, chunk_ids: list[int], *, now: datetime) -> None:
    """Note that chunks are being sent to somebody who computes them; inside a transaction, the run's row locked.

    A claimed chunk whose lease has expired waits again; should its holder be alive, the first to finish it counts.
    """
    waiting = RunChunk.objects.filter(pk__in=chunk_ids).exclude(state=RunChunk.State.DONE)
    waiting.update(state=RunChunk.State.WAITING, lease_until=_lease(now))
    run.lease_until = _lease(now)
    run.save(update_fields=["lease_until"])


def compute_chunk(chunk: RunChunk, *, clock: Clock = timezone.now) -> None:
    """Read the facts of a chunk's people, apply the rules, and write ledger and payslips in one transaction.

    The chunk's own rows are replaced, so a retry costs nothing. Raises LeaseLost where the chunk was handed on.
    """
    with no_garbage_collection():
        _compute_chunk(chunk, clock)


def _compute_chunk(chunk: RunChunk, clock: Clock) -> None:
    run = PayrollRun.objects.select_related("month__venue", "policy_version").get(pk=chunk.run_id)
    venue, month, policy = run.month.venue, run.month.calendar_month, run.policy_version.policy
    facts = month_facts(venue, month, chunk.employee_ids, policy=policy, now=run.as_of)
    entries = pay_facts(venue, month, chunk.employee_ids)
    due = pay_day(venue, month, policy)
    derived = derive(facts)
    sales = {pk: sales_of(person, facts) for pk, person in facts.people.items()}
    with transaction.atomic():
        # The chunk's row alone: a lock on the run's would make chunks wait for one another.
        chunks = RunChunk.objects.filter(run__month__state=Month.State.OPEN)
        locked = chunks.select_for_update(of=("self",)).filter(pk=chunk.pk).first()
        if locked is None or locked.token != chunk.token:
            raise LeaseLost(_("This part of the run was taken over."))
        charges = reconcile(facts, derived, now=clock())
        _delete_payslips(run, chunk.employee_ids)
        rows = _Rows(run, due.due)
        for pk, person in facts.people.items():
            if person.employment.days_in(month) is None:  # changed since the run began, which makes it stale
                continue
            payslip = payslip_of(person, facts, derived[pk], sales[pk], charges[pk], entries, due)
            rows.add(person, payslip, sales[pk], entries.identities[pk])
        rows.write()
        locked.state = RunChunk.State.DONE
        locked.save(update_fields=["state"])


class _Rows:
    """The rows of a chunk's payslips, gathered and then written a table at a time."""

    def __init__(self, run: PayrollRun, pay_date: Any) -> None:
        self.run, self.pay_date = run, pay_date
        self.payslips: list[list[Any]] = []
        self.lines: list[tuple[int, list[Any]]] = []
        self.sales: list[tuple[int, list[Any]]] = []
        self.open: list[tuple[int, list[Any]]] = []

    def add(self, person: PersonFacts, payslip: pay.Payslip, sales: list[Sale], identity: tuple[str, str, str]) -> None:
        place = len(self.payslips)
        name, bank, account = identity
        figures = [getattr(payslip, column) for column in PAYSLIP]
        figures[0] = payslip.status.value
        hints = [[told.hint.value, dict(told.basis)] for told in payslip.hints]
        self.payslips.append([
            self.run.pk, person.id, person.number, name, bank, account, *figures, self.pay_date, hints,
            digest_of(payslip),
        ])  # fmt: skip
        for position, line in enumerate(payslip.lines):
            self.lines.append((
                place,
                [position, line.item.value, line.article, line.day, line.amount, dict(line.basis), line.ref],
            ))  # fmt: skip
        for sale in sales:
            reasons = ",".join(sale.reasons)
            self.sales.append((place, [person.booking_ids[sale.booking.number], sale.amount, reasons]))
        for item in payslip.open:
            self.open.append((place, [item.kind.value, item.day, item.ref]))

    def write(self) -> None:
        ids = reserve_ids(Payslip, len(self.payslips))
        insert_rows(
            Payslip,
            (
                "id",
                "run",
                "employee",
                "number",
                "name",
                "bank_name",
                "bank_account",
                *PAYSLIP,
                "pay_date",
                "hints",
                "digest",
            ),
            ([pk, *row] for pk, row in zip(ids, self.payslips, strict=True)),
        )
        for model, columns, gathered in (
            (PayslipLine, ("position", "item", "article", "business_day", "amount", "basis", "penalty"), self.lines),
            (SaleLine, ("booking", "amount", "reasons"), self.sales),
            (OpenException, ("kind", "business_day", "ref"), self.open),
        ):
            insert_rows(model, ("payslip", *columns), ([ids[place], *row] for place, row in gathered))


def finish_run(run: PayrollRun, *, clock: Clock = timezone.now) -> bool:
    """Make a run with no chunk left the month's current one, in place of the draft before it.

    False where chunks are left or the run is no longer computing. Drafts of later months become stale. The draft
    before is kept until the next run: whoever is reading it reads it to its end.
    """
    with transaction.atomic():
        month = lock_month_rows_from(run.month.venue, run.month.calendar_month)[0]
        locked = _computing(run)
        if locked is None or locked.chunks.exclude(state=RunChunk.State.DONE).exists():
            return False
        complete = PayrollRun.objects.filter(month=month, state=State.COMPLETE)
        for before in complete.filter(is_current=False):
            _delete_payslips(before)
            before.delete()
        complete.update(is_current=False)
        locked.state, locked.is_current, locked.finished_at = State.COMPLETE, True, clock()
        locked.save(update_fields=["state", "is_current", "finished_at"])
        Month.objects.filter(venue=month.venue_id, state=Month.State.OPEN, first_day__gt=month.first_day).update(
            revision=F("revision") + 1
        )
    return True


def progress_of(run: PayrollRun) -> tuple[int, int]:
    """People done, and people in all, read from the chunks' rows."""
    done = run.chunks.filter(state=RunChunk.State.DONE).aggregate(people=Sum("people"))["people"]
    return done or 0, run.people


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.PAYROLL_LEASE_SECONDS)


def _delete_payslips(run: PayrollRun, employee_ids: list[int] | None = None) -> None:
    payslips = Payslip.objects.filter(run=run)
    if employee_ids is not None:
        payslips = payslips.filter(employee__among=employee_ids)
    if not payslips.exists():  # as a rule: only what was begun before left some
        return
    for model in (PayslipLine, SaleLine, OpenException):
        delete_rows(model.objects.filter(payslip__in=payslips.values("pk")))
    delete_rows(payslips)
