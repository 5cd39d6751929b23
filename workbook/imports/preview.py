"""Preview of an import: what would change, what is wrong; bounded, secret numbers masked."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from commissions.models import PayrollRun
from commissions.payslips.texts import in_language
from pages.formats import figure, yuan
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from rulebook.policy import parameters
from venues.models import Month, Venue
from workbook.checking.consequences import Consequences
from workbook.checking.past_days import Fined
from workbook.checking.plan import Changes, Plan
from workbook.checking.rows import Row
from workbook.faults import Fault, shown
from workbook.services import Summary, months_touched
from workbook.sheets import BOOKINGS, EMPLOYEES, POLICY, SHEETS, Column, Sheet
from workbook.xlsx.cells import MONTH

SHOWN_ROWS = 100
"""How many changed rows and how many faults of a sheet are shown."""
SHOWN_NEW = 50
"""How many new rows of a sheet are shown with their values."""
_MASK = "••••"
_SECRET = {(EMPLOYEES.title, "id_number"), (EMPLOYEES.title, "bank_account"), (BOOKINGS.title, "guest_phone")}
_LONG_NUMBER = re.compile(r"\d{8,}(?=\d{4})")


def preview_of(summary: Summary, *, now: datetime) -> dict[str, Any]:
    """What an import would do, as JSON: by sheet the first new rows with their values, the first changed ones before
    and after, what each would do to pay; the drafts that go stale. Bounded, whatever the size of the file.
    """
    plan, zone = summary.plan, summary.venue.zone
    shown = {title: [*_first_new(plan, title), *_first_changed(plan, title)] for title in plan.changes}
    effects = Consequences(summary.venue, plan, now, shown)
    sheets = []
    for sheet in SHEETS:
        rows = list(_stated(plan) if sheet is POLICY else _changed(plan, sheet, zone, effects))
        new, changed, same = summary.counts.get(sheet.title, (0, 0, 0))
        if new or changed or same:
            sheets.append(
                {
                    "title": sheet.title,
                    "rows": rows,
                    "more": max(0, changed - len(rows)),
                    "new": list(_new(plan, sheet, zone, effects)),
                    "more_new": max(0, new - SHOWN_NEW) if sheet is not POLICY else 0,
                }
            )
            if sheet is BOOKINGS:
                sheets[-1]["uncounted"] = _uncounted(effects)
    stale = [str(month) for month in stale_drafts(summary.venue, plan)]
    return {
        "sheets": sheets,
        "stale": stale,
        "hints": hints_as_json(plan.hints),
        "past": past_as_json(summary.fined),
    }


def _uncounted(effects: Consequences) -> dict[str, Any]:
    first, found = effects.uncounted(SHOWN_ROWS)
    if not found.bookings:
        return {}
    return {
        "shown": [[row.number, row.merged["number"], text] for row, text in first],
        "more": found.bookings - len(first),
        "count": found.bookings,
        "amount": yuan(found.yuan),
    }


def past_as_json(fined: Sequence[Fined]) -> dict[str, Any]:
    """Whom an import fines for past days, as JSON: the first of them in words, how many more, the sum in yuan."""
    if not fined:
        return {}
    return {
        "shown": [[one.number, one.name, one.past.told] for one in fined[:SHOWN_ROWS]],
        "more": max(0, len(fined) - SHOWN_ROWS),
        "people": len(fined),
        "days": sum(len(one.past.days) for one in fined),
        "amount": yuan(sum((one.past.amount for one in fined), ZERO)),
    }


def stale_drafts(venue: Venue, plan: Plan) -> list[CalendarMonth]:
    """The open months whose draft payslips would have to be computed again."""
    firsts = [month.first for month in months_touched(venue, plan)]
    drafts = PayrollRun.objects.filter(
        is_current=True, month__venue=venue, month__state=Month.State.OPEN, month__first_day__in=firsts
    )
    return [CalendarMonth.of(first) for first in drafts.order_by("month").values_list("month__first_day", flat=True)]


class MonthWay(NamedTuple):
    """A month that an import told on, and how its payslips stand: ``computed``, ``stale``, ``locked`` or ``none``."""

    month: CalendarMonth
    state: str


def month_ways(venue: Venue, months: Sequence[str]) -> list[MonthWay]:
    """The way to each of these months (YYYY-MM), and whether it is computed; one query, none where there are none."""
    wanted = [CalendarMonth.parse(month) for month in months]
    if not wanted:
        return []
    runs = PayrollRun.objects.filter(
        is_current=True, month__venue=venue, month__first_day__in=[month.first for month in wanted]
    ).select_related("month")
    found = {run.month.calendar_month: run for run in runs}
    return [MonthWay(month, _state_of(found.get(month))) for month in wanted]


def _state_of(run: PayrollRun | None) -> str:
    if run is None:
        return "none"
    if run.month.state != Month.State.OPEN:
        return "locked"
    return "stale" if run.is_stale else "computed"


def digest_of(plan: Plan) -> str:
    """The changes of a plan in one word: what was agreed to, to be held against what is about to be written."""
    digest = hashlib.sha256()
    for sheet in SHEETS:
        changes = plan.changes.get(sheet.title)
        if changes is None:
            continue
        for row in changes.new:
            digest.update(repr((sheet.title, _values(sheet, row.merged))).encode())
        for pk, before, row in changes.changed:
            digest.update(repr((sheet.title, pk, _values(sheet, before), _values(sheet, row.merged))).encode())
    digest.update(repr([tuple(one) for one in plan.stated]).encode())
    return digest.hexdigest()


def _values(sheet: Sheet, values: dict[str, Any]) -> list[Any]:
    """Values that compare as they are meant: a moment in whatever zone, an amount with whatever places."""
    found = []
    for name in sheet.fields:
        value = values.get(name)
        if isinstance(value, datetime):
            value = value.timestamp()
        elif isinstance(value, Decimal):
            value = value.normalize()
        found.append(value)
    return found


# --- rows -------------------------------------------------------------------------------------------------
def _first_new(plan: Plan, title: str) -> list[Row]:
    return plan.changes[title].new[:SHOWN_NEW]


def _first_changed(plan: Plan, title: str) -> list[Row]:
    return [row for _pk, _before, row in plan.changes[title].changed[:SHOWN_ROWS]]


def _new(plan: Plan, sheet: Sheet, zone: tzinfo, effects: Consequences) -> Iterator[dict[str, Any]]:
    """The first new rows with their values; what is empty is left out, what is the key stands by itself."""
    for row in _first_new(plan, sheet.title) if sheet.title in plan.changes else ():
        written = (
            (column.heading, _written(sheet, column, row.merged[column.field], zone))
            for column in sheet.columns
            if column.field not in sheet.key
        )
        cells = [[heading, word] for heading, word in written if word]
        yield {"row": row.number, "key": _key(row, zone), "cells": cells, "effect": effects.of(sheet, row)}


def _changed(plan: Plan, sheet: Sheet, zone: tzinfo, effects: Consequences) -> Iterator[dict[str, Any]]:
    changes = plan.changes.get(sheet.title) or Changes(sheet)
    for _pk, before, row in islice(changes.changed, SHOWN_ROWS):
        cells = list(_cells(sheet, before, row.merged, zone))
        yield {"row": row.number, "key": _key(row, zone), "cells": cells, "effect": effects.of(sheet, row)}


def _cells(sheet: Sheet, before: dict[str, Any], after: dict[str, Any], zone: tzinfo) -> Iterator[list[str]]:
    for column in sheet.columns:
        old, new = before[column.field], after[column.field]
        if old == new:
            continue
        was, now = _written(sheet, column, old, zone), _written(sheet, column, new, zone)
        if was == now:
            now = _("%(number)s, another number") % {"number": now}
        yield [column.heading, was, now]


def _stated(plan: Plan) -> Iterator[dict[str, Any]]:
    for one in islice(plan.stated, SHOWN_ROWS):
        label = in_language(parameters()[one.parameter].label)
        cells = [[f"{one.parameter} {label}", one.before, one.after]]
        yield {"row": one.row, "key": str(one.month), "cells": cells}


def _key(row: Row, zone: tzinfo) -> str:
    columns = {column.field: column for column in row.sheet.columns}
    words = (_written(row.sheet, columns[name], row.merged[name], zone) for name in row.sheet.key)
    return " · ".join(word for word in words if word)


def _written(sheet: Sheet, column: Column, value: Any, zone: tzinfo) -> str:
    """A value as the sheet writes it; nothing for none."""
    if value is None or value == "":
        return ""
    if (sheet.title, column.field) in _SECRET:
        return _MASK + str(value)[-4:]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return figure(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, date):
        return str(CalendarMonth.of(value)) if column.kind is MONTH else value.isoformat()
    return _words_of(column).get(value, shown(value))


@lru_cache(maxsize=64)
def _words_of(column: Column) -> dict[str, str]:
    """The word of the sheet for each fixed value."""
    return {column.kind.read(word): word for word in column.options}


# --- faults -----------------------------------------------------------------------------------------------
def masked(text: str) -> str:
    """A text without whole long numbers: the fault of an ID or bank number in a wrong cell quotes it."""
    return _LONG_NUMBER.sub(_MASK, text)


def hints_as_json(hints: Sequence[Fault]) -> dict[str, Any]:
    """What an import asks to be looked at, as JSON: the first hints in words, how many more there are."""
    told = [[hint.sheet, hint.row, hint.heading, masked(hint.message)] for hint in hints[:SHOWN_ROWS]]
    return {"shown": told, "more": max(0, len(hints) - SHOWN_ROWS)}


def faults_of(faults: Sequence[Fault], hints: Sequence[Fault] = ()) -> dict[str, Any]:
    """Faults by sheet, in the order they are told, as JSON: how many in which column, the first ones in words."""
    by_sheet: dict[str, list[Fault]] = {}
    for fault in faults:
        by_sheet.setdefault(fault.sheet, []).append(fault)
    return {
        "faults": [
            {
                "title": masked(title),
                "count": len(found),
                "columns": [[masked(name), count] for name, count in _by_column(found)],
                "shown": [[fault.row, masked(fault.heading), masked(fault.message)] for fault in found[:SHOWN_ROWS]],
                "more": max(0, len(found) - SHOWN_ROWS),
            }
            for title, found in by_sheet.items()
        ],
        "hints": hints_as_json(hints),
    }


def _by_column(faults: Iterable[Fault]) -> list[tuple[str, int]]:
    return Counter(fault.heading for fault in faults if fault.heading).most_common(8)
