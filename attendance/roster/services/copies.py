"""Copy the roster of the month before into a month."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from attendance.models import Rest
from attendance.roster.copy_plan import CopyPlan, plan_copy
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from storage.rows import insert_rows, record_history, reserve_ids
from venues.models import Venue
from venues.rights import refuse_changed, require
from venues.services import count_change, require_open_months


def copy_roster(*, venue: Venue, month: CalendarMonth, user: User, now: datetime, seen: str | None = None) -> CopyPlan:
    """Set in a month what ``plan_copy`` proposes as things stand now; twice equals once.

    Refuses (MonthLocked) a locked month, and (ChangedMeanwhile) to set anything else than was ``seen``.
    """
    require(user, Capability.SET_ROSTER, venue)
    with transaction.atomic():
        require_open_months(venue, [month])
        plan = plan_copy(venue, month, now, reader=user.pk)
        if plan.new:
            what = _("What would be copied to %(month)s") % {"month": month_shown(month)}
            refuse_changed(seen, plan.shown, what=what)
            ids = reserve_ids(Rest, plan.count)
            days = [(person.pk, day) for person, days in plan.new for day in days]
            rows = [
                (key, person, day, Rest.Kind.REGULAR.value, "") for key, (person, day) in zip(ids, days, strict=True)
            ]
            insert_rows(Rest, ["id", "employee", "business_day", "kind", "approver"], rows)
            why = _("copied from %(month)s") % {"month": month_shown(plan.source)}
            record_history(Rest, list(ids), change="+", at=now, user_id=user.pk, reason=why)
            count_change(venue, [month])
    return plan
