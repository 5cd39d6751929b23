"""The catalogue of articles: the code by which a figure names its ground, and its title."""

from typing import NamedTuple

from rulebook.texts import Text


class Article(NamedTuple):
    """One article of the rulebook, or one of the ledger's own headings."""

    code: str
    title: Text

    @property
    def chapter(self) -> int | None:
        """The chapter's number; None for the ledger's own headings."""
        head = self.code.split(".")[0]
        return int(head) if head.isdecimal() else None


CHAPTERS: dict[int, Text] = {
    1: Text("考勤", "Attendance"),
    2: Text("业绩提成", "Pay and commission"),
    3: Text("签送", "Comps"),
    4: Text("工作制度", "Work rules"),
    5: Text("自身素质", "Conduct"),
    6: Text("离职", "Resignation"),
    7: Text("工作保证", "Undertaking"),
    8: Text("岗位与人员", "Posts and people"),
    9: Text("客户", "Customers"),
    10: Text("考核", "Appraisal"),
    11: Text("评级", "Rating"),
    12: Text("培训与日常工作", "Training and daily work"),
}

_TITLES: tuple[tuple[str, str, str], ...] = (
    ("1.1", "班次", "Shift"),
    ("1.2", "休息日", "Rest days"),
    ("1.2.A", "病假", "Sick leave"),
    ("1.2.B", "事假", "Personal leave"),
    ("1.2.C", "活动日不休息", "No rest on event days"),
    ("1.2.D", "旷工", "Absence"),
    ("1.2.E", "早退", "Early leave"),
    ("1.2.F", "迟到", "Lateness"),
    ("1.2.G", "上级准许的迟到早退", "Lateness or early leave accepted by the superior"),
    ("1.3", "陪客晚宴与换休", "Guest dinners and swapped rest days"),
    ("2.1", "底薪", "Base pay"),
    ("2.2", "提成", "Commission"),
    ("2.3", "试用期底薪", "Base pay in probation"),
    ("2.4", "奖金", "Bonus"),
    ("3.1", "可签送品类", "What may be comped"),
    ("3.1.A", "按消费签送", "Comps by spend"),
    ("3.1.B", "按订台签送", "Comps by tables booked"),
    ("3.2", "违规签送", "Comp outside the rules"),
    ("4.1", "索要小费", "Asking guests for tips"),
    ("4.2", "打折权", "Discounts"),
    ("4.3", "订台登记", "Registering a booking"),
    ("4.4", "恶意抢客", "Poaching a colleague's guest"),
    ("4.5", "门外拉客", "Soliciting outside the doors"),
    ("4.6", "脱岗", "Off post"),
    ("4.7", "严重违规", "Grave violation"),
    ("4.8", "违法行为", "Breaking the law"),
    ("4.9", "开除结算", "Settlement at dismissal"),
    ("5.A", "言行举止", "Manners"),
    ("5.B", "同事关系与待客礼节", "Colleagues and courtesy"),
    ("5.C", "游走吸烟", "Smoking on the move"),
    ("5.D", "淡妆", "Light make-up"),
    ("5.E", "发型与着装", "Hair and dress"),
    ("5.F", "工号牌", "Staff badge"),
    ("6.1", "离职预告", "Notice of resignation"),
    ("7.1", "入职保证书", "Signed undertaking"),
    ("8.1", "任职资格", "Qualification"),
    ("8.2", "岗位职责与权限", "Duties and powers"),
    ("8.3", "保密", "Confidentiality"),
    ("8.4", "礼品与利益申报", "Gifts and interests"),
    ("8.5", "诚信推荐与名誉", "Fair dealing and reputation"),
    ("8.6", "身份核对与可疑交易", "Identity checks and suspicious transactions"),
    ("8.7", "纪律处分", "Disciplinary steps"),
    ("8.8", "安全、财务与配合检查", "Safety, finance and audits"),
    ("9.1", "客户档案", "Customer files"),
    ("9.2", "联系记录", "Contact log"),
    ("9.3", "需求与方案", "Needs and proposals"),
    ("9.4", "满意度调查", "Satisfaction surveys"),
    ("9.5", "投诉处理", "Complaints"),
    ("9.6", "客户信用与跟进", "Credit standing and follow-up"),
    ("9.7", "市场信息上报", "Market information"),
    ("9.8", "合理化建议", "Suggestions"),
    ("10.1", "考核指标", "Indicators"),
    ("10.2", "考核周期", "Cycles"),
    ("10.3", "考核结果的运用", "Use of results"),
    ("10.4", "奖励", "Rewards"),
    ("10.5", "考核后果", "Consequences"),
    ("11.1", "评级标准", "Rating criteria"),
    ("11.2", "评级流程", "Rating procedure"),
    ("11.3", "等级", "Grades"),
    ("12.1", "内外部培训", "Training"),
    ("12.2", "证书", "Certificates"),
    ("12.3", "日报与定期汇报", "Reports to the superior"),
    ("12.4", "工作记录", "Work records"),
    ("12.5", "发展计划", "Development plans"),
    ("carried", "结转", "Carried over"),
    ("withheld", "代扣", "Withheld"),
    ("deposit", "押金退还", "Deposit returned"),
)

ARTICLES: dict[str, Article] = {code: Article(code, Text(zh, en)) for code, zh, en in _TITLES}

CONDUCT_ARTICLES: tuple[str, ...] = ("5.A", "5.B", "5.C", "5.D", "5.E", "5.F")
"""Chapter 5: each event is recorded and costs the policy's `conduct_fine`."""

REPORTED_ARTICLES: tuple[str, ...] = ("4.1", "4.4", "4.5", "4.7", "4.8", *CONDUCT_ARTICLES)
"""What people report; everything else is derived from the facts."""

DAY_ARTICLES: tuple[str, ...] = ("1.2.B", "1.2.D", "1.2.E", "1.2.F")
"""Derived from how a day of attendance was decided."""

DERIVED_ARTICLES: tuple[str, ...] = (*DAY_ARTICLES, "3.2", "4.6")
"""Derived from the facts by the rules; ``rulebook.basis`` says what each rests on."""


def order(code: str) -> int:
    """The article's place in the catalogue, for sorting lines and fines."""
    return _ORDER[code]


_ORDER = {code: place for place, code in enumerate(ARTICLES)}

FINED_ARTICLES: tuple[str, ...] = tuple(sorted((*DERIVED_ARTICLES, *REPORTED_ARTICLES), key=order))
"""The articles that come into the ledger, with and without an amount."""
