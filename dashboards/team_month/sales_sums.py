"""Counted sales of a month in sums: by person, by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, ExtractDay

from bookings.models import Booking
from commissions.models import SaleLine
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.policy import Policy
from rulebook.reports import SOLICITING
from rulebook.sales import BookingState
from storage.money import MoneySum
from venues.models import Venue
from violations.models import Report


class Asked(NamedTuple):
    """A month whose sales are asked for: whole, and through a day.

    ``run`` is the run that froze it, None for a month that may still change.
    """

    month: CalendarMonth
    policy: Policy
    through: date
    run: int | None


class Sums(NamedTuple):
    """Yuan by person, whole and through the day asked for; by day of the month."""

    people: dict[int, tuple[Decimal, Decimal]]
    daily: list[Decimal]


def sums_of(venue: Venue, months: Iterable[Asked]) -> dict[CalendarMonth, Sums]:
    """What counts as sales in these months (chapter 2, 4.3, 4.5); one query."""
    asked = list(months)
    parts = [part for place, one in enumerate(asked) for part in _parts(venue, one, place)]
    found = [Sums({}, [ZERO] * one.month.length) for one in asked]
    for place, is_day, key, whole, so_far in parts[0].union(*parts[1:], all=True):
        if is_day:
            found[place].daily[key - 1] = whole
        else:
            found[place].people[key] = (whole, so_far)
    return {one.month: sums for one, sums in zip(asked, found, strict=True)}


def _parts(venue: Venue, asked: Asked, place: int) -> Iterable[QuerySet[Any, Any]]:
    if asked.run is None:
        rows: QuerySet[Any] = _counted(venue, asked.month, asked.policy)
        names = ("employee_id", "business_day", "spend")
    else:
        rows = SaleLine.objects.filter(payslip__run=asked.run)
        names = ("payslip__employee_id", "booking__business_day", "amount")
    person, day, amount = names
    through = Q(**{f"{day}__lte": asked.through})
    for is_day, key in ((0, F(person)), (1, Cast(ExtractDay(day), IntegerField()))):
        yield (
            rows.order_by()
            .annotate(place=Value(place, IntegerField()), is_day=Value(is_day, IntegerField()), key=key)
            .values("place", "is_day", "key")
            .annotate(whole=MoneySum(amount), so_far=MoneySum(amount, filter=through))
            .values_list("place", "is_day", "key", "whole", "so_far")
        )


def _counted(venue: Venue, month: CalendarMonth, policy: Policy) -> QuerySet[Booking]:
    """The bookings that ``rulebook.sales.rule_sale`` gives an amount, of people employed in the month."""
    solicited = Report.objects.filter(
        employee=OuterRef("employee"), business_day=OuterRef("business_day"), article=SOLICITING
    )
    lead = timedelta(minutes=policy.booking_lead_minutes)
    return (
        Booking.objects.filter(
            Q(employee__left_on=None) | Q(employee__left_on__gte=month.first),
            employee__hired_on__lte=month.last,
            venue=venue,
            business_day__range=(month.first, month.last),
            state=BookingState.ARRIVED,
            spend__isnull=False,
            registered_at__isnull=False,
            arrived_at__gte=F("registered_at") + lead,
        )
        .exclude(table="")
        .exclude(guest_name="")
        .exclude(guest_phone_key="")
        .exclude(Exists(solicited))
    )
