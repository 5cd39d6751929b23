"""``manage.py run_payroll YYYY-MM``."""

from typing import Any

from commissions.report import payroll_report, run_with_progress
from venues.commands import MonthCommand


class Command(MonthCommand):
    help = "Computes a month's draft payslips, and prints them and what needs attention."

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_with_progress(self.venue_of(options), self.month_of(options), self.stderr)
        for line in payroll_report(run):
            self.stdout.write(line)
