"""Review items of a month's draft: what blocks its lock, what is odd and wants an acknowledgement."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from attendance.models import OffPost, Punch
from attendance.selectors import waiting_requests_in
from bookings.models import Booking
from commissions.models import Answer, OpenException, PayrollRun, Payslip
from commissions.open_exceptions import DECISION, SettlePage, exception_kind
from commissions.payslips.texts import hint_text, request_what
from pages.formats import MINUS, day as in_words, figure, yuan
from rulebook.calendar import CalendarMonth
from rulebook.clauses import percent
from rulebook.pay import Hint
from staff.identity import Identity, doubts_about
from venues.models import Venue

LARGE_CHANGE = Decimal(500)
"""A change from the month before is large from this many yuan on …"""
LARGE_SHARE = Decimal("0.3")
"""… where it is this share of that month's net pay too."""

GENERAL = (Hint.PROVISIONAL, Hint.PAY_DAY)
"""Hints that are the month's, not a person's."""

_HINTS: dict[str, tuple[Promise | str, str]] = {
    Hint.WAGES_WITHHELD: (_("Wage guard"), "shield-exclamation"),
    Hint.OVER_CAP: (_("Wage guard"), "shield-exclamation"),
    Hint.UNDER_MINIMUM: (_("Wage guard"), "shield-exclamation"),
    Hint.DISMISSED: (_("Dismissal"), "user-minus"),
    Hint.CAPPED: (_("Carried on"), "arrow-uturn-right"),
    Hint.CARRIED: (_("Carried on"), "arrow-uturn-right"),
    Hint.LEFT_OVER: (_("Left over"), "arrow-uturn-right"),
    Hint.FORFEITED: (_("Commission forfeited"), "no-symbol"),
    Hint.NO_NOTICE: (_("Notice"), "calendar-days"),
    Hint.SHORT_NOTICE: (_("Notice"), "calendar-days"),
}
_RANK = {hint: rank for rank, hint in enumerate(_HINTS)}


class Slip(NamedTuple):
    """What the cards need of a payslip; amounts in yuan, ``before`` the net pay of the month before."""

    employee: int
    number: str
    name: str
    net: Decimal
    hints: list[Any]
    pay_date: date
    hired: date
    left: date | None
    id_number: str
    bank_account: str
    before: Decimal | None


class Said(NamedTuple):
    """What a person says of the draft of their payslip that stands."""

    employee: int
    number: str
    name: str
    state: str
    words: str
    digest: str


class SettleLink(NamedTuple):
    """What settles an open thing: the page, and the records that its address names."""

    page: SettlePage
    pk: int
    day: date | None = None


class Card(NamedTuple):
    """One thing to look at, or (``blocks``) to settle before the month can be locked."""

    employee: int
    number: str
    name: str
    title: Promise | str
    icon: str
    business_day: date | None
    text: str
    blocks: bool
    figure: str = ""
    key: str = ""
    acknowledged_by: str = ""
    way: SettleLink | None = None
    is_settled: bool = False  # since the draft was computed: the next one will be without it

    @property
    def waits(self) -> bool:
        """Whether nobody looked at it yet: the page locks once each odd thing was looked at."""
        return not self.blocks and not self.acknowledged_by


def slips_of(run: PayrollRun, before: PayrollRun | None) -> list[Slip]:
    """A run's payslips with what each person had the month before; one query."""
    columns = ("employee_id", "number", "name", "net", "hints", "pay_date")
    rows = Payslip.objects.filter(run=run).annotate(before=net_in(before))
    of_file = ("employee__hired_on", "employee__left_on", "employee__id_number", "employee__bank_account")
    return [Slip._make(row) for row in rows.values_list(*columns, *of_file, "before")]


def net_in(before: PayrollRun | None) -> Subquery:
    """What the person of a payslip had by the run of the month before."""
    nets = Payslip.objects.filter(run=before.pk if before else None, employee=OuterRef("employee"))
    return Subquery(nets.values("net")[:1])


def said_of(run: PayrollRun) -> list[Said]:
    """What people say of a run's payslips as they stand, by staff number; one query."""
    answers = Answer.objects.filter(
        ~Q(digest=""), month=run.month_id, employee__payslips__run=run, employee__payslips__digest=F("digest")
    )
    rows = answers.values_list(
        "employee_id", "employee__payslips__number", "employee__payslips__name", "state", "words", "digest"
    )
    return sorted(map(Said._make, rows), key=lambda said: said.number)


def blocking(run: PayrollRun) -> Iterator[Card]:
    """What stands in the way of the lock, by person and day; one query."""
    found = list(_ways().filter(payslip__run=run))
    for item in sorted(found, key=lambda item: (item.payslip.number, str(item.business_day), item.pk)):
        payslip, kind = item.payslip, exception_kind(item.kind)
        pk = item.booking if kind.page.about == "booking" else payslip.employee_id
        yield Card(
            payslip.employee_id,
            payslip.number,
            payslip.name,
            _("To settle"),
            "exclamation-triangle",
            item.business_day,
            kind.what(item),
            True,
            way=SettleLink(kind.page, pk, item.business_day) if pk else None,
            is_settled=kind.is_settled(item),
        )


@cache
def _ways() -> Any:
    """Open exceptions, each with the booking that it names, and how what it tells of stands now.

    Never asked itself, only what is filtered of it: to build it anew takes longer than to ask.
    """
    named = Booking.objects.filter(venue=OuterRef("payslip__employee__venue"), number=OuterRef("ref"))
    of_the_day = {"employee": OuterRef("payslip__employee"), "business_day": OuterRef("business_day")}
    both_sides = ~Q(arrived_at=None, arrival_approver="") & ~Q(left_at=None, departure_approver="")
    return OpenException.objects.select_related("payslip").annotate(
        booking=Subquery(named.values("pk")[:1]),
        booking_state=Subquery(named.values("state")[:1]),
        is_spent=Exists(named.exclude(spend=None)),
        is_punched=Exists(Punch.objects.filter(both_sides, **of_the_day)),
        is_away=Exists(OffPost.objects.filter(**of_the_day, returned_at=None)),
    )


def waiting(venue: Venue, month: CalendarMonth) -> Iterator[Card]:
    """The requests about a month that wait for the supervisor: they hold the lock as well; one query."""
    for request in waiting_requests_in(venue, month):
        person = request.employee
        yield Card(
            person.pk,
            person.number,
            person.name,
            _("Request"),
            "clock",
            request.first_day,
            request_what(request),
            True,
            way=SettleLink(DECISION, request.pk),
        )


def odd(slips: Iterable[Slip], month: CalendarMonth, *, is_whole: bool) -> list[Card]:
    """What is odd about a draft by itself, the gravest first; what compares months only of a month that is over."""
    by_number = sorted(slips, key=lambda slip: slip.number)
    found = list(_hinted(by_number))
    if is_whole:
        found += sorted(_changed(by_number, month), key=lambda card: _CHANGES.index(card.icon))
    return found


def doubted(slips: Iterable[Slip]) -> list[str]:
    """Whose card or ID number looks wrong, or is somebody else's too, in words, before pay is sent there."""
    people = [
        Identity(one.number, one.name, one.hired, one.left, one.id_number, one.bank_account)
        for one in sorted(slips, key=lambda slip: slip.number)
    ]
    names = {one.number: one.name for one in people}
    return [f"{doubt.number} {names[doubt.number]}: {doubt.text}" for doubt in doubts_about(people)]


def key_of(*parts: Any) -> str:
    """A short name of an odd thing with its figures: other figures are another thing to look at."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def objections(answers: Iterable[Said]) -> Iterator[Card]:
    """Who objects to the draft that stands, with their words."""
    for said in answers:
        if said.state == Answer.State.OBJECTED:
            key = key_of("objection", said.employee, said.digest, said.words)
            text = gettext("«%(words)s»") % {"words": said.words}
            icon = "chat-bubble-left-ellipsis"
            yield Card(said.employee, said.number, said.name, _("Objection"), icon, None, text, False, "", key)


def _hinted(slips: Iterable[Slip]) -> Iterator[Card]:
    """What the rules hint at, the gravest first."""
    told = [
        (_RANK[hint], slip.number, slip, hint, basis) for slip in slips for hint, basis in slip.hints if hint in _RANK
    ]
    for _rank, _number, slip, hint, basis in sorted(told, key=lambda row: row[:2]):
        title, icon = _HINTS[hint]
        shown = _figure(hint, basis, slip)
        key = key_of(hint, slip.employee, sorted(basis.items()), shown)
        yield Card(slip.employee, slip.number, slip.name, title, icon, None, hint_text(hint, basis), False, shown, key)


def _figure(hint: str, basis: dict[str, Any], slip: Slip) -> str:
    """The figure that stands large on a card."""
    match hint:
        case Hint.OVER_CAP if Decimal(basis["gross"]):
            return _share(Decimal(basis["amount"]) / Decimal(basis["gross"]))
        case Hint.DISMISSED:
            return yuan(slip.net)
        case Hint.UNDER_MINIMUM:
            return yuan(Decimal(basis["net"]))
        case Hint.SHORT_NOTICE:
            return f"{basis['given']} / {basis['days']}"
    return yuan(-Decimal(basis["amount"])) if "amount" in basis else ""


_NOTHING, _FAR, _LEFT, _JOINED = "minus-circle", "arrows-up-down", "arrow-right-start-on-rectangle", "user-plus"
_CHANGES = (_NOTHING, _FAR, _LEFT, _JOINED)


def _changed(slips: Iterable[Slip], month: CalendarMonth) -> Iterator[Card]:
    """Who came, who left, whose pay is nothing, or far from the month before."""
    length = (month.last - month.first).days + 1
    for slip in slips:
        found: list[tuple[Promise | str, str, str, str]] = []
        last = min(slip.left or month.last, month.last)
        employed = f"{(last - max(slip.hired, month.first)).days + 1} / {length}"
        if slip.hired >= month.first:
            text = gettext("hired on %(day)s") % {"day": in_words(slip.hired)}
            found.append((_("Joined"), _JOINED, text, employed))
        if slip.left is not None and slip.left <= month.last:
            text = gettext("last day %(day)s") % {"day": in_words(slip.left)}
            found.append((pgettext_lazy("employment", "Left"), _LEFT, text, employed))
        if not slip.net:
            found.append((_("Zero pay"), _NOTHING, gettext("nothing is paid"), yuan(slip.net)))
        if slip.before is not None and is_large(slip.before, slip.net):
            change = slip.net - slip.before
            text = gettext("%(before)s last month, %(change)s") % {
                "before": figure(slip.before),
                "change": f"{'+' if change > 0 else MINUS}{figure(abs(change))}",
            }
            shown = f"{'+' if change > 0 else MINUS}{_share(abs(change) / slip.before)}" if slip.before else ""
            found.append((_("Large change"), _FAR, text, shown))
        for title, icon, text, shown in found:
            key = key_of(icon, slip.employee, str(slip.hired), str(slip.left), str(slip.before), str(slip.net))
            yield Card(slip.employee, slip.number, slip.name, title, icon, None, text, False, shown, key)


def is_large(before: Decimal, now: Decimal) -> bool:
    """Whether pay is far from the month before: by ``LARGE_CHANGE`` and by ``LARGE_SHARE`` of it."""
    change = abs(now - before)
    return change >= LARGE_CHANGE and change >= before * LARGE_SHARE


def _share(rate: Decimal) -> str:
    return percent(rate.quantize(Decimal("0.001")))
