"""A punch as it should have been (1.2.D, 1.2.E, 1.2.F)."""

from collections.abc import Sequence
from datetime import date, datetime

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, gettext_noop, ngettext

from accounts.models import User
from attendance.locking import punch_of, refuse_other_day
from attendance.models import Request
from attendance.request_kinds import RequestKind
from attendance.requests.consequences import Clause
from attendance.requests.forms import day_field, reason_field, time_field
from attendance.requests.kinds.base import Draft, Values
from attendance.requests.services.requests import Attachment, ask, asking, refuse_overlap, refuse_past_only
from pages.formats import clock, day as shown, moment as moment_shown, yuan
from pages.forms import CleanedForm
from rulebook.attendance import MINUTE, shift_of
from rulebook.calendar import CalendarMonth, moment
from rulebook.policy import Policy
from staff.models import Employee
from storage.history import save_traced
from venues.errors import Refused
from venues.rights import need_reason
from venues.selectors import policy_of

SIDES = (Request.Side.ARRIVAL, Request.Side.DEPARTURE)


class PunchForm(CleanedForm):
    """A punch as it should be."""

    day = day_field(gettext_lazy("Business day"))
    side = forms.ChoiceField(
        label=gettext_lazy("Which punch"),
        choices=[(side.value, side.label) for side in SIDES],
        widget=forms.RadioSelect,
    )
    at = time_field(gettext_lazy("Time as it was"))
    reason = reason_field(gettext_lazy("What happened"), required=True)


class PunchCorrection(RequestKind, Draft):
    key = "punch"
    word = gettext_lazy("punch correction")
    title = gettext_lazy("Punch correction")
    tile = gettext_lazy("Punch")
    icon = "finger-print"
    article = "1.2.F"
    form = PunchForm
    approved = gettext_noop("Your punch correction for %(day)s is approved by %(by)s.")
    refused = gettext_noop("Your punch correction for %(day)s is refused by %(by)s: %(reason)s")

    def _at(self, employee: Employee, values: Values) -> datetime:
        return moment(values["day"], values["at"], employee.venue.zone)

    def check(self, employee: Employee, values: Values, now: datetime) -> None:
        refuse_unaskable_punch(
            employee=employee, day=values["day"], side=values["side"], at=self._at(employee, values), now=now
        )

    def price(self, employee: Employee, values: Values, now: datetime) -> list[Clause]:
        return price_of_punch(employee=employee, day=values["day"], side=values["side"], at=self._at(employee, values))

    def summary(self, employee: Employee, values: Values) -> str:
        at, side = self._at(employee, values), Request.Side(values["side"]).label
        return f"{self.word} {shown(values['day'])} {side} {clock(at)}"

    def ask(
        self, employee: Employee, user: User, values: Values, papers: Sequence[Attachment], now: datetime
    ) -> Request:
        return ask_punch(
            employee=employee,
            user=user,
            day=values["day"],
            side=values["side"],
            at=self._at(employee, values),
            reason=values["reason"],
            now=now,
        )

    def grant(self, request: Request, user: User, why: str, now: datetime) -> None:
        """Make the stated time that side's punch; it is on time only where it is."""
        punch = punch_of(request.employee, request.first_day)
        name = "arrived_at" if request.side == Request.Side.ARRIVAL else "left_at"
        setattr(punch, name, request.at)
        if punch.arrived_at and punch.left_at and punch.left_at < punch.arrived_at:
            raise Refused(
                _("On %(day)s the departure would lie before the arrival.") % {"day": shown(request.first_day)}
            )
        save_traced(punch, by=user, reason=why, **{name: request.at})

    def about(self, request: Request, policy: Policy) -> str:
        stated = moment_shown(request.at) if request.at else "—"
        return f"{request.get_side_display()} {stated}"

    def subject(self, request: Request) -> str:
        at = clock(request.at) if request.at else ""
        return f"{shown(request.first_day)} {request.get_side_display()} {at}"


def ask_punch(
    *, employee: Employee, user: User, day: date, side: str, at: datetime, reason: str, now: datetime
) -> Request:
    """Ask to correct one's arrival or departure of today or of a past day of an open month."""
    with asking(employee, user):
        why = need_reason(reason, _("Say what happened: a correction needs a reason."))
        refuse_unaskable_punch(employee=employee, day=day, side=side, at=at, now=now)
        asked = Request(employee=employee, kind=PunchCorrection.key, first_day=day, last_day=day, side=side, at=at)
        return ask(asked, user, why, now)


def refuse_unaskable_punch(*, employee: Employee, day: date, side: str, at: datetime, now: datetime) -> None:
    """Refuse a correction that can't be asked for, with the reason."""
    if side not in SIDES:
        raise Refused(_("Choose arrival or departure."))
    refuse_past_only(employee, day, now)
    refuse_other_day(employee, day, at)
    if at > now:
        raise Refused(_("The stated time lies in the future."))
    refuse_overlap(employee, PunchCorrection.key, day, day, side)


def price_of_punch(*, employee: Employee, day: date, side: str, at: datetime) -> list[Clause]:
    """What a corrected punch would make of that side (1.2.D, 1.2.E, 1.2.F)."""
    month = CalendarMonth.of(day)
    policy = policy_of(employee.venue, month).policy
    shift = shift_of(day, policy, employee.venue.zone)
    is_arrival = side == Request.Side.ARRIVAL
    minutes = max(0, ((at - shift.start) if is_arrival else (shift.end - at)) // MINUTE)
    article, fine = ("1.2.F", policy.late_fine) if is_arrival else ("1.2.E", policy.early_fine)
    if not minutes:
        text = _("%(time)s is on time: no fine.") % {"time": clock(at)}
        return [Clause(text, article, "good")]
    values = {"minutes": minutes, "fine": yuan(fine), "absence": yuan(policy.absence_fine)}
    if minutes > policy.grace_minutes:
        late = ngettext(
            "%(minutes)s minute late is an absence: %(absence)s.",
            "%(minutes)s minutes late is an absence: %(absence)s.",
            minutes,
        )
        early = ngettext(
            "%(minutes)s minute early is an absence: %(absence)s.",
            "%(minutes)s minutes early is an absence: %(absence)s.",
            minutes,
        )
        text = late if is_arrival else early
        return [Clause(text % values, "1.2.D", "now")]
    late = ngettext("%(minutes)s minute late: %(fine)s.", "%(minutes)s minutes late: %(fine)s.", minutes)
    early = ngettext("%(minutes)s minute early: %(fine)s.", "%(minutes)s minutes early: %(fine)s.", minutes)
    text = late if is_arrival else early
    return [Clause(text % values, article, "waits")]
