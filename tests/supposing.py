"""A month supposed under another policy, held against a real run under it."""

from decimal import Decimal
from typing import Any

from commissions.engine.simulation import Simulation, simulate
from commissions.models import Payslip, PayslipLine
from rulebook import pay
from rulebook.calendar import CalendarMonth
from tests.house import House
from venues.selectors import policy_of
from venues.services import set_policy

DRAFTS: tuple[dict[str, str], ...] = (
    {"commission_rate": "0.05", "monthly_target": "1000", "absence_fine": "33.33"},
    {"shift_start": "19:30", "grace_minutes": "10", "late_fine": "88.88", "monthly_rest_days": "5"},
    {"wage_guard": "enforce", "minimum_wage": "2600", "base_on_shortfall": "prorated", "deduction_cap_rate": "0.1"},
    {"personal_leave_forfeit_over": "0", "comp_spend_rate": "0", "daily_comps_per_booking": "0", "pay_day": "3"},
    {"booking_lead_minutes": "0", "off_post_minutes": "5", "poaching_multiple": "0.5", "conduct_fine": "20"},
    {"probation_months": "12", "probation_base_pay": "2500", "probation_target": "5000", "base_on_shortfall": "none"},
)
_FIGURES = (
    "status", "expected_days", "worked_days", "rest_days", "absence_days", "personal_leave_days", "sick_leave_days",
    "statutory_leave_days", "sales", "target", "base", "commission", "bonus", "gross", "fines", "carried_in",
    "deductions", "withheld", "carried_out", "deposit", "net",
)  # fmt: skip


def computed(slip: pay.Payslip) -> dict[str, Any]:
    """All that a simulated payslip says, but for the ledger's keys."""
    lines = [(line.item.value, line.article, line.day, line.amount, dict(line.basis)) for line in slip.lines]
    return {
        "figures": {name: getattr(slip, name) for name in _FIGURES},
        "lines": lines,
        "hints": [[told.hint.value, dict(told.basis)] for told in slip.hints],
        "open": sorted((item.kind.value, item.day, item.ref) for item in slip.open),
    }


def stored(slip: Payslip) -> dict[str, Any]:
    """All that a payslip of a run says."""
    lines = PayslipLine.objects.filter(payslip=slip).order_by("position")
    return {
        "figures": {name: getattr(slip, name) for name in _FIGURES},
        "lines": [(one.item, one.article, one.business_day, one.amount, one.basis) for one in lines],
        "hints": slip.hints,
        "open": sorted((item.kind, item.business_day, item.ref) for item in slip.open_exceptions.all()),
    }


def supposed(house: House, month: str, values: dict[str, str]) -> Simulation:
    of = CalendarMonth.parse(month)
    actual = policy_of(house.venue, of).policy
    return simulate(house.venue, of, actual, actual.changed(values), now=house.now)


def run_under(house: House, month: str, values: dict[str, str]) -> dict[int, dict[str, Any]]:
    """A real run of the month with these figures really stated."""
    set_policy(venue=house.venue, month=CalendarMonth.parse(month), values=values)
    run = house.run(month)
    return {slip.employee_id: stored(slip) for slip in Payslip.objects.filter(run=run)}


def assert_as_a_run(house: House, month: str, values: dict[str, str]) -> None:
    told = supposed(house, month, values)
    really = run_under(house, month, values)
    assert {one.employee_id: computed(one.after) for one in told.outcomes} == really
    assert told.after == sum((one["figures"]["net"] for one in really.values()), Decimal(0))
