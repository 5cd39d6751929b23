"""Figures, days and moments in templates."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template.base import NodeList, Parser, TextNode, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pages import formats
from rulebook import clauses

register = template.Library()
_DOT = mark_safe('<i class="dot"></i>')

register.filter("money", formats.yuan)
register.filter("day", formats.day)
register.filter("short_day", formats.short_day)
register.filter("long_day", formats.long_day)
register.filter("month", formats.month)
register.filter("month_name", formats.month_name)
register.filter("clock", formats.clock)
register.filter("moment", formats.moment)
register.filter("long_moment", formats.long_moment)


@register.filter
def cell(amount: Decimal) -> SafeString:
    """An amount in a table whose head says yuan: red with a minus below zero, quiet at zero."""
    kind = "negative" if amount < 0 else "" if amount else "zero"
    return SafeString(f'<span class="{kind}">{formats.figure(amount)}</span>')  # figures alone: nothing to escape


@register.simple_tag
def cells(row: Iterable[tuple[Any, Decimal | None]]) -> SafeString:
    """The cells of a row of figures, each with its column, whose ``look`` it has; None leaves a cell empty.

    In one piece: a long table has hundreds, and a template is slow at each.
    """
    return SafeString("".join(
        f'<td class="num {column.look}">{"" if amount is None else cell(amount)}</td>' for column, amount in row
    ))  # fmt: skip


@register.filter
def signed(amount: Decimal) -> SafeString:
    """An amount of a payslip line: with ¥, and red with a minus where it takes away."""
    kind = "negative" if amount < 0 else "" if amount else "zero"
    return mark_safe(f'<span class="{kind}">{formats.yuan(amount)}</span>')


@register.filter
def hero(amount: Decimal) -> SafeString:
    """A large amount: the sign and the fen at half size."""
    whole, _point, places = f"{abs(amount):,.2f}".partition(".")
    sign = formats.MINUS if amount < 0 else ""
    return format_html('<span class="hero"><small>{}¥</small>{}<small>.{}</small></span>', sign, whole, places)


@register.filter
def change(amount: Decimal) -> SafeString:
    """A change: with a plus where it grew."""
    if amount > 0:
        return format_html("+{}", formats.figure(amount))
    return cell(amount)


@register.filter
def whole(amount: Decimal) -> str:
    """An amount on a board: in whole yuan."""
    return formats.whole_yuan(amount)


@register.filter
def whole_change(amount: Decimal) -> SafeString:
    """A change on a board: in whole yuan, with a plus where it grew, in red where it fell."""
    text = formats.whole_yuan(amount)
    kind = "negative" if text.startswith(formats.MINUS) else "" if amount > 0 else "zero"
    return format_html('<span class="nowrap {}">{}{}</span>', kind, "+" if amount > 0 else "", text)


@register.filter
def fine(amount: Decimal) -> SafeString:
    """What an act costs: with the minus of what is taken away."""
    return format_html('<span class="nowrap">{}</span>', formats.yuan(-amount))


@register.filter
def plain(amount: Decimal) -> str:
    """A figure with its places only where it has any."""
    return formats.figure(amount).removesuffix(".00")


@register.filter
def percent(rate: Decimal) -> str:
    """A rate in percent: 0.05 is 5%."""
    return clauses.percent(rate)


@register.filter
def percent_1(rate: Decimal) -> str:
    """A share in percent with one place: 0.835 is 83.5%."""
    return f"{rate * 100:.1f}%"


@register.filter
def percent_0(rate: Decimal) -> str:
    """A share in whole percent."""
    return f"{rate * 100:.0f}%"


@register.filter
def article(code: str) -> str:
    """The article's number; the ledger's own headings stand on the sum of pay (2.4)."""
    return code if code[0].isdecimal() else "2.4"


@register.filter
def dotted(text: str) -> SafeString:
    """Items that a text keeps apart by a middle dot, with the drawn one between them."""
    return format_html_join(_DOT, "{}", ((part,) for part in text.split(" · ")))


@register.simple_tag
def share(part: Decimal, whole: Decimal, width: int = 100) -> str:
    """How much of a bar ``width`` wide a part fills, never beyond its end."""
    return f"{min(part / whole, Decimal(1)) * width:.1f}" if whole else "0"


_BROKEN = re.compile(r"\s*\n\s*")


class JoinedNode(template.Node):
    """What stands between ``{% joined %}`` and ``{% endjoined %}``, without the breaks of its lines."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        for node in nodelist.get_nodes_by_type(TextNode):
            assert isinstance(node, TextNode)
            node.s = _BROKEN.sub("", node.s)

    def render(self, context: template.Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def joined(parser: Parser, token: Token) -> JoinedNode:
    """Lines shown as one, with nothing between them: a long choice has a branch a line where a blank would show.

    The text of the template is joined as it is read; what its variables hold stays as it is.
    """
    nodelist = parser.parse(("endjoined",))
    parser.delete_first_token()
    return JoinedNode(nodelist)
