"""What a fine and a payslip line rest on: the figures of their arithmetic, an article each.

Amounts and rates are text that reads as Decimal, in yuan; days and minutes are whole numbers: kept as JSON, they come
back as they went.
"""

from typing import Any, NotRequired, TypedDict


class Nothing(TypedDict):
    """The article says it all (1.2.B)."""


class Minutes(TypedDict):
    """Whole minutes late, early, off post (1.2.E, 1.2.F, 4.6)."""

    minutes: int


class AbsenceBasis(TypedDict):
    """Why a day is an absence (1.2.D): beyond the hour late or early, a rest that is void; nothing: nobody came."""

    late: NotRequired[int]
    early: NotRequired[int]
    void_rest: NotRequired[str]


class CompBasis(TypedDict):
    """A comp outside the rules (3.2): how, the amount in violation, what was allowed where that is a figure."""

    breach: str
    amount: str
    multiple: str
    comp: str
    allowed: NotRequired[str]


class ReportBasis(TypedDict):
    """A reported violation (chapters 4 and 5), by its number."""

    report: str


class PoachingBasis(ReportBasis):
    """A poached table (4.4): its booking, its spend, how often that is fined."""

    booking: str
    spend: str
    multiple: str


FINES: dict[str, type[Any]] = {
    "1.2.B": Nothing,
    "1.2.D": AbsenceBasis,
    "1.2.E": Minutes,
    "1.2.F": Minutes,
    "3.2": CompBasis,
    "4.4": PoachingBasis,
    "4.6": Minutes,
}
"""The basis of a fine by its article; ``ReportBasis`` of every other one."""


class BaseBasis(TypedDict):
    """Base pay (2.1, 2.3): the whole, the days it is for, of how many; what a shortfall takes where it takes any."""

    whole: str
    days: int
    length: int
    shortfall: NotRequired[str]
    sales: NotRequired[str]
    target: NotRequired[str]


class CommissionBasis(TypedDict):
    """Commission (2.2): on what is above the target."""

    sales: str
    target: str
    rate: str


class ForfeitBasis(TypedDict):
    """Commission forfeited (1.2.B, 1.2.D): how much, by how many days."""

    commission: str
    days: int


class EntryBasis(TypedDict):
    """A bonus (2.4): its words as entered, the paid month that it corrects where it does."""

    reason: str
    corrects: NotRequired[str]


class WithheldBasis(EntryBasis):
    """A withholding (2.4): its kind; what was entered where less could be taken."""

    kind: str
    entered: NotRequired[str]


class CarriedBasis(TypedDict):
    """What is carried on: whether it ends here, with the employment."""

    ends: NotRequired[bool]
