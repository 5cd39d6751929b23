"""The cells of a roster in templates: thousands on a page, so put together here."""

from datetime import date

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from attendance.roster_grid import Cell, PersonRow
from pages.formats import day as shown

register = template.Library()


@register.simple_tag
def roster_cells(row: PersonRow, refused: date | None = None) -> SafeString:
    """The days of one person's row; a click on a day asks for its act, the refused one is marked."""
    person = escape(row.employee.name)
    cells = (_cell(cell, f"{row.employee.pk}:{cell.day.day}", person, refused) for cell in row.cells)
    return mark_safe("".join(cells))  # what people wrote is escaped in each


def _cell(cell: Cell, value: str, person: str, refused: date | None) -> str:
    looks = " ".join(part for part in (cell.head.look, "is-refused" if cell.day == refused else "") if part)
    td = f'<td class="{looks}">' if looks else "<td>"
    words, sign = escape(cell.words), escape(cell.sign.sign)
    look = f' class="{cell.sign.look}"' if cell.sign.look else ""
    title = f' title="{words}"' if sign else ""
    if cell.act:
        said = f"{person} {shown(cell.day)} {words}"
        return f'{td}<button name="{cell.act}" value="{value}" aria-label="{said}"{look}{title}>{sign}</button></td>'
    if not cell.sign.look:
        return f"{td}</td>"
    return f'{td}<span{look} aria-hidden="true"{title}>{sign}</span><span class="visually-hidden">{words}</span></td>'
