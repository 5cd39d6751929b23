"""Edit a venue's public calendar: holidays, weekend days worked to make up for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from accounts.permissions import Capability
from rulebook.calendar import DAY, CalendarMonth
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.models import CalendarDay, Venue
from venues.rights import refuse_changed, require_one, shown_of
from venues.seed import known_days
from venues.services import count_change_from

SETTERS = (Capability.SET_ROSTER, Capability.SET_HOUSE)
"""Who keeps the calendar: one of these."""
SHOWN = ("is_working", "name")
"""What its page shows of a day of the calendar."""


def set_public_day(
    *, venue: Venue, day: date, is_working: bool, name: str, user: User, seen: str | None = None
) -> CalendarDay:
    """Put a day into the public calendar, or change the one that stands there; as it stands it leaves no trace.

    Refuses (ChangedMeanwhile) a day that is not as it was ``seen``: one that is new was not there.
    """
    with _kept(venue, user):
        found = CalendarDay.objects.select_for_update().filter(venue=venue, date=day).first()
        name = name.strip()[:100]
        if found is not None and (found.is_working, found.name) == (is_working, name):
            return found
        if found is not None:
            refuse_changed(seen, shown_of(found, SHOWN), found)
        row = found or CalendarDay(venue=venue, date=day)
        row.is_working, row.name = is_working, name
        save_traced(row, by=user)
        _count(venue, day)
    return row


def remove_public_day(*, venue: Venue, day: date, user: User, seen: str | None = None) -> None:
    """Take a day out of the public calendar; refuses one that is not there."""
    with _kept(venue, user):
        row = CalendarDay.objects.select_for_update().filter(venue=venue, date=day).first()
        if row is None:
            raise Refused(_("This day is not in the calendar (any more)."))
        refuse_changed(seen, shown_of(row, SHOWN), row)
        delete_traced(row, by=user)
        _count(venue, day)


def seed_year(*, venue: Venue, year: int, user: User) -> int:
    """Add what is known of a year's holidays and return how many days were new.

    Keeps what was edited: a day that stands stays as it is, one that was taken out stays out. Twice equals once.
    """
    with _kept(venue, user):
        stored = set(CalendarDay.objects.filter(venue=venue, date__year=year).values_list("date", flat=True))
        gone = CalendarDay.history.filter(venue=venue, date__year=year, history_type="-").values_list("date", flat=True)
        kept_out = set(gone) | stored
        new = [day for day in known_days(venue, [year]) if day.date not in kept_out]
        if new:
            bulk_create_with_history(new, CalendarDay, default_user=user, default_change_reason=_("known holidays"))
            _count(venue, date(year, 1, 1))
    return len(new)


@contextmanager
def _kept(venue: Venue, user: User) -> Iterator[None]:
    """The calendar taken by somebody who may keep it."""
    require_one(user, SETTERS, venue)
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        yield


def _count(venue: Venue, day: date) -> None:
    """A month is paid in the next: the pay day of the month before may move."""
    count_change_from(venue, CalendarMonth.of(day.replace(day=1) - DAY))
