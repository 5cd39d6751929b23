"""``manage.py run_payroll YYYY-MM``."""

from typing import Any

from commissions.runs.commands import PayrollCommand
from commissions.runs.terminal import payroll_report, run_with_progress


class Command(PayrollCommand):
    help = "Computes a month's draft payslips, and prints them and what needs attention."

    def handle(self, *args: Any, **options: Any) -> None:
        venue, month = self.tended(options)
        run = run_with_progress(venue, month, self.stderr)
        for line in payroll_report(run):
            self.stdout.write(line)
