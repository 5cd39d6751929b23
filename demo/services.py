"""The demonstration venues: the examples and the generated one, computed, settled, locked, exported."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts.models import User
from accounts.permissions import Role
from bookings.floor_plan.services.plans import set_floor_plan
from bookings.models import Table
from commissions.exports.workbook import write_payroll
from commissions.models import PayrollRun
from commissions.month.services import lock_month, mark_paid
from commissions.runs.services import run_month
from commissions.selectors import current_run
from demo.floor import FIXTURES, TABLES
from demo.life import Life, Sheets, after, first_month, left_to_settle, news
from demo.tonight import decide_what_waits, decided_by_people, make_tonight
from demo.users import ADMIN, grant_everybody, grant_roles, user_of
from rulebook.calendar import DAY, CalendarMonth, last_ended
from rulebook.payday import pay_date
from staff.models import Employee
from venues.errors import Refused
from venues.models import Month, Venue
from venues.selectors import policy_of
from venues.services import create_venue
from workbook.services import import_workbook
from workbook.sheets import SHEETS

EXAMPLES = settings.BASE_DIR / "examples"
LIFE_CODE, LIFE_NAME = "demo", "澜夜"
_FILE = re.compile(r"demo-(\d+)-(?:hr|floor|settled)\.xlsx")


# --- the examples -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Example:
    """One example: its file, the venue it becomes, its month."""

    file: str
    code: str
    name: str
    month: CalendarMonth


SHOWN = (
    Example("2026-09-situations", "situations", "情形示例店", CalendarMonth(2026, 9)),
    Example("2026-10-venue", "venue", "台账示范酒吧", CalendarMonth(2026, 10)),
)


@dataclass(frozen=True)
class LoadedExample:
    """What came out of an example: the run before it was settled, where there was one, and the locked one."""

    venue: Venue
    run: PayrollRun
    was_locked: bool
    file: Path


def load(example: Example, *, now: datetime, folder: Path) -> Iterator[LoadedExample]:
    """Import, compute and export an example; then settle it, compute, lock and export again.

    A month that is locked already is exported as it stands.
    """
    venue = Venue.objects.filter(code=example.code).first()
    of_month = Month.objects.filter(venue__code=example.code, first_day=example.month.first)
    locked = of_month.exclude(state=Month.State.OPEN).exists()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{example.code}-{example.month}.xlsx"
    if venue is not None and locked:
        run = current_run(venue, example.month)
        assert run is not None
        write_payroll(run, file)
        yield LoadedExample(venue, run, True, file)
        return
    import_workbook(EXAMPLES / f"{example.file}.xlsx", venue_code=example.code, now=now)
    venue = Venue.objects.get(code=example.code)
    if venue.name != example.name:
        venue.name = example.name
        venue.save()
    draft = folder / f"{example.code}-{example.month}-draft.xlsx"
    run = run_month(venue=venue, month=example.month)
    write_payroll(run, draft)
    yield LoadedExample(venue, run, False, draft)
    import_workbook(EXAMPLES / f"{example.file}.settled.xlsx", venue_code=example.code, now=now)
    run = run_month(venue=venue, month=example.month)
    lock_month(venue=venue, month=example.month, now=now, reason="demo")
    write_payroll(run, file)
    yield LoadedExample(venue, run, False, file)


def sign_ins(password: str) -> list[tuple[User, str]]:
    """One user for each role at the demonstration venues, and one for the admin, with what they are."""
    venues = Venue.objects.filter(code__in=[LIFE_CODE, *(example.code for example in SHOWN)])
    with transaction.atomic():
        users: dict[Role, User] = {}
        for venue in venues:
            users = grant_roles(venue)
        named = [*((user, role.value) for role, user in users.items())]
        named.append((user_of(*ADMIN, is_staff=True, is_superuser=True), "admin"))
        for user, _role in named:
            user.set_password(password)
            user.save()
    return named


# --- the generated venue ----------------------------------------------------------------------------------
def seed_life(*, code: str, seed: int, now: datetime) -> Venue:
    """Bring the generated venue up to a moment: facts until then, ended months locked and paid, but for the latest.

    That one waits for HR: computed, with a few things to settle; of the current month there is a draft. The first
    call begins two months before the current one. Again at the same moment changes nothing; later, the same history
    goes on, and only what happened in between is written: what people changed or locked meanwhile stays.
    Refuses a venue that holds anything else.
    """
    venue = Venue.objects.filter(code=code).first() or _opened(code, now)
    latest = _latest_imports(venue, seed)
    anchor = _anchor(venue) if latest else first_month(now, venue.zone)
    life = Life(seed, anchor, venue.zone)
    closed = _closed_month(venue)
    users = grant_roles(venue)
    hr, floor = users[Role.HR], users[Role.FLOOR_MANAGER]
    for name, user, recorded in (("hr", hr, life.office), ("floor", floor, life.floor)):
        file = f"demo-{seed}-{name}.xlsx"
        before = recorded(latest[file]) if file in latest else {}
        if file not in latest or latest[file] < now:
            fresh = news(before, recorded(now))
            if "订台" in fresh:
                decided = decided_by_people(venue)
                fresh["订台"] = [row for row in fresh["订台"] if row["订台号"] not in decided]
            _bring(venue, file, after(closed, fresh) if closed else fresh, user=user, now=now)
    grant_roles(venue)
    grant_everybody(venue, by=hr)
    if not Table.objects.filter(venue=venue).exists():
        set_floor_plan(venue=venue, tables=TABLES, fixtures=FIXTURES, user=users[Role.OWNER])
    ended, open_month = _ended_months(venue, now)
    mended = news(life.floor(now), life.floor(now, ended)) if ended else {}
    _bring(venue, f"demo-{seed}-settled.xlsx", left_to_settle(mended, open_month), user=floor, now=now)
    for month in ended:
        decide_what_waits(venue, month, floor=floor, now=now)
        _compute(venue, month, hr, now)
        if month != open_month:
            lock_month(venue=venue, month=month, now=now, user=hr, reason=_("demonstration"))
    _pay(venue, hr, now)
    make_tonight(venue, life, floor=floor, now=now)
    _draft(venue, hr, now)
    return venue


def export_locked(venue: Venue, folder: Path) -> list[Path]:
    """Write the Excel of every month that is locked or paid."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for row in Month.objects.filter(venue=venue).exclude(state=Month.State.OPEN).order_by("first_day"):
        run = current_run(venue, row.calendar_month)
        if run is not None:
            files.append(folder / f"{venue.code}-{row.calendar_month}.xlsx")
            write_payroll(run, files[-1])
    return files


def _opened(code: str, now: datetime) -> Venue:
    venue = Venue(code=code)
    return create_venue(code=code, name=LIFE_NAME, today=venue.day_at(now))


def _latest_imports(venue: Venue, seed: int) -> dict[str, datetime]:
    """When each of this seed's files was imported last, read from the traces it left."""
    latest: dict[str, datetime] = {}
    for sheet in SHEETS:
        if sheet.model is None:
            continue
        path = "venue" if hasattr(sheet.model, "venue") else "employee__venue"
        rows = sheet.model.history.filter(**{path: venue}, history_change_reason__startswith="demo-")
        for file, at in rows.values_list("history_change_reason", "history_date").distinct():
            name = _FILE.fullmatch(file)
            if name is not None and int(name[1]) != seed:
                raise Refused(
                    _("%(venue)s was generated with the seed %(seed)s.") % {"venue": venue.code, "seed": name[1]}
                )
            if name is not None:
                latest[file] = max(at, latest.get(file, at))
    if not latest and Employee.objects.filter(venue=venue).exists():
        raise Refused(_("%(venue)s holds people of its own; name a new venue.") % {"venue": venue.code})
    return latest


def _anchor(venue: Venue) -> CalendarMonth:
    return Month.objects.filter(venue=venue).order_by("first_day")[0].calendar_month


def _bring(venue: Venue, file: str, sheets: Sheets, *, user: User, now: datetime) -> None:
    """Import rows by way of a workbook, as people do."""
    filled = {title: rows for title, rows in sheets.items() if rows}
    if not filled:
        return
    book = Workbook(write_only=True)
    for title, rows in filled.items():
        page = book.create_sheet(title)
        page.append(list(rows[0]))
        for row in rows:
            page.append([_cell(value, venue) for value in row.values()])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        book.save(path)
        import_workbook(path, venue_code=venue.code, now=now, user=user)


def _cell(value: object, venue: Venue) -> object:
    """A value as Excel keeps it: instants in the venue's time, without a zone."""
    return value.astimezone(venue.zone).replace(tzinfo=None) if isinstance(value, datetime) else value


def _closed_month(venue: Venue) -> CalendarMonth | None:
    """The latest month that is locked or paid."""
    row = Month.objects.filter(venue=venue).exclude(state=Month.State.OPEN).order_by("-first_day").first()
    return row.calendar_month if row else None


def _ended_months(venue: Venue, now: datetime) -> tuple[list[CalendarMonth], CalendarMonth | None]:
    """The months that have ended and are open, in order; and the last that has ended, where it is one of them."""
    rows = Month.objects.filter(venue=venue, state=Month.State.OPEN).order_by("first_day")
    ended = last_ended(now, venue.zone)
    found = [row.calendar_month for row in rows if row.calendar_month.last <= ended]
    latest = CalendarMonth.of(CalendarMonth.of(ended + DAY).first - DAY)
    return found, latest if latest in found else None


def _pay(venue: Venue, hr: User, now: datetime) -> None:
    """Mark as paid the locked months whose pay day has come."""
    for row in Month.objects.filter(venue=venue, state=Month.State.LOCKED).order_by("first_day"):
        month = row.calendar_month
        paid_on = pay_date(month, policy_of(venue, month).policy)
        if paid_on <= venue.day_at(now):
            mark_paid(venue=venue, month=month, user=hr, on=paid_on, now=now)


def _draft(venue: Venue, user: User, now: datetime) -> None:
    """Run the current month, unless its draft still stands."""
    _compute(venue, venue.month_at(now), user, now)


def _compute(venue: Venue, month: CalendarMonth, user: User, now: datetime) -> None:
    """Run a month, unless its draft still stands."""
    run, ended = current_run(venue, month), last_ended(now, venue.zone)
    if run is None or run.is_stale or run.provisional_day != (ended if ended < month.last else None):
        run_month(venue=venue, month=month, user=user, clock=lambda: now)
