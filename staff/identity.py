"""Find doubtful numbers in people's files: wrong check digits, one number on two people."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from rulebook.cleaning import bare, folded
from rulebook.identifiers import looks_cut, luhn_holds
from staff.models import Employee
from venues.models import Venue

_FIELDS = ("id_number", "bank_account")


class Identity(NamedTuple):
    """An employment with the numbers of its file."""

    number: str
    name: str
    hired_on: date
    left_on: date | None
    id_number: str
    bank_account: str

    @property
    def said(self) -> str:
        return f"{self.number} {self.name}"


class Doubt(NamedTuple):
    """Something odd about a number of a file: whose, which field, what in words without the number."""

    number: str
    field: str
    text: str


def identities_of(venue: Venue) -> dict[str, Identity]:
    """The employments of a venue with their numbers, by staff number; one query."""
    rows = Employee.objects.filter(venue_id=venue.pk).order_by("number")
    found = rows.values_list("number", "name", "hired_on", "left_on", "id_number", "bank_account")
    return {row[0]: Identity._make(row) for row in found}


def doubts_about(people: Iterable[Identity], of: Iterable[str] | None = None) -> Iterator[Doubt]:
    """What is odd about the numbers of some people (all of them where ``of`` is None), in the order they are given.

    A number on two people is odd, on two employments of one person that came back it is not.
    """
    everybody = list(people)
    asked = None if of is None else set(of)
    shared: dict[tuple[str, str], list[Identity]] = {}
    for one in everybody:
        for field in _FIELDS:
            value = bare(getattr(one, field))
            if value:
                shared.setdefault((field, value), []).append(one)
    for one in everybody:
        if asked is not None and one.number not in asked:
            continue
        for field in _FIELDS:
            value = bare(getattr(one, field))
            if value:
                others = [other for other in shared[field, value] if other is not one and not _is_same(one, other)]
                yield from _doubts(one.number, field, value, others)


def _doubts(number: str, field: str, value: str, others: list[Identity]) -> Iterator[Doubt]:
    who = _(", ").join(other.said for other in others)
    if field == "bank_account":
        if not luhn_holds(value):
            yield Doubt(number, field, _("the check digit of the bank card does not fit; compare it with the card"))
        if others:
            yield Doubt(
                number, field, _("%(people)s has the same bank card; compare it with the card") % {"people": who}
            )
        return
    if looks_cut(value):
        text = _("the ID number has %(count)s digits, an ID card's has 18; compare it with the card")
        yield Doubt(number, field, text % {"count": len(value)})
    if others:
        yield Doubt(number, field, _("%(people)s has the same ID number; compare it with the card") % {"people": who})


def _is_same(one: Identity, other: Identity) -> bool:
    """Whether two employments are one person's, who left and came back under a new staff number."""
    first, second = sorted((one, other), key=lambda employment: employment.hired_on)
    is_after = first.left_on is not None and first.left_on < second.hired_on
    is_alike = folded(one.name) == folded(other.name) or bool(one.id_number and one.id_number == other.id_number)
    return is_after and is_alike
