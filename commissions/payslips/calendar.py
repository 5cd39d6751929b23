"""The days of one person's month as a calendar shows them: decided, coming, and what happened on each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from attendance.request_kinds import kind_of
from bookings.eligibility.reasons import reason_words
from commissions.engine.as_of_now import Today
from commissions.payslips.evidence import explain_standing
from commissions.payslips.evidence.parts import Explained
from commissions.payslips.texts import void_rest_text
from pages.badges import Badge
from pages.formats import clock, yuan
from rulebook.attendance import LEAVE_RULES, Day, Leave, OffPost, Punch, RestKind, Verdict, is_valid
from rulebook.calendar import days_between
from violations.ledger.selectors import DerivedFine

WEEK = 7


_BADGES = {
    Verdict.WORKED: Badge("seated", pgettext_lazy("day", "work"), "check"),
    Verdict.REST: Badge("free", pgettext_lazy("day", "rest"), "moon"),
    Verdict.STATUTORY: Badge("held", pgettext_lazy("day", "statutory"), "document-check"),
    Verdict.SICK: Badge("held", pgettext_lazy("day", "sick"), "document-check"),
    Verdict.PERSONAL: Badge("held", pgettext_lazy("day", "leave"), "document-check"),
    Verdict.ABSENCE: Badge("now", pgettext_lazy("day", "absent"), "exclamation-triangle"),
    Verdict.EXCEPTION: Badge("waits", pgettext_lazy("day", "open"), "question-mark-circle"),
}
_LATE = Badge("waits", pgettext_lazy("day", "late"), "clock")
_EARLY = Badge("waits", pgettext_lazy("day", "early"), "clock")
_COMING_REST = Badge("planned", pgettext_lazy("day", "rest"), "moon")
_NOTHING = Badge("", "", "")
_RESTS = {
    RestKind.REGULAR: gettext_lazy("regular rest day"),
    RestKind.SELF_SCHEDULED: gettext_lazy("self-scheduled rest day"),
    RestKind.SWAP: gettext_lazy("swapped rest day"),
}


@dataclass
class CalendarDay:
    """One day of the month; ``facts`` are sentences, ``fines`` with what they rest on."""

    day: date
    badge: Badge
    is_employed: bool
    is_today: bool
    is_event: bool
    is_void: bool = False
    facts: list[str] = field(default_factory=list)
    fines: list[tuple[DerivedFine, Explained]] = field(default_factory=list)
    bookings: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.fines or self.bookings)


@dataclass
class Calendar:
    """A month by weeks from Monday, None where a day is another month's; the day shown first."""

    weeks: list[list[CalendarDay | None]]
    shown: date

    @property
    def cells(self) -> Iterator[CalendarDay]:
        return (cell for week in self.weeks for cell in week if cell is not None)

    @property
    def legend(self) -> list[Badge]:
        """The looks that the month has, each once."""
        return list(dict.fromkeys(cell.badge for cell in self.cells if cell.badge.css))


def calendar_of(today: Today, day: date, *, is_own: bool = True) -> Calendar:
    """The month's calendar as it stands on a business day, told to the person (``is_own``) or of them."""
    month = today.month
    cells: list[CalendarDay | None] = [None] * month.first.weekday()
    cells += _cells(today, day, is_own)
    cells += [None] * (-len(cells) % WEEK)
    weeks = [cells[start : start + WEEK] for start in range(0, len(cells), WEEK)]
    return Calendar(weeks, min(max(day, month.first), month.last))


def _cells(today: Today, on: date, is_own: bool) -> Iterator[CalendarDay]:
    facts, person = today.facts, today.person
    span = person.employment.days_in(today.month)
    decided = {day.day: day for day in today.days}
    void = today.void_rests
    for day in days_between(today.month.first, today.month.last):
        is_employed = span is not None and span[0] <= day <= span[1]
        look = _badge(decided[day]) if day in decided else _coming(today, day) if is_employed else _NOTHING
        cell = CalendarDay(
            day, look, is_employed, day == on, day in facts.event_days, is_void=void.get(day) is not None
        )
        cell.facts += _said_of(today, day, decided.get(day), is_own)
        cell.fines = [(one, explain_standing(one, today.policy)) for one in today.fines if one.fine.day == day]
        cell.bookings = list(_booked(today, day))
        yield cell


def _badge(day: Day) -> Badge:
    if day.verdict == Verdict.WORKED and day.late:
        return _LATE
    if day.verdict == Verdict.WORKED and day.early:
        return _EARLY
    return _BADGES[day.verdict]


def _coming(today: Today, day: date) -> Badge:
    """A day that has not ended: its rest or leave, where it holds."""
    if day in today.valid_rests:
        return _COMING_REST
    for kind in LEAVE_RULES:
        if any(leave.kind == kind and is_valid(leave, today.facts.shifts[day].start) for leave in _leaves(today, day)):
            return Badge("planned", kind_of(kind).day_word, "document-check")
    return _NOTHING


def _leaves(today: Today, day: date) -> list[Leave]:
    return [leave for leave in today.person.leaves if leave.first <= day <= leave.last]


def _said_of(today: Today, day: date, decided: Day | None, is_own: bool) -> Iterator[str]:
    if day in today.facts.event_days:
        yield _("Event day: nobody rests (1.2.C)")
    yield from (_punched(punch) for punch in today.person.punches if punch.day == day)
    if decided is not None:
        late, early = decided.late, decided.early
        if late:
            yield ngettext("%(count)s minute late", "%(count)s minutes late", late) % {"count": late}
        if early:
            yield ngettext("left %(count)s minute early", "left %(count)s minutes early", early) % {"count": early}
        if decided.verdict == Verdict.EXCEPTION:
            told, own = _("one side is not punched"), _("one side is not punched: your supervisor settles it")
            yield own if is_own else told
    reason = today.void_rests.get(day)
    for rest in today.person.rests:
        if rest.day == day:
            kind = str(_RESTS[RestKind(rest.kind)])
            yield kind if reason is None else f"{kind} · {void_rest_text(reason)}"
    yield from (_asked(leave, today.facts.shifts[day].start) for leave in _leaves(today, day))
    yield from (_away(away) for away in today.person.off_posts if away.day == day)


def _punched(punch: Punch) -> str:
    def side(word: str, at: datetime | None, vouched: bool) -> str:
        text = word % {"time": clock(at) if at else "—"}
        return " ".join((text, _("(vouched for)"))) if vouched else text

    arrived = side(_("arrived %(time)s"), punch.arrived, punch.arrival_vouched)
    return f"{arrived} · {side(_('left %(time)s'), punch.left, punch.departure_vouched)}"


def _asked(leave: Leave, shift_start: datetime) -> str:
    kind = str(kind_of(leave.kind).word)
    if is_valid(leave, shift_start):
        return f"{kind} · {_('approved')}"
    if not leave.approved:
        return f"{kind} · {_('not approved')}"
    if leave.requested >= shift_start:
        return " · ".join((kind, _("asked for too late for this day")))
    return " · ".join((kind, _("papers are missing (1.2.A)")))


def _away(away: OffPost) -> str:
    returned = clock(away.returned) if away.returned else "—"
    text = _("away from %(left)s to %(returned)s") % {"left": clock(away.left), "returned": returned}
    return f"{text} · {_('approved')}" if away.approved else text


def _booked(today: Today, day: date) -> Iterator[str]:
    for sale in today.sales:
        booking = sale.booking
        if booking.day == day:
            parts = [booking.table or "—", booking.guest_name]
            parts += reason_words(sale.reasons) if sale.reasons else [yuan(sale.amount)]
            yield " · ".join(filter(None, parts))
