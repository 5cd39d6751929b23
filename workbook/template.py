"""The empty workbook that people fill in: every sheet with its headings, lists, and a sheet of notes."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from commissions.payslips.texts import in_language
from rulebook.policy import parameters
from workbook.faults import MAX_ROWS
from workbook.sheets import POLICY, SHEETS, Column, Sheet
from workbook.xlsx.cells import ARTICLE, CLOCK, DAY, FLAG, INSTANT, MONEY, MONTH, SETTING

_FORMATS = {id(DAY): "yyyy-mm-dd", id(MONEY): "#,##0.00", id(INSTANT): "yyyy-mm-dd hh:mm:ss"}
_HINTS = {
    id(DAY): gettext_lazy("date, YYYY-MM-DD"),
    id(MONEY): gettext_lazy("yuan, at most two decimals"),
    id(INSTANT): gettext_lazy("date and time, YYYY-MM-DD HH:MM"),
    id(CLOCK): gettext_lazy("HH:MM of the business day (before 12:00 is the next day), or YYYY-MM-DD HH:MM"),
    id(MONTH): gettext_lazy("month, YYYY-MM"),
    id(FLAG): gettext_lazy("是 or 否"),
    id(ARTICLE): gettext_lazy("an article of the list"),
    id(SETTING): gettext_lazy("the value, see the notes"),
}
_LAST_ROW = 5_000


def write_template(path: Path) -> None:
    """Write the empty workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        _write_sheet(book.create_sheet(sheet.title), sheet)
    _write_notes(book.create_sheet("说明"))
    book.save(path)


def _hint(column: Column) -> str:
    words = [str(_("required") if column.required and not column.may_be_empty else _("optional"))]
    if column.options:
        words.append("、".join(column.options))
    elif id(column.kind) in _HINTS:
        words.append(str(_HINTS[id(column.kind)]))
    else:
        words.append(_("text"))
    return " · ".join(words)


def _write_sheet(page: Any, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(place)
        cell = page.cell(1, place, column.heading)
        cell.font = Font(bold=column.required)
        cell.fill = PatternFill("solid", fgColor="E7ECF0")
        cell.alignment = Alignment(horizontal="center")
        cell.comment = Comment(_hint(column), "Taizhang")
        page.column_dimensions[letter].width = max(12, 2 * len(column.heading) + 4)
        # Text unless a kind says otherwise: long numbers typed into a number cell lose digits.
        page.column_dimensions[letter].number_format = _FORMATS.get(id(column.kind), "@")
        options = tuple(parameters()) if sheet is POLICY and column.field == "parameter" else column.options
        if options:
            rule = DataValidation(type="list", formula1=_list_of(page.parent, options), allow_blank=True)
            rule.error = _("Choose from the list.")
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")


def _list_of(book: Any, options: tuple[str, ...]) -> str:
    """A drop-down's list: in the rule itself where it fits, else on a hidden sheet."""
    inline = ",".join(options)
    if len(inline) <= 250:
        return f'"{inline}"'
    if "_lists" not in book.sheetnames:
        book.create_sheet("_lists").sheet_state = "hidden"
    for row, option in enumerate(options, 1):
        book["_lists"].cell(row, 1, option)
    return f"_lists!$A$1:$A${len(options)}"


def _write_notes(page: Any) -> None:
    lines = [
        (_("How to fill in this workbook"), ""),
        (
            _("Headings"),
            _(
                "Row 1 holds the headings; bold ones are required. "
                "Columns may come in any order; optional ones may be left out."
            ),
        ),
        (
            _("Keys"),
            _(
                "A row whose key is stored already updates it; an empty cell clears, a missing column keeps. "
                "Nothing is deleted."
            ),
        ),
        (
            _("Business day"),
            _("The date on which the shift starts. A bare time before 12:00 means the next calendar day."),
        ),
        (_("Limits"), _("At most %(rows)s rows. Values only, no formulas.") % {"rows": f"{MAX_ROWS:,}"}),
        ("", ""),
    ]  # fmt: skip
    for sheet in SHEETS:
        key = " + ".join(sheet.headings[name] for name in sheet.key)
        lines.append((sheet.title, _("key: %(key)s") % {"key": key}))
        lines += ((f"    {column.heading}", _hint(column)) for column in sheet.columns)
    lines += [("", ""), (_("Parameters of the sheet 制度"), "")]
    for parameter in parameters().values():
        default = parameter.kind.write(parameter.default) or _("not set")
        label, says = in_language(parameter.label), in_language(parameter.kind.says)
        words = f"{label} ({parameter.article}) · {says.strip()} · " + _("default %(value)s") % {"value": default}
        lines.append((f"    {parameter.name}", words))
    for row, (head, words) in enumerate(lines, 1):
        page.cell(row, 1, head).font = Font(bold=bool(head) and not head.startswith(" "))
        page.cell(row, 2, words).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 30, 90
