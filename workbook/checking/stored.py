"""Read what a venue has stored, by the keys of the workbook."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from bookings.models import Booking, Reassignment
from commissions.records import spans_of_records
from comps.models import Comp
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.keys import spellings
from venues.models import Month, PolicyVersion, Venue
from violations.models import Report
from workbook.checking.rows import Row
from workbook.sheets import EVENT_DAYS, SHEETS, Sheet

BATCH = 5_000
Values = tuple[Any, ...]
_PATHS = {"employee": "employee__number", "booking": "booking__number"}


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists short enough for one query."""
    items = list(values)
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def extra_fields(sheet: Sheet) -> tuple[str, ...]:
    """Fields that are stored beside the sheet's own."""
    return ("business_day",) if sheet.model is Comp else ()


def existing(venue: Venue, sheet: Sheet, rows: list[Row]) -> dict[Values, tuple[int, dict[str, Any]]]:
    """The stored rows that the sheet's rows may update: key → (primary key, values by field)."""
    fields = (*sheet.fields, *extra_fields(sheet))
    paths = [_PATHS.get(name, name) for name in fields]
    found: dict[Values, tuple[int, dict[str, Any]]] = {}
    for query in _candidates(venue, sheet, [key for row in rows if (key := row.key) is not None]):
        for pk, *values in query.values_list("pk", *paths):
            stored = dict(zip(fields, values, strict=True))
            for name in _PATHS:
                if stored.get(name, "") is None:
                    stored[name] = ""
            found[tuple(stored[name] for name in sheet.key)] = (pk, stored)
    return found


def _candidates(venue: Venue, sheet: Sheet, keys: list[Values]) -> Iterator[Any]:
    """Queries whose rows hold every key: by number, or by employee over the span of days."""
    objects = sheet.model.objects
    if not keys or venue.pk is None:  # of a venue that is yet to be made nothing is stored
        return
    if sheet.key[0] == "number":
        for numbers in batches({key[0] for key in keys}):
            yield objects.filter(venue_id=venue.pk, number__among=numbers)
    elif sheet is EVENT_DAYS:
        yield objects.filter(venue_id=venue.pk, date__range=(min(keys)[0], max(keys)[0]))
    else:
        moments = [key[1] for key in keys]
        span = {f"{sheet.key[1]}__range": (min(moments), max(moments))}
        yield objects.filter(employee__venue_id=venue.pk, **span)


def employees_of(venue: Venue) -> dict[str, tuple[date, date | None]]:
    """Every person's first and last employed day, by staff number."""
    rows = Employee.objects.filter(venue_id=venue.pk).values_list("number", "hired_on", "left_on")
    return {number: (hired, left) for number, hired, left in rows}


def booking_days_of(venue: Venue, numbers: Iterable[str]) -> dict[str, date]:
    """The business days of stored bookings, by booking number."""
    days: dict[str, date] = {}
    for some in batches(numbers):
        days.update(Booking.objects.filter(venue_id=venue.pk, number__among=some).values_list("number", "business_day"))
    return days


def former_owners_of(venue: Venue, numbers: Iterable[str]) -> dict[str, set[str]]:
    """The staff numbers that reassigned bookings stood for before, by booking number."""
    owners: dict[str, set[str]] = {}
    for some in batches(numbers):
        rows = Reassignment.objects.filter(booking__venue_id=venue.pk, booking__number__among=some)
        for booking, former in rows.values_list("booking__number", "from_employee__number"):
            owners.setdefault(booking, set()).add(former)
    return owners


def poachings_of(venue: Venue) -> dict[tuple[str, str], str]:
    """Stored reports of 4.4: (staff number, booking number) → report number."""
    rows = Report.objects.filter(venue_id=venue.pk, article="4.4")
    return {
        (person, booking): number
        for person, booking, number in rows.values_list("employee__number", "booking__number", "number")
    }


def poached_days_of(venue: Venue, bookings: Iterable[str]) -> dict[str, list[date]]:
    """The days of stored 4.4 reports on some bookings, by booking number."""
    days: dict[str, list[date]] = {}
    for some in batches(bookings):
        rows = Report.objects.filter(venue_id=venue.pk, article="4.4", booking__number__among=some)
        for number, day in rows.values_list("booking__number", "business_day"):
            days.setdefault(number, []).append(day)
    return days


def comp_givers_of(venue: Venue, bookings: Iterable[str]) -> list[tuple[str, str, str]]:
    """The comps on stored bookings: (booking number, comp number, giver's staff number)."""
    found: list[tuple[str, str, str]] = []
    for some in batches(bookings):
        rows = Comp.objects.filter(venue_id=venue.pk, booking__number__among=some)
        found += rows.values_list("booking__number", "number", "employee__number")
    return found


def span_of_records(venue: Venue, numbers: Iterable[str]) -> dict[str, list[tuple[str, date, date | None]]]:
    """For some people, each kind of record that must lie within employment: (what it is called, first day, last day).

    It is called by its sheet where it has one; no last day where what lies behind the employment does no harm.
    """
    titles = {sheet.model: sheet.title for sheet in SHEETS}
    spans: dict[str, list[tuple[str, date, date | None]]] = {}
    for some in batches(numbers):
        for number, found in spans_of_records(venue, some).items():
            spans[number] = [
                (titles.get(span.model) or str(span.model._meta.verbose_name_plural), span.first, span.last)
                for span in found
            ]
    return spans


def spellings_of(model: Any, name: str, venue: Venue, wanted: Collection[str]) -> tuple[set[str], dict[str, list[str]]]:
    """How keys are stored at a venue: those of ``wanted`` as they are, and what is compared alike with the others."""
    if venue.pk is None or not wanted:
        return set(), {}
    return spellings(model.objects.filter(venue_id=venue.pk), name, wanted)


def arrivals_of(venue: Venue, days: Iterable[date]) -> Iterator[tuple[str, date, str, datetime | None]]:
    """The bookings that came on some days: number, day, table, moment."""
    for some in batches(days):
        rows = Booking.objects.filter(venue_id=venue.pk, business_day__in=some, turn__isnull=False)
        yield from rows.exclude(arrived_at=None).values_list("number", "business_day", "table", "arrived_at")


def locked_months(venue: Venue, *, paid: bool = False) -> list[CalendarMonth]:
    """The locked months, or the paid ones among them, in order; with the latest every earlier one is closed."""
    if venue.pk is None:
        return []
    closed = Month.objects.filter(venue_id=venue.pk).exclude(state=Month.State.OPEN)
    if paid:
        closed = closed.filter(state=Month.State.PAID)
    return [CalendarMonth.of(first) for first in closed.order_by("first_day").values_list("first_day", flat=True)]


def policies_of(venue: Venue) -> dict[date | None, dict[str, str]]:
    """The stored policy versions by their first day; None for the one without a beginning."""
    rows = PolicyVersion.objects.filter(venue_id=venue.pk)
    return dict(rows.values_list("effective_from", "values"))


def revisions_of(venue: Venue) -> tuple[int, dict[date, tuple[int, str]]]:
    """What the venue and its months stood at: unchanged means that nothing was written in between."""
    revision = Venue.objects.filter(pk=venue.pk).values_list("revision", flat=True).first() or 0
    months = Month.objects.filter(venue_id=venue.pk).values_list("first_day", "revision", "state")
    return revision, {first: (number, state) for first, number, state in months}
