"""What lies behind the lines of a payslip: article, record, arithmetic, who entered it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, Model, OuterRef, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _, ngettext

from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.explain import in_language, item_text, line_text, reasons_text, title_of
from commissions.models import Bonus, PayrollRun, Payslip, PayslipLine, SaleLine, Withholding
from comps.models import Comp
from pages.formats import clock, day, figure, long_day, moment, short_day, yuan
from rulebook.calendar import CalendarMonth
from rulebook.clauses import clause, percent
from rulebook.comps import Breach
from rulebook.money import ZERO
from rulebook.pay import Item
from rulebook.policy import Policy
from staff.models import Employee
from violations.models import Penalty, Report

ATTENDANCE = ("1.2.B", "1.2.D", "1.2.E", "1.2.F")


class Step(NamedTuple):
    """One step of the arithmetic: word, formula, result in yuan."""

    word: str
    formula: str
    result: Decimal


class Sold(NamedTuple):
    """A booking and what it counts."""

    number: str
    business_day: date
    table: str
    guest: str
    spend: Decimal | None
    amount: Decimal
    reasons: str


class Entered(NamedTuple):
    """Who put records in or changed them, when, out of what; so many of one moment together."""

    by: str
    at: datetime
    how: str
    is_change: bool
    records: int


class Key(NamedTuple):
    """A record: its table and its primary key."""

    model: type[Model]
    pk: int


@dataclass
class Explained:
    """A payslip line with all that it rests on. ``records`` are sentences, in order of time."""

    line: PayslipLine
    title: str
    ground: str
    clause: str
    steps: list[Step] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    sold: list[Sold] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    before: CalendarMonth | None = None  # the month an amount was carried from

    @property
    def last_step(self) -> Step | None:
        return self.steps[-1] if self.steps else None


def explain(payslip: Payslip) -> list[Explained]:
    """Every line of a payslip with what it rests on, in a constant number of queries.

    The payslip comes with its run, the run's month, venue and policy version.
    """
    lines = list(payslip.lines.select_related("penalty__off_post", "penalty__report__booking"))
    policy = _policy_of(payslip.run)
    behind = _Behind(payslip, lines)
    explained = []
    keys: list[list[Key]] = []
    for line in lines:
        one = Explained(
            line=line,
            title=item_text(line),
            ground=line_text(line),
            clause=_clause(line.article, policy),
            steps=list(_steps(line, policy)),
        )
        keys.append(behind.fill(one))
        explained.append(one)
    history = _history(key for found in keys for key in found)
    for one, found in zip(explained, keys, strict=True):
        one.entered = _entered(history, found)
    return explained


def _policy_of(run: PayrollRun) -> Policy:
    """The policy as the run read it: a version may be stated anew while its runs are drafts, which makes them stale."""
    version = run.policy_version
    if run.is_stale:
        then = version.history.filter(history_date__lte=run.as_of).order_by("-history_date", "-history_id").first()
        if then is not None:
            return Policy.from_values(then.values)
    return version.policy


def _clause(article: str, policy: Policy) -> str:
    found = clause(article, policy)
    return in_language(found) if found else title_of(article)


# --- arithmetic -------------------------------------------------------------------------------------------
def _steps(line: PayslipLine, policy: Policy) -> Iterator[Step]:
    """The arithmetic; its last step gives the line's amount."""
    basis, amount = line.basis, line.amount
    match Item(line.item):
        case Item.BASE:
            whole = _("%(days)s of %(length)s days") % basis
            yield Step(item_text(line), line_text(line) or whole, amount)
        case Item.COMMISSION:
            sales, target = Decimal(basis["sales"]), Decimal(basis["target"])
            yield Step(_("above the target"), f"{figure(basis['sales'])} − {figure(basis['target'])}", sales - target)
            yield Step(item_text(line), f"{figure(sales - target)} × {percent(Decimal(basis['rate']))}", amount)
        case Item.FORFEIT:
            yield Step(_("commission earned"), "", Decimal(basis["commission"]))
            days = ngettext("%(days)s day", "%(days)s days", basis["days"]) % basis
            yield Step(_("forfeited"), f"{title_of(line.article)} {days}", amount)
        case Item.FINE:
            yield from _fine_steps(line, policy)
        case Item.WITHHELD if "entered" in basis:
            yield Step(_("entered"), "", Decimal(basis["entered"]))
            yield Step(item_text(line), _("up to the gross wages"), amount)
        case _:
            yield Step(item_text(line), "", amount)


def _fine_steps(line: PayslipLine, policy: Policy) -> Iterator[Step]:
    basis, amount = line.basis, line.amount
    fine = _("fine")
    match line.article:
        case "3.2":
            over = Decimal(basis["amount"])
            if basis["breach"] == Breach.OVER_SPEND_RATE:
                yield Step(_("may be comped"), _("spend × %(rate)s") % {"rate": percent(policy.comp_spend_rate)},
                           Decimal(basis["allowed"]))  # fmt: skip
                yield Step(_("in excess"), "", over)
            else:
                yield Step(_("comped"), "", over)
            yield Step(fine, f"{figure(basis['amount'])} × {basis['multiple']}", amount)
        case "4.4":
            yield Step(_("spend"), "", Decimal(basis["spend"]))
            yield Step(fine, f"{figure(basis['spend'])} × {basis['multiple']}", amount)
        case "1.2.E" | "1.2.F":
            yield Step(fine, _("%(minutes)s minutes, once") % basis, amount)
        case "1.2.B" | "1.2.D":
            day_long = ngettext("%(days)s day", "%(days)s days", 1) % {"days": 1}
            yield Step(fine, f"{figure(-amount)} × {day_long}", amount)
        case "4.6":
            yield Step(fine, _("%(minutes)s minutes, once") % basis, amount)
        case _:
            yield Step(fine, "", amount)


# --- records ----------------------------------------------------------------------------------------------
class _Behind:
    """The records behind a payslip's lines, read at once."""

    def __init__(self, payslip: Payslip, lines: list[PayslipLine]) -> None:
        self.payslip, self.lines = payslip, lines
        self.month = payslip.run.month.calendar_month
        self.employee: Employee = payslip.employee
        penalties = [line.penalty for line in lines if line.penalty is not None]
        days = {penalty.business_day for penalty in penalties if penalty.article in ATTENDANCE}
        self.punches: dict[date, Punch] = {}
        self.rests: dict[date, Rest] = {}
        self.leaves: list[Leave] = []
        if days:
            mine = {"employee": payslip.employee_id, "business_day__in": days}
            self.punches = {punch.business_day: punch for punch in Punch.objects.filter(**mine)}
            self.rests = {rest.business_day: rest for rest in Rest.objects.filter(**mine)}
            self.leaves = list(
                Leave.objects.filter(
                    employee=payslip.employee_id, first_day__lte=self.month.last, last_day__gte=self.month.first
                ).order_by("first_day")
            )
        self.comps = self._comps([penalty.comp_id for penalty in penalties if penalty.comp_id])
        items = {line.item for line in lines}
        self.sales = self._sales() if any(_rests_on_sales(line) for line in lines) else []
        self.entries = self._entries() if items & {Item.BONUS, Item.WITHHELD} else {}
        self.before = self._month_before() if Item.CARRIED_IN in items else None

    def _comps(self, ids: list[int]) -> dict[int, list[Comp]]:
        """For each comp that was fined: all on its table, in the order they count."""
        if not ids:
            return {}
        fined = Comp.objects.filter(pk__in=ids)
        on_tables = Comp.objects.filter(booking__in=fined.values("booking")).select_related("booking")
        by_booking: defaultdict[int, list[Comp]] = defaultdict(list)
        for comp in on_tables.order_by("given_at", "number"):
            by_booking[comp.booking_id].append(comp)
        found = {comp.pk: comps for comps in by_booking.values() for comp in comps}
        return {pk: found[pk] for pk in ids if pk in found}

    def _sales(self) -> list[tuple[int, Sold]]:
        rows = SaleLine.objects.filter(payslip=self.payslip).values_list(
            "booking", "booking__number", "booking__business_day", "booking__table", "booking__guest_name",
            "booking__spend", "amount", "reasons",
        )  # fmt: skip
        found = [
            (pk, Sold(number, on, table, guest, spend, amount, reasons_text(reasons)))
            for pk, number, on, table, guest, spend, amount, reasons in rows
        ]
        return sorted(found, key=lambda row: (row[1].business_day, row[1].number))

    def _entries(self) -> dict[tuple[str, str], Key]:
        """The month's bonuses and withholdings by kind and reason; a bonus has no kind."""
        parts = [
            model.objects.filter(employee=self.payslip.employee_id, month=self.month.first)
            .order_by()
            .annotate(which=kind)
            .values_list("which", "reason", "pk")
            for model, kind in ((Bonus, Value("", output_field=CharField())), (Withholding, F("kind")))
        ]
        return {
            (kind, reason): Key(Withholding if kind else Bonus, pk)
            for kind, reason, pk in parts[0].union(parts[1], all=True)
        }

    def _month_before(self) -> CalendarMonth | None:
        """The month computed before, where it carried something of this person's on."""
        mine = Payslip.objects.filter(run=OuterRef("pk"), employee=self.payslip.employee_id, carried_out__gt=0)
        found = (
            PayrollRun.objects.filter(
                month__venue=self.payslip.run.month.venue_id, month__first_day__lt=self.month.first, is_current=True
            )
            .order_by("-month__first_day")
            .values_list("month__first_day", Exists(mine))
            .first()
        )
        return CalendarMonth.of(found[0]) if found and found[1] else None

    def fill(self, one: Explained) -> list[Key]:
        """Give a line its records; returns which they are."""
        keys: list[Key] = []
        if _rests_on_sales(one.line):
            one.sold = [sold for _pk, sold in self.sales]
            keys = [Key(Booking, pk) for pk, _sold in self.sales]
        return keys + self._records(one)

    def _records(self, one: Explained) -> list[Key]:
        match Item(one.line.item):
            case Item.BASE | Item.DEPOSIT:
                one.records = [self._employment()]
                return [Key(Employee, self.employee.pk)]
            case Item.FORFEIT:
                one.records = [text for text in [self._forfeiting(one.line.article)] if text]
            case Item.BONUS:
                one.records = [one.line.basis["reason"]]
                return self._entry("", one.line.basis["reason"])
            case Item.WITHHELD:
                basis = one.line.basis
                one.records = [" · ".join(filter(None, [item_text(one.line), basis["reason"]]))]
                return self._entry(basis["kind"], basis["reason"])
            case Item.CARRIED_IN:
                one.before = self.before
                if self.employee.opening_month == self.month.first:
                    one.records = [_("carried from before the books were kept here: %(amount)s")
                                   % {"amount": figure(self.employee.opening_carry or ZERO)}]  # fmt: skip
                    return [Key(Employee, self.employee.pk)]
            case Item.FINE if one.line.penalty is not None:
                return self._behind_fine(one, one.line.penalty)
        return []

    def _entry(self, kind: str, reason: str) -> list[Key]:
        key = self.entries.get((kind, reason))
        return [key] if key else []

    def _employment(self) -> str:
        person = self.employee
        text = _("hired on %(day)s") % {"day": long_day(person.hired_on)}
        if person.left_on is not None:
            text += " · " + _("last employed day %(day)s") % {"day": long_day(person.left_on)}
        return text

    def _forfeiting(self, article: str) -> str:
        days = [line.business_day for line in self.lines if line.item == Item.FINE and line.article == article]
        return _(", ").join(short_day(on) for on in days if on)

    def _behind_fine(self, one: Explained, penalty: Penalty) -> list[Key]:
        if penalty.article in ATTENDANCE:
            return self._attended(one, penalty.business_day)
        if penalty.off_post is not None:
            away = penalty.off_post
            one.records = [
                _("away from %(left)s to %(returned)s")
                % {"left": clock(away.left_at), "returned": clock(away.returned_at)}
            ]
            return [Key(OffPost, away.pk)]
        if penalty.comp_id in self.comps:
            return self._comped(one, self.comps[penalty.comp_id])
        if penalty.report is not None:
            report = penalty.report
            one.records = [" · ".join(filter(None, [_("report %(report)s") % {"report": report.number}, report.note]))]
            if report.booking is not None:
                one.records.append(self._table(report.booking))
            return [Key(Report, report.pk)]
        return []

    def _attended(self, one: Explained, on: date) -> list[Key]:
        """A day of attendance: its punches, its void rest, the leave that was asked for."""
        keys: list[Key] = []
        punch = self.punches.get(on)
        if punch is not None:
            one.records.append(" · ".join(self._sides(punch)))
            keys.append(Key(Punch, punch.pk))
        else:
            one.records.append(_("no punch"))
        rest = self.rests.get(on)
        if rest is not None:
            one.records.append(f"{rest.get_kind_display()} {short_day(on)}")
            keys.append(Key(Rest, rest.pk))
        for leave in self.leaves:
            if leave.first_day <= on <= leave.last_day:
                one.records.append(self._leave(leave))
                keys.append(Key(Leave, leave.pk))
        return keys

    def _sides(self, punch: Punch) -> Iterator[str]:
        for word, at, approver in (
            (_("arrived %(time)s"), punch.arrived_at, punch.arrival_approver),
            (_("left %(time)s"), punch.left_at, punch.departure_approver),
        ):
            text = word % {"time": clock(at) if at else "—"}
            if approver:
                text += " " + _("(vouched for by %(name)s)") % {"name": approver}
            yield text

    def _leave(self, leave: Leave) -> str:
        parts = [
            f"{leave.get_kind_display()} {short_day(leave.first_day)} – {short_day(leave.last_day)}",
            _("asked for %(moment)s") % {"moment": moment(leave.requested_at)},
            _("approved by %(name)s") % {"name": leave.approver} if leave.approver else _("not approved"),
        ]
        if leave.kind == Leave.Kind.SICK:
            missing = [
                name
                for name, there in (
                    (_("medical certificate"), leave.has_certificate),
                    (_("receipt"), leave.has_receipt),
                    (_("sick note"), leave.has_sick_note),
                )
                if not there
            ]
            if missing:
                parts.append(_("missing: %(papers)s") % {"papers": _(", ").join(missing)})
        return " · ".join(parts)

    def _comped(self, one: Explained, comps: list[Comp]) -> list[Key]:
        one.records = [self._table(comps[0].booking)]
        for comp in comps:
            one.records.append(
                f"{clock(comp.given_at)} {comp.item or comp.get_category_display()} "
                f"{yuan(comp.amount)} · {comp.get_ground_display()} · {comp.number}"
            )
        return [Key(Comp, comp.pk) for comp in comps]

    def _table(self, booking: Booking) -> str:
        spend = "—" if booking.spend is None else yuan(booking.spend)
        parts = [booking.table, booking.guest_name, day(booking.business_day), _("spend %(spend)s") % {"spend": spend}]
        return " · ".join(filter(None, [*parts, booking.number]))


def _rests_on_sales(line: PayslipLine) -> bool:
    """Whether a line's amount comes from what was sold: commission, had or lost, and base prorated by sales."""
    return line.item in (Item.COMMISSION, Item.FORFEIT) or "shortfall" in line.basis


# --- who entered it ---------------------------------------------------------------------------------------
def _history(keys: Iterable[Key]) -> dict[Key, list[tuple[Any, ...]]]:
    """The changes of records, the oldest first, all tables in one query."""
    wanted: defaultdict[type[Model], set[int]] = defaultdict(set)
    for key in keys:
        wanted[key.model].add(key.pk)
    parts = []
    for model in wanted:
        rows = model.history.filter(id__in=wanted[model])  # type: ignore[attr-defined]
        name = Coalesce(NullIf("history_user__name", Value("")), F("history_user__username"), Value(""))
        parts.append(
            rows.annotate(of=Value(model._meta.label, output_field=CharField()), by=name)
            .order_by()
            .values_list("of", "id", "history_date", "history_type", "by", "history_change_reason")
        )
    found: defaultdict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    if parts:
        models: Mapping[str, type[Model]] = {model._meta.label: model for model in wanted}
        together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        for label, pk, *change in together:
            found[Key(models[label], pk)].append(tuple(change))
    for changes in found.values():
        changes.sort(key=lambda change: change[0])
    return found


def _entered(history: Mapping[Key, list[tuple[Any, ...]]], keys: Iterable[Key]) -> list[Entered]:
    """The entries of some records: those of one moment by one person together."""
    counted: defaultdict[tuple[datetime, str, str, bool], int] = defaultdict(int)
    for key in dict.fromkeys(keys):
        for at, kind, by, reason in history.get(key, ()):
            counted[at, by, reason or "", kind != "+"] += 1
    return [
        Entered(by or _("by command"), at, reason, is_change, count)
        for (at, by, reason, is_change), count in sorted(counted.items(), key=lambda item: item[0][0])
    ]
