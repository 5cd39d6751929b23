"""Reads about reported violations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Punch
from bookings.models import Booking
from bookings.selectors import bookings_on
from rulebook.policy import Policy
from rulebook.reports import SOLICITING
from rulebook.sales import BookingState
from staff.models import Employee
from staff.selectors import employed_on
from venues.models import Venue
from violations.models import Penalty, Report
from violations.reports.consequences import sales_of

_ALL = frozenset({Capability.REPORT_VIOLATIONS, Capability.SEE_ALL_PAY})


@dataclass(frozen=True)
class RecordedReport:
    """A report with its fine by the ledger (None while it waits for a spend), who recorded it, and when."""

    report: Report
    fine: Decimal | None
    by: str
    at: datetime | None


def people_of(venue: Venue, day: date, *, but: User) -> tuple[list[Employee], list[Employee]]:
    """Who is employed on a day, without oneself: those on shift, then the others; two queries."""
    punched = Punch.objects.filter(employee__venue=venue, business_day=day)
    came = punched.filter(Q(arrived_at__isnull=False) | ~Q(arrival_approver=""))
    on_shift = set(came.values_list("employee_id", flat=True))
    people = [person for person in employed_on(venue, day) if person.user_id != but.pk]
    return [one for one in people if one.pk in on_shift], [one for one in people if one.pk not in on_shift]


def tables_of(venue: Venue, day: date) -> list[Booking]:
    """The bookings of a day on which somebody may have poached (4.4), by table; one query."""
    live = bookings_on(venue, day).filter(state__in=(BookingState.HELD.value, BookingState.ARRIVED.value))
    return list(live.order_by("table", "turn", "number"))


def sales_on(employee: Employee, day: date, policy: Policy) -> Decimal:
    """What a person's bookings of a day count as yet, in yuan; nothing once 4.5 is recorded. Two queries."""
    is_void = Report.objects.filter(employee=employee, business_day=day, article=SOLICITING).exists()
    bookings = Booking.objects.filter(employee=employee, business_day=day)
    return sales_of(bookings, [day] if is_void else [], policy)


def recorded_on(venue: Venue, day: date) -> list[RecordedReport]:
    """What was recorded of a business day, the latest first; three queries."""
    reports = Report.objects.filter(venue=venue, business_day=day).select_related("employee", "booking")
    found = sorted(reports, key=lambda report: report.pk, reverse=True)
    keys = [report.pk for report in found]
    fines = dict(Penalty.objects.filter(report__in=keys).values_list("report_id", "amount"))
    made = Report.history.filter(id__in=keys, history_type="+").select_related("history_user")
    by = {row.id: (row.history_user.get_full_name() if row.history_user else "", row.history_date) for row in made}
    return [RecordedReport(report, fines.get(report.pk), *by.get(report.pk, ("", None))) for report in found]


def visible_reports(user: User, venue: Venue, capabilities: Collection[Capability]) -> QuerySet[Report]:
    """The reports somebody may look at: all of a venue, or one's own."""
    found = Report.objects.filter(venue=venue).select_related("employee", "venue")
    return found if _ALL & set(capabilities) else found.filter(employee__user=user)
