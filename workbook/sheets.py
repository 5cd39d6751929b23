"""The sheets of the month workbook: names, headings, keys and kinds, a public interface."""

from dataclasses import dataclass, field
from typing import Any

from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.models import Bonus, Withholding
from comps.models import Comp
from rulebook.articles import ARTICLES, DERIVED_ARTICLES, REPORTED_ARTICLES
from staff.models import Employee
from venues.models import EventDay
from violations.models import Report
from workbook.xlsx.cells import (
    ARTICLE,
    CLOCK,
    DAY,
    FLAG,
    INSTANT,
    MONEY,
    MONTH,
    SETTING,
    CellKind,
    approver,
    card,
    choice,
    code,
    guest_phone,
    id_number,
    phone,
    text,
)

REST_KINDS = {"工休": "regular", "排休": "self", "换休": "swap"}
LEAVE_KINDS = {"病假": "sick", "事假": "personal", "法定假": "statutory", "陪客晚宴": "dinner"}
EXIT_KINDS = {"辞职": "resigned", "开除": "dismissed"}
BOOKING_STATES = {"到店": "arrived", "取消": "cancelled", "未到": "no_show"}
CATEGORIES = {"小吃": "snack", "果盘": "fruit", "酒水": "alcohol"}
GROUNDS = {"消费": "spend", "每日": "daily"}
WITHHOLDING_KINDS = {
    "个税": "income_tax",
    "社保": "social_insurance",
    "公积金": "housing_fund",
    "预支": "advance",
    "其他": "other",
}
YES_NO = {"是": "yes", "否": "no"}

NUMBER = code(40)
NAME = text(60)
APPROVER = approver(60)


@dataclass(frozen=True)
class Column:
    """A column: its heading, the field it fills, how its cells are read."""

    heading: str
    field: str
    kind: CellKind
    required: bool = False  # the column must be there, and its cells filled …
    may_be_empty: bool = False  # … but for those of this column
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet: its columns, the fields that are its key, the model its rows go to.

    ``employee`` and ``booking`` fields hold the record's number.
    """

    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    model: Any = None
    notes: str = ""
    headings: dict[str, str] = field(init=False)
    fields: tuple[str, ...] = field(init=False)
    timed: tuple[Column, ...] = field(init=False)  # the columns of moments

    def __post_init__(self) -> None:
        object.__setattr__(self, "headings", {column.field: column.heading for column in self.columns})
        object.__setattr__(self, "fields", tuple(self.headings))
        timed = tuple(column for column in self.columns if column.kind in (CLOCK, INSTANT))
        object.__setattr__(self, "timed", timed)


def _need(heading: str, name: str, kind: CellKind) -> Column:
    return Column(heading, name, kind, required=True)


def _pick(heading: str, name: str, options: dict[str, str], *, required: bool = True) -> Column:
    return Column(heading, name, choice(options), required, options=tuple(options))


def _yes_no(heading: str, name: str) -> Column:
    return Column(heading, name, FLAG, options=tuple(YES_NO))


_EMPLOYEE = _need("工号", "employee", NUMBER)

EMPLOYEES = Sheet(
    title="员工",
    columns=(
        _need("工号", "number", NUMBER),
        _need("姓名", "name", NAME),
        Column("身份证号", "id_number", id_number(40)),
        Column("手机", "phone", phone(40)),
        _need("入职日期", "hired_on", DAY),
        Column("离职日期", "left_on", DAY),
        _pick("离职类型", "exit_kind", EXIT_KINDS, required=False),
        Column("离职申请日期", "noticed_on", DAY),
        Column("押金", "deposit", MONEY),
        Column("开户行", "bank_name", text(100)),
        Column("银行卡号", "bank_account", card(40)),
        Column("期初结转", "opening_carry", MONEY),
        Column("期初月份", "opening_month", MONTH),
    ),
    key=("number",),
    model=Employee,
)
POLICY = Sheet(
    title="制度",
    columns=(
        _need("参数", "parameter", code(60)),
        _need("生效月份", "month", MONTH),
        Column("值", "value", SETTING, required=True, may_be_empty=True),
    ),
    key=("parameter", "month"),
)
EVENT_DAYS = Sheet(
    title="活动日",
    columns=(_need("日期", "date", DAY), Column("名称", "name", text(100))),
    key=("date",),
    model=EventDay,
)
RESTS = Sheet(
    title="休息",
    columns=(
        _EMPLOYEE,
        _need("日期", "business_day", DAY),
        _pick("类型", "kind", REST_KINDS),
        Column("批准人", "approver", APPROVER),
    ),
    key=("employee", "business_day"),
    model=Rest,
)
PUNCHES = Sheet(
    title="打卡",
    columns=(
        _EMPLOYEE,
        _need("营业日", "business_day", DAY),
        Column("上班", "arrived_at", CLOCK),
        Column("下班", "left_at", CLOCK),
        Column("上班批准人", "arrival_approver", APPROVER),
        Column("下班批准人", "departure_approver", APPROVER),
    ),
    key=("employee", "business_day"),
    model=Punch,
)
LEAVES = Sheet(
    title="请假",
    columns=(
        _EMPLOYEE,
        _need("开始日期", "first_day", DAY),
        _pick("类型", "kind", LEAVE_KINDS),
        _need("结束日期", "last_day", DAY),
        _need("申请时间", "requested_at", INSTANT),
        Column("批准人", "approver", APPROVER),
        _yes_no("病历证明", "has_certificate"),
        _yes_no("收据", "has_receipt"),
        _yes_no("病假条", "has_sick_note"),
    ),
    key=("employee", "first_day", "kind"),
    model=Leave,
)
OFF_POSTS = Sheet(
    title="离岗",
    columns=(
        _EMPLOYEE,
        _need("离开", "left_at", CLOCK),
        _need("营业日", "business_day", DAY),
        _need("返回", "returned_at", CLOCK),
        Column("批准人", "approver", APPROVER),
    ),
    key=("employee", "left_at"),
    model=OffPost,
)
BOOKINGS = Sheet(
    title="订台",
    columns=(
        _need("订台号", "number", NUMBER),
        _need("营业日", "business_day", DAY),
        _EMPLOYEE,
        Column("台号", "table", NUMBER),
        Column("客户姓名", "guest_name", NAME),
        Column("客户电话", "guest_phone", guest_phone(40)),
        Column("登记时间", "registered_at", INSTANT),
        Column("到店时间", "arrived_at", CLOCK),
        Column("消费金额", "spend", MONEY),
        _pick("状态", "state", BOOKING_STATES),
    ),
    key=("number",),
    model=Booking,
)
COMPS = Sheet(
    title="签送",
    columns=(
        _need("签送号", "number", NUMBER),
        _need("订台号", "booking", NUMBER),
        _EMPLOYEE,
        _pick("品类", "category", CATEGORIES),
        _need("金额", "amount", MONEY),
        _pick("依据", "ground", GROUNDS),
        _need("时间", "given_at", CLOCK),
        Column("品名", "item", text(100)),
    ),
    key=("number",),
    model=Comp,
)
REPORTS = Sheet(
    title="违规",
    columns=(
        _need("违规号", "number", NUMBER),
        _EMPLOYEE,
        _need("营业日", "business_day", DAY),
        Column("条款", "article", ARTICLE, required=True, options=REPORTED_ARTICLES),
        Column("订台号", "booking", NUMBER),
        Column("金额", "amount", MONEY),
        Column("说明", "note", text(2000, lines=True)),
    ),
    key=("number",),
    model=Report,
)
BONUSES = Sheet(
    title="奖金",
    columns=(
        _EMPLOYEE,
        _need("月份", "month", MONTH),
        _need("事由", "reason", text(100)),
        _need("金额", "amount", MONEY),
    ),
    key=("employee", "month", "reason"),
    model=Bonus,
)
WITHHOLDINGS = Sheet(
    title="代扣",
    columns=(
        _EMPLOYEE,
        _need("月份", "month", MONTH),
        _pick("类型", "kind", WITHHOLDING_KINDS),
        Column("事由", "reason", text(100)),
        _need("金额", "amount", MONEY),
    ),
    key=("employee", "month", "kind", "reason"),
    model=Withholding,
)

SHEETS: tuple[Sheet, ...] = (
    EMPLOYEES, POLICY, EVENT_DAYS, RESTS, PUNCHES, LEAVES, OFF_POSTS, BOOKINGS, COMPS, REPORTS, BONUSES, WITHHOLDINGS,
)  # fmt: skip
BY_TITLE = {sheet.title: sheet for sheet in SHEETS}

NEVER_REPORTED = frozenset(code for code in ARTICLES if code.startswith("1.") or code in DERIVED_ARTICLES)
