"""Kinds of messages: a row stores a kind and values; the kind has the source text and says how values are worded.

An app that sends messages declares its kinds in its ``message_kinds`` module, which is found when Django starts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from pages.figures import changes_told
from pages.formats import day, long_day, month, yuan
from rulebook.calendar import CalendarMonth

Wording = Callable[[Any], Any]


def as_it_is(value: Any) -> Any:
    """Names, reasons, numbers: as they were given."""
    return value


def a_day(value: str) -> str:
    """A day, stored as YYYY-MM-DD."""
    return long_day(date.fromisoformat(value))


def some_days(value: str) -> str:
    """Days, stored with commas between."""
    return gettext(", ").join(day(date.fromisoformat(one)) for one in value.split(","))


def a_month(value: str) -> str:
    """A month, stored as YYYY-MM."""
    return month(CalendarMonth.parse(value))


def an_amount(value: str) -> str:
    """An amount in yuan."""
    return yuan(Decimal(value))


figures = changes_told
"""Changes of a policy: name, stored value before, after."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MessageKind:
    """One kind of message: its stored word, its source text, the values that fill it and how each is worded."""

    key: str
    text: str
    values: Mapping[str, Wording] = field(default_factory=dict)

    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a row keeps of some values: those it declares; without one of them it can't be told."""
        lacking = self.values.keys() - values.keys()
        if lacking:
            raise ValueError(f"message {self.key!r} lacks {', '.join(sorted(lacking))}")
        return {name: values[name] for name in self.values}

    def words(self, values: Mapping[str, Any]) -> str:
        """The message in the language in force."""
        return gettext(self.text) % {name: worded(values[name]) for name, worded in self.values.items()}


KINDS: dict[str, MessageKind] = {}
"""Every kind by its stored word; filled by the apps that send them."""


class UnknownMessage(LookupError):
    """A row stores a kind of message that no app declares."""


def declare(key: str, text: str, **values: Wording) -> MessageKind:
    """Add a kind; a word that is taken is an error."""
    if key in KINDS:
        raise ValueError(f"two kinds of messages are called {key!r}")
    KINDS[key] = kind = MessageKind(key=key, text=text, values=values)
    return kind


def message_kind(key: str) -> MessageKind:
    """The kind that a row stores by this word; an unknown one is an error."""
    try:
        return KINDS[key]
    except KeyError:
        raise UnknownMessage(f"no kind of message is called {key!r}") from None


def names_in(text: str) -> Iterable[str]:
    """The values that a source text names."""
    return dict.fromkeys(re.findall(r"%\((\w+)\)s", text))


def wording_of(name: str) -> Wording:
    """How a value was worded by its name, before messages had kinds."""
    if name == "day" or name.endswith("_day"):
        return a_day
    if name.endswith("_days"):
        return some_days
    return {"month": a_month, "amount": an_amount, "figures": figures}.get(name, as_it_is)
