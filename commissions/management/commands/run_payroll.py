"""``manage.py run_payroll YYYY-MM``."""

from typing import Any

from commissions.commands import PayrollCommand
from commissions.report import payroll_report, run_with_progress
from rulebook.calendar import CalendarMonth
from venues.models import Venue


class Command(PayrollCommand):
    help = "Computes a month's draft payslips, and prints them and what needs attention."

    def act(self, venue: Venue, month: CalendarMonth, options: dict[str, Any]) -> None:
        run = run_with_progress(venue, month, self.stderr)
        for line in payroll_report(run):
            self.stdout.write(line)
