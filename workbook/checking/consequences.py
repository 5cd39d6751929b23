"""Say what the rows of an import would do to pay: bookings that do not count, days that are fined."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, ngettext

from attendance.days import Facts
from attendance.past_days.selectors import PastRules, decided_by
from bookings.eligibility.reasons import reason_words
from commissions.payslips.texts import void_rest_text
from pages.formats import yuan
from rulebook import attendance
from rulebook.attendance import Day, Verdict, attendance_fines, off_post_fines
from rulebook.calendar import CalendarMonth, days_between
from rulebook.fines import Fine
from rulebook.money import ZERO, rounded
from rulebook.reports import POACHING, SOLICITING, Report, report_fine
from rulebook.sales import BookingState, Sale
from staff.models import Employee
from venues.models import Venue
from workbook.checking.past_days import facts_with, house_with
from workbook.checking.plan import Plan
from workbook.checking.rows import Row
from workbook.checking.uncounted import Uncounted, sale_of, uncounted_sales
from workbook.sheets import BOOKINGS, COMPS, LEAVES, OFF_POSTS, PUNCHES, REPORTS, RESTS, Sheet

_ATTENDANCE = (RESTS, PUNCHES, LEAVES, OFF_POSTS)


class Consequences:
    """What rows that are shown of a plan would do to pay; five queries, however many rows."""

    def __init__(self, venue: Venue, plan: Plan, now: datetime, shown: Mapping[str, Sequence[Row]]) -> None:
        self.plan = plan
        self.house: PastRules = house_with(venue, plan, now)
        numbers = {row.merged["employee"] for sheet in _ATTENDANCE for row in shown.get(sheet.title, ())}
        known: dict[str, int] = {}
        if numbers and venue.pk is not None:
            known = dict(Employee.objects.filter(venue=venue, number__in=numbers).values_list("number", "pk"))
        people = [(known.get(number), number) for number in numbers]
        self.facts = facts_with(plan, people, self.house) if numbers else {}
        self.soliciting: defaultdict[str, set[date]] = defaultdict(set)
        for row in plan.rows(REPORTS):
            if row.merged["article"] == SOLICITING:
                self.soliciting[row.merged["employee"]].add(row.merged["business_day"])

    def of(self, sheet: Sheet, row: Row) -> str:
        """What a row would do to pay, in words; nothing where it does nothing by itself."""
        values = row.merged
        if sheet is BOOKINGS:
            return _uncounted_text(sale_of(values, self.house.policy_of, self.soliciting))
        if sheet in _ATTENDANCE:
            return self._attendance(sheet, values)
        if sheet is COMPS:
            policy = self.house.policy_of(CalendarMonth.of(values["business_day"]))
            if values["category"] not in policy.comp_categories:
                return _fined([("3.2", rounded(values["amount"] * policy.comp_fine_multiple))])
        if sheet is REPORTS:
            return self._report(values)
        return ""

    def uncounted(self, most: int) -> tuple[list[tuple[Row, str]], Uncounted]:
        """The arrived bookings that do not count (4.3, 4.5): the first of them in words, and all of them."""
        found = list(uncounted_sales(self.plan, self.house.policy_of, self.soliciting))
        first = [(row, _uncounted_text(sale)) for row, sale in found[:most]]
        return first, Uncounted.of(sale for _row, sale in found)

    def _attendance(self, sheet: Sheet, values: Mapping[str, Any]) -> str:
        """The fines of the days that the row is about, as they are decided once all of the file is stored."""
        first = values["first_day"] if sheet is LEAVES else values["business_day"]
        last = values["last_day"] if sheet is LEAVES else first
        facts = self.facts.get(values["employee"], Facts())
        by_month: defaultdict[CalendarMonth, list[date]] = defaultdict(list)
        for day in days_between(first, min(last, self.house.through)):
            by_month[CalendarMonth.of(day)].append(day)
        fines: list[Fine] = []
        decided: list[Day] = []
        for month, days in by_month.items():
            own = decided_by(self.house, month, days, facts)
            policy = self.house.policy_of(month)
            decided += own
            if sheet is OFF_POSTS:
                approved = bool(values["approver"])
                away = attendance.OffPost("", first, values["left_at"], values["returned_at"], approved)
                fines += off_post_fines([away], own, {day: self.house.shift_of(day) for day in days}, policy)
            else:
                fines += attendance_fines(own, policy)
        said = []
        if sheet is RESTS:
            said = [void_rest_text(str(day.void_rest)) for day in decided if day.void_rest]
        if sheet is PUNCHES and any(day.verdict == Verdict.EXCEPTION for day in decided):
            said.append(_("one side is missing: to be settled before the lock"))
        told = _fined((fine.article, fine.amount) for fine in fines)
        return _("; ").join(filter(None, (*said, told)))

    def _report(self, values: Mapping[str, Any]) -> str:
        if values["article"] == SOLICITING:
            return _("the sales of that day do not count (4.5)")
        if values["article"] == POACHING:
            return _("a fine by the spend of the table (4.4)")
        report = Report(values["number"], values["business_day"], values["article"], values["amount"])
        fine = report_fine(report, self.house.policy_of(CalendarMonth.of(report.day)))
        return _fined([(fine.article, fine.amount)]) if fine is not None else ""


def _uncounted_text(sale: Sale) -> str:
    """Why an arrived booking does not count, and its spend."""
    if not sale.reasons or sale.booking.state != BookingState.ARRIVED:
        return ""
    amount = [] if sale.booking.spend is None else [yuan(sale.booking.spend)]
    return _("does not count: %(why)s") % {"why": _(", ").join([*reason_words(sale.reasons), *amount])}


def _fined(fines: Iterable[tuple[str, Decimal]]) -> str:
    """Fines by their article: how many where there are several, their sum in yuan."""
    by_article: defaultdict[str, list[Decimal]] = defaultdict(list)
    for article, amount in fines:
        if amount:
            by_article[article].append(amount)
    return _(", ").join(
        ngettext("a fine of %(amount)s (%(article)s)", "%(n)s fines, %(amount)s (%(article)s)", len(amounts))
        % {"n": len(amounts), "amount": yuan(sum(amounts, ZERO)), "article": article}
        for article, amounts in by_article.items()
    )
