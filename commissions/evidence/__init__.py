"""What lies behind the lines of a payslip: article, record, arithmetic, who entered it."""

from bookings.models import Booking
from commissions.evidence.arithmetic import steps_of
from commissions.evidence.entries import entered_by, history_of
from commissions.evidence.parts import Explained, Explanation, Key
from commissions.evidence.records import Records
from commissions.explain import in_language, item_text, line_text, title_of
from commissions.models import PayrollRun, Payslip, PayslipLine
from rulebook.clauses import clause
from rulebook.pay import Hint
from rulebook.policy import Policy


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
        one = Explained(
            line=line,
            title=item_text(line),
            ground=line_text(line),
            clause=_clause(line, policy),
            steps=list(steps_of(line, policy)),
        )
        keys.append(records.fill(one))
        explained.append(one)
    booked = [Key(Booking, pk) for pk, _sold in records.sales]
    history = history_of([*(key for found in keys for key in found), *booked], until=payslip.run.as_of)
    for one, found in zip(explained, keys, strict=True):
        one.entered = entered_by(history, found)
    return Explanation(explained, [sold for _pk, sold in records.sales], entered_by(history, booked))


def dismissal_clause(payslip: Payslip) -> str:
    """What the article says that leaves a dismissed person the deposit alone (4.9); empty for anybody else."""
    if Hint.DISMISSED not in {hint for hint, _basis in payslip.hints}:
        return ""
    found = clause("4.9", payslip.run.policy_version.policy)
    return in_language(found) if found else ""


def _policy_of(run: PayrollRun) -> Policy:
    """The policy as the run read it: a version may be stated anew while its runs are drafts, which makes them stale."""
    version = run.policy_version
    if run.is_stale:
        then = version.history.filter(history_date__lte=run.as_of).order_by("-history_date", "-history_id").first()
        if then is not None:
            return Policy.from_values(then.values)
    return version.policy


def _clause(line: PayslipLine, policy: Policy) -> str:
    found = clause(line.article, policy)
    return in_language(found) if found else title_of(line.article)
