"""On what a report's figures stand: the month's draft, its lock, its payment, or nothing yet."""

from typing import NamedTuple

from commissions.models import PayrollRun
from dashboards.reports.parts import Question
from dashboards.reports.year import months_of_year
from rulebook.calendar import CalendarMonth
from venues.models import Month


class MonthBasis(NamedTuple):
    """A month's payslips: the run, the month's state in words (empty while it is open), whether the draft is stale."""

    month: CalendarMonth
    run: PayrollRun | None
    closed: str
    is_stale: bool


def standing_of(question: Question) -> MonthBasis:
    """On what the figures of the month stand; no query."""
    return _standing(question.month, question.run, question.row)


def standings_of_year(question: Question) -> list[MonthBasis]:
    """On what the figures of each month of the year stand, but for those nobody worked on; two queries."""
    months = months_of_year(question)
    rows = Month.objects.filter(venue=question.venue, first_day__range=(months[0].first, months[-1].first))
    by_month = {row.calendar_month: row for row in rows}
    runs = {
        run.month_id: run
        for run in PayrollRun.objects.filter(month__in=by_month.values(), is_current=True).select_related("month")
    }
    return [_standing(month, runs.get(row.pk), row) for month, row in sorted(by_month.items())]


def _standing(month: CalendarMonth, run: PayrollRun | None, row: Month | None) -> MonthBasis:
    closed = "" if row is None or row.state == Month.State.OPEN else str(row.get_state_display())
    return MonthBasis(month, run, closed, bool(run and not closed and run.is_stale))
