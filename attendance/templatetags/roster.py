"""Template tags that build the roster's cells: thousands a page."""

from datetime import date

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from attendance.roster.grid import PersonRow, RosterCell

register = template.Library()


@register.simple_tag
def roster_cells(row: PersonRow, refused: date | None = None) -> SafeString:
    """The days of one person's row; a click on a day asks for its act, the refused one is marked."""
    person, known = escape(row.employee.name), {}
    cells = []
    for cell in row.cells:
        plain = not (cell.void or cell.note)
        if not plain or id(cell.sign) not in known:  # the same few signs all over: put into words once
            said = (escape(cell.words), escape(cell.sign.sign))
            if plain:
                known[id(cell.sign)] = said
        else:
            said = known[id(cell.sign)]
        cells.append(_cell(cell, row.employee.pk, person, *said, cell.day == refused))
    return mark_safe("".join(cells))  # what people wrote is escaped in each


def _cell(cell: RosterCell, employee: int, person: str, words: str, sign: str, is_refused: bool) -> str:
    looks = f"{cell.head.look} is-refused" if is_refused else cell.head.look
    td = f'<td class="{looks}">' if looks else "<td>"
    look = f' class="{cell.sign.look}"' if cell.sign.look else ""
    title = f' title="{words}"' if sign else ""
    if cell.act:
        said = f"{person} {cell.head.words} {words}"
        value = f"{employee}:{cell.day.day}"
        return f'{td}<button name="{cell.act}" value="{value}" aria-label="{said}"{look}{title}>{sign}</button></td>'
    if not cell.sign.look:
        return f"{td}</td>"
    return f'{td}<span{look} aria-hidden="true"{title}>{sign}</span><span class="visually-hidden">{words}</span></td>'
