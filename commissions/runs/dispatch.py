"""Hand a run to Celery's workers, or to a process of its own where there is no broker."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from commissions.models import PayrollRun, RunChunk
from commissions.runs.services import Clock, finish_run, hand_out, is_left, start_run, take_expired
from rulebook.calendar import CalendarMonth
from storage import jobs
from venues.models import Month, Venue

State = PayrollRun.State
COMPUTE_CHUNK = "commissions.tasks.compute_chunk"


def begin_run(
    *, venue: Venue, month: CalendarMonth, user: User | None = None, clock: Clock = timezone.now
) -> PayrollRun:
    """Begin a run and hand it out once it is committed; returns at once. Refuses as ``start_run`` does."""
    with transaction.atomic():
        run = start_run(venue=venue, month=month, user=user, clock=clock)
        ids = list(run.chunks.order_by("number").values_list("pk", flat=True))
        if not ids:
            finish_run(run, clock=clock)
            run.refresh_from_db()
            return run
        if settings.CELERY_BROKER_URL:
            hand_out(run, ids, now=clock())
        transaction.on_commit(partial(send, run.pk, ids))
    return run


def sweep(*, besides: tuple[Venue, CalendarMonth] | None = None, clock: Clock = timezone.now) -> int:
    """Send again what was lost with its worker or its queue, finish what only lacks its end; how many runs.

    One month may be left to who asks.
    """
    tended = 0
    undone = RunChunk.objects.filter(run=OuterRef("pk")).exclude(state=RunChunk.State.DONE)
    going = PayrollRun.objects.filter(state=State.COMPUTING, month__state=Month.State.OPEN)
    if besides is not None:
        going = going.exclude(month__venue=besides[0], month__first_day=besides[1].first)
    left_behind = going.filter(Exists(undone.filter(is_left(clock()))) | ~Exists(undone))
    for run in left_behind.select_related("month__venue"):  # most looks find none, by one query
        ids = take_expired(run, clock=clock)
        if ids:
            send(run.pk, ids)
            tended += 1
        else:
            tended += finish_run(run, clock=clock)
    return tended


def send(run_id: int, chunk_ids: list[int]) -> None:
    """Hand chunks to whoever computes; what can't be handed over now is sent again by the next sweep."""
    jobs.hand_over(COMPUTE_CHUNK, chunk_ids, alone=partial(start_process, run_id))


def start_process(run_id: int) -> None:
    """Compute a run in a process of its own."""
    jobs.start_process("work_run", run_id, log="payroll.log")
