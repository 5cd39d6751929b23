"""Chapter 2: a month's payslip from what the other chapters found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from rulebook.attendance import Day, Verdict
from rulebook.basis import (
    BaseBasis,
    CarriedBasis,
    CommissionBasis,
    EntryBasis,
    ForfeitBasis,
    WithheldBasis,
)
from rulebook.calendar import DAY, CalendarMonth, add_months
from rulebook.money import ZERO, portion, rounded_down
from rulebook.policy import Policy
from rulebook.texts import Text

LAWFUL_SHARE = Decimal("0.20")
"""Of a month's wage: what `warn` measures deductions by, whatever cap `enforce` is set to (art. 16)."""


class Exit(StrEnum):
    RESIGNED = "resigned"  # 辞职
    DISMISSED = "dismissed"  # 开除


class Status(StrEnum):
    ACTIVE = "active"  # 在职
    PROBATION = "probation"  # 试用
    RESIGNED = "resigned"  # 辞职
    DISMISSED = "dismissed"  # 开除


class Item(StrEnum):
    """What a payslip line is."""

    BASE = "base"
    COMMISSION = "commission"
    FORFEIT = "forfeit"
    BONUS = "bonus"
    FINE = "fine"
    CARRIED_IN = "carried_in"
    CARRIED_OUT = "carried_out"
    WITHHELD = "withheld"
    DEPOSIT = "deposit"


class ExceptionKind(StrEnum):
    """What must be settled before the month can be locked."""

    ONE_PUNCH = "one_punch"  # chapter 1, step 5
    UNSETTLED = "unsettled"  # chapter 2
    HELD = "held"  # chapter 2: neither arrived nor no-show
    AWAY = "away"  # 4.6: left the post, no return
    POACHING_WAITS = "poaching_waits"  # 4.4, the table's spend is in a later month
    WITHHOLDINGS = "withholdings"  # more than the gross wages


class Hint(StrEnum):
    """What HR is told beside a payslip."""

    PROVISIONAL = "provisional"
    EXCEPTIONS = "exceptions"
    DISMISSED = "dismissed"
    WAGES_WITHHELD = "wages_withheld"
    OVER_CAP = "over_cap"
    UNDER_MINIMUM = "under_minimum"
    CAPPED = "capped"
    CARRIED = "carried"
    LEFT_OVER = "left_over"
    FORFEITED = "forfeited"
    NO_NOTICE = "no_notice"
    SHORT_NOTICE = "short_notice"
    PAY_DAY = "pay_day"


class Employment(NamedTuple):
    """A person's employment; ``left`` is the last employed day, ``deposit`` in yuan."""

    hired: date
    left: date | None = None
    exit: str = ""
    noticed: date | None = None
    deposit: Decimal = ZERO

    def days_in(self, month: CalendarMonth) -> tuple[date, date] | None:
        """The first and last employed day of the month; None where there is none."""
        first = max(self.hired, month.first)
        last = month.last if self.left is None else min(self.left, month.last)
        return (first, last) if first <= last else None

    def leaves_in(self, month: CalendarMonth) -> bool:
        return self.left is not None and month.first <= self.left <= month.last

    def probation_ends(self, policy: Policy) -> date:
        """The last day of probation (2.3); the day before hiring where there is none."""
        return add_months(self.hired, policy.probation_months) - DAY


class Charge(NamedTuple):
    """A fine as the ledger holds it; ``ref`` is the ledger's own key, opaque here."""

    day: date
    article: str
    amount: Decimal
    basis: Mapping[str, Any]
    ref: int | None = None


class Entry(NamedTuple):
    """A bonus or a withholding in yuan, with its kind and words as entered.

    ``corrects`` is the paid month (YYYY-MM) that it puts right, empty for one that puts none right.
    """

    amount: Decimal
    kind: str = ""
    reason: str = ""
    corrects: str = ""

    @property
    def basis(self) -> EntryBasis:
        """Its words, and the month it corrects where it does."""
        basis = EntryBasis(reason=self.reason)
        if self.corrects:
            basis["corrects"] = self.corrects
        return basis


class Open(NamedTuple):
    """An open exception; ``ref`` names the record."""

    kind: ExceptionKind
    day: date | None
    ref: str = ""


class Line(NamedTuple):
    """One line of a payslip, in yuan: earnings positive, deductions negative."""

    item: Item
    article: str
    amount: Decimal
    day: date | None = None
    basis: Mapping[str, Any] = {}
    ref: int | None = None


class PayslipHint(NamedTuple):
    """A hint with the figures it speaks of."""

    hint: Hint
    basis: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What pay is told of one person's month; money in yuan.

    ``days`` are the decided days, ``sales`` the counted sales, ``fines`` the month's ledger.
    ``provisional`` is the last decided day of a month still running, None for one that has ended.
    """

    month: CalendarMonth
    employment: Employment
    days: Sequence[Day]
    sales: Decimal
    fines: Sequence[Charge] = ()
    bonuses: Sequence[Entry] = ()
    withholdings: Sequence[Entry] = ()
    carried_in: Decimal = ZERO
    open: Sequence[Open] = ()
    provisional: date | None = None
    paid_before: date | None = None


class PayslipFigure(NamedTuple):
    """A figure of a payslip: its field of ``Payslip``, its column of 工资表, what pages call it.

    Yuan where ``is_money``, else days. ``is_earned`` says on which side of 应发合计 an amount of money stands.
    """

    name: str
    heading: str
    label: Text
    is_money: bool = True
    is_earned: bool = False


FIGURES = (
    PayslipFigure("expected_days", "应出勤", Text("应出勤", "Days due"), is_money=False),
    PayslipFigure("worked_days", "实出勤", Text("实出勤", "Days worked"), is_money=False),
    PayslipFigure("rest_days", "休息", Text("休息", "Rest days"), is_money=False),
    PayslipFigure("absence_days", "旷工", Text("旷工", "Absences"), is_money=False),
    PayslipFigure("personal_leave_days", "事假", Text("事假", "Personal leave"), is_money=False),
    PayslipFigure("sick_leave_days", "病假", Text("病假", "Sick leave"), is_money=False),
    PayslipFigure("statutory_leave_days", "法定假", Text("法定假", "Statutory leave"), is_money=False),
    PayslipFigure("sales", "计入业绩", Text("计入业绩", "Counted sales"), is_earned=True),
    PayslipFigure("target", "任务", Text("任务", "Target"), is_earned=True),
    PayslipFigure("base", "底薪", Text("底薪", "Base pay"), is_earned=True),
    PayslipFigure("commission", "提成", Text("提成", "Commission"), is_earned=True),
    PayslipFigure("bonus", "奖金", Text("奖金", "Bonus"), is_earned=True),
    PayslipFigure("gross", "应发合计", Text("应发", "Gross wages"), is_earned=True),
    PayslipFigure("fines", "罚款", Text("罚款", "Fines")),
    PayslipFigure("carried_in", "上月结转", Text("上月结转", "Carried in")),
    PayslipFigure("deductions", "扣款合计", Text("扣款合计", "Deductions")),
    PayslipFigure("withheld", "代扣", Text("代扣", "Withheld")),
    PayslipFigure("carried_out", "结转下月", Text("结转下月", "Carried on")),
    PayslipFigure("deposit", "押金退还", Text("押金退还", "Deposit returned")),
    PayslipFigure("net", "实发", Text("实发", "Net pay")),
)
"""Every figure of a payslip, in the order of 工资表: what is stored, exported and shown is taken from here."""
FIGURE = {figure.name: figure for figure in FIGURES}


class DoesNotAddUp(ValueError):
    """A payslip whose columns or lines contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payslip:
    """A month's pay of one person: days, yuan, and the lines that explain every one of them (2.4)."""

    status: Status
    expected_days: int
    worked_days: int
    rest_days: int
    absence_days: int
    personal_leave_days: int
    sick_leave_days: int
    statutory_leave_days: int
    sales: Decimal
    target: Decimal
    base: Decimal
    commission: Decimal
    bonus: Decimal
    fines: Decimal
    carried_in: Decimal
    deductions: Decimal
    withheld: Decimal
    carried_out: Decimal
    deposit: Decimal
    lines: tuple[Line, ...]
    open: tuple[Open, ...] = ()
    hints: tuple[PayslipHint, ...] = ()

    @property
    def gross(self) -> Decimal:
        return self.base + self.commission + self.bonus

    @property
    def net(self) -> Decimal:
        return self.gross - self.deductions - self.withheld + self.deposit

    def __post_init__(self) -> None:
        totals: Counter[Item] = Counter()
        for line in self.lines:
            totals[line.item] += line.amount  # type: ignore[assignment]
        columns = {
            Item.BASE: self.base,
            Item.COMMISSION: self.commission,
            Item.FORFEIT: ZERO,
            Item.BONUS: self.bonus,
            Item.FINE: -self.fines,
            Item.CARRIED_IN: -self.carried_in,
            Item.CARRIED_OUT: self.carried_out,
            Item.WITHHELD: -self.withheld,
            Item.DEPOSIT: self.deposit,
        }
        for item, amount in columns.items():
            if totals[item] != amount:
                raise DoesNotAddUp(f"{item}: lines give {totals[item]}, the column {amount}")
        if self.fines + self.carried_in != self.deductions + self.carried_out:
            raise DoesNotAddUp("fines and what was carried in must be taken or carried on")
        if min(self.deductions, self.carried_out, self.withheld, self.gross - self.deductions - self.withheld) < 0:
            raise DoesNotAddUp("deductions and withholdings never exceed the gross wages")


def in_probation(employment: Employment, month: CalendarMonth, policy: Policy) -> bool:
    """Whether the person is still on probation on the month's last employed day (2.3)."""
    span = employment.days_in(month)
    return span is not None and span[1] <= employment.probation_ends(policy)


def status_in(employment: Employment, month: CalendarMonth, policy: Policy) -> Status:
    """A person's standing in a month: how they leave in it, else whether they are in probation (chapter 2)."""
    if employment.leaves_in(month):
        return Status(employment.exit)
    return Status.PROBATION if in_probation(employment, month, policy) else Status.ACTIVE


def target_in(employment: Employment, month: CalendarMonth, policy: Policy) -> Decimal:
    """The month's target in yuan: that of probation or not, by the days employed (2.1, 2.3); 0 where there are none."""
    span = employment.days_in(month)
    if span is None:
        return ZERO
    whole = policy.probation_target if in_probation(employment, month, policy) else policy.monthly_target
    return portion(whole, ((span[1] - span[0]).days + 1, month.length))


def charges_wages(employment: Employment, month: CalendarMonth, policy: Policy) -> bool:
    """Whether fines of this month are charged: not in the month of dismissal, unless the wage guard enforces (4.9)."""
    return employment.exit != Exit.DISMISSED or not employment.leaves_in(month) or policy.wage_guard == "enforce"


def compute(facts: Month, policy: Policy) -> Payslip:
    """The payslip of one person employed on at least one day of the month (2.1–2.4, 4.9, the wage guard)."""
    month, employment = facts.month, facts.employment
    span = employment.days_in(month)
    if span is None:
        raise ValueError("not employed in the month")
    probation = in_probation(employment, month, policy)
    whole_base = policy.probation_base_pay if probation else policy.base_pay
    part = ((span[1] - span[0]).days + 1, month.length)
    target = target_in(employment, month, policy)
    leaving = employment.leaves_in(month)
    counts = Counter(day.verdict for day in facts.days)

    earned, forfeits = commission_of(facts.sales, target, counts, policy)
    base = _base(whole_base, part, facts.sales, target, policy)
    commission = ZERO if forfeits else earned
    bonus = sum((entry.amount for entry in facts.bonuses), ZERO)
    charged = charges_wages(employment, month, policy)
    wages_lost = ZERO
    lines: list[Line] = []
    if charged:
        article = "2.3" if probation else "2.1"
        basis = BaseBasis(whole=str(whole_base), days=part[0], length=part[1])
        if policy.base_on_shortfall != "full" and facts.sales < target:
            basis |= {"shortfall": policy.base_on_shortfall, "sales": str(facts.sales), "target": str(target)}
        lines.append(Line(Item.BASE, article, base, basis=basis))
        sold = CommissionBasis(sales=str(facts.sales), target=str(target), rate=str(policy.commission_rate))
        lines.append(Line(Item.COMMISSION, "2.2", commission, basis=sold))
        lines += forfeits
        lines += (Line(Item.BONUS, "2.4", entry.amount, basis=entry.basis) for entry in facts.bonuses)
        fines, carried_in = facts.fines, facts.carried_in
    else:
        wages_lost = base + commission + bonus
        base = commission = bonus = carried_in = ZERO
        fines = ()

    gross = base + commission + bonus
    withheld, excess, withheld_lines = _withhold(facts.withholdings if charged else (), gross)
    fined = sum((fine.amount for fine in fines), ZERO)
    owed = fined + carried_in
    deductions = min(owed, gross - withheld, _guard(gross, policy))
    carried_out = owed - deductions
    deposit = employment.deposit if leaving else ZERO

    lines += (Line(Item.FINE, fine.article, -fine.amount, fine.day, fine.basis, fine.ref) for fine in fines)
    lines.append(Line(Item.CARRIED_IN, "carried", -carried_in))
    lines.append(
        Line(Item.CARRIED_OUT, "carried", carried_out, basis=CarriedBasis(ends=True) if leaving else CarriedBasis())
    )
    lines += withheld_lines
    lines.append(Line(Item.DEPOSIT, "deposit", deposit))

    still_open = tuple(facts.open)
    if excess:
        still_open += (Open(ExceptionKind.WITHHOLDINGS, None, str(excess)),)
    return Payslip(
        status=status_in(employment, month, policy),
        expected_days=len(facts.days) - counts[Verdict.REST],
        worked_days=counts[Verdict.WORKED],
        rest_days=counts[Verdict.REST],
        absence_days=counts[Verdict.ABSENCE],
        personal_leave_days=counts[Verdict.PERSONAL],
        sick_leave_days=counts[Verdict.SICK],
        statutory_leave_days=counts[Verdict.STATUTORY],
        sales=facts.sales,
        target=target,
        base=base,
        commission=commission,
        bonus=bonus,
        fines=fined,
        carried_in=carried_in,
        deductions=deductions,
        withheld=withheld,
        carried_out=carried_out,
        deposit=deposit,
        lines=tuple(line for line in lines if line.amount or line.item == Item.FORFEIT),
        open=still_open,
        hints=tuple(
            _hints(
                facts,
                policy,
                gross=gross,
                deductions=deductions,
                carried_out=carried_out,
                wage_net=gross - deductions - withheld,
                open_count=len(still_open),
                forfeited=forfeits if charged else (),
                wages_lost=wages_lost,
                charged=charged,
            )
        ),
    )


def _base(whole: Decimal, part: tuple[int, int], sales: Decimal, target: Decimal, policy: Policy) -> Decimal:
    """Base pay, prorated by days and, where the policy says so, by sales below the target (2.1)."""
    if sales >= target or policy.base_on_shortfall == "full":
        return portion(whole, part)
    if policy.base_on_shortfall == "none":
        return ZERO
    return portion(whole, part, (sales, target))


def commission_of(
    sales: Decimal, target: Decimal, counts: Mapping[Verdict, int], policy: Policy
) -> tuple[Decimal, tuple[Line, ...]]:
    """The commission in yuan on sales above the target, and a line for each article that forfeits it.

    ``counts`` are the month's decided days by verdict (2.2, 1.2.B, 1.2.D).
    """
    commission = portion(max(ZERO, sales - target), (policy.commission_rate, 1))
    if not commission:
        return commission, ()
    forfeits = []
    if counts[Verdict.PERSONAL] > policy.personal_leave_forfeit_over:
        forfeits.append(("1.2.B", counts[Verdict.PERSONAL]))
    if counts[Verdict.ABSENCE] >= policy.absence_forfeit_days:
        forfeits.append(("1.2.D", counts[Verdict.ABSENCE]))
    return commission, tuple(
        Line(Item.FORFEIT, article, ZERO, basis=ForfeitBasis(commission=str(commission), days=days))
        for article, days in forfeits
    )


def _withhold(withholdings: Iterable[Entry], gross: Decimal) -> tuple[Decimal, Decimal, list[Line]]:
    """What is withheld, what exceeds the gross wages, and the lines, in the order given (2.4)."""
    left, excess, lines = gross, ZERO, []
    for entry in withholdings:
        taken = min(entry.amount, left)
        left -= taken
        excess += entry.amount - taken
        basis: WithheldBasis = {"kind": entry.kind, **entry.basis}  # type: ignore[typeddict-item]  # an entry's has less
        if taken != entry.amount:
            basis["entered"] = str(entry.amount)
        lines.append(Line(Item.WITHHELD, "withheld", -taken, basis=basis))
    return gross - left, excess, lines


def _guard(gross: Decimal, policy: Policy) -> Decimal:
    """The most that may be deducted from these gross wages (the wage guard)."""
    if policy.wage_guard != "enforce":
        return gross
    cap = rounded_down(gross * policy.deduction_cap_rate)
    if policy.minimum_wage is not None:
        cap = min(cap, max(ZERO, gross - policy.minimum_wage))
    return cap


def _hints(
    facts: Month,
    policy: Policy,
    *,
    gross: Decimal,
    deductions: Decimal,
    carried_out: Decimal,
    wage_net: Decimal,
    open_count: int,
    forfeited: Sequence[Line],
    wages_lost: Decimal,
    charged: bool,
) -> Iterable[PayslipHint]:
    employment, leaving = facts.employment, facts.employment.leaves_in(facts.month)
    warns = policy.wage_guard == "warn"
    if facts.provisional:
        yield PayslipHint(Hint.PROVISIONAL, {"day": facts.provisional.isoformat()})
    if open_count:
        yield PayslipHint(Hint.EXCEPTIONS, {"count": open_count})
    if not charged:
        yield PayslipHint(Hint.DISMISSED)
        if warns and wages_lost:
            yield PayslipHint(Hint.WAGES_WITHHELD, {"amount": str(wages_lost)})
    if warns and deductions > gross * LAWFUL_SHARE:
        yield PayslipHint(Hint.OVER_CAP, {"amount": str(deductions), "gross": str(gross)})
    if warns and policy.minimum_wage is not None and wage_net < policy.minimum_wage:
        yield PayslipHint(Hint.UNDER_MINIMUM, {"net": str(wage_net), "minimum": str(policy.minimum_wage)})
    if carried_out:
        if leaving:
            yield PayslipHint(Hint.LEFT_OVER, {"amount": str(carried_out)})
        elif policy.wage_guard == "enforce":
            yield PayslipHint(Hint.CAPPED, {"amount": str(carried_out)})
        else:
            yield PayslipHint(Hint.CARRIED, {"amount": str(carried_out)})
    for line in forfeited:
        yield PayslipHint(Hint.FORFEITED, {"article": line.article, "amount": line.basis["commission"]})
    if leaving and employment.exit == Exit.RESIGNED and employment.left is not None:
        if employment.noticed is None:
            yield PayslipHint(Hint.NO_NOTICE, {"days": policy.notice_days})
        elif (employment.left - employment.noticed).days < policy.notice_days:
            given = (employment.left - employment.noticed).days
            yield PayslipHint(Hint.SHORT_NOTICE, {"given": given, "days": policy.notice_days})
    if facts.paid_before:
        yield PayslipHint(Hint.PAY_DAY, {"day": facts.paid_before.isoformat()})
