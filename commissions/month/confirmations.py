"""Ask people to confirm the draft of a month; record their answers."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from commissions.errors import DraftChanged, NotComputed
from commissions.message_kinds import DRAFT_SENT, OBJECTED
from commissions.models import Answer, DraftSent, PayrollRun, Payslip
from inbox.reach import Reach, reach_of
from inbox.selectors import told_of
from inbox.services import Notification, post, post_each
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from storage.history import save_traced
from venues.errors import MonthLocked, Refused
from venues.models import Month, Venue
from venues.rights import need_reason, refuse_changed, require
from venues.selectors import holders_of

_SHOWN_WORDS = 120


def send_draft(
    *, venue: Venue, month: CalendarMonth, user: User, now: datetime, seen: str | None = None
) -> Reach | None:
    """Ask everybody to confirm the draft of their payslip, once a draft; None where nobody is left to be asked.

    Of a draft computed again those are asked whose payslip is another than the one they answered or were asked about.
    Refuses (ChangedMeanwhile) another draft than was ``seen``.
    """
    require(user, Capability.RUN_PAYROLL, venue)
    with transaction.atomic():
        run = PayrollRun.objects.filter(month__venue=venue, month__first_day=month.first, is_current=True)
        found = run.select_related("month").first()
        if found is None or found.is_stale or found.provisional_day is not None:
            raise NotComputed(_("There is no draft of the whole month to send; compute it first."))
        if Payslip.objects.filter(run=found, digest="").exists():  # of before answers were kept: can't be answered
            raise NotComputed(_("There is no draft of the whole month to send; compute it first."))
        if found.month.state != Month.State.OPEN:
            raise MonthLocked(_("%(month)s is locked already.") % {"month": month_shown(month)})
        refuse_changed(seen, {"draft": found})
        answered = dict(Answer.objects.filter(month=found.month).values_list("employee_id", "digest"))
        slips = Payslip.objects.filter(run=found).select_related("employee__user").order_by("number")
        open_slips = [slip for slip in slips if answered.get(slip.employee_id) != slip.digest]
        told = [
            Notification(
                slip.employee.user,
                _occasion(month, slip),
                {"month": str(month), "amount": str(slip.net)},
                reverse("payslip", args=[venue.code, month, slip.employee_id]),
            )
            for slip in open_slips
            if slip.employee.user is not None
        ]
        keys = told_of(venue=venue, keys=[one.key for one in told])
        fresh = [one for one in told if one.key not in keys]
        if not fresh and DraftSent.objects.filter(month=found.month).exists():
            return None
        DraftSent.objects.create(month=found.month, user=user, at=now)
        post_each(venue=venue, told=fresh, kind=DRAFT_SENT, now=now)
    asked = {one.key for one in fresh}
    concerned = [slip for slip in open_slips if slip.employee.user is None or _occasion(month, slip) in asked]
    return reach_of(venue, [(slip.name, slip.employee.user_id) for slip in concerned])


def _occasion(month: CalendarMonth, slip: Payslip) -> str:
    """The occasion on which somebody is asked: a payslip as it stands in a draft."""
    return f"draft:{month}:{slip.employee_id}:{slip.digest}"


def answer_draft(
    *, payslip: Payslip, user: User, digest: str, is_right: bool, words: str = "", now: datetime
) -> Answer:
    """Confirm the draft of the own payslip, or object with words; the last answer stands.

    ``digest`` is that of the draft shown: of a changed one nobody says anything (DraftChanged).
    """
    month = payslip.run.month
    if payslip.employee.user_id is None or payslip.employee.user_id != user.pk:
        raise Refused(_("Everybody answers for the own payslip."))
    if not is_right:
        words = need_reason(words, _("Say what is wrong."), "words")
    with transaction.atomic():
        taken = Month.objects.select_for_update().get(pk=month.pk)
        if taken.state != Month.State.OPEN:
            raise MonthLocked(
                _("%(month)s is locked already; speak to HR.") % {"month": month_shown(month.calendar_month)}
            )
        current = Payslip.objects.filter(
            run__month=month, run__is_current=True, run__provisional_day=None, employee=payslip.employee_id
        ).first()
        if not digest or current is None or current.digest != digest:
            raise DraftChanged(_("The draft has changed since you looked at it. Look at it again."))
        answer = Answer.objects.filter(month=month, employee=payslip.employee_id).first() or Answer(
            month=month, employee=payslip.employee
        )
        answer.state = Answer.State.CONFIRMED if is_right else Answer.State.OBJECTED
        answer.words = "" if is_right else words.strip()[:500]
        answer.digest, answer.at = digest, now
        save_traced(answer, by=user)
        if not is_right:
            _notify_hr(payslip, answer, now)
    return answer


def _notify_hr(payslip: Payslip, answer: Answer, now: datetime) -> None:
    month = payslip.run.month.calendar_month
    venue = payslip.run.month.venue
    post(
        venue=venue,
        users=holders_of(venue, [Capability.RUN_PAYROLL]),
        key=f"objection:{answer.pk}:{now:%Y%m%d%H%M%S}",
        kind=OBJECTED,
        basis={"month": str(month), "name": payslip.name, "words": answer.words[:_SHOWN_WORDS]},
        path=reverse("payslip", args=[venue.code, month, payslip.employee_id]),
        now=now,
    )


def answer_to(payslip: Payslip) -> Answer | None:
    """What the person says of this draft of their payslip; None where they said nothing of it."""
    found = Answer.objects.filter(month=payslip.run.month_id, employee=payslip.employee_id).first()
    return found if found is not None and found.digest == payslip.digest != "" else None
