"""Reads about the penalty ledger."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from rulebook.calendar import CalendarMonth
from rulebook.fines import Fine
from rulebook.pay import Charge, charges_wages
from venues.models import Venue
from violations.ledger.facts import Derived, MonthFacts, PersonFacts
from violations.models import Penalty

State = Penalty.State


class DerivedFine(NamedTuple):
    """A fine that the facts imply now, in the state in which the ledger has it, or would have it."""

    fine: Fine
    state: str
    penalty: int | None  # the ledger's row, where it has this fine already

    @property
    def is_charged(self) -> bool:
        return self.state == State.CHARGED

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def charge(self) -> Charge:
        return Charge(self.fine.day, self.fine.article, self.fine.amount, dict(self.fine.basis), self.penalty)


def derived_state(person: PersonFacts, facts: MonthFacts) -> str:
    """The state in which a person's fines of the month come into the ledger (4.9)."""
    charged = charges_wages(person.employment, facts.month, facts.policy)
    return State.CHARGED.value if charged else State.NOT_CHARGED.value


def state_beside(derived: str, *, is_waived: bool) -> str:
    """The state of a fine that the ledger has: a waived one stays waived, also when it went and came back."""
    return State.WAIVED.value if is_waived else derived


def standing_fines(person: PersonFacts, facts: MonthFacts, derived: Derived) -> list[DerivedFine]:
    """A person's fines of the month as a reconciliation would leave them, with nothing written; one query."""
    rows = Penalty.objects.filter(
        employee=person.id, business_day__range=(facts.month.first, facts.month.last)
    ).values_list("business_day", "article", "source", "pk", "waived_at")
    ledger = {(day, article, source): (pk, waived_at) for day, article, source, pk, waived_at in rows}
    state = derived_state(person, facts)
    found = []
    for fine in derived.fines:
        held = ledger.get((fine.day, fine.article, fine.source))
        if held is None:
            found.append(DerivedFine(fine, state, None))
        else:
            found.append(DerivedFine(fine, state_beside(state, is_waived=held[1] is not None), held[0]))
    return found


Key = tuple[int, date, str, str]
"""Whose fine it is, of which day, article and source."""


def waived_in(venue: Venue, month: CalendarMonth) -> QuerySet[Penalty]:
    """The fines of a venue's month that were waived; unread."""
    of_month = {"employee__venue": venue, "business_day__range": (month.first, month.last)}
    return Penalty.objects.filter(**of_month, state=State.WAIVED)


def charges_without(
    waived: Collection[Key], facts: MonthFacts, derived: Mapping[int, Derived]
) -> dict[int, list[Charge]]:
    """What a reconciliation would charge each person, in the order shown, with nothing read or written."""
    charges: dict[int, list[Charge]] = {}
    for pk, person in facts.people.items():
        is_charged = derived_state(person, facts) == State.CHARGED
        charges[pk] = [
            Charge(fine.day, fine.article, fine.amount, dict(fine.basis))
            for fine in (derived[pk].fines if is_charged else ())
            if (pk, fine.day, fine.article, fine.source) not in waived
        ]
    return charges


def own_penalties(user: User, venue: Venue) -> QuerySet[Penalty]:
    """Somebody's own rows of the ledger at a venue, with the records behind them."""
    mine = Penalty.objects.filter(employee__user=user, employee__venue=venue)
    return mine.select_related("employee", "off_post", "report__booking")
