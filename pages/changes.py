"""Read the changes of a record from its history: who, when, from what to what, why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from pages.formats import long_day, moment, yuan


@dataclass(frozen=True)
class Change:
    """One change; ``what`` holds field, before and after as shown, ``kind`` ``+`` made, ``~`` changed, ``-`` gone.

    ``record`` says what was changed, where changes of several records stand together.
    """

    at: datetime
    who: str
    why: str
    what: Sequence[tuple[str, str, str]]
    kind: str
    record: str = ""

    @property
    def is_new(self) -> bool:
        return self.kind == "+"


def changes_of(
    rows: Iterable[Any],
    fields: Sequence[str],
    *,
    shown: Mapping[str, Callable[[Any], str]] | None = None,
    hidden: Sequence[str] = (),
) -> list[Change]:
    """The changes that rows of one record's history tell, the latest first.

    ``rows`` are historical records with ``history_user`` (``select_related``) in any order; ``fields`` are told, by
    their columns' names. ``shown`` puts values of a field into words where the usual ones do not do; of ``hidden``
    ones it is only told that they changed.
    """
    ordered = sorted(rows, key=lambda row: (row.history_date, row.history_id))
    return list(_changes(ordered, fields, shown or {}, hidden))[::-1]


def _changes(
    rows: Sequence[Any], fields: Sequence[str], shown: Mapping[str, Callable[[Any], str]], hidden: Sequence[str]
) -> Iterator[Change]:
    before: Any = None
    for row in rows:
        what = []
        for name in (*fields, *hidden) if before is not None and row.history_type == "~" else ():
            old, new = getattr(before, name), getattr(row, name)
            if old == new:
                continue
            words = (lambda _value: _("not shown")) if name in hidden else shown.get(name) or _words_for(row, name)
            what.append((_label(row, name), _text(old, words), _text(new, words)))
        if before is None or what or row.history_change_reason or row.history_type != "~":
            user = row.history_user
            who = (user.get_full_name() or user.username) if user else ""
            yield Change(row.history_date, who, row.history_change_reason or "", what, row.history_type)
        before = row


def _label(row: Model, name: str) -> str:
    return str(row._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]


def _text(value: Any, words: Callable[[Any], str]) -> str:
    return "—" if value in (None, "") else words(value)


def _words_for(row: Model, name: str) -> Callable[[Any], str]:
    choices = dict(row._meta.get_field(name.removesuffix("_id")).flatchoices)  # type: ignore[union-attr]
    return lambda value: str(choices[value]) if value in choices else in_words(value)


def in_words(value: Any) -> str:
    """A value as the house shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return long_day(value)
    return yuan(value) if isinstance(value, Decimal) else str(value)
