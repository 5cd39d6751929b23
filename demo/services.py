"""The demonstration: both examples as venues of their own, computed, settled, locked, exported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from commissions.exports import write_payroll
from commissions.models import PayrollRun
from commissions.runs import run_month
from commissions.selectors import current_run
from commissions.services import lock_month
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.models import Month, Venue
from venues.services import grant_role
from workbook.services import import_workbook

EXAMPLES = settings.BASE_DIR / "examples"
PREFIX = "demo-"  # no real person is called so
Say = Callable[[str], None]


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
class Shown:
    """What came out of an example: the run before it was settled, where there was one, and the locked one."""

    venue: Venue
    run: PayrollRun
    was_locked: bool
    file: Path


def load(example: Example, *, now: datetime, folder: Path) -> Iterator[Shown]:
    """Import, compute and export an example; then settle it, compute, lock and export again.

    A month that is locked already is exported as it stands.
    """
    venue = Venue.objects.filter(code=example.code).first()
    locked = Month.objects.filter(
        venue__code=example.code, first_day=example.month.first, state=Month.State.LOCKED
    ).exists()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{example.code}-{example.month}.xlsx"
    if venue is not None and locked:
        run = current_run(venue, example.month)
        assert run is not None
        write_payroll(run, file)
        yield Shown(venue, run, True, file)
        return
    import_workbook(EXAMPLES / f"{example.file}.xlsx", venue_code=example.code, now=now)
    venue = Venue.objects.get(code=example.code)
    if venue.name != example.name:
        venue.name = example.name
        venue.save()
    draft = folder / f"{example.code}-{example.month}-draft.xlsx"
    run = run_month(venue=venue, month=example.month)
    write_payroll(run, draft)
    yield Shown(venue, run, False, draft)
    import_workbook(EXAMPLES / f"{example.file}.settled.xlsx", venue_code=example.code, now=now)
    run = run_month(venue=venue, month=example.month)
    lock_month(venue=venue, month=example.month, now=now, reason="demo")
    write_payroll(run, file)
    yield Shown(venue, run, False, file)


def sign_ins(password: str) -> list[tuple[str, str]]:
    """One user for each role at the demonstration venues, and one for the admin: (user name, role)."""
    names = {
        Role.ACCOUNT_MANAGER: "manager",
        Role.HOST: "host",
        Role.FLOOR_MANAGER: "floor",
        Role.HR: "hr",
        Role.OWNER: "owner",
    }
    venues = list(Venue.objects.filter(code__in=[example.code for example in SHOWN]))
    users = []
    with transaction.atomic():
        for role, name in names.items():
            user = _user(name, password)
            for venue in venues:
                grant_role(venue=venue, user=user, role=role)
                if role == Role.ACCOUNT_MANAGER:
                    _employ(user, venue)
            users.append((user.username, role.value))
        admin = _user("admin", password, is_staff=True, is_superuser=True)
    return [*users, (admin.username, "admin")]


def _user(name: str, password: str, **rights: bool) -> User:
    user = User.objects.get_or_create(username=PREFIX + name, defaults=rights)[0]
    user.set_password(password)
    user.save()
    return user


def _employ(user: User, venue: Venue) -> None:
    """The demonstration's account manager is the venue's first employee."""
    first = Employee.objects.filter(venue=venue).order_by("number").first()
    if first is not None and first.user_id is None:
        first.user = user
        first.save(update_fields=["user"])
