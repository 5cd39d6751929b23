"""What a yuan of sales costs in pay and comps, as a chart and by person."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from dashboards.radar.facts import Cost
from dashboards.radar.fetch import Costs
from pages.charts import Chart, Series
from pages.formats import month as in_words, month_name
from rulebook.calendar import DAY, CalendarMonth
from rulebook.money import FEN, ZERO


class RateChart(Chart):
    """A chart of rates: adding them up says nothing."""

    @property
    def has_sums(self) -> bool:
        return False


class PersonCost(NamedTuple):
    """What a yuan of somebody's sales cost; amounts in yuan, ``per_yuan`` None without sales."""

    person: int
    name: str
    number: str
    cost: Cost
    per_yuan: Decimal | None


def in_fen(rate: Decimal | None) -> Decimal | None:
    """A rate in yuan and fen, half up."""
    return None if rate is None else rate.quantize(FEN, ROUND_HALF_UP)


def house_cost(costs: Costs) -> Cost:
    """The house's, of the month: of those with a payslip."""
    found = list(costs.people.values())
    return Cost(
        sum((cost.pay or ZERO for cost in found), ZERO) if found else None,
        sum((cost.comps for cost in found), ZERO),
        sum((cost.sales for cost in found), ZERO),
    )


def chart_of(costs: Costs, month: CalendarMonth) -> Chart:
    """Pay and comps a yuan of sales, month by month."""
    months = [one for one, cost in costs.months.items() if cost.per_yuan is not None]
    pay = [in_fen(_part(costs.months[one].pay, costs.months[one].sales)) for one in months]
    comps = [in_fen(_part(costs.months[one].comps, costs.months[one].sales)) for one in months]
    return RateChart(
        key="cost",
        question=_("What does a yuan of sales cost?"),
        answer=_answer(costs.months, month, costs.is_provisional),
        heads=_("Month"),
        labels=[str(one) for one in months],
        series=[Series(_("Pay"), pay), Series(_("Comps"), comps, "waits")],
        is_stacked=True,
    )


def _part(amount: Decimal | None, sales: Decimal) -> Decimal | None:
    return None if amount is None or not sales else amount / sales


def _answer(months: Mapping[CalendarMonth, Cost], month: CalendarMonth, is_provisional: bool) -> str:
    now = in_fen(months[month].per_yuan)
    before_month = CalendarMonth.of(month.first - DAY)
    before = in_fen(months[before_month].per_yuan) if before_month in months else None
    if now is None:
        return _("%(month)s has no payroll yet.") % {"month": in_words(month)}
    said = _("¥%(rate)s of pay and comps in %(month)s") % {"rate": now, "month": month_name(month)}
    if before is not None:
        said += _(", ¥%(rate)s in %(month)s") % {"rate": before, "month": month_name(before_month)}
    if is_provisional:
        said += _("; the month is under way: the whole base against the sales so far")
    return said + _(".")


def by_person(costs: Costs, names: Mapping[int, tuple[str, str]]) -> list[PersonCost]:
    """Everybody with a payslip, who costs most a yuan first; who sold nothing last."""
    rows = [PersonCost(pk, *names.get(pk, ("—", "")), cost, in_fen(cost.per_yuan)) for pk, cost in costs.people.items()]
    return sorted(rows, key=lambda row: (row.per_yuan is None, -(row.cost.per_yuan or ZERO), row.number))
