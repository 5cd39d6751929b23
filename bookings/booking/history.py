"""Changes to a booking, the latest first."""

from bookings.models import Booking
from pages.changes import Change, changes_of
from staff.models import Employee

_TOLD = (
    "state", "employee_id", "table", "guest_name", "guest_phone", "expected_at", "party_size", "note",
    "registered_at", "announced_at", "arrived_at", "tab", "spend",
)  # fmt: skip


def history_of(booking: Booking) -> list[Change]:
    """What was changed on a booking, by whom and why, the latest first; two queries."""
    rows = list(booking.history.select_related("history_user"))
    names = dict(Employee.objects.filter(pk__in={row.employee_id for row in rows}).values_list("pk", "name"))
    return changes_of(rows, _TOLD, shown={"employee_id": lambda pk: names.get(pk, "—")})
