"""Import a workbook: read, checked and stored, all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.locking import approver_name, locked_months
from attendance.past_days.services import write_vouched
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.garbage import no_garbage_collection
from venues.errors import Refused
from venues.models import Month, Venue
from venues.rights import need_reason, require
from venues.selectors import in_use_touches
from venues.services import create_venue, lock_month_rows_from, refuse_locked_from, set_in_use
from violations.ledger.services.reconciliation import reconcile_month
from workbook.checking.past_days import Fined, fined_by
from workbook.checking.plan import UNLIMITED, Limits, Plan, check
from workbook.checking.rows import Parsed, parse
from workbook.checking.stored import revisions_of
from workbook.faults import Fault, Faulty, Unreadable, shown
from workbook.sheets import SHEETS
from workbook.storing.services import ImportTrace, store
from workbook.xlsx.reading import Grid, open_workbook

ATTEMPTS = 3
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Summary:
    """What an import did, by sheet: rows that were new, changed, and as they were; whom it fines for past days."""

    venue: Venue
    counts: dict[str, tuple[int, int, int]]
    plan: Plan
    fined: list[Fined] = field(default_factory=list)


class Vouched(NamedTuple):
    """Whose past days are vouched for as they are stored, by staff number, and why."""

    numbers: frozenset[str] = frozenset()
    reason: str = ""


NOBODY_VOUCHED = Vouched()


class _Overtaken(Exception):
    """Somebody wrote between the check and the write."""


class Options(TypedDict, total=False):
    """How an import goes about it.

    ``user`` imports, within ``limits``; a ``dry_run`` stores nothing; ``progress`` is told each step.
    ``in_use_from`` states the day from which the venue is in use; MonthLocked where that would change a locked month.
    ``vouched`` are those whose past days without a record are vouched for by the user. ``agreed`` is shown what would
    be written, and may raise to stop it; nothing else is written then. ``stored`` is called once all is, in the same
    transaction.
    """

    user: User | None
    dry_run: bool
    progress: Progress
    limits: Limits
    in_use_from: date | None
    vouched: Vouched
    agreed: Callable[[Summary], None]
    stored: Callable[[Summary], None]


@no_garbage_collection()
def import_workbook(path: Path, *, venue_code: str, now: datetime, **options: Unpack[Options]) -> Summary:
    """Import a month workbook into a venue, which is made if it does not exist.

    Raises Unreadable for a file that is no workbook, Faulty with every fault of one that is. Checks and
    writes are apart, so that others can write meanwhile; where they did, the check is made again.
    """
    parsed = _read(path, _venue(venue_code), options.get("progress", _untold))
    return import_parsed(parsed, path.name, venue_code=venue_code, now=now, **options)


def _untold(step: str, done: int, total: int) -> None:
    """Progress that nobody waits for."""


def import_parsed(
    parsed: Parsed,
    name: str,
    *,
    venue_code: str,
    now: datetime,
    user: User | None = None,
    dry_run: bool = False,
    progress: Progress = _untold,
    limits: Limits = UNLIMITED,
    in_use_from: date | None = None,
    vouched: Vouched = NOBODY_VOUCHED,
    agreed: Callable[[Summary], None] = lambda summary: None,
    stored: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Import what was read of a workbook of this name, as ``import_workbook`` does."""
    for _attempt in range(ATTEMPTS):
        venue = _venue(venue_code)
        stood_at = revisions_of(venue)
        first_in_use = _state_in_use(venue, in_use_from)
        progress(_("checking"), 0, 1)
        plan, found = check(venue, parsed, limits)
        if parsed.faults or found:
            raise Faulty(_sorted([*parsed.faults, *found]), plan.hints)
        summary = Summary(venue, _counts(plan), plan, fined_by(venue, plan, now))
        if dry_run:
            return summary
        agreed(summary)
        try:
            venue = _write(summary, stood_at, ImportTrace(now, user, name), progress, stored, in_use_from, vouched)
        except _Overtaken:
            continue
        for month in months_touched(venue, plan, first_in_use):
            reconcile_month(venue, month, now=now)
        return replace(summary, venue=venue)
    raise Refused(_("Others are writing to this venue at the same time; import the file again."))


def _state_in_use(venue: Venue, day: date | None) -> CalendarMonth | None:
    """State a day in use at a venue just read, for the check; the earliest month that changes by it.

    Raises MonthLocked where one is locked. Nothing is written.
    """
    if day is None:
        return None
    first = in_use_touches(venue, day) if venue.pk is not None else None
    if first is not None:
        refuse_locked_from(venue, first)
    venue.in_use_from = day
    return first


def _venue(code: str) -> Venue:
    """The venue, or one that is not stored yet."""
    return Venue.objects.filter(code=code).first() or Venue(code=code, name=code)


@contextmanager
def opened(path: Path) -> Iterator[list[Grid]]:
    """The sheets of a month workbook; Unreadable where it is none, by what is seen without reading its rows."""
    known = {sheet.title for sheet in SHEETS}
    with open_workbook(path, known) as grids:
        titles = [grid.title for grid in grids]
        if titles and not known.intersection(titles):
            raise Unreadable(
                _("%(name)s is no month workbook: none of its sheets (%(found)s) is known; "
                  "manage.py import_template writes an empty one.")
                % {"name": path.name, "found": "、".join(map(shown, titles[:5]))}
            )  # fmt: skip
        yield grids


def _read(path: Path, venue: Venue, progress: Progress) -> Parsed:
    with opened(path) as grids:
        return parse(grids, venue.zone, progress)


def _write(
    summary: Summary,
    stood_at: object,
    stamp: ImportTrace,
    progress: Progress,
    stored: Callable[[Summary], None],
    in_use_from: date | None,
    vouched: Vouched,
) -> Venue:
    venue, plan = summary.venue, summary.plan
    total = sum(len(changes.new) + len(changes.changed) for changes in plan.changes.values())
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress(_("storing"), done, total)

    with transaction.atomic():
        if venue.pk is None:
            venue = _opened(venue, stamp.at)
        else:
            venue = Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
            first = plan.first_month
            if first is not None:
                lock_month_rows_from(venue, first)
            if revisions_of(venue) != stood_at:
                raise _Overtaken
        if in_use_from is not None:
            set_in_use(venue=venue, day=in_use_from, user=stamp.user, reason=stamp.reason)
        if not plan.is_empty:
            store(venue, plan, stamp, tick)
        _vouch(venue, summary.fined, vouched, stamp)
        stored(summary)
    return venue


def _vouch(venue: Venue, fined: list[Fined], vouched: Vouched, stamp: ImportTrace) -> None:
    """Put the past days on time of those who are vouched for; inside the transaction that stores them."""
    if not vouched.numbers or stamp.user is None:
        return
    require(stamp.user, Capability.RECORD_ATTENDANCE, venue)
    why = need_reason(vouched.reason, _("Vouching for somebody needs a reason."), "vouch_reason")
    days = {one.number: one.past.days for one in fined if one.number in vouched.numbers}
    people = Employee.objects.filter(venue=venue, number__in=days).exclude(user=stamp.user)
    whose = [(pk, day) for number, pk in sorted(people.values_list("number", "pk")) for day in days[number]]
    with locked_months(venue, {day for _pk, day in whose}):
        write_vouched(whose, name=approver_name(stamp.user), user=stamp.user, reason=why, now=stamp.at)


def _opened(venue: Venue, now: datetime) -> Venue:
    """Make the venue; somebody else may have made it since it was looked for."""
    try:
        with transaction.atomic():
            return create_venue(code=venue.code, name=venue.name, today=venue.day_at(now))
    except (ValidationError, IntegrityError) as error:
        if Venue.objects.filter(code=venue.code).exists():
            raise _Overtaken from error
        raise


def _counts(plan: Plan) -> dict[str, tuple[int, int, int]]:
    counts = {
        title: (len(changes.new), len(changes.changed), changes.unchanged) for title, changes in plan.changes.items()
    }
    changed = sum(len(values) for _month, values, changed in plan.policies if changed)
    same = sum(len(values) for _month, values, changed in plan.policies if not changed)
    return counts | {"制度": (changed, 0, same)}


def months_touched(venue: Venue, plan: Plan, also_from: CalendarMonth | None = None) -> list[CalendarMonth]:
    """The open months whose facts, people or policy the plan changes: their ledger may move, their drafts are stale.

    So do all from ``also_from`` on.
    """
    first = min((month for month, _values, changed in plan.policies if changed), default=None)
    if plan.people_from is not None:
        people = CalendarMonth.of(plan.people_from)
        first = people if first is None else min(first, people)
    if also_from is not None:
        first = also_from if first is None else min(first, also_from)
    rows = Month.objects.filter(venue=venue, state=Month.State.OPEN).order_by("first_day")
    known = [row.calendar_month for row in rows]
    return [month for month in known if month in plan.months or (first is not None and month >= first)]


def _sorted(faults: list[Fault]) -> list[Fault]:
    """By sheet and column, in the order of the workbook's description, by row in between; each said once."""
    sheets = {sheet.title: place for place, sheet in enumerate(SHEETS)}
    columns = {(sheet.title, name): place for sheet in SHEETS for place, name in enumerate(sheet.headings.values())}

    def place(fault: Fault) -> tuple[int, str, int, int]:
        column = columns.get((fault.sheet, fault.heading), len(columns))
        return sheets.get(fault.sheet, len(sheets)), fault.sheet, fault.row, column

    return sorted(dict.fromkeys(faults), key=place)
