"""Check a workbook against itself and what is stored: every fault, or a plan of what to write."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.utils.translation import gettext as _, pgettext

from commissions.payslips.texts import in_language
from pages.formats import month as month_shown
from rulebook.articles import ARTICLES, REPORTED_ARTICLES
from rulebook.calendar import CalendarMonth, business_day, moment, months_between
from rulebook.policy import Policy, PolicyError, parameters, read_value
from rulebook.reports import POACHING, TIPS
from staff.employment import ENDING, employment_touched
from venues.models import Venue
from workbook.checking import keys, stored
from workbook.checking.hints import hints_of
from workbook.checking.policies import policies_of
from workbook.checking.rows import Parsed, Row
from workbook.faults import Fault, shown
from workbook.sheets import (
    BONUSES,
    BOOKINGS,
    COMPS,
    EMPLOYEES,
    EVENT_DAYS,
    LEAVES,
    NEVER_REPORTED,
    OFF_POSTS,
    POLICY,
    PUNCHES,
    REPORTS,
    RESTS,
    SHEETS,
    WITHHOLDINGS,
    Sheet,
)

Found = Iterator[Fault]
Held = dict[int, tuple[int, dict[str, Any]] | None]  # row → primary key, stored values
LONGEST_LEAVE = 366  # days


@dataclass
class Changes:
    """What is to be written of one sheet: new rows, changed rows with their primary key and old values."""

    sheet: Sheet
    new: list[Row] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any], Row]] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class Limits:
    """What is not for whoever imports to decide: rows of the staff numbers that are their own, the policy."""

    own: frozenset[str] = frozenset()
    may_set_policy: bool = True


UNLIMITED = Limits()
"""The command line's: who reaches it reaches the database."""


class Stated(NamedTuple):
    """A parameter that a row states anew: as the sheet writes it, before and after."""

    row: int
    month: CalendarMonth
    parameter: str
    before: str
    after: str


@dataclass
class Plan:
    """What an import is to write; ``months`` are those whose facts it changes, ``stated`` tells of ``policies``."""

    changes: dict[str, Changes]
    policies: list[tuple[CalendarMonth, dict[str, str], bool]]
    months: set[CalendarMonth]
    people_from: date | None
    stated: list[Stated] = field(default_factory=list)
    hints: list[Fault] = field(default_factory=list)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The new rows of a sheet, then the changed ones."""
        changes = self.changes.get(sheet.title) or Changes(sheet)
        yield from changes.new
        yield from (row for _pk, _before, row in changes.changed)

    @property
    def first_month(self) -> CalendarMonth | None:
        """The earliest month that the plan's facts, people or policy touch."""
        months = [*self.months, *(month for month, _values, changed in self.policies if changed)]
        if self.people_from is not None:
            months.append(CalendarMonth.of(self.people_from))
        return min(months, default=None)

    @property
    def is_empty(self) -> bool:
        rows = any(changes.new or changes.changed for changes in self.changes.values())
        return not rows and not any(changed for _month, _values, changed in self.policies)


def check(venue: Venue, parsed: Parsed, limits: Limits = UNLIMITED) -> tuple[Plan, list[Fault]]:
    """Check parsed rows; the plan holds only if there is no fault."""
    checker = _Checker(venue, parsed, limits)
    faults = list(checker.faults())
    bookings = checker.plan.changes[BOOKINGS.title]
    of_bookings = [*bookings.new, *(row for _pk, _before, row in bookings.changed)]
    checker.plan.hints = hints_of(venue, parsed.rows, of_bookings)
    return checker.plan, faults


class _Checker:
    """One workbook against one venue."""

    def __init__(self, venue: Venue, parsed: Parsed, limits: Limits) -> None:
        self.limits = limits
        self.venue, self.zone, self.rows, self.without_keys = venue, venue.zone, parsed.rows, parsed.without_keys
        self.locked = stored.locked_months(venue)
        self.paid = stored.locked_months(venue, paid=True)
        self.closed = max(self.locked, default=None)
        self.people: dict[str, tuple[date, date | None] | None] = dict(stored.employees_of(venue))
        self.booking_days: dict[str, date | None] = {}
        self.poached: dict[str, list[date]] = {}
        self.plan = Plan({}, [], set(), None)
        self.checks: dict[str, Callable[[Row], Found]] = {
            EMPLOYEES.title: self._employee,
            EVENT_DAYS.title: lambda row: iter(()),
            RESTS.title: lambda row: self._employed(row, "business_day"),
            PUNCHES.title: self._punch,
            LEAVES.title: self._leave,
            OFF_POSTS.title: self._off_post,
            BOOKINGS.title: self._booking,
            COMPS.title: self._comp,
            REPORTS.title: self._report,
            BONUSES.title: self._in_month,
            WITHHOLDINGS.title: self._in_month,
        }

    def faults(self) -> Found:
        yield from keys.settle(self.venue, self.rows, self.people)
        for sheet in SHEETS:
            rows = self.rows.get(sheet.title, [])
            yield from self._twice(rows)
            if sheet is POLICY:
                yield from self._policies(rows)
            else:
                yield from self._sheet(sheet, rows)

    # --- a sheet ------------------------------------------------------------------------------------------
    def _twice(self, rows: list[Row]) -> Found:
        seen: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            key = keys.key_of(row)
            if key is None:
                continue
            first = seen.setdefault(key, row)
            if first is not row:
                message = _("this key stands in row %(row)s already; keep one") % {"row": first.number}
                yield row.fault(row.sheet.key[0], _otherwise_spelled(row, first) + message)

    def _sheet(self, sheet: Sheet, rows: list[Row]) -> Found:
        changes = self.plan.changes[sheet.title] = Changes(sheet)
        known = stored.existing(self.venue, sheet, rows)
        if sheet in (BONUSES, WITHHOLDINGS):
            yield from keys.settle_reasons(rows, known)
        empty = {column.field: column.kind.empty for column in sheet.columns}
        before: Held = {id(row): known.get(key) if (key := row.key) is not None else None for row in rows}
        for row in rows:
            held = before[id(row)]
            row.merged = {**empty, **(held[1] if held else {}), **row.given}
        self._learn(sheet, rows)
        if sheet is EMPLOYEES:
            yield from self._narrowed(rows, before)
        if sheet is BOOKINGS:
            yield from self._reassigned(rows, before)
            yield from self._moved_comps(rows, before)
            self._learn_poached(rows, before)
        if sheet is REPORTS:
            yield from self._poached_twice(rows)
        for row in rows:
            held = before[id(row)]
            if held is not None and held[1] == row.merged and not row.bad:
                changes.unchanged += 1  # was right when it was stored
                continue
            yield from self.checks[sheet.title](row)
            if row.bad:
                continue
            if held is not None and held[1] == row.merged:
                changes.unchanged += 1
                continue
            if self.limits.own:
                yield from self._own(row, held[1] if held else {})
            if held is None:
                changes.new.append(row)
            else:
                changes.changed.append((*held, row))
            yield from self._touch(row, held[1] if held else None)

    def _learn(self, sheet: Sheet, rows: list[Row]) -> None:
        """Remember what later sheets refer to, rows with faults included: their fault is told once."""
        if sheet is EMPLOYEES:
            for row in rows:
                if row.good("number"):
                    dates = row.good("hired_on", "left_on") and _in_order(row.merged)
                    span = (row.merged["hired_on"], row.merged["left_on"])
                    self.people[row.merged["number"]] = span if dates else None
        elif sheet is BOOKINGS:
            referred = {
                row.given["booking"]
                for title in (COMPS.title, REPORTS.title)
                for row in self.rows.get(title, ())
                if row.given.get("booking")
            }
            self.booking_days.update(stored.booking_days_of(self.venue, referred))
            for row in rows:
                if row.good("number"):
                    day = row.merged["business_day"] if row.good("business_day") else None
                    self.booking_days[row.merged["number"]] = day

    def _own(self, row: Row, before: dict[str, Any]) -> Found:
        """Nobody decides on their own case: a row of one's own that is new or changes is imported by another."""
        who = "number" if row.sheet is EMPLOYEES else "employee"
        if who in row.sheet.fields and not self.limits.own.isdisjoint((row.merged.get(who), before.get(who))):
            yield row.fault(who, _("is yourself; what concerns you is imported by somebody else"))

    # --- what is locked -----------------------------------------------------------------------------------
    def _touch(self, row: Row, before: dict[str, Any] | None) -> Found:
        """Note the months a changed row touches; a locked one among them is a fault."""
        touched = [*_days_of(row.sheet, row.merged), *(_days_of(row.sheet, before) if before else ())]
        if row.sheet is EMPLOYEES:
            first = None
            span = employment_touched(row.merged, before)
            if span is not None:
                first = span[0]
                hit = next((month for month in self.locked if _meets(span, month)), None)
                if hit is not None:
                    yield row.fault(_employee_heading(row.merged, before), self._locked_message(hit))
            opening = (row.merged["opening_carry"], row.merged["opening_month"])
            held = (before["opening_carry"], before["opening_month"]) if before else (None, None)
            if opening != held:
                months = [month for _amount, month in (opening, held) if month is not None]
                yield from self._locked(row, "opening_month", min(months))
                self.plan.months.update(map(CalendarMonth.of, months))
            changed_from = first or date.min
            self.plan.people_from = min(self.plan.people_from or changed_from, changed_from)
            return
        if row.sheet is BOOKINGS and before is not None:
            touched += [
                ("state" if row.merged["state"] != before["state"] else "spend", day, day)
                for day in self.poached.get(row.merged["number"], ())
            ]
        for name, first, last in touched:
            fault = next(self._locked(row, name, first), None)
            if fault is not None:
                yield fault
                return
            self.plan.months.update(months_between(CalendarMonth.of(first), CalendarMonth.of(last)))

    def _locked(self, row: Row, name: str, day: date) -> Found:
        month = CalendarMonth.of(day)
        if self.closed is not None and month <= self.closed:
            yield row.fault(name, self._locked_message(month))

    def _locked_message(self, month: CalendarMonth) -> str:
        """Why a closed month can't change, and who can help: one that is paid is corrected, never reopened."""
        paid = next((one for one in self.paid if one >= month), None)
        if paid == month:
            return _("would change %(month)s, which is paid; HR puts it right by a correction in a later month") % {
                "month": month_shown(month)
            }
        if paid is not None:
            return _(
                "would change %(month)s; %(closed)s after it is paid, HR puts it right by a correction in a later month"
            ) % {"month": month_shown(month), "closed": month_shown(paid)}
        if month in self.locked:
            return _("would change %(month)s, which is locked; have the owner reopen it") % {
                "month": month_shown(month)
            }
        return _("would change %(month)s; months up to %(closed)s are locked, have the owner reopen them") % {
            "month": month_shown(month),
            "closed": month_shown(self.locked[-1]),
        }

    # --- references ---------------------------------------------------------------------------------------
    def _employed(self, row: Row, *names: str, who: str = "employee") -> Found:
        """The person is known, and employed on these days."""
        if not row.good(who):
            return
        number = row.merged[who]
        if number not in self.people:
            if EMPLOYEES.title in self.without_keys:
                row.bad.add(who)
                return
            message = _("there is no staff number %(number)s; add the person to the sheet 员工") % {
                "number": shown(number)
            }
            yield row.fault(who, message)
            return
        for name in names:
            if row.good(name):
                yield from self._within(row, name, number, row.merged[name])

    def _within(self, row: Row, name: str, number: str, day: date) -> Found:
        span = self.people[number]
        if span is not None and not _covers(span, day):
            yield row.fault(name, self._outside_message(number, day, span))

    def _outside_message(self, number: str, day: date, span: tuple[date, date | None]) -> str:
        return _("%(day)s lies outside the employment of %(number)s (%(first)s to %(last)s)") % {
            "day": day.isoformat(),
            "number": number,
            "first": span[0].isoformat(),
            "last": span[1].isoformat() if span[1] else pgettext("until", "now"),
        }

    def _on_its_day(self, row: Row, name: str) -> Found:
        """An instant lies within the row's business day (reading 6)."""
        value = row.merged[name]
        if row.good(name, "business_day") and isinstance(value, datetime):
            day = business_day(value, self.zone)
            if day != row.merged["business_day"]:
                yield row.fault(
                    name,
                    _("belongs to the business day %(day)s, not %(stated)s (a day runs from 12:00 to 12:00)")
                    % {"day": day.isoformat(), "stated": row.merged["business_day"].isoformat()},
                )

    # --- the sheets ---------------------------------------------------------------------------------------
    def _employee(self, row: Row) -> Found:
        values = row.merged
        if row.good("hired_on", "left_on") and not _in_order(values):
            yield row.fault("left_on", _("lies before the day of hiring; check both dates"))
        if row.good("left_on", "exit_kind") and (values["left_on"] is None) != (not values["exit_kind"]):
            missing = "exit_kind" if values["left_on"] else "left_on"
            yield row.fault(missing, _("离职日期 and 离职类型 come together; fill both or neither"))
        if row.good("opening_carry", "opening_month") and (values["opening_carry"] is None) != (
            values["opening_month"] is None
        ):
            missing = "opening_month" if values["opening_month"] is None else "opening_carry"
            yield row.fault(missing, _("期初结转 and 期初月份 come together; fill both or neither"))

    def _narrowed(self, rows: list[Row], before: Held) -> Found:
        """Records stored already lie within the employment that a row now states."""
        narrowed = {}
        for row in rows:
            held = before[id(row)]
            if held and row.good("hired_on", "left_on") and _in_order(row.merged):
                was, now = held[1], row.merged
                earlier_end = now["left_on"] and (was["left_on"] is None or now["left_on"] < was["left_on"])
                if now["hired_on"] > was["hired_on"] or earlier_end:
                    narrowed[now["number"]] = row
        for number, spans in stored.span_of_records(self.venue, narrowed).items():
            row = narrowed[number]
            left_on = row.merged["left_on"]
            for title, first, last in spans:
                if first < row.merged["hired_on"] and row.good("hired_on"):
                    yield row.fault("hired_on", _came_back(title, first))
                if left_on is not None and last is not None and last > left_on and row.good("left_on"):
                    message = _("there is a record on %(day)s (sheet %(sheet)s); correct it first")
                    yield row.fault("left_on", message % {"day": last.isoformat(), "sheet": title})

    def _punch(self, row: Row) -> Found:
        yield from self._employed(row, "business_day")
        yield from self._on_its_day(row, "arrived_at")
        yield from self._on_its_day(row, "left_at")
        arrived, left = row.merged["arrived_at"], row.merged["left_at"]
        if row.good("arrived_at", "left_at") and arrived and left and left < arrived:
            yield row.fault("left_at", _("lies before 上班; check both times"))

    def _leave(self, row: Row) -> Found:
        first, last = row.merged.get("first_day"), row.merged.get("last_day")
        if row.good("first_day", "last_day") and first and last and last < first:
            yield row.fault("last_day", _("lies before 开始日期; check both dates"))
        elif row.good("first_day", "last_day") and first and last and (last - first).days >= LONGEST_LEAVE:
            yield row.fault("last_day", _("makes the leave longer than a year; check the year"))
        yield from self._employed(row, "first_day", "last_day")

    def _off_post(self, row: Row) -> Found:
        yield from self._employed(row, "business_day")
        yield from self._on_its_day(row, "left_at")
        if row.good("left_at", "returned_at") and row.merged["returned_at"] < row.merged["left_at"]:
            yield row.fault("returned_at", _("lies before 离开; check both times"))

    def _booking(self, row: Row) -> Found:
        yield from self._employed(row, "business_day")
        yield from self._on_its_day(row, "arrived_at")

    def _reassigned(self, rows: list[Row], before: Held) -> Found:
        """A booking that was reassigned stays with its rightful owner, though a file still names a former one."""
        differing = {
            row.merged["number"]: (row, held[1]["employee"])
            for row in rows
            if (held := before[id(row)])
            and row.good("number", "employee")
            and held[1]["employee"] != row.merged["employee"]
        }
        for number, formers in stored.former_owners_of(self.venue, differing).items():
            row, owner = differing[number]
            if row.merged["employee"] in formers:
                row.merged["employee"] = owner
            else:
                yield row.fault("employee", _("the booking was reassigned to %(owner)s") % {"owner": owner})

    def _moved_comps(self, rows: list[Row], before: Held) -> Found:
        """Comps stored on a booking go with it to another day: their givers are employed then."""
        moved = {
            row.merged["number"]: row
            for row in rows
            if (held := before[id(row)])
            and row.good("business_day")
            and held[1]["business_day"] != row.merged["business_day"]
        }
        in_file = {row.given.get("number") for row in self.rows.get(COMPS.title, ())}
        for booking, comp, giver in stored.comp_givers_of(self.venue, moved):
            row, span = moved[booking], self.people[giver]
            day = row.merged["business_day"]
            if comp not in in_file and span is not None and not _covers(span, day) and row.good("business_day"):
                yield row.fault("business_day", self._outside_message(giver, day, span))

    def _known_booking(self, row: Row) -> Found:
        number = row.merged["booking"]
        if row.good("booking") and number not in self.booking_days:
            if BOOKINGS.title in self.without_keys:
                row.bad.add("booking")
                return
            message = _("there is no booking %(number)s; add it to the sheet 订台") % {"number": shown(number)}
            yield row.fault("booking", message)

    def _learn_poached(self, rows: list[Row], before: Held) -> None:
        """A 4.4 costs by its booking's spend, in the month of its own day, which may be another."""
        changed = [
            row.merged["number"]
            for row in rows
            if (held := before[id(row)]) and any(held[1][name] != row.merged[name] for name in ("spend", "state"))
        ]
        self.poached = stored.poached_days_of(self.venue, changed)

    def _comp(self, row: Row) -> Found:
        yield from self._known_booking(row)
        yield from self._employed(row)
        if not row.good("booking"):
            return
        day = self.booking_days[row.merged["booking"]]
        if day is None:  # the booking's own fault is told
            row.bad.add("booking")
            return
        row.merged["business_day"] = day
        if isinstance(row.merged.get("given_at"), time):
            row.merged["given_at"] = moment(day, row.merged["given_at"], self.zone)
        if row.good("employee"):
            yield from self._within(row, "booking", row.merged["employee"], day)

    def _report(self, row: Row) -> Found:
        yield from self._employed(row, "business_day")
        article = row.merged.get("article")
        if not row.good("article"):
            return
        if article not in REPORTED_ARTICLES:
            if article in NEVER_REPORTED:
                message = _("%(article)s is derived from the facts, it is not entered; delete the row")
            elif article in ARTICLES:
                message = _("%(article)s is no reported violation; it should be one of %(known)s")
            else:
                message = _("there is no article %(article)s; it should be one of %(known)s")
            known = "、".join(REPORTED_ARTICLES)
            yield row.fault("article", message % {"article": shown(article), "known": known})
            return
        if row.good("amount"):
            if article == TIPS and row.merged["amount"] is None:
                yield row.fault("amount", _("4.1 needs the amount of the tips"))
            elif article != TIPS and row.merged["amount"] is not None:
                message = _("%(article)s takes no amount, it follows from the rules; leave it empty")
                yield row.fault("amount", message % {"article": article})
        if row.merged["booking"]:
            yield from self._known_booking(row)
        elif article == POACHING and row.good("booking"):
            yield row.fault("booking", _("4.4 needs the booking that was poached"))

    def _poached_twice(self, rows: list[Row]) -> Found:
        """4.4 of one person on one booking stands once, in the file and with what is stored."""
        in_file = {row.merged["number"] for row in rows if row.good("number")}
        held = {
            pair: number
            for pair, number in stored.poachings_of(self.venue).items()
            if number not in in_file
        }  # fmt: skip
        for row in rows:
            if row.merged.get("article") != POACHING or not row.merged["booking"]:
                continue
            if row.good("employee", "booking", "article", "number"):
                pair = (row.merged["employee"], row.merged["booking"])
                if pair in held:
                    message = _("4.4 of %(person)s on this booking stands in %(number)s already; delete one")
                    yield row.fault("booking", message % {"person": pair[0], "number": held[pair]})
                else:
                    held[pair] = row.merged["number"]

    def _in_month(self, row: Row) -> Found:
        yield from self._employed(row)
        if not row.good("employee", "month"):
            return
        month, span = CalendarMonth.of(row.merged["month"]), self.people[row.merged["employee"]]
        if span is not None and (span[0] > month.last or (span[1] is not None and span[1] < month.first)):
            message = _("%(number)s is employed on no day of %(month)s")
            yield row.fault("month", message % {"number": row.merged["employee"], "month": month_shown(month)})

    # --- the policy ---------------------------------------------------------------------------------------
    def _policies(self, rows: list[Row]) -> Found:
        """Each month's parameters make one version; what is not named is taken from the one in force before."""
        by_month: dict[date, list[Row]] = {}
        for row in rows:
            if row.good("parameter", "value"):
                try:
                    read_value(row.given["parameter"], row.given["value"])
                except PolicyError as error:
                    known = row.given["parameter"] in parameters()
                    yield row.fault("value" if known else "parameter", in_language(error.text))
            if row.good("month"):
                by_month.setdefault(row.given["month"], []).append(row)
        versions = policies_of(self.venue)
        for first in sorted(by_month):
            month = CalendarMonth.of(first)
            before = versions.on(first)
            if any(row.bad for row in by_month[first]):
                versions = versions.stated(first, before)  # its own faults are told
                continue
            values = {row.given["parameter"]: row.given["value"] for row in by_month[first]}
            try:
                policy = before.changed(values)
            except PolicyError as error:
                row = next(
                    (row for row in by_month[first] if row.given["parameter"] == error.parameter), by_month[first][0]
                )
                yield row.fault("value", in_language(error.text))
                continue
            changed = versions.get(first) is None or policy != before
            if changed and self.closed is not None and month <= self.closed:
                for row in by_month[first]:
                    name = row.given["parameter"]
                    if versions.get(first) is None or getattr(policy, name) != getattr(before, name):
                        yield row.fault("month", self._locked_message(month))
            if changed:
                yield from self._state(month, by_month[first], before, policy)
            versions = versions.stated(first, policy)
            self.plan.policies.append((month, values, changed))

    def _state(self, month: CalendarMonth, rows: list[Row], before: Policy, policy: Policy) -> Found:
        """Note what a version changes; who may not set the policy is told so, row by row."""
        was, now = before.as_values(), policy.as_values()
        for row in rows:
            name = row.given["parameter"]
            self.plan.stated.append(Stated(row.number, month, name, was[name], now[name]))
            if not self.limits.may_set_policy:
                yield row.fault(
                    "parameter", _("the policy is the owner's to set; delete the sheet 制度 from this file")
                )


def _came_back(title: str, first: date) -> str:
    message = _("there is a record on %(day)s (sheet %(sheet)s); correct it first") % {
        "day": first.isoformat(),
        "sheet": title,
    }
    return message + _("; who comes back after having left gets a new staff number (工号)")


def _otherwise_spelled(row: Row, first: Row) -> str:
    """How two rows of one key differ in their spelling of it, where they do."""
    for name in row.sheet.key:
        here, there = (shown(one.typed.get(name, one.given.get(name, ""))) for one in (row, first))
        if here != there:
            return _("«%(here)s» is the key «%(there)s» in other letters: ") % {"here": here, "there": there}
    return ""


def _in_order(values: dict[str, Any]) -> bool:
    hired, left = values.get("hired_on"), values.get("left_on")
    return left is None or hired is None or left >= hired


def _covers(span: tuple[date, date | None], day: date) -> bool:
    return span[0] <= day and (span[1] is None or day <= span[1])


def _days_of(sheet: Sheet, values: dict[str, Any]) -> Iterable[tuple[str, date, date]]:
    """The field that places a row in time, and the first and last day its facts touch."""
    if sheet is LEAVES:
        return [("first_day", values["first_day"], values["last_day"])]
    if sheet is COMPS:
        return [("booking", values["business_day"], values["business_day"])]
    name = {EVENT_DAYS.title: "date", BONUSES.title: "month", WITHHOLDINGS.title: "month"}.get(
        sheet.title, "business_day"
    )
    return [(name, values[name], values[name])] if name in values else []


def _meets(span: tuple[date, date | None], month: CalendarMonth) -> bool:
    return span[0] <= month.last and (span[1] is None or month.first <= span[1])


def _employee_heading(now: dict[str, Any], before: dict[str, Any] | None) -> str:
    if before is None or now["hired_on"] != before["hired_on"]:
        return "hired_on"
    return next(name for name in ENDING if now[name] != before[name])
