"""The reports of a month, each a module that yields rows for the screen and the Excel alike."""

from dashboards.reports.attendance import ATTENDANCE
from dashboards.reports.comps import COMPS
from dashboards.reports.fines import FINES
from dashboards.reports.parts import Answer, Filter, Question, ReportColumn, ReportKind, ReportRow, sheet_of
from dashboards.reports.sales import SALES
from dashboards.reports.year import YEAR, months_of_year

KINDS = {kind.slug: kind for kind in (SALES, ATTENDANCE, FINES, COMPS, YEAR)}

__all__ = [
    "KINDS",
    "Answer",
    "Filter",
    "Question",
    "ReportColumn",
    "ReportKind",
    "ReportRow",
    "months_of_year",
    "sheet_of",
]
