"""What the sales cost in pay and comps, as a chart and by person."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from dashboards.radar.inputs import Costs
from dashboards.radar.month_facts import Cost
from pages.charts import Chart, Series
from pages.formats import month as in_words, month_name
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO


class RateChart(Chart):
    """A chart of rates: adding them up over the months says nothing."""

    @property
    def has_sums(self) -> bool:
        return False


class PersonCost(NamedTuple):
    """What somebody's sales cost; ``rate`` in yuan for each 100 yuan, None without sales."""

    person: int
    cost: Cost
    rate: Decimal | None


def house_cost(costs: Costs) -> Cost:
    """The house's, of the month: of those with a payslip."""
    found = list(costs.people.values())
    return Cost(
        sum((cost.pay or ZERO for cost in found), ZERO) if found else None,
        sum((cost.comps for cost in found), ZERO),
        sum((cost.sales for cost in found), ZERO),
    )


def chart_of(costs: Costs, month: CalendarMonth) -> Chart:
    """Pay and comps for each 100 yuan of sales, month by month."""
    shown = [(one, cost.parts) for one, cost in costs.months.items() if cost.parts is not None]
    return RateChart(
        key="cost",
        question=_("What do ¥100 of sales cost?"),
        answer=_answer(costs.months, month, costs.is_provisional),
        heads=_("Month"),
        labels=[str(one) for one, _parts in shown],
        series=[
            Series(_("Pay"), [parts[0] for _one, parts in shown]),
            Series(_("Comps"), [parts[1] for _one, parts in shown], "second"),
        ],
        is_stacked=True,
    )


def _answer(months: Mapping[CalendarMonth, Cost], month: CalendarMonth, is_provisional: bool) -> str:
    now, before_month = months[month].rate, month.previous
    if now is None:
        return _("%(month)s has no payroll yet.") % {"month": in_words(month)}
    before = months[before_month].rate
    said = _("¥%(rate)s of pay and comps in %(month)s") % {"rate": now, "month": month_name(month)}
    if before is not None:
        said += _(", ¥%(rate)s in %(month)s") % {"rate": before, "month": month_name(before_month)}
    if is_provisional:
        said += _("; the month is under way: the whole base against the sales so far")
    return said + _(".")


def by_person(costs: Costs) -> list[PersonCost]:
    """Everybody with a payslip, whose sales cost most first; who sold nothing last."""
    rows = [PersonCost(pk, cost, cost.rate) for pk, cost in costs.people.items()]
    return sorted(rows, key=lambda row: (row.rate is None, -(row.rate or ZERO), row.person))
