"""Decisions about a month: asked to confirm, locked, reopened, paid, corrected; who, when, why."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commissions.models import AccountTakenOver, Bonus, DraftSent, Withholding
from rulebook.calendar import CalendarMonth
from storage.money import MoneyField
from venues.models import Month

SENT, ACCOUNT = "sent", "account"
_STATE, _BONUS, _WITHHELD = "state", "bonus", "withheld"
_CORRECTED, _TAKEN_BACK = "corrected", "taken back"
_LABELS: dict[str, Promise | str] = {
    SENT: _("everybody was asked to confirm"),
    Month.State.OPEN: _("reopened"),
    ACCOUNT: _("bank account taken over"),
    _CORRECTED: _("corrected in a later month"),
    _TAKEN_BACK: _("correction taken back"),
}


class Decision(NamedTuple):
    """One decision; a correction names its person, the month it stands in, its amount in yuan with its sign."""

    kind: str  # the state the month was moved to, ``sent``, ``account``, ``corrected``, ``taken back``
    label: Promise | str
    at: datetime
    who: str  # empty: by a command
    why: str
    paid_on: date | None
    person: str = ""
    month: CalendarMonth | None = None
    amount: Decimal | None = None


class _Row(NamedTuple):
    """A row of the parts' union: names that no column of theirs has."""

    what: str
    made_at: datetime
    known_as: str | None
    signs_in_as: str | None
    sort: str
    because: str | None
    on_day: date | None
    whose: str
    yuan: Decimal

    @property
    def by(self) -> str:
        return self.known_as or self.signs_in_as or ""


_WORD = CharField()
_PADDING = {
    "sort": Value("", output_field=_WORD),
    "because": Value("", output_field=_WORD),
    "on_day": Value(None, output_field=DateField()),
    "whose": Value("", output_field=_WORD),
    "yuan": Value(Decimal(0), output_field=MoneyField()),
}


def decisions_of(row: Month) -> list[Decision]:
    """Every decision about a month, the latest first; one query."""
    made = {"made_at": F("history_date"), "because": F("history_change_reason")}
    about = {"sort": F("history_type"), "on_day": F("month"), "whose": F("employee__name"), "yuan": F("amount")}
    entry = {**made, **about}
    arrow = Concat("before", Value(" → "), "after", output_field=_WORD)
    account = {"made_at": F("at"), "whose": F("employee__name"), "because": arrow}
    parts = [
        _part(DraftSent.objects.filter(month=row), SENT, "user", made_at=F("at")),
        _part(AccountTakenOver.objects.filter(month=row), ACCOUNT, "user", **account),
    ]
    if row.state == Month.State.PAID:  # none but a paid month is corrected, and it stays paid
        parts += [
            _part(Bonus.history.filter(corrects=row.first_day), _BONUS, "history_user", **entry),
            _part(Withholding.history.filter(corrects=row.first_day), _WITHHELD, "history_user", **entry),
        ]
    moved = _part(row.history.all(), _STATE, "history_user", **made, sort=F("state"), on_day=F("paid_on"))
    rows = moved.union(*parts, all=True)
    told: list[Decision] = []
    state = Month.State.OPEN.value
    for found in sorted((_Row._make(found) for found in rows), key=lambda found: found.made_at):
        if found.what == SENT:
            told.append(Decision(SENT, _LABELS[SENT], found.made_at, found.by, "", None))
        elif found.what == ACCOUNT:
            why = (found.because or "").strip()
            told.append(Decision(ACCOUNT, _LABELS[ACCOUNT], found.made_at, found.by, why, None, found.whose))
        elif found.what != _STATE:
            told.append(_correction(found))
        elif found.sort != state:
            state = found.sort
            label = _LABELS.get(state) or Month.State(state).label
            told.append(Decision(state, label, found.made_at, found.by, found.because or "", found.on_day))
    return told[::-1]


def _correction(found: _Row) -> Decision:
    kind = _TAKEN_BACK if found.sort == "-" else _CORRECTED
    month = CalendarMonth.of(found.on_day) if found.on_day else None
    amount = found.yuan if found.what == _BONUS else -found.yuan
    why = found.because or ""
    return Decision(kind, _LABELS[kind], found.made_at, found.by, why, None, found.whose, month, amount)


def _part(rows: QuerySet[Any], what: str, user: str, **columns: Any) -> Any:
    """One kind of decision as a part of their union, which takes the types of its columns from the first."""
    named = {
        "what": Value(what, output_field=_WORD),
        "known_as": F(f"{user}__name"),
        "signs_in_as": F(f"{user}__username"),
        **_PADDING,
        **columns,
    }
    return rows.annotate(**named).order_by().values_list(*_Row._fields)
