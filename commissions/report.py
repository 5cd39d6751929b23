"""A payroll on the terminal: progress, the table, what needs attention."""

from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from commissions.explain import exception_text, hint_texts
from commissions.models import PayrollRun
from commissions.runs import run_month
from commissions.selectors import exceptions_of, payslips_of
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from venues.models import Venue

WIDTH_OF_A_FILE = 200


def console(stream: Any) -> Console:
    """A console on a command's stream: as wide as the terminal, or wide enough for the table in a file."""
    width = None if stream.isatty() else WIDTH_OF_A_FILE
    return Console(file=stream, width=width, highlight=False, emoji=False, markup=False)


def progress_bar(stream: Any) -> Progress:
    """A bar on a terminal; nothing elsewhere."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=stream, highlight=False),
        disable=not stream.isatty(),
        transient=True,
    )


def run_with_progress(venue: Venue, month: CalendarMonth, stream: Any) -> PayrollRun:
    """Run a month with a bar on a terminal."""
    with progress_bar(stream) as bar:
        task = bar.add_task(f"{venue.name} {month}", total=None)
        return run_month(
            venue=venue,
            month=month,
            progress=lambda done, people: bar.update(task, completed=done, total=people),
        )


def print_payroll(run: PayrollRun, out: Console) -> None:
    """The table of a run's payslips, and under it what needs attention."""
    payslips = payslips_of(run)
    exceptions = exceptions_of(run)
    if run.is_stale:
        out.print(_("Facts have changed while this was computed: run it again."))
    table = Table(title=f"{run.month.venue.name} {run.month.calendar_month}", show_footer=True)
    money = {
        "sales": _("Counted sales"),
        "base": _("Base pay"),
        "commission": _("Commission"),
        "bonus": _("Bonus"),
        "fines": _("Fines"),
        "carried_in": _("Carried in"),
        "deductions": _("Deductions"),
        "withheld": _("Withheld"),
        "carried_out": _("Carried on"),
        "deposit": _("Deposit"),
        "net": _("Net pay"),
    }
    table.add_column(_("No."), footer=_("Total"))
    table.add_column(_("Name"))
    table.add_column(_("Status"))
    table.add_column(_("Worked"), justify="right", footer=str(sum(item.worked_days for item in payslips)))
    table.add_column(_("Absent"), justify="right", footer=str(sum(item.absence_days for item in payslips)))
    for field, heading in money.items():
        total = sum((getattr(item, field) for item in payslips), ZERO)
        table.add_column(heading, justify="right", footer=f"{total:,}")
    for item in payslips:
        table.add_row(
            item.number,
            item.name,
            item.get_status_display(),
            f"{item.worked_days}/{item.expected_days}",
            str(item.absence_days),
            *(f"{getattr(item, field):,}" for field in money),
        )
    out.print(table)
    told = [(item, hint) for item in payslips for hint in hint_texts(item)]
    if told or exceptions:
        out.print(_("Needs attention:"))
    for item, hint in told:
        out.print(f"  {item.number} {item.name}: {hint}", soft_wrap=True)
    if exceptions:
        out.print(_("To be settled before the month can be locked:"))
    for exception in exceptions:
        out.print(f"  {exception_text(exception)}", soft_wrap=True)
