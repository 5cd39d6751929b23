"""Add, rename, remove event days; notify those whose rest days change (1.2.C)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.event_days.consequences import Effect, effects_of
from attendance.locking import locked_months
from attendance.message_kinds import EVENT_VALID, EVENT_VALID_VOID, EVENT_VOID, EVENT_VOID_VALID
from attendance.rest_days.selectors import begins
from inbox.kinds import MessageKind
from inbox.services import Notification, post_each
from pages.formats import day as shown
from rulebook.calendar import CalendarMonth
from storage.history import delete_traced, save_traced
from venues.errors import Refused
from venues.models import EventDay, Venue
from venues.public_days import SETTERS
from venues.rights import refuse_changed, require_one, shown_of
from venues.selectors import policy_of
from venues.services import require_open_months

SHOWN = ("name",)
"""What its page shows of an event day."""


def add_event_day(*, venue: Venue, day: date, name: str, user: User, now: datetime) -> EventDay:
    """Make a coming day an event day; the rest days on it become void, and their people are told.

    Refuses a day whose shift has begun (an event is announced before), one that is an event day already, and
    (MonthLocked) a locked month.
    """
    require_one(user, SETTERS, venue)
    with locked_months(venue, [day]):
        refuse_unaddable(venue=venue, day=day, now=now)
        effects = effects_of(venue, day, is_event=True)
        event = save_traced(EventDay(venue=venue, date=day, name=name.strip()[:100]), by=user)
        _notify(venue, event, effects, EVENT_VOID, EVENT_VOID_VALID, now)
    return event


def refuse_unaddable(*, venue: Venue, day: date, now: datetime) -> None:
    """Refuse a day that can't become an event day, with the reason."""
    if begins(day, policy_of(venue, CalendarMonth.of(day)).policy, venue.zone) <= now:
        raise Refused(
            _("The shift of %(day)s has begun: an event day is announced before, so that nobody loses a rest.")
            % {"day": shown(day)}
        )
    if EventDay.objects.filter(venue=venue, date=day).exists():
        raise Refused(_("%(day)s is an event day already.") % {"day": shown(day)})


def rename_event_day(*, venue: Venue, day: date, name: str, user: User, seen: str | None = None) -> EventDay:
    """Give an event day another name; its drafts stay as they are. Refuses (MonthLocked) a locked month."""
    require_one(user, SETTERS, venue)
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        event = _locked(venue, day)
        name = name.strip()[:100]
        if event.name == name:
            return event
        refuse_changed(seen, shown_of(event, SHOWN), event)
        return save_traced(event, by=user, name=name)


def remove_event_day(*, venue: Venue, day: date, user: User, now: datetime, seen: str | None = None) -> None:
    """Make an event day a day like others; the rest days on it count again, and their people are told.

    Refuses (MonthLocked) a locked month.
    """
    require_one(user, SETTERS, venue)
    with locked_months(venue, [day]):
        event = _locked(venue, day)
        refuse_changed(seen, shown_of(event, SHOWN), event)
        effects, told = effects_of(venue, day, is_event=False), EventDay(pk=event.pk, date=day)
        delete_traced(event, by=user)
        _notify(venue, told, effects, EVENT_VALID, EVENT_VALID_VOID, now)


def _locked(venue: Venue, day: date) -> EventDay:
    found = EventDay.objects.select_for_update().filter(venue=venue, date=day).first()
    if found is None:
        raise Refused(_("%(day)s is no event day (any more).") % {"day": shown(day)})
    return found


def _notify(
    venue: Venue, event: EventDay, effects: Iterable[Effect], kind: MessageKind, both: MessageKind, now: datetime
) -> None:
    """Tell the people whose rest days change; ``both`` where some become void and others count."""
    told: dict[MessageKind, list[Notification]] = {kind: [], both: []}
    path = reverse("own_calendar", args=[venue.code, CalendarMonth.of(event.date)])
    for effect in effects:
        if effect.employee.user is None:
            continue
        days = {"void_days": effect.void, "valid_days": effect.valid}
        basis = {"day": event.date.isoformat()}
        basis |= {name: ",".join(day.isoformat() for day in found) for name, found in days.items() if found}
        chosen = both if effect.void and effect.valid else kind
        told[chosen].append(Notification(effect.employee.user, f"event:{event.pk}:{kind is EVENT_VALID}", basis, path))
    for one, those in told.items():
        post_each(venue=venue, told=those, kind=one, now=now)
