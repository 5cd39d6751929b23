"""Publish a month's roster: notify each person of their rest days, or of what changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.message_kinds import ROSTER_CHANGED, ROSTER_FIRST, ROSTER_NONE_LEFT
from attendance.models import RosterPublication
from attendance.roster.grid import roster_of
from attendance.roster.publications import as_told, latest_of, published_of
from inbox.kinds import MessageKind
from inbox.services import Notification, post_each
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from venues.errors import Refused
from venues.models import Venue
from venues.rights import require
from venues.services import require_open_months


def publish_roster(
    *, venue: Venue, month: CalendarMonth, user: User, now: datetime
) -> tuple[RosterPublication, Sequence[Employee]] | None:
    """Publish a month's roster and tell whom it concerns; None where nothing changed since it was published last.

    Returns the publication, and those concerned whom no message reaches.


    Refuses a month that is over, and (MonthLocked) a locked one. The rest days count whether published or not.
    """
    require(user, Capability.SET_ROSTER, venue)
    with transaction.atomic():
        require_open_months(venue, [month])
        roster = roster_of(venue, month, now)
        if roster.is_over:
            raise Refused(_("%(month)s is over: there is nothing to tell any more.") % {"month": month_shown(month)})
        latest = latest_of(venue, month)
        published = published_of(roster.people, roster.valid, latest)
        changed = published.changed
        rests = {str(key): as_told(days) for key, days in roster.valid.items()}
        if not changed and latest is not None:
            return None
        if not rests and latest is None:
            raise Refused(_("Nobody has a rest day yet: there is nothing to publish."))
        heard = [person for person in changed if person.user_id is not None]
        users = User.objects.in_bulk([person.user_id for person in heard if person.user_id is not None])
        made = RosterPublication.objects.create(
            venue=venue,
            first_day=month.first,
            at=now,
            user=user,
            rests=rests,
            told=len(changed) - len(published.silent),
        )
        before = latest.rests if latest else {}
        told: dict[MessageKind, list[Notification]] = {ROSTER_FIRST: [], ROSTER_CHANGED: [], ROSTER_NONE_LEFT: []}
        for person in heard:
            own = rests.get(str(person.pk), [])
            kind = ROSTER_NONE_LEFT if not own else ROSTER_CHANGED if before.get(str(person.pk)) else ROSTER_FIRST
            basis = {"month": str(month)} | ({"rest_days": ",".join(own)} if own else {})
            path = reverse("own_calendar", args=[venue.code, month])
            told[kind].append(Notification(users[person.user_id or 0], f"roster:{month}:{made.pk}", basis, path))
        for kind, those in told.items():
            post_each(venue=venue, told=those, kind=kind, now=now)
    return made, published.silent
