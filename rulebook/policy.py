"""The policy: every number of the rulebook, declared once with its unit, range and article."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any

from rulebook.money import yuan
from rulebook.texts import Text

MAX_AMOUNT = Decimal("9999999.99")


class PolicyError(ValueError):
    """A value a parameter can't take; says why in both languages."""

    def __init__(self, zh: str, en: str, parameter: str = "") -> None:
        super().__init__(en)
        self.text = Text(zh, en)
        self.parameter = parameter


class Shape(StrEnum):
    """How a value is asked for: by which field, in which words."""

    NUMBER = "number"
    MONEY = "money"
    RATE = "rate"
    MULTIPLE = "multiple"
    CLOCK = "clock"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class ValueKind:
    """How one kind of value is read from text, written as text, and what it may be; ``options`` by their names."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    says: Text
    shape: Shape
    options: Mapping[str, Text] = field(default_factory=dict)


def _refuse(says: Text) -> PolicyError:
    return PolicyError(f"应为{says.zh}", f"should be {says.en}")


def _number(low: int, high: int) -> ValueKind:
    says = Text(f" {low} 到 {high} 的整数", f"a whole number from {low} to {high}")

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9) or not low <= int(text) <= high:
            raise _refuse(says)
        return int(text)

    return ValueKind(read, str, says, Shape.NUMBER)


def _decimal(text: str, low: Decimal, high: Decimal, places: int, says: Text) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _refuse(says) from None
    if not value.is_finite():
        raise _refuse(says)
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > places or not low <= value <= high:
        raise _refuse(says)
    return value


def _money(*, optional: bool = False) -> ValueKind:
    says = Text(
        "不为负、至多两位小数的金额" + ("\uff0c或留空" if optional else ""),
        "an amount that is not negative, with at most two decimals" + (", or empty" if optional else ""),
    )

    def read(text: str) -> Decimal | None:
        if optional and not text:
            return None
        return yuan(_decimal(text, Decimal(0), MAX_AMOUNT, 2, says))

    return ValueKind(read, lambda value: "" if value is None else str(value), says, Shape.MONEY)


def _fraction(high: int, says: Text, places: int, shape: Shape) -> ValueKind:
    return ValueKind(lambda text: _decimal(text, Decimal(0), Decimal(high), places, says), str, says, shape)


def _rate() -> ValueKind:
    says = Text("0 到 1 的小数（如 0.03）", "a fraction from 0 to 1 (such as 0.03)")
    return _fraction(1, says, 6, Shape.RATE)


def _multiple() -> ValueKind:
    says = Text("0 到 100 的倍数，至多两位小数", "a multiple from 0 to 100, with at most two decimals")
    return _fraction(100, says, 2, Shape.MULTIPLE)


def _clock(says: Text, fits: Callable[[time], bool]) -> ValueKind:
    def read(text: str) -> time:
        try:
            value = datetime.strptime(text, "%H:%M").time()
        except ValueError:
            raise _refuse(says) from None
        if len(text) != 5 or not fits(value):
            raise _refuse(says)
        return value

    return ValueKind(read, lambda value: f"{value:%H:%M}", says, Shape.CLOCK)


def _choice(options: Mapping[str, Text]) -> ValueKind:
    says = Text("下列之一：" + "、".join(options), "one of " + ", ".join(options))

    def read(text: str) -> str:
        if text not in options:
            raise _refuse(says)
        return text

    return ValueKind(read, str, says, Shape.CHOICE, options)


def _choices(options: Mapping[str, Text]) -> ValueKind:
    """A list with commas; each option may be given by its name or by its Chinese word."""
    says = Text(
        "用逗号隔开的列表，可取：" + "、".join(f"{name}\uff08{word.zh}\uff09" for name, word in options.items()),
        "a list with commas of " + ", ".join(options),
    )
    names = {word.zh: name for name, word in options.items()}

    def read(text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in text.replace("\uff0c", ",").replace("、", ",").split(",")] if text else []
        chosen = {names.get(part, part) for part in parts}
        if not chosen <= set(options) or len(chosen) != len(parts):
            raise _refuse(says)
        return tuple(name for name in options if name in chosen)

    return ValueKind(read, ",".join, says, Shape.CHOICES, options)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is known of one policy parameter: where it stands, how it reads, what it means."""

    name: str
    article: str
    unit: Text
    label: Text
    kind: ValueKind
    default: Any


_YUAN = Text("元", "yuan")
_DAYS = Text("天", "days")
_MINUTES = Text("分钟", "minutes")
_TIMES = Text("倍", "times")
_MONTHS = Text("个月", "months")
_NONE = Text("", "")
_SHORTFALLS = {
    "full": Text("照发", "paid in full"),
    "prorated": Text("按完成的比例", "prorated by the sales made"),
    "none": Text("不发", "not paid"),
}
_GUARDS = {
    "off": Text("关", "off"),
    "warn": Text("只提示", "warns"),
    "enforce": Text("封顶", "caps"),
}
_COMPED = {"snack": Text("小吃", "snacks"), "fruit": Text("果盘", "fruit platters")}


def _field(default: Any, kind: ValueKind, article: str, unit: Text, zh: str, en: str) -> Any:
    return dataclasses.field(
        default=default, metadata={"kind": kind, "article": article, "unit": unit, "label": Text(zh, en)}
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures in force at a venue from a month's first day. Money in yuan, rates as fractions."""

    shift_start: time = _field(
        time(20),
        _clock(
            Text("12:00 到 23:59 的时间 HH:MM", "a time HH:MM from 12:00 to 23:59"),
            lambda value: value >= time(12),
        ),
        "1.1", _NONE, "上班时间", "Shift starts",
    )  # fmt: skip
    shift_end: time = _field(
        time(2), _clock(Text("时间 HH:MM", "a time HH:MM"), lambda value: True),
        "1.1", _NONE, "下班时间", "Shift ends",
    )  # fmt: skip
    monthly_rest_days: int = _field(3, _number(0, 31), "1.2", _DAYS, "每月休息日", "Rest days a month")
    self_scheduled_rest_days: int = _field(
        1, _number(0, 31), "1.2", _DAYS, "其中可自行排休", "Of which chosen by the person"
    )
    personal_leave_fine: Decimal = _field(
        Decimal("300.00"), _money(), "1.2.B", _YUAN, "事假每天扣款", "Fine a day of personal leave"
    )
    personal_leave_forfeit_over: int = _field(
        5,
        _number(0, 31),
        "1.2.B",
        _DAYS,
        "事假超过多少天取消提成",
        "Personal leave days over which commission is forfeited",
    )
    absence_fine: Decimal = _field(Decimal("200.00"), _money(), "1.2.D", _YUAN, "旷工每天扣款", "Fine a day of absence")
    absence_forfeit_days: int = _field(
        3, _number(1, 31), "1.2.D", _DAYS, "旷工满多少天取消提成", "Absences from which commission is forfeited"
    )
    grace_minutes: int = _field(
        30,
        _number(0, 360),
        "1.2.F",
        _MINUTES,
        "迟到早退多少分钟以内不算旷工",
        "Minutes late or early up to which it is no absence",
    )
    early_fine: Decimal = _field(Decimal("50.00"), _money(), "1.2.E", _YUAN, "早退每次扣款", "Fine for leaving early")
    late_fine: Decimal = _field(Decimal("50.00"), _money(), "1.2.F", _YUAN, "迟到每次扣款", "Fine for being late")
    base_pay: Decimal = _field(Decimal("3000.00"), _money(), "2.1", _YUAN, "底薪", "Base pay a month")
    monthly_target: Decimal = _field(Decimal("40000.00"), _money(), "2.1", _YUAN, "每月任务", "Sales target a month")
    base_on_shortfall: str = _field(
        "full",
        _choice(_SHORTFALLS),
        "2.1",
        _NONE,
        "未完成任务时的底薪",
        "Base pay where the target is missed",
    )
    commission_rate: Decimal = _field(
        Decimal("0.03"), _rate(), "2.2", _NONE, "超额提成比例", "Commission on sales above the target"
    )
    pay_day: int = _field(15, _number(1, 31), "2.2", Text("日", "day"), "次月发放日", "Pay day of the next month")
    probation_months: int = _field(1, _number(0, 12), "2.3", _MONTHS, "试用期", "Probation")
    probation_base_pay: Decimal = _field(
        Decimal("3000.00"), _money(), "2.3", _YUAN, "试用期底薪", "Base pay in probation"
    )
    probation_target: Decimal = _field(
        Decimal("40000.00"), _money(), "2.3", _YUAN, "试用期任务", "Sales target in probation"
    )
    wage_guard: str = _field("warn", _choice(_GUARDS), "2.4", _NONE, "工资保护", "Wage guard")
    deduction_cap_rate: Decimal = _field(
        Decimal("0.20"), _rate(), "2.4", _NONE, "每月扣款占应发的上限", "Cap of a month's deductions, of gross wages"
    )
    minimum_wage: Decimal | None = _field(
        None, _money(optional=True), "2.4", _YUAN, "当地最低工资", "Local minimum wage"
    )
    comp_categories: tuple[str, ...] = _field(
        ("snack", "fruit"),
        _choices(_COMPED),
        "3.1",
        _NONE,
        "可签送品类",
        "What may be comped",
    )
    comp_spend_rate: Decimal = _field(
        Decimal("0.05"), _rate(), "3.1.A", _NONE, "按消费签送的比例", "Comps by spend, of the booking's spend"
    )
    daily_comps_per_booking: int = _field(
        1, _number(0, 100), "3.1.B", Text("份", "comps"), "每台可签送份数", "Comps a day for each arrived booking"
    )
    comp_fine_multiple: Decimal = _field(
        Decimal(2), _multiple(), "3.2", _TIMES, "违规签送罚款倍数", "Fine for a comp outside the rules"
    )
    booking_lead_minutes: int = _field(
        10, _number(0, 1440), "4.3", _MINUTES, "订台须提前登记", "Minutes a booking is registered before arrival"
    )
    poaching_multiple: Decimal = _field(
        Decimal(2), _multiple(), "4.4", _TIMES, "抢客罚款倍数", "Fine for poaching, of the table's spend"
    )
    off_post_minutes: int = _field(
        20, _number(1, 1440), "4.6", _MINUTES, "离开多久算脱岗", "Minutes away from which it is off post"
    )
    off_post_fine: Decimal = _field(Decimal("50.00"), _money(), "4.6", _YUAN, "脱岗每次扣款", "Fine for being off post")
    conduct_fine: Decimal = _field(Decimal("0.00"), _money(), "5.A", _YUAN, "自身素质每次扣款", "Fine for conduct")
    notice_days: int = _field(30, _number(0, 365), "6.1", _DAYS, "离职须提前", "Notice of resignation")

    def __post_init__(self) -> None:
        if time(12) <= self.shift_end <= self.shift_start:
            raise PolicyError(
                "下班时间应晚于上班时间（12:00 以前为次日）",
                "the shift should end after it starts (before 12:00 is the next day)",
                "shift_end",
            )

    def as_values(self) -> dict[str, str]:
        """The complete policy as text, one entry a parameter: what a version stores."""
        return {name: parameter.kind.write(getattr(self, name)) for name, parameter in parameters().items()}

    def changed(self, values: Mapping[str, str]) -> "Policy":
        """This policy with some parameters read anew; raises PolicyError naming the parameter."""
        read = {name: read_value(name, text) for name, text in values.items()}
        return dataclasses.replace(self, **read)

    @classmethod
    def from_values(cls, values: Mapping[str, str]) -> "Policy":
        """The policy a stored version holds; a parameter younger than the version has its default."""
        return cls().changed(values)


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by name, in the rulebook's order."""
    return {
        field.name: Parameter(
            name=field.name,
            article=field.metadata["article"],
            unit=field.metadata["unit"],
            label=field.metadata["label"],
            kind=field.metadata["kind"],
            default=field.default,
        )
        for field in dataclasses.fields(Policy)
    }


def read_value(name: str, text: str) -> Any:
    """Read one parameter's value from text; raises PolicyError."""
    parameter = parameters().get(name)
    if parameter is None:
        raise PolicyError("没有这个参数", "there is no such parameter", name)
    try:
        return parameter.kind.read(text.strip())
    except PolicyError as error:
        raise PolicyError(*error.text, name) from None
