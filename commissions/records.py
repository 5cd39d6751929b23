"""Find the records that must lie within a person's employment."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Min

from attendance.models import Leave, OffPost, Punch, Request, Rest
from bookings.models import Booking
from commissions.models import Bonus, Payslip, Withholding
from comps.models import Comp
from rulebook.calendar import CalendarMonth
from staff.locking import RecordSpan
from staff.models import Employee
from venues.models import Venue
from violations.models import Report

_BY_DAY = (Punch, OffPost, Booking, Comp, Report)
_BY_MONTH = (Bonus, Withholding)
_UNDONE = (Request.State.REFUSED, Request.State.WITHDRAWN)


class Span(NamedTuple):
    """From which day to which a person has records of a kind; no last day where they may lie behind the employment."""

    model: Any
    first: date
    last: date | None


def spans_of_records(venue: Venue, numbers: Collection[str]) -> dict[str, list[Span]]:
    """For some people by staff number, each kind of record that must lie within employment; eleven queries.

    Rests and leave are planned ahead: what of them lies after the last employed day counts for nothing. A computed
    month stands in the way of a later day of hiring; one of leaving changes what is computed.
    """
    spans: dict[str, list[Span]] = {}
    of_these: dict[str, Any] = {"employee__venue_id": venue.pk, "employee__number__in": numbers}
    for model in _BY_DAY:
        rows = model.objects.filter(**of_these).values_list("employee__number")
        for number, first, last in rows.annotate(first=Min("business_day"), last=Max("business_day")):
            spans.setdefault(number, []).append(Span(model, first, last))
    for entries in _BY_MONTH:
        months = entries.objects.filter(**of_these).values_list("employee__number")
        for number, first, last in months.annotate(first=Min("month"), last=Max("month")):
            # A month lies outside where none of its days is employed.
            spans.setdefault(number, []).append(Span(entries, CalendarMonth.of(first).last, last))
    ahead: tuple[Any, ...] = (
        (Rest, "business_day", Rest.objects),
        (Leave, "first_day", Leave.objects),
        (Request, "first_day", Request.objects.exclude(state__in=_UNDONE)),
    )
    for planned, day, objects in ahead:
        rows_ahead = objects.filter(**of_these).order_by().values_list("employee__number")
        for number, first in rows_ahead.annotate(first=Min(day)):
            spans.setdefault(number, []).append(Span(planned, first, None))
    computed = Payslip.objects.filter(run__is_current=True, **of_these).order_by().values_list("employee__number")
    for number, first in computed.annotate(first=Min("run__month__first_day")):
        spans.setdefault(number, []).append(Span(Payslip, CalendarMonth.of(first).last, None))
    return spans


def records_of(employee: Employee) -> Iterator[RecordSpan]:
    """One person's records of each kind, as the file of a person asks for them.

    There the wrong day of hiring of somebody who has not left is corrected: drafts computed by it go stale.
    """
    for span in spans_of_records(employee.venue, [employee.number]).get(employee.number, ()):
        if span.model is Payslip and employee.left_on is None:
            continue
        yield RecordSpan(span.model._meta.verbose_name_plural, span.first, span.last)
