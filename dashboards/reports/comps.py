"""Comps: what was given away, how much of its allowance it used, what went over."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from commissions.payslips.texts import breach_text
from comps.models import Comp
from dashboards.ledger.selectors import ledger_of
from dashboards.reports.parts import SHEET, Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, Value, listed
from pages.tables import holds
from rulebook.cleaning import plain
from rulebook.comps import Ground
from rulebook.money import ZERO, portion
from storage.spreadsheets import DAY, MONEY, NUMBER
from venues.selectors import policy_of
from violations.models import Penalty

_BY_PERSON, _BY_BOOKING = "person", "booking"
_AMOUNTS = (
    ReportColumn(
        name="amount", label=gettext_lazy("Given (yuan)"), format=MONEY, width=12, look="", sorts="-", is_added=True
    ),
    ReportColumn(
        name="used",
        label=gettext_lazy("Within the allowance (yuan)"),
        format=MONEY,
        width=14,
        look="desk",
        sorts="-",
        is_added=True,
    ),
    ReportColumn(
        name="over", label=gettext_lazy("Over (yuan)"), format=MONEY, width=12, look="", sorts="-", is_added=True
    ),
)
_ALLOWED = ReportColumn(
    name="allowed", label=gettext_lazy("Allowed by spend (yuan)"), format=MONEY, width=14, look="desk"
)
_NAME = ReportColumn(name="name", label=gettext_lazy("Name"), width=12, look="", sorts="")
_NUMBER = ReportColumn(name="number", label=gettext_lazy("Staff number"), width=11, look=SHEET)
_DAY = ReportColumn(name="day", label=gettext_lazy("Business day"), format=DAY, width=12, sorts="-")
_BOOKING = ReportColumn(name="booking", label=pgettext_lazy("number", "Booking"), width=14, look="desk wide")
_TABLE = ReportColumn(name="table", label=gettext_lazy("Table"), width=8)
_SPEND = ReportColumn(name="spend", label=gettext_lazy("Spend (yuan)"), format=MONEY, width=12, look="desk wide")
_PIECES = ReportColumn(
    name="pieces", label=gettext_lazy("Comps"), format=NUMBER, width=8, look="desk", sorts="-", is_added=True
)
_EACH = (
    _NAME, _DAY, _NUMBER, ReportColumn(name="comp", label=pgettext_lazy("number", "Comp"), width=14, look=SHEET),
    _BOOKING, _TABLE,
    ReportColumn(name="item", label=gettext_lazy("Item"), width=14),
    ReportColumn(name="ground", label=pgettext_lazy("comp", "Ground"), width=10, look=SHEET),
    _SPEND, _ALLOWED, *_AMOUNTS,
    ReportColumn(name="why", label=gettext_lazy("Why it is over"), width=40, look="desk wide"),
)  # fmt: skip
_PEOPLE = (
    _NAME,
    ReportColumn(name="number", label=gettext_lazy("Staff number"), width=11, sorts=""),
    _PIECES,
    *_AMOUNTS,
)
_BOOKINGS = (
    ReportColumn(name="booking", label=pgettext_lazy("number", "Booking"), width=14, look="", sorts=""),
    _DAY, _TABLE, _SPEND, _ALLOWED, _PIECES, *_AMOUNTS,
)  # fmt: skip


def _columns(question: Question) -> Sequence[ReportColumn]:
    by = question.given.get("by")
    return _PEOPLE if by == _BY_PERSON else _BOOKINGS if by == _BY_BOOKING else _EACH


def _answer(question: Question) -> Answer:
    month = question.month
    found = Comp.objects.filter(venue=question.venue, business_day__range=(month.first, month.last))
    if words := question.words():
        found = found.filter(
            holds(words, "employee__name", "employee__number", "employee__name_pinyin")
            | Q(booking__number__iexact=plain(words)) | Q(booking__table__iexact=plain(words))
        )  # fmt: skip
    if category := question.given.get("category"):
        found = found.filter(category=category)
    if ground := question.given.get("ground"):
        found = found.filter(ground=ground)
    rate = policy_of(question.venue, month).policy.comp_spend_rate
    over = _over(question)
    rows: list[tuple[int, int, list[Value]]] = []
    for pk, booking_pk, employee, day, name, number, comp, booking, table, item, category, ground, spend, amount in (
        found.order_by("business_day", "given_at", "number").values_list(
            "pk", "booking_id", "employee_id", "business_day", "employee__name", "employee__number", "number",
            "booking__number", "booking__table", "item", "category", "ground", "booking__spend", "amount",
        )
    ):  # fmt: skip
        beyond, why = over.get(pk, (ZERO, None))
        if question.given.get("over") and not beyond:
            continue
        allowed = portion(spend, (rate, 1)) if spend is not None and ground == Ground.SPEND else None
        rows.append((employee, booking_pk, [
            name, day, number, comp, booking, table, item or str(Comp.Category(category).label),
            str(Comp.Ground(ground).label), spend, allowed, amount, amount - beyond, beyond, why,
        ]))  # fmt: skip
    by = question.given.get("by")
    if by == _BY_PERSON:
        return listed(_PEOPLE, _people(rows, question), question)
    if by == _BY_BOOKING:
        return listed(_BOOKINGS, _bookings(rows), question)
    return listed(_EACH, [ReportRow(values, employee, month) for employee, _booking, values in rows], question)


def _over(question: Question) -> dict[int, tuple[Decimal, str]]:
    """The part of each comp that is a violation, in yuan, and why, by the ledger; one query."""
    rows = ledger_of(question.venue, question.month).filter(article="3.2", comp__isnull=False)
    standing = rows.exclude(state=Penalty.State.WITHDRAWN).values_list("comp_id", "basis")
    return {pk: (Decimal(basis["amount"]), breach_text(basis)) for pk, basis in standing}


_GIVEN = slice(10, 13)


def _sums(rows: Iterable[list[Any]]) -> list[Value]:
    rows = list(rows)
    return [len(rows), *(sum(column, ZERO) for column in zip(*(row[_GIVEN] for row in rows), strict=True))]


def _people(rows: Iterable[tuple[int, int, list[Value]]], question: Question) -> list[ReportRow]:
    """What each person gave."""
    found: defaultdict[int, list[list[Value]]] = defaultdict(list)
    for employee, _booking, values in rows:
        found[employee].append(values)
    people = [ReportRow([own[0][0], own[0][2], *_sums(own)], pk, question.month) for pk, own in found.items()]
    return sorted(people, key=lambda row: str(row.values[1]))


def _bookings(rows: Iterable[tuple[int, int, list[Value]]]) -> list[ReportRow]:
    """What was given on each booking, by whomever."""
    found: defaultdict[int, list[list[Value]]] = defaultdict(list)
    for _employee, booking, values in rows:
        found[booking].append(values)
    made = []
    for own in found.values():
        _name, day, _number, _comp, code, table, _item, _ground, spend, _allowed, *_given = own[0]
        allowed = next((values[9] for values in own if values[9] is not None), None)
        made.append(ReportRow([code, day, table, spend, allowed, *_sums(own)]))
    return made


COMPS = ReportKind(
    slug="comps",
    title=gettext_lazy("Comps"),
    about=gettext_lazy("What was given away, by person and booking: within the allowance, and over it."),
    icon="gift",
    filters=(
        Filter("q", gettext_lazy("Name, number, booking or table")),
        Filter("category", gettext_lazy("Every category"), lambda: Comp.Category.choices),
        Filter("ground", gettext_lazy("Every ground"), lambda: Comp.Ground.choices),
        Filter("over", gettext_lazy("Within and over"), lambda: [("yes", _("Over alone"))]),
        Filter(
            "by",
            gettext_lazy("Comp by comp"),
            lambda: [(_BY_PERSON, _("By person")), (_BY_BOOKING, _("By booking"))],
        ),
    ),
    default="-over",
    answer=_answer,
    columns=_columns,
    needs_run=False,
)
