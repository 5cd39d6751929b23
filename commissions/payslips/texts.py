"""The words of a payslip, in the reader's language: lines, hints, exceptions, reasons."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import get_language, gettext as _, gettext_lazy, ngettext

from attendance.models import Request
from commissions.models import OpenException, Payslip, Withholding
from commissions.open_exceptions import exception_kind
from pages.formats import day, figure, long_day, month as month_shown
from rulebook.articles import ARTICLES
from rulebook.calendar import CalendarMonth
from rulebook.clauses import percent
from rulebook.pay import Hint, Item
from rulebook.texts import Text

_ITEMS = {
    Item.FORFEIT: gettext_lazy("Commission forfeited"),
    Item.CARRIED_IN: gettext_lazy("Carried from last month"),
    Item.CARRIED_OUT: gettext_lazy("Carried to next month"),
}
_VOID_RESTS = {
    "event_day": gettext_lazy("rest void: event day (1.2.C)"),
    "swap_not_approved": gettext_lazy("rest void: swap not approved (1.3)"),
    "over_self_scheduled": gettext_lazy("rest void: over the self-scheduled allowance (1.2)"),
    "over_allowance": gettext_lazy("rest void: over the month's allowance (1.2)"),
}
_BREACHES = {
    "category": gettext_lazy("this category may not be comped (3.1)"),
    "not_arrived": gettext_lazy("the booking was cancelled or did not arrive (3.2)"),
    "not_own_table": gettext_lazy("not the giver's own table (3.1.B)"),
    "over_spend_rate": gettext_lazy("over the booking's allowance of %(allowed)s (3.1.A)"),
    "over_daily_number": gettext_lazy("over the day's number of %(allowed)s (3.1.B)"),
}


class LineLike(Protocol):
    """A payslip line, or a row with its figures."""

    @property
    def item(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def basis(self) -> Mapping[str, Any]: ...


_AMOUNTS = frozenset(
    ("sales", "target", "commission", "whole", "entered", "amount", "gross", "net", "minimum", "spend", "allowed")
)


def _shown(basis: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a record as people read them: amounts with separators, the rate in percent, the day in words.

    By name: a booking may be numbered like an amount or a date, and is shown as it is numbered.
    """
    shown = dict(basis)
    for name in _AMOUNTS & shown.keys():
        if isinstance(shown[name], str):  # how many comps are allowed is a whole number
            shown[name] = figure(shown[name])
    if "rate" in shown:
        shown["rate"] = percent(Decimal(shown["rate"]))
    if isinstance(shown.get("day"), str):
        shown["day"] = long_day(date.fromisoformat(shown["day"]))
    return shown


def in_language(text: Text) -> str:
    """A rulebook text in the language in force."""
    return text.en if (get_language() or "").startswith("en") else text.zh


def title_of(article: str) -> str:
    """An article's title; the code itself where the catalogue no longer has it."""
    return in_language(ARTICLES[article].title) if article in ARTICLES else article


def item_text(line: LineLike) -> str:
    """What a line is (项目)."""
    item = Item(line.item)
    if item == Item.CARRIED_OUT and line.basis.get("ends"):
        return _("Left over by the last payslip")
    if item == Item.WITHHELD:
        return str(Withholding.Kind(line.basis["kind"]).label)
    return str(_ITEMS[item]) if item in _ITEMS else title_of(line.article)


def line_text(line: LineLike) -> str:
    """How a line's amount came about (说明)."""
    basis = line.basis
    match Item(line.item):
        case Item.BASE:
            return _base_text(basis)
        case Item.COMMISSION:
            return _("(%(sales)s − %(target)s) × %(rate)s") % _shown(basis)
        case Item.FORFEIT:
            return ngettext(
                "%(days)s day; the commission of %(commission)s is forfeited",
                "%(days)s days; the commission of %(commission)s is forfeited",
                basis["days"],
            ) % _shown(basis)
        case Item.BONUS:
            return " · ".join(_reasons(basis))
        case Item.FINE:
            return fine_text(line.article, basis)
        case Item.CARRIED_OUT:
            return _("it ends here") if basis.get("ends") else ""
        case Item.WITHHELD:
            return _withheld_text(basis)
    return ""


def _base_text(basis: Mapping[str, Any]) -> str:
    parts = []
    if basis["days"] != basis["length"]:
        parts.append(_("%(whole)s × %(days)s ÷ %(length)s days") % _shown(basis))
    if basis.get("shortfall") == "prorated":
        parts = parts or [_shown(basis)["whole"]]
        parts.append(_("× sales %(sales)s ÷ target %(target)s") % _shown(basis))
    return " ".join(parts)


def _reasons(basis: Mapping[str, Any]) -> list[str]:
    """What an entry is for, and which paid month it puts right."""
    reasons = [basis["reason"]] if basis["reason"] else []
    if "corrects" in basis:
        corrected = CalendarMonth.parse(basis["corrects"])
        reasons.append(_("corrects %(month)s, which is paid") % {"month": month_shown(corrected)})
    return reasons


def _withheld_text(basis: Mapping[str, Any]) -> str:
    parts = _reasons(basis)
    if "entered" in basis:
        parts.append(_("%(entered)s entered, withheld up to the gross wages") % _shown(basis))
    return " · ".join(parts)


def fine_text(article: str, basis: Mapping[str, Any]) -> str:
    """How a fine came about, from the ledger's figures."""
    match article:
        case "1.2.D":
            parts = []
            if "late" in basis:
                parts.append(ngettext("%(late)s minute late", "%(late)s minutes late", basis["late"]) % _shown(basis))
            if "early" in basis:
                parts.append(
                    ngettext("left %(early)s minute early", "left %(early)s minutes early", basis["early"])
                    % _shown(basis)
                )
            if "void_rest" in basis:
                parts.append(str(_VOID_RESTS[basis["void_rest"]]))
            return " · ".join(parts) or _("no attendance, no valid leave")
        case "1.2.E":
            return ngettext(
                "left %(minutes)s minute early", "left %(minutes)s minutes early", basis["minutes"]
            ) % _shown(basis)
        case "1.2.F":
            return ngettext("%(minutes)s minute late", "%(minutes)s minutes late", basis["minutes"]) % _shown(basis)
        case "3.2":
            return _("comp %(comp)s: %(amount)s × %(multiple)s") % _shown(basis) + " · " + breach_text(basis)
        case "4.4":
            return _("booking %(booking)s: %(spend)s × %(multiple)s, report %(report)s") % _shown(basis)
        case "4.6":
            return ngettext("away for %(minutes)s minute", "away for %(minutes)s minutes", basis["minutes"]) % _shown(
                basis
            )
    if "report" in basis:
        return _("report %(report)s") % _shown(basis)
    return _minutes(basis["minutes"]) if "minutes" in basis else ""


def _minutes(count: int) -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}


def breach_text(basis: Mapping[str, Any]) -> str:
    """Why a comp, or a part of it, is outside the rules, from the ledger's figures."""
    breach = str(_BREACHES[basis["breach"]])
    return breach % _shown(basis) if "allowed" in basis else breach


def void_rest_text(reason: str) -> str:
    """Why a rest day is void."""
    return str(_VOID_RESTS[reason])


def hint_texts(payslip: Payslip) -> list[str]:
    """What HR is told beside a payslip (提示)."""
    return [hint_text(hint, basis) for hint, basis in payslip.hints]


def hint_text(hint: str, basis: Mapping[str, Any]) -> str:
    match Hint(hint):
        case Hint.PROVISIONAL:
            return _("provisional: decided through %(day)s") % _shown(basis)
        case Hint.EXCEPTIONS:
            return ngettext("%(count)s open exception", "%(count)s open exceptions", basis["count"]) % _shown(basis)
        case Hint.DISMISSED:
            return _("dismissed: the deposit alone is paid (4.9)")
        case Hint.WAGES_WITHHELD:
            return _(
                "wages of %(amount)s are withheld at dismissal, the law has them due in full "
                "(Interim Provisions on Wage Payment, art. 9)"
            ) % _shown(basis)
        case Hint.OVER_CAP:
            return _(
                "deductions of %(amount)s exceed 20%% of the gross wages "
                "(Interim Provisions on Wage Payment, arts. 15 and 16)"
            ) % _shown(basis)
        case Hint.UNDER_MINIMUM:
            return _("net wages (without the deposit) of %(net)s are under the minimum wage of %(minimum)s") % _shown(
                basis
            )
        case Hint.CAPPED:
            return _("the wage guard carries %(amount)s to the next month") % _shown(basis)
        case Hint.CARRIED:
            return _("%(amount)s are carried to the next month") % _shown(basis)
        case Hint.LEFT_OVER:
            return _("%(amount)s are left over by the last payslip and end here") % _shown(basis)
        case Hint.FORFEITED:
            return _("commission of %(amount)s forfeited (%(article)s)") % _shown(basis)
        case Hint.NO_NOTICE:
            return _("no written notice of resignation is recorded (6.1)")
        case Hint.SHORT_NOTICE:
            return ngettext(
                "notice of %(given)s day, %(days)s are due (6.1)",
                "notice of %(given)s days, %(days)s are due (6.1)",
                basis["given"],
            ) % _shown(basis)
        case Hint.PAY_DAY:
            return _(
                "the pay day is no working day: pay on %(day)s (Interim Provisions on Wage Payment, art. 7)"
            ) % _shown(basis)


def exception_text(item: OpenException) -> str:
    """An open exception with its person, its day and what settles it."""
    what = exception_kind(item.kind).what(item)
    day = f" {item.business_day}" if item.business_day else ""
    return f"{item.payslip.number} {item.payslip.name}{day}: {what}"


def request_text(request: Request) -> str:
    """A request that waits, with its person, its day and what settles it."""
    return f"{request.employee} {request.first_day}: {request_what(request)}"


def request_what(request: Request) -> str:
    """What waits for the supervisor, and what settles it."""
    return _("%(kind)s waits for the supervisor; approve or refuse it") % {"kind": request.get_kind_display()}


def exception_told(item: OpenException) -> str:
    """An open exception as its own person is told it: what is open, and who settles it."""
    return _on_its_day(item, exception_kind(item.kind).told(item))


def exception_shown(item: OpenException) -> str:
    """An open exception on its person's page, as HR is told it: its day and what settles it."""
    return _on_its_day(item, exception_kind(item.kind).what(item))


def _on_its_day(item: OpenException, what: str) -> str:
    return f"{day(item.business_day)} · {what}" if item.business_day else what
