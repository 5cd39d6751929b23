"""Changes to a booking, the latest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Booking
from pages.formats import moment
from staff.models import Employee


@dataclass(frozen=True)
class Change:
    """A line of a booking's history: what changed, from what to what."""

    at: datetime
    who: str
    why: str
    what: Sequence[tuple[str, str, str]]
    is_new: bool


_TRACED = (
    "state", "employee_id", "table", "guest_name", "guest_phone", "expected_at", "party_size", "note",
    "registered_at", "announced_at", "arrived_at", "tab", "spend",
)  # fmt: skip


def history_of(booking: Booking) -> list[Change]:
    """What was changed on a booking, by whom and why, the latest first; two queries."""
    rows = list(booking.history.select_related("history_user").order_by("history_date", "history_id"))
    names = dict(Employee.objects.filter(pk__in={row.employee_id for row in rows}).values_list("pk", "name"))
    return list(_changes(rows, names))[::-1]


def _changes(rows: Sequence[Any], names: dict[int, str]) -> Iterator[Change]:
    before: Any = None
    for row in rows:
        what = []
        for field in _TRACED if before is not None else ():
            old, new = getattr(before, field), getattr(row, field)
            if old != new:
                label = str(Booking._meta.get_field(field.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
                what.append((label, _as_text(field, old, names), _as_text(field, new, names)))
        who = row.history_user.get_full_name() if row.history_user else ""
        if before is None or what or row.history_change_reason:
            yield Change(row.history_date, who, row.history_change_reason or "", what, before is None)
        before = row


def _as_text(field: str, value: Any, names: dict[int, str]) -> str:
    if value in (None, ""):
        return "—"
    if field == "state":
        return str(Booking.State(value).label)
    if field == "employee_id":
        return names.get(value, "—")
    return moment(value) if isinstance(value, datetime) else str(value)
