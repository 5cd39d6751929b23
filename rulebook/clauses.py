"""The articles' clauses, with the figures of the policy in force."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from rulebook.articles import CONDUCT_ARTICLES
from rulebook.policy import Parameter, Policy, Shape, parameters
from rulebook.texts import Text

_CONDUCT = Text(
    "言行、仪表每晚检查，每次记录在案，扣 {conduct_fine} 元。",
    "Manners and appearance are checked every night; each note is kept and costs {conduct_fine} yuan.",
)

_CLAUSES: dict[str, Text] = {
    "1.2.B": Text(
        "事假须在班前请好并获批，每个工作日扣 {personal_leave_fine} 元；"
        "一个月超过 {personal_leave_forfeit_over} 天，当月提成作废。",
        "Personal leave is asked for before the shift and approved; each workday costs {personal_leave_fine} yuan. "
        "More than {personal_leave_forfeit_over} days in a month forfeit that month's commission.",
    ),
    "1.2.D": Text(
        "该上班的日子没有出勤、也没有有效的假，或迟到、早退超过 {grace_minutes} 分钟，为旷工，"
        "每天扣 {absence_fine} 元；一个月满 {absence_forfeit_days} 天，当月提成作废。",
        "A workday without attendance or valid leave, or more than {grace_minutes} minutes late or early, is an "
        "absence: {absence_fine} yuan a day. {absence_forfeit_days} or more in a month forfeit that month's "
        "commission.",
    ),
    "1.2.E": Text(
        "早退 {grace_minutes} 分钟以内，每次扣 {early_fine} 元；超过的按旷工（1.2.D）。",
        "Leaving up to {grace_minutes} minutes early costs {early_fine} yuan each time; more is an absence (1.2.D).",
    ),
    "1.2.F": Text(
        "迟到 {grace_minutes} 分钟以内，每次扣 {late_fine} 元；超过的按旷工（1.2.D）。",
        "Up to {grace_minutes} minutes late costs {late_fine} yuan each time; more is an absence (1.2.D).",
    ),
    "2.1": Text(
        "底薪每月 {base_pay} 元，任务每月 {monthly_target} 元；当月入职或离职的，两者都按在职天数折算。{shortfall}",
        "Base pay is {base_pay} yuan a month, the target {monthly_target}; both are prorated by days employed for "
        "those who join or leave within the month. {shortfall}",
    ),
    "2.2": Text(
        "销售超过任务的部分提成 {commission_rate}，次月 {pay_day} 日发放。",
        "{commission_rate} of the sales above the target, paid on day {pay_day} of the next month.",
    ),
    "2.3": Text(
        "试用期 {probation_months} 个月，底薪每月 {probation_base_pay} 元，任务每月 {probation_target} 元；"
        "不足一个月的，按在职天数折算。{shortfall}",
        "Months of probation: {probation_months}. Base pay in probation is {probation_base_pay} yuan a month, the "
        "target {probation_target}; both are prorated by days employed. {shortfall}",
    ),
    "2.4": Text(
        "实发 = 底薪 + 提成 + 奖金 − 扣款 − 代扣（离职时另退押金）。奖金由人事录入。",
        "Pay = base + commission + bonus − deductions − withholdings (+ deposit on leaving). HR enters a bonus.",
    ),
    "3.2": Text(
        "只能签送{comp_categories}：按消费的，最多为该台消费的 {comp_spend_rate}（3.1.A）；"
        "按订台的，每台 {daily_comps_per_booking} 份，限自己的台（3.1.B）。超出的部分罚 {comp_fine_multiple} 倍。",
        "Only {comp_categories} may be comped: by spend, up to {comp_spend_rate} of the table's spend (3.1.A); by "
        "tables booked, {daily_comps_per_booking} a table, on own tables (3.1.B). What is outside costs "
        "{comp_fine_multiple} times its amount.",
    ),
    "4.1": Text(
        "不得向客人索要小费；当天的小费没收。",
        "Guests are not asked for tips; the day's tips are confiscated.",
    ),
    "4.4": Text(
        "抢同事的客人，罚该台消费的 {poaching_multiple} 倍。",
        "Poaching a colleague's guest costs {poaching_multiple} times the spend of that table.",
    ),
    "4.5": Text(
        "门外拉客，本人当天的销售都不计。",
        "Soliciting outside the doors: none of the person's sales of that day count.",
    ),
    "4.6": Text(
        "上班时间内离开场所满 {off_post_minutes} 分钟又没有准许，每次扣 {off_post_fine} 元。",
        "Away from the premises for {off_post_minutes} minutes or more of the shift without approval costs "
        "{off_post_fine} yuan each time.",
    ),
    "4.7": Text("严重违规，可以开除。", "A grave violation may end in dismissal."),
    "4.8": Text("违法行为，可以开除。", "Breaking the law may end in dismissal."),
    "4.9": Text(
        "开除的只退押金：当月没有工资和提成，当月的罚款和结转也不再扣。",
        "On dismissal the deposit alone is paid: no wages and no commission for the month, and neither its fines nor "
        "what was carried in are charged.",
    ),
    "carried": Text(
        "扣款不会把工资扣到零以下，也不动押金；扣不完的结转到下个月，最后一份工资扣不完的到此为止。{guard}",
        "Deductions never take wages below zero and never touch the deposit; what is left over is carried into the "
        "next month, or ends with the last payslip. {guard}",
    ),
    "withheld": Text(
        "个税、社保、公积金、预支等代扣由人事录入，先于扣款，最多扣到应发为止。",
        "Income tax, social insurance, housing fund, advances: entered by HR, taken before deductions, up to the "
        "gross wages.",
    ),
    "deposit": Text(
        "离职时，押金随最后一份工资退还。",
        "On leaving, the deposit is returned with the last payslip.",
    ),
    **dict.fromkeys(CONDUCT_ARTICLES, _CONDUCT),
}

_SHORTFALL = {
    "full": Text("任务没完成，底薪不减。", "A missed target does not reduce base pay."),
    "prorated": Text(
        "任务没完成的，底薪按完成的比例折算。", "Where the target is missed, base pay is prorated by the sales made."
    ),
    "none": Text("任务没完成的，没有底薪。", "Where the target is missed, there is no base pay."),
}
_GUARD = Text(
    "每月扣款不超过应发的 {deduction_cap_rate}。",
    "A month's deductions are capped at {deduction_cap_rate} of the gross wages.",
)
_MINIMUM = Text(
    "每月扣款不超过应发的 {deduction_cap_rate}，扣后不低于最低工资 {minimum_wage} 元。",
    "A month's deductions are capped at {deduction_cap_rate} of the gross wages, and leave the minimum wage of "
    "{minimum_wage} yuan.",
)
_RULES: dict[str, Text] = {
    "1.1": Text("{shift_start} 上班，{shift_end} 下班。", "The shift runs from {shift_start} to {shift_end}."),
    "1.2": Text(
        "每月休息 {monthly_rest_days} 天，其中 {self_scheduled_rest_days} 天可以自己选；没休完的月底作废。",
        "{monthly_rest_days} rest days a month, {self_scheduled_rest_days} of them chosen by the person; what is not "
        "taken lapses at the month's end.",
    ),
    "3.1": Text("只能签送{comp_categories}，酒水一律不行。", "Only {comp_categories} may be comped, never alcohol."),
    "3.1.A": Text(
        "按消费：一台上的签送合计最多为该台消费的 {comp_spend_rate}。",
        "By spend: the comps on a table come to {comp_spend_rate} of its spend at most.",
    ),
    "3.1.B": Text(
        "按订台：自己当天到店的每一台可送 {daily_comps_per_booking} 份，限自己的台。",
        "By tables booked: {daily_comps_per_booking} for each own booking that arrived that day, on own tables.",
    ),
    "4.3": Text(
        "订台要有台号、客人姓名和电话，并在客人到店前至少 {booking_lead_minutes} 分钟登记，否则不计业绩。",
        "A booking states table, guest's name and phone, and is registered at least {booking_lead_minutes} minutes "
        "before the guest arrives; one that does not counts as no sales.",
    ),
    "6.1": Text(
        "离职须提前 {notice_days} 天书面申请；不足的只提示人事，不扣钱。",
        "Resignation takes {notice_days} days' written notice; a shorter one is shown to HR and costs nothing.",
    ),
}
_GUARDED = {
    "off": Text("工资保护关着：扣多少都不提示。", "The wage guard is off: nobody is told, whatever is deducted."),
    "warn": Text(
        "扣款超过应发的 20%，或实发低于最低工资（填了的话），提示人事，金额不变。",
        "HR is told where deductions exceed 20% of the gross wages or leave less than the minimum wage, if one is "
        "entered; no amount changes.",
    ),
    "enforce": Text("{guard}超出的结转到下个月。", "{guard} The rest is carried into the next month."),
}
_NOTHING = Text("任何东西都不得签送。", "Nothing may be comped.")
_NO_COMPS = Text(
    "任何东西都不得签送；签送的罚 {comp_fine_multiple} 倍。",
    "Nothing may be comped; what is comped all the same costs {comp_fine_multiple} times its amount.",
)


def clause(article: str, policy: Policy) -> Text | None:
    """What the article says under this policy; None for an article that no payslip line stands on."""
    found = _CLAUSES.get(article)
    if found is None:
        return None
    if article == "3.2" and not policy.comp_categories:
        found = _NO_COMPS
    return _filled(found, policy)


def rule(article: str, policy: Policy) -> Text | None:
    """What the figures of an article come to under this policy, a sentence; None for an article without figures."""
    if article == "2.4":
        return _filled(_GUARDED[policy.wage_guard], policy)
    if article == "3.1" and not policy.comp_categories:
        return _NOTHING
    found = _RULES.get(article)
    return clause(article, policy) if found is None else _filled(found, policy)


def _filled(template: Text, policy: Policy) -> Text:
    guard = Text("", "")
    if policy.wage_guard == "enforce":
        guard = _GUARD if policy.minimum_wage is None else _MINIMUM
    shortfall = _SHORTFALL[policy.base_on_shortfall]
    in_language = []
    for place, text in enumerate(template):
        figures = figures_in_words(policy, place)
        figures |= {"shortfall": shortfall[place], "guard": guard[place].format_map(figures)}
        in_language.append(text.format_map(figures).strip())
    return Text(*in_language)


def figures_in_words(policy: Policy, place: int) -> dict[str, str]:
    """Every figure of a policy by its parameter's name, without its unit; ``place`` is that of the language."""
    return {name: _written(parameter, getattr(policy, name), place) for name, parameter in parameters().items()}


def with_unit(name: str, value: Any) -> Text:
    """One parameter's value as people read it: with its unit, a dash where it is empty."""
    parameter = parameters()[name]
    if value is None or value == ():
        return Text("—", "—")
    if parameter.kind.shape == Shape.CHOICE:
        return parameter.kind.options[value]
    zh, en = (_written(parameter, value, place) for place in (0, 1))
    unit = parameter.unit
    one = value == 1 and unit.en.endswith("s")
    return Text(f"{zh} {unit.zh}".strip(), f"{en} {unit.en[:-1] if one else unit.en}".strip())


def _written(parameter: Parameter, value: Any, place: int) -> str:
    """A figure as people write it: amounts with separators, rates in percent, multiples bare, lists in words."""
    if isinstance(value, tuple):
        return ("、", " and ")[place].join(parameter.kind.options[word][place] for word in value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if not isinstance(value, Decimal):
        return str(value)
    if parameter.kind.shape == Shape.MONEY:
        return written_yuan(value)
    return percent(value) if parameter.kind.shape == Shape.RATE else f"{value.normalize():f}"


def written_yuan(amount: Decimal) -> str:
    """An amount with separators, and with places only where it has any."""
    return f"{amount:,.2f}".removesuffix(".00")


def percent(rate: Decimal) -> str:
    """A rate in percent, without trailing zeros: 0.03 is 3%."""
    return f"{(rate * 100).normalize():f}%"


ARTICLES_EXPLAINED: Mapping[str, Text] = _CLAUSES
"""The articles that a payslip line may stand on."""
