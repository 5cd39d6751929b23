"""Spell the keys of a workbook as they are stored: 工号, 订台号, 签送号, 违规号, 台号, 事由."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import Booking, Table
from rulebook.cleaning import KeyClash, as_stored, folded, plain
from storage.keys import spellings
from venues.models import Venue
from workbook.checking import stored
from workbook.checking.rows import Row
from workbook.faults import Fault, shown
from workbook.sheets import BOOKINGS, COMPS, EMPLOYEES, REPORTS, SHEETS, Sheet

Found = Iterator[Fault]


class _Space:
    """The keys of one kind: ``exact`` are stored as they are asked for, ``alike`` by folded key, ``fresh`` are new."""

    def __init__(self, exact: set[str], alike: dict[str, list[str]], padded: Mapping[str, str] | None = None) -> None:
        self.exact, self.alike = exact, alike
        self.padded = padded or {}  # keys that begin with zeros, by what is left without them
        self.fresh: dict[str, str] = {}
        self.fine: set[str] = set()  # new keys as they are spelled first

    def settled(self, text: str, typed: str, *, is_own: bool) -> tuple[str, str]:
        """How a key is spelled, and what is wrong with it: nothing, mostly."""
        if typed in self.exact:
            return typed, ""
        if text in self.exact:
            return text, ""
        key = folded(text)
        if key in self.alike:
            try:
                return as_stored(typed or text, self.alike[key]) or text, ""
            except KeyClash as clash:
                return text, _clash(typed or text, clash)
        if text in self.padded:
            return text, _stored_as(text, self.padded[text])
        first = self.fresh.setdefault(key, text) if is_own else self.fresh.get(key, text)
        if first == text:
            self.fine.add(text)
            return text, ""
        if not is_own and plain(first) != plain(text):
            return first, _clash(typed or text, KeyClash([first]))
        return first, ""


def _clash(typed: str, clash: KeyClash) -> str:
    if clash.is_case:
        return _("«%(typed)s» differs from %(stored)s in the case of its letters alone; write it like that, "
                 "or choose another") % {"typed": shown(typed), "stored": shown(clash.stored[0])}  # fmt: skip
    return _("«%(typed)s» may be %(stored)s, which are both stored; write it like the one that is meant") % {
        "typed": shown(typed),
        "stored": "、".join(map(shown, clash.stored)),
    }


def settle(venue: Venue, rows: dict[str, list[Row]], people: Collection[str]) -> Found:
    """Spell every key as it is stored, in the rows themselves; ``people`` are the stored staff numbers."""
    alike: dict[str, list[str]] = {}
    for number in people:
        alike.setdefault(folded(number), []).append(number)
    padded = {number.lstrip("0"): number for number in people if number.startswith("0") and number.isdecimal()}
    yield from _settle_space(_Space(set(people), alike, padded), rows, EMPLOYEES, "employee")
    for sheet, reference in ((BOOKINGS, "booking"), (COMPS, ""), (REPORTS, "")):
        wanted = _spelled(rows, sheet, reference) if venue.pk is not None else set()
        exact, alike = stored.spellings_of(sheet.model, "number", venue, wanted)
        yield from _settle_space(_Space(exact, alike), rows, sheet, reference)
    yield from _settle_tables(venue, rows.get(BOOKINGS.title, []))


def _fields(sheet: Sheet, own: Sheet, reference: str) -> Iterator[tuple[str, bool]]:
    if sheet is own:
        yield "number", True
    if reference and reference in sheet.fields:
        yield reference, False


def _spelled(rows: dict[str, list[Row]], own: Sheet, reference: str) -> set[str]:
    """Every spelling of the keys of a kind, with the bare number of those that are shown by a format."""
    found: set[str] = set()
    for sheet in SHEETS:
        for name, _is_own in _fields(sheet, own, reference):
            found |= _spelled_in(rows.get(sheet.title, ()), name)
    return found


def _spelled_in(rows: Iterable[Row], name: str) -> set[str]:
    found = set()
    for row in rows:
        found.add(row.given.get(name) or "")
        if row.typed and name in row.typed:
            found.add(row.typed[name])
        if row.bare and name in row.bare:
            found.add(row.bare[name])
    return found - {""}


def _settle_space(space: _Space, rows: dict[str, list[Row]], own: Sheet, reference: str) -> Found:
    order = (own, *(sheet for sheet in SHEETS if sheet is not own))  # what refers to a new key comes behind it
    for sheet in order:
        for name, is_own in _fields(sheet, own, reference):
            yield from _settle_field(space, rows.get(sheet.title, ()), name, is_own=is_own)


def _settle_field(space: _Space, rows: Iterable[Row], name: str, *, is_own: bool) -> Found:
    exact, fine = space.exact, space.fine
    for row in rows:
        text = row.given.get(name)
        if not text or (not row.typed and not row.bare and (text in exact or text in fine)):
            continue
        typed = row.typed.get(name, "") if row.typed else ""
        spelling, wrong = space.settled(text, typed, is_own=is_own)
        if row.bare and name in row.bare and not wrong:
            wrong = _bare(space, spelling, row.bare[name])
        if wrong:
            if row.good(name):
                yield row.fault(name, wrong)
        elif spelling != text:
            row.typed.setdefault(name, text)
            row.given[name] = spelling


def _bare(space: _Space, spelling: str, bare: str) -> str:
    """What is wrong with a key shown as ``001``, where only ``1`` is stored."""
    if spelling in space.exact or bare not in space.exact or spelling == bare:
        return ""
    return _stored_as(spelling, bare)


def _stored_as(typed: str, kept: str) -> str:
    return _("the cell shows «%(shown)s», and %(bare)s is stored; write it as it is stored, as text") % {
        "shown": shown(typed),
        "bare": shown(kept),
    }


def _settle_tables(venue: Venue, rows: list[Row]) -> Found:
    """Tables as the plan calls them, else as bookings do; the first spelling of a file for those that are new."""
    wanted = _spelled_in(rows, "table")
    if not wanted:
        return
    planned: set[str] = set()
    taken: tuple[set[str], dict[str, list[str]]] = (set(), {})
    if venue.pk is not None:
        planned = set(Table.objects.filter(venue_id=venue.pk).values_list("code", flat=True))
        others = wanted - planned
        if others:
            taken = spellings(Booking.objects.filter(venue_id=venue.pk, turn__isnull=False), "table", others)
    alike = taken[1]
    for code in sorted(planned):
        key = folded(code)
        alike[key] = [code, *(name for name in alike.get(key, ()) if name != code and plain(name) != plain(code))]
    space = _Space(planned | taken[0], alike)
    for text in dict.fromkeys(row.given.get("table") or "" for row in rows):
        space.fresh.setdefault(folded(text), text)  # the first spelling in the file counts as one that is there
    yield from _settle_field(space, rows, "table", is_own=False)


def settle_reasons(rows: Iterable[Row], known: dict[tuple[Any, ...], Any]) -> Found:
    """Spell 事由, the last part of a key, as it is stored; ``known`` are the stored keys."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for *others, reason in known:
        alike.setdefault((*others, folded(reason)), []).append(reason)
    for row in rows:
        key = row.key
        if key is None or key in known:
            continue
        *others, reason = key
        try:
            spelling = as_stored(row.typed.get("reason", reason), alike.get((*others, folded(reason)), []))
        except KeyClash as clash:
            yield row.fault("reason", _clash(reason, clash))
            continue
        if spelling is not None and spelling != reason:
            row.typed.setdefault("reason", reason)
            row.given["reason"] = spelling


def key_of(row: Row) -> tuple[Any, ...] | None:
    """A row's key as it is compared with the others of its file."""
    key = row.key
    if key is None or row.sheet.key[-1] != "reason":
        return key
    return (*key[:-1], folded(key[-1]))
