"""The leaderboard as an Excel sheet: the people shown, in the order shown."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _, pgettext

from commissions.models import Payslip
from dashboards.team_month.figures import HouseMonth, Mark, PersonMonth
from dashboards.team_month.table import Totals, totals_of
from storage.spreadsheets import MONEY, NUMBER, RATE, TEXT, Column, Sheet


def staff_sheet(house: HouseMonth, people: list[PersonMonth], *, sees_pay: bool) -> Sheet:
    """A row a person with the sums at the end; the commission for who may see pay alone."""
    columns: list[Column] = [
        (_("Rank"), NUMBER, 8),
        (_("Staff number"), TEXT, 12),
        (_("Name"), TEXT, 14),
        (_("Status"), TEXT, 10),
        (_("Sales"), MONEY, 14),
        (_("Target"), MONEY, 14),
        (_("Of target"), RATE, 10),
        (_("Gap"), MONEY, 14),
        *([(_("Commission"), MONEY, 12)] if sees_pay else []),
        (_("vs the same day last month"), MONEY, 16),
        (_("vs last month"), MONEY, 14),
        (_("Days worked"), NUMBER, 10),
        (_("Days due"), NUMBER, 10),
        (pgettext("days", "Late or early"), NUMBER, 10),
        (_("Absences"), NUMBER, 8),
        (pgettext("days", "Leave"), NUMBER, 8),
        (pgettext("days", "Open"), NUMBER, 8),
        (_("Fines"), MONEY, 12),
    ]
    return Sheet(pgettext("staff", "Staff"), columns, _rows(house, people, sees_pay), ends_with_sum=True)


def _rows(house: HouseMonth, people: list[PersonMonth], sees_pay: bool) -> Iterator[list[Any]]:
    statuses = dict(Payslip.Statuses.choices)
    for one in people:
        yield [
            house.ranks[one.pk], one.number, one.name, str(statuses[one.status]), one.sales, one.target,
            round(one.share, 4), one.gap, *([one.commission] if sees_pay else []), one.to_same_day, one.to_before,
            one.worked, one.expected, one.count(Mark.LATE), one.count(Mark.ABSENCE), one.count(Mark.LEAVE),
            one.count(Mark.EXCEPTION), one.fines,
        ]  # fmt: skip
    yield _sum_row(totals_of(people, house), people, sees_pay)


def _sum_row(totals: Totals, people: list[PersonMonth], sees_pay: bool) -> list[Any]:
    def count(mark: Mark) -> int:
        return sum(one.count(mark) for one in people)

    return [
        None, None, _("Total"), None, totals.sales, totals.target, round(totals.share, 4), totals.gap,
        *([totals.commission] if sees_pay else []), totals.same_day, totals.before, totals.worked, totals.expected,
        count(Mark.LATE), count(Mark.ABSENCE), count(Mark.LEAVE), count(Mark.EXCEPTION), totals.fines,
    ]  # fmt: skip
