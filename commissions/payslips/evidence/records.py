"""The records behind a payslip's lines, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext as _, ngettext

from attendance.models import Leave, OffPost, Punch, Rest
from attendance.request_kinds import kind_of
from bookings.eligibility.reasons import reasons_text
from bookings.models import Booking
from commissions.models import Bonus, PayrollRun, Payslip, PayslipLine, SaleLine, Withholding
from commissions.payslips.evidence.parts import Drafted, Explained, Key, Sold
from commissions.payslips.texts import item_text
from comps.models import Comp
from pages.formats import clock, day, figure, long_day, moment, short_day, yuan
from rulebook.calendar import CalendarMonth
from rulebook.comps import Breach, Ground
from rulebook.money import ZERO
from rulebook.pay import Item
from staff.models import Employee
from violations.models import Penalty, Report

ATTENDANCE = ("1.2.B", "1.2.D", "1.2.E", "1.2.F")


class FineRecords:
    """The records behind some fines of one person's month, read at once."""

    def __init__(self, employee_id: int, month: CalendarMonth, penalties: Collection[Penalty]) -> None:
        self.employee_id = employee_id
        days = {penalty.business_day for penalty in penalties if penalty.article in ATTENDANCE}
        self.punches: dict[date, Punch] = {}
        self.rests: dict[date, Rest] = {}
        self.leaves: list[Leave] = []
        if days:
            mine = {"employee": employee_id, "business_day__in": days}
            self.punches = {punch.business_day: punch for punch in Punch.objects.filter(**mine)}
            self.rests = {rest.business_day: rest for rest in Rest.objects.filter(**mine)}
            self.leaves = list(
                Leave.objects.filter(
                    employee=employee_id, first_day__lte=month.last, last_day__gte=month.first
                ).order_by("first_day")
            )
        self.comps = self._comps(penalties)

    def _comps(self, penalties: Collection[Penalty]) -> dict[int, list[Comp]]:
        """For each comp that was fined, those it is measured with, in the order they count.

        All on its table; over the daily number, all that the person gave by that ground on that day.
        """
        breaches = {penalty.comp_id: penalty.basis["breach"] for penalty in penalties if penalty.comp_id}
        if not breaches:
            return {}
        fined = Comp.objects.filter(pk__in=breaches)
        daily = Q(ground=Ground.DAILY, employee=self.employee_id, business_day__in=fined.values("business_day"))
        rows = Comp.objects.filter(Q(booking__in=fined.values("booking")) | daily).select_related("booking")
        comps = list(rows.order_by("given_at", "number"))

        def beside(comp: Comp) -> list[Comp]:
            if breaches[comp.pk] == Breach.OVER_DAILY_NUMBER:
                return [
                    other
                    for other in comps
                    if other.ground == Ground.DAILY
                    and (other.employee_id, other.business_day) == (comp.employee_id, comp.business_day)
                ]
            return [other for other in comps if other.booking_id == comp.booking_id]

        return {comp.pk: beside(comp) for comp in comps if comp.pk in breaches}

    def fill(self, one: Explained, penalty: Penalty) -> list[Key]:
        """Give a fine its records; returns which they are."""
        if penalty.article in ATTENDANCE:
            return self._attended(one, penalty.business_day)
        if penalty.off_post is not None:
            away = penalty.off_post
            one.records = [
                _("away from %(left)s to %(returned)s")
                % {"left": clock(away.left_at), "returned": clock(away.returned_at) if away.returned_at else "—"}
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
        if kind_of(leave.kind).papers:
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
        tables = {comp.booking_id: comp.booking for comp in comps}
        one.records = [self._table(booking) for booking in tables.values()]
        for comp in comps:
            what = f"{clock(comp.given_at)} {comp.item or comp.get_category_display()} {yuan(comp.amount)}"
            where = [comp.booking.table] if len(tables) > 1 else []
            one.records.append(" · ".join([what, *filter(None, where), comp.get_ground_display(), comp.number]))
        return [Key(Comp, comp.pk) for comp in comps]

    def _table(self, booking: Booking) -> str:
        spend = "—" if booking.spend is None else yuan(booking.spend)
        parts = [booking.table, booking.guest_name, day(booking.business_day), _("spend %(spend)s") % {"spend": spend}]
        return " · ".join(filter(None, [*parts, booking.number]))


class Records:
    """The records behind a payslip's lines, read at once."""

    def __init__(self, payslip: Payslip, lines: list[PayslipLine]) -> None:
        self.payslip, self.lines = payslip, lines
        self.month = payslip.run.month.calendar_month
        self.employee: Employee = payslip.employee
        penalties = [line.penalty for line in lines if line.penalty is not None]
        self.fines = FineRecords(payslip.employee_id, self.month, penalties)
        items = {line.item for line in lines}
        self.sales = self._sales()
        self.forfeiting = self._forfeiting_days() if Item.FORFEIT in items else {}
        self.entries = self._entries() if items & {Item.BONUS, Item.WITHHELD} else {}
        self.before = self._month_before() if Item.CARRIED_IN in items else None

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
        keys = self._records(one)
        if rests_on_sales(one.line):
            counted = sum(not sold.reasons for _pk, sold in self.sales)
            one.records.append(sold_text(counted, len(self.sales)))
            keys += [Key(Booking, pk) for pk, _sold in self.sales]
        return keys

    def _records(self, one: Explained) -> list[Key]:
        match Item(one.line.item):
            case Item.BASE | Item.DEPOSIT:
                one.records = [employment_text(self.employee)]
                return [Key(Employee, self.employee.pk)]
            case Item.FORFEIT:
                days = self.forfeiting.get(one.line.article, [])
                one.records = [_(", ").join(short_day(on) for on in days)] if days else []
            case Item.BONUS:
                one.records = [one.line.basis["reason"]]
                one.before = _corrected(one.line)
                return self._entry("", one.line.basis["reason"])
            case Item.WITHHELD:
                basis = one.line.basis
                one.records = [" · ".join(filter(None, [item_text(one.line), basis["reason"]]))]
                one.before = _corrected(one.line)
                return self._entry(basis["kind"], basis["reason"])
            case Item.CARRIED_IN:
                one.before = self.before
                if self.employee.opening_month == self.month.first:
                    one.records = [_("carried from before the books were kept here: %(amount)s")
                                   % {"amount": figure(self.employee.opening_carry or ZERO)}]  # fmt: skip
                    return [Key(Employee, self.employee.pk)]
            case Item.FINE if isinstance(one.line, PayslipLine) and one.line.penalty is not None:
                return self.fines.fill(one, one.line.penalty)
        return []

    def _entry(self, kind: str, reason: str) -> list[Key]:
        key = self.entries.get((kind, reason))
        return [key] if key else []

    def _forfeiting_days(self) -> dict[str, list[date]]:
        """The days that count towards a forfeit, by article; one whose fine was waived counts too."""
        rows = Penalty.objects.filter(
            employee=self.payslip.employee_id,
            business_day__range=(self.month.first, self.month.last),
            article__in=("1.2.B", "1.2.D"),
        ).exclude(state=Penalty.State.WITHDRAWN)
        days: defaultdict[str, list[date]] = defaultdict(list)
        for article, on in rows.order_by("business_day").values_list("article", "business_day"):
            days[article].append(on)
        return days


def _corrected(line: PayslipLine | Drafted) -> CalendarMonth | None:
    """The paid month that an entry puts right."""
    return CalendarMonth.parse(line.basis["corrects"]) if "corrects" in line.basis else None


def employment_text(person: Employee) -> str:
    text = _("hired on %(day)s") % {"day": long_day(person.hired_on)}
    if person.left_on is not None:
        text += " · " + _("last employed day %(day)s") % {"day": long_day(person.left_on)}
    return text


def sold_text(counted: int, booked: int) -> str:
    """How many bookings count, and how many of those booked do not."""
    text = ngettext("%(count)s booking counts", "%(count)s bookings count", counted) % {"count": counted}
    if counted < booked:
        left = booked - counted
        text += " · " + ngettext("%(count)s does not", "%(count)s do not", left) % {"count": left}
    return text


def rests_on_sales(line: PayslipLine | Drafted) -> bool:
    """Whether a line's amount comes from what was sold: commission, had or lost, and base prorated by sales."""
    return line.item in (Item.COMMISSION, Item.FORFEIT) or "shortfall" in line.basis
