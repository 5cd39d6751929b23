"""What waits for the floor manager's decision, each with its ground and its arithmetic."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from accounts.models import User
from attendance.models import Request
from attendance.request_kinds import kind_of
from bookings.eligibility.display import standing_if_arrived
from bookings.locking import AT_THE_DOOR
from bookings.models import Booking
from comps.models import CompRequest
from comps.selectors import CompAllowance
from pages.badges import Badge
from pages.formats import clock, short_day, yuan
from rulebook.clauses import percent
from rulebook.policy import Policy
from storage.seals import seal, sealed_key
from venues.rights import shown_of

ARRIVAL, COMP, REQUEST = "arrival", "comp", "request"
NOW = Badge("now", pgettext_lazy("table", "fill in"), "exclamation-triangle")
_MINUTES = 60
_APPROVE = gettext_lazy("Approve")


class ArithmeticLine(NamedTuple):
    """A line of the arithmetic: words, amount as text."""

    words: str
    amount: str


@dataclass
class Waiting:
    """One thing to decide; ``key`` names it (kind and primary key), ``own`` that its reader may not decide it.

    ``seal`` is that of what is shown of it, which the decision brings back.
    """

    key: str
    label: Promise | str
    icon: str
    who: str
    about: str
    since: datetime
    article: str
    seal: str
    when: str = ""
    amount: Decimal | None = None
    own: bool = False
    table: str = ""
    figures: list[ArithmeticLine] = field(default_factory=list)
    approve: Promise | str = _APPROVE
    can_refuse: bool = True
    request: int | None = None
    approved: bool | None = None
    decided_at: datetime | None = None
    decided_by: str = ""

    @property
    def sent(self) -> str:
        """What its buttons and its tick send."""
        return sealed_key(self.key, self.seal)

    @property
    def name(self) -> str:
        """The name of its parts on the page."""
        return self.key.replace(":", "")


def seal_of(thing: Booking | CompRequest | Request) -> str:
    """The seal of what is shown of a thing to decide."""
    if isinstance(thing, Booking):
        return seal(shown_of(thing, AT_THE_DOOR))
    return seal(thing.shown if isinstance(thing, CompRequest) else shown_of(thing, Request.AS_ASKED))


def arrival_waiting(booking: Booking, policy: Policy, user: User, now: datetime) -> Waiting:
    """A guest who is announced at the door (4.3)."""
    since = booking.announced_at or now
    minutes = int((now - since).total_seconds()) // _MINUTES
    about = _("%(person)s booked it") % {"person": booking.employee.name}
    about += " · " + standing_if_arrived(booking, since, policy).text
    return Waiting(
        f"{ARRIVAL}:{booking.pk}",
        gettext_lazy("Arrival"),
        "user-plus",
        f"{booking.table} {booking.guest_name}".strip(),
        about,
        since,
        "4.3",
        seal_of(booking),
        when=_("%(time)s here, waits %(minutes)s min") % {"time": clock(since), "minutes": minutes},
        own=booking.employee.user_id == user.pk,
        table=booking.table,
        approve=gettext_lazy("Confirm arrival"),
        can_refuse=False,
    )


def comp_waiting(asked: CompRequest, room: CompAllowance | None, policy: Policy, user: User) -> Waiting:
    """A comp that is asked for, with what its ground allows and giving it would leave (3.1.A, 3.1.B).

    ``room`` is measured without it; None of another night, whose comp is measured when it is decided.
    """
    booking = asked.booking
    by_spend = asked.ground == CompRequest.Ground.SPEND
    figures: list[ArithmeticLine] = []
    if room is not None and by_spend:
        figures = [
            ArithmeticLine(
                _("may be comped %(spend)s × %(rate)s")
                % {"spend": yuan(room.spend), "rate": percent(policy.comp_spend_rate)},
                yuan(Decimal(room.allowances[0].allowed)),
            ),
            ArithmeticLine(_("left after this"), yuan(Decimal(room.left_after(asked.amount, asked.ground)))),
        ]
    elif room is not None:
        figures = [
            ArithmeticLine(_("arrived tables allow today"), str(room.allowances[1].allowed)),
            ArithmeticLine(_("left after this"), str(room.left_after(asked.amount, asked.ground))),
        ]
    return Waiting(
        f"{COMP}:{asked.pk}",
        gettext_lazy("Comp"),
        "gift",
        asked.employee.name,
        _("%(item)s on %(table)s for %(guest)s, %(ground)s")
        % {
            "item": asked.item,
            "table": booking.table or booking.number,
            "guest": booking.guest_name or "—",
            "ground": asked.get_ground_display(),
        },
        asked.asked_at,
        "3.1.A" if by_spend else "3.1.B",
        seal_of(asked),
        when=clock(asked.asked_at),
        amount=asked.amount,
        own=asked.employee.user_id == user.pk,
        table=booking.table,
        figures=figures,
        approve=gettext_lazy("Give it"),
        **_decision(asked),
    )


def request_waiting(request: Request, policy: Policy, user: User) -> Waiting:
    """What a person asks for, with what approving it costs them."""
    kind = kind_of(request.kind)
    who = request.employee.name
    if request.colleague is not None:
        who = f"{who} ⇄ {request.colleague.name}"
    people = {request.employee.user_id, request.colleague.user_id if request.colleague else None}
    return Waiting(
        f"{REQUEST}:{request.pk}",
        kind.word,
        kind.icon,
        who,
        " · ".join(filter(None, [kind.about(request, policy), request.reason])),
        request.asked_at,
        kind.article,
        seal_of(request),
        when=_days(request),
        own=user.pk in people,
        request=request.pk,
        **_decision(request),
    )


def _decision(decided: Request | CompRequest) -> dict[str, Any]:
    if decided.decided_at is None:
        return {}
    return {"approved": decided.state == Request.State.APPROVED, "decided_at": decided.decided_at}


def _days(request: Request) -> str:
    if request.other_day is not None:
        return f"{short_day(request.first_day)} ⇄ {short_day(request.other_day)}"
    if request.first_day == request.last_day:
        return short_day(request.first_day)
    return f"{short_day(request.first_day)} – {short_day(request.last_day)}"
