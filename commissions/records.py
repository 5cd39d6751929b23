"""The records that must lie within the employment of whom they tell of."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Min

from attendance.models import OffPost, Punch
from bookings.models import Booking
from commissions.models import Bonus, Withholding
from comps.models import Comp
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from staff.services.taking import Recorded
from venues.models import Venue
from violations.models import Report

_BY_DAY = (Punch, OffPost, Booking, Comp, Report)
_BY_MONTH = (Bonus, Withholding)


class Span(NamedTuple):
    """From which day to which a person has records of a kind."""

    model: Any
    first: date
    last: date


def spans_of_records(venue: Venue, numbers: Collection[str]) -> dict[str, list[Span]]:
    """For some people by staff number, each kind of record that must lie within employment; seven queries.

    Rests and leave are planned ahead: what of them lies after the last employed day counts for nothing.
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
    return spans


def records_of(employee: Employee) -> Iterator[Recorded]:
    """One person's records of each kind, as the file of a person asks for them."""
    for span in spans_of_records(employee.venue, [employee.number]).get(employee.number, ()):
        yield Recorded(span.model._meta.verbose_name_plural, span.first, span.last)
