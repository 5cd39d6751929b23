"""The generated venue on the terminal: a line for each month."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from bookings.models import Table
from commissions.selectors import current_run, exceptions_of, payslips_of
from pages.formats import month as in_words
from rulebook.money import ZERO
from staff.models import Employee
from venues.models import Month, Venue


def life_report(venue: Venue) -> Iterator[str]:
    """People, tables, and every month's figures."""
    yield _("%(venue)s (%(code)s): %(people)s people, %(tables)s tables") % {
        "venue": venue.name,
        "code": venue.code,
        "people": Employee.objects.filter(venue=venue).count(),
        "tables": Table.objects.filter(venue=venue, is_active=True).count(),
    }
    for row in Month.objects.filter(venue=venue).order_by("first_day"):
        run = current_run(venue, row.calendar_month)
        if run is None:
            continue
        payslips = payslips_of(run)
        figures = {name: sum((getattr(item, name) for item in payslips), ZERO) for name in ("sales", "fines", "net")}
        yield "  " + _(
            "%(month)s %(state)s: %(people)s payslips, counted sales %(sales)s, fines %(fines)s, "
            "net pay %(net)s, open exceptions %(open)s"
        ) % {
            "month": in_words(row.calendar_month),
            "state": row.get_state_display(),
            "people": len(payslips),
            "open": len(exceptions_of(run)),
            **{name: f"{amount:,}" for name, amount in figures.items()},
        }
