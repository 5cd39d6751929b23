"""The arithmetic of a payslip line, step by step."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, ngettext

from commissions.models import PayslipLine
from commissions.payslips.evidence.parts import Drafted, Step
from commissions.payslips.texts import item_text, line_text, title_of
from pages.formats import figure
from rulebook.clauses import percent
from rulebook.comps import Breach
from rulebook.pay import Item
from rulebook.policy import Policy


def steps_of(line: PayslipLine | Drafted, policy: Policy) -> Iterator[Step]:
    """The arithmetic; its last step gives the line's amount."""
    basis, amount = line.basis, line.amount
    match Item(line.item):
        case Item.BASE:
            whole = _("%(days)s of %(length)s days") % basis
            yield Step(item_text(line), line_text(line) or whole, amount)
        case Item.COMMISSION:
            sales, target = Decimal(basis["sales"]), Decimal(basis["target"])
            yield Step(_("above the target"), f"{figure(basis['sales'])} − {figure(basis['target'])}", sales - target)
            yield Step(item_text(line), f"{figure(sales - target)} × {percent(Decimal(basis['rate']))}", amount)
        case Item.FORFEIT:
            yield Step(_("commission earned"), "", Decimal(basis["commission"]))
            days = ngettext("%(days)s day", "%(days)s days", basis["days"]) % basis
            yield Step(_("forfeited"), f"{title_of(line.article)} {days}", amount)
        case Item.FINE:
            yield from _fine_steps(line, policy)
        case Item.WITHHELD if "entered" in basis:
            yield Step(_("entered"), "", Decimal(basis["entered"]))
            yield Step(item_text(line), _("up to the gross wages"), amount)
        case _:
            yield Step(item_text(line), "", amount)


def _fine_steps(line: PayslipLine | Drafted, policy: Policy) -> Iterator[Step]:
    basis, amount = line.basis, line.amount
    fine = _("fine")
    match line.article:
        case "3.2":
            over = Decimal(basis["amount"])
            if basis["breach"] == Breach.OVER_SPEND_RATE:
                yield Step(_("may be comped"), _("spend × %(rate)s") % {"rate": percent(policy.comp_spend_rate)},
                           Decimal(basis["allowed"]))  # fmt: skip
                yield Step(_("in excess"), "", over)
            else:
                allowed = (
                    _("%(count)s may be comped that day") % {"count": basis["allowed"]} if "allowed" in basis else ""
                )
                yield Step(_("comped"), allowed, over)
            yield Step(fine, f"{figure(basis['amount'])} × {basis['multiple']}", amount)
        case "4.4":
            yield Step(_("spend"), "", Decimal(basis["spend"]))
            yield Step(fine, f"{figure(basis['spend'])} × {basis['multiple']}", amount)
        case "1.2.B" | "1.2.D":
            day_long = ngettext("%(days)s day", "%(days)s days", 1) % {"days": 1}
            yield Step(fine, f"{figure(-amount)} × {day_long}", amount)
        case _:
            yield Step(fine, _once(basis) if "minutes" in basis else "", amount)


def _once(basis: Mapping[str, Any]) -> str:
    """A fine that is the same however many minutes it was."""
    return str(ngettext("%(minutes)s minute, once", "%(minutes)s minutes, once", basis["minutes"]) % basis)
