"""Print a payroll to the terminal: progress, the table, what needs attention."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from commissions.models import PayrollRun, Payslip
from commissions.payslips.texts import exception_text, hint_text
from commissions.runs.services import run_month
from commissions.selectors import exceptions_of, payslips_of
from pages.figures import said
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.pay import FIGURE, FIGURES, Hint
from staff.identity import doubts_about, identities_of
from venues.models import Venue

WORDS = 3  # columns of words before the figures


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


def payroll_report(run: PayrollRun) -> Iterator[str]:
    """The lines of a run's report: the table of payslips, and under it what needs attention."""
    payslips = payslips_of(run)
    if run.is_stale:
        yield _("Facts have changed while this was computed: run it again.")
    yield f"{run.month.venue.name} {run.month.calendar_month}"
    yield from _aligned(_table(payslips))
    told = [(item, hint, basis) for item in payslips for hint, basis in item.hints]
    doubts = list(doubts_about(identities_of(run.month.venue).values(), {item.number for item in payslips}))
    if told or doubts:
        yield _("Needs attention:")
    shared = next((hint_text(hint, basis) for _item, hint, basis in told if hint == Hint.PAY_DAY), None)
    if shared:
        yield f"  {shared}"
    for item, hint, basis in told:
        if hint != Hint.PAY_DAY:
            yield f"  {item.number} {item.name}: {hint_text(hint, basis)}"
    for doubt in doubts:
        yield f"  {doubt.number}: {doubt.text}"
    exceptions = exceptions_of(run)
    if exceptions:
        yield _("To be settled before the month can be locked:")
    for exception in exceptions:
        yield f"  {exception_text(exception)}"


def _table(payslips: list[Payslip]) -> list[list[str]]:
    names = [figure.name for figure in FIGURES if figure.is_money and figure.name not in ("target", "gross")]
    money = {name: said(FIGURE[name].label) for name in names}
    rows = [[_("No."), _("Name"), _("Status"), _("Worked"), _("Absent"), *money.values()]]
    for item in payslips:
        amounts = [f"{getattr(item, field):,}" for field in money]
        worked = f"{item.worked_days}/{item.expected_days}"
        rows.append([item.number, item.name, item.get_status_display(), worked, str(item.absence_days), *amounts])
    sums = [f"{sum((getattr(item, field) for item in payslips), ZERO):,}" for field in money]
    worked, absent = (sum(getattr(item, field) for item in payslips) for field in ("worked_days", "absence_days"))
    rows.append([_("Total"), "", "", str(worked), str(absent), *sums])
    return rows


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows as columns of equal width, a Chinese character two wide; words to the left, figures to the right."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, (text, width) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (width - cell_len(text))
            cells.append(text + pad if place < WORDS else pad + text)
        yield "  ".join(cells).rstrip()
