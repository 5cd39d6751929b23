"""Find what a policy's figures invite: where they make the wrong thing cheap, or one more minute dear."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import NamedTuple

from rulebook.articles import order
from rulebook.clauses import percent, written_yuan
from rulebook.pay import LAWFUL_SHARE
from rulebook.policy import Policy, parameters
from rulebook.texts import Text

TABLE = Decimal(10000)
"""The spend of a table by which an example is told, in yuan."""
DAYS = 31
"""The days of the longest month."""
_DAY_MINUTES = 24 * 60


class Finding(NamedTuple):
    """Something the figures invite: its name, what it says with them, the parameters that make it so."""

    key: str
    text: Text
    figures: tuple[str, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """Where its figures stand, in the rulebook's order."""
        return tuple(sorted({parameters()[name].article for name in self.figures}, key=order))


Says = Callable[[Policy], Text | None]
_RULES: list[tuple[str, tuple[str, ...], Says]] = []


def _rule(*figures: str) -> Callable[[Says], Says]:
    """Note what these figures may invite; the rule says it under a policy, or None where they do not."""

    def note(says: Says) -> Says:
        _RULES.append((says.__name__, figures, says))
        return says

    return note


def findings(policy: Policy) -> list[Finding]:
    """Everything that a policy's figures invite, by article."""
    return sorted(_findings(policy), key=lambda found: (order(found.articles[0]), found.key))


def _findings(policy: Policy) -> Iterator[Finding]:
    for key, figures, says in _RULES:
        text = says(policy)
        if text is not None:
            yield Finding(key, text, figures)


def shift_minutes(policy: Policy) -> int:
    """How long a shift lasts, in minutes (1.1)."""
    start, end = (moment.hour * 60 + moment.minute for moment in (policy.shift_start, policy.shift_end))
    return (end - start) % _DAY_MINUTES


def _after(start: time, minutes: int) -> str:
    """A clock so many minutes after another: ``20:31``."""
    return f"{datetime.combine(date(2000, 1, 1), start) + timedelta(minutes=minutes):%H:%M}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"


_yuan = written_yuan


@_rule("absence_fine", "personal_leave_fine")
def absence_cheaper_than_leave(policy: Policy) -> Text | None:
    absence, leave = policy.absence_fine, policy.personal_leave_fine
    if absence >= leave:
        return None
    return Text(
        f"不请假直接不来，一天扣 {_yuan(absence)} 元；请好事假扣 {_yuan(leave)} 元。不打招呼反而省 "
        f"{_yuan(leave - absence)} 元。",
        f"Staying away costs {_yuan(absence)} yuan a day, leave asked for costs {_yuan(leave)}: who says "
        "nothing saves "
        f"{_yuan(leave - absence)}.",
    )


@_rule("absence_fine", "personal_leave_fine")
def absence_as_dear_as_leave(policy: Policy) -> Text | None:
    fine = policy.absence_fine
    if fine != policy.personal_leave_fine:
        return None
    return Text(
        f"旷工和事假一天都扣 {_yuan(fine)} 元：请假没有任何好处。",
        f"An absence and a day of leave both cost {_yuan(fine)} yuan: asking gains nothing.",
    )


def _lateness_in_all(policy: Policy) -> int:
    """How many minutes late in all forfeit a month's commission, each arrival a minute past the grace (1.2.D)."""
    return policy.absence_forfeit_days * (policy.grace_minutes + 1)


@_rule("grace_minutes", "absence_forfeit_days", "absence_fine", "commission_rate")
def late_arrivals_forfeit_the_commission(policy: Policy) -> Text | None:
    in_all = _lateness_in_all(policy)
    if not policy.commission_rate or in_all >= shift_minutes(policy):
        return None
    times, clock = policy.absence_forfeit_days, _after(policy.shift_start, policy.grace_minutes + 1)
    fined = _yuan(policy.absence_fine * times)
    return Text(
        f"一个月 {times} 次 {clock} 到，合计迟到 {in_all} 分钟，就算 {times} 天旷工：扣 {fined} 元，当月提成全部作废。",
        f"{'An arrival' if times == 1 else f'{times} arrivals'} at {clock} in a month, {_minutes(in_all)} late "
        "in all, "
        f"count as {'an absence' if times == 1 else f'{times} absences'}: {fined} yuan, and the month's "
        "commission is "
        "forfeited.",
    )


@_rule("grace_minutes", "absence_fine")
def late_as_dear_as_absent(policy: Policy) -> Text | None:
    past = policy.grace_minutes + 1
    if past >= shift_minutes(policy):
        return None
    clock, fine = _after(policy.shift_start, past), _yuan(policy.absence_fine)
    return Text(
        f"{clock} 到和一天不来一样，都是旷工，扣 {fine} 元：迟过 {policy.grace_minutes} 分钟的人，不如不来。",
        f"Coming at {clock} costs what not coming costs, {fine} yuan as an absence: who is more than "
        f"{_minutes(policy.grace_minutes)} late may as well stay at home.",
    )


def _flat(policy: Policy, fine: Decimal, zh: tuple[str, str], en: tuple[str, str]) -> Text | None:
    """Lateness or early leave that costs the same from the first minute to the last of the grace."""
    grace = policy.grace_minutes
    if not fine or grace < 2:
        return None
    return Text(
        f"{zh[0]} 1 分钟和{zh[0]} {grace} 分钟都扣 {_yuan(fine)} 元：{zh[1]}",
        f"{en[0]} by 1 minute and by {grace} both cost {_yuan(fine)} yuan: {en[1]}",
    )


@_rule("late_fine", "grace_minutes")
def late_fine_is_flat(policy: Policy) -> Text | None:
    return _flat(
        policy,
        policy.late_fine,
        ("迟到", "已经迟了，就不用赶了。"),
        ("Lateness", "who is late already need not hurry."),
    )


@_rule("early_fine", "grace_minutes")
def early_fine_is_flat(policy: Policy) -> Text | None:
    return _flat(
        policy,
        policy.early_fine,
        ("早退", "要早走，就走足。"),
        ("Leaving early", "who goes early may as well go earlier."),
    )


@_rule("late_fine", "grace_minutes")
def late_is_free(policy: Policy) -> Text | None:
    if policy.late_fine or not policy.grace_minutes:
        return None
    clock = _after(policy.shift_start, policy.grace_minutes)
    return Text(
        f"迟到 {policy.grace_minutes} 分钟以内不扣钱：上班时间其实是 {clock}。",
        f"Up to {_minutes(policy.grace_minutes)} late costs nothing: the shift in fact starts at {clock}.",
    )


@_rule("early_fine", "grace_minutes")
def leaving_early_is_free(policy: Policy) -> Text | None:
    if policy.early_fine or not policy.grace_minutes:
        return None
    clock = _after(policy.shift_end, -policy.grace_minutes)
    return Text(
        f"早退 {policy.grace_minutes} 分钟以内不扣钱：下班时间其实是 {clock}。",
        f"Up to {_minutes(policy.grace_minutes)} early costs nothing: the shift in fact ends at {clock}.",
    )


@_rule("late_fine", "early_fine", "absence_fine")
def late_dearer_than_absent(policy: Policy) -> Text | None:
    both = policy.late_fine + policy.early_fine
    if both <= policy.absence_fine:
        return None
    return Text(
        f"同一天又迟到又早退扣 {_yuan(both)} 元，旷工一天只扣 {_yuan(policy.absence_fine)} 元：来了比不来还贵。",
        f"Late and early on one day costs {_yuan(both)} yuan, an absence {_yuan(policy.absence_fine)}: coming "
        "costs more "
        "than staying away.",
    )


@_rule("personal_leave_forfeit_over", "personal_leave_fine", "commission_rate")
def one_more_day_of_leave_forfeits_the_commission(policy: Policy) -> Text | None:
    allowed = policy.personal_leave_forfeit_over
    if not policy.commission_rate or allowed >= DAYS:
        return None
    fine, lost = _yuan(policy.personal_leave_fine), _yuan(policy.commission_rate * TABLE)
    return Text(
        (f"第 {allowed} 天事假扣 {fine} 元，第 {allowed + 1} 天" if allowed else "第 1 天事假")
        + f"除了 {fine} 元，当月提成全部作废（超任务每 1 万元就是 {lost} 元）：快到线的人会改成旷工或病假。",
        (f"Day {allowed} of personal leave costs {fine} yuan; day {allowed + 1}" if allowed else "One day of leave")
        + f" costs {fine} and the whole month's commission, {lost} for every 10,000 yuan above the target: near the "
        "line a day turns into an absence or sick leave.",
    )


@_rule("commission_rate", "personal_leave_forfeit_over", "absence_forfeit_days")
def once_forfeited_nothing_is_left_to_lose(policy: Policy) -> Text | None:
    if not policy.commission_rate:
        return None
    absences, leave = policy.absence_forfeit_days, policy.personal_leave_forfeit_over
    also = leave < DAYS
    return Text(
        f"提成一旦作废（旷工满 {absences} 天"
        + (f"，或事假超过 {leave} 天" if also else "")
        + "），当月再多卖也没有提成：剩下的日子没有理由卖。",
        f"Once the commission is forfeited ({_days(absences)} of absence"
        + (f", or more than {_days(leave)} of leave" if also else "")
        + "), nothing sold in the rest of the month earns any: there is no reason to sell.",
    )


@_rule("monthly_target", "base_on_shortfall", "base_pay")
def below_the_target_sales_earn_nothing(policy: Policy) -> Text | None:
    if policy.base_on_shortfall != "full" or not policy.monthly_target:
        return None
    target, base = _yuan(policy.monthly_target), _yuan(policy.base_pay)
    return Text(
        f"从 0 卖到 {target} 元都是 {base} 元底薪：离任务还远的人，多卖一台不多拿一元。",
        f"From 0 to {target} yuan of sales the pay is the same {base}: who is far from the target gains nothing "
        "by one "
        "more table.",
    )


@_rule("monthly_target", "base_on_shortfall", "base_pay")
def one_yuan_short_costs_the_base(policy: Policy) -> Text | None:
    if policy.base_on_shortfall != "none" or not policy.monthly_target or not policy.base_pay:
        return None
    target, base = _yuan(policy.monthly_target), _yuan(policy.base_pay)
    return Text(
        f"差 1 元到 {target} 元，就没有 {base} 元底薪：月底会有人自己买单凑数，或把别人的台记过来。",
        f"One yuan short of {target} costs the whole base pay of {base}: at the month's end people pay bills "
        "themselves, or "
        "take over a colleague's table.",
    )


@_rule("commission_rate", "monthly_target")
def sales_move_to_who_is_past_the_target(policy: Policy) -> Text | None:
    if not policy.commission_rate or not policy.monthly_target:
        return None
    rate, target, earned = (
        percent(policy.commission_rate),
        _yuan(policy.monthly_target),
        _yuan(policy.commission_rate * TABLE),
    )
    return Text(
        f"过了 {target} 元才有 {rate} 提成：一台 10,000 元记在没过线的人名下不多拿，记在过线的同事名下多 "
        f"{earned} 元，留到下月也可能。",
        f"{rate} is earned above {target} yuan alone: a table of 10,000 brings {earned} to a colleague past the "
        "target, "
        "nothing to who is short of it; so tables change names, or months.",
    )


@_rule("commission_rate")
def above_the_target_nothing_is_earned(policy: Policy) -> Text | None:
    if policy.commission_rate:
        return None
    return Text(
        "超过任务没有提成：完成任务以后没有理由再卖。",
        "Sales above the target earn no commission: once it is reached, there is no reason to sell.",
    )


@_rule("probation_base_pay", "base_pay", "probation_months")
def probation_pays_more(policy: Policy) -> Text | None:
    more = policy.probation_base_pay - policy.base_pay
    if more <= 0 or not policy.probation_months:
        return None
    return Text(
        f"试用期底薪比转正多 {_yuan(more)} 元：走了再来反而多拿。",
        f"Base pay in probation is {_yuan(more)} yuan above that after it: who leaves and comes back gains.",
    )


def _absences_beyond(policy: Policy, share: Decimal) -> int | None:
    """With how many absences the fines exceed a share of base pay; None where no month has as many."""
    if not policy.absence_fine:
        return None
    days = int((policy.base_pay * share / policy.absence_fine).to_integral_value(ROUND_DOWN)) + 1
    return days if days <= DAYS else None


@_rule("wage_guard", "absence_fine", "base_pay")
def fines_exceed_the_lawful_share_unseen(policy: Policy) -> Text | None:
    days = _absences_beyond(policy, LAWFUL_SHARE)
    if policy.wage_guard != "off" or days is None:
        return None
    fined, share = _yuan(policy.absence_fine * days), _yuan(policy.base_pay * LAWFUL_SHARE)
    return Text(
        f"工资保护关着：旷工 {days} 天扣 {fined} 元，已超过底薪的 20%（{share} 元），没有人会被提示。",
        f"The wage guard is off: {_days(days)} of absence cost {fined} yuan, more than 20% of base pay "
        f"({share}), and nobody "
        "is told.",
    )


@_rule("wage_guard", "deduction_cap_rate", "absence_fine", "base_pay")
def beyond_the_cap_fines_wait(policy: Policy) -> Text | None:
    days = _absences_beyond(policy, policy.deduction_cap_rate)
    if policy.wage_guard != "enforce" or days is None:
        return None
    cap, rate = _yuan(policy.base_pay * policy.deduction_cap_rate), percent(policy.deduction_cap_rate)
    return Text(
        f"扣款封顶在应发的 {rate}（只有底薪时 {cap} 元）：从第 {days} 天旷工起，当月不再多扣，结转到下月；"
        "要走的人不用还。",
        f"Deductions are capped at {rate} of the gross wages ({cap} yuan of base pay alone): from absence "
        f"{days} on, nothing "
        "more is taken this month but carried on, and who leaves never pays it.",
    )


@_rule("comp_spend_rate", "commission_rate", "comp_categories")
def comps_are_dearer_than_the_commission(policy: Policy) -> Text | None:
    if not policy.comp_categories or policy.comp_spend_rate <= policy.commission_rate:
        return None
    given, earned = _yuan(policy.comp_spend_rate * TABLE), _yuan(policy.commission_rate * TABLE)
    return Text(
        f"一台 10,000 元可以送 {given} 元，由店里出；提成最多 {earned} 元：送人情比提成值钱，送满才不吃亏。",
        f"On a table of 10,000 yuan {given} may be given away at the house's cost, and {earned} earned at most: "
        "favours are "
        "worth more than the commission.",
    )


@_rule("daily_comps_per_booking", "comp_categories")
def a_small_table_earns_comps(policy: Policy) -> Text | None:
    number = policy.daily_comps_per_booking
    if not policy.comp_categories or not number:
        return None
    return Text(
        f"按订台签送只数份数：到店一台就能送 {number} 份，不看消费，也不看签送的价钱；消费很少的台也够。",
        f"Comps by tables booked are counted, not weighed: each arrived table allows {number}, whatever it "
        "spends and "
        "whatever they cost.",
    )


@_rule("comp_fine_multiple")
def a_forbidden_comp_costs_its_price(policy: Policy) -> Text | None:
    multiple = policy.comp_fine_multiple
    if multiple > 1:
        return None
    fined = _yuan(multiple * 100)
    return Text(
        f"违规送出 100 元，罚 {fined} 元：" + ("不比自己买贵。" if multiple else "等于没有规定。"),
        f"A forbidden comp of 100 yuan costs a fine of {fined}: "
        + ("no more than buying it." if multiple else "as if there were no rule."),
    )


@_rule("booking_lead_minutes")
def walk_ins_become_bookings(policy: Policy) -> Text | None:
    if policy.booking_lead_minutes:
        return None
    return Text(
        "不用提前登记：客人到了门口再登记也算业绩，散客都可以记成自己的订台。",
        "A booking needs no lead: one made when the guest stands at the door counts, so every walk-in can be "
        "made one's own.",
    )


@_rule("poaching_multiple", "commission_rate")
def poaching_pays(policy: Policy) -> Text | None:
    if policy.poaching_multiple >= policy.commission_rate:
        return None
    fined, earned = _yuan(policy.poaching_multiple * TABLE), _yuan(policy.commission_rate * TABLE)
    return Text(
        f"抢一台 10,000 元的客人罚 {fined} 元，提成有 {earned} 元：抢到就赚。",
        f"Poaching a table of 10,000 yuan costs {fined} and earns a commission of {earned}: it pays.",
    )


@_rule("off_post_fine", "absence_fine")
def off_post_cheaper_than_absent(policy: Policy) -> Text | None:
    fine = policy.off_post_fine
    if fine >= policy.absence_fine:
        return None
    return Text(
        f"打了卡就走，到下班再回来，脱岗一次扣 {_yuan(fine)} 元；旷工扣 {_yuan(policy.absence_fine)} 元：打卡再溜便宜"
        f" {_yuan(policy.absence_fine - fine)} 元。",
        f"Who punches in, goes, and is back to punch out pays {_yuan(fine)} yuan for one time off post; an "
        "absence costs "
        f"{_yuan(policy.absence_fine)}.",
    )


@_rule("off_post_fine", "commission_rate")
def off_post_is_earned_back(policy: Policy) -> Text | None:
    if not policy.commission_rate:
        return None
    table = (policy.off_post_fine / policy.commission_rate).quantize(Decimal(1), ROUND_UP)
    if table >= TABLE:
        return None
    return Text(
        f"脱岗一次扣 {_yuan(policy.off_post_fine)} 元，过了任务的人多卖 {_yuan(table)} 元就赚回来：出去拉一台划算。",
        f"One time off post costs {_yuan(policy.off_post_fine)} yuan, which {_yuan(table)} of sales above the "
        "target earn back: "
        "going out for a table pays.",
    )


@_rule("off_post_minutes")
def short_times_off_post_are_free(policy: Policy) -> Text | None:
    free = policy.off_post_minutes - 1
    if not free:
        return None
    return Text(
        f"离开 {free} 分钟以内不算脱岗，次数不限。",
        f"Up to {_minutes(free)} away is not off post, however often.",
    )
