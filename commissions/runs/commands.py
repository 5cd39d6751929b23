"""Shared by the payroll commands: tend to runs that were left behind."""

from typing import Any

from commissions.runs.dispatch import sweep
from rulebook.calendar import CalendarMonth
from venues.commands import MonthCommand
from venues.models import Venue


class PayrollCommand(MonthCommand):
    """A command on a venue's month; its own month's run is its own affair."""

    def tended(self, options: dict[str, Any]) -> tuple[Venue, CalendarMonth]:
        """The venue and month meant, once what others left behind elsewhere is being computed again."""
        venue, month = self.venue_of(options), self.month_of(options)
        sweep(besides=(venue, month))
        return venue, month
