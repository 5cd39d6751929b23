"""What lies behind the lines of a payslip: article, record, arithmetic, who entered it."""

from datetime import datetime

from django.utils.translation import gettext as _

from bookings.models import Booking
from commissions.engine.as_of_now import Today
from commissions.models import PayrollRun, Payslip, PayslipLine
from commissions.payslips.evidence.arithmetic import steps_of
from commissions.payslips.evidence.entries import entered_by, history_of
from commissions.payslips.evidence.parts import Drafted, Explained, Explanation, Key
from commissions.payslips.evidence.records import FineRecords, Records, employment_text, rests_on_sales, sold_text
from commissions.payslips.texts import in_language, item_text, line_text, title_of
from pages.formats import short_day
from rulebook.attendance import Verdict
from rulebook.calendar import CalendarMonth
from rulebook.clauses import clause
from rulebook.pay import Hint, Item
from rulebook.policy import Policy
from rulebook.prices import PERSONAL_LEAVE
from violations.ledger.selectors import DerivedFine
from violations.models import Penalty


def explain(payslip: Payslip) -> Explanation:
    """Every line of a payslip with what it rests on, and its sales, in a constant number of queries.

    The payslip comes with its run, the run's month, venue and policy version.
    """
    lines = list(payslip.lines.select_related("penalty__off_post", "penalty__report__booking"))
    policy = _policy_of(payslip.run)
    records = Records(payslip, lines)
    explained = []
    keys: list[list[Key]] = []
    for line in lines:
        one = _explained(line, policy)
        keys.append(records.fill(one))
        explained.append(one)
    booked = [Key(Booking, pk) for pk, _sold in records.sales]
    history = history_of([*(key for found in keys for key in found), *booked], until=payslip.run.as_of)
    for one, found in zip(explained, keys, strict=True):
        one.entered = entered_by(history, found)
    return Explanation(explained, [sold for _pk, sold in records.sales], entered_by(history, booked))


def explain_fine(penalty: Penalty, policy: Policy, *, now: datetime) -> Explained:
    """A fine of the ledger with what it rests on, charged or not: as records stand now.

    The penalty comes with the records behind it (``violations.ledger.selectors.own_penalties``).
    """
    line = Drafted(Item.FINE, penalty.article, -penalty.amount, penalty.business_day, penalty.basis, penalty.pk)
    one = _explained(line, policy)
    records = FineRecords(penalty.employee_id, CalendarMonth.of(penalty.business_day), [penalty])
    keys = records.fill(one, penalty)
    one.entered = entered_by(history_of(keys, until=now), keys)
    return one


def explain_today(today: Today) -> list[Explained]:
    """Every line of a month's pay as of now with its article and arithmetic; no queries.

    The records behind a fine are asked for one by one (``explain_fine``).
    """
    found = []
    for line in today.payslip.lines:
        one = _explained(Drafted.of(line), today.policy)
        match line.item:
            case Item.BASE | Item.DEPOSIT:
                one.records = [employment_text(today.employee)]
            case Item.FORFEIT:
                verdict = Verdict.PERSONAL if line.article == PERSONAL_LEAVE else Verdict.ABSENCE
                days = [short_day(day.day) for day in today.days if day.verdict == verdict]
                one.records = [_(", ").join(days)]
        if rests_on_sales(one.line):
            counted = sum(not sale.reasons for sale in today.sales)
            one.records.append(sold_text(counted, len(today.sales)))
        found.append(one)
    return found


def explain_standing(standing: DerivedFine, policy: Policy) -> Explained:
    """A fine that the facts imply now, with its article and arithmetic; no queries."""
    fine = standing.fine
    line = Drafted(Item.FINE, fine.article, -fine.amount, fine.day, fine.basis, standing.penalty)
    return _explained(line, policy)


def _explained(line: PayslipLine | Drafted, policy: Policy) -> Explained:
    return Explained(
        line=line,
        title=item_text(line),
        ground=line_text(line),
        clause=_clause(line, policy),
        steps=list(steps_of(line, policy)),
    )


def dismissal_clause(payslip: Payslip) -> str:
    """What the article says that leaves a dismissed person the deposit alone (4.9); empty for anybody else."""
    if Hint.DISMISSED not in {hint for hint, _basis in payslip.hints}:
        return ""
    found = clause("4.9", payslip.run.policy_version.policy)
    return in_language(found) if found else ""


def withheld_clause(policy: Policy) -> str:
    """What the article says of withholdings, where none is entered yet (2.4)."""
    found = clause("withheld", policy)
    return in_language(found) if found else ""


def _policy_of(run: PayrollRun) -> Policy:
    """The policy as the run read it: a version may be stated anew while its runs are drafts, which makes them stale."""
    version = run.policy_version
    if run.is_stale:
        then = version.history.filter(history_date__lte=run.as_of).order_by("-history_date", "-history_id").first()
        if then is not None:
            return Policy.from_values(then.values)
    return version.policy


def _clause(line: PayslipLine | Drafted, policy: Policy) -> str:
    found = clause(line.article, policy)
    return in_language(found) if found else title_of(line.article)
