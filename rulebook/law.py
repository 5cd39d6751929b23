"""Hints of the law beside the policy's figures, with their source; not legal advice."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from rulebook.clauses import percent, written_yuan
from rulebook.pay import LAWFUL_SHARE
from rulebook.policy import Policy
from rulebook.texts import Text

WEEKS = 4
"""Whole weeks in every month: as many rest days at least."""
LONGEST_NOTICE = 30
LONGEST_PROBATION = 6
PROBATION_SHARE = Decimal("0.8")


class Hint(NamedTuple):
    """One hint: the figures it stands beside (none: the whole policy), what it says, where that is written.

    ``presses`` where the figures themselves are what it warns of; else it only says what the law asks.
    """

    figures: tuple[str, ...]
    text: Text
    source: Text
    presses: bool


class _Rule(NamedTuple):
    figures: tuple[str, ...]
    source: Text
    says: Callable[[Policy], tuple[str, str, bool] | None]


def _wage_payment(article: int) -> Text:
    return Text(f"《工资支付暂行规定》第 {article} 条", f"Interim Provisions on Wage Payment, art. {article}")


def _contract_law(*articles: int) -> Text:
    zh = "、".join(str(article) for article in articles)
    en = " and ".join(str(article) for article in articles)
    return Text(f"《劳动合同法》第 {zh} 条", f"Labour Contract Law, art{'s' if len(articles) > 1 else ''}. {en}")


def _always(zh: str, en: str) -> Callable[[Policy], tuple[str, str, bool] | None]:
    return lambda _policy: (zh, en, False)


FINES = (
    "personal_leave_fine", "absence_fine", "early_fine", "late_fine", "comp_fine_multiple", "poaching_multiple",
    "off_post_fine", "conduct_fine",
)  # fmt: skip
"""The figures that take something off wages."""


def _listed(name: str) -> _Rule:
    def says(policy: Policy) -> tuple[str, str, bool] | None:
        if not getattr(policy, name):
            return None
        return (
            "可以从工资里扣的项目，法律列得很窄；罚款不在其中。",
            "What may be taken off wages is narrowly listed by law; fines are not on the list.",
            False,
        )

    return _Rule((name,), _wage_payment(15), says)


def _rest_days(policy: Policy) -> tuple[str, str, bool] | None:
    if policy.monthly_rest_days >= WEEKS:
        return None
    return (
        f"每周至少休息一天；每月 {policy.monthly_rest_days} 天不到一周一天。",
        f"At least one rest day a week is due; {policy.monthly_rest_days} a month are fewer.",
        True,
    )


def _probation(policy: Policy) -> tuple[str, str, bool] | None:
    months = policy.probation_months
    if not months:
        return None
    if months > LONGEST_PROBATION:
        return (
            f"试用期最长 {LONGEST_PROBATION} 个月，而且要有三年以上的合同；这里是 {months} 个月。",
            f"Probation lasts {LONGEST_PROBATION} months at most, in a contract of three years or more; here it is "
            f"{months}.",
            True,
        )
    least = (
        ("三个月以上", "three months")
        if months == 1
        else ("一年以上", "a year")
        if months == 2
        else ("三年以上", "three years")
    )
    return (
        f"试用期 {months} 个月，劳动合同须签{least[0]}；同一个人只能试用一次。",
        f"Probation of {months} {'month' if months == 1 else 'months'} takes a contract of {least[1]} or more; "
        "nobody "
        "is put on probation twice.",
        months > 1,
    )


def _probation_pay(policy: Policy) -> tuple[str, str, bool] | None:
    if not policy.probation_months:
        return None
    least = policy.base_pay * PROBATION_SHARE
    if policy.probation_base_pay < least:
        return (
            f"试用期工资不得低于转正工资的 80%（{written_yuan(least)} 元）；"
            f"这里是 {written_yuan(policy.probation_base_pay)} 元。",
            f"Pay in probation is at least 80% of the pay after it ({written_yuan(least)} yuan); here it is "
            f"{written_yuan(policy.probation_base_pay)}.",
            True,
        )
    if policy.minimum_wage is not None and policy.probation_base_pay < policy.minimum_wage:
        return (
            f"试用期工资也不得低于最低工资（{written_yuan(policy.minimum_wage)} 元）。",
            f"Pay in probation is not below the minimum wage either ({written_yuan(policy.minimum_wage)} yuan).",
            True,
        )
    return (
        "试用期工资不得低于转正工资的 80%，也不得低于最低工资。",
        "Pay in probation is at least 80% of the pay after it, and not below the minimum wage.",
        False,
    )


def _guard(policy: Policy) -> tuple[str, str, bool] | None:
    lawful = percent(LAWFUL_SHARE)
    if policy.wage_guard == "off":
        return (
            f"因损失扣工资，每月不超过当月工资的 {lawful}，扣后不低于最低工资；工资保护关着，超了也没人提示。",
            f"Deductions for damage are capped at {lawful} of the month's wage and by the minimum wage; the "
            "wage guard "
            "is off, and nobody is told where they exceed it.",
            True,
        )
    if policy.wage_guard == "warn":
        return (
            f"因损失扣工资，每月不超过当月工资的 {lawful}，扣后不低于最低工资；只提示时，超出的照扣。",
            f"Deductions for damage are capped at {lawful} of the month's wage and by the minimum wage; where the "
            "guard only warns, what exceeds it is deducted all the same.",
            True,
        )
    return None


def _termination(policy: Policy) -> tuple[str, str, bool] | None:
    if policy.wage_guard == "enforce":
        return None
    return (
        "解除或终止劳动合同时，工资要一次付清；开除只退押金（4.9），除非工资保护设为封顶。",
        "Wages are due in full at termination; on dismissal the deposit alone is paid (4.9), unless the wage guard "
        "caps.",
        True,
    )


def _cap(policy: Policy) -> tuple[str, str, bool] | None:
    lawful = percent(LAWFUL_SHARE)
    if policy.deduction_cap_rate <= LAWFUL_SHARE:
        return None
    return (
        f"因损失扣工资，每月不超过当月工资的 {lawful}；这里的上限是 {percent(policy.deduction_cap_rate)}。",
        f"Deductions for damage are capped at {lawful} of the month's wage; the cap here is "
        f"{percent(policy.deduction_cap_rate)}.",
        True,
    )


def _minimum(policy: Policy) -> tuple[str, str, bool] | None:
    if policy.minimum_wage is not None:
        return None
    return (
        "扣款后的工资不得低于当地最低工资；没有填，就不检查。",
        "What is left after deductions is not below the local minimum wage; left empty, it is not checked.",
        True,
    )


def _notice(policy: Policy) -> tuple[str, str, bool] | None:
    longer = policy.notice_days > LONGEST_NOTICE
    return (
        "离职是通知，不是申请：提前 30 天，试用期内 3 天。"
        + (f"这里要求 {policy.notice_days} 天，多于法律规定。" if longer else ""),
        "A resignation is a notice, not a request: 30 days, 3 in probation."
        + (f" Here {policy.notice_days} days are asked for, more than the law does." if longer else ""),
        longer,
    )


def _forfeits(policy: Policy) -> tuple[str, str, bool] | None:
    if not policy.commission_rate:
        return None
    return (
        "减发报酬，由用人单位举证：每次旷工、每天事假都要有据可查。",
        "The employer bears the burden of proof for cutting pay: each absence and each day of leave needs its "
        "evidence.",
        False,
    )


_BURDEN = Text(
    "最高人民法院《关于审理劳动争议案件适用法律问题的解释（一）》第 44 条",
    "Supreme People's Court, Interpretation I on labour disputes, art. 44",
)

_RULES: tuple[_Rule, ...] = (
    _Rule(
        (),
        _contract_law(4),
        _always(
            "工资、奖惩、纪律等制度，要经职工讨论、平等协商，并公示或告知；没走过程序的，打官司时靠不住。",
            "Rules on pay and discipline need consultation with the staff and publication to them; without, they do "
            "not hold in a dispute.",
        ),
    ),
    _Rule(
        (),
        _contract_law(9, 84),
        _always(
            "用人单位不得收押金；已收的要退还，并可能被罚款。",
            "Employers may not take deposits; what was taken is returned, and may be fined.",
        ),
    ),
    _Rule(
        (),
        _BURDEN,
        _always(
            "减少报酬、开除等决定发生争议时，由用人单位举证：所以每笔罚款都留证据。",
            "For cutting pay and for dismissal the employer bears the burden of proof: hence evidence on every fine.",
        ),
    ),
    _Rule(("monthly_rest_days",), Text("《劳动法》第 38 条", "Labour Law, art. 38"), _rest_days),
    *(_listed(name) for name in FINES),
    _Rule(("absence_forfeit_days", "personal_leave_forfeit_over"), _BURDEN, _forfeits),
    _Rule(
        ("pay_day",),
        _wage_payment(7),
        _always(
            "发放日遇节假日或休息日，提前到最近的工作日发。",
            "A pay day on a holiday or rest day is paid on the working day before.",
        ),
    ),
    _Rule(("probation_months",), _contract_law(19), _probation),
    _Rule(("probation_base_pay",), _contract_law(20), _probation_pay),
    _Rule(("wage_guard",), _wage_payment(16), _guard),
    _Rule(("wage_guard",), _wage_payment(9), _termination),
    _Rule(("deduction_cap_rate",), _wage_payment(16), _cap),
    _Rule(("minimum_wage",), _wage_payment(16), _minimum),
    _Rule(
        ("booking_lead_minutes",),
        Text("《个人信息保护法》第 6、19、51 条", "Personal Information Protection Law, arts. 6, 19 and 51"),
        _always(
            "客人的电话是个人信息：只为核对订台，够用就好，不多留，看过要有记录。",
            "Guests' phone numbers are personal data: for the booking alone, no more than needed, not kept longer, "
            "each look logged.",
        ),
    ),
    _Rule(("notice_days",), _contract_law(37), _notice),
)


def hints(policy: Policy) -> list[Hint]:
    """Every hint that these figures ask for, in the rulebook's order; those beside no figure first."""
    found = []
    for rule in _RULES:
        told = rule.says(policy)
        if told is not None:
            zh, en, presses = told
            found.append(Hint(rule.figures, Text(zh, en), rule.source, presses))
    return found
